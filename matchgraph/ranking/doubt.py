"""How far a rank can be trusted: an interval, the chance that one is above another, and who is tied with whom.

Every value is drawn 400 times from what is known of it. A percentile moves as much as a pool of its size lets it; a
fact that is missing may be anything within .3 of what it counts as; voices come and go as counts do (Poisson), and
all that they say goes with them. What is plainly stated, dated or measured on texts does not move. The draws of an
artifact follow from its id, so that no other artifact, no order and no repetition changes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from matchgraph.ranking.measures import KINDS, Scale, Status
from matchgraph.ranking.values import FLOOR, NEUTRAL, Values

SURE = 0.9  # chance from which one of two artifacts is called above the other
TIED = 0.8  # below it two artifacts share a tie group

_DRAWS = 400
_INTERVAL = (0.05, 0.95)
_AROUND = 0.3  # of what it counts as: so far off may be what is missing
_AT_ONCE = 500  # artifacts
_LEVELS = ((0.0, "none"), (1 / 3, "low"), (2 / 3, "medium"))


@dataclass(frozen=True, eq=False, slots=True)
class Doubt:
    """One row an artifact: 90% interval of the rank, how much evidence it rests on, and the group it is tied in."""

    low: np.ndarray  # float64, to tenths
    high: np.ndarray
    evidence: list[str]  # none, low, medium or high
    tie_group: np.ndarray  # int64, 1 for the best of each type


def doubt_of(
    ids: Sequence[str],
    types: Sequence[str],
    values: Values,
    shares: np.ndarray,
    ranks: np.ndarray,
    coverage: np.ndarray,
) -> Doubt:
    """The doubt in every rank."""
    kinds = np.array(types)
    low, high, tie_group = np.empty(len(ids)), np.empty(len(ids)), np.zeros(len(ids), np.int64)
    group, first = 0, np.zeros(0)
    order = np.lexsort((-ranks, kinds))  # type by type, the best first
    for start in range(0, len(ids), _AT_ONCE):
        rows = order[start : start + _AT_ONCE]
        of = [ids[row] for row in rows]
        drawn = draws(of, values.names, values.counted[rows], values.status[rows], values.doubt[rows])
        possible = 100 * np.einsum("adm,am->ad", drawn, shares[rows])
        low[rows], high[rows] = np.quantile(possible, _INTERVAL, axis=1)
        for at, row in enumerate(rows.tolist()):
            if start + at == 0 or kinds[row] != kinds[order[start + at - 1]]:
                group, first = 1, possible[at]
            elif above(first, possible[at]) >= TIED:  # who cannot be told from the first of a group is in it
                group, first = group + 1, possible[at]
            tie_group[row] = group
    return Doubt(
        np.round(np.minimum(low, ranks), 1),
        np.round(np.maximum(high, ranks), 1),
        [level_of(share) for share in coverage.tolist()],
        tie_group,
    )


def draws(
    ids: Sequence[str], names: Sequence[str], counted: np.ndarray, status: np.ndarray, doubt: np.ndarray
) -> np.ndarray:
    """Possible values: (artifacts, draws, measures)."""
    dice = np.stack([_dice(artifact_id, len(KINDS)) for artifact_id in ids])[:, :, _columns(names)]
    found = np.empty(dice.shape)
    for column, name in enumerate(names):
        scale, value, rolled = KINDS[name].scale, counted[:, column, None], dice[:, :, column]
        least = np.minimum(NEUTRAL if scale is Scale.VOICES else FLOOR, value)
        missing = status[:, column] == Status.MISSING
        moving = ~missing & (doubt[:, column] > 0)  # of most values nothing is in doubt, and ndtri is slow
        found[:, :, column] = np.clip(value, least, 1.0)
        off = doubt[moving, column, None] * ndtri(rolled[moving])
        found[moving, :, column] = np.clip(value[moving] + off, least[moving], 1.0)
        found[missing, :, column] = _missing(scale, value[missing], rolled[missing])
    return found


def _columns(names: Sequence[str]) -> list[int]:
    """The dice of each measure; those of voices share theirs, since it is the same voices that speak in each."""
    order = list(KINDS)
    heard = next(place for place, name in enumerate(order) if KINDS[name].scale is Scale.VOICES)
    return [heard if KINDS[name].scale is Scale.VOICES else order.index(name) for name in names]


def above(left: np.ndarray, right: np.ndarray) -> float:
    """The share of draws in which the left one is above; equal ones count half."""
    return float(np.mean(left > right) + np.mean(left == right) / 2)


def level_of(coverage: float) -> str:
    """How much of a rank rests on observed facts, in a word."""
    return next((word for most, word in _LEVELS if coverage <= most), "high")


def _dice(artifact_id: str, columns: int) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(artifact_id.encode()).digest()[:8])
    return np.random.Generator(np.random.Philox(seed)).random((_DRAWS, columns))


def _missing(scale: Scale, value: np.ndarray, dice: np.ndarray) -> np.ndarray:
    if scale is Scale.VOICES:  # to have been chosen by nobody is known
        return np.broadcast_to(value, dice.shape)
    return np.asarray(value + _AROUND * (2 * dice - 1))
