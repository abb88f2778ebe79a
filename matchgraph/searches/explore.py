"""Which results to show so that what is rarely shown is sometimes seen: the price of knowing what it is worth."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matchgraph.errors import QuestionError


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a result list."""

    artifact_id: str
    explored: bool = False  # drawn by lot, and not shown for its score


def explore(
    ranked: Sequence[str], impressions: Mapping[str, float], k: int, *, rate: float, seed: int, query: str = ""
) -> list[Slot]:
    """The first k, but that each place is with chance `rate` given to one of the rest, the rarely shown rather.

    `ranked` are candidates good enough to be shown at all, best first; the chance of one of the rest is as
    1 / (1 + impressions). The best stay in their order. The same seed and query draw the same.

    >>> [slot.artifact_id for slot in explore(["a", "b", "c"], {}, 2, rate=0, seed=1)]
    ['a', 'b']
    """
    if not 0 <= rate <= 1:
        raise QuestionError(f"an exploration rate of {rate}: wanted a share from 0 to 1.")
    dice = np.random.default_rng(int.from_bytes(hashlib.sha256(f"{seed} {query}".encode()).digest()[:8]))
    best, rest = list(ranked[:k]), list(ranked[k:])
    given = np.flatnonzero(dice.random(len(best)) < rate)[: len(rest)]
    rare = np.array([1 / (1 + impressions.get(each, 0.0)) for each in rest])
    drawn = dice.choice(len(rest), len(given), replace=False, p=rare / rare.sum()) if len(given) else given
    lots = {int(place): rest[each] for place, each in zip(given, drawn, strict=True)}
    staying = iter(best)
    return [Slot(lots[place], explored=True) if place in lots else Slot(next(staying)) for place in range(len(best))]
