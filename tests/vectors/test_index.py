"""The index against whole numbers multiplied one by one and sorted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.vectors.grid import LENGTH, to_grid
from matchgraph.vectors.index import Index

DIM = 24
unhurried = settings(deadline=None)


def rows_of(seed: int, rows: int, dim: int = DIM) -> np.ndarray:
    return to_grid(np.random.default_rng(seed).standard_normal((rows, dim)))


def few_directions(seed: int, rows: int) -> np.ndarray:
    """Rows that are nearly all twins of one another: every question is full of ties."""
    return to_grid(np.random.default_rng(seed).integers(-1, 2, (rows, 3)))


def slow(
    grid: np.ndarray, queries: np.ndarray, k: int, among: np.ndarray | None = None
) -> tuple[list[list[float]], list[list[int]]]:
    """What `nearest` should say: all products as whole numbers, sorted by product and then by row."""
    open_rows = [row for row in range(len(grid)) if among is None or among[row]]
    scores, found = [], []
    for query in np.atleast_2d(queries).astype(np.int64):
        said = {row: int(query @ grid[row].astype(np.int64)) for row in open_rows}
        best = sorted(open_rows, key=lambda row: (-said[row], row))[:k]
        found.append(best)
        scores.append([min(said[row] / LENGTH**2, 1.0) for row in best])
    return scores, found


def agrees(grid: np.ndarray, queries: np.ndarray, k: int, among: np.ndarray | None = None) -> None:
    scores, rows = Index(grid).nearest(queries, k, among)
    wanted_scores, wanted_rows = slow(grid, queries, k, among)
    assert rows.tolist() == wanted_rows
    assert scores.tolist() == wanted_scores


def test_the_nearest_rows_come_first_with_their_cosines() -> None:
    grid = to_grid(np.array([[0.0, 1.0], [1.0, 0.0], [3.0, 4.0]]))
    scores, rows = Index(grid).nearest(to_grid(np.array([[1.0, 0.0]])), 3)
    assert rows.tolist() == [[1, 2, 0]]
    assert scores.tolist() == [[1.0, 0.6, 0.0]]


@pytest.mark.parametrize("queries", [1, 2, 19, 20, 50, 256])  # faiss takes another way from 20 on, we from 256
@pytest.mark.parametrize("k", [1, 10, 99, 100, 300])  # and from 100 on
def test_the_nearest_are_those_of_whole_numbers(queries: int, k: int) -> None:
    agrees(rows_of(1, 300), rows_of(2, queries), k)


@pytest.mark.parametrize("k", [1, 7, 40])
def test_of_equals_the_first_rows_come_also_when_many_are_asked(k: int) -> None:
    agrees(few_directions(1, 300), few_directions(2, 300), k)


@pytest.mark.parametrize("inside", [1, 2, 9, 10, 14, 15, 16, 50, 150, 299, 300])
def test_a_mask_of_any_size_leaves_in_just_its_rows(inside: int) -> None:
    grid, among = rows_of(3, 300), np.zeros(300, bool)
    among[np.random.default_rng(inside).permutation(300)[:inside]] = True
    for k in (1, 10, 400):
        agrees(grid, rows_of(4, 3), k, among)


def test_a_mask_that_leaves_out_the_best_gives_the_next() -> None:
    grid = rows_of(5, 100)
    among = np.ones(100, bool)
    best = Index(grid).nearest(grid[40], 1, among)[1].item()
    assert best == 40
    among[40] = False
    assert Index(grid).nearest(grid[40], 1, among)[1].item() != 40


def test_an_empty_mask_gives_nothing_for_every_query() -> None:
    scores, rows = Index(rows_of(6, 30)).nearest(rows_of(7, 4), 5, np.zeros(30, bool))
    assert scores.shape == rows.shape == (4, 0)


def test_a_full_mask_is_no_mask() -> None:
    index, asked = Index(rows_of(8, 70)), rows_of(9, 5)
    for plain, masked in zip(index.nearest(asked, 7), index.nearest(asked, 7, np.ones(70, bool)), strict=True):
        assert np.array_equal(plain, masked)


@pytest.mark.parametrize("rows", [1, 2, 7])
def test_fewer_rows_than_asked_for_are_all_the_rows(rows: int) -> None:
    scores, found = Index(rows_of(10, rows)).nearest(rows_of(11, 3), 50)
    assert scores.shape == (3, rows)
    assert np.array_equal(np.sort(found, axis=1), np.tile(np.arange(rows), (3, 1)))


def test_one_query_may_come_without_its_brackets() -> None:
    grid = rows_of(12, 20)
    assert Index(grid).nearest(grid[3], 4)[1].tolist() == Index(grid).nearest(grid[3:4], 4)[1].tolist()


def test_the_lower_rows_win_when_not_all_twins_have_room() -> None:
    near, far = [1.0, 0.0], [0.0, 1.0]
    grid = to_grid(np.array([far, near, far, near, near]))
    asked = to_grid(np.array([near]))
    assert Index(grid).nearest(asked, 2)[1].tolist() == [[1, 3]]
    assert Index(grid).nearest(asked, 4)[1].tolist() == [[1, 3, 4, 0]]


def test_the_lower_twin_stays_when_something_nearer_comes_after_it() -> None:
    # Rows 0 and 1 are twins; row 2 is nearer and takes one of the two seats. The seat it leaves is row 0's.
    grid = to_grid(np.array([[3.0, 4.0], [3.0, 4.0], [1.0, 0.0]]))
    assert Index(grid).nearest(to_grid(np.array([[1.0, 0.0]])), 2)[1].tolist() == [[2, 0]]


@unhurried
@given(
    st.integers(0, 2**32 - 1), st.integers(1, 120), st.integers(1, 25), st.integers(1, 130), st.none() | st.floats(0, 1)
)
def test_ties_come_in_row_order_wherever_the_cut_falls(
    seed: int, rows: int, queries: int, k: int, share: float | None
) -> None:
    among = None if share is None else np.random.default_rng(seed).random(rows) < share
    agrees(few_directions(seed, rows), few_directions(seed + 1, queries), k, among)


@unhurried
@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_the_first_three_open_the_first_five(seed: int, rows: int) -> None:
    index, asked = Index(few_directions(seed, rows)), few_directions(seed + 1, 2)
    assert np.array_equal(index.nearest(asked, 5)[1][:, :3], index.nearest(asked, 3)[1])


@pytest.mark.parametrize("queries", [1, 4, 30])
def test_cosines_with_chosen_rows_are_those_of_whole_numbers(queries: int) -> None:
    grid, asked, chosen = rows_of(13, 90), rows_of(14, queries), np.array([7, 0, 89, 7])
    wanted = np.minimum(asked.astype(np.int64) @ grid[chosen].astype(np.int64).T / LENGTH**2, 1)
    found = Index(grid).cosines(asked, chosen)
    assert found.dtype == np.float64
    assert np.array_equal(found, wanted)


def test_cosines_with_no_rows_are_none() -> None:
    assert Index(rows_of(15, 9)).cosines(rows_of(16, 2), np.zeros(0, np.int64)).shape == (2, 0)


def test_cosines_of_a_view_with_gaps_are_those_of_its_rows() -> None:
    grid = rows_of(17, 40)
    index, chosen = Index(grid), np.arange(5)
    assert np.array_equal(index.cosines(grid[::3], chosen), index.cosines(grid[::3].copy(), chosen))
    assert np.array_equal(index.nearest(grid[::3], 5)[1], index.nearest(grid[::3].copy(), 5)[1])


def test_a_row_is_found_by_itself_and_no_cosine_is_above_one() -> None:
    grid = rows_of(18, 200, 384)
    scores, rows = Index(grid).nearest(grid, 1)
    assert rows[:, 0].tolist() == list(range(200))
    assert scores.max() == 1
    assert scores.min() > 0.999
