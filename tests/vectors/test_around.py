"""What lies around a row is nearly its nearest, itself among it, and never another number of rows than asked for."""

from __future__ import annotations

import numpy as np

from matchgraph.vectors.around import around
from matchgraph.vectors.grid import to_grid


def flocks(rows: int = 3_000, each: int = 15) -> np.ndarray:
    """Rows in flocks, lightly spread."""
    dice = np.random.default_rng(8)
    middles = dice.standard_normal((rows // each, 16))
    return to_grid(middles[np.arange(rows) % len(middles)] + 0.15 * dice.standard_normal((rows, 16)))


def test_nearly_all_of_the_nearest_lie_around_a_row() -> None:
    grid = flocks()
    wide = grid.astype(np.float64)
    nearest = np.argsort(-(wide @ wide.T), axis=1, kind="stable")[:, :10]
    found = around(grid, 10)
    assert np.mean([np.isin(one, other).mean() for one, other in zip(nearest, found, strict=True)]) > 0.95


def test_a_row_lies_around_itself_and_the_same_rows_give_the_same() -> None:
    grid = flocks(600)
    found = around(grid, 4)
    assert (found == np.arange(len(grid))[:, None]).any(axis=1).all()
    assert np.array_equal(found, around(grid, 4))


def test_a_row_stands_in_for_those_that_there_are_not() -> None:
    found = around(flocks(30)[:3], 5)
    assert found.shape == (3, 5)
    assert [sorted(set(row)) for row in found.tolist()] == [[0, 1, 2]] * 3
