"""Cells: every row in the one that is nearest, and the same cells whatever is counted at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from matchgraph.vectors import cells as room
from matchgraph.vectors.cells import Cells, cells_of
from matchgraph.vectors.grid import to_grid

unhurried = settings(deadline=None, max_examples=30)


def some(seed: int, rows: int, count: int, dim: int = 5) -> tuple[np.ndarray, Cells]:
    dice = np.random.default_rng(seed)
    grid = to_grid(dice.integers(-3, 4, (rows, dim)))  # many a row is the twin of another
    return grid, cells_of(grid, count, dice.permutation(rows))


def test_two_bundles_of_rows_are_two_cells_by_hand() -> None:
    grid = to_grid(np.array([[10.0, 1], [10, -1], [-1, 10], [1, 10], [10, 0]]))
    cells = cells_of(grid, 2, np.array([3, 0, 1, 2, 4]))
    assert [cells.inside(each).tolist() for each in range(2)] == [[2, 3], [0, 1, 4]]
    assert cells.centres.tolist() == [[0, 4000], [4000, 0]]
    assert cells.home.tolist() == [1, 1, 0, 0, 1]


@unhurried
@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(1, 12))
def test_every_row_is_in_the_first_of_the_cells_nearest_to_it(seed: int, rows: int, count: int) -> None:
    grid, cells = some(seed, rows, min(count, rows))
    near = grid.astype(np.int64) @ cells.centres.astype(np.int64).T
    assert cells.home.tolist() == near.argmax(axis=1).tolist()
    assert sorted(cells.rows.tolist()) == list(range(rows))
    for each in range(len(cells)):
        assert cells.inside(each).tolist() == np.flatnonzero(cells.home == each).tolist()


@unhurried
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 12))
def test_the_nearest_cells_are_those_of_whole_numbers_and_have_their_ranks(seed: int, rows: int, count: int) -> None:
    grid, cells = some(seed, rows, min(count, rows))
    near = grid.astype(np.int64) @ cells.centres.astype(np.int64).T
    wanted = [sorted(range(len(cells)), key=lambda cell: (-row[cell], cell)) for row in near]
    assert cells.nearest(grid, len(cells)).tolist() == wanted
    last = np.array([row[-1] for row in wanted])
    assert cells.ranks(grid, last).tolist() == [len(cells) - 1] * rows


@pytest.mark.parametrize("at_once", [1, 3, 1000])
def test_what_is_counted_at_once_and_by_how_many_threads_changes_nothing(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, usual = some(5, 300, 20)
    monkeypatch.setattr(room, "_AT_ONCE", at_once)
    with threadpool_limits(1):
        _, again = some(5, 300, 20)
    assert np.array_equal(usual.centres, again.centres)
    assert np.array_equal(usual.rows, again.rows)
