"""YAML is read as plain values and written back to the same; what is no plain YAML is an error with its line."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.catalogue.yaml_text import YamlError, yaml_of, yaml_text

_WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12) | st.sampled_from(
    [
        "no",
        "yes",
        "null",
        "~",
        "1:30",
        "2026-05-01",
        "007",
        "1e5",
        ".5",
        "0x1f",
        "1_000",
        "- a",
        "a: b",
        "#",
        "&a",
        "*a",
        "!x",
        "<<",
    ]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False) | _WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES)
@settings(max_examples=100, deadline=None)
def test_what_is_written_reads_as_the_same(value: Any) -> None:
    assert yaml_of(yaml_text(value)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("1:30", "1:30"),
        ("2026-05-01", "2026-05-01"),
        ("007", "007"),
        ("1.10", 1.1),
        ("-3", -3),
        ("on", "on"),
    ],
)
def test_a_word_is_the_word_it_is(text: str, value: object) -> None:
    assert yaml_of(f"a: {text}") == {"a": value}


def bomb(levels: int) -> str:
    first = "a0: &a0 [pond, pond, pond, pond, pond, pond, pond, pond, pond]\n"
    return first + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, levels))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("!!python/object/apply:os.system [echo]", "a tag"),
        ("a: !!str 3", "a tag"),
        ("a: 1\nb: 2\na: 3", "the key 'a' twice on line 3"),
        ("? [a]\n: b", "a key that is no word"),
        ("&a [*a]", "names nothing that is whole"),
        ("*a", "names nothing that is whole"),
        ("a: 1\n--- \nb: 2", "another document"),
        ("a: [", "line"),
        ("a: \x01", "control characters"),
        ("a: \ud800", "surrogates"),
        ("[" * 100_000, "nested more than"),
        ("- " * 100_000, "nested more than"),
        ("{a: " * 100_000, "nested more than"),
        (bomb(9), "aliases unfolded"),
        ("- a\n" * 400_000, "values by line"),
    ],
)
def test_what_is_no_plain_yaml_is_an_error_in_a_moment(text: str, found: str) -> None:
    began = time.process_time()
    with pytest.raises(YamlError, match=found):
        yaml_of(text)
    assert time.process_time() - began < 3


def test_a_tab_that_indents_is_called_a_tab() -> None:
    with pytest.raises(YamlError, match="a tab where spaces are wanted on line 2"):
        yaml_of("otter:\n\tid: a\n")


def test_an_alias_is_what_it_names() -> None:
    assert yaml_of("a: &x [1, 2]\nb: *x") == {"a": [1, 2], "b": [1, 2]}


@given(
    st.text(st.sampled_from("ab:-[]{}&*!|>'\"#%@,? \n\t\0~1.\ud800é"), max_size=60) | st.binary(max_size=80).map(repr)
)
@settings(max_examples=300, deadline=None)
def test_whatever_comes_in_is_a_value_or_that_error(text: str) -> None:
    with contextlib.suppress(YamlError):
        yaml_of(text)
