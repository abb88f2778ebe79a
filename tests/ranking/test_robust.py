"""Would the order hold under other weights? Exact shares, and the smallest change that turns it."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from matchgraph.ranking.robust import share_ahead, smallest_flip

NAMES = ("adoption", "quality", "ecosystem", "match_graph", "freshness")
gaps = st.lists(st.floats(-1, 1).map(lambda x: round(x, 3)), min_size=2, max_size=5)


def named(values):
    return dict(zip(NAMES, values, strict=False))


def test_ahead_on_every_signal_is_ahead_under_every_weighting():
    assert share_ahead({"adoption": 0.1, "quality": 0.2}) == 1.0
    assert share_ahead({"adoption": -0.1, "quality": -0.2}) == 0.0


def test_two_equal_artifacts_are_ahead_under_no_weighting():
    assert share_ahead({"adoption": 0.0, "quality": 0.0}) == 0.0


def test_of_two_signals_the_share_is_the_larger_gap_over_both():
    assert share_ahead({"adoption": 0.1, "quality": -0.3}) == pytest.approx(0.25)


@given(gaps)
def test_the_shares_of_both_sides_add_up_to_one_where_no_weighting_leaves_them_equal(values):
    assume(any(values))
    assert share_ahead(named(values)) + share_ahead(named([-value for value in values])) == pytest.approx(1.0)


@given(gaps)
def test_the_share_is_what_many_drawn_weightings_give(values):
    assume(any(values))
    drawn = np.random.default_rng(0).dirichlet(np.ones(len(values)), 20_000)
    assert share_ahead(named(values)) == pytest.approx((drawn @ values > 0).mean(), abs=0.02)


@given(gaps, st.lists(st.integers(0, 9), min_size=5, max_size=5))
def test_the_smallest_flip_is_what_linear_programming_finds(values, parts):
    weights = np.array(parts[: len(values)], float)
    assume(weights.sum() > 0)
    weights /= weights.sum()
    gap = float(weights @ values)
    assume(abs(gap) > 1e-6)
    flip = smallest_flip(named(weights), named(values))
    # Weights w + up - down on the simplex with a gap of zero; half of |up| + |down| is what moves.
    count, sign = len(values), np.sign(gap)
    both = np.concatenate([values, -np.array(values)])
    best = linprog(
        np.full(2 * count, 0.5),
        A_eq=np.stack([both, np.repeat([1.0, -1.0], count)]),
        b_eq=[-gap, 0],
        bounds=[(0, None)] * count + [(0, weight) for weight in weights],
    )
    if flip is None:
        assert min(sign * np.array(values)) >= 0
    else:
        assert best.success
        assert flip.moved == pytest.approx(best.fun, abs=1e-5)
        assert flip.given_to not in flip.taken_from


def test_nothing_turns_an_order_that_holds_on_every_signal():
    assert smallest_flip({"adoption": 0.5, "quality": 0.5}, {"adoption": 0.2, "quality": 0.0}) is None
