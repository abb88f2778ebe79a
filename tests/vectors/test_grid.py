"""Whole numbers add up exactly: every claim of the grid against plain integers."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matchgraph.vectors.grid import LENGTH, centred, cosines_of, products, sums_of, to_grid

FLOATS = st.floats(-100, 100, width=32)
SIZES = st.tuples(st.integers(1, 6), st.integers(1, 40))
SEEDS = st.integers(0, 2**32 - 1)
unhurried = settings(deadline=None)


def whole(grid: np.ndarray) -> np.ndarray:
    return grid.astype(np.int64)


def spread_evenly(dim: int) -> np.ndarray:
    """One row whose coordinates are all the same: every rounding goes the same way."""
    return to_grid(np.ones((1, dim)))


def test_three_and_four_become_a_row_of_length_4000() -> None:
    # 3, 4 has length 5: 3 / 5 * 4000 = 2400 and 4 / 5 * 4000 = 3200.
    assert to_grid(np.array([[3.0, -4.0], [0.0, 0.001]])).tolist() == [[2400, -3200], [0, 4000]]


def test_a_zero_row_stays_zero_beside_others() -> None:
    assert to_grid(np.array([[0.0, 0.0], [0.0, 2.0]])).tolist() == [[0, 0], [0, 4000]]


def test_no_rows_are_no_rows() -> None:
    assert to_grid(np.zeros((0, 5))).shape == (0, 5)
    assert centred(np.zeros((0, 5), np.int16)).shape == (0, 5)


@unhurried
@given(arrays(np.float32, SIZES, elements=FLOATS))
def test_every_row_fits_in_int16_and_within_the_length(rows: np.ndarray) -> None:
    grid = to_grid(rows)
    assert grid.dtype == np.int16
    assert np.abs(whole(grid)).max() <= LENGTH
    lengths = np.sqrt((whole(grid) ** 2).sum(axis=1))
    there = np.sqrt((rows.astype(np.float64) ** 2).sum(axis=1)) > 0
    assert (np.abs(lengths[there] - LENGTH) <= sqrt(rows.shape[1]) / 2).all()
    assert (lengths[~there] == 0).all()


@unhurried
@given(arrays(np.float32, SIZES, elements=FLOATS), st.sampled_from([0.5, 2.0, 1024.0]))
def test_a_row_twice_as_long_is_the_same_row(rows: np.ndarray, times: float) -> None:
    assert np.array_equal(to_grid(rows), to_grid(rows.astype(np.float64) * times))


@unhurried
@given(arrays(np.float32, SIZES, elements=FLOATS))
def test_a_row_is_the_same_alone_and_among_others(rows: np.ndarray) -> None:
    together = to_grid(rows)
    assert all(np.array_equal(to_grid(row[None])[0], together[place]) for place, row in enumerate(rows))


@pytest.mark.parametrize("length", [1e-30, 1e-6, 1.0, 1e6, 1e30])
def test_a_direction_is_kept_whatever_the_length(length: float) -> None:
    assert to_grid(np.array([[3.0, 4.0]], np.float32) * np.float32(length)).tolist() == [[2400, 3200]]


@unhurried
@given(SEEDS, st.sampled_from([1, 3, 64, 384, 768, 1024]))
def test_float32_sums_of_products_are_those_of_whole_numbers(seed: int, dim: int) -> None:
    left, right = (to_grid(np.random.default_rng(seed + side).standard_normal((5, dim))) for side in (0, 1))
    exact = whole(left) @ whole(right).T
    assert np.array_equal(left.astype(np.float32) @ right.astype(np.float32).T, exact)
    assert np.array_equal(left.astype(np.float32) @ left.astype(np.float32).T, whole(left) @ whole(left).T)
    assert np.array_equal(products(left, right), np.minimum(exact / LENGTH**2, 1))


@unhurried
@given(SEEDS, st.integers(2, 1024))
def test_the_order_of_summation_changes_nothing(seed: int, dim: int) -> None:
    dice = np.random.default_rng(seed)
    left, right = to_grid(dice.standard_normal((2, dim)) * dice.exponential(size=dim))
    terms = left.astype(np.float32) * right.astype(np.float32)
    one_by_one = np.float32(0)
    for term in terms[dice.permutation(dim)]:
        one_by_one += term
    exact = int((whole(left) * whole(right)).sum())
    assert one_by_one == exact
    assert np.sort(terms).cumsum(dtype=np.float32)[-1] == exact
    assert (terms[: dim // 2].sum() + terms[dim // 2 :].sum()) == exact


# The grid says that it has room for the rounding of 36,000 dimensions. A row of 1,109 or 36,000 equal coordinates
# stands just above a half in every one of them (122.52, 21.503), so that all are rounded up.
@pytest.mark.parametrize("dim", [2, 384, 1024, 1109, 36_000])
def test_even_a_row_that_is_rounded_up_everywhere_stays_exact(dim: int) -> None:
    row = spread_evenly(dim)
    exact = int((whole(row) ** 2).sum())
    assert exact <= 2**24
    assert (row.astype(np.float32) @ row.astype(np.float32).T).item() == exact


@unhurried
@given(arrays(np.float32, SIZES, elements=FLOATS))
def test_rounding_costs_at_most_an_8000th_a_coordinate(rows: np.ndarray) -> None:
    rows = rows.astype(np.float64)
    lengths = np.sqrt((rows**2).sum(axis=1, keepdims=True))
    unit = rows / np.where(lengths == 0, 1, lengths)
    assert np.abs(to_grid(rows) / LENGTH - unit).max() <= 1 / 8000 + 1e-12


def test_a_cosine_of_384_dimensions_is_right_to_about_a_ten_thousandth() -> None:
    rows = np.random.default_rng(7).standard_normal((50, 384))
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    wrong = np.abs(products(to_grid(rows), to_grid(rows)) - unit @ unit.T)
    assert wrong.mean() < 1.2e-4
    assert wrong.max() < 6e-4


def test_no_cosine_is_above_one() -> None:
    rows = to_grid(np.random.default_rng(7).standard_normal((300, 384)))
    longest = int((whole(rows) ** 2).sum(axis=1).max())
    assert longest > LENGTH**2  # a row that was rounded up
    assert products(rows, rows).max() == 1
    assert cosines_of(np.array([[longest, LENGTH**2, -(LENGTH**2)]], np.float32)).tolist() == [[1, 1, -1]]


def test_centred_takes_off_what_all_rows_share() -> None:
    # The mean of (4000, 0) and (0, 4000) is (2000, 2000); what is left points to (1, -1) and (-1, 1), 2828 = 4000 / √2.
    assert centred(np.array([[4000, 0], [0, 4000]], np.int16)).tolist() == [[2828, -2828], [-2828, 2828]]


def test_rows_that_are_all_the_same_are_zero_when_centred() -> None:
    assert not centred(np.tile(to_grid(np.array([[1.0, 2.0, 3.0]])), (7, 1))).any()
    assert not centred(to_grid(np.array([[1.0, 2.0, 3.0]]))).any()


@unhurried
@given(SEEDS)
def test_centring_does_not_depend_on_the_order_of_the_rows(seed: int) -> None:
    dice = np.random.default_rng(seed)
    grid = to_grid(dice.standard_normal((9, 16)) + 1)
    shuffled = dice.permutation(9)
    assert np.array_equal(centred(grid)[shuffled], centred(grid[shuffled]))


def test_the_mean_of_many_rows_does_not_overflow() -> None:
    many = np.tile(np.array([[4000, 0]], np.int16), (40_000, 1))
    many[0] = 0, 4000
    assert centred(many)[0].tolist() == [-2828, 2828]


def test_sums_of_none_with_many_and_of_some_with_none_are_none() -> None:
    rows = to_grid(np.eye(3))
    assert sums_of(rows[:0], rows).shape == (0, 3)
    assert sums_of(rows, rows[:0]).shape == (3, 0)
    assert sums_of(rows, rows).tolist() == (rows.astype(float) @ rows.T).tolist()
