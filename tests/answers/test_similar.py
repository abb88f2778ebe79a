"""Similar: closeness decides, nobody is like themselves, and filters only take out."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.align import align
from matchgraph.errors import QuestionError, UnknownArtifact
from matchgraph.graph.chance import Chance
from tests.conftest import TODAY, WordEncoder, artifact, eight, named


def opened(rows: list[dict[str, object]], store: Path) -> mg.MatchGraph:
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """The small world, opened once: nothing here changes it."""
    return opened(eight(), tmp_path_factory.mktemp("world"))


def test_an_artifact_is_never_similar_to_itself(world: mg.MatchGraph) -> None:
    for artifact_id in world.snapshot.catalogue.ids:
        found = [item.artifact_id for item in world.similar(artifact_id)]
        assert sorted([artifact_id, *found]) == world.snapshot.catalogue.ids


def test_the_order_is_that_of_the_score(world: mg.MatchGraph) -> None:
    for artifact_id in world.snapshot.catalogue.ids:
        scores = [item.score for item in world.similar(artifact_id)]
        assert scores == sorted(scores, reverse=True)


def test_the_two_mail_sorters_come_first_for_each_other(world: mg.MatchGraph) -> None:
    assert world.similar("mail-sorter", k=1)[0].artifact_id == "letter-sorter"
    assert world.similar("letter-sorter", k=1)[0].artifact_id == "mail-sorter"


def test_copies_are_equally_alike_and_stand_in_order_of_their_ids(tmp_path: Path) -> None:
    does = ["sort mail into folders", "flag spam"]
    rows = [*eight(), *(artifact(f"copy-{end}", "model", "Copyist", does, name="Copy") for end in "cab")]
    first, second, *_ = opened(rows, tmp_path).similar("copy-b")
    assert (first.artifact_id, second.artifact_id) == ("copy-a", "copy-c")
    assert first.score == second.score


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (mg.where(type="dataset"), {"mail-corpus", "photo-corpus"}),
        (mg.where(license="permissive", type="model"), {"image-labeller"}),
        (mg.where(pricing="paid"), {"photo-tagger"}),
        (mg.where(maker="delta"), {"speech-writer", "mail-server-tool"}),
        (mg.where(at_least={"stars": 100}), {"letter-sorter", "image-labeller"}),
    ],
    ids=named,
)
def test_a_filter_takes_out_the_others_and_leaves_every_score(
    world: mg.MatchGraph, conditions: object, expected: set[str]
) -> None:
    every = [item for item in world.similar("mail-sorter") if item.artifact_id in expected]
    assert list(world.similar("mail-sorter", where=conditions)) == every
    assert {item.artifact_id for item in every} == expected


def test_a_shorter_list_is_a_prefix_of_a_longer_one(world: mg.MatchGraph) -> None:
    assert world.similar("mail-sorter", k=3).items == world.similar("mail-sorter", k=5).items[:3]


def test_chance_is_the_share_of_chance_pairs_that_are_as_alike(world: mg.MatchGraph) -> None:
    by_chance, place = world.snapshot.scale.chance, world.snapshot.catalogue.place
    likeness = world.likeness.of(place["mail-sorter"])
    for item in world.similar("mail-sorter"):
        assert item.chance == np.mean(by_chance >= likeness[place[item.artifact_id]])
        said = f"{item.chance:.2%} of chance pairs are as alike" if item.chance else "no chance pair is as alike"
        assert item.reasons[0].text == said


def test_one_capability_is_not_counted_among_itself(tmp_path: Path) -> None:
    rows = [artifact(name, "model", name, ["tidy the shelves"]) for name in ("one", "two")]
    mg.rebuild(pd.DataFrame([*rows, *eight()]), store=tmp_path, encoder=WordEncoder(), today=TODAY)
    told = [reason.text for reason in mg.open(tmp_path, encoder=WordEncoder()).similar("one")[0].reasons]
    assert told[1:] == ["both: tidy the (cosine 1.00)", "shares its one capability"]


def test_shared_capabilities_are_those_of_the_alignment(world: mg.MatchGraph) -> None:
    lenient = copy(world)
    lenient.snapshot = replace(world.snapshot, chance=Chance(np.array([0.75])))
    place = world.snapshot.catalogue.place
    for item in lenient.similar("mail-sorter"):
        alignment = align(lenient.snapshot, place["mail-sorter"], place[item.artifact_id])
        assert item.meets == alignment.left_met
        texts = [reason.text for reason in item.reasons]
        if alignment.shared:
            assert f"shares {len(alignment.shared)} of its 2 capabilities" in texts
            names = dict.fromkeys((alignment.shared[0].left.name, alignment.shared[0].right.name))
            assert texts[1].startswith(f"both: {' / '.join(names)} (")
        else:
            assert "no single capability of the two is called the same" in texts
    assert lenient.similar("mail-sorter")[0].meets == 1.0


def test_meets_is_the_share_of_the_asked_ones_capabilities(tmp_path: Path) -> None:
    does = ["sort mail", "flag spam", "write answers", "count letters"]
    rows = [artifact("wide", "model", "Acme", does), artifact("narrow", "model", "Beta", does[:1])]
    graph = opened(rows, tmp_path)
    assert graph.similar("wide")[0].meets == 0.25
    assert graph.similar("narrow")[0].meets == 1.0


def test_a_lonely_artifact_has_nothing_similar_and_says_so(tmp_path: Path) -> None:
    answer = opened(eight()[:1], tmp_path).similar("mail-sorter")
    assert not answer.items
    assert answer.note


def test_a_filter_that_nobody_else_meets_is_named_as_the_cause(world: mg.MatchGraph) -> None:
    answer = world.similar("speech-writer", where=mg.where(type="api"))
    assert not answer.items
    assert answer.note == "No other artifact here meets the conditions."


@pytest.mark.parametrize("k", [0, -3, 1001])
def test_k_out_of_range_is_refused(world: mg.MatchGraph, k: int) -> None:
    with pytest.raises(QuestionError, match=f"k is {k}: wanted 1 to 1000"):
        world.similar("mail-sorter", k=k)


def test_a_name_or_alias_will_do_and_an_unknown_one_is_refused(world: mg.MatchGraph) -> None:
    assert world.similar("Mail Sorter") == world.similar("sorter") == world.similar("mail-sorter")
    with pytest.raises(UnknownArtifact, match="Did you mean mail-sorter"):
        world.similar("mail-sortr")
