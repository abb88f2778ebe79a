"""Chance pairs: all of them where there are few, some of them where there are many, never two of one artifact."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.catalogue.catalogue import catalogue_of
from matchgraph.graph import chance as room
from matchgraph.graph.chance import Chance, chance_of
from matchgraph.vectors.grid import LENGTH, to_grid
from tests.graph.oracles import World, made, some_world, with_twins, world_of

unhurried = settings(deadline=None, max_examples=30)
SEEDS = st.integers(0, 2**32 - 1)


def drawn(world: World) -> Chance:
    return chance_of(world.catalogue, world.grid)


def every_cosine(world: World) -> list[float]:
    """The cosine of every two capabilities of different artifacts, both ways round."""
    grid, owner = world.grid.astype(np.int64).tolist(), world.catalogue.owner.tolist()
    return [
        float(np.round(min(sum(x * y for x, y in zip(grid[a], grid[b], strict=True)) / LENGTH**2, 1), 6))
        for a, b in permutations(range(len(grid)), 2)
        if owner[a] != owner[b]
    ]


def test_two_capabilities_of_two_artifacts_by_hand() -> None:
    world = World(catalogue_of([made("a"), made("b")]), to_grid(np.array([[1.0, 0.0], [3.0, 4.0]])))
    assert drawn(world).cosines.tolist() == [0.6, 0.6]


@unhurried
@given(SEEDS, st.integers(1, 12), st.integers(1, 5))
def test_of_a_few_capabilities_every_pair_is_drawn(seed: int, artifacts: int, most: int) -> None:
    world = some_world(seed, artifacts, most)
    found = drawn(world).cosines
    assert found.dtype == np.float64
    assert (np.diff(found) >= 0).all()
    assert Counter(found.tolist()) == Counter(every_cosine(world))


def test_capabilities_of_one_artifact_alone_are_no_chance_pairs() -> None:
    chance = drawn(world_of([5]))
    assert len(chance.cosines) == 0
    assert chance.share_above(0.3) == 0
    assert chance.same_ability == 0.95


@pytest.mark.parametrize("pairs", [1, 50, 500])
def test_of_many_capabilities_a_bounded_number_of_pairs_is_drawn(pairs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    world = some_world(31, 60)
    every = set(every_cosine(world))
    monkeypatch.setattr(room, "_PAIRS", pairs)
    found = drawn(world).cosines
    assert len(found) == pairs
    assert set(found.tolist()) <= every


def test_the_pairs_drawn_stand_for_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    world = some_world(32, 80)
    every = np.array(every_cosine(world))
    monkeypatch.setattr(room, "_PAIRS", 4000)
    found = drawn(world).cosines
    assert found.mean() == pytest.approx(every.mean(), abs=0.03)
    assert np.quantile(found, 0.9) == pytest.approx(np.quantile(every, 0.9), abs=0.05)


def test_which_pairs_are_drawn_does_not_depend_on_the_order_of_the_artifacts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "_PAIRS", 40)
    dice = np.random.default_rng(33)
    grid, texts = to_grid(dice.standard_normal((30, 8))), [f"does {number}" for number in range(30)]
    world = World(catalogue_of(made(f"m{place:02d}", [texts[place]]) for place in range(30)), grid)
    rows = {f"m{place:02d}": grid[place] for place in range(30)}
    backwards = catalogue_of(made(name, [texts[int(name[1:])]]) for name in reversed(rows))
    again = World(backwards, np.stack([rows[name] for name in backwards.ids]))
    assert drawn(world).cosines.tobytes() == drawn(again).cosines.tobytes()


def test_no_chance_cosine_is_above_one() -> None:
    assert drawn(with_twins(34, 12, 3)).cosines.max() <= 1


def test_the_share_above_counts_what_is_at_least_as_alike() -> None:
    chance = Chance(np.array([0.1, 0.2, 0.2, 0.5]))
    asked = (-1, 0.1, 0.15, 0.2, 0.3, 0.5, 0.51)
    assert [chance.share_above(cosine) for cosine in asked] == [1, 1, 0.75, 0.75, 0.25, 0.25, 0]


def test_one_pair_in_a_thousand_is_as_alike_as_the_same_ability() -> None:
    # 0, .0005, .001, ..., .5: 1,001 cosines, of which one in a thousand is .4995 or more.
    assert Chance(np.linspace(0, 0.5, 1001)).same_ability == pytest.approx(0.4995)


def test_a_cosine_of_95_hundredths_is_the_same_ability_however_common_it_is() -> None:
    assert Chance(np.full(100, 0.99)).same_ability == 0.95
    assert Chance(np.zeros(0)).same_ability == 0.95
