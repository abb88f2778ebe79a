"""A stream of JSON gives its values one by one, whatever its layout, and never holds more than one."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.catalogue import json_text
from matchgraph.catalogue.json_text import Unreadable, values_in

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
_OBJECTS = st.lists(st.dictionaries(st.text(max_size=4), _VALUES, max_size=3), max_size=5)


def found(text: str) -> list[Any]:
    return [value for _, value in values_in(io.StringIO(text))]


@given(_OBJECTS, st.sampled_from([None, 1]), st.integers(1, 40))
@settings(max_examples=150, deadline=None)
def test_an_array_and_values_one_after_another_give_the_same(rows: list[Any], indent: int | None, chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "_CHUNK", chunk)
        assert found(json.dumps(rows, indent=indent)) == rows
        assert found("\n".join(json.dumps(row, indent=indent) for row in rows)) == rows


def test_each_value_has_the_line_it_begins_on() -> None:
    assert list(values_in(io.StringIO('[\n{"a":\n1},\n\n{"b": 2}]'))) == [(2, {"a": 1}), (5, {"b": 2})]


def test_a_number_at_the_edge_of_a_piece_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "_CHUNK", 3)
    assert found("[12345, 67]") == [12345, 67]


@pytest.mark.parametrize(
    ("text", "kept", "why"),
    [
        ('[{"a": 1}, {"b": ', [{"a": 1}], "broken JSON"),
        ('[{"a": 1} {"b": 2}]', [{"a": 1}], "broken JSON"),
        ('[{"a": 1}] 2', [{"a": 1}], "broken JSON"),
        ('{"a": 1, "a": 2}', [], "the key 'a' twice"),
        ('{"a": 1}\n nonsense', [{"a": 1}], "broken JSON"),
        ("[" * 100_000, [], "JSON"),
        ("9" * 9999 + " ", [], "beyond reason"),
    ],
)
def test_what_is_sound_is_kept_and_the_rest_is_told(text: str, kept: list[Any], why: str) -> None:
    *values, last = found(text)
    assert values == kept
    assert isinstance(last, Unreadable)
    assert why in last.found


def test_a_value_without_end_is_refused_before_it_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "LONGEST_VALUE", 1000)

    class Endless(io.StringIO):
        given = 0

        def read(self, size: int | None = -1) -> str:
            self.given += size or 0
            return '"' + "x" * ((size or 0) - 1) if self.given == size else "x" * (size or 0)

    endless = Endless()
    ((_, value),) = values_in(endless)
    assert value == Unreadable("JSON beyond reason", "wanted one plain JSON object a line")
    assert endless.given < 2**20


def test_a_long_array_is_read_in_small_pieces() -> None:
    class Pieces(io.StringIO):
        longest = 0

        def read(self, size: int | None = -1) -> str:
            self.longest = max(self.longest, size or 0)
            return super().read(size)

    pieces = Pieces("[" + ", ".join('{"a": "' + "x" * 50 + '"}' for _ in range(20_000)) + "]")

    def rows() -> Iterator[Any]:
        yield from values_in(pieces)

    assert sum(1 for _ in rows()) == 20_000
    assert pieces.longest == 2**16
