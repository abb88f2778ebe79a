"""Boasts, comparisons and denials are read; what only sounds like one is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.catalogue.claims import comparative_claims, presences, sentences_of, superlatives

BOASTS = {
    "It is the fastest mail sorter.": "fastest",
    "The best way to sort mail.": "best",
    "The most powerful sorter of letters.": "most powerful",
    "A state-of-the-art sorter.": "state-of-the-art",
    "It reaches SOTA accuracy in sorting.": "SOTA",
    "Sorts with unmatched speed.": "unmatched",
    "Built on the world's largest stamp archive.": "world's largest",
    "It is the first open sorter that reads stamps.": "first",
    "It is the only sorter which reads stamps.": "only",
    "The maker calls it the largest public archive of stamps.": "largest",
    "An industry-leading sorter.": "industry-leading",
    "The easiest sorter of mail.": "easiest",
}
NO_BOASTS = [
    "Returns the first words of a letter.",
    "Needs only a stamp.",
    "Reads at most ten letters.",
    "Best for short letters.",
    "Best known as a sorter.",
    "Picks the best match of ten.",
    "Keeps the best of several answers.",
    "Returns the most recent letters.",
    "Shows the most common stamps.",
    "It is not the fastest sorter.",
    "One of the best sorters.",
    "The smallest of the family.",
    "This is the largest checkpoint.",
    "The description is the only required parameter for this.",
    "Follows best practices.",
    "Compared with state-of-the-art sorters, it is slow.",
    "Labels were made using state-of-the-art models.",
    "A read-only view of letters.",
    "Asks for first and last name.",
    "Finds the fastest route.",
    "Sorts newest first.",
    "Gives the largest stamps of a sheet.",
    "Buys from the world's greatest brands.",
    "If lost, this is the best way to start.",
]


@pytest.mark.parametrize("sentence", BOASTS)
def test_a_boast_is_read_with_its_word(sentence: str) -> None:
    assert [claim.word for claim in superlatives(sentence)] == [BOASTS[sentence]]


@pytest.mark.parametrize("sentence", NO_BOASTS)
def test_what_only_sounds_like_a_boast_is_none(sentence: str) -> None:
    assert superlatives(sentence) == ()


COMPARED = {
    "Faster than Parrot on long letters": ("faster", "Parrot on long letters"),
    "More accurate than the old sorter": ("more accurate", "the old sorter"),
    "Lower latency than Parrot.": ("lower latency", "Parrot"),
    "Outperforms Parrot, and is free.": ("better", "Parrot"),
    "Much easier to use than Parrot (and Owl).": ("easier", "Parrot"),
}


@pytest.mark.parametrize("sentence", COMPARED)
def test_a_comparison_is_read_with_its_kind_and_its_rival(sentence: str) -> None:
    assert [(claim.kind, claim.than) for claim in comparative_claims(sentence)] == [COMPARED[sentence]]


@pytest.mark.parametrize("sentence", ["No other than Parrot.", "Rather than sort, it reads.", "A faster sorter.", ""])
def test_what_compares_nothing_is_no_comparison(sentence: str) -> None:
    assert comparative_claims(sentence) == ()


def said(sentence: str) -> set[tuple[str, bool, bool]]:
    return {(each.thing, each.denied, each.needed) for each in presences(sentence)}


def test_every_thing_of_a_list_is_denied_or_affirmed() -> None:
    assert said("Given without documented cleaning, sorting, or checking.") == {
        (thing, True, False) for thing in ("cleaning", "sorting", "checking")
    }
    assert ("sorting", False, False) in said("Applies cleaning and sorting to letters.")
    assert said("It does not support streaming.") == {("streaming", True, False)}
    assert said("Supports streaming.") == {("streaming", False, False)}


def test_what_is_needed_is_not_what_is_there() -> None:
    assert said("Requires an access card.") == {("access card", False, True)}
    assert said("No access card required.") == {("access card", True, True)}
    assert said("Includes an access card.") == {("access card", False, False)}


@pytest.mark.parametrize(
    "sentence",
    [
        "Supports streaming only in the paid plan.",
        "Does not support streaming unless asked.",
        "This tool does not support streaming.",
        "Note: does not support streaming.",
        "Unlike others it supports streaming in some places.",
        "Some parts do not support streaming.",
        "May include pictures.",
        "Sorts without delay.",
    ],
)
def test_conditions_and_parts_are_no_statement_on_the_whole(sentence: str) -> None:
    assert presences(sentence) == ()


def test_sentences_are_cut_at_their_ends_and_not_at_abbreviations() -> None:
    text = "Sorts mail, e.g. letters, fast. Reads stamps; prints labels"
    assert list(sentences_of(text)) == ["Sorts mail, e.g. letters, fast.", "Reads stamps;", "prints labels"]


@given(st.text(max_size=200) | st.lists(st.sampled_from([*BOASTS, *NO_BOASTS, "no", "lacks"])).map(" ".join))
def test_any_text_is_read_without_a_crash_and_quoted_as_it_stands(text: str) -> None:
    for sentence in sentences_of(text):
        assert sentence in text
        assert all(claim.word in sentence for claim in superlatives(sentence))
        assert all(claim.words in sentence and claim.than in sentence for claim in comparative_claims(sentence))
        assert all(each.words in sentence for each in presences(sentence))


@pytest.mark.parametrize(
    "part",
    ["supports a ", "no a b ", "a" * 50, "lacks a, ", "more of than ", "the best ", "is the ", "requires a-", "; "],
)
def test_long_texts_take_time_in_step_with_their_length(part: str) -> None:
    text = (part * 20_000)[:20_000]
    started = time.perf_counter()
    for sentence in sentences_of(text):
        assert superlatives(sentence) is not None
        assert comparative_claims(sentence) is not None
        assert presences(sentence) is not None
    assert time.perf_counter() - started < 3
