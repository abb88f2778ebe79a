"""What pages published, kept as facts of source "page", and the pages put together again from them.

Numbers are facts like any other, and the page's wording stands beside them, because a record of the same id from a
fuller source replaces names and capabilities, but never facts. Where a page says anything else of a pair (another
rank, another subtitle), its own words are facts for this pair alone; a digest tells whether what comes together is
the page, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, replace
from typing import Any

from matchgraph.catalogue.layout import (
    AXES,
    MORE,
    NONE,
    SHOWN,
    Page,
    PageCapability,
    PageSide,
    Position,
    ruled,
)
from matchgraph.catalogue.records import Artifact, Fact

Told = dict[str, str | None]  # what a page or a side says, by the place it says it

PARTS = tuple(part.name for part in fields(PageCapability))
COUNTS = ("rank", *(axis.replace(" ", "_") for axis in AXES), "times_matched")
SOURCE = "page"
PUBLISHED = "published_"  # how the key of every such fact begins; no rank of ours counts them

_WORDING = f"{PUBLISHED}wording:"
_SIDE = tuple(part.name for part in fields(PageSide) if part.name not in ("capabilities", "leads"))
_PAGE = ("headline", "winner", "first", "ending")
_UNSAFE = re.compile(r"[<&]|(?<= ) |[^ -~]")  # all that cleaning could change in a JSON text


def page_of(left: Artifact, right: Artifact) -> Page | None:
    """The page that set these two side by side in this order; None where none did, or its facts have changed."""
    mark = left.facts.get(_pair_key(right.artifact_id))
    if mark is None:
        return None
    try:
        page = _rebuilt(left, right)
    except (KeyError, TypeError, ValueError):
        return None
    return page if mark.value == _digest(page) else None


def fact_row(value: object) -> dict[str, Any]:
    """A fact that a page states."""
    return {"value": value, "source": SOURCE}


def lead_key(other: str) -> str:
    """Under what an artifact keeps the axes on which it leads over that other one."""
    return f"{PUBLISHED}lead_over:{other}"


def wording(side: PageSide) -> dict[str, Any]:
    """The facts that keep how a page words what it says of an artifact."""
    told = _told(side)
    places = [place for place in told if place in ("name", "type", "pricing") or place.startswith("capabilities.")]
    return {f"{_WORDING}{place}": fact_row(_kept(said)) for place in places if (said := told[place]) is not None}


def own_words(page: Page, left: Artifact, right: Artifact) -> dict[str, Any]:
    """The page's mark, and everything in it that the facts of its two artifacts would not give."""
    own: Told = {}
    for position, one, other in ((Position.LEFT, left, right), (Position.RIGHT, right, left)):
        usual = _told_by(one, other.artifact_id)
        told = _told(page.side(position))
        own |= {f"{position}.{place}": said for place, said in told.items() if usual.get(place) != said}
    usual_page, told_page = _told_page(ruled(page.left, page.right)), _told_page(page)
    own |= {place: said for place, said in told_page.items() if usual_page[place] != said}
    key = _pair_key(right.artifact_id)
    kept = {f"{key}:{place}": fact_row(_kept(said)) for place, said in own.items()}
    return {key: fact_row(_digest(page))} | kept


def _pair_key(right: str) -> str:
    return f"{PUBLISHED}vs:{right}"


def _rebuilt(left: Artifact, right: Artifact) -> Page:
    own = _opened(left.facts, f"{_pair_key(right.artifact_id)}:")
    sides = []
    for position, one, other in ((Position.LEFT, left, right), (Position.RIGHT, right, left)):
        mine = {key.removeprefix(f"{position}."): said for key, said in own.items() if key.startswith(f"{position}.")}
        sides.append(_side(_told_by(one, other.artifact_id) | mine))
    page = ruled(*sides)
    told = _told_page(page) | {place: own[place] for place in _PAGE if place in own}
    headline, winner, first = (Position(said) if (said := told[place]) else None for place in _PAGE[:3])
    return replace(page, headline=headline, winner=winner, first=first or page.first, ending=told["ending"] or "")


def _told_by(artifact: Artifact, other: str) -> Told:
    """What a page says of the artifact beside that other one, by the artifact's own facts."""
    facts = artifact.facts
    numbers = {name: _shown(facts.get(f"{PUBLISHED}{name}")) for name in (*COUNTS, "starting_price")}
    return _opened(facts, _WORDING) | {
        "decomposed": _shown(facts.get(f"{PUBLISHED}capabilities")),
        "more": MORE,
        "leads": str(lead.value) if (lead := facts.get(lead_key(other))) else "",
        **numbers,
    }


def _opened(facts: Mapping[str, Fact], opening: str) -> Told:
    """What facts whose keys open so say, by the rest of their keys."""
    told: Told = {}
    for key in facts:
        if key.startswith(opening):
            with suppress(ValueError):  # cut short or altered: the page's digest will tell
                told[key.removeprefix(opening)] = json.loads(str(facts[key].value))
    return told


def _shown(fact: Fact | None) -> str:
    if fact is None:
        return NONE
    number = fact.number
    return str(fact.value) if number is None else str(int(number)) if number.is_integer() else str(number)


def _told(side: PageSide) -> Told:
    """What the side says, place by place; `_side` is its inverse."""
    told: Told = {name: str(getattr(side, name)) for name in _SIDE}
    told["leads"] = ", ".join(side.leads)
    for place, each in enumerate(side.capabilities):
        told |= {f"capabilities.{place}.{part}": getattr(each, part) for part in PARTS}
    return told


def _side(told: Told) -> PageSide:
    scalars: dict[str, Any] = {name: told[name] for name in _SIDE}
    scalars |= {name: int(scalars[name]) for name in ("rank", "decomposed")}
    parts = [
        [told.get(f"capabilities.{place}.{part}") for part in PARTS]
        for place in range(min(scalars["decomposed"], SHOWN))
    ]
    leads = tuple(axis for axis in str(told["leads"]).split(", ") if axis)
    blocks = tuple(PageCapability(str(description), *claims) for description, *claims in parts)
    return PageSide(**scalars, capabilities=blocks, leads=leads)


def _told_page(page: Page) -> Told:
    return {place: getattr(page, place) for place in _PAGE}


def _kept(said: str | None) -> str:
    """The words as JSON that cleaning leaves alone."""
    return _UNSAFE.sub(_escaped, json.dumps(said, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    if char.isascii():
        return f"\\u{ord(char):04x}"
    return char if char.isprintable() else json.dumps(char)[1:-1]


def _digest(page: Page) -> str:
    told = [_told(page.left), _told(page.right), _told_page(page)]
    return "sha256:" + hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
