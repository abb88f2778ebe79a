"""What is measured of every artifact, each number with where it comes from.

Percentiles are taken within the type, because downloads of a package and of a model do not compare. Centrality in
the likeness graph is not measured: an artifact with many clones would lead by it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.records import FactStatus, first_day
from matchgraph.graph.graph import UNDECLARED, Graph
from matchgraph.searches.searches import Searches

NAMES = (
    "usage",
    "dependents",
    "stars",
    "contributors",
    "license_stated",
    "limitations_stated",
    "evaluation_stated",
    "linked_by_others",
    "kinds_of_link",
    "times_matched",
    "hard_to_replace",
    "last_change",
)

NEUTRAL = 0.5  # stands for what nobody could know
WITHHELD = 0.35  # stands for what the maker could have said and did not

_POOL_PRIOR = 10  # artifacts: small pools are drawn to the middle
_CHOICE_PRIOR = 20  # searches: few choices are drawn to the middle
_HALF_LIFE = 365.0  # days
_SAYS_NOTHING = re.compile(r"\W*(not (given|found|stated)|unknown|none|other)\b", re.IGNORECASE)
_EVALUATION = re.compile(r"accuracy|performance|(^|_)(f1|bleu|wer|map|score)($|_)")


@dataclass(frozen=True, eq=False)
class Measure:
    """One measure of every artifact; where `value` is nan, `instead` counts."""

    name: str
    value: np.ndarray  # float64, 0 to 1, higher is better
    instead: float
    raw: list[str | None]  # what was found, as written
    source: list[str | None]
    observed_at: list[str | None]
    applies: np.ndarray  # bool: where False the measure leaves the sum

    @property
    def known(self) -> np.ndarray:
        """Where there is a value."""
        return np.asarray(~np.isnan(self.value))


def measure(
    catalogue: Catalogue, graph: Graph, best_cover: np.ndarray, searches: Searches, today: date
) -> dict[str, Measure]:
    """Every measure that the weights may name. `best_cover`: how much of its job the nearest other one does."""
    kinds = np.array(catalogue.texts("type"))
    facts = _Facts(catalogue)
    listed = (
        _counted("usage", facts, ("downloads_month", "downloads", "pulls"), kinds),
        _counted("dependents", facts, ("dependents",), kinds),
        _counted("stars", facts, ("stars",), kinds),
        _counted("contributors", facts, ("contributors",), kinds),
        _stated("license_stated", list(map(_said, catalogue.texts("license")))),
        _stated("limitations_stated", _limitations(catalogue)),
        _stated("evaluation_stated", _evaluations(catalogue, facts)),
        _linked("linked_by_others", *_in_links(catalogue, graph), kinds),
        _linked("kinds_of_link", *_link_kinds(catalogue, graph), kinds),
        _chosen(catalogue, searches),
        _hard_to_replace(best_cover, kinds),
        _last_change(facts, today),
    )
    return {each.name: each for each in listed}


class _Facts:
    """The catalogue's facts, to be asked by key."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.size = len(catalogue)
        self.sources = catalogue.texts("source")
        self.by_key: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
        for row in catalogue.facts.to_pylist():
            self.by_key[row["key"]][catalogue.place[row["artifact_id"]]] = row

    def measure(
        self, name: str, keys: Sequence[str], value: Callable[[str, dict[str, Any]], tuple[float, str] | None]
    ) -> tuple[Measure, list[str | None]]:
        """A measure with `value(key, fact)` of the first of these facts that says something, and which one it was."""
        values, raw = np.full(self.size, np.nan), _blank(self.size)
        source, at, key_of = _blank(self.size), _blank(self.size), _blank(self.size)
        applies = np.ones(self.size, bool)
        for place in range(self.size):
            stated = [(key, self.by_key[key][place]) for key in keys if place in self.by_key[key]]
            for key, fact in stated:
                found = value(key, fact) if fact["status"] == FactStatus.OBSERVED else None
                if found is not None:
                    values[place], raw[place] = found
                    source[place], at[place] = fact["source"] or self.sources[place], fact["observed_at"]
                    key_of[place] = key
                    break
            else:
                applies[place] = all(fact["status"] != FactStatus.NOT_APPLICABLE for _, fact in stated)
        return Measure(name, values, NEUTRAL, raw, source, at, applies), key_of


def _blank(size: int) -> list[str | None]:
    return [None] * size


def _counted(name: str, facts: _Facts, keys: Sequence[str], kinds: np.ndarray) -> Measure:
    """A counter as its percentile among artifacts of the type that state the same counter."""

    def value(key: str, fact: dict[str, Any]) -> tuple[float, str] | None:
        if fact["number"] is None or fact["number"] < 0:
            return None
        return fact["number"], f"{key.replace('_', ' ')} {fact['number']:,.0f}"

    counted, key_of = facts.measure(name, keys, value)
    pool = np.array([f"{kind}|{key}" for kind, key in zip(kinds, key_of, strict=True)])
    counted.value[:] = _percentiles(counted.value, pool)
    return counted


def _stated(name: str, texts: Sequence[str | None]) -> Measure:
    """A check: 1 where the thing is stated, else it counts as withheld."""
    said = list(texts)
    value = np.array([1.0 if text else np.nan for text in said])
    size = len(said)
    source: list[str | None] = ["the catalogue" if text else None for text in said]
    return Measure(name, value, WITHHELD, said, source, _blank(size), np.ones(size, bool))


def _said(license: str | None) -> str | None:
    return None if license and _SAYS_NOTHING.match(license) else license


def _limitations(catalogue: Catalogue) -> list[str | None]:
    count = np.zeros(len(catalogue), int)
    lists = catalogue.capabilities["limitations"].to_pylist()
    np.add.at(count, catalogue.owner, [len(each or ()) for each in lists])
    return [f"{n} limitation{'s' if n > 1 else ''} stated" if n else None for n in count.tolist()]


