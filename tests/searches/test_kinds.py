"""Queries of one kind against the plain way: each query in its turn follows the first leader that is near enough."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.searches import kinds as room
from matchgraph.searches.kinds import SAME_WISH, kinds_of_query
from matchgraph.vectors.grid import LENGTH, to_grid


def plainly(queries: list[str], grid: np.ndarray) -> dict[str, str]:
    """One query after the other."""
    leaders: list[int] = []
    found = {}
    for place in sorted(range(len(queries)), key=lambda place: queries[place]):
        for leader in leaders:
            if int(grid[place].astype(np.int64) @ grid[leader].astype(np.int64)) / LENGTH**2 >= SAME_WISH:
                found[queries[place]] = queries[leader]
                break
        else:
            leaders.append(place)
            found[queries[place]] = queries[place]
    return found


def around(degrees: list[float]) -> np.ndarray:
    turned = np.radians(degrees)
    return to_grid(np.stack([np.cos(turned), np.sin(turned)], axis=1))


def test_near_queries_are_one_kind_under_the_first_in_order():
    # cos 31.79 degrees = .85: b follows a at 20 degrees; c at 40 is too far from a, and b leads nobody.
    assert kinds_of_query(["c", "a", "b"], around([40, 0, 20])) == {"a": "a", "b": "a", "c": "c"}


def test_a_query_follows_the_first_leader_and_not_the_nearest():
    assert kinds_of_query(["a", "b", "c"], around([0, 40, 21])) == {"a": "a", "b": "b", "c": "a"}


def test_no_query_is_no_kind_and_one_stands_for_itself():
    assert kinds_of_query([], np.zeros((0, 0), np.int16)) == {}
    assert kinds_of_query(["a"], around([5])) == {"a": "a"}


@pytest.mark.parametrize("block", [1, 2, 7, 1_024])
@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), number=st.integers(1, 40), dim=st.integers(2, 5))
def test_blocks_find_what_the_plain_way_finds(block, seed, number, dim):
    dice = np.random.default_rng(seed)
    queries = [f"query {place:03}" for place in dice.permutation(number)]
    grid = to_grid(dice.standard_normal((number, dim)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "_BLOCK", block)
        assert kinds_of_query(queries, grid) == plainly(queries, grid)


@given(st.permutations(range(12)))
def test_the_order_of_the_queries_changes_no_kind(order):
    queries, grid = [f"query {place}" for place in range(12)], around([17 * place for place in range(12)])
    assert kinds_of_query([queries[place] for place in order], grid[list(order)]) == kinds_of_query(queries, grid)


def test_who_leads_is_of_its_own_kind():
    found = kinds_of_query([f"q{place:02}" for place in range(60)], around([6 * place for place in range(60)]))
    assert all(found[leader] == leader for leader in found.values())
    assert 1 < len(set(found.values())) < 60
