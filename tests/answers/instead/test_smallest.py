"""The smallest cover: as small, and as good, as trying every set finds."""

from __future__ import annotations

import time
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matchgraph.answers.instead.smallest import smallest_cover


def as_bits(cover: dict[int, tuple[int, ...]]) -> set[int]:
    return {column for columns in cover.values() for column in columns}


def by_trying(points: np.ndarray, marked: np.ndarray) -> tuple[int, int]:
    """The size of the smallest cover, and the most points of that size, by every set and every way to share."""
    rows, columns = points.shape
    for size in range(1, columns + 1):
        totals = []
        for chosen in combinations(range(rows), size):
            for shares in product(chosen, repeat=columns):
                mine = {row: [column for column in range(columns) if shares[column] == row] for row in chosen}
                fits = all(points[row, column] for row, its in mine.items() for column in its)
                if fits and all(len(its) < 2 or marked[row, its].all() for row, its in mine.items()):
                    totals.append(sum(points[shares[column], column] for column in range(columns)))
        if totals:
            return size, max(totals)
    raise AssertionError("no cover")


tables = arrays(int, st.tuples(st.integers(1, 5), st.integers(1, 4)), elements=st.integers(0, 9)).filter(
    lambda points: points.any(axis=0).all()
)


@given(points=tables, marks=st.data())
def test_no_set_of_rows_is_smaller_nor_has_one_as_small_more_points(points: np.ndarray, marks: st.DataObject) -> None:
    beside = marks.draw(arrays(bool, points.shape))
    cover = smallest_cover(points, beside, np.zeros(len(points), int))
    marked = beside & (points > 0)
    for column in range(points.shape[1]):
        marked[points[:, column].argmax(), column] = True
    assert as_bits(cover) == set(range(points.shape[1]))
    assert sum(len(columns) for columns in cover.values()) == points.shape[1]
    assert all(points[row, column] for row, columns in cover.items() for column in columns)
    total = sum(points[row, column] for row, columns in cover.items() for column in columns)
    assert (len(cover), total) == by_trying(points, marked)


def test_of_equal_points_the_higher_ranked_is_taken_then_the_first() -> None:
    points = np.array([[5], [5], [5]])
    assert smallest_cover(points, points > 0, np.array([1, 3, 3])) == {1: (0,)}


def test_a_row_that_is_marked_in_only_one_of_two_columns_covers_one() -> None:
    points = np.array([[8, 8], [9, 0], [0, 9]])
    assert smallest_cover(points, np.array([[True, True]] * 3), np.zeros(3, int)) == {0: (0, 1)}
    assert smallest_cover(points, np.array([[True, False]] * 3), np.zeros(3, int)) == {1: (0,), 2: (1,)}


def test_what_is_the_best_for_two_columns_covers_both_unmarked() -> None:
    points = np.array([[9, 9], [8, 8]])
    assert smallest_cover(points, np.zeros((2, 2), bool), np.zeros(2, int)) == {0: (0, 1)}


@pytest.mark.parametrize("columns", [13, 30])
def test_beyond_a_dozen_columns_every_column_is_still_covered_once(columns: int) -> None:
    dice = np.random.default_rng(columns)
    points = dice.integers(0, 4, (40, columns)) * (dice.random((40, columns)) < 0.3)
    points[0] = 1
    cover = smallest_cover(points, points > 0, np.zeros(40, int))
    taken = [column for its in cover.values() for column in its]
    assert sorted(taken) == list(range(columns))
    assert all(points[row, column] for row, its in cover.items() for column in its)


def test_a_dozen_columns_take_no_longer_than_a_blink() -> None:
    points = np.random.default_rng(1).integers(0, 100, (300, 12))
    began = time.process_time()
    cover = smallest_cover(points, points > 0, np.zeros(300, int))
    assert time.process_time() - began < 5.0
    assert len(cover) == 1
