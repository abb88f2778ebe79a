"""Which known names come near to one that nobody has: what was meant by a slip of the hand."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, utils
from rapidfuzz.distance import OSA

_LEAST = 2  # letters: one is near to everything
_NEAR = 80.0  # of 100: below it a suggestion is no help
_ONE_SLIP, _TELLING = 85.0, 4  # one letter wrong, missing, too many or swapped with the next; in names of so many


def near_names(name: str, known: Iterable[str]) -> list[str]:
    """Up to six of the known names that come near to one, nearest first.

    >>> near_names("gama", ["Gamma", "Delta"]), near_names("detla", ["Gamma", "Delta"])
    (['Gamma'], ['Delta'])
    """
    if len(name.strip()) < _LEAST:
        return []
    plain = utils.default_process(name)
    scored = [(_likeness(plain, utils.default_process(each)), each) for each in known]
    near = sorted((-likeness, each) for likeness, each in scored if likeness >= _NEAR)
    return [each for _, each in near[:6]]


def _likeness(name: str, known: str) -> float:
    """From 0 to 100: letter by letter, or as a part of a longer name. One word in common is not enough."""
    part = fuzz.partial_ratio(name, known) if len(name) < len(known) else 0.0
    slip = min(len(name), len(known)) >= _TELLING and OSA.distance(name, known, score_cutoff=1) == 1
    return max(fuzz.ratio(name, known), 0.9 * part, _ONE_SLIP * slip)
