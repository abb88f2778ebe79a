"""Text from outside loses markup, control characters and endless length, and nothing its author meant."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.catalogue.clean import LONGEST_TEXT, clean


def cleaned(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The cleaned text and what was noted on the way."""
    notes: list[tuple[str, str]] = []
    return clean(text, lambda found, done: notes.append((found, done))), notes


def test_plain_text_comes_back_as_it_is_and_nothing_is_noted():
    assert cleaned("Sorts mail into folders.") == ("Sorts mail into folders.", [])


def test_spaces_tabs_and_line_ends_become_single_spaces_without_a_note():
    assert cleaned("  sort\t\tmail\r\n\nby  topic ") == ("sort mail by topic", [])


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_a_text_of_nothing_but_space_is_empty(text: str):
    assert cleaned(text) == ("", [])


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\ud800", "\ufeff", "\ufffe", "\uffff"])
def test_a_control_or_broken_character_is_removed_and_noted_once(character: str):
    assert cleaned(f"so{character}rt ma{character}il") == (
        "sort mail",
        [("control or broken characters", "removed them")],
    )


@pytest.mark.parametrize("mark", ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068"])
def test_a_mark_that_turns_the_direction_of_what_follows_is_removed(mark: str):
    text, notes = cleaned(f"invoice{mark}fdp.exe")
    assert text == "invoicefdp.exe"
    assert notes


@pytest.mark.parametrize(
    "text", ["Überprüft Straßen", "メールを仕分ける", "فرز البريد", "מיון דואר", "mail 📬", "é", "क्षि"]
)
def test_the_letters_of_the_world_are_left_alone(text: str):
    assert cleaned(text) == (text, [])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Sorts <b>mail</b>", "Sorts mail"),
        ("Sorts<br/>mail", "Sorts mail"),
        ('Sorts <a href="https://x.example/?a=1&b=2">mail</a>', "Sorts mail"),
        ("<p>Sorts</p><p>mail</p>", "Sorts mail"),
        ("<DIV Class='x'>Sorts mail</DIV>", "Sorts mail"),
        ("Sorts <!-- not\nshown --> mail", "Sorts mail"),
        ("Sorts <script>alert('mail')</script> mail", "Sorts mail"),
        ("Sorts <STYLE type=x>b { color: red }</style > mail", "Sorts mail"),
        ("Sorts <img src=x onerror=alert(1)> mail", "Sorts mail"),
    ],
)
def test_html_left_in_a_text_goes_and_its_words_stay(text: str, kept: str):
    assert cleaned(text) == (kept, [("HTML in the text", "kept the words, removed the tags")])


@pytest.mark.parametrize(
    "text",
    ["weather in <city>", "List<String> of mails", "a < b and c > d", "fill <your-name> in", "<|endoftext|>", "->"],
)
def test_a_word_in_angle_brackets_that_html_does_not_know_is_kept(text: str):
    assert cleaned(text) == (text, [])


def test_an_escaped_tag_stays_the_text_its_author_wrote():
    assert cleaned("Explains the &lt;b&gt; tag")[0] == "Explains the <b> tag"


@pytest.mark.parametrize(
    ("text", "kept"), [("news &amp; mail", "news & mail"), ("a&nbsp;b", "a b"), ("caf&eacute;", "café"), ("R&D", "R&D")]
)
def test_an_entity_becomes_its_character(text: str, kept: str):
    assert cleaned(text)[0] == kept


@pytest.mark.parametrize("entity", ["&#8238;", "&#x202e;", "&#xfeff;", "&#7;", "&#xd800;"])
def test_an_unfit_character_cannot_hide_in_an_entity(entity: str):
    assert not set(cleaned(f"so{entity}rt")[0]) & {"\u202e", "\ufeff", "\x07", "\ud800"}


def test_a_text_of_one_megabyte_is_cut_to_the_longest_and_its_length_is_noted():
    text, notes = cleaned("m" * 1_000_000)
    assert text == "m" * LONGEST_TEXT
    assert notes == [("a text of 1,000,000 characters", "kept the first 20,000")]


def test_a_text_of_exactly_the_longest_is_whole():
    assert cleaned("m" * LONGEST_TEXT) == ("m" * LONGEST_TEXT, [])


def test_a_cut_text_does_not_end_in_a_space():
    assert cleaned("m" * (LONGEST_TEXT - 1) + " and more")[0] == "m" * (LONGEST_TEXT - 1)


@pytest.mark.parametrize(
    "unit", ["<!--", "<script>", "<script>x</script ", "<script ", "<a ", "<b", "&lt;", "&amp", "\u202e", "< "]
)
def test_a_long_text_of_unfinished_markup_is_cleaned_in_a_moment(unit: str):
    began = time.process_time()
    cleaned(unit * (60_000 // len(unit)))
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("unit", ["=", " ", "/", "= ", "b="])
def test_a_tag_that_is_never_closed_is_cleaned_in_a_moment(unit: str):
    began = time.process_time()
    cleaned("<a b" + unit * (60_000 // len(unit)))
    assert time.process_time() - began < 0.5


@given(st.text(st.characters(), max_size=60) | st.text("<>/!-&;#abpscript &lt\0\ud800\u202e\n", max_size=60))
@settings(max_examples=200, deadline=None, database=None)
def test_whatever_comes_in_the_text_that_leaves_can_be_written_and_shown(text: str):
    out, _ = cleaned(text)
    out.encode("utf-8")
    assert out == " ".join(out.split())
    assert not set(out) & {"\0", "\u202e", "\ufeff"}
    assert len(out) <= LONGEST_TEXT
