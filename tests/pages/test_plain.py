from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.pages.plain import clipped, plain, web_address
from matchgraph.pages.site.shelf import shelf


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200f", "\x00", "\x1b", "\x85", "\ud800"])
def test_marks_that_hide_or_turn_other_text_are_left_out(mark: str) -> None:
    assert plain(f"in{mark}voice") == "invoice"


def test_letters_of_any_script_stay() -> None:
    assert plain("Grüße, שלום, 你好\n") == "Grüße, שלום, 你好\n"


@given(st.text(max_size=60), st.integers(5, 40))
def test_a_clipped_text_is_never_longer_than_asked(text: str, most: int) -> None:
    assert len(clipped(text, most)) <= most


def test_a_text_of_a_megabyte_is_cut_without_being_read_whole() -> None:
    assert clipped("word " * 200_000, 40) == "word word word word word word word…"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,hi",
        "//example.org",
        "http:///x",
        "http://[",
        None,
        "java\nscript:alert(1)",
        "https://exa\u202emple.org",
        "ftp://example.org",
        "https://e.org/" + "a" * 3_000,
    ],
)
def test_only_addresses_of_the_web_become_links(address: str | None) -> None:
    assert web_address(address) is None


def test_an_address_of_the_web_stays_as_it_is() -> None:
    assert web_address("https://example.org/a?b=c#d") == "https://example.org/a?b=c#d"


def test_templates_escape_and_free_every_text() -> None:
    made = shelf().from_string("{{ text }}|{{ text|clipped(20) }}").render(text="<b>\u202ehi</b>")
    assert made == "&lt;b&gt;hi&lt;/b&gt;|&lt;b&gt;hi&lt;/b&gt;"
