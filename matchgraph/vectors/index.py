"""The nearest rows to a question: a quick look at rounded rows, then exact products of those that may be among them.

Of very many rows only those in the nearest cells are looked at (`lookup.py`), as they stand in their file.

The rounded rows (faiss, eight bits a coordinate) take a third of the time to look through. How far a rounded product
can be off is known for each question, so no row that belongs in the answer is missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import faiss
import numpy as np

from matchgraph.vectors.grid import cosines_of, sums_of
from matchgraph.vectors.lookup import Lookup

_SPARE = 64  # rows looked at beyond k; more where rounding leaves it open which are the nearest
_BY_HAND = 0.05  # share of rows below which looking at just those is cheaper than a masked scan
_MANY = 16  # questions at a time that several threads are worth
_CROWD = 256  # questions at a time that a float32 copy of all rows is worth
_AT_ONCE = 1_024  # rows that are worked on together: what fits into the processor's own memory takes half the time
_OFF = 0.5001  # of a step that a coordinate may be rounded by: a half, and a little for float32
_ZERO = 128  # as faiss writes a coordinate of nothing
_CODES = 127  # a rounded coordinate is a whole number from -127 to 127, so that faiss multiplies bytes


class Index:
    """An inner-product index over grid rows: exact, or by cells where a lookup is given."""

    def __init__(self, grid: np.ndarray, lookup: Lookup | None = None) -> None:
        self.rows, self.lookup = grid, lookup
        if lookup is None:
            self._round(grid)

    def _round(self, grid: np.ndarray) -> None:
        lowest, highest = (limit(grid, axis=0, initial=0).astype(np.float64) for limit in (np.min, np.max))
        self._middle, self._step = (highest + lowest) / 2, (highest - lowest) / 2 / _CODES
        self.rounded = faiss.IndexScalarQuantizer(
            grid.shape[1], faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
        )
        self._longest = 0.0  # row of codes, as walked along the coordinates
        middle, step = (part.astype(np.float32) for part in (self._middle, np.where(self._step, self._step, 1)))
        codes, work = np.empty(grid.shape, np.uint8), np.empty((_AT_ONCE, grid.shape[1]), np.float32)
        for start in range(0, len(grid), _AT_ONCE):
            part = grid[start : start + _AT_ONCE]
            rounded = work[: len(part)]  # in place, which takes a sixth of the time
            np.rint(np.divide(np.subtract(part, middle, out=rounded), step, out=rounded), out=rounded)
            codes[start : start + len(part)] = rounded + _ZERO
            self._longest = max(self._longest, float(np.abs(rounded, out=rounded).sum(axis=1).max()))
        self.rounded.add_sa_codes(codes)

    def nearest(self, queries: np.ndarray, k: int, among: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Per grid row asked for, the cosines (falling) and rows of the k nearest, of `among` (a mask) where given.

        Fewer than k come back only when there are fewer rows; equal cosines come in row order.
        """
        asked = np.atleast_2d(queries).astype(np.float32)
        there = len(self.rows) if among is None else int(among.sum())
        if there <= max(k, _BY_HAND * len(self.rows)):
            inside = np.arange(len(self.rows)) if among is None else np.flatnonzero(among)
            found = _best(asked, self.rows, inside, k)
        elif self.lookup is not None:
            found = [_best(row, self.rows, self.lookup.among(row, k, among), k)[0] for row in asked[:, None]]
        elif among is None and len(asked) >= _CROWD:
            found = self._multiplied(asked, k)
        else:
            chosen = _only(among) if among is not None else None
            found = self._search(asked, k, there, chosen)
        scores, rows = (np.stack(part) for part in zip(*found, strict=True))
        return cosines_of(scores), rows

    def about(self, queries: np.ndarray, k: int, among: np.ndarray | None = None) -> np.ndarray:
        """Per grid row asked for, the k rows that are nearest by rounded products, in their order: a first choice.

        -1 stands for no row, where there are fewer than k. By cells, all rows asked for look into the cells of each.
        """
        if self.lookup is not None:
            wide = np.atleast_2d(queries).astype(np.float32)
            found = np.full((len(wide), k), -1, np.int64)
            for at, (_, best) in enumerate(_best(wide, self.rows, self.lookup.among(wide, k, among), k)):
                found[at, : len(best)] = best
            return found
        asked, _ = self._whole(np.atleast_2d(queries))
        with _threads_for(len(asked)):
            return np.asarray(self.rounded.search(asked, k, params=None if among is None else _only(among))[1])

    def _search(
        self, asked: np.ndarray, k: int, there: int, chosen: faiss.SearchParameters | None
    ) -> list[tuple[np.ndarray, np.ndarray]]:
        """The k nearest of each: looked for so deep that no row further down can belong to them."""
        whole, units = self._whole(asked)
        same = asked.astype(np.float64) @ self._middle
        off = np.abs(asked) @ self._step * _OFF + self._longest / 2 / units + 1
        depth, found = min(4 * k + _SPARE, there), dict[int, tuple[np.ndarray, np.ndarray]]()
        while left := [row for row in range(len(asked)) if row not in found]:
            with _threads_for(len(left)):
                rounded, rows = self.rounded.search(whole[left], depth, params=chosen)
            for row, seen, inside in zip(left, rounded, rows, strict=True):
                [(scores, best)] = _best(asked[[row]], self.rows, inside, k)
                if depth == there or seen[-1] / units[row] + same[row] + off[row] < scores[-1]:
                    found[row] = scores, best
            depth = min(4 * depth, there)
        return [found[row] for row in range(len(asked))]

    def _multiplied(self, asked: np.ndarray, k: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """The k nearest of each of many, from every product: for so many that costs less than rounded ones."""
        wide, every = self.rows.astype(np.float32), np.arange(len(self.rows))
        scores, rows = faiss.knn(asked, wide, k + 1, metric=faiss.METRIC_INNER_PRODUCT)
        order = np.lexsort((rows, -scores))
        scores, rows = np.take_along_axis(scores, order, axis=1), np.take_along_axis(rows, order, axis=1)
        found = list(zip(scores[:, :k], rows[:, :k], strict=True))
        tied = np.flatnonzero(scores[:, k - 1] == scores[:, k])  # of equals, faiss has kept any
        for start in range(0, len(tied), _CROWD):
            some = tied[start : start + _CROWD]
            for at, products in zip(some, asked[some] @ wide.T, strict=True):
                found[at] = _first(products, every, k)
        return found

    def _whole(self, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The questions rounded for rounded rows, and by how much they were stretched for that."""
        scaled = asked * self._step
        units = _CODES / np.maximum(np.abs(scaled).max(axis=1), 1e-9)
        return np.rint(scaled * units[:, None]).astype(np.float32), units

    def cosines(self, queries: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The cosine of each grid row asked for with each of the rows: float64 (queries, rows)."""
        return cosines_of(sums_of(np.atleast_2d(queries), self.rows[rows]))


def best_of(asked: np.ndarray, rows: np.ndarray, k: int) -> np.ndarray:
    """Per grid row asked for, which k of the rows are nearest, from every exact product; -1 where there are fewer."""
    if not len(asked):
        return np.zeros((0, k), np.int64)
    wide = asked.astype(np.float32), rows.astype(np.float32)
    return np.asarray(faiss.knn(*wide, k, metric=faiss.METRIC_INNER_PRODUCT)[1])


def _best(asked: np.ndarray, rows: np.ndarray, inside: np.ndarray, k: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Per grid row asked for, the exact products and the rows of the k best inside, equals in row order."""
    scores = np.empty((len(asked), len(inside)), np.float32)
    for start in range(0, len(inside), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        scores[:, part] = sums_of(asked, rows[inside[part]])
    return [_first(row, inside, k) for row in scores]


def _first(scores: np.ndarray, rows: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k best scores and their rows, equals in row order."""
    if k < len(scores):
        enough = scores >= np.partition(scores, -k)[-k]
        scores, rows = scores[enough], rows[enough]
    order = np.lexsort((rows, -scores))[:k]
    return scores[order], rows[order]


@contextmanager
def _threads_for(questions: int) -> Iterator[None]:
    """Few questions go on one thread: several would wait for one another, and where others work too, for long."""
    usual = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1 if questions < _MANY else usual)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(usual)


def _only(among: np.ndarray) -> faiss.SearchParameters:
    """Search parameters that leave out every row not in the mask."""
    bits = np.packbits(among, bitorder="little")
    # faiss's Python layer takes keywords and arrays that its stubs do not know of.
    return faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))  # type: ignore[call-arg, arg-type]
