"""What search is measured against: BM25 alone, and plain vectors of the query as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from matchgraph.answers.scoring import Scorer
from matchgraph.vectors.grid import cosines_of

BASELINES = ("bm25", "vectors", "vectors-best")

_BLOCK = 50  # queries compared at once


class Baselines:
    """Held while one corpus is asked: the words and vectors of its artifacts."""

    def __init__(self, scorer: Scorer, places: np.ndarray) -> None:
        texts, grid = scorer.texts, scorer.index.rows
        first, last = texts.capabilities, texts.capabilities + texts.wholes
        rows, _ = texts.rows_of(places)
        rows = rows[(rows < first) | ((rows >= last) & (rows < texts.stated))]
        self.words, self.places = scorer.words, places
        self.wholes, self.abilities = grid[first + places], grid[rows]
        self.begins = np.searchsorted(texts.owner_of(rows), places)

    def answers(
        self, queries: Sequence[str], asked: Sequence[np.ndarray], depth: int
    ) -> Iterator[dict[str, np.ndarray]]:
        """Per query and baseline, the places of the artifacts found, best first; `asked` holds grid rows.

        bm25: words alone. vectors: cosine with the whole text. vectors-best: that and the best capability, equally.
        """
        for start in range(0, len(queries), _BLOCK):
            block = slice(start, start + _BLOCK)
            rows = np.stack([each[0] for each in asked[block]]).astype(np.float32).T
            whole = cosines_of(self.wholes @ rows)
            best = cosines_of(np.maximum.reduceat(self.abilities @ rows, self.begins, axis=0))
            for at, query in enumerate(queries[block]):
                said = self.words.shares(query)[self.places]
                points = said, whole[:, at], whole[:, at] + best[:, at]
                yield {name: self._top(each, depth) for name, each in zip(BASELINES, points, strict=True)}

    def _top(self, points: np.ndarray, depth: int) -> np.ndarray:
        """The places of most points, the first of equals before the others."""
        least = np.partition(points, -depth)[-depth] if depth < len(points) else -np.inf
        far = np.flatnonzero(points >= least)
        return np.asarray(self.places[far[np.argsort(-points[far], kind="stable")][:depth]])
