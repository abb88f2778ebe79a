"""Likeness against its formula in plain Python, and the same however it is asked for."""

from __future__ import annotations

from collections import Counter
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.catalogue.catalogue import catalogue_of
from matchgraph.graph import likeness as room
from matchgraph.graph import pairs as pairs_room
from matchgraph.graph.likeness import Likeness, Scale
from matchgraph.vectors.grid import LENGTH, to_grid
from tests.graph.oracles import World, made, slow_likeness, slow_parts, some_world, with_twins, world_of

unhurried = settings(deadline=None, max_examples=10)
SEEDS = st.integers(0, 2**32 - 1)


def matrix(likeness: Likeness) -> np.ndarray:
    """The likeness of every artifact with every other, one row at a time."""
    return np.stack([likeness.of(place) for place in range(len(likeness))])


def from_blocks(likeness: Likeness) -> dict[tuple[int, int], float]:
    """Every pair that the blocks yield, each with its likeness."""
    found: dict[tuple[int, int], float] = {}
    for pairs, values in likeness.blocks():
        for row, column in zip(*np.nonzero(np.isfinite(values)), strict=True):
            pair = int(pairs.left[row]), int(pairs.right[column])
            assert pair not in found
            found[pair] = float(values[row, column])
    return found


def on_axes(*axes: int) -> World:
    """One artifact an axis, with one capability along it, and no words in common."""
    grid = to_grid(np.eye(max(axes) + 1)[list(axes)])
    return World(catalogue_of(made(f"a{place}", [f"w{place}"]) for place in range(len(axes))), grid)


# By hand


def test_three_artifacts_of_which_two_are_alike_by_hand() -> None:
    # Capabilities along x, x and y. The mean is (2, 1) / 3; what is left is (1, -1), (1, -1), (-2, 2) / 3, so the
    # cosines are 1 for the alike and -1 for the others. Cover + covered: 2, -2, -2; mean -2/3, spread 4 √2 / 3.
    # z: √2, -√2/2, -√2/2. Nobody shares a word. Raw: .7 z. Of the alike: mean .7 √2/4, spread .7 · 3√2/4.
    # The third has one raw only, -.7 √2/2, and its spread counts as one.
    likeness = on_axes(0, 0, 1).likeness
    # alike: (√2 - √2/4) / (3√2/4) = 1 from both sides. Unlike: (-1 from the alike one + 0 from the third) / 2.
    assert matrix(likeness)[0, 1:].tolist() == pytest.approx([1, -0.5], abs=1e-3)
    assert matrix(likeness)[2, :2].tolist() == pytest.approx([-0.5, -0.5], abs=1e-3)
    assert likeness.scale.spread[2] == 1


