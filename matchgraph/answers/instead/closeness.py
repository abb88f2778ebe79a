"""How close two artifacts are: their whole texts, their capabilities, their words, and the shelf they stand on.

    closeness = .8 whole + 1.2 cover + .05 words + .8 shelf

Whole texts and capabilities are compared by the cosines of centred vectors. `cover` is the mean over the capabilities
of one of the best match in the other, both ways. Words are BM25, both ways. A shelf is what tags and jobs name, the
rarer the weightier. Nothing is relative to a list: the closeness of two artifacts is the same whatever is asked, so a
filter takes out and moves nothing. The four weights were chosen on public lists of alternatives and held, unchanged,
for the tasks of models, the services of servers and the tasks of datasets (`tests/bench/recommend.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import TypeVar
from weakref import proxy

import numpy as np
import scipy.sparse as sp

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.graph.likeness import Likeness
from matchgraph.graph.pairs import Pairs
from matchgraph.vectors.grid import centred, cosines_of
from matchgraph.vectors.words import Words

WHOLE, COVER, WORDS, SHELF = 0.8, 1.2, 0.05, 0.8
_REMEMBERED = 16
_DIGITS = 9

Sparse = TypeVar("Sparse", sp.csr_matrix, sp.csc_matrix)


@dataclass(frozen=True, eq=False, slots=True)
class Parts:
    """Some artifacts with some others, part by part; all float64 (left, right)."""

    whole: np.ndarray  # cosine of the centred whole texts
    cover: np.ndarray  # how much of the left one's job the right one does
    covered: np.ndarray  # how much of the right one's job the left one does
    words: np.ndarray
    shelf: np.ndarray

    def terms(self, *, replacing: bool = False) -> dict[str, np.ndarray]:
        """What each part adds; in `replacing` the left one, only what of its own job is done counts."""
        cover = self.cover if replacing else (self.cover + self.covered) / 2
        parts = {"whole": WHOLE * self.whole, "cover": COVER * cover}
        parts |= {"words": WORDS * self.words, "shelf": SHELF * self.shelf}
        return {name: np.round(part, _DIGITS) for name, part in parts.items()}

    def first(self, count: int) -> Parts:
        """The same for the first few of the right ones."""
        return Parts(*(getattr(self, part)[:, :count] for part in Parts.__slots__))

    @property
    def closeness(self) -> np.ndarray:
        """All terms together."""
        total: np.ndarray = np.sum(list(self.terms().values()), axis=0)
        return total


class Closeness:
    """Held by the engine: what is needed to say how close any artifacts are."""

    def __init__(self, catalogue: Catalogue, wholes: np.ndarray, words: Words, likeness: Likeness) -> None:
        self.likeness, self.catalogue = likeness, catalogue
        self.wholes = centred(wholes).astype(np.float32)  # whole numbers, so that sums of products are exact
        self.weights = words.weights.tocsr().astype(np.float64)
        self.weights.sort_indices()
        self.said = _said(self.weights)
        self.shelves = _shelves(catalogue)
        # Words both ways and shelves as one product: what is spoken of the left one, and heard of the right one.
        self._spoken = sp.hstack([WORDS / 2 * self.said, WORDS / 2 * self.weights, SHELF * self.shelves]).tocsr()
        self._heard = sp.hstack([self.weights, self.said, self.shelves]).tocsr()
        # Asked for several times a question; by a weak reference, so that a snapshot goes when nobody asks it any more.
        self.roughly = lru_cache(_REMEMBERED)(partial(Closeness._roughly, proxy(self)))
        self.jobs = [frozenset(jobs) for jobs in catalogue.texts("job")]

    def __len__(self) -> int:
        return len(self.wholes)

    def parts(self, left: np.ndarray, right: np.ndarray) -> Parts:
        """The parts for every one of some artifacts with every one of some others."""
        cover, covered = self._covers(left, right)
        words = (self.said[left] @ self.weights[right].T + self.weights[left] @ self.said[right].T).toarray() / 2
        shelf = (self.shelves[left] @ self.shelves[right].T).toarray()
        return Parts(cosines_of(self.wholes[left] @ self.wholes[right].T), cover, covered, words, shelf)

    def between(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """The closeness of every one of some artifacts with every one of some others, its terms not told apart."""
        cover, covered = self._covers(left, right)
        whole = cosines_of(self.wholes[left] @ self.wholes[right].T)
        total = (self._spoken[left] @ self._heard[right].T).toarray()
        total += WHOLE * whole
        total += COVER / 2 * (cover + covered)
        return np.asarray(np.round(total, _DIGITS))

    def strongest(self, place: int, others: np.ndarray) -> np.ndarray:
        """How alike the two abilities of one artifact and of each of some others are that are the most alike."""
        if not len(others):
            return np.zeros(0)
        mine, theirs = (_spans(self._abilities[1], places) for places in (np.array([place]), others))
        left, right = (self.likeness.rows[self._abilities[0][rows]].astype(np.float32) for rows, _ in (mine, theirs))
        return cosines_of(np.maximum.reduceat((left @ right.T).max(axis=0), theirs[1]))

    def _roughly(self, place: int) -> np.ndarray:
        """The closeness of one artifact with every one, capabilities left out; with itself it is -inf."""
        whole = cosines_of(self.wholes @ self.wholes[place])
        mine = self.weights[place]
        said, columns = self._by_word[:, mine.indices], mine.data
        words = (np.asarray(said.sum(axis=1)).ravel() + _said(said) @ columns) / 2
        stands = self.shelves[place]
        shelf = self._by_shelf[:, stands.indices] @ stands.data
        rough: np.ndarray = WHOLE * whole + WORDS * words + SHELF * shelf
        rough[place] = -np.inf
        rough = np.round(rough, _DIGITS)
        rough.flags.writeable = False
        return rough

    def nearest(self, place: int, count: int) -> np.ndarray:
        """About the closest others of one artifact, in the order of their places."""
        rough = self.roughly(place)
        count = min(count, len(rough) - 1)
        order = np.argpartition(-rough, count)[:count] if count else np.zeros(0, np.int64)
        return np.sort(order)

    def likeness_of(self, place: int, others: np.ndarray, parts: Parts) -> np.ndarray:
        """The likeness of one artifact with some others, whose parts with it are at hand; float64 (others,)."""
        said, weights = self.likeness.said, self.likeness.weights
        here = np.array([place])
        words = ((said[here] @ weights[others].T + weights[here] @ said[others].T) / 2).toarray()
        pairs = Pairs(here, others, parts.cover.copy(), parts.covered.copy(), words)
        likeness: np.ndarray = np.round(self.likeness.scaled(pairs)[0], _DIGITS - 3)
        return likeness

    def _covers(self, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        (mine, from_left, sizes), (theirs, from_right, other_sizes) = self._rows(left), self._rows(right)
        products = mine @ theirs.T
        # Along the first axis whole rows are compared at once.
        by_right = np.maximum.reduceat(np.ascontiguousarray(products.T), from_right, axis=0)
        by_left = np.maximum.reduceat(products, from_left, axis=0)
        cover = np.add.reduceat(by_right.T.astype(np.float64), from_left, axis=0) / sizes[:, None]
        covered = np.add.reduceat(by_left.T.astype(np.float64), from_right, axis=0).T / other_sizes
        return cosines_of(cover), cosines_of(covered)

    def _rows(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The capability rows of some artifacts, where each one's begin, and how many there are."""
        rows, begins = _spans(self.likeness.offsets, places)
        return self.likeness.rows[rows].astype(np.float32), begins, np.diff(self.likeness.offsets)[places]

    @cached_property
    def _abilities(self) -> tuple[np.ndarray, np.ndarray]:
        """The capability rows that tell an ability, and where each artifact's begin and end."""
        rows = np.flatnonzero(self.catalogue.telling)
        return rows, np.searchsorted(rows, self.likeness.offsets)

    @cached_property
    def _by_word(self) -> sp.csc_matrix:
        return self.weights.tocsc()

    @cached_property
    def _by_shelf(self) -> sp.csc_matrix:
        return self.shelves.tocsc()


