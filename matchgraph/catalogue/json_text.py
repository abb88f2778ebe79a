"""JSON from outside: whole texts, or a stream of values of which only one is held at a time."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TextIO

LONGEST_VALUE = 16 * 2**20  # characters; a longer one is refused, and what follows it cannot be found
_CHUNK = 2**16
_MARK = re.compile(r"[^ \t\r\n]")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands for a row that could not even be parsed."""

    found: str
    wanted: str


class TwiceError(ValueError):
    """An object of JSON states a key twice: which of the two is meant, nobody knows."""


def json_of(text: str) -> Any:
    """The value that the text writes; an error where an object states a key twice."""
    return json.loads(text, object_pairs_hook=_object)


def parsed(raw: bytes, wanted: str = "one whole JSON object a line") -> Any:
    """The value that the bytes write, or `Unreadable`, with what is `wanted` instead."""
    try:
        return json_of(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Unreadable(f"byte {error.start + 1} is not UTF-8", "wanted UTF-8 text")
    except (RecursionError, ValueError) as error:
        return _unreadable(error, wanted)


def values_in(text: TextIO) -> Iterator[tuple[int, Any]]:
    r"""Each value with the line it begins on: the items of one array, or values one after another.

    >>> import io
    >>> list(values_in(io.StringIO('[{"a": 1},\n 2]')))
    [(1, {'a': 1}), (2, 2)]
    """
    window = _Window(text)
    try:
        yield from _items(window) if window.next() == "[" else _sequence(window)
    except UnicodeDecodeError:
        yield window.line, Unreadable("bytes that are not of the text's encoding", "wanted UTF-8 text")
    except (RecursionError, ValueError) as error:
        yield window.line, _unreadable(error, first=window.line - window.held.count("\n", 0, window.at))


def _items(window: _Window) -> Iterator[tuple[int, Any]]:
    window.go(window.at + 1)
    if window.next() == "]":
        window.go(window.at + 1)
    else:
        while True:
            window.next()
            yield window.line, window.value()
            mark = window.next()
            if mark not in (",", "]"):
                raise json.JSONDecodeError("no comma", window.held, window.at)
            window.go(window.at + 1)
            if mark == "]":
                break
    if window.next():
        raise json.JSONDecodeError("more than one array", window.held, window.at)


def _sequence(window: _Window) -> Iterator[tuple[int, Any]]:
    while window.next():
        yield window.line, window.value()


class _Window:
    """Held while reading a stream: the text not yet left behind, where in it reading stands, and on which line."""

    def __init__(self, text: TextIO) -> None:
        self.text, self.held, self.at, self.line, self.ended = text, "", 0, 1, False
        self.decoder = json.JSONDecoder(object_pairs_hook=_object)

    def next(self) -> str:
        """The next character that is no space; an empty text at the end."""
        while True:
            found = _MARK.search(self.held, self.at)
            self.go(found.start() if found else len(self.held))
            if self.at < len(self.held) or self.ended:
                return self.held[self.at : self.at + 1]
            self.fill(_CHUNK)

    def go(self, to: int) -> None:
        """Stand there from now on."""
        self.line += self.held.count("\n", self.at, to)
        self.at = to

    def value(self) -> Any:
        """The value that begins here; more is read until it is whole."""
        size = _CHUNK
        while True:
            try:
                value, end = self.decoder.raw_decode(self.held, self.at)
                if end < len(self.held) or self.ended:  # else a number may go on
                    self.go(end)
                    return value
            except json.JSONDecodeError:
                if self.ended:
                    raise
            if len(self.held) - self.at > LONGEST_VALUE:
                raise ValueError(f"a value that does not end within {LONGEST_VALUE:,} characters")
            self.fill(size)
            size *= 2

    def fill(self, size: int) -> None:
        """Read on, and let go of what lies behind."""
        more = self.text.read(size)
        self.held, self.at, self.ended = self.held[self.at :] + more, 0, not more


def _unreadable(error: Exception, wanted: str = "one whole JSON object a line", first: int = 1) -> Unreadable:
    if isinstance(error, TwiceError):
        return Unreadable(f"{error} in one object", "wanted each key once")
    if isinstance(error, json.JSONDecodeError):
        return Unreadable(f"broken JSON at {_place(error, first)}", f"wanted {wanted}")
    # Nested without end, a number of thousands of digits, or a value without end.
    return Unreadable("JSON beyond reason", "wanted one plain JSON object a line")


def _place(error: json.JSONDecodeError, first: int) -> str:
    """Where the text breaks that begins on the line `first`; at its end, that is behind its last mark."""
    at = min(error.pos, len(error.doc.rstrip()))
    column = at - error.doc.rfind("\n", 0, at)
    line = first + error.doc.count("\n", 0, at)
    return f"column {column}" if line == 1 else f"line {line}, column {column}"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise TwiceError(f"the key {max(counts, key=lambda key: counts[key])!r} twice")
    return found
