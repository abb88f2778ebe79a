"""What amounts are worth: values of 0 to 1, where nothing unknown is zero and nothing stated is worse than silence.

Three rules make the values hard to game:

- A stated amount counts at least `FLOOR`, which is also what stands in for one that its maker could have stated and did
  not. So to withdraw a fact never raises a rank, and there is no need to remember what was once said.
- A cheap counter counts at most `_AHEAD` more than the best of the measures that take others' doing; voices bear it
  out as far as they carry. What is clipped is a line of its own.
- What a search log says lifts from neutral, as far as the voices carry: n voices carry n / (n + 20).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matchgraph.ranking.measures import KINDS, Measure, Measures, Scale, Status
from matchgraph.ranking.reference import Reference

NEUTRAL = 0.5  # stands for what nobody of the type states, and for no choices
FLOOR = 0.35  # stands for what the maker could have stated; the least that a stated amount counts
VOICES_HALFWAY = 20  # so many voices carry half the way

_AHEAD = 0.25  # how far a cheap counter may count beyond what bears it out
_HALF_LIFE = 365.0  # days
_POOL_PRIOR = 10


@dataclass(frozen=True, eq=False, slots=True)
class Values:
    """Arrays (artifacts, measures), in the order of `names`."""

    names: tuple[str, ...]
    plain: np.ndarray  # float64: the value, or what stands in for it
    clipped: np.ndarray  # float64: what of it is taken off again
    status: np.ndarray  # object: `Status`
    doubt: np.ndarray  # float64: how far what counts may be off, as a standard deviation

    @property
    def counted(self) -> np.ndarray:
        """What enters the rank."""
        return np.asarray(self.plain - self.clipped)


def settled(found: Measures, reference: Reference) -> list[Measure]:
    """For every measure the fact that speaks best for each artifact: to state more never counts less.

    A measure that several facts may speak for leaves the sum only where none of them applies; if one were enough, to
    withdraw the others would pay.
    """
    return [_best(found[name], reference) for name in KINDS]


def values_of(measures: Sequence[Measure], types: Sequence[str], reference: Reference) -> Values:
    """What the measures of every artifact are worth against the reference."""
    plain = np.stack([_value(measure, types, reference) for measure in measures], axis=1)
    status = np.stack([measure.status for measure in measures], axis=1)
    clipped = np.where(status == Status.SUSPECT, np.maximum(plain - NEUTRAL, 0), 0.0)
    borne_out = _borne_out(measures, plain - clipped, status)
    for column, measure in enumerate(measures):
        if measure.kind.cheap:
            over = np.maximum(plain[:, column] - (borne_out + _AHEAD), clipped[:, column])
            clipped[:, column] = np.where(status[:, column] == Status.MISSING, 0, np.maximum(over, 0))
    counted = (plain - clipped).T
    doubt = np.stack([_doubt(*each, reference) for each in zip(measures, counted, strict=True)], axis=1)
    return Values(tuple(measure.name for measure in measures), plain, clipped, status, doubt)


def _best(measures: Sequence[Measure], reference: Reference) -> Measure:
    if len(measures) == 1:
        return measures[0]
    worth = np.stack([_ranked(measure, reference) for measure in measures])
    barred = np.stack([measure.status == Status.NOT_APPLICABLE for measure in measures])
    which = np.where(np.isnan(worth), -1.0, worth).argmax(axis=0)
    which = np.where(np.isnan(worth).all(axis=0), barred.argmin(axis=0), which)
    places = np.arange(len(which))
    return replace(
        measures[0],
        amount=np.stack([each.amount for each in measures])[which, places],
        pool=np.stack([each.pool for each in measures])[which, places],
        status=np.stack([each.status for each in measures])[which, places],
        raw=[measures[n].raw[place] for place, n in enumerate(which)],
        source=[measures[n].source[place] for place, n in enumerate(which)],
        observed_at=[measures[n].observed_at[place] for place, n in enumerate(which)],
    )


def _ranked(measure: Measure, reference: Reference) -> np.ndarray:
    """What each amount would count; of equals an observed one comes before a suspect one, and more before less."""
    found = reference.percentiles(measure.pool, measure.amount)
    suspect = measure.status == Status.SUSPECT
    counts = np.where(suspect, np.clip(found, FLOOR, NEUTRAL), np.maximum(found, FLOOR))
    return np.asarray(counts + 1e-9 * (found - suspect))


def _value(measure: Measure, types: Sequence[str], reference: Reference) -> np.ndarray:
    amount = measure.amount
    match measure.kind.scale:
        case Scale.SHARE:
            return amount
        case Scale.STATED:
            return np.where(np.isnan(amount), FLOOR, 1.0)
        case Scale.AGE:
            return np.where(np.isnan(amount), FLOOR, np.maximum(0.5 ** (amount / _HALF_LIFE), FLOOR))
        case Scale.VOICES:
            return _lifted(measure, measure.voices, reference)
        case Scale.CROWD:
            return np.where(amount > 0, np.maximum(reference.percentiles(measure.pool, amount), FLOOR), FLOOR)
        case Scale.PERCENTILE:
            stated = reference.stated()
            absent = np.array([FLOOR if (measure.name, each) in stated else NEUTRAL for each in types])
            return np.where(np.isnan(amount), absent, np.maximum(reference.percentiles(measure.pool, amount), FLOOR))


def _lifted(measure: Measure, voices: np.ndarray, reference: Reference) -> np.ndarray:
    """The value if there were so many voices, and the amount as much more or less."""
    amount = measure.amount * (voices / np.maximum(measure.voices, 1))  # the amount itself where they are as many
    among = np.nan_to_num(reference.percentiles(measure.pool, amount))
    return np.asarray(NEUTRAL + (1 - NEUTRAL) * among * _carried(voices))


def _carried(voices: np.ndarray) -> np.ndarray:
    return np.asarray(voices / (voices + VOICES_HALFWAY))


def _doubt(measure: Measure, counted: np.ndarray, reference: Reference) -> np.ndarray:
    """A percentile is off as a share of a pool is; voices come and go as counts do (Poisson)."""
    match measure.kind.scale:
        case Scale.PERCENTILE | Scale.CROWD:
            return np.asarray(np.sqrt(counted * (1 - counted) / (reference.sizes(measure.pool) + _POOL_PRIOR)))
        case Scale.VOICES:
            off = np.sqrt(measure.voices)
            more, fewer = (_lifted(measure, measure.voices + step, reference) for step in (off, -off))
            return np.asarray((more - fewer) / 2)
        case _:
            return np.zeros(len(counted))


def _borne_out(measures: Sequence[Measure], counted: np.ndarray, status: np.ndarray) -> np.ndarray:
    """The best value among what takes others' doing; `FLOOR` where there is none."""
    best = np.full(len(counted), FLOOR)
    for column, measure in enumerate(measures):
        if measure.kind.corroborates:
            there = (status[:, column] == Status.OBSERVED) & (measure.amount > 0)
            bears = counted[:, column]
            if measure.kind.scale is Scale.VOICES:
                bears = FLOOR + (bears - FLOOR) * _carried(measure.voices)
            best = np.where(there, np.maximum(best, bears), best)
    return best
