"""Numbers in sentences: how many of what, in which part, said how exactly.

Years, versions, parts of names, dimensions such as `224 x 224` and places in a row (`first 10`, `top 5`) count nothing.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass


def listed(words: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(words.split())


_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_SCALE = r"(?:[ -]?(?:thousand|million|billion|trillion)\b|[kKMBT](?![A-Za-z]))"
_QUANTITY = re.compile(
    rf"(?<![\w.,:/#^$€£×*=+'’<>-])(?:(?P<near>[~≈])\s?)?(?P<low>{_DIGITS})(?P<low_scale>{_SCALE})?"
    rf"(?:\s?(?:[-–]|to|and)\s?(?P<high>{_DIGITS})(?P<high_scale>{_SCALE})?)?(?P<plus>\+)?(?![.,:/'’]?\d)"
)
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "billion": 1e9, "t": 1e12, "trillion": 1e12}
_BYTES = {"k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_UNIT = re.compile(
    r"\s?(?P<percent>%|percent\b)|\s?(?P<times>[x×](?!\w|\s?\d)|times\b)|\s?(?P<bytes>[KMGTP](?P<binary>i?)B)\b"
    r"|-(?P<joined>[a-z]{3,})\b"
)
_WORD = re.compile(r"[,]?\s+(?P<word>[A-Za-z][A-Za-z-]*)")
_REACH = 200  # characters before a number that can say what it counts
_MOST_WORDS = 4  # words from a number to the noun it counts
_CLAUSE_ENDS = re.compile(r"[;:()\[\]\"—|]|\.(?=\s)|\s[-–]\s")
_OR_NUMBER = re.compile(r"\s?(?:,|,?\s?(?:or|and|vs\.?|versus|against))\s?(?=[~≈]?\d)")
_NOT_NOUNS = listed(
    "is as has was its this his does times plus vs yes us less across always besides perhaps towards thus focus various"
    " access process express analysis basis status"
)
_STOPS = listed(
    "a an the of in for from per at on by with to than that which who and or but if is are was were be has have had as"
    " while when where whose without between within into over under via using not no can will may more less so it its"
)
_PREPOSITIONS = listed("of in for from on at by with across over between through")
_HEDGES = re.compile(
    r"(?:^|(?<=\s))(?:(?P<least>at least|more than|over|above|beyond|from|minimum(?: of)?|as few as|starting at)"
    r"|(?P<most>at most|up to|less than|fewer than|under|below|max(?:imum)?(?: of)?|as many as|as much as|within)"
    r"|(?P<about>about|around|approximately|approx\.|roughly|some|nearly|almost|close to|circa|an average of)"
    r"|(?P<exact>exactly|only|just|a total of|in total|total of))\s*$",
    re.IGNORECASE,
)
_PLACES = listed(
    "first last next top past previous another additional further other others extra every each max min limit page step"
    " stage version level default until after before since number chapter remaining second third"
)
_TAIL = re.compile(r"\s+(?:of|in|for|from|per|at|on|by|with|than|as|to|that|across|under|via)(?:\s+[\w'’.-]+){1,3}")
_FILLERS = listed(
    "curated diverse different separate discrete distinct individual total high-quality unique various mixed"
    " constituent whole full entire large popular major main"
)
_ROUGH = 0.25  # what "about" leaves open


@dataclass(frozen=True, slots=True)
class NumericClaim:
    """A number of something, as a text states it; `low` to `high` is what the words leave open."""

    low: float
    high: float
    noun: str  # one of what is counted: subset, parameter; or byte, percent, times
    kinds: frozenset[str]  # words that narrow the noun: "12 attention heads" counts heads that are attention
    role: str  # what leads to it: contains, returns, collection of; "" at the start
    tail: str  # what narrows it from behind: "of the teacher"
    joined: bool  # said as "22-subset"
    at: int  # where in the sentence it starts
    words: str  # as written
    clause: str  # the part of the sentence it stands in
    sentence: str

    def agrees(self, other: NumericClaim) -> bool:
        """Whether one number can be meant by both."""
        return self.low <= other.high and other.low <= self.high


def numeric_claims(sentence: str) -> tuple[NumericClaim, ...]:
    """What a sentence counts.

    >>> [(claim.low, claim.noun, claim.words) for claim in numeric_claims("Reads 22 file formats in 3 seconds.")]
    [(22.0, 'format', '22 file formats'), (3.0, 'second', '3 seconds')]
    """
    found: list[NumericClaim] = []
    waiting: list[re.Match[str]] = []
    for match in _QUANTITY.finditer(sentence):
        if _counts_nothing(sentence, match):
            waiting = []
            continue
        noun = _noun_after(sentence, match)
        if noun is None:
            waiting = [*waiting, match] if _OR_NUMBER.match(sentence, match.end()) else []
            continue
        listed = _scale(match["high_scale"] or match["low_scale"]) or 1.0
        found += [_claim(sentence, each, noun, listed) for each in (*waiting, match)]
        waiting = []
    return tuple(found)


def clause_around(sentence: str, start: int, end: int) -> str:
    """The part of a sentence, between its stops, that a span stands in."""
    first, last = max(0, start - _REACH), min(len(sentence), end + _REACH)
    before = [stop.end() for stop in _CLAUSE_ENDS.finditer(sentence, first, start)]
    after = _CLAUSE_ENDS.search(sentence, end, last)
    return sentence[before[-1] if before else first : after.start() if after else last].strip()


def _counts_nothing(sentence: str, match: re.Match[str]) -> bool:
    """Whether the number is a year, a version, part of a name, a dimension or a place in a row."""
    low, before = match["low"], sentence[max(0, match.start() - _REACH) : match.start()].split()[-2:]
    if low.isdigit() and 1950 <= int(low) <= 2035 and not match["low_scale"]:
        return True
    after = sentence[match.end() : match.end() + 4]
    if re.match(r"\s?(?:[x×]\s?\d|by\s)|[A-Za-z]|-?\w\d", after) and not _UNIT.match(sentence, match.end()):
        return True
    if not before:
        return False
    word = before[-1]
    inside = match.start() > len(word) + 1  # the first word of a sentence is written large anyway
    named = word[:1].isupper() and inside and word[-1] not in ",;:)" and not word.endswith(".")
    return (
        named
        or word.lower() in _PLACES
        or word in ("x", "×", "-", "–", "=")
        or (word == "by" and before[0][-1].isdigit())
    )


def _noun_after(sentence: str, match: re.Match[str]) -> tuple[str, frozenset[str], int, float, bool] | None:
    """What is counted, its narrowing words, where the phrase ends, the unit's factor, and whether it is joined."""
    unit = _UNIT.match(sentence, match.end())
    if unit and unit["joined"]:
        return _singular(unit["joined"]), frozenset(), unit.end(), 1.0, True
    if unit and unit["bytes"]:
        base = 1024.0 if unit["binary"] else 1000.0
        return (
            "byte",
            frozenset(_following(sentence, unit.end())),
            unit.end(),
            base ** _BYTES[unit["bytes"][0].lower()],
            False,
        )
    if unit:
        kinds = frozenset(_following(sentence, unit.end())[:2])
        return ("percent" if unit["percent"] else "times"), kinds, unit.end(), 1.0, False
    between: list[str] = []
    at = match.end()
    while (word := _WORD.match(sentence, at)) and len(between) < _MOST_WORDS:
        said, at = word["word"], word.end()
        if said in _STOPS or not said.islower():
            return None
        if (
            said.endswith("s")
            and not said.endswith(("ss", "ous", "us", "is"))
            and said not in _NOT_NOUNS
            and len(said) > 3
        ):
            return _singular(said), frozenset(between) - _FILLERS, at, 1.0, False
        between.append(said)
    return None


