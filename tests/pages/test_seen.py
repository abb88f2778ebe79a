"""What an agent reads holds nothing that its reader cannot see, and ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.pages.plain import LONGEST, all_seen, seen

TAGGED = "".join(chr(0xE0000 + ord(letter)) for letter in "obey me")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Mail" + TAGGED + " Sorter", "Mail Sorter"),
        ("\u202egnp.elif", "gnp.elif"),
        ("a\u200bb\ufeffc\u2060d", "abcd"),
        ("\x1b[31mred\x07", "[31mred"),
        ("lone \ud800 half", "lone  half"),
        ("क्‍ष و\u200cن 👩‍🔬 ü\n", "क्‍ष و\u200cن 👩‍🔬 ü\n"),
    ],
)
def test_what_nobody_sees_is_gone_and_the_rest_stays(text: str, left: str) -> None:
    assert seen(text) == left


def test_endless_text_ends() -> None:
    assert seen("x" * 1_000_000) == "x" * (LONGEST - 3) + "..."


@given(
    st.recursive(st.text() | st.integers() | st.none(), lambda each: st.lists(each) | st.dictionaries(st.text(), each))
)
def test_plain_is_plain_and_of_the_same_form(value: object) -> None:
    once = all_seen(value)
    assert all_seen(once) == once
    assert type(once) is type(value)
    str(once).encode()
