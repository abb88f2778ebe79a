"""Capabilities that say the same as an earlier one, folded together; the fuller text stays."""

from __future__ import annotations

import re
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
_WORD = re.compile(r"\w+")


def merged(found: Sequence[Found], alike: Alike | None = None) -> tuple[list[Found], list[Left]]:
    """Each ability once, in the order of the text, and what was folded into another."""
    texts = [_plain(each) for each in found]
    cosines = alike(texts) if alike and texts else None
    kept: list[int] = []
    left: list[tuple[int, int]] = []  # which was folded into which
    for place in range(len(found)):
        twin = next((other for other in kept if _same(found, texts, cosines, other, place)), None)
        if twin is None:
            kept.append(place)
        elif _fuller(found[place], found[twin]):
            kept[kept.index(twin)] = place
            left.append((twin, place))
        else:
            left.append((place, twin))
    return [found[place] for place in sorted(kept)], [_folded(found[one], found[into]) for one, into in left]


def _same(found: Sequence[Found], texts: Sequence[str], cosines: Any, one: int, other: int) -> bool:
    """Whether two say the same: nearly the same words, one within the other, or the same meaning with the same verb."""
    left, right = _words(found[one].name), _words(found[other].name)
    if fuzz.token_sort_ratio(texts[one], texts[other]) >= _SAME_WORDS and _differ_in_no_verb(left, right):
        return True
    if left[:1] != right[:1]:
        return False
    within = set(left) <= set(right) or set(right) <= set(left)
    if within and min(len(left), len(right)) >= _FEWEST_WITHIN and found[one].quote != found[other].quote:
        return True
    return bool(cosines is not None and cosines[one, other] >= _SAME_MEANING)


def _differ_in_no_verb(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether two names begin alike: to import and to export are written almost alike, and are not the same."""
    return left[:1] == right[:1] or set(left) == set(right)


def _fuller(one: Found, other: Found) -> bool:
    return len(one.description.split()) > len(other.description.split())


def _folded(one: Found, into: Found) -> Left:
    return Left(one.description, one.first, one.last, Reason.SAID_ALREADY, into.name)


def _plain(found: Found) -> str:
    return " ".join(_words(found.description))


def _words(text: str) -> list[str]:
    return [word.removesuffix("s") if len(word) > 3 else word for word in _WORD.findall(text.lower())]
