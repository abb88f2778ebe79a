"""Candidates: never fewer true neighbours than they say, the same every time, and refused where there are too few."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchgraph.catalogue.catalogue import catalogue_of
from matchgraph.errors import SnapshotError
from matchgraph.graph import candidates as room
from matchgraph.graph.candidates import candidates_of, nearest_by_size
from matchgraph.graph.likeness import by_hash
from matchgraph.graph.neighbours import neighbours, rule_of
from matchgraph.graph.seen import Seen
from matchgraph.vectors.grid import to_grid
from matchgraph.vectors.recall import Looked, at_least, refuse_below
from tests.graph.oracles import World, all_numbers, made, told


def clustered(artifacts: int = 400, clusters: int = 40, seed: int = 3) -> World:
    """Artifacts in clusters, one or two capabilities each, with a word of their cluster and one of anybody's."""
    dice = np.random.default_rng(seed)
    middles = dice.standard_normal((clusters, 16)) * 1.1
    cluster = dice.integers(0, clusters, artifacts)
    does = [[f"word{at} any{dice.integers(60)}"] * int(dice.integers(1, 3)) for at in cluster]
    rows = [middles[at] + dice.standard_normal(16) for at, texts in zip(cluster, does, strict=True) for _ in texts]
    named = [made(f"a{place:03d}", texts, maker=f"m{place}") for place, texts in enumerate(does)]
    return World(catalogue_of(named), to_grid(np.array(rows)))


@pytest.fixture
def world() -> World:
    return clustered()


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A size from which candidates are looked at that a test can afford."""
    monkeypatch.setattr(room, "EVERY_PAIR_UP_TO", 100)
    monkeypatch.setattr(room, "_BY_WORDS", (2, 4))


@pytest.mark.usefixtures("_few")
def test_most_edges_of_every_pair_are_found_and_the_share_is_as_stated(world: World) -> None:
    likeness, order = world.likeness, by_hash(world.catalogue)
    near, looked = nearest_by_size(likeness, world.grid, order)
    every = neighbours(likeness, world.grid)
    true, found = (set(zip(each.left.tolist(), each.right.tolist(), strict=True)) for each in (every, near))
    assert looked.way == "cells and words"
    assert looked.recall >= looked.at_least >= 0.95
    assert looked.sample == len(likeness)  # there are fewer than would be drawn, so the share is no estimate
    assert len(true & found) / len(true) >= 0.9


@pytest.mark.usefixtures("_few")
def test_an_edge_of_candidates_says_what_the_edge_of_every_pair_says(world: World) -> None:
    near, _ = nearest_by_size(world.likeness, world.grid, by_hash(world.catalogue))
    every = neighbours(world.likeness, world.grid)
    at = {ends: row for row, ends in enumerate(zip(every.left.tolist(), every.right.tolist(), strict=True))}
    for row, ends in enumerate(zip(near.left.tolist(), near.right.tolist(), strict=True)):
        if ends in at:
            for part in ("likeness", "cover", "covered", "words", "cosine", "left_capability", "right_capability"):
                assert getattr(near, part)[row] == getattr(every, part)[at[ends]]


@pytest.mark.usefixtures("_few")
def test_the_same_world_gives_the_same_edges_to_the_bit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order = by_hash(world.catalogue)
    first, looked = nearest_by_size(world.likeness, world.grid, order)
    monkeypatch.setattr(room, "_AT_ONCE", 7)
    again, told = nearest_by_size(world.likeness, world.grid, order)
    assert all_numbers(first) == all_numbers(again)
    assert looked == told


@pytest.mark.usefixtures("_few")
@pytest.mark.parametrize("a_block", [1, 3, 1000])
def test_what_blocks_come_to_is_what_all_pairs_of_candidates_come_to_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch, a_block: int
) -> None:
    monkeypatch.setattr(room, "_CELLS", a_block)
    likeness = world.likeness
    looked = candidates_of(likeness, by_hash(world.catalogue))
    assert looked is not None
    inside = [
        (of, other) for of, near in enumerate(looked.near) for cell in near for other in looked.cells.inside(cell)
    ]
    by_words = [(of, other) for of, others in enumerate(looked.by_words) for other in others if other >= 0]
    every = np.unique([sorted(pair) for pair in inside + by_words if pair[0] != pair[1]], axis=0)
    pairs, whole = likeness.each(*every.T), Seen(len(likeness), *rule_of(likeness))
    whole.see_each(pairs, likeness.scaled(pairs))
    assert told(looked.seen()) == told(whole)


@pytest.mark.usefixtures("_few")
def test_where_candidates_miss_too_many_every_pair_is_looked_at_and_it_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "DEPTHS", (1,))
    monkeypatch.setattr(room, "_BY_WORDS", (1,))
    near, looked = nearest_by_size(world.likeness, world.grid, by_hash(world.catalogue))
    assert looked.way == "every pair"
    assert "95%" in looked.note
    assert all_numbers(near) == all_numbers(neighbours(world.likeness, world.grid))


@pytest.mark.usefixtures("_few")
def test_exact_looks_at_every_pair_whatever_the_size(world: World) -> None:
    near, looked = nearest_by_size(world.likeness, world.grid, by_hash(world.catalogue), exact=True)
    assert looked == Looked()
    assert all_numbers(near) == all_numbers(neighbours(world.likeness, world.grid))


@pytest.mark.usefixtures("_few")
def test_more_candidates_are_taken_for_a_higher_share(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order = by_hash(world.catalogue)
    few = candidates_of(world.likeness, order)
    monkeypatch.setattr(room, "RECALL", 0.5)
    fewer = candidates_of(world.likeness, order)
    assert few is not None
    assert fewer is not None
    assert fewer.near.size + fewer.by_words.size < few.near.size + few.by_words.size


def test_a_lower_bound_is_that_of_wilson_by_hand() -> None:
    # 9 of 10: (.9 + z²/20 - z √(.09/10 + z²/400)) / (1 + z²/10) with z = 1.96 is (1.09208 - .26734) / 1.38416.
    assert at_least(0.9, 10) == pytest.approx(0.59584, abs=1e-5)
    assert at_least(1.0, 10) < 1
    assert at_least(1.0, 0) == 0


def test_below_the_bound_nothing_is_published_and_it_says_what_to_do() -> None:
    enough = Looked("cells and words", 0.97, 0.95, 1000)
    refuse_below("store", enough, Looked())
    with pytest.raises(SnapshotError, match=r"96\.0%.*94\.9%.*--exact"):
        refuse_below("store", Looked(), replace(enough, recall=0.96, at_least=0.949))