def _evaluations(catalogue: Catalogue, facts: _Facts) -> list[str | None]:
    found: list[list[str]] = [[] for _ in range(len(catalogue))]
    for link in catalogue.links.to_pylist():
        if link["kind"] == "evaluated_on":
            found[catalogue.place[link["artifact_id"]]].append(link["target"])
    for key in sorted(facts.by_key):
        if _EVALUATION.search(key):
            for place, fact in facts.by_key[key].items():
                if fact["status"] == FactStatus.OBSERVED:
                    found[place].append(key.replace("_", " "))
    return [", ".join(each) or None for each in found]


def _declared(graph: Graph) -> list[dict[str, Any]]:
    edges: list[dict[str, Any]] = graph.edges.select(["source", "target", "kind"]).to_pylist()
    return [edge for edge in edges if edge["kind"] not in UNDECLARED]


def _in_links(catalogue: Catalogue, graph: Graph) -> tuple[np.ndarray, str]:
    """How many other makers link to each artifact."""
    makers = catalogue.texts("maker")
    linking: dict[int, set[str]] = defaultdict(set)
    for edge in _declared(graph):
        source, target = catalogue.place[edge["source"]], catalogue.place[edge["target"]]
        maker = makers[source] or edge["source"]
        if maker != makers[target]:
            linking[target].add(maker)
    return np.array([len(linking[place]) for place in range(len(catalogue))]), "other makers"


def _link_kinds(catalogue: Catalogue, graph: Graph) -> tuple[np.ndarray, str]:
    """In how many ways each artifact joins to others."""
    kinds: dict[int, set[str]] = defaultdict(set)
    for edge in _declared(graph):
        kinds[catalogue.place[edge["source"]]].add(edge["kind"])
        kinds[catalogue.place[edge["target"]]].add(f"{edge['kind']} by")
    return np.array([len(kinds[place]) for place in range(len(catalogue))]), "kinds of link"


def _linked(name: str, counts: np.ndarray, words: str, kinds: np.ndarray) -> Measure:
    """A count over declared links; unknown for all where nobody declares any."""
    size = len(counts)
    if not counts.any():
        return Measure(
            name, np.full(size, np.nan), NEUTRAL, _blank(size), _blank(size), _blank(size), np.ones(size, bool)
        )
    raw: list[str | None] = [f"{count} {words}" for count in counts]
    source: list[str | None] = ["declared links of this catalogue"] * size
    value = _percentiles(counts.astype(float), kinds)
    return Measure(name, value, NEUTRAL, raw, source, _blank(size), np.ones(size, bool))


def _chosen(catalogue: Catalogue, searches: Searches) -> Measure:
    """Times chosen in real searches, as a percentile among the chosen; few choices stay near the middle."""
    matched = searches.times_matched()
    counts = np.array([matched[artifact_id] for artifact_id in catalogue.ids], float)
    value = np.full(len(counts), np.nan)
    chosen = counts > 0
    among = _percentiles(counts[chosen], np.zeros(chosen.sum()))
    # From neutral upwards only: to be chosen once is no worse than never to have been shown.
    value[chosen] = NEUTRAL + (1 - NEUTRAL) * among * counts[chosen] / (counts[chosen] + _CHOICE_PRIOR)
    raw = [f"chosen in {count:,.0f} searches" if count else None for count in counts]
    source = ["the search log" if count else None for count in counts]
    size = len(counts)
    return Measure("times_matched", value, NEUTRAL, raw, source, _blank(size), np.ones(size, bool))


def _hard_to_replace(best_cover: np.ndarray, kinds: np.ndarray) -> Measure:
    """How little of its job the nearest other artifact does, as a percentile within the type."""
    size = len(best_cover)
    raw: list[str | None] = [f"the nearest other one covers {max(cover, 0):.2f} of it" for cover in best_cover]
    source: list[str | None] = ["the match graph"] * size
    value = _percentiles(-np.round(best_cover, 6), kinds)
    return Measure("hard_to_replace", value, NEUTRAL, raw, source, _blank(size), np.ones(size, bool))


def _last_change(facts: _Facts, today: date) -> Measure:
    """How fresh the last dated change is: 1 today, .5 after a year, .25 after two."""

    def value(key: str, fact: dict[str, Any]) -> tuple[float, str] | None:
        written = fact["text"] or (f"{fact['number']:.0f}" if fact["number"] else "")
        day = first_day(written)
        if day is None:
            return None
        age = max((today - day).days, 0)
        return 0.5 ** (age / _HALF_LIFE), f"{key.replace('_', ' ')} {written}"

    keys = ("last_update", "last_commit", "latest_release_date", "released", "release_date", "created_at")
    return facts.measure("last_change", keys, value)[0]


def _percentiles(values: np.ndarray, pool: np.ndarray) -> np.ndarray:
    """Mid-rank percentile of each value in its pool, drawn to .5 where the pool is small; nan stays nan.

    >>> _percentiles(np.array([1.0, 5.0, 5.0, 9.0]), np.zeros(4)).round(3).tolist()
    [0.393, 0.5, 0.5, 0.607]
    """
    found = np.full(len(values), np.nan)
    for one in np.unique(pool):
        inside = np.flatnonzero((pool == one) & ~np.isnan(values))
        ordered = np.sort(values[inside])
        below = np.searchsorted(ordered, values[inside], side="left")
        upto = np.searchsorted(ordered, values[inside], side="right")
        found[inside] = ((below + upto) / 2 + _POOL_PRIOR * NEUTRAL) / (len(inside) + _POOL_PRIOR)
    return found
