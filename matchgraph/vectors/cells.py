"""Rows sorted into cells of neighbours, for looking into a few of them where looking at every row takes too long.

The cells are those of k-means over rows on the grid, trained on a part of them that the caller names. Every product
and every sum is one of whole numbers and so exact, ties go to the first: the same rows give the same cells on any
machine, with any number of threads. (faiss's own k-means sums in float32, and gives others with another library.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from math import isqrt

import numpy as np
import scipy.sparse as sp

from matchgraph.engines.local import here
from matchgraph.engines.runner import Arrays, Bounds, Each, spans
from matchgraph.vectors.grid import sums_of, to_grid

_TO_LEARN_FROM = 40  # rows a cell
_ROUNDS = 8
_AT_ONCE = 4_096
_FEW = 16  # rows: as many as a question has parts, and more
_BLOCK = 32_768  # rows that are sorted together


@dataclass(frozen=True, eq=False)
class Cells:
    """Centres, and the rows that are nearer to each than to any other."""

    centres: np.ndarray  # int16, (cells, dim), grid rows
    rows: np.ndarray  # int32, every row once, cell by cell, in row order within one
    starts: np.ndarray  # int64, (cells + 1,): where each cell's rows begin

    def __len__(self) -> int:
        return len(self.centres)

    def inside(self, cell: int) -> np.ndarray:
        """The rows of a cell."""
        return self.rows[self.starts[cell] : self.starts[cell + 1]]

    def nearest(self, asked: np.ndarray, most: int) -> np.ndarray:
        """Per grid row asked for, its nearest cells, the nearest first; int32, (asked, most)."""
        found = [np.zeros((0, most), np.int32)]
        for near in self._nearness(asked):
            best = np.argpartition(-near, most - 1, axis=1)[:, :most] if most < len(self) else _columns(near)
            values = np.take_along_axis(near, best, axis=1)
            order = np.lexsort((best, -values), axis=1)
            found.append(np.take_along_axis(best, order, axis=1).astype(np.int32))
        return np.concatenate(found)

    def ranks(self, asked: np.ndarray, cells: np.ndarray) -> np.ndarray:
        """Per grid row asked for, how many cells are nearer to it than the one named beside it."""
        found, start = [np.zeros(0, np.int64)], 0
        for near in self._nearness(asked):
            named = cells[start : start + len(near)]
            of_named = near[np.arange(len(near)), named][:, None]
            before = np.arange(len(self)) < named[:, None]
            found.append(((near > of_named) | ((near == of_named) & before)).sum(axis=1))
            start += len(near)
        return np.concatenate(found)

    @cached_property
    def home(self) -> np.ndarray:
        """The cell of each row."""
        homes = np.empty(len(self.rows), np.int32)
        homes[self.rows] = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))
        return homes

    def _nearness(self, asked: np.ndarray) -> Iterator[np.ndarray]:
        return _products(asked, self._wide)

    @cached_property
    def _wide(self) -> np.ndarray:
        return self.centres.astype(np.float32)


def cells_for(rows: int) -> int:
    """How many cells so many rows are sorted into: finding the right ones takes about as long as looking into them.

    >>> cells_for(1_000_000)
    2000
    """
    return max(1, 2 * isqrt(rows))


@dataclass(frozen=True, eq=False, slots=True)
class Placing:
    """Grid rows, and the centres that they are beside."""

    grid: np.ndarray
    centres: np.ndarray

    def arrays(self) -> dict[str, np.ndarray]:
        """All that it is made of."""
        return {"grid": self.grid, "centres": self.centres}

    @classmethod
    def of_arrays(cls, arrays: Arrays) -> Placing:
        """The same again."""
        return cls(arrays["grid"], arrays["centres"])


def cells_of(grid: np.ndarray, count: int, learn_from: np.ndarray, each: Each = here, stage: str = "cells") -> Cells:
    """So many cells of the grid rows; `learn_from` names rows in an order of chance, and the first of them teach."""
    taught = grid[np.sort(learn_from[: count * _TO_LEARN_FROM])]
    centres = grid[learn_from[:count]].copy()
    for _ in range(_ROUNDS):
        centres = _moved(centres, taught)
    found = each(stage, _placed, Placing(grid, centres), spans(len(grid), _BLOCK))
    homes = np.concatenate([np.zeros(0, np.int32), *(part["homes"] for part in found)])
    rows = np.argsort(homes, kind="stable").astype(np.int32)
    return Cells(centres, rows, np.searchsorted(homes[rows], np.arange(len(centres) + 1)))


def nearest_cells(cells: Cells, grid: np.ndarray, most: int, each: Each) -> np.ndarray:
    """Per grid row its nearest cells, the nearest first; int32, (rows, most)."""
    found = each("near-cells", partial(_near, most), Placing(grid, cells.centres), spans(len(grid), _BLOCK))
    return np.concatenate([part["near"] for part in found])


def _placed(given: Placing, block: Bounds) -> Arrays:
    """The cell of each row of a block."""
    return {"homes": _homes(given.grid[slice(*block)], given.centres)}


def _near(most: int, given: Placing, block: Bounds) -> Arrays:
    """The nearest cells of each row of a block."""
    cells = Cells(given.centres, np.zeros(0, np.int32), np.zeros(0, np.int64))
    return {"near": cells.nearest(given.grid[slice(*block)], most)}


def _moved(centres: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The directions in which the rows of each cell lie on the whole; an empty cell stays where it is."""
    sums, homes = np.zeros(centres.shape, np.int64), _homes(rows, centres)
    for start in range(0, len(rows), _AT_ONCE):
        part = homes[start : start + _AT_ONCE]
        joined = sp.csr_matrix((np.ones(len(part), np.int64), (part, np.arange(len(part)))), (len(sums), len(part)))
        sums += joined @ rows[start : start + _AT_ONCE].astype(np.int64)
    moved = to_grid(sums)
    return np.where(np.abs(sums).max(axis=1, keepdims=True) > 0, moved, centres)


def _homes(rows: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The nearest centre of each row."""
    return np.concatenate(
        [np.zeros(0, np.int32)]
        + [near.argmax(axis=1).astype(np.int32) for near in _products(rows, centres.astype(np.float32))]
    )


def _products(rows: np.ndarray, wide: np.ndarray) -> Iterator[np.ndarray]:
    if 0 < len(rows) <= _FEW:
        yield sums_of(rows, wide)
        return
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE].astype(np.float32) @ wide.T


def _columns(near: np.ndarray) -> np.ndarray:
    return np.tile(np.arange(near.shape[1]), (len(near), 1))
