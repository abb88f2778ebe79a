"""From the hits of some queries to what they teach, and to the ranks that it gives others: what learning tries out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from matchgraph.answers.scoring import BEST, USUAL_SHARE, WHOLE, WORDS, Scorer
from matchgraph.searches.adapter import Lesson, by_contrast, closed_form
from matchgraph.searches.hubs import bank_of, hubs_of
from matchgraph.searches.learned import Learned
from matchgraph.searches.memory import Hits, memory_of
from matchgraph.vectors.grid import LENGTH, cosines_of

_BLOCK = 50  # queries scored at once


class Road:
    """Held while learning: the cold scorer, all hits, and what words add to each of their queries."""

    def __init__(self, scorer: Scorer, hits: Hits, queries: Sequence[str], public: Sequence[Sequence[str]]) -> None:
        self.scorer, self.hits, self.queries, self.public = scorer, hits, queries, public
        self.chosen = [hits.weights[[row]].indices for row in range(len(queries))]
        texts, grid = scorer.texts, scorer.index.rows.astype(np.float32)
        first, last = texts.capabilities, texts.capabilities + texts.wholes
        self.wholes = grid[first:last]
        rows, _ = texts.rows_of(np.arange(texts.wholes))
        rows = rows[(rows < first) | (rows >= last)]
        self.abilities = grid[rows]
        self.begins = np.searchsorted(texts.owner_of(rows), np.arange(texts.wholes + 1))
        self.known = np.flatnonzero(hits.held)  # the artifacts with hits
        self.said = np.zeros((len(queries), len(self.known)), np.float32)
        for row, query in enumerate(queries):
            self.said[row] = self._words(query)[self.known]

    def ranks(self, rows: np.ndarray, learned: Sequence[Learned]) -> np.ndarray:
        """The reciprocal rank of what was chosen for each query, by search with each of these; (rows, learned)."""
        blocks = np.array_split(rows, -(-len(rows) // _BLOCK)) if len(rows) else []
        none = np.zeros((0, len(learned)))
        return np.concatenate([none, *(self._ranks(block, learned) for block in blocks)])

    def _ranks(self, rows: np.ndarray, learned: Sequence[Learned]) -> np.ndarray:
        asked, near = self.hits.grid[rows], dict[int, np.ndarray]()
        for each in learned:
            if id(each.adapter) not in near:
                near[id(each.adapter)] = self.nearness(each.adapted(asked))
        hubs = [each.hub_points(np.arange(len(self.wholes))) for each in learned]
        found = np.zeros((len(rows), len(learned)))
        for at, row in enumerate(rows.tolist()):
            words = self._words(self.queries[row])
            for column, each in enumerate(learned):
                score = near[id(each.adapter)][:, at] + words + hubs[column]
                if each.memory is not None:
                    past = each.memory.of(self.queries[row], asked[[at]])
                    score = score + past.chosen + past.said
                score = np.round(score, 9)
                found[at, column] = 1 / min(_rank(score, place) for place in self.chosen[row].tolist())
        return found

    def nearness(self, asked: np.ndarray) -> np.ndarray:
        """What the cosines add to the score of every artifact, a column a query."""
        rows = asked.astype(np.float32).T
        best = np.maximum.reduceat(self.abilities @ rows, self.begins[:-1], axis=0)
        return np.asarray(WHOLE * cosines_of(self.wholes @ rows) + BEST * cosines_of(best))

    def _words(self, query: str) -> np.ndarray:
        shares = self.scorer.words.shares(query)
        return np.asarray(WORDS * shares / (1 + shares.max(initial=0.0) / USUAL_SHARE))

    def lesson(self, rows: np.ndarray) -> Lesson:
        """What an adapter learns from the hits of some queries."""
        part = self.hits.of(rows)
        taught = np.flatnonzero(part.held)
        sizes = np.diff(self.begins)[taught]
        begins = np.concatenate([[0], np.cumsum(sizes)])
        abilities = np.arange(begins[-1]) + np.repeat(self.begins[taught] - begins[:-1], sizes)
        words = self.said[np.ix_(rows, np.searchsorted(self.known, taught))]
        unit = part.grid / np.float32(LENGTH)
        targets = self.wholes[taught] / np.float32(LENGTH), self.abilities[abilities] / np.float32(LENGTH)
        return Lesson(unit, part.weights[:, taught], words, *targets, begins, (WHOLE, BEST))


def _contrasted(road: Road, rows: np.ndarray, learned: Learned) -> Learned:
    return replace(learned, adapter=by_contrast(road.lesson(rows)))


def _regressed(road: Road, rows: np.ndarray, learned: Learned, shrink: float) -> Learned:
    return replace(learned, adapter=closed_form(road.lesson(rows), shrink))


def _levelled(road: Road, rows: np.ndarray, learned: Learned, share: float) -> Learned:
    bank = learned.adapted(bank_of(road.hits.grid[rows]))
    if not len(bank):
        return learned
    blocks = (road.nearness(block) for block in np.array_split(bank, -(-len(bank) // _BLOCK)))
    return replace(learned, hubs=hubs_of(blocks, share))


def _remembering(road: Road, rows: np.ndarray, learned: Learned, kappa: float) -> Learned:
    return replace(learned, memory=memory_of(road.hits.of(rows), [road.public[row] for row in rows], kappa))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to fit a part: what it adds to what was learned, from the hits of some queries."""

    part: str
    setting: str
    add: Callable[[Road, np.ndarray, Learned], Learned]


MANY_HITS = 500  # from so many on an adapter is fitted by contrast alone: on half of them it is underrated

_CLOSED = tuple(
    Candidate("adapter", f"closed form, shrunk by {shrink:g}", partial(_regressed, shrink=shrink))
    for shrink in (50.0, 10.0)
)
_CONTRAST = (Candidate("adapter", "by contrast", _contrasted),)
_HUBS = tuple(Candidate("hubs", f"share {share:g}", partial(_levelled, share=share)) for share in (0.125, 0.25))
_MEMORY = tuple(  # the larger kappa, the nearer a past query has to be
    Candidate("memory", f"kappa {kappa:g}", partial(_remembering, kappa=kappa)) for kappa in (0.05, 0.02, 0.01)
)


def parts_for(hits: int) -> Iterator[tuple[Candidate, ...]]:
    """What is tried with so many hits, part by part; the most cautious candidate of each first."""
    yield _CONTRAST if hits >= MANY_HITS else _CLOSED + _CONTRAST
    yield _HUBS
    yield _MEMORY


def _rank(score: np.ndarray, place: int) -> int:
    """The place in the list, counted from one; equals stand in the order of the artifacts."""
    return 1 + int((score > score[place]).sum() + (score[:place] == score[place]).sum())
