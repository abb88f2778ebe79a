"""The nearest of every artifact, kept while pairs go by in any order, block by block or one by one."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from matchgraph.graph.pairs import Pairs

COPY = 0.9  # cover both ways from which two artifacts are near-copies of one another

_DIGITS = 6
_FEW = 2
_SOME = 1 << 21  # entries that wait before the nearest are told from the rest
_TOGETHER = 1 << 17  # artifacts whose entries are sorted together


class Nearest:
    """The few nearest of every artifact among the pairs seen, of those whose likeness reaches the cut."""

    def __init__(self, artifacts: int, cut: float, most: int) -> None:
        self.most, self._cut = most, cut
        self._least = np.full(artifacts, cut - 10.0**-_DIGITS)  # what is below cannot be among the nearest
        self._held = np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0)
        self._new: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self._waiting = 0

    def see(self, pairs: Pairs, likeness: np.ndarray) -> None:
        """Take every artifact of one list with every one of another into account, from both sides."""
        enough = np.minimum(self._least[pairs.left, None], self._least[pairs.right])
        near = likeness >= enough
        if near.sum() > _FEW * self.most * sum(likeness.shape):  # most of them are not even the nearest in this block
            near &= (likeness >= self._last(likeness, 1)) | (likeness >= self._last(likeness, 0))
        rows, columns = np.nonzero(near)
        self.see_each(pairs.left[rows], pairs.right[columns], likeness[rows, columns])

    def _last(self, likeness: np.ndarray, axis: int) -> np.ndarray:
        """What the last of the nearest has along an axis, or nearly that."""
        if likeness.shape[axis] <= self.most:
            return np.full((1, 1), -np.inf)
        last = np.partition(likeness, -self.most, axis=axis).take([-self.most], axis=axis)
        return np.asarray(last - 10.0**-_DIGITS)

    def see_each(self, left: np.ndarray, right: np.ndarray, likeness: np.ndarray) -> None:
        """Take some pairs into account, from both sides."""
        value = np.round(likeness, _DIGITS)
        for of, other in ((left, right), (right, left)):
            near = (value >= self._least[of]) & (value >= self._cut)
            self._new.append((of[near].astype(np.int32), other[near].astype(np.int32), value[near]))
            self._waiting += int(near.sum())
        self._settle_many()

    def take(self, of: np.ndarray, other: np.ndarray, value: np.ndarray) -> None:
        """Take what was found elsewhere into account."""
        self._new.append((of.astype(np.int32), other.astype(np.int32), value))
        self._waiting += len(of)
        self._settle_many()

    def found(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Who has whom among the nearest, and their likeness: the nearest of each first, equals by place."""
        self._settle()
        of, other, value = self._held
        return of.astype(np.int64), other.astype(np.int64), value

    def _settle_many(self) -> None:
        if self._waiting > max(_SOME, len(self._held[0])):
            self._settle()

    def _settle(self) -> None:
        entries = [np.concatenate(part) for part in zip(self._held, *self._new, strict=True)]
        self._new, self._waiting = [], 0
        piece = entries[0] // _TOGETHER
        pieces = [[part[piece == at] for part in entries] for at in range(len(self._least) // _TOGETHER + 1)]
        settled = [self._nearest(*each) for each in pieces]
        of, other, value = (np.concatenate(part) for part in zip(*settled, strict=True))
        self._held = of, other, value

    def _nearest(
        self, of: np.ndarray, other: np.ndarray, value: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The nearest of each artifact among all entries of some of them."""
        order = np.lexsort((other, -value, of))
        of, other, value = of[order], other[order], value[order]
        once = np.ones(len(of), bool)  # a pair that came by twice stands side by side with itself
        once[1:] = (of[1:] != of[:-1]) | (other[1:] != other[:-1])
        of, other, value = of[once], other[once], value[once]
        rank = np.arange(len(of)) - np.searchsorted(of, of)
        last = rank == self.most - 1
        self._least[of[last]] = value[last]
        near = rank < self.most
        return of[near], other[near], value[near]


class Best:
    """The nearest partner of every artifact, the most of its job that another does, and all near-copies."""

    def __init__(self, artifacts: int) -> None:
        self.likeness = np.full(artifacts, -np.inf)
        self.partner = np.full(artifacts, -1)
        self.cover = np.zeros(artifacts)
        self._copies: list[np.ndarray] = []  # pairs of places, (2, pairs)

    def see(self, pairs: Pairs, likeness: np.ndarray) -> None:
        """Take one block into account, from both sides."""
        self._nearer(pairs.left, pairs.right, likeness)
        self._nearer(pairs.right, pairs.left, likeness.T)
        _, same, again = np.intersect1d(pairs.left, pairs.right, assume_unique=True, return_indices=True)
        pairs.cover[same, again] = pairs.covered[same, again] = -1  # nothing is replaced by itself
        self._more(pairs.left, _most_by_others(pairs.cover, pairs.covered))
        self._more(pairs.right, _most_by_others(pairs.covered.T, pairs.cover.T))
        rows, columns = np.nonzero((pairs.cover >= COPY) & (pairs.covered >= COPY))
        self._copies.append(np.stack([pairs.left[rows], pairs.right[columns]]))

    def see_each(self, pairs: Pairs, likeness: np.ndarray) -> None:
        """Take some pairs into account, from both sides."""
        value = np.round(likeness, _DIGITS)
        copies = (pairs.cover >= COPY) & (pairs.covered >= COPY)
        sides = (pairs.left, pairs.right, pairs.cover), (pairs.right, pairs.left, pairs.covered)
        for of, other, cover in sides:
            order = np.lexsort((other, -value, of))
            first = order[np.flatnonzero(np.diff(of[order], prepend=-1))]
            self._keep(of[first], other[first], value[first])
            np.maximum.at(self.cover, of[~copies], cover[~copies])
        self._copies.append(np.stack([pairs.left[copies], pairs.right[copies]]))

    def found(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """The artifacts that were met; likeness, partner and cover of each."""
        met = np.flatnonzero((self.partner >= 0) | (self.cover > 0))
        return met, self.likeness[met], self.partner[met], self.cover[met]

    def copies(self) -> np.ndarray:
        """The near-copies met, pairs of places, (2, pairs)."""
        return np.concatenate([np.zeros((2, 0), np.int64), *self._copies], axis=1)

    def take(
        self, met: np.ndarray, likeness: np.ndarray, partner: np.ndarray, cover: np.ndarray, copies: np.ndarray
    ) -> None:
        """Take what was found elsewhere into account."""
        self._keep(met, partner, likeness)
        self._more(met, cover)
        self._copies.append(copies)

    def flocks(self) -> np.ndarray:
        """One number a flock of near-copies; every pair counts, since edges keep only the nearest of a large flock."""
        from scipy.sparse.csgraph import connected_components

        size = len(self.partner)
        left, right = self.copies()
        joined = sp.coo_matrix((np.ones(len(left)), (left, right)), (size, size)).tocsr()
        return np.asarray(connected_components(joined, directed=False)[1], np.int64)

    def _nearer(self, of: np.ndarray, others: np.ndarray, values: np.ndarray) -> None:
        """Keep the nearest of each row; of those that are equal as rounded, the one with the smallest place."""
        rows, columns = np.nonzero(values >= values.max(axis=1, keepdims=True) - 10.0**-_DIGITS)
        rounded = np.round(values[rows, columns], _DIGITS)
        order = np.lexsort((others[columns], -rounded, rows))
        first = order[np.searchsorted(rows[order], np.arange(len(of)))]
        self._keep(of, others[columns[first]], rounded[first])

    def _keep(self, of: np.ndarray, partner: np.ndarray, likeness: np.ndarray) -> None:
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
