"""Which likenesses become edges: mutual neighbours that chance does not explain, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from matchgraph.catalogue.track import Track
from matchgraph.graph.likeness import Likeness, Pairs
from matchgraph.vectors.grid import products

NEAREST = 10  # neighbours an artifact may have; an edge needs both to name each other
CHANCE = 0.01  # share of chance pairs that may be as alike as an edge
COPY = 0.9  # cover both ways from which two artifacts are near-copies of one another

_DIGITS = 6


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Likeness edges, one row a pair with left < right, in order; and how replaceable each artifact is."""

    left: np.ndarray  # int64, artifact places
    right: np.ndarray
    likeness: np.ndarray  # float64
    cover: np.ndarray  # how much of the left one's job the right one does
    covered: np.ndarray
    words: np.ndarray
    chance: np.ndarray  # share of chance pairs at least as alike
    weak: np.ndarray  # bool: beyond chance or mutuality, kept because one of the two has no other
    left_capability: np.ndarray  # int64, capability rows: the pair that is most alike
    right_capability: np.ndarray
    cosine: np.ndarray
    best_cover: np.ndarray  # float64, one an artifact: the most of its job that any other one does, copies left out
    copies: np.ndarray  # int64, one an artifact: equal for near-copies

    def __len__(self) -> int:
        return len(self.left)


