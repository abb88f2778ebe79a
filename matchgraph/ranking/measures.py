"""What is measured of every artifact: amounts with where they come from. What an amount is worth, `values.py` says.

| signal | measure | amount | why |
|---|---|---|---|
| adoption | usage | downloads or pulls | who runs it; cheap to inflate, so it is clipped without corroboration |
| | dependents | artifacts elsewhere that build on it | costs others a decision |
| | stars | likes | cheap to inflate, clipped likewise |
| | contributors | people who changed it | costly |
| quality | license_stated, limitations_stated, evaluation_stated | 1 where stated | care that a reader can check |
| | evaluation_result | a measured figure | its percentile among those that state the same figure |
| ecosystem | linked_by_others | distinct other owners that declare a link to it | its own, and its copies, are none |
| | kinds_of_link | in how many ways it joins to artifacts of others | |
| match graph | chosen | distinct voices that chose it | one actor is one voice, however often it chooses |
| | central | a walk over choices that restarts at queries | chosen where many queries lead counts for more |
| | breadth | how many kinds of query it answers, as the exponential of their entropy | |
| | hard_to_replace | how much of its job the nearest other artifact leaves undone | at most a point and a half |
| freshness | last_change | days since the last dated change | |

Centrality in the likeness graph is not measured: an artifact with many clones would lead by it. For the same reason
being hard to replace is taken as it is, and not among others of the type.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class Scale(StrEnum):
    """How an amount becomes a value of 0 to 1."""

    PERCENTILE = "percentile"  # among the artifacts of the type that state the same
    CROWD = "crowd"  # the same among those that have any; to have none is the least
    STATED = "stated"  # 1 where it is there
    SHARE = "share"  # the amount itself
    AGE = "age"  # halves with each year
    VOICES = "voices"  # from neutral upwards, as far as the voices behind it carry


class Cause(StrEnum):
    """Where an amount comes from, and so what a change of it is put down to."""

    FACTS = "own facts"
    GRAPH = "graph"
    SEARCHES = "searches"


class Status(StrEnum):
    """What a line of the rank rests on."""

    OBSERVED = "observed"
    MISSING = "missing"
    SUSPECT = "suspect"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True)
class Kind:
    """What one measure is."""

    scale: Scale
    cause: Cause
    cheap: bool = False  # whether anybody can inflate it for little
    corroborates: bool = False  # whether it takes others' doing, so that it bears out a cheap counter


KINDS = {
    "usage": Kind(Scale.PERCENTILE, Cause.FACTS, cheap=True),
    "dependents": Kind(Scale.PERCENTILE, Cause.FACTS, corroborates=True),
    "stars": Kind(Scale.PERCENTILE, Cause.FACTS, cheap=True),
    "contributors": Kind(Scale.PERCENTILE, Cause.FACTS, corroborates=True),
    "license_stated": Kind(Scale.STATED, Cause.FACTS),
    "limitations_stated": Kind(Scale.STATED, Cause.FACTS),
    "evaluation_stated": Kind(Scale.STATED, Cause.FACTS),
    "evaluation_result": Kind(Scale.PERCENTILE, Cause.FACTS),
    "linked_by_others": Kind(Scale.CROWD, Cause.GRAPH, corroborates=True),
    "kinds_of_link": Kind(Scale.CROWD, Cause.GRAPH),
    "chosen": Kind(Scale.VOICES, Cause.SEARCHES, corroborates=True),
    "central": Kind(Scale.VOICES, Cause.SEARCHES),
    "breadth": Kind(Scale.VOICES, Cause.SEARCHES),
    "hard_to_replace": Kind(Scale.SHARE, Cause.GRAPH),
    "last_change": Kind(Scale.AGE, Cause.FACTS),
}


@dataclass(frozen=True, eq=False)
class Measure:
    """One measure of every artifact; arrays and lists in the order of the catalogue."""

    name: str
    amount: np.ndarray  # float64, nan where there is none; more is better, but for an age
    pool: np.ndarray  # object: with whom the amount compares; of missing ones, with whom it would
    status: np.ndarray  # object: `Status`
    raw: list[str | None]  # what was found, as written
    source: list[str | None]
    observed_at: list[str | None]
    voices: np.ndarray  # float64: how many bear it out, where it is a matter of voices

    @property
    def kind(self) -> Kind:
        """What it measures."""
        return KINDS[self.name]


Measures = dict[str, list[Measure]]  # by measure, one for each fact that may speak for it


def blank(name: str, pools: list[str], status: Status = Status.MISSING) -> Measure:
    """A measure that knows nothing yet; `pools` names for each artifact with whom it compares."""
    size = len(pools)
    nothing: list[str | None] = [None] * size
    return Measure(
        name,
        np.full(size, np.nan),
        np.array(pools, object),
        np.full(size, status, object),
        nothing,
        list(nothing),
        list(nothing),
        np.zeros(size),
    )


def pools_of(name: str, types: list[str]) -> list[str]:
    """The pools of a measure that compares within a type."""
    named = {each: f"{name}|{each}" for each in set(types)}  # one text a type, not one an artifact
    return [named[each] for each in types]