def test_cover_asks_how_much_of_the_left_ones_job_the_right_one_does() -> None:
    # Left can do x; right can do x and y. With the means off, all of x is done, y is not.
    world = World(
        catalogue_of([made("a", ["x"]), made("b", ["x", "y"]), made("c", ["z"])]),
        to_grid(np.array([[1.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])),
    )
    pair = world.likeness.pair(0, 1)
    assert pair.cover.item() == pytest.approx(1, abs=1e-3)
    assert pair.covered.item() < 0.5
    turned = world.likeness.pair(1, 0)
    assert (turned.cover.item(), turned.covered.item()) == (pair.covered.item(), pair.cover.item())


def test_nothing_covers_more_than_the_whole_job() -> None:
    for seed in range(20):
        likeness = with_twins(seed, 8, 3).likeness
        for pairs, _ in likeness.blocks():
            assert pairs.cover.max() <= 1
            assert pairs.covered.max() <= 1


def test_a_word_that_only_one_says_or_that_all_say_tells_no_pair_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    does = {"a": ["mail rare"], "b": ["mail photo"], "c": ["mail photo"], "d": ["mail"]}
    world = World(catalogue_of(made(name, texts) for name, texts in does.items()), to_grid(np.eye(4)))
    said = matrix_of_words(world)
    assert said[0, 1] > 0  # mail
    assert said[1, 2] > said[0, 1]  # mail and photo
    monkeypatch.setattr(pairs_room, "_COMMON", 3)
    said = matrix_of_words(world)
    assert said[0, 1] == 0
    assert said[1, 2] > 0


def matrix_of_words(world: World) -> np.ndarray:
    likeness = world.likeness
    return np.array([[likeness.pair(a, b).words.item() for b in range(len(likeness))] for a in range(len(likeness))])


# By the formula


@unhurried
@given(SEEDS, st.integers(2, 12), st.integers(1, 5))
def test_parts_are_those_of_the_definition(seed: int, artifacts: int, most: int) -> None:
    world = some_world(seed, artifacts, most)
    likeness, wanted = world.likeness, slow_parts(world)
    for (a, b), parts in wanted.items():
        pair = likeness.pair(a, b)
        assert (pair.cover.item(), pair.covered.item(), pair.words.item()) == pytest.approx(parts, abs=1e-9)


@unhurried
@given(SEEDS, st.integers(3, 12), st.integers(1, 5))
def test_likeness_is_that_of_the_formula(seed: int, artifacts: int, most: int) -> None:
    world = some_world(seed, artifacts, most)
    wanted, drawn = slow_likeness(world)
    likeness = world.likeness
    assert matrix(likeness) == pytest.approx(wanted, abs=2e-6)
    assert likeness.scale.chance.tolist() == pytest.approx(drawn, abs=2e-6)


@pytest.mark.parametrize("partners", [2, 5, 19, 20])
def test_with_fewer_partners_than_artifacts_usual_is_what_the_partners_give(
    partners: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_PARTNERS", partners)
    world = some_world(3, 20)
    wanted, drawn = slow_likeness(world, partners)
    assert matrix(world.likeness) == pytest.approx(wanted, abs=2e-6)
    assert world.likeness.scale.chance.tolist() == pytest.approx(drawn, abs=2e-6)


@pytest.mark.parametrize("common", [1, 2, 4])
def test_common_words_are_left_out_as_the_definition_says(common: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs_room, "_COMMON", common)
    world = some_world(4, 15)
    assert matrix(world.likeness) == pytest.approx(slow_likeness(world, common=common)[0], abs=2e-6)


def test_an_artifact_with_200_capabilities_beside_some_with_one() -> None:
    world = world_of([1, 200, 1, 3, 1])
    assert matrix(world.likeness) == pytest.approx(slow_likeness(world)[0], abs=2e-6)


# However it is asked for


@unhurried
@given(SEEDS, st.integers(1, 16), st.sampled_from([1, 3, 10, 4096]))
def test_blocks_yield_every_pair_once_and_agree_with_of_and_pair(seed: int, artifacts: int, block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs_room, "_BLOCK", block)
        likeness = some_world(seed, artifacts).likeness
        found = from_blocks(likeness)
        one_by_one = matrix(likeness)
    assert Counter(frozenset(pair) for pair in found) == Counter(
        frozenset((a, b)) for b in range(artifacts) for a in range(b)
    )
    for (a, b), value in found.items():
        assert np.round(value, 6) == one_by_one[a, b] == one_by_one[b, a]
        assert np.round(likeness.scaled(likeness.pair(a, b)).item(), 6) == one_by_one[a, b]
        assert np.round(likeness.scaled(likeness.pair(b, a)).item(), 6) == one_by_one[a, b]


@unhurried
@given(SEEDS, st.integers(2, 15))
def test_the_parts_in_a_block_are_those_of_the_pair(seed: int, artifacts: int) -> None:
    likeness = some_world(seed, artifacts).likeness
    for pairs, _ in likeness.blocks():
        for row, a in enumerate(pairs.left):
            for column, b in enumerate(pairs.right):
                pair = likeness.pair(a, b)
                for part in ("cover", "covered", "words"):
                    assert getattr(pairs, part)[row, column] == getattr(pair, part).item()


@pytest.mark.parametrize("block", [1, 2, 5, 20])
def test_the_size_of_a_block_changes_no_bit(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    world = some_world(5, 30, 6)
    usual = world.likeness
    groups = len(usual.groups)
    monkeypatch.setattr(pairs_room, "_BLOCK", block)
    monkeypatch.setattr(room, "_AT_LARGE", block)
    small = world.likeness
    assert len(small.groups) > groups
    assert matrix(small).tobytes() == matrix(usual).tobytes()
    for part in ("mean", "spread", "chance"):
        assert getattr(small.scale, part).tobytes() == getattr(usual.scale, part).tobytes()
    assert (small.scale.cover, small.scale.words) == (usual.scale.cover, usual.scale.words)


@unhurried
@given(SEEDS, st.integers(2, 20), st.randoms())
def test_some_artifacts_alone_are_as_alike_as_they_are_among_all(seed: int, artifacts: int, dice: Random) -> None:
    whole = some_world(seed, artifacts).likeness
    places = np.array(dice.sample(range(artifacts), dice.randint(1, artifacts)))
    part = whole.part(places)
    assert matrix(part).tobytes() == matrix(whole)[np.ix_(places, places)].tobytes()
    alone, among = part.beside(0, np.arange(len(places))), whole.beside(int(places[0]), places)
    assert [alone[1].tolist(), alone[0].cover.tolist()] == [among[1].tolist(), among[0].cover.tolist()]


def test_a_scale_that_is_handed_in_is_used_as_it_is() -> None:
    world = some_world(6, 12)
    first = world.likeness
    again = Likeness(world.catalogue, world.grid, world.words, first.scale)
    assert again.scale is first.scale
    assert matrix(again).tobytes() == matrix(first).tobytes()


def test_rows_after_the_capabilities_are_not_looked_at() -> None:
    world = some_world(6, 12)
    longer = np.concatenate([world.grid, to_grid(np.random.default_rng(1).standard_normal((30, 12)))])
    assert matrix(Likeness(world.catalogue, longer, world.words)).tobytes() == matrix(world.likeness).tobytes()


def test_likeness_is_the_same_both_ways_round_and_nothing_with_itself() -> None:
    found = matrix(some_world(8, 25).likeness)
    assert np.array_equal(found, found.T)
    assert (np.diag(found) == -np.inf).all()
    assert np.isfinite(found[~np.eye(25, dtype=bool)]).all()


@unhurried
@given(SEEDS, st.integers(2, 20), st.integers(1, 4))
def test_twins_are_equally_like_everybody_else(seed: int, artifacts: int, kinds: int) -> None:
    world = with_twins(seed, artifacts, kinds)
    found = matrix(world.likeness)
    assert np.isfinite(found[~np.eye(artifacts, dtype=bool)]).all()
    told = ["|".join(ability.description for ability in each.capabilities) for each in world.catalogue]
    for a in range(artifacts):
        for b in range(a):
            if told[a] == told[b]:
                others = [place for place in range(artifacts) if place not in (a, b)]
                assert found[a, others].tolist() == pytest.approx(found[b, others].tolist(), abs=2e-6)


# The smallest worlds


def test_a_single_artifact_is_like_nobody() -> None:
    likeness = some_world(9, 1).likeness
    assert likeness.of(0).tolist() == [-np.inf]
    assert from_blocks(likeness) == {}
    assert len(likeness.scale.chance) == 0
    assert likeness.scale.cut(0.01) == 0
    assert likeness.scale.share_above(np.array([1.0])).tolist() == [0]


def test_two_artifacts_are_as_alike_as_is_usual_for_them() -> None:
    # Each has one partner only, so its usual likeness is just that one.
    assert from_blocks(some_world(10, 2).likeness) == {(0, 1): pytest.approx(0, abs=1e-9)}


@pytest.mark.parametrize("artifacts", [2, 3, 7, 40])
def test_artifacts_that_are_all_the_same_are_all_as_alike_as_usual(artifacts: int) -> None:
    likeness = with_twins(11, artifacts, 1).likeness
    found = from_blocks(likeness)
    assert len(found) == artifacts * (artifacts - 1) // 2
    assert list(found.values()) == pytest.approx([0] * len(found), abs=1e-9)


# What is usual


def test_the_share_above_counts_what_is_at_least_as_alike() -> None:
    scale = Scale((0, 1), (0, 1), np.zeros(1), np.ones(1), np.array([-1.0, 0.0, 0.0, 2.0]))
    assert scale.share_above(np.array([-5, -1, -0.5, 0, 0.1, 2, 2.1])).tolist() == [1, 1, 0.75, 0.75, 0.25, 0.25, 0]


def test_the_cut_is_what_only_that_share_reaches() -> None:
    scale = Scale((0, 1), (0, 1), np.zeros(1), np.ones(1), np.arange(101.0))
    assert scale.cut(0.01) == pytest.approx(99)
    assert scale.cut(1) == 0
    assert scale.share_above(np.array([scale.cut(0.01)])).item() == pytest.approx(2 / 101)  # 99 and 100


def test_chance_pairs_are_of_different_makers_and_the_nameless_are_each_their_own() -> None:
    def drawn(*makers: str | None) -> int:
        artifacts = [made(f"a{place}", [f"w{place}"], maker=maker) for place, maker in enumerate(makers)]
        return len(World(catalogue_of(artifacts), to_grid(np.eye(len(makers)))).likeness.scale.chance)

    assert drawn("x", "x", "x") == 0
    assert drawn("x", "x", "y") == 4  # two pairs, both ways round
    assert drawn(None, None, None) == 6


def test_chance_pairs_are_thinned_out_to_a_bounded_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_CHANCE_PAIRS", 50)
    world = some_world(12, 30)
    chance = world.likeness.scale.chance
    assert 50 <= len(chance) < 100
    assert (np.diff(chance) >= 0).all()
    assert set(chance.tolist()) <= set(np.round(matrix(world.likeness), 6).ravel().tolist())


def test_rows_are_whole_numbers_within_the_length() -> None:
    rows = some_world(13, 20).likeness.rows
    assert rows.dtype == np.int16
    assert np.abs(rows).max() <= LENGTH


def test_beside_agrees_with_the_row_and_with_the_pairs_in_any_order() -> None:
    likeness = some_world(11, 12).likeness
    others = np.array([9, 2, 5, 11])
    parts, values = likeness.beside(4, others)
    assert values[0].tolist() == likeness.of(4)[others].tolist()
    for column, other in enumerate(others):
        pair = likeness.pair(4, int(other))
        assert parts.cover[0, column] == pair.cover.item()
        assert parts.covered[0, column] == pair.covered.item()
        assert parts.words[0, column] == pair.words.item()


def test_nobody_stands_beside_no_one() -> None:
    parts, values = some_world(11, 5).likeness.beside(0, np.zeros(0, np.int64))
    assert values.shape == parts.cover.shape == (1, 0)
