"""The edges against all pairs looked at one by one: none is missing, none is extra, and no setting moves a byte."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from matchgraph.catalogue.catalogue import catalogue_of
from matchgraph.graph import nearest as nearest_room
from matchgraph.graph import neighbours as room
from matchgraph.graph import pairs as pairs_room
from matchgraph.graph.nearest import COPY, Nearest
from matchgraph.graph.neighbours import CHANCE, NEAREST, Neighbours, neighbours
from matchgraph.vectors.grid import LENGTH, to_grid
from tests.graph.oracles import World, all_numbers, made, slow_edges, slow_parts, some_world, with_twins, world_of

unhurried = settings(deadline=None, max_examples=20)
SEEDS = st.integers(0, 2**32 - 1)
RULES = st.sampled_from([(NEAREST, CHANCE), (3, 0.5), (1, 1.0), (2, 0.2), (100, 0.05)])


def edges_of(world: World) -> Neighbours:
    return neighbours(world.likeness, world.grid)


def found(near: Neighbours) -> dict[tuple[int, int], tuple[float, bool]]:
    pairs = zip(near.left.tolist(), near.right.tolist(), strict=True)
    said = zip(near.likeness.tolist(), near.weak.tolist(), strict=True)
    return dict(zip(pairs, said, strict=True))


def agrees(world: World, nearest: int, chance: float) -> None:
    """The edges are just those of the slow way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "NEAREST", nearest)
        patch.setattr(room, "CHANCE", chance)
        near = edges_of(world)
    wanted = slow_edges(world.likeness, nearest, chance)
    assert found(near) == wanted
    assert len(near) == len(wanted)


def star() -> World:
    """A hub that is nearly x, two spokes near to it, and two more that are near each other."""
    degrees = np.radians([0, 20, -25, 150, 160])
    return World(
        catalogue_of(made(f"a{place}", [f"w{place}"]) for place in range(5)),
        to_grid(np.stack([np.cos(degrees), np.sin(degrees)], axis=1)),
    )


# All of them and no other


@unhurried
@given(SEEDS, st.integers(1, 30), st.integers(1, 4), RULES)
def test_edges_are_those_of_all_pairs_looked_at_one_by_one(
    seed: int, artifacts: int, most: int, rule: tuple[int, float]
) -> None:
    agrees(some_world(seed, artifacts, most), *rule)


@unhurried
@given(SEEDS, st.integers(1, 30), st.integers(1, 5), RULES)
def test_among_twins_the_smaller_ids_are_the_neighbours(
    seed: int, artifacts: int, kinds: int, rule: tuple[int, float]
) -> None:
    agrees(with_twins(seed, artifacts, kinds), *rule)


@pytest.mark.parametrize("artifacts", [120, 250])
def test_in_a_larger_world_the_recall_is_one(artifacts: int) -> None:
    agrees(some_world(artifacts, artifacts, 3), NEAREST, CHANCE)


def test_the_likeness_of_an_edge_is_at_least_the_cut_unless_it_is_weak() -> None:
    for seed in range(20):
        world = some_world(seed, 25)
        likeness = world.likeness
        cut, near = likeness.scale.cut(CHANCE), neighbours(likeness, world.grid)
        assert (near.likeness[~near.weak] >= cut).all()
        pairs = np.stack([likeness.of(place) for place in range(25)])
        reaching = {(a, b) for a, b in zip(*np.nonzero(np.triu(pairs >= cut)), strict=True) if a < b}
        # No artifact here has ten others above the cut, so all that reach it are each other's neighbours.
        assert Counter(place for pair in reaching for place in pair).most_common(1)[0][1] <= NEAREST
        assert set(zip(near.left[~near.weak], near.right[~near.weak], strict=True)) == reaching


def test_an_edge_needs_both_to_name_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "NEAREST", 1)
    monkeypatch.setattr(room, "CHANCE", 1.0)
    world = star()
    likeness = world.likeness
    near = neighbours(likeness, world.grid)
    best = [int(likeness.of(place).argmax()) for place in range(5)]
    mutual = {(a, b) for a, b in enumerate(best) if a < b and best[b] == a}
    strong = {pair for pair, (_, weak) in found(near).items() if not weak}
    assert strong == mutual
    assert (3, 4) in strong
    # One of the three near x is left alone: it keeps its best edge, and the edge says that it is weak.
    (weak,) = set(found(near)) - strong
    (lonely,) = set(range(5)) - {place for pair in mutual for place in pair}
    assert set(weak) == {lonely, best[lonely]}


