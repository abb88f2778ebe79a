"""What of people's queries may be kept as words."""

from __future__ import annotations

import pytest

from matchgraph.searches.events import Channel, SearchEvent
from matchgraph.searches.public import public_words


@pytest.mark.parametrize(("voices", "kept"), [(4, []), (5, ["mail"])])
def test_a_word_is_kept_once_five_said_it_in_whatever_query(voices: int, kept: list[str]) -> None:
    events = [SearchEvent(f"mail {n}x", actor=f"actor {n}") for n in range(voices)]
    assert all(found == kept for found in public_words(events).values())


def test_one_actor_that_says_a_word_often_says_it_once() -> None:
    assert public_words([SearchEvent(f"Kowalski {n}x", actor="ada") for n in range(20)])["kowalski 3x"] == []


def test_where_no_actor_is_known_the_same_query_is_one_voice() -> None:
    assert public_words([SearchEvent("sort mail")] * 9) == {"sort mail": []}
    assert public_words([SearchEvent(f"mail {n}x") for n in range(5)])["mail 0x"] == ["mail"]


def test_synthetic_searches_make_no_word_public() -> None:
    assert public_words([SearchEvent(f"mail {n}x", channel=Channel.SYNTHETIC) for n in range(9)]) == {}
