"""Which verbs of a sentence tell an action: those after adverbs too, and none that a noun only looks like."""

from __future__ import annotations

import pytest

from matchgraph.catalogue.decompose.actions import actions_of


@pytest.mark.parametrize(
    ("sentence", "actions"),
    [
        ("Otter is a fast, lightweight library for diversifying pond results.", ["diversify pond results"]),
        ("Heron quietly re-ranks nests.", ["re-rank nests"]),
        ("Finds and safely removes holes.", ["find holes", "remove holes"]),
        ("Can read, sort, and model pond flows.", ["read pond flows", "sort pond flows", "model pond flows"]),
        ("Otter reads letters, renaming the ponds.", ["read letters", "rename the ponds"]),
        ("A model for use in generating songs.", ["generate songs"]),
        ("Expert in explaining ponds.", ["explain ponds"]),
        ("A guide who helps otters plan swims.", ["plan swims"]),
        ("Delete stamps older than a year.", ["delete stamps older than a year"]),
        ("Looks up nests and eggs.", ["look up nests", "look up eggs"]),
        ("Automatic letter sorter.", ["sort Automatic letter"]),
        ("Otter annotates nests, and is old.", ["annotate nests"]),
        (
            "Reads ponds, nests and posts from otters.",
            ["read ponds from otters", "read nests from otters", "read posts from otters"],
        ),
        ("Reads ponds, sorts them and posts to otters.", ["read ponds", "post to otters"]),
    ],
)
def test_a_verb_tells_an_action_wherever_it_stands(sentence: str, actions: list[str]) -> None:
    assert [action.words for action in actions_of(sentence)] == actions


@pytest.mark.parametrize(
    "sentence",
    [
        "Flags for otters, done right.",
        "It is easy to read.",
        "The pond is for learning purposes.",
        "Sort it when it moves.",
        "The set is the translation of old letters.",
        "The server exposes the following tools:",
    ],
)
def test_what_looks_like_a_verb_is_none(sentence: str) -> None:
    assert actions_of(sentence) == []


def test_nouns_after_an_ability_are_no_second_one() -> None:
    assert len(actions_of("Otter sorts letters with a clear style and benchmarks for each pond.")) == 1
    assert len(actions_of("Otter manages ponds, boats, hosting services, and nets.")) == 4