def _spans(offsets: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows of some artifacts, of which the offsets say where each one's begin, and where they begin among these."""
    sizes = np.diff(offsets)[places]
    begins = (np.cumsum(sizes) - sizes).astype(np.int64)
    return np.arange(sizes.sum()) + np.repeat(offsets[places] - begins, sizes), begins


def _said(weights: Sparse) -> Sparse:
    """1 where a word is said."""
    said = weights.copy()
    said.data = np.ones_like(said.data)
    return said


def _shelves(catalogue: Catalogue) -> sp.csr_matrix:
    """Tags and jobs of every artifact by how rare they are, as rows of length 1; of none, an empty row."""
    named = [
        sorted({text.casefold() for text in (*tags, *jobs)})
        for tags, jobs in zip(catalogue.texts("tags"), catalogue.texts("job"), strict=True)
    ]
    often = Counter(text for texts in named for text in texts)
    column = {text: place for place, text in enumerate(sorted(often))}
    rows = [_unit([float(np.log(len(named) / often[text])) for text in texts]) for texts in named]
    starts = np.cumsum([0, *map(len, named)])
    columns = [column[text] for texts in named for text in texts]
    return sp.csr_matrix(([value for row in rows for value in row], columns, starts), (len(named), len(column)))


def _unit(values: Sequence[float]) -> list[float]:
    length = float(np.linalg.norm(values)) if values else 0.0
    return [value / length if length else 0.0 for value in values]
