"""What is counted, and what only looks like a count."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.catalogue.quantities import NumericClaim, numeric_claims

GIB = 1024.0**3


def only(sentence: str) -> NumericClaim:
    (claim,) = numeric_claims(sentence)
    return claim


COUNTED = {
    "It holds 22 curated maps.": (22, 22, "map"),
    "It knows 67M parameters.": (66.5e6, 67.5e6, "parameter"),
    "It knows 67 million parameters.": (66.5e6, 67.5e6, "parameter"),
    "It keeps 67,349 letters.": (67349, 67349, "letter"),
    "A 7-billion-parameter postman.": (6.5e9, 7.5e9, "parameter"),
    "It is 40% smaller.": (35, 45, "percent"),
    "Shrinks post by ~3-4x.": (2.25, 5, "times"),
    "A pile of 825 GiB.": (825 * GIB, 825 * GIB, "byte"),
    "Sorts over 29 languages.": (29, math.inf, "language"),
    "Sorts up to 29 languages.": (0, 29, "language"),
    "Carries 1,000+ parcels.": (1000, math.inf, "parcel"),
    "Sorts about 12 sacks.": (9, 15, "sack"),
    "The 22-subset pile is here.": (22, 22, "subset"),
}


@pytest.mark.parametrize("sentence", COUNTED)
def test_a_number_of_something_is_read_with_what_the_words_leave_open(sentence: str) -> None:
    low, high, noun = COUNTED[sentence]
    claim = only(sentence)
    assert claim.noun == noun
    assert (claim.low, claim.high) == (pytest.approx(low), high if math.isinf(high) else pytest.approx(high, rel=0.2))
    assert claim.words in sentence
    assert sentence[claim.at :].startswith(claim.words)


NOT_COUNTED = [
    "Founded in 2019 and renewed in 2024.",
    "Trained with version 3 of Postman.",
    "Takes 224x224 stamps.",
    "Takes 512 by 512 stamps.",
    "Built on Parrot 2 models of old.",
    "Open 24/7 for letters.",
    "Reads the first 10 lines.",
    "Lists the top 5 answers.",
    "Requires Python 3.11 or later.",
    "On 31 December the service ends.",
    "Costs $20 monthly.",
    "Uses v2.1.3 of the format.",
    "Zip code 90210 is served.",
    "GPT-4 writes letters.",
    "0 is no priority and 1 is urgent.",
    "Runs on 3D scenes.",
]


@pytest.mark.parametrize("sentence", NOT_COUNTED)
def test_years_versions_names_sizes_and_places_in_a_row_count_nothing(sentence: str) -> None:
    assert numeric_claims(sentence) == ()


def test_numbers_that_share_a_noun_are_claims_of_the_same_noun() -> None:
    claims = numeric_claims("Lighter than the old one (110M vs 67M parameters).")
    assert [(claim.low, claim.noun) for claim in claims] == [(105e6, "parameter"), (66.5e6, "parameter")]


def test_words_that_narrow_a_count_are_kept_before_and_behind() -> None:
    claim = only("It has 12 attention heads of the teacher.")
    assert (claim.kinds, claim.tail, claim.role) == (frozenset({"attention"}), "of the teacher", "has")


def test_gigabytes_and_gibibytes_are_the_same_size_in_bytes() -> None:
    assert only("A pile of 1 GiB.").low == pytest.approx(only("A pile of 1.073741824 GB.").low, rel=1e-6)


@given(st.text(alphabet="12 ,.%-kMx()abc sGB~to and\n", max_size=80))
def test_any_text_is_read_without_a_crash_and_quoted_as_it_stands(text: str) -> None:
    for claim in numeric_claims(text):
        assert claim.words in text
        assert claim.low <= claim.high
        assert claim.agrees(claim)


@pytest.mark.parametrize("part", ["1 as ", "1, ", "12 a-b c,", "9" * 7 + " ", "a" * 50, "(1 ", "10 to "])
def test_long_texts_take_time_in_step_with_their_length(part: str) -> None:
    started = time.perf_counter()
    numeric_claims((part * 20_000)[:20_000])
    assert time.perf_counter() - started < 2
