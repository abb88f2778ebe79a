"""Alignment: the best one-to-one pairing above the bar, with every capability in exactly one list."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations, permutations
from math import cos, radians, sin
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.align import Alignment, align
from matchgraph.graph.chance import Chance
from matchgraph.vectors.grid import LENGTH
from tests.conftest import TODAY, WordEncoder, artifact


class Compass(WordEncoder):
    """A text looks where its last number says, in degrees, so that a cosine is that of the angle between."""

    def _vector(self, text: str) -> np.ndarray:
        angle = radians(float((re.findall(r"\d+", text) or ["0"])[-1]))
        return np.array([cos(angle), sin(angle)], np.float32)


def opened(rows: list[dict[str, object]], store: Path, encoder: WordEncoder) -> mg.MatchGraph:
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=encoder, today=TODAY)
    return mg.open(store, encoder=encoder)


def aligned(store: Path, left: list[int], right: list[int], bar: float) -> Alignment:
    """Two artifacts whose capabilities look at those angles, aligned with that bar."""
    rows = [
        artifact("left", "model", "Acme", [f"look to {angle}" for angle in left]),
        artifact("right", "model", "Beta", [f"look at {angle}" for angle in right]),
    ]
    snapshot = opened(rows, store, Compass()).snapshot
    return align(replace(snapshot, chance=Chance(np.array([bar]))), 0, 1)


def pairs(alignment: Alignment) -> list[tuple[str, str]]:
    return [(pair.left.description[8:], pair.right.description[8:]) for pair in alignment.shared]


def test_each_capability_meets_the_one_that_looks_its_way(tmp_path: Path) -> None:
    alignment = aligned(tmp_path, [0, 90], [50, 10], bar=0.6)
    assert pairs(alignment) == [("0", "10"), ("90", "50")]
    assert [pair.cosine for pair in alignment.shared] == pytest.approx([0.985, 0.766], abs=1e-3)
    assert (alignment.only_left, alignment.only_right) == ((), ())
    assert (alignment.left_met, alignment.right_met) == (1.0, 1.0)


def test_the_best_sum_wins_over_the_best_single_pair(tmp_path: Path) -> None:
    # 40 and 21 are nearest (19 degrees), but then 0 and 80 would be left over: 0-21 and 40-80 together are more.
    assert sorted(pairs(aligned(tmp_path, [0, 40], [21, 80], bar=0.7))) == [("0", "21"), ("40", "80")]


def test_two_false_pairs_do_not_outweigh_a_true_one(tmp_path: Path) -> None:
    # Only 0-41 is above the bar; the two pairs of 46 degrees just below it add up to more.
    alignment = aligned(tmp_path, [0, 87], [41, 314], bar=0.75)
    assert pairs(alignment) == [("0", "41")]
    assert [ability.description for ability in alignment.only_left] == ["look to 87"]
    assert [ability.description for ability in alignment.only_right] == ["look at 314"]


def test_two_capabilities_may_be_met_by_one_but_only_one_is_paired_with_it(tmp_path: Path) -> None:
    alignment = aligned(tmp_path, [0, 5, 180], [0], bar=0.9)
    assert pairs(alignment) == [("0", "0")]
    assert alignment.left_met == pytest.approx(2 / 3)
    assert alignment.right_met == 1.0


def test_below_the_bar_nothing_is_shared(tmp_path: Path) -> None:
    alignment = aligned(tmp_path, [0, 90], [50, 40], bar=0.8)
    assert (alignment.shared, alignment.left_met, alignment.right_met) == ((), 0.0, 0.0)


def test_the_most_alike_pair_stands_first_and_chance_says_how_rare_it_is(tmp_path: Path) -> None:
    snapshot = opened(
        [
            artifact("left", "model", "Acme", ["look to 0", "look to 90"]),
            artifact("right", "model", "Beta", ["look at 30", "look at 100"]),
        ],
        tmp_path,
        Compass(),
    ).snapshot
    chances = Chance(np.array([0.0, 0.1, 0.2, 0.3, 0.9]))  # the bar is just below 0.9; 30 degrees are 0.866
    alignment = align(replace(snapshot, chance=chances), 0, 1)
    assert pairs(alignment) == [("90", "100")]
    assert alignment.shared[0].chance == 0.0
    low = align(replace(snapshot, chance=Chance(np.array([0.5]))), 0, 1)
    assert pairs(low) == [("90", "100"), ("0", "30")]


def best_sum(cosines: np.ndarray, bar: float) -> float:
    """The most that any one-to-one pairing of the pairs above the bar adds up to, by trying all."""
    worth = np.where(cosines >= bar, cosines, 0.0)
    few, many = sorted(worth.shape)
    worth = worth if worth.shape[0] == few else worth.T
    return max(sum(worth[row, column] for row, column in enumerate(order)) for order in permutations(range(many), few))


@pytest.mark.parametrize("bar", [0.2, 0.5, 0.8])
def test_no_pairing_adds_up_to_more(tmp_path: Path, bar: float) -> None:
    dice = np.random.default_rng(5)
    words = [f"w{number}" for number in range(12)]
    rows = [
        artifact(f"a{n:02d}", "model", f"M{n}", [" ".join(dice.choice(words, 5)) for _ in range(dice.integers(1, 6))])
        for n in range(12)
    ]
    snapshot = replace(opened(rows, tmp_path, WordEncoder()).snapshot, chance=Chance(np.array([bar])))
    offsets, grid = snapshot.catalogue.offsets, snapshot.vectors.grid.astype(float)
    ids = snapshot.catalogue.capabilities["capability_id"].to_pylist()
    for left, right in combinations(range(12), 2):
        mine, theirs = slice(*offsets[left : left + 2]), slice(*offsets[right : right + 2])
        cosines = grid[mine] @ grid[theirs].T / LENGTH**2
        alignment = align(snapshot, left, right)
        assert sum(pair.cosine for pair in alignment.shared) == pytest.approx(best_sum(cosines, bar), abs=1e-3)
        assert all(pair.cosine >= bar - 1e-4 for pair in alignment.shared)
        on_left = [pair.left for pair in alignment.shared] + list(alignment.only_left)
        on_right = [pair.right for pair in alignment.shared] + list(alignment.only_right)
        assert sorted(ability.capability_id for ability in on_left) == sorted(ids[mine])
        assert sorted(ability.capability_id for ability in on_right) == sorted(ids[theirs])
        falling = [pair.cosine for pair in alignment.shared]
        assert falling == sorted(falling, reverse=True)


@pytest.mark.parametrize("name", ["words", "x", "y", "q", "r"])
def test_the_same_capability_word_for_word_is_the_same_ability(tmp_path: Path, name: str) -> None:
    does = ["sort mail into folders", "flag spam"]
    rows = [artifact("left", "model", "Acme", does), artifact("right", "model", "Beta", does)]
    rows.append(artifact("painter", "model", "Gamma", ["paint walls"]))
    snapshot = opened(rows, tmp_path, WordEncoder(name)).snapshot
    alignment = align(snapshot, snapshot.catalogue.place["left"], snapshot.catalogue.place["right"])
    assert len(alignment.shared) == 2


def test_swapping_the_sides_mirrors_the_alignment(world: mg.MatchGraph) -> None:
    snapshot = replace(world.snapshot, chance=Chance(np.array([0.5])))
    for left, right in combinations(range(8), 2):
        one, other = align(snapshot, left, right), align(snapshot, right, left)
        assert {(pair.left, pair.right) for pair in one.shared} == {(pair.right, pair.left) for pair in other.shared}
        assert (one.only_left, one.left_met) == (other.only_right, other.right_met)
