"""Which of two fits a stated need: its parts, and for each whether either one meets it, by what."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matchgraph.answers.align import ability
from matchgraph.catalogue.hosting import runs_offline
from matchgraph.catalogue.licenses import LicenseClass, license_class
from matchgraph.catalogue.records import ArtifactType, Pricing
from matchgraph.errors import QuestionError
from matchgraph.snapshot.snapshot import Snapshot
from matchgraph.vectors.grid import products

_NEARLY = 0.75  # of the nearness of the capability that comes nearest of all
_BEYOND_CHANCE = 0.05  # share of chance pairs that may be as near as a wish and what meets it
_MOST_LICENSE_WORDS = 3
_OFFLINE = re.compile(r"^(runs? )?(offline|local(ly)?|on[- ]device|on[- ]prem(ises)?|self[- ]host(ed|able))$")
_OPEN = re.compile(r"^open[- ]source$")
_PRICES = {"free of charge": Pricing.FREE, "no cost": Pricing.FREE} | {each.value: each for each in Pricing}


class Wish(StrEnum):
    """What a part of a need is about."""

    CAPABILITY = "capability"
    LICENSE = "license"
    PRICING = "pricing"
    OFFLINE = "offline"
    TYPE = "type"


@dataclass(frozen=True, slots=True)
class Met:
    """Whether one artifact meets a part; None where nothing stated decides it."""

    met: bool | None
    by: str

    def __str__(self) -> str:
        word = {True: "yes", False: "no", None: "unknown"}[self.met]
        return f"{word} ({self.by})"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a need, and how the two artifacts stand to it."""

    text: str
    wish: Wish
    left: Met
    right: Met


@dataclass(frozen=True, slots=True)
class Need:
    """A need in its parts."""

    text: str
    parts: tuple[Part, ...]

    def met_by(self, side: str) -> tuple[str, ...]:
        """The parts that a side surely meets."""
        return tuple(part.text for part in self.parts if getattr(part, side).met)

    def not_met_by(self, side: str) -> tuple[str, ...]:
        """The parts that a side does not meet, or of which nothing says so."""
        return tuple(part.text for part in self.parts if not getattr(part, side).met)

    def only(self, side: str) -> tuple[str, ...]:
        """The parts that a side surely meets and the other does not."""
        other = "left" if side == "right" else "right"
        return tuple(text for text in self.met_by(side) if text in self.not_met_by(other))

    @property
    def better(self) -> str | None:
        """The side that meets more parts: left, right, or None where they meet as many."""
        left, right = len(self.met_by("left")), len(self.met_by("right"))
        return None if left == right else "left" if left > right else "right"


def parts_of_need(need: str) -> list[str]:
    """The parts of a need, as it separates them.

    >>> parts_of_need("zero-shot image search, offline; MIT")
    ['zero-shot image search', 'offline', 'MIT']
    """
    parts = [part.strip() for part in re.split(r"[,;\n]", need) if part.strip()]
    if not parts:
        raise QuestionError("an empty need: say what it should do, and what else must hold, between commas.")
    return list(dict.fromkeys(parts))


def need_of(snapshot: Snapshot, places: tuple[int, int], need: str, encode: Callable[[str], np.ndarray]) -> Need:
    """How two artifacts stand to each part of a need; `encode` gives the grid rows of a query, the whole first."""
    found = []
    for text in parts_of_need(need):
        wish = wish_of(text)
        rows = encode(text)[:1] if wish is Wish.CAPABILITY else np.zeros((0, 0))
        found.append(Part(text, wish, *(_met(snapshot, place, text, wish, rows) for place in places)))
    return Need(need, tuple(found))


def wish_of(text: str) -> Wish:
    """What a part of a need is about.

    >>> [wish_of(text).value for text in ("MIT", "runs locally", "free", "dataset", "open-source", "sort my mail")]
    ['license', 'offline', 'pricing', 'type', 'license', 'capability']
    """
    plain = " ".join(text.lower().split())
    if _OFFLINE.match(plain):
        return Wish.OFFLINE
    if plain in _PRICES:
        return Wish.PRICING
    if _type(plain) is not None:
        return Wish.TYPE
    if _OPEN.match(plain) or plain in tuple(LicenseClass):
        return Wish.LICENSE
    if len(plain.split()) <= _MOST_LICENSE_WORDS and license_class(plain) is not None:
        return Wish.LICENSE
    return Wish.CAPABILITY


def _type(plain: str) -> str | None:
    dashed = plain.replace(" ", "-")
    return next((each.value for each in ArtifactType if dashed in (each.value, each.value + "s")), None)


def _met(snapshot: Snapshot, place: int, text: str, wish: Wish, rows: np.ndarray) -> Met:
    columns = ["type", "license", "pricing"]
    stated = snapshot.catalogue.artifacts.slice(place, 1).select(columns).to_pylist()[0]
    plain = " ".join(text.lower().split())
    if wish is Wish.CAPABILITY:
        return _by_capability(snapshot, place, rows)
    if wish is Wish.TYPE:
        return Met(stated["type"] == _type(plain), str(stated["type"]))
    if wish is Wish.PRICING:
        known = None if stated["pricing"] == Pricing.UNKNOWN else stated["pricing"] == _PRICES[plain]
        return Met(known, "price not stated" if known is None else str(stated["pricing"]))
    if wish is Wish.OFFLINE:
        runs = runs_offline(stated["type"], stated["license"])
        words = {True: "can be downloaded and run", False: "is a service", None: "not stated"}
        return Met(runs, words[runs])
    return _by_license(stated["license"], plain)


def _by_license(license: str | None, plain: str) -> Met:
    if license is None:
        return Met(None, "license not stated")
    held = license_class(license)
    if _OPEN.match(plain):
        return Met(held in (LicenseClass.PERMISSIVE, LicenseClass.COPYLEFT), license)
    if plain in tuple(LicenseClass):
        return Met(held == plain, license)
    return Met(_words(plain) <= _words(license), license)


def _words(license: str) -> set[str]:
    return set(re.findall(r"[a-z]+|\d+", license.lower())) - {"license", "licence", "the", "v", "0"}


def _by_capability(snapshot: Snapshot, place: int, rows: np.ndarray) -> Met:
    """Met by a capability that comes nearly as near as any here does, and nearer than chance."""
    offsets = snapshot.catalogue.offsets
    nearness = products(rows, snapshot.vectors.grid[: int(offsets[-1])])[0]
    mine = np.arange(*offsets[place : place + 2])
    best = int(mine[nearness[mine].argmax()])
    near = nearness[best] >= _NEARLY * nearness.max()
    beyond = nearness[best] >= snapshot.chance.cosine_of(_BEYOND_CHANCE)
    return Met(bool(near and beyond), ability(snapshot, best).name)