@unhurried
@given(SEEDS, st.integers(2, 30), RULES)
def test_nobody_is_alone_and_only_the_lonely_have_weak_edges(
    seed: int, artifacts: int, rule: tuple[int, float]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "NEAREST", rule[0])
        patch.setattr(room, "CHANCE", rule[1])
        near = edges_of(some_world(seed, artifacts))
    assert set(near.left) | set(near.right) == set(range(artifacts))
    strong = Counter([*near.left[~near.weak], *near.right[~near.weak]])
    assert max(strong.values(), default=0) <= rule[0]
    for left, right in zip(near.left[near.weak], near.right[near.weak], strict=True):
        assert not strong[left] or not strong[right]


# What an edge says


@unhurried
@given(SEEDS, st.integers(2, 15), st.integers(1, 5))
def test_every_edge_says_what_the_pair_is(seed: int, artifacts: int, most: int) -> None:
    world = some_world(seed, artifacts, most)
    near, parts, likeness = edges_of(world), slow_parts(world), world.likeness
    pairs = list(zip(near.left.tolist(), near.right.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    assert all(left < right for left, right in pairs)
    for row, pair in enumerate(pairs):
        said = near.cover[row], near.covered[row], near.words[row]
        assert said == pytest.approx(parts[pair], abs=1e-9)
        assert near.likeness[row] == likeness.of(pair[0])[pair[1]]
        chance = likeness.scale.chance
        assert near.chance[row] == (chance >= near.likeness[row]).sum() / max(len(chance), 1)


@unhurried
@given(SEEDS, st.integers(2, 15), st.integers(1, 5), st.booleans())
def test_the_evidence_is_the_first_pair_of_capabilities_that_is_most_alike(
    seed: int, artifacts: int, most: int, twins: bool
) -> None:
    world = with_twins(seed, artifacts, most) if twins else some_world(seed, artifacts, most)
    near, offsets, grid = edges_of(world), world.catalogue.offsets, world.grid.astype(np.int64)
    for row in range(len(near)):
        mine, theirs = (range(offsets[at], offsets[at + 1]) for at in (near.left[row], near.right[row]))
        said = [(-int(grid[a] @ grid[b]), a, b) for a in mine for b in theirs]
        product, a, b = min((max(product, -(LENGTH**2)), a, b) for product, a, b in said)
        assert (near.left_capability[row], near.right_capability[row]) == (a, b)
        assert near.cosine[row] == pytest.approx(-product / LENGTH**2)


@unhurried
@given(SEEDS, st.integers(1, 20), st.integers(1, 4), st.sampled_from([1, 8, 4096]))
def test_the_best_cover_is_the_most_of_a_job_that_any_other_one_does(
    seed: int, artifacts: int, most: int, block: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs_room, "_BLOCK", block)
        world = some_world(seed, artifacts, most)
        near = edges_of(world)
    assert near.best_cover.tolist() == pytest.approx(slow_best_cover(world), abs=1e-9)


def slow_best_cover(world: World) -> list[float]:
    """The most of each one's job that any other does, but for those that do nine tenths of each other's."""
    parts = slow_parts(world)
    others = {pair: part[0] for pair, part in parts.items() if min(part[0], part[1]) < COPY}
    places = range(len(world.catalogue))
    return [max([0, *(cover for (at, _), cover in others.items() if at == place)]) for place in places]


@unhurried
@given(SEEDS, st.integers(1, 20), st.integers(1, 5), st.sampled_from([1, 8, 4096]))
def test_near_copies_are_one_flock_and_replace_nothing(seed: int, artifacts: int, kinds: int, block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs_room, "_BLOCK", block)
        world = with_twins(seed, artifacts, kinds)
        near = edges_of(world)
    assert near.best_cover.tolist() == pytest.approx(slow_best_cover(world), abs=1e-9)
    drawn = nx.Graph([pair for pair, part in slow_parts(world).items() if min(part[0], part[1]) >= COPY])
    drawn.add_nodes_from(range(artifacts))
    flocks = {frozenset(np.flatnonzero(near.copies == number).tolist()) for number in near.copies}
    assert flocks == set(map(frozenset, nx.connected_components(drawn)))


@pytest.mark.parametrize("nearest", [1, 10])
def test_a_flock_larger_than_anybody_s_neighbours_is_still_one(nearest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Three copies of each of six wordings: everybody's nearest are its own two twins, and no edge joins the wordings.
    monkeypatch.setattr(room, "NEAREST", nearest)
    degrees = np.radians([0, 1, 2, 3, 4, 5] * 3 + [90, 180, 270])
    world = World(
        catalogue_of(made(f"a{place:02}", [f"w{place}"]) for place in range(21)),
        to_grid(np.stack([np.cos(degrees), np.sin(degrees)], axis=1)),
    )
    copies = edges_of(world).copies
    assert len(set(copies[:18])) == 1
    assert len(set(copies)) == 4


# The same bytes


SETTINGS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "one capability a block": lambda patch: patch.setattr(pairs_room, "_BLOCK", 1),
    "seven capabilities a block": lambda patch: patch.setattr(pairs_room, "_BLOCK", 7),
    "one core": lambda patch: patch.setattr("os.sched_getaffinity", lambda _: {0}),
    "seven cores": lambda patch: patch.setattr("os.sched_getaffinity", lambda _: set(range(7))),
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_blocks_and_cores_change_no_byte(setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    worlds = some_world(21, 40), with_twins(22, 30, 9)
    usual = [all_numbers(edges_of(world)) for world in worlds]
    SETTINGS[setting](monkeypatch)
    assert [all_numbers(edges_of(world)) for world in worlds] == usual


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_the_threads_of_the_matrix_library_change_no_byte(threads: int) -> None:
    worlds = some_world(21, 40), with_twins(22, 30, 9)
    usual = [all_numbers(edges_of(world)) for world in worlds]
    with threadpool_limits(threads):
        assert [all_numbers(edges_of(world)) for world in worlds] == usual


def test_the_track_sees_every_block_and_changes_nothing() -> None:
    world, seen = some_world(23, 20), []

    def track(blocks):
        for block in blocks:
            seen.append(block)
            yield block

    tracked = neighbours(world.likeness, world.grid, track)
    assert seen == world.likeness.tiles()
    assert all_numbers(tracked) == all_numbers(edges_of(world))


# The smallest worlds, and the strangest


def test_a_single_artifact_has_no_edge() -> None:
    near = edges_of(some_world(24, 1))
    assert len(near) == 0
    assert near.best_cover.tolist() == [0]
    assert {near.left.dtype, near.right_capability.dtype} == {np.dtype(np.int64)}
    assert near.weak.dtype == np.bool_


@pytest.mark.parametrize("seed", range(8))
def test_two_artifacts_have_one_edge(seed: int) -> None:
    near = edges_of(some_world(seed, 2))
    assert list(found(near)) == [(0, 1)]
    assert near.likeness.tolist() == [0]


@pytest.mark.parametrize("seed", range(8))
def test_three_artifacts_are_all_joined(seed: int) -> None:
    near = edges_of(some_world(seed, 3))
    assert 2 <= len(near) <= 3
    assert set(near.left) | set(near.right) == {0, 1, 2}


@pytest.mark.parametrize("artifacts", [2, 3, 5, 12, 13, 40])
def test_artifacts_that_are_all_the_same_are_joined_in_the_order_of_their_ids(artifacts: int) -> None:
    # All likenesses are 0, and so is the cut: everybody names the ten smallest ids. Those name each other (and the
    # first ten the eleventh, to fill their own ten), and each other one keeps a weak edge with the very first.
    world = with_twins(25, artifacts, 1)
    agrees(world, NEAREST, CHANCE)
    near = found(edges_of(world))
    first = min(artifacts, NEAREST + 1)
    assert {pair for pair, (_, weak) in near.items() if not weak} == {(a, b) for b in range(first) for a in range(b)}
    assert {pair for pair, (_, weak) in near.items() if weak} == {(0, b) for b in range(first, artifacts)}


def test_artifacts_with_one_capability_each() -> None:
    agrees(world_of([1] * 40), NEAREST, CHANCE)


def test_one_artifact_with_200_capabilities_among_small_ones() -> None:
    world = world_of([1, 2, 200, 1, 3, 2, 1])
    agrees(world, NEAREST, CHANCE)
    agrees(world, 2, 0.5)


def test_artifacts_of_one_maker_alone_have_no_chance_pairs_and_still_edges() -> None:
    model = world_of([2] * 10)
    does = {each.artifact_id: [ability.description for ability in each.capabilities] for each in model.catalogue}
    world = World(catalogue_of(made(name, texts, maker="!") for name, texts in does.items()), model.grid)
    near = edges_of(world)
    assert len(world.likeness.scale.chance) == 0
    assert near.chance.tolist() == [0] * len(near)
    agrees(world, NEAREST, CHANCE)


def test_the_nearest_are_told_apart_in_pieces_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = np.random.default_rng(4)
    left, right = np.sort(np.stack([dice.integers(0, 30, 900), dice.integers(30, 60, 900)]), axis=0)
    alike = (7 * left + 11 * right) % 10 / 10  # many are equal, and a pair that comes again is as alike

    def found(together: int, some: int) -> list[list[float]]:
        monkeypatch.setattr(nearest_room, "_TOGETHER", together)
        monkeypatch.setattr(nearest_room, "_SOME", some)
        nearest = Nearest(60, 0.2, 5)
        for start in range(0, 900, 90):
            some_of = slice(start, start + 90)
            nearest.see_each(left[some_of], right[some_of], alike[some_of])
        return [part.tolist() for part in nearest.found()]

    assert found(7, 10) == found(1_000, 10_000)
