"""Mentions: whole words, denials are none, and what a maker says of others does not count."""

from __future__ import annotations

from typing import Any

import pytest

from matchgraph.answers.instead.mentions import mention
from matchgraph.answers.stated import told
from matchgraph.catalogue.catalogue import catalogue_of
from matchgraph.catalogue.records import Artifact, ArtifactType, Capability, Fact, Link, LinkKind


def said_of(thing: str, **record: object) -> str | None:
    able = (Capability("one#does", "does", "does a thing"),)
    filled: dict[str, Any] = {"capabilities": able} | record
    catalogue = catalogue_of([Artifact(artifact_id="one", name="One", type=ArtifactType.MODEL, **filled)])
    return mention(told(catalogue, "one"), thing)


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("It needs Torch.", "torch"),
        ("Built with scikit-learn and more.", "Scikit Learn"),
        ("A torch-based labeller.", "torch"),
        ("Works with torch, not with Blaze.", "torch"),
        ("Not only Blaze but also torch will do.", "torch"),
        ("Not just torch.", "torch"),
        ("Not limited to torch.", "torch"),
        ("Non-blocking torch calls.", "torch"),
        ("No-code torch lessons.", "torch"),
        ("Without a graphics card it runs on torch.", "torch"),
        ("There is no reason to fear that torch is missing.", "torch"),
        ("Unlike Blaze, torch is supported.", "torch"),
        ("Torch is not only required but loved.", "torch"),
        ("It runs without Blaze and needs torch.", "torch"),
    ],
)
def test_a_thing_is_found_as_whole_words_however_written(text: str, thing: str) -> None:
    assert said_of(thing, description=text) == f"its description: {text}"


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("It carries a torchlight.", "torch"),
        ("Made for mini-torch alone.", "torch"),
        ("Runs without torch.", "torch"),
        ("There is no need for torch here.", "torch"),
        ("It does not require any torch.", "torch"),
        ("Unlike torch it is small.", "torch"),
        ("It doesn't require torch.", "torch"),
        ("You don’t need torch.", "torch"),
        ("It can't run on torch.", "torch"),
        ("It no longer depends on torch.", "torch"),
        ("Works without Blaze, Quill or torch.", "torch"),
        ("Torch is not required.", "torch"),
        ("Torch isn't needed.", "torch"),
        ("Torch and Blaze are not required.", "torch"),
        ("A torch-free labeller.", "torch"),
        ("Not built on torch.", "torch"),
    ],
)
def test_longer_names_and_denials_are_no_mention(text: str, thing: str) -> None:
    assert said_of(thing, description=text) is None


def test_links_tags_facts_and_requirements_count_and_say_where() -> None:
    assert said_of("torch", links=(Link(LinkKind.REQUIRES, "torch"),)) == "it declares: requires torch"
    assert said_of("torch", tags=("torch",)) == "its tags: torch"
    assert said_of("torch", facts={"runtime": Fact("torch 2")}) == "its fact runtime: torch 2"
    able = Capability("one#does", "does", "does a thing", requires=("A torch in hand",))
    assert said_of("torch", capabilities=(able,)) == "it requires: A torch in hand"


def test_what_is_said_of_others_does_not_count() -> None:
    able = Capability("one#does", "does", "does a thing", vs_alternatives="Others are built on torch.")
    assert said_of("torch", capabilities=(able,)) is None
