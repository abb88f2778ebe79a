"""Which of two fits a stated need: its parts, and for each whether either one meets it, by what."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from matchgraph.answers.align import ability
from matchgraph.catalogue.direction import direction_of, going_elsewhere
from matchgraph.catalogue.hosting import offline
from matchgraph.catalogue.licenses import LicenseClass, license_class
from matchgraph.catalogue.records import ArtifactType, Pricing
from matchgraph.errors import QuestionError
from matchgraph.snapshot.snapshot import Snapshot
from matchgraph.vectors.grid import products

_NEARLY = 0.75  # of the nearness of the capability that comes nearest of all
_BEYOND_CHANCE = 0.05  # share of chance pairs that may be as near as a wish and what meets it
_OFFLINE = re.compile(
    r"^((runs?|works?|usable) )?(offline|local(ly)?|on[- ]device|on[- ]prem(ises)?|self[- ]host(ed|able))$"
)
_OPEN = re.compile(r"^open[- ]source$")
_COMMERCIAL = re.compile(r"^(for )?commercial(ly)?( use| usable)?$")
_MAKER = re.compile(r"^(made |built |published )?by (?P<maker>.+)$")
_NOT = re.compile(r"^(not|no|non|without)[- ]+(?P<rest>.+)$")
_PRICES = {"free of charge": Pricing.FREE, "no cost": Pricing.FREE} | {each.value: each for each in Pricing}
_LICENSE_WORDS = re.compile(
    r"^(mit|apache|bsd|a?gpl|lgpl|mpl|epl|eupl|osl|isc|zlib|unlicen[sc]e|wtfpl|cc|by|nc|sa|nd|cc0|odbl|odc|pddl"
    r"|public|domain|clause|licen[sc]ed?|only|or|later|version|v?\d+)$"
)


class Wish(StrEnum):
    """What a part of a need is about."""

    CAPABILITY = "capability"
    LICENSE = "license"
    PRICING = "pricing"
    OFFLINE = "offline"
    TYPE = "type"
    MAKER = "maker"


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

    >>> parts_of_need("zero-shot image search, offline; MIT and free; transcribe and translate speech")
    ['zero-shot image search', 'offline', 'MIT', 'free', 'transcribe speech', 'translate speech']
    """
    parts = [part for joined in re.split(r"[,;\n]", need) for part in _each(joined, "and")]
    if not parts:
        raise QuestionError("an empty need: say what it should do, and what else must hold, between commas.")
    first: dict[str, str] = {}
    for part in parts:
        first.setdefault(part.casefold(), part)
    return list(first.values())


def _each(text: str, joint: str) -> list[str]:
    """The wishes that a word joins; one of a single word has the rest of the one after it, or begins as the one before.

    >>> _each("search text or images", "or"), _each("image and text search", "and")
    (['search text', 'search images'], ['image search', 'text search'])
    """
    parts = [part.split() for part in re.split(rf"\b{joint}\b", text) if part.strip()]
    for before, after in pairwise(parts):
        for one, lent in ((before, after[1:]), (after, before[:1])):
            if len(one) == 1 and len(before) + len(after) > 2 and _lacks(one[0]):
                one[:] = one + lent if one is before else lent + one
    return [" ".join(part) for part in parts]


def _lacks(word: str) -> bool:
    """Whether a word is no wish by itself: neither a condition nor the name of a thing."""
    return word.islower() and _wish(_plain(word)) is Wish.CAPABILITY


def need_of(snapshot: Snapshot, places: tuple[int, int], need: str, encode: Callable[[str], np.ndarray]) -> Need:
    """How two artifacts stand to each part of a need; `encode` gives the grid rows of a query, the whole first."""
    parts = [
        Part(text, wish_of(text), *(_answered(snapshot, place, text, encode) for place in places))
        for text in parts_of_need(need)
    ]
    return Need(need, tuple(parts))


def wish_of(text: str) -> Wish:
    """What a part of a need is about; of alternatives, what they all are about.

    >>> [wish_of(text).value for text in ("MIT", "works offline", "not free", "a dataset", "by OpenAI", "sort my mail")]
    ['license', 'offline', 'pricing', 'type', 'maker', 'capability']
    """
    plain = _plain(text)
    denied = _NOT.match(plain)
    if denied and plain not in _PRICES:
        plain = denied["rest"]
    wishes = {_wish(each) for each in plain.split(" or ")}
    return wishes.pop() if len(wishes) == 1 else Wish.CAPABILITY


def _wish(plain: str) -> Wish:
    if _OFFLINE.match(plain):
        return Wish.OFFLINE
    if plain in _PRICES:
        return Wish.PRICING
    if _type(plain) is not None:
        return Wish.TYPE
    if _OPEN.match(plain) or _COMMERCIAL.match(plain) or plain in tuple(LicenseClass):
        return Wish.LICENSE
    if license_class(plain) is not None and all(map(_LICENSE_WORDS.match, re.findall(r"\w+", plain))):
        return Wish.LICENSE
    return Wish.MAKER if _MAKER.match(plain) else Wish.CAPABILITY