def _following(sentence: str, at: int) -> list[str]:
    """Up to three plain words that follow directly."""
    words: list[str] = []
    while len(words) < 3 and (word := _WORD.match(sentence, at)) and word["word"] not in _STOPS and "," not in word[0]:
        words.append(word["word"])
        at = word.end()
    return words


def _claim(
    sentence: str, match: re.Match[str], noun: tuple[str, frozenset[str], int, float, bool], listed: float
) -> NumericClaim:
    name, kinds, end, factor, joined = noun
    before = sentence[max(0, match.start() - _REACH) : match.start()]
    stops = list(_CLAUSE_ENDS.finditer(before))
    before = before[stops[-1].end() :] if stops else before
    hedge = _HEDGES.search(before)
    low, high = _range(match, hedge.lastgroup if hedge else None, listed)
    lead = (before[: hedge.start()] if hedge else before).split()
    tail = _TAIL.match(sentence, end)
    return NumericClaim(
        low * factor,
        high * factor,
        name,
        kinds,
        " ".join(lead[-2 if lead[-1].lower() in _PREPOSITIONS else -1 :]).lower().strip(",'’") if lead else "",
        tail[0].strip().rstrip(".,;:") if tail else "",
        joined,
        match.start(),
        sentence[match.start() : max(end, match.end())],
        clause_around(sentence, match.start(), end),
        sentence,
    )


def _range(match: re.Match[str], hedge: str | None, listed: float) -> tuple[float, float]:
    """The least and the most that a written number can mean; `listed` is the scale that closes a list of numbers."""
    scale = _scale(match["low_scale"]) or _scale(match["high_scale"]) or listed
    low, slack = _value(match["low"], scale)
    high, more = _value(match["high"], _scale(match["high_scale"]) or scale) if match["high"] else (low, slack)
    least, most = min(low - slack, high - more), max(low + slack, high + more)
    if match["plus"] or hedge == "least":
        return low, math.inf
    if hedge == "most":
        return 0.0, high
    if match["near"] or hedge == "about":
        return least * (1 - _ROUGH), most * (1 + _ROUGH)
    return least, most


def _value(digits: str, scale: float) -> tuple[float, float]:
    """The number, and half a unit of the last digit that is no closing zero: how far it may be rounded."""
    plain = digits.replace(",", "")
    decimals = len(plain.partition(".")[2])
    zeros = 0 if decimals else len(plain) - len(plain.rstrip("0"))
    exact = scale == 1.0 and not zeros and not decimals
    return float(plain) * scale, 0.0 if exact else 0.5 * 10.0 ** (zeros - decimals) * scale


def _scale(written: str | None) -> float | None:
    return _SCALES[written.strip(" -").lower()] if written else None


def _singular(noun: str) -> str:
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    if noun.endswith(("sses", "xes", "ches", "shes")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun
