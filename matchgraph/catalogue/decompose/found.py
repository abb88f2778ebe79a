"""What taking a text apart gives: capabilities with the lines they come from, and what was left out with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from matchgraph.catalogue.records import MOST_REMARKS

LONGEST_SHOWN = 90  # characters of a line that was left out

_FEWEST_WORDS = 3  # of a remark
_ADDRESSES = ("://", "www.")
_LEADS_ON = (":", "...", "\u2026")


class Reason(StrEnum):
    """Why a line is no capability."""

    CODE = "code"
    FRONT_MATTER = "front matter"
    INSTALLATION = "installation"
    LICENCE = "licence"
    FACT = "a fact, not an ability"
    LIMITATION = "a limitation that belongs to no capability"
    MOTIVE = "why it was made, or what others do or lack"
    NOT_NOW = "what it cannot do yet, or no more"
    LANGUAGE = "in another language than English, which alone is read"
    INTENT = "an intent that belongs to no capability"
    MARKETING = "marketing"
    ORDER = "an order to its reader"
    OTHER = "of something else: people, links, parts of the text"
    PARAMETER = "a parameter, not an ability"
    PLACEHOLDER = "a place to fill in"
    VAGUE = "says of nothing what it can do"
    SAID_ALREADY = "said already"
    TOO_LONG = "beyond what is read"
    UNSUPPORTED = "not supported by its quote"


_OF_THE_THING = frozenset({Reason.FACT, Reason.INTENT, Reason.LANGUAGE, Reason.MARKETING, Reason.ORDER, Reason.VAGUE})


@dataclass(frozen=True, slots=True)
class Found:
    """One capability: what it is called, what the text says of it, and where."""

    name: str
    description: str
    quote: str  # the words of the source that it was read from
    first: int  # lines of the source, the first being 1
    last: int
    section: str = ""
    intents: tuple[str, ...] = ()
    best_for: tuple[str, ...] = ()
    limitations: tuple[str, ...] = ()

    def to_row(self) -> dict[str, Any]:
        """The capability as a row of the catalogue format."""
        row = {"name": self.name, "description": self.description, "intents": self.intents}
        row |= {"best_for": self.best_for, "limitations": self.limitations}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in row.items() if value}


@dataclass(frozen=True, slots=True)
class Left:
    """A line that was left out, and why."""

    text: str
    first: int  # 0 for what stands nowhere in the text
    last: int
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Decomposed:
    """What a text says that its thing can do, and every line that was not taken for that."""

    title: str
    description: str
    capabilities: tuple[Found, ...]
    left: tuple[Left, ...]
    notices: tuple[str, ...] = field(default=())  # what the reader must know of how this was made

    def to_rows(self) -> list[dict[str, Any]]:
        """The capabilities as rows of the catalogue format."""
        return [each.to_row() for each in self.capabilities]

    def remarks(self) -> list[str]:
        """The first lines that state no ability, and yet tell of the thing: search may find it by them."""
        said = {text for each in self.capabilities for text in (each.description, each.quote)} or {self.description}
        telling = dict.fromkeys(each.text for each in self.left if each.reason in _OF_THE_THING)
        return [text for text in telling if text not in said and _is_remark(text)][:MOST_REMARKS]

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain JSON values."""
        found = [
            each.to_row() | {"quote": each.quote, "lines": [each.first, each.last], "section": each.section}
            for each in self.capabilities
        ]
        left = [
            {"text": each.text, "lines": [each.first, each.last], "reason": str(each.reason)}
            | ({"detail": each.detail} if each.detail else {})
            for each in self.left
        ]
        told = {"title": self.title, "description": self.description, "notices": list(self.notices)}
        return told | {"capabilities": found, "left_out": left}

    def noticed(self, *notices: str) -> Decomposed:
        """The same, with more to know of how it was made."""
        return replace(self, notices=(*self.notices, *notices))

    def __str__(self) -> str:
        able, left = len(self.capabilities), len(self.left)
        told = f"{able} capabilit{'y' if able == 1 else 'ies'}, {left} line{'s' * (left != 1)} left out"
        lines = [f"{self.title or 'untitled'}: {told}"]
        lines += [f"! {notice}" for notice in self.notices]
        for each in self.capabilities:
            lines.append(f"{span(each.first, each.last):>9}  {each.name}")
            if each.description.lower() != each.name.lower():
                lines.append(f"{'':9}    {each.description}")
            for kind in ("intents", "best_for", "limitations"):
                lines += [f"{'':9}    {kind.replace('_', ' ')}: {said}" for said in getattr(each, kind)]
        lines += ["left out"] * bool(self.left)
        for line in self.left:
            why = f"{line.reason}: {line.detail}" if line.detail else str(line.reason)
            lines.append(f"{span(line.first, line.last):>9}  {shortened(line.text)} ({why})")
        return "\n".join(lines)


def _is_remark(text: str) -> bool:
    """Whether a line says enough, names no address and does not lead on to what is not there."""
    whole = len(text.split()) >= _FEWEST_WORDS and not text.endswith(_LEADS_ON)
    return whole and not any(each in text for each in _ADDRESSES)


def span(first: int, last: int) -> str:
    """Lines in words; nothing for what stands nowhere in the text.

    >>> span(3, 3), span(3, 5)
    ('3', '3-5')
    """
    if not first:
        return ""
    return str(first) if first == last else f"{first}-{last}"


def shortened(text: str) -> str:
    """As much of a text as a line shows."""
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."
