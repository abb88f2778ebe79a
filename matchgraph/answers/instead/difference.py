"""In what two artifacts differ, of what both state: type, maker, licence, price, whether it is served, size."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import numpy as np

from matchgraph.answers.instead.facts import shown
from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.columns import numbers_in
from matchgraph.catalogue.hosting import offline
from matchgraph.catalogue.licenses import accepted_names, spelt
from matchgraph.catalogue.records import Pricing

_SIZE = "parameters"
_TWICE = 1.0  # in powers of two: what is less than twice as large is of the same size


class Differences:
    """Held by the engine: what every artifact states, as numbers that are equal where the same is meant."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._texts = {facet: catalogue.texts(facet) for facet in ("type", "maker", "license", "pricing")}
        self._meant = {facet: np.array(_numbered(facet, texts)) for facet, texts in self._texts.items()}
        runs = offline(catalogue)
        self._runs = np.where(runs.stated, runs.met, -1)
        places, rows = catalogue.observed(_SIZE)
        self._sizes = np.full(len(catalogue), np.nan)
        self._sizes[places] = numbers_in(rows["number"])
        self._sizes[~(self._sizes > 0)] = np.nan

    def count(self, place: int, others: np.ndarray) -> np.ndarray:
        """In how many facets each of some artifacts differs from one, where both state them; float64."""
        found = np.zeros(len(others))
        for code in (*self._meant.values(), self._runs):
            found += (code[others] != code[place]) & (code[others] >= 0) & (code[place] >= 0)
        found += self._sized(place, others)
        return found

    def told(self, place: int, other: int) -> tuple[str, ...]:
        """The facets in which another artifact differs from one, in words: what it has instead of what."""
        return tuple(self._told(place, other))

    def _told(self, place: int, other: int) -> Iterator[str]:
        for facet, code in self._meant.items():
            if code[place] >= 0 and code[other] >= 0 and code[place] != code[other]:
                new, old = (self._written(facet, at) for at in (other, place))
                yield f"{facet} {new} instead of {old}"
        if self._runs[place] >= 0 and self._runs[other] >= 0 and self._runs[place] != self._runs[other]:
            words = {0: "runs as a service", 1: "runs on one's own machine"}
            yield f"where it runs: {words[int(self._runs[other])]}"
        if self._sized(place, np.array([other]))[0]:
            yield f"{_SIZE} {shown(self._sizes[other])} instead of {shown(self._sizes[place])}"

    def _written(self, facet: str, place: int) -> str:
        text = str(self._texts[facet][place])
        return spelt(text) if facet == "license" else text

    def _sized(self, place: int, others: np.ndarray) -> np.ndarray:
        apart = np.abs(np.log2(self._sizes[others]) - np.log2(self._sizes[place]))
        return np.asarray(np.nan_to_num(apart) >= _TWICE)


def _numbered(facet: str, texts: list[str | None]) -> list[int]:
    """A number for what each text means; -1 where it says nothing."""
    meant: dict[Hashable, int] = {}
    return [
        -1 if not text or text == Pricing.UNKNOWN else meant.setdefault(_sense(facet, text), len(meant))
        for text in texts
    ]


def _sense(facet: str, text: str) -> Hashable:
    plain = text.strip().casefold()
    return (accepted_names(text) or plain) if facet == "license" else plain
