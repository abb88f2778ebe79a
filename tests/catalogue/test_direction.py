"""Directions: speech to text is not text to speech, and what nobody states refuses nothing."""

from __future__ import annotations

import pytest

from matchgraph.catalogue.catalogue import catalogue_of
from matchgraph.catalogue.direction import NOWHERE, Direction, direction_of, going_elsewhere
from matchgraph.catalogue.records import Artifact, ArtifactType, Capability


def way(takes: str = "", gives: str = "") -> Direction:
    return Direction(frozenset(takes.split()), frozenset(gives.split()))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Transcribe interviews from a voice recording", NOWHERE),  # the noun stands too far from its verb
        ("transcribe long recordings", way("audio", "text")),
        ("voice-to-text notes", way("audio", "text")),
        ("text2image", way("text", "image")),
        ("Turn written text into natural speech", way("text", "audio")),
        ("narrate the text of a book", way("text", "audio")),
        ("read each sentence aloud", way("text", "audio")),
        ("caption holiday photos", way("image", "text")),
        ("draw pictures from a short prompt", way("text", "image")),
        ("detect cars in videos", way("video")),
        ("classify sentences by tone", way("text")),
        ("image generation on a laptop", way(gives="image")),
        ("find photos that look alike", NOWHERE),
        ("match images to captions", NOWHERE),
        ("sort my mail", NOWHERE),
    ],
)
def test_a_way_is_read_from_what_is_said(said: str, meant: Direction) -> None:
    assert direction_of(said) == meant


def test_a_way_and_the_way_back_refuse_each_other_and_not_themselves() -> None:
    there, back = direction_of("speech to text"), direction_of("text to speech")
    assert there.refuses(back.takes, back.gives)
    assert back.refuses(there.takes, there.gives)
    assert not there.refuses(there.takes, there.gives)


@pytest.mark.parametrize(
    ("takes", "gives", "refused"),
    [
        ([], [], False),
        (["text"], [], True),
        (["text", "audio"], ["text"], False),
        (["hologram"], [], False),  # a kind that nobody here knows may be anything
        ([], ["label"], False),  # a label is a text
        ([], ["Embedding"], True),
        (["video"], ["text"], False),  # a film has sound
    ],
)
def test_only_what_is_stated_and_known_to_be_something_else_is_refused(
    takes: list[str], gives: list[str], refused: bool
) -> None:
    assert direction_of("transcribe speech").refuses(takes, gives) is refused


def test_what_a_capability_states_counts_before_its_text_and_that_before_its_artifact() -> None:
    does = (
        Capability("a#1", "Speak up", "Read a sentence aloud.", input_types=("audio",), output_types=("text",)),
        Capability("a#2", "Speak up", "Read a sentence aloud."),
        Capability("a#3", "Quick", "It is quick."),
    )
    one = Artifact("a", "A", ArtifactType.MODEL, "It is one.", capabilities=does, inputs=("text",), outputs=("speech",))
    wanted = direction_of("speech to text")
    assert going_elsewhere(catalogue_of([one]), wanted, [0, 1, 2]).tolist() == [False, True, True]
    assert not going_elsewhere(catalogue_of([one]), NOWHERE, [0, 1, 2]).any()
