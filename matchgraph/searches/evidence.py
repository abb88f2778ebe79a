"""What the choices of a log are worth as evidence, each search weighed.

A count is one voice, kind of query, artifact and day: whatever repeats it adds nothing. It weighs

    trust of the actor (`trust.py`)  x  2^(-age / 90 days)  x  1 / chance that the place it was shown at is looked at

The last is inverse propensity under a position-based model: who is chosen far down was wanted more than who is chosen
first. It is scaled so that it moves weight between the counts whose place is known and adds none (self-normalised):
without age and doubt the mean count weighs 1. How often a place is looked at is *assumed*, and said to be, until
enough results drawn by lot were chosen to estimate it (`places.py`).

A choice of which somebody said that it did not do what was wanted is no evidence for it.

Rows imported without a time have no age, and none is made up: they keep their weight, and all share one unknown day.
A synthetic search weighs nothing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa

from matchgraph.searches.events import Outcome, SearchEvent, query_key
from matchgraph.searches.places import Curve, curve_of
from matchgraph.searches.trust import DOUBTED, trust_of

HALF_LIFE = 90  # days in which a choice loses half its weight
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Tally:
    """Searches by what became of them; those that nobody took away were real, believed and counted."""

    real: int = 0
    synthetic: int = 0
    bot: int = 0  # real, by actors at an impossible pace
    doubted: int = 0  # real, by actors at a doubtful one
    undated: int = 0  # real, without a day
    failed: int = 0  # choices that did not do what was wanted
    capped: int = 0  # choices that repeat one that is counted
    counted: int = 0  # choices
    placed: int = 0  # of those counted, the ones whose place is known


@dataclass(frozen=True, slots=True)
class Evidence:
    """The weight of choices by (query, artifact id), and what was looked at, by artifact id."""

    choices: dict[tuple[str, str], float] = field(default_factory=dict)
    impressions: dict[str, float] = field(default_factory=dict)  # times shown, each by the chance of being looked at
    effective: dict[str, float] = field(default_factory=dict)  # counts of equal weight that would say as much
    effective_size: float = 0.0  # the same of all choices
    tally: Tally = field(default_factory=Tally)
    curve: Curve = field(default_factory=Curve)  # how likely each place is looked at

    def of(self, known: Container[str]) -> Evidence:
        """The evidence on those artifacts alone."""
        return replace(
            self,
            choices={pair: weight for pair, weight in self.choices.items() if pair[1] in known},
            impressions={each: looked for each, looked in self.impressions.items() if each in known},
        )

    def by_kind(self, kinds: Mapping[str, str]) -> dict[tuple[str, str], float]:
        """The weight of choices with queries of one kind taken together under the query that stands for it."""
        summed: dict[tuple[str, str], float] = defaultdict(float)
        for (query, artifact_id), weight in self.choices.items():
            summed[kinds.get(query, query), artifact_id] += weight
        return dict(sorted(summed.items()))

    def table(self) -> pa.Table:
        """A row for each artifact that was chosen or looked at, none of it a query's text."""
        chosen: dict[str, float] = defaultdict(float)
        for (_, artifact_id), weight in self.choices.items():
            chosen[artifact_id] += weight
        ids = sorted(self.impressions.keys() | chosen.keys())
        return pa.table(
            {
                "artifact_id": pa.array(ids, pa.string()),
                "chosen": pa.array([round(chosen.get(each, 0.0), _DIGITS) for each in ids], pa.float64()),
                "effective": pa.array([self.effective.get(each, 0.0) for each in ids], pa.float64()),
                "impressions": pa.array([self.impressions.get(each, 0.0) for each in ids], pa.float64()),
            }
        )

    def to_dict(self) -> dict[str, Any]:
        """What may be printed as plain JSON values: counts, and how they were weighed."""
        return {
            "searches": asdict(self.tally),
            "weight": round(sum(self.choices.values()), _DIGITS),
            "effective_size": self.effective_size,
            "position_curve": str(self.curve),
            "half_life_days": HALF_LIFE,
        }


class _Count(NamedTuple):
    """One count: what differs in none of these is the same one again."""

    voice: str
    kind: str
    artifact_id: str
    age: int  # days, -1 where it is not known


_Counted = dict[_Count, dict[str, int]]  # the queries of each count, with the best place it stood at (0: not known)


