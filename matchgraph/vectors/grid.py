"""Unit vectors on a grid of whole numbers, so that every sum of products is exact.

A float32 adds whole numbers up to 2**24 without rounding. Rows of length 4000 stay within it in every partial sum
(Cauchy-Schwarz: at most the product of the lengths; rounding lengthens a row to no more than 4096, the root of
2**24, in up to 36,000 dimensions). So the cosine of two rows is the same number in any order of summation: whatever
the batch, the number of threads, the BLAS library or the processor. That is what makes the match graph the same
graph every time. The price is a rounding of at most 1/8000 a coordinate, about 1e-4 in a cosine, and half the bytes
of float32.
"""

from __future__ import annotations

import numpy as np

LENGTH = 4000.0

_AT_ONCE = 4_096


def to_grid(rows: np.ndarray) -> np.ndarray:
    """The rows, whatever their length, as int16 rows of length 4000; a zero row stays zero.

    >>> to_grid(np.array([[3.0, 4.0]]))
    array([[2400, 3200]], dtype=int16)
    """
    wide = np.asarray(rows, np.float64)
    lengths = np.sqrt(np.einsum("ij,ij->i", wide, wide))[:, None]
    return np.rint(wide * (LENGTH / np.where(lengths == 0, 1, lengths))).astype(np.int16)


def products(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Cosines between the rows of two grids, float64; a row with itself may be rounded to just above 1, and is 1."""
    return cosines_of(left.astype(np.float32) @ right.astype(np.float32).T)


def sums_of(few: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Sums of products of a few grid rows with many, float32 (few, rows).

    Not by a matrix product: its threads go on waiting for the next one, and keep others from working meanwhile.
    """
    wide, sums = rows.astype(np.float32, copy=False), np.empty((len(few), len(rows)), np.float32)
    for at, each in enumerate(few.astype(np.float32, copy=False)):
        np.einsum("d,rd->r", each, wide, out=sums[at])
    return sums


def cosines_of(sums: np.ndarray) -> np.ndarray:
    """Sums of products of grid rows as cosines, float64."""
    return np.minimum(sums.astype(np.float64) / LENGTH**2, 1.0)


def centred(grid: np.ndarray) -> np.ndarray:
    """The grid with its mean row taken off: what all texts share tells none of them apart."""
    if not len(grid):
        return grid
    mean = grid.sum(axis=0, dtype=np.int64) / len(grid)
    made = np.empty_like(grid)
    for start in range(0, len(grid), _AT_ONCE):  # in float64 all rows together would take four times their room
        made[start : start + _AT_ONCE] = to_grid(grid[start : start + _AT_ONCE] - mean)
    return made
