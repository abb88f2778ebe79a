"""Capabilities that say the same as an earlier one, folded together; the fuller text stays."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from rapidfuzz import fuzz

from matchgraph.catalogue.decompose.found import Found, Left, Reason

# The cosines of texts, float, (texts, texts): an encoder's, where there is one.
Alike = Callable[[Sequence[str]], np.ndarray]

_SAME_WORDS = 90  # of 100, whatever their order
_SAME_MEANING = 0.93  # cosine
_FEWEST_WITHIN = 2  # words of a name that another one holds, with the verb
_POINTERS = frozenset({"the", "an", "their", "your", "any", "all"})
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"\w+")


def merged(found: Sequence[Found], alike: Alike | None = None) -> tuple[list[Found], list[Left]]:
    """Each ability once, in the order of the text, and what was folded into another."""
    texts = [_plain(each) for each in found]
    cosines = alike(texts) if alike and texts else None
    kept: dict[str, list[int]] = defaultdict(list)  # by the verb: what begins otherwise is never the same
    left: list[Left] = []
    for place, each in enumerate(found):
        rivals = kept[next(iter(_words(each.name)), "")]
        twin = next((other for other in rivals if _same(found, texts, cosines, other, place)), None)
        if twin is None:
            rivals.append(place)
        elif len(each.description.split()) > len(found[twin].description.split()):
            rivals[rivals.index(twin)] = place
            left.append(_folded(found[twin], each))
        else:
            left.append(_folded(each, found[twin]))
    return [found[place] for place in sorted(place for places in kept.values() for place in places)], left


def same_words(one: str, other: str) -> bool:
    """Whether two texts say nearly the same words, in whatever order; with another number they say something else.

    >>> same_words("Otters count the ponds.", "The ponds count otters!"), same_words("Has 3 ponds.", "Has 4 ponds.")
    (True, False)
    """
    return _nearly(" ".join(_words(one)), " ".join(_words(other)))


def _nearly(one: str, other: str) -> bool:
    same_numbers = _NUMBER.findall(one) == _NUMBER.findall(other)
    return same_numbers and fuzz.token_sort_ratio(one, other) >= _SAME_WORDS


def _same(found: Sequence[Found], texts: Sequence[str], cosines: Any, one: int, other: int) -> bool:
    """Whether two with one verb say the same: in nearly the same words, one within the other, or by their meaning.

    That the verb is one matters: to import and to export are written almost alike, and mean almost the same. What one
    line lists apart shares all its words but the names, so they decide alone.
    """
    if found[one].quote == found[other].quote:
        return _words(found[one].name) == _words(found[other].name)
    if _NUMBER.findall(texts[one]) != _NUMBER.findall(texts[other]):
        return False
    if _nearly(texts[one], texts[other]):
        return True
    left, right = (set(_words(found[each].name)) - _POINTERS for each in (one, other))
    if (left <= right or right <= left) and min(len(left), len(right)) >= _FEWEST_WITHIN:
        return True
    return bool(cosines is not None and cosines[one, other] >= _SAME_MEANING)


def _folded(one: Found, into: Found) -> Left:
    return Left(one.description, one.first, one.last, Reason.SAID_ALREADY, into.name)


def _plain(found: Found) -> str:
    return " ".join(_words(found.description))


def _words(text: str) -> list[str]:
    return [word.removesuffix("s") if len(word) > 3 else word for word in _WORD.findall(text.lower())]
