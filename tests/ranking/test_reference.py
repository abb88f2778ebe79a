"""With what amounts are compared: pools by hand, kept while they fit, where no flock weighs more than one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.catalogue.records import Fact, FactStatus
from matchgraph.ranking.reference import Pool, pool_of, reference_in
from tests.ranking.worlds import made, measured, values

STARS = "stars|model|stars"


def many(number: int, times: int = 1, **more):
    return [made(f"a{place:03}", maker=f"m{place}", stars=times * place, **more) for place in range(number)]


def referred(artifacts, **more):
    return measured(artifacts, **more)[2]


# Percentiles: (how many are below + half of the equals and itself + 5) / (pool + 10)


def test_three_counts_stand_at_their_mid_ranks_drawn_to_the_middle():
    found = values([made("a", stars=1), made("b", stars=5), made("c", stars=6)], "contributors")
    assert set(found.values()) == {None}
    pool = referred([made("a", stars=1), made("b", stars=5), made("c", stars=900)]).pools[STARS]
    assert pool.percentiles(np.array([1.0, 5.0, 900.0])).tolist() == pytest.approx([5.5 / 13, 6.5 / 13, 7.5 / 13])


def test_what_no_artifact_states_stands_between_those_that_are_stated():
    pool = pool_of(np.array([1.0, 5.0, 5.0, 9.0]), np.ones(4))
    assert pool.percentiles(np.array([0.0, 3.0, 99.0])).tolist() == pytest.approx([5 / 14, 6 / 14, 9 / 14])


def test_a_large_pool_nears_plain_percentiles():
    pool = pool_of(np.arange(190.0), np.ones(190))
    assert pool.percentiles(np.array([0.0, 189.0])).tolist() == pytest.approx([5.5 / 200, 194.5 / 200])


@given(st.lists(st.tuples(st.floats(0, 1e12), st.floats(0.01, 1)), min_size=1, max_size=30))
def test_percentiles_keep_the_order_and_are_half_in_the_mean(stated):
    amounts, weights = np.array(stated).T
    found = pool_of(amounts, weights).percentiles(amounts)
    assert ((found > 0) & (found < 1)).all()
    order = np.argsort(amounts, kind="stable")
    assert (np.diff(found[order]) >= 0).all()
    assert np.average(found, weights=weights) == pytest.approx(0.5)


# What is in a pool


@pytest.mark.parametrize("status", [FactStatus.SUSPECT, FactStatus.MISSING, FactStatus.NOT_APPLICABLE])
def test_only_what_was_observed_is_in_a_pool(status):
    world = [made("a", stars=Fact(5, status=status)), made("b", stars=1)]
    assert referred(world).pools[STARS].amounts.tolist() == [1]


def test_near_copies_weigh_as_one():
    world = many(4) + [made(f"copy{number}", maker=f"c{number}", stars=0) for number in range(3)]
    flock = ["a000", "copy0", "copy1", "copy2"]
    pool = referred(world, flocks=[flock]).pools[STARS]
    assert pool.size == pytest.approx(4)
    assert pool.weights.tolist() == pytest.approx([1, 1, 1, 1])


@pytest.mark.parametrize("said", [{"maker": "Acme"}, {"url": "https://github.com/acme/it"}])
def test_what_one_owner_lists_weighs_as_one(said):
    flock = [made(f"z{number}", stars=0, **said) for number in range(1_000)]
    pool = referred(many(4) + flock).pools[STARS]
    assert pool.size == pytest.approx(5)
    assert pool.weights.tolist() == pytest.approx([2, 1, 1, 1])


def test_a_check_an_age_and_a_share_need_no_pool():
    world = [made("a", license="MIT", last_update="2026-01-01", limitations=["slow"])]
    assert referred(world).pools == {}


# Frozen


@pytest.mark.parametrize("number", [50, 100, 199, 200])
def test_a_pool_is_kept_while_it_is_within_a_factor_of_two(number):
    held = referred(many(100))
    assert referred(many(number, times=7), held=held).pools[STARS] is held.pools[STARS]


@pytest.mark.parametrize("number", [49, 201])
def test_a_pool_is_drawn_anew_beyond_a_factor_of_two(number):
    world = many(number, times=7)
    assert referred(world, held=referred(many(100))).reference_id == referred(world).reference_id


def test_others_come_and_go_and_nobody_moves():
    world = many(100)
    held = referred(world)
    before = values(world, "stars", held=held)
    better = [made(f"b{number}", maker=f"b{number}", stars=10**6) for number in range(40)]
    after = values(world[:80] + better, "stars", held=held)
    assert {name: after[name] for name in before if name in after} == {name: before[name] for name in list(before)[:80]}
    assert after != values(world[:80] + better, "stars")


def test_each_pool_is_kept_for_itself():
    held = referred([*many(20), *(made(f"p{n}", "package", maker=f"p{n}", stars=n) for n in range(20))])
    now = referred([*many(100), *(made(f"p{n}", "package", maker=f"p{n}", stars=9 * n) for n in range(20))], held=held)
    assert now.pools["stars|package|stars"] is held.pools["stars|package|stars"]
    assert now.pools[STARS].size == 100


def test_a_pool_of_which_nothing_is_left_stays():
    held = referred([made("a", stars=5), made("b")])
    assert referred([made("a"), made("b")], held=held).pools[STARS] is held.pools[STARS]
    assert referred([made("a"), made("b")]).pools == {}


# Stored


def test_a_reference_comes_back_from_its_table():
    reference = referred([made("a", stars=5, accuracy=0.7), made("b", stars=5), made("c", "dataset", downloads=3)])
    again = reference_in(reference.table())
    assert again.table().equals(reference.table())
    assert again.reference_id == reference.reference_id
    assert again.pools.keys() == reference.pools.keys()


def test_the_id_of_a_reference_follows_from_its_pools_alone():
    world = many(5)
    assert referred(world).reference_id == referred(world[::-1]).reference_id
    others = [many(6), many(5, times=2), [made("a", "package", stars=1)], []]
    assert len({referred(each).reference_id for each in [world, *others]}) == 5


def test_where_there_is_no_pool_everything_is_in_the_middle():
    found = referred([]).percentiles(np.array(["no pool", "no pool"], object), np.array([3.0, np.nan]))
    assert found[0] == 0.5
    assert np.isnan(found[1])
    assert isinstance(pool_of(np.zeros(0), np.zeros(0)), Pool)
