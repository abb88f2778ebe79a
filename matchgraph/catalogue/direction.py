"""Which way things go: what a text says is taken in and what is given out, and whether a stated capability goes there.

To vectors "speech to text" and "text to speech" are nearly the same. Three tables tell them apart: the words for kinds
of data, what else may hold a kind, and how a way is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.columns import rows_at

_CALLED = {
    "audio": "audio sound speech voice voices recording recordings music song songs podcast podcasts",
    "image": "image images photo photos photograph photographs picture pictures drawing drawings illustration "
    "illustrations scan scans screenshot screenshots",
    "video": "video videos movie movies footage",
    "text": "text texts sentence sentences transcript transcripts subtitle subtitles caption captions prompt prompts "
    "description descriptions",
    "embedding": "embedding embeddings vector vectors",
}
# What may be meant by a kind among those that are stated: what is taken in may hold it, what is given out is it.
_TAKEN = {
    "audio": "audio speech music video",
    "image": "image video mask depth-map document web-page",
    "video": "video",
    "text": "text answer code label table document web-page prompt",
    "embedding": "embedding table",
}
_GIVEN = {
    "audio": "audio speech music video",
    "image": "image mask depth-map video",
    "video": "video",
    "text": "text answer code label table document web-page prompt",
    "embedding": "embedding",
}
_KNOWN = {kind for holders in _TAKEN.values() for kind in holders.split()} | {"score", "metric", "box", "action"}

_KIND = {word: kind for kind, words in _CALLED.items() for word in words.split()}
_WORD = {
    "TURN": "turns?|converts?|transforms?|changes?",
    "TELL": "transcribes?|captions?|describes?",
    "SPEAK": "speaks?|narrates?|voices?",
    "MAKE": "generates?|creates?|makes?|synthesi[sz]es?|produces?|draws?|paints?|renders?|composes?",
    "LOOK": "recogni[sz]es?|detects?|reads?|counts?|locates?|finds?|extracts?",
    "HANDLE": "classif(?:y|ies)|labels?|tags?|segments?|translates?|summari[sz]es?|paraphrases?|embeds?",
    "KIND": "|".join(sorted(_KIND, key=len, reverse=True)),
    "SEEN": "|".join(f"{kind}|{_CALLED[kind].replace(' ', '|')}" for kind in ("audio", "image", "video")),
    "ONE": "audio|speech|voice|sound|music|image|photo|video|text|embedding",
    "SOME": r"(?:(?!(?:for|of|in|on|with|from|by|to|into|that|or)\b)[\w'’-]+ ){0,4}?",  # any that lead on
    "ASKED": r"(?:^|[.:;,] |\b(?:to|and|can|that) )",  # where a verb tells what is done, and is no noun
}
# How a way is said, and what is given out where that is not named. "Speech-to-text" is a way, and "match images to
# captions" is none: what is taken in is named there as one of its kind.
_SAID = (
    (r"\b(?P<takes>ONE)(?:[- ]to[- ]|2)(?P<gives>KIND)\b", None),
    (r"ASKED(?:TURN) SOME(?P<takes>KIND) SOME(?:in)?to SOME(?P<gives>KIND)\b", None),
    (r"ASKED(?:TELL) SOME(?P<takes>SEEN)\b", "text"),
    (r"ASKED(?:SPEAK) SOME(?P<takes>texts?|sentences?|prompts?)\b", "audio"),
    (r"ASKEDreads? SOME(?P<takes>texts?|sentences?) (?:aloud|out)\b", "audio"),
    (r"ASKED(?:MAKE) SOME(?P<gives>KIND)\b(?: SOME(?:from|out of) SOME(?P<takes>KIND)\b)?", None),
    (r"ASKED(?:LOOK) SOME(?:in|on|from) SOME(?P<takes>SEEN)\b", None),
    (r"ASKED(?:HANDLE) SOME(?P<takes>KIND)\b", None),
    (r"\b(?P<takes>SEEN) (?:transcription|captioning)\b", "text"),
    (r"\b(?P<takes>SEEN) (?:recognition|classification|segmentation)\b", None),
    (r"\b(?P<gives>KIND) (?:generation|synthesis)\b", None),
)
_PLACE = re.compile("|".join(_WORD))
_WAYS = tuple((re.compile(_PLACE.sub(lambda at: _WORD[at[0]], said), re.IGNORECASE), gives) for said, gives in _SAID)


@dataclass(frozen=True, slots=True)
class Direction:
    """Kinds of data taken in and given out; nothing where nothing is said."""

    takes: frozenset[str] = frozenset()
    gives: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.takes or self.gives)

    def refuses(self, takes: Iterable[str], gives: Iterable[str]) -> bool:
        """Whether what takes and gives these goes another way; what is not stated refuses nothing."""
        return _misses(self.takes, takes, _TAKEN) or _misses(self.gives, gives, _GIVEN)


NOWHERE = Direction()


@lru_cache(maxsize=65_536)
def direction_of(text: str) -> Direction:
    """The way that a text says things go.

    >>> way = direction_of("transcribe speech")
    >>> sorted(way.takes), sorted(way.gives)
    (['audio'], ['text'])
    >>> direction_of("text-to-speech").gives, direction_of("find similar images")
    (frozenset({'audio'}), Direction(takes=frozenset(), gives=frozenset()))
    """
    for pattern, given in _WAYS:
        found = pattern.search(text)
        if found:
            named = found.groupdict()
            return Direction(_kind(named.get("takes")), _kind(given or named.get("gives")))
    return NOWHERE


def going_elsewhere(catalogue: Catalogue, wanted: Direction, rows: Sequence[int]) -> np.ndarray:
    """Which capability rows go another way than is wanted.

    What counts is what the capability states to take and give, else what its text says, else what its artifact states.
    """
    if not wanted or not len(rows):
        return np.zeros(len(rows), bool)
    columns = ["name", "description", "input_types", "output_types"]
    told = rows_at(catalogue.capabilities.select(columns), rows)
    takes, gives = catalogue.texts("inputs"), catalogue.texts("outputs")
    return np.array(
        [
            _elsewhere(wanted, takes[place] or (), gives[place] or (), **row)
            for place, row in zip(catalogue.owner[list(rows)].tolist(), told, strict=True)
        ]
    )


def _elsewhere(
    wanted: Direction,
    takes: Sequence[str],
    gives: Sequence[str],
    *,
    name: str,
    description: str,
    input_types: list[str] | None,
    output_types: list[str] | None,
) -> bool:
    own = direction_of(name) or direction_of(description)
    return wanted.refuses(input_types or own.takes or takes, output_types or own.gives or gives)


def _misses(wanted: frozenset[str], stated: Iterable[str], meant: Mapping[str, str]) -> bool:
    """Whether kinds are stated, all of them known, and none that one of the wanted may be meant by."""
    kinds = {kind.casefold().replace(" ", "-") for kind in stated}
    if not wanted or not kinds or not kinds <= _KNOWN:
        return False
    return kinds.isdisjoint(*(meant[kind].split() for kind in wanted))


def _kind(word: str | None) -> frozenset[str]:
    return frozenset({_KIND[word.casefold()]}) if word else frozenset()
