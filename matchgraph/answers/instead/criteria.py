"""What artifacts of one type can be better in: rank and its signals, price, facts; and what is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matchgraph.answers.given import texts_given
from matchgraph.answers.instead.facts import less_is_better, numbers_of, shown
from matchgraph.catalogue.columns import numbers_in
from matchgraph.catalogue.records import Pricing
from matchgraph.errors import QuestionError
from matchgraph.ranking.weights import SIGNALS
from matchgraph.snapshot.snapshot import Snapshot

RELEVANCE = "relevance"  # to a query, where there is one
_PRICES = {Pricing.FREE: 0.0, Pricing.FREEMIUM: 1.0, Pricing.PAID: 2.0}
_WAYS = ("most", "least")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to be better in, and which way is better."""

    key: str
    most: bool

    def __str__(self) -> str:
        return f"{'most' if self.most else 'least'} {self.name}"

    @property
    def name(self) -> str:
        """The key as a reader says it."""
        return self.key.replace("_", " ")

    def said(self, value: float) -> str:
        """A value of it in words."""
        return f"{self.name} {self.bare(value)}"

    def bare(self, value: float) -> str:
        """The value alone."""
        if np.isnan(value):
            return "not known"
        if self.key == "pricing":
            return next(price.value for price, worth in _PRICES.items() if worth == value)
        return shown(value)


def criteria_of(by: str | Sequence[str]) -> list[Criterion]:
    """The criteria that texts name: a key, and after a colon which way is better where that is not plain.

    >>> [str(each) for each in criteria_of(["rank", "parameters", "parameters:most"])]
    ['most rank', 'least parameters', 'most parameters']
    """
    texts = dict.fromkeys(texts_given(by, "by", f"criteria like {', '.join(('rank', *SIGNALS))}"))
    if not texts:
        raise QuestionError(f"no criteria: name some, like {', '.join(('rank', *SIGNALS))}.")
    return [_criterion(text) for text in texts]


def values_of(
    snapshot: Snapshot, places: Sequence[int], criterion: Criterion, relevance: Mapping[int, float] | None
) -> np.ndarray:
    """What is known of each artifact for a criterion; nan where nothing is."""
    key, rows = criterion.key, np.array(places, np.int64)
    if key == RELEVANCE:
        if relevance is None:
            raise QuestionError("relevance is to a query: ask by a query, or leave it out.")
        return np.array([relevance[place] for place in places])
    if key == "pricing":
        stated = snapshot.catalogue.texts("pricing")
        return np.array([_PRICES.get(stated[place], np.nan) for place in places])
    if key in ("rank", *SIGNALS):
        return _ranked(snapshot, key, rows)
    known = sorted(set(snapshot.catalogue.facts["key"].to_pylist()))
    if key not in known:
        own = ", ".join(("rank", *SIGNALS, "pricing", RELEVANCE))
        raise QuestionError(
            f"no criterion {key!r}: wanted some of {own}, or a fact: {', '.join(known[:20]) or 'none'}."
        )
    return numbers_of(snapshot.catalogue, key, rows)


def _ranked(snapshot: Snapshot, key: str, rows: np.ndarray) -> np.ndarray:
    """A rank or signal; a stand-in for what was never seen is no value."""
    covered = "coverage" if key == "rank" else f"{key}_coverage"
    value, seen = (numbers_in(snapshot.ranking.table[name]).astype(float)[rows] for name in (key, covered))
    return np.where(np.nan_to_num(seen) > 0, np.round(value, 6), np.nan)


def _criterion(text: str) -> Criterion:
    key, _, way = text.strip().partition(":")
    key = "_".join(key.split())
    if way and way not in _WAYS:
        raise QuestionError(f"{text!r}: after the colon wanted most or least, like parameters:most.")
    return Criterion(key, way == "most" if way else not (key == "pricing" or less_is_better(key)))