def _plain(text: str) -> str:
    return re.sub(r"^(an?|the) ", "", " ".join(text.lower().split()))


def _type(plain: str) -> str | None:
    dashed = plain.replace(" ", "-")
    return next((each.value for each in ArtifactType if dashed in (each.value, each.value + "s")), None)


def _answered(snapshot: Snapshot, place: int, text: str, encode: Callable[[str], np.ndarray]) -> Met:
    """Whether an artifact meets a part, its alternatives and its denial understood."""
    plain, wish = _plain(text), wish_of(text)
    denied = _NOT.match(plain) if plain not in _PRICES else None
    if wish is Wish.CAPABILITY:
        # What an artifact cannot do is nowhere stated, and so never said.
        return Met(None, "nothing here decides it") if denied else _by_capability(snapshot, place, text, encode)
    found = [_met(snapshot, place, each, wish) for each in (denied["rest"] if denied else plain).split(" or ")]
    met = True if any(each.met for each in found) else None if any(each.met is None for each in found) else False
    if denied:
        met = None if met is None else not met
    return Met(met, found[0].by)


def _met(snapshot: Snapshot, place: int, plain: str, wish: Wish) -> Met:
    columns = ["type", "license", "pricing", "maker"]
    stated = snapshot.catalogue.artifacts.slice(place, 1).select(columns).to_pylist()[0]
    if wish is Wish.TYPE:
        return Met(stated["type"] == _type(plain), str(stated["type"]))
    if wish is Wish.PRICING:
        known = None if stated["pricing"] == Pricing.UNKNOWN else stated["pricing"] == _PRICES[plain]
        return Met(known, "price not stated" if known is None else str(stated["pricing"]))
    if wish is Wish.OFFLINE:
        runs = offline(snapshot.catalogue).at(place)
        words = {True: "can be downloaded and run", False: "is a service", None: "not stated"}
        return Met(runs, words[runs])
    if wish is Wish.MAKER:
        return _by_maker(stated["maker"], plain)
    return _by_license(stated["license"], plain)


def _by_maker(maker: str | None, plain: str) -> Met:
    named = _MAKER.match(plain)
    if maker is None or named is None:
        return Met(None, "maker not stated")
    return Met(named["maker"] in maker.lower(), maker)


def _by_license(license: str | None, plain: str) -> Met:
    if license is None:
        return Met(None, "license not stated")
    held = license_class(license)
    if _COMMERCIAL.match(plain):
        known = {LicenseClass.NON_COMMERCIAL: False, LicenseClass.CLOSED: None, None: None}
        return Met(known.get(held, True), license)
    if _OPEN.match(plain):
        return Met(held in (LicenseClass.PERMISSIVE, LicenseClass.COPYLEFT), license)
    if plain in tuple(LicenseClass):
        return Met(held == plain, license)
    return Met(_words(plain) <= _words(license), license)


def _words(license: str) -> set[str]:
    return set(re.findall(r"[a-z]+|\d+", license.lower())) - {"license", "licence", "the", "v", "0"}


def nearness_to(snapshot: Snapshot, wish: str, encode: Callable[[str], np.ndarray]) -> tuple[np.ndarray, float]:
    """How near every capability comes to a wish, and from where on one meets it; of alternatives, to the nearest.

    What meets it comes nearly as near as any here does, and nearer than chance. What goes another way than the wish
    says, as from text to speech where it is speech to text, is not near at all; nor is what only names a tag.
    """
    chance = snapshot.chance.cosine_of(_BEYOND_CHANCE)
    each = [_nearness(snapshot, part, encode(part)[:1], chance) for part in _each(wish, "or")]
    nearness: np.ndarray = np.max(each, axis=0)
    return nearness, max(_NEARLY * float(nearness.max()), chance)


def _nearness(snapshot: Snapshot, text: str, row: np.ndarray, chance: float) -> np.ndarray:
    nearness: np.ndarray = products(row, snapshot.vectors.grid[: int(snapshot.catalogue.offsets[-1])])[0]
    nearness[~snapshot.catalogue.telling] = -1.0
    wanted, seen = direction_of(text), np.zeros(len(nearness), bool)
    while wanted:
        here = np.flatnonzero(~seen & (nearness >= max(_NEARLY * nearness.max(), chance)))
        if not len(here):
            break
        seen[here] = True
        nearness[here[going_elsewhere(snapshot.catalogue, wanted, here.tolist())]] = -1.0
    return nearness


def _by_capability(snapshot: Snapshot, place: int, text: str, encode: Callable[[str], np.ndarray]) -> Met:
    """Met by the capability that comes nearest, where that is near enough."""
    nearness, bar = nearness_to(snapshot, text, encode)
    mine = np.arange(*snapshot.catalogue.offsets[place : place + 2])
    best = int(mine[nearness[mine].argmax()])
    name = ability(snapshot, best).name
    # What is not stated may still be so: a capability that is not found is unknown, not absent.
    return Met(True, name) if nearness[best] >= bar else Met(None, f"nothing here says so; nearest is {name}")
