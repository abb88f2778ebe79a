"""Measures of what an artifact or its listing states of itself: counters, checks, figures, dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow.compute as pc

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.licenses import said
from matchgraph.catalogue.published import PUBLISHED
from matchgraph.catalogue.records import FactStatus, first_day
from matchgraph.ranking.measures import Measure, Measures, Status, blank, pools_of

_COUNTERS = {
    "usage": ("downloads_month", "downloads", "pulls"),
    "dependents": ("dependents",),
    "stars": ("stars",),
    "contributors": ("contributors",),
}
_DATES = ("last_update", "last_commit", "latest_release_date", "released", "release_date", "created_at")
_EVALUATION = re.compile(r"accuracy|performance|(^|_)(f1|bleu|wer|map|score)($|_)")
_LESS_IS_BETTER = re.compile(r"(^|_)(wer|cer|error|perplexity)($|_)")

_Read = Callable[[str, dict[str, Any]], tuple[float, str] | None]  # a fact's amount and words, or None


def measure_facts(catalogue: Catalogue, today: date) -> Measures:
    """What facts say, by measure."""
    facts, types = _Facts(catalogue), catalogue.texts("type")
    found = {name: [facts.measure(name, key, _counted, types) for key in keys] for name, keys in _COUNTERS.items()}
    # What another's page published is no evaluation.
    figures = [key for key in facts.keys if _EVALUATION.search(key) and not key.startswith(PUBLISHED)]
    found["evaluation_result"] = [facts.measure("evaluation_result", key, _figure, types) for key in figures] or [
        blank("evaluation_result", pools_of("evaluation_result", types))
    ]
    found["license_stated"] = [_stated("license_stated", types, list(map(said, catalogue.texts("license"))))]
    found["limitations_stated"] = [_stated("limitations_stated", types, _limitations(catalogue))]
    found["evaluation_stated"] = [_stated("evaluation_stated", types, _evaluations(catalogue, facts, figures))]
    found["last_change"] = [_newest([facts.measure("last_change", key, _aged(today), types) for key in _DATES], types)]
    return found


class _Facts:
    """The catalogue's facts, to be asked by key."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue, self.sources = catalogue, catalogue.texts("source")
        self.keys: list[str] = sorted(pc.unique(catalogue.facts["key"]).to_pylist())

    def of(self, key: str) -> dict[int, dict[str, Any]]:
        """What is stated under a key, by place; made when it is asked for, as there may be millions."""
        rows = self.catalogue.facts.filter(pc.equal(self.catalogue.facts["key"], key)).to_pylist()
        return {self.catalogue.place[row["artifact_id"]]: row for row in rows}

    def measure(self, name: str, key: str, read: _Read, types: list[str]) -> Measure:
        """A measure of one fact, compared among artifacts of the type that state the same fact."""
        pools = {each: f"{name}|{each}|{key}" for each in set(types)}
        made = blank(name, [pools[each] for each in types])
        for place, fact in self.of(key).items():
            status = fact["status"]
            found = read(key, fact) if status in (FactStatus.OBSERVED, FactStatus.SUSPECT) else None
            if found is not None:
                made.amount[place], made.raw[place] = found
                made.status[place] = Status(status)
                made.source[place] = fact["source"] or self.sources[place]
                made.observed_at[place] = fact["observed_at"]
            elif status == FactStatus.NOT_APPLICABLE:
                made.status[place] = Status.NOT_APPLICABLE
        return made


def _counted(key: str, fact: dict[str, Any]) -> tuple[float, str] | None:
    if fact["number"] is None or fact["number"] < 0:
        return None
    return fact["number"], f"{key.replace('_', ' ')} {fact['number']:,.0f}"


def _figure(key: str, fact: dict[str, Any]) -> tuple[float, str] | None:
    if fact["number"] is None:
        return None
    sign = -1 if _LESS_IS_BETTER.search(key) else 1
    return sign * fact["number"], f"{key.replace('_', ' ')} {fact['number']:g}"


def _aged(today: date) -> _Read:
    def read(key: str, fact: dict[str, Any]) -> tuple[float, str] | None:
        written = fact["text"] or (f"{fact['number']:.0f}" if fact["number"] else "")
        day = first_day(written)
        if day is None or day > today:  # a day that has not come has changed nothing
            return None
        return (today - day).days, f"{key.replace('_', ' ')} {written}"

    return read


def _newest(dates: list[Measure], types: list[str]) -> Measure:
    """The newest date that each artifact states: to withdraw one never makes it younger."""
    made = blank("last_change", pools_of("last_change", types))
    ages = np.stack([each.amount for each in dates])
    first = np.where(np.isnan(ages), np.inf, ages).argmin(axis=0)
    for place, which in enumerate(first.tolist()):
        chosen = dates[which]
        made.amount[place], made.status[place] = chosen.amount[place], chosen.status[place]
        made.raw[place], made.source[place] = chosen.raw[place], chosen.source[place]
        made.observed_at[place] = chosen.observed_at[place]
    none = np.isnan(made.amount)
    for place in np.flatnonzero(none).tolist():
        barred = all(each.status[place] == Status.NOT_APPLICABLE for each in dates)
        made.status[place] = Status.NOT_APPLICABLE if barred else Status.MISSING
    return made


def _stated(name: str, types: list[str], texts: Sequence[str | None]) -> Measure:
    """A check: there, or withheld."""
    there = np.array([bool(text) for text in texts])
    made = blank(name, pools_of(name, types))
    return replace(
        made,
        amount=np.where(there, 1.0, np.nan),
        status=np.where(there, Status.OBSERVED, Status.MISSING).astype(object),
        raw=list(texts),
        source=["the catalogue" if text else None for text in texts],
    )


def _limitations(catalogue: Catalogue) -> list[str | None]:
    count = np.zeros(len(catalogue), int)
    lists = catalogue.capabilities["limitations"].to_pylist()
    np.add.at(count, catalogue.owner, [len(each or ()) for each in lists])
    return [f"{n} limitation{'s' if n > 1 else ''} stated" if n else None for n in count.tolist()]


def _evaluations(catalogue: Catalogue, facts: _Facts, figures: Sequence[str]) -> list[str | None]:
    found: list[list[str]] = [[] for _ in range(len(catalogue))]
    for link in catalogue.links.to_pylist():
        if link["kind"] == "evaluated_on":
            found[catalogue.place[link["artifact_id"]]].append(link["target"])
    for key in figures:
        for place, fact in facts.of(key).items():
            if fact["status"] == FactStatus.OBSERVED:
                found[place].append(key.replace("_", " "))
    return [", ".join(each) or None for each in found]
