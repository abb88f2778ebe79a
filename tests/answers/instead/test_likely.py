"""Likely shelves: guessed only where one states none, from what is closest, and never by what else is asked."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from matchgraph.answers.instead.likely import likely

# Five that stand on the first shelf or the second, then two that state none.
SHELVES = sp.csr_matrix(np.array([[1, 0], [1, 0], [0, 1], [0, 1], [1, 0], [0, 0], [0, 0]], float))
ANCHORS = np.array([0, 1, 2, 3])
NEAR_FIRST, NEAR_SECOND = [3.0, 3.0, 0.0, 0.0], [0.0, 0.0, 3.0, 3.0]


def guess(place: int, places: list[int], known: list[float], between: list[list[float]]) -> list[float]:
    return likely(SHELVES, place, np.array(places), ANCHORS, np.array(known), np.array(between)).tolist()


def test_where_both_state_a_shelf_nothing_is_guessed() -> None:
    assert guess(4, [0, 2], NEAR_FIRST, [NEAR_FIRST, NEAR_SECOND]) == [0, 0]


def test_what_states_none_stands_where_its_closest_do() -> None:
    first, second = guess(4, [5, 6], NEAR_FIRST, [NEAR_FIRST, NEAR_SECOND])
    assert first == pytest.approx(1, abs=1e-4)
    assert second == pytest.approx(0, abs=1e-3)


def test_what_is_asked_may_itself_state_none() -> None:
    stated, other, silent = guess(5, [4, 2, 6], NEAR_FIRST, [NEAR_FIRST, NEAR_SECOND, NEAR_FIRST])
    assert (stated, silent) == (pytest.approx(1, abs=1e-4), pytest.approx(1, abs=1e-4))
    assert other < 0.01


def test_what_is_closest_to_both_is_likely_on_either_and_so_less_on_one() -> None:
    (torn,) = guess(4, [5], NEAR_FIRST, [[1.0, 1.0, 1.0, 1.0]])
    assert torn == pytest.approx(np.sqrt(0.5))


def test_a_guess_depends_on_nothing_else_that_is_asked() -> None:
    both = guess(4, [5, 6], NEAR_FIRST, [NEAR_FIRST, [1.0, 2.0, 2.0, 1.0]])
    assert guess(4, [6], NEAR_FIRST, [[1.0, 2.0, 2.0, 1.0]]) == both[1:]


def test_from_fewer_than_three_that_state_one_nothing_is_guessed() -> None:
    few = likely(SHELVES, 4, np.array([5]), np.array([0, 1, 6]), np.zeros(3), np.ones((1, 3)))
    assert few.tolist() == [0]