def neighbours(likeness: Likeness, grid: np.ndarray, track: Track = iter) -> Neighbours:
    """The likeness edges of all artifacts; `grid` holds the capability rows as embedded."""
    found, best = _above_cut(likeness, track)
    places = _mutual(found)
    has_one = np.zeros(len(likeness), bool)
    has_one[found.left[places]] = has_one[found.right[places]] = True
    weak = _weak(likeness, best.partner, ~has_one)
    strong = _take(found, places)
    edges = _join([strong, weak])
    flags = np.repeat([False, True], [len(strong.left), len(weak.left)])
    order = np.lexsort((edges.right, edges.left))
    edges, flags = _take(edges, order), flags[order]
    pairs = [_best_pair(likeness, grid, *pair) for pair in zip(edges.left, edges.right, strict=True)]
    mine, theirs, cosine = np.array(pairs).T if pairs else np.zeros((3, 0))
    return Neighbours(
        **{name: getattr(edges, name) for name in ("left", "right", "likeness", "cover", "covered", "words")},
        chance=likeness.scale.share_above(edges.likeness),
        weak=flags,
        left_capability=mine.astype(np.int64),
        right_capability=theirs.astype(np.int64),
        cosine=cosine,
        best_cover=best.cover,
        copies=_flocks(best.copies, len(likeness)),
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Found:
    """Some pairs with left < right, as flat arrays."""

    left: np.ndarray
    right: np.ndarray
    likeness: np.ndarray
    cover: np.ndarray
    covered: np.ndarray
    words: np.ndarray


class _Best:
    """The nearest partner of every artifact, the most of its job that another does, and all near-copies."""

    def __init__(self, artifacts: int) -> None:
        self.likeness = np.full(artifacts, -np.inf)
        self.partner = np.full(artifacts, -1)
        self.cover = np.zeros(artifacts)
        self.copies: list[np.ndarray] = []  # pairs of places, (2, pairs)

    def see(self, pairs: Pairs, likeness: np.ndarray) -> None:
        """Take one block into account, from both sides."""
        self._nearer(pairs.left, pairs.right, likeness)
        self._nearer(pairs.right, pairs.left, likeness.T)
        if pairs.left is pairs.right:  # nothing is replaced by itself
            np.fill_diagonal(pairs.cover, -1)
            np.fill_diagonal(pairs.covered, -1)
        self._more(pairs.left, _most_by_others(pairs.cover, pairs.covered))
        self._more(pairs.right, _most_by_others(pairs.covered.T, pairs.cover.T))
        rows, columns = np.nonzero((pairs.cover >= COPY) & (pairs.covered >= COPY))
        self.copies.append(np.stack([pairs.left[rows], pairs.right[columns]]))

    def _nearer(self, of: np.ndarray, others: np.ndarray, values: np.ndarray) -> None:
        """Keep the nearest of each row; of those that are equal as rounded, the one with the smallest place."""
        rows, columns = np.nonzero(values >= values.max(axis=1, keepdims=True) - 10.0**-_DIGITS)
        rounded = np.round(values[rows, columns], _DIGITS)
        order = np.lexsort((columns, -rounded, rows))
        first = order[np.searchsorted(rows[order], np.arange(len(of)))]
        likeness, partner = rounded[first], others[columns[first]]
        tied = (likeness == self.likeness[of]) & (partner < self.partner[of])
        better = (likeness > self.likeness[of]) | (tied & np.isfinite(likeness))
        self.likeness[of[better]], self.partner[of[better]] = likeness[better], partner[better]

    def _more(self, of: np.ndarray, cover: np.ndarray) -> None:
        self.cover[of] = np.maximum(self.cover[of], cover)


def _most_by_others(cover: np.ndarray, covered: np.ndarray) -> np.ndarray:
    """The largest cover of each row; a near-copy is the same thing listed twice, and replaces nothing."""
    most: np.ndarray = cover.max(axis=1, initial=-1)
    for row in np.flatnonzero(most >= COPY):
        most[row] = np.where((cover[row] >= COPY) & (covered[row] >= COPY), -1, cover[row]).max()
    return most


def _above_cut(likeness: Likeness, track: Track) -> tuple[_Found, _Best]:
    """Every pair that chance does not explain."""
    cut = likeness.scale.cut(CHANCE)
    best = _Best(len(likeness))
    parts = []
    for pairs, values in likeness.blocks(track):
        best.see(pairs, values)
        rows, columns = np.nonzero(values >= cut - 10.0**-_DIGITS)
        if len(rows):
            parts.append(_ordered(pairs, values, rows, columns))
    found = _join(parts)
    return _take(found, np.flatnonzero(found.likeness >= cut)), best


def _ordered(pairs: Pairs, values: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> _Found:
    """Some cells of a block as pairs with the smaller place on the left."""
    left, right = pairs.left[rows], pairs.right[columns]
    cover, covered = pairs.cover[rows, columns], pairs.covered[rows, columns]
    turned = left > right
    return _Found(
        np.where(turned, right, left),
        np.where(turned, left, right),
        np.round(values[rows, columns], _DIGITS),
        np.where(turned, covered, cover),
        np.where(turned, cover, covered),
        pairs.words[rows, columns],
    )


def _mutual(found: _Found) -> np.ndarray:
    """The pairs in which each of the two is among the other's nearest."""
    count = len(found.left)
    of = np.concatenate([found.left, found.right])
    other = np.concatenate([found.right, found.left])
    value = np.concatenate([found.likeness, found.likeness])
    order = np.lexsort((other, -value, of))
    starts = np.searchsorted(of[order], of[order])
    near = np.zeros(2 * count, bool)
    near[order[np.arange(2 * count) - starts < NEAREST]] = True
    return np.flatnonzero(near[:count] & near[count:])


def _weak(likeness: Likeness, partner: np.ndarray, lonely: np.ndarray) -> _Found:
    """The best edge of each artifact that has none, whatever it is worth."""
    wanted = {(min(a, b), max(a, b)) for a, b in enumerate(partner) if lonely[a] and b >= 0}
    parts = []
    for left, right in sorted(wanted):
        pair = likeness.pair(left, right)
        parts.append(_ordered(pair, likeness.scaled(pair), np.array([0]), np.array([0])))
    return _join(parts)


def _flocks(copies: Sequence[np.ndarray], artifacts: int) -> np.ndarray:
    """One number a flock of near-copies; every pair counts, since edges keep only the nearest of a large flock."""
    from scipy.sparse.csgraph import connected_components

    left, right = np.concatenate([np.zeros((2, 0), np.int64), *copies], axis=1)
    joined = sp.coo_matrix((np.ones(len(left)), (left, right)), (artifacts, artifacts)).tocsr()
    return np.asarray(connected_components(joined, directed=False)[1], np.int64)


def _best_pair(likeness: Likeness, grid: np.ndarray, left: int, right: int) -> tuple[int, int, float]:
    """The two capabilities, one of each, that are most alike, and their cosine."""
    start, stop = likeness.offsets[left], likeness.offsets[left + 1]
    other, end = likeness.offsets[right], likeness.offsets[right + 1]
    cosines = products(grid[start:stop], grid[other:end])
    row, column = divmod(int(cosines.argmax()), int(end - other))
    return int(start) + row, int(other) + column, float(cosines[row, column])


def _take(found: _Found, places: np.ndarray) -> _Found:
    return _Found(*(getattr(found, name)[places] for name in _Found.__slots__))


def _join(parts: Iterable[_Found]) -> _Found:
    kept = list(parts)
    if not kept:
        return _Found(*np.zeros((2, 0), np.int64), *np.zeros((4, 0)))
    return _Found(*(np.concatenate([getattr(part, name) for part in kept]) for name in _Found.__slots__))
