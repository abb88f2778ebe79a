"""The fewest rows that cover every column: exactly for up to a dozen columns, greedily beyond."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

MOST_EXACT = 12  # columns; the work grows threefold with each


Share = tuple[int, int]  # a row, and the columns that it covers, as bits


@dataclass(frozen=True, order=True, slots=True)
class _Cover:
    """Rows with their columns; the less, the better: fewer rows, more points, a higher rank, the first in order."""

    size: int
    points: int  # below zero
    rank: int  # below zero
    shares: tuple[Share, ...]

    def __add__(self, other: _Cover) -> _Cover:
        shares = tuple(sorted((*self.shares, *other.shares)))
        return _Cover(self.size + other.size, self.points + other.points, self.rank + other.rank, shares)


def smallest_cover(points: np.ndarray, beside: np.ndarray, rank: np.ndarray) -> dict[int, tuple[int, ...]]:
    """The fewest rows that together cover every column, each with its columns; of equally few, those of most points.

    `points` are whole numbers above 0 where a row covers a column, and some row has to cover each. A row may cover
    several columns only where in each of them it is marked in `beside`, or is the best. Equal points: the higher ranks,
    then the first.

    >>> points = np.array([[9, 0, 0], [0, 9, 0], [0, 0, 9], [5, 5, 0]])
    >>> smallest_cover(points, points > 0, np.zeros(4, int))
    {2: (2,), 3: (0, 1)}
    """
    find = _exactly if points.shape[1] <= MOST_EXACT else _greedily
    marked = beside & (points > 0)
    # So the exact way never takes one row twice: what is the best for two columns is one row for both.
    for column in range(points.shape[1]):
        marked[_best(0, np.arange(len(points)), points[:, column], rank).shares[0][0], column] = True
    return {row: tuple(_columns(bits)) for row, bits in sorted(find(points, marked, rank))}


def _exactly(points: np.ndarray, beside: np.ndarray, rank: np.ndarray) -> tuple[Share, ...]:
    """By sets of columns: the best for a set is the best row for a part of it, and the best for the rest."""
    alone = _best_rows(points, beside, rank)
    best = {0: _Cover(0, 0, 0, ())}
    for wanted in range(1, 1 << points.shape[1]):
        parts = (part for part in _parts(wanted) if part in alone)
        best[wanted] = min(best[wanted ^ part] + alone[part] for part in parts)
    return best[(1 << points.shape[1]) - 1].shares


def _parts(wanted: int) -> Iterator[int]:
    """Every subset of a set of columns that has its lowest column: the others are the rest of one of these."""
    lowest = wanted & -wanted
    rest = part = wanted ^ lowest
    while True:
        yield part | lowest
        if not part:
            return
        part = (part - 1) & rest


def _best_rows(points: np.ndarray, beside: np.ndarray, rank: np.ndarray) -> dict[int, _Cover]:
    """For each set of columns that some row covers alone, the best such row."""
    every = np.arange(len(points))
    best: dict[int, _Cover] = {}
    for column in range(points.shape[1]):
        rows = every[points[:, column] > 0]
        best[1 << column] = _best(1 << column, rows, points[rows, column], rank)
    several = {0: (every, np.zeros(len(points), int))}  # rows that are marked in all columns of a set, and their points
    for bits in range(1, 1 << points.shape[1]):
        column = bits.bit_length() - 1
        rows, total = several.get(bits ^ (1 << column), (every[:0], every[:0]))
        kept = beside[rows, column]
        if kept.any():
            rows, total = rows[kept], total[kept] + points[rows[kept], column]
            several[bits] = rows, total
            if bits not in best:
                best[bits] = _best(bits, rows, total, rank)
    return best


def _best(bits: int, rows: np.ndarray, total: np.ndarray, rank: np.ndarray) -> _Cover:
    first = int(np.lexsort((rows, -rank[rows], -total))[0])
    row = int(rows[first])
    return _Cover(1, -int(total[first]), -int(rank[row]), ((row, bits),))


def _greedily(points: np.ndarray, beside: np.ndarray, rank: np.ndarray) -> tuple[Share, ...]:
    """Row by row, always the one that covers most of what is left."""
    left, shares = np.ones(points.shape[1], bool), {}
    while left.any():
        several = beside & left
        covers = np.where(several.sum(axis=1, keepdims=True) > 1, several, _first(np.where(left, points, 0)))
        gain = np.where(covers, points, 0).sum(axis=1)
        order = np.lexsort((np.arange(len(points)), -rank, -gain, -covers.sum(axis=1)))
        row = int(order[0])
        shares[row] = sum(1 << int(column) for column in np.flatnonzero(covers[row]))
        left &= ~covers[row]
    return tuple(shares.items())


def _first(points: np.ndarray) -> np.ndarray:
    """Marks the one column of each row that has most points, where it has any."""
    marks = np.zeros(points.shape, bool)
    marks[np.arange(len(points)), points.argmax(axis=1)] = True
    return marks & (points > 0)


def _columns(bits: int) -> Iterator[int]:
    return (column for column in range(bits.bit_length()) if bits >> column & 1)