def weigh(events: Iterable[SearchEvent], today: date, kinds: Mapping[str, str] | None = None) -> Evidence:
    """The evidence of a log as of that day; `kinds` names for each query the one that stands for its kind."""
    events, kinds = list(events), kinds or {}
    trust = trust_of(events)
    real = [event for event in events if event.real]
    believed = [event for event in real if trust.get(event.voice, 1.0)]
    taken = [(event, (event.chosen,)) for event in believed if event.chosen is not None]
    chosen = [each for each in taken if each[0].outcome is not Outcome.DID_NOT]
    counted, curve = _counted(chosen, today, kinds), curve_of(believed)
    looks = _counted(((event, event.shown) for event in believed), today, kinds)
    base = {count: trust.get(count.voice, 1.0) * _decay(count.age) for count in counted}
    weights = _by_place(base, counted, curve)
    by_artifact: dict[str, list[float]] = defaultdict(list)
    for count, weight in weights.items():
        by_artifact[count.artifact_id].append(weight)
    return Evidence(
        _shared(weights, counted),
        _looked_at(looks, trust, curve),
        {artifact_id: effective_size(each) for artifact_id, each in sorted(by_artifact.items())},
        effective_size(list(weights.values())),
        Tally(
            real=len(real),
            synthetic=len(events) - len(real),
            bot=len(real) - len(believed),
            doubted=sum(trust.get(event.voice) == DOUBTED for event in real),
            undated=sum(event.day is None for event in real),
            failed=len(taken) - len(chosen),
            capped=len(chosen) - len(counted),
            counted=len(counted),
            placed=sum(_best(places) > 0 for places in counted.values()),
        ),
        curve,
    )


def effective_size(weights: Sequence[float]) -> float:
    """How many counts of equal weight would say as much (Kish, 1965).

    >>> effective_size([1.0, 1.0, 1.0]), effective_size([3.0, 1.0]), effective_size([])
    (3.0, 1.6, 0.0)
    """
    squares = sum(weight * weight for weight in weights)
    return round(sum(weights) ** 2 / squares, _DIGITS) if squares else 0.0


def _counted(seen: Iterable[tuple[SearchEvent, Sequence[str]]], today: date, kinds: Mapping[str, str]) -> _Counted:
    """Artifacts seen in searches, taken together to one count each, in the order of the counts."""
    counted: _Counted = defaultdict(dict)
    for event, artifact_ids in seen:
        query, voice = query_key(event.query), event.voice
        kind = kinds.get(query, query)
        age = max((today - event.day).days, 0) if event.day else -1
        for artifact_id in artifact_ids:
            places = counted[_Count(voice, kind, artifact_id, age)]
            place = event.shown.index(artifact_id) + 1 if event.shown else 0
            places[query] = min(filter(None, (place, places.get(query, 0))), default=0)
    return dict(sorted(counted.items()))


def _best(places: Mapping[str, int]) -> int:
    """The best place of a count, where any is known: repeating it further down makes it no heavier."""
    return min(filter(None, places.values()), default=0)


def _decay(age: int) -> float:
    return math.exp2(-max(age, 0) / HALF_LIFE)


def _by_place(base: Mapping[_Count, float], counted: _Counted, curve: Curve) -> dict[_Count, float]:
    """The weights divided by how likely their places are looked at, their sum over known places as it was."""
    placed = {count: place for count, places in counted.items() if (place := _best(places))}
    before = sum(base[count] for count in placed)
    after = sum(base[count] / curve.looked_at(place) for count, place in placed.items())
    scale = {count: before / after / curve.looked_at(place) for count, place in placed.items()}
    return {count: weight * scale.get(count, 1.0) for count, weight in base.items()}


def _shared(weights: Mapping[_Count, float], counted: _Counted) -> dict[tuple[str, str], float]:
    """The weight by query and artifact, that of a count shared evenly among the queries it was asked in."""
    shared: dict[tuple[str, str], float] = defaultdict(float)
    for count, weight in weights.items():
        for query in sorted(counted[count]):
            shared[query, count.artifact_id] += weight / len(counted[count])
    return {each: round(weight, _DIGITS) for each, weight in sorted(shared.items())}


def _looked_at(looks: _Counted, trust: Mapping[str, float], curve: Curve) -> dict[str, float]:
    """How often each artifact is likely to have been looked at, believed and aged like choices."""
    looked: dict[str, float] = defaultdict(float)
    for count, places in looks.items():
        share = curve.looked_at(_best(places))
        looked[count.artifact_id] += trust.get(count.voice, 1.0) * _decay(count.age) * share
    return {artifact_id: round(total, _DIGITS) for artifact_id, total in sorted(looked.items())}
