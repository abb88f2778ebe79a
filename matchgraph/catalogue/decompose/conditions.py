"""What a thing is asked, what it is best for, what it cannot do: each told of the capability that it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from matchgraph.catalogue.decompose.found import Found, Left, Reason
from matchgraph.catalogue.decompose.judge import is_intent, is_limit, is_suited
from matchgraph.catalogue.decompose.lines import Line
from matchgraph.catalogue.outline import Kind

Field = Literal["intents", "best_for", "limitations"]

_WORD = re.compile(r"[a-z]{4,}")
_STEM = 5  # letters by which words are told to be of one family
_EMPTY = {"with", "from", "this", "that", "does", "support", "only", "limit", "what", "your", "which", "have", "tool"}
_UNPLACED = {"intents": Reason.INTENT, "best_for": Reason.INTENT, "limitations": Reason.LIMITATION}


def condition_in(line: Line) -> Field | None:
    """Which condition the line states; None where it states none."""
    if line.kind in (Kind.CODE, Kind.ROW):
        return None
    if is_limit(line):
        return "limitations"
    if is_suited(line):
        return "best_for"
    return "intents" if is_intent(line) else None


def placed(found: Sequence[Found], stated: Iterable[tuple[Field, Line]]) -> tuple[list[Found], list[Left]]:
    """The capabilities with the conditions that speak of them, and those that speak of none."""
    told, left = list(found), list[Left]()
    for field, line in stated:
        place = _of(told, line)
        if place is None:
            left.append(Left(line.text, line.first, line.last, _UNPLACED[field]))
        else:
            text = line.text.strip("\"“”'‘’ ")
            told[place] = _with(told[place], field, text)
    return told, left


def _with(found: Found, field: Field, text: str) -> Found:
    if field == "intents":
        return replace(found, intents=(*found.intents, text))
    if field == "best_for":
        return replace(found, best_for=(*found.best_for, text))
    return replace(found, limitations=(*found.limitations, text))


def _of(found: Sequence[Found], line: Line) -> int | None:
    """The capability that shares most words with the line, the first of equals; None where none shares any."""
    asked = _stems(line.text)
    shared = [len(asked & _stems(f"{each.name} {each.description}")) for each in found]
    most = max(shared, default=0)
    return shared.index(most) if most else None


def _stems(text: str) -> set[str]:
    return {word.removesuffix("s")[:_STEM] for word in _WORD.findall(text.lower()) if word not in _EMPTY}
