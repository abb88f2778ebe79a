"""Swaps: what a stated limit speaks against is not called kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.instead.swap import Swap, several, swap_of
from matchgraph.graph.chance import Chance
from tests.conftest import TODAY, WordEncoder, artifact

DOES = "sender sorting of all letters that come in"


def swap(store: Path, name: str, does: str, limits: list[str]) -> Swap:
    able = {"name": name, "description": does, "limitations": limits}
    rows = [
        artifact("old", "model", "Acme", [DOES]),
        {**artifact("new", "model", "Beta", [does]), "capabilities": [able]},
    ]
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    opened = mg.open(store, encoder=WordEncoder()).snapshot
    snapshot = replace(opened, chance=Chance(np.array([0.3])))
    return swap_of(snapshot, snapshot.catalogue.place["old"], snapshot.catalogue.place["new"])


@pytest.mark.parametrize(
    ("limits", "kept"),
    [
        ([], True),
        (["needs a fast disk"], True),
        (["does not support sender stamps"], True),  # denied here, and affirmed by what it does
    ],
)
def test_a_limit_that_denies_nothing_wanted_leaves_a_pair_kept(tmp_path: Path, limits: list[str], kept: bool) -> None:
    assert bool(swap(tmp_path, DOES, DOES, limits).kept) is kept


def test_what_a_limit_denies_is_no_more_than_perhaps_kept(tmp_path: Path) -> None:
    found = swap(tmp_path, "topic sorting", "topic sorting of all letters that come in", ["no sender is read"])
    assert not found.kept
    assert [pair.right.name for pair in found.perhaps] == ["topic sorting"]
    assert not found.lost
    assert not found.gained


def test_the_same_without_the_limit_is_kept(tmp_path: Path) -> None:
    assert swap(tmp_path, "topic sorting", "topic sorting of all letters that come in", []).kept


def test_a_list_says_how_many_it_leaves_out() -> None:
    assert several(["a", "b", "c"], 3) == "a; b; c"
    assert several(["a", "b", "c"], 1) == "a; and 2 more"
