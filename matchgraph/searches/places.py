"""How likely each place of a result list is looked at: assumed, until results drawn by lot can tell."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from matchgraph.searches.events import SearchEvent

_LEAST = 0.1  # so that no choice weighs ten times more than if it had stood first
_ENOUGH, _ENOUGH_PLACES = 200, 3  # choices of results drawn by lot, and places they stood at, to estimate from
_STEEPEST = 3.0


@dataclass(frozen=True, slots=True)
class Curve:
    """The chance that a place is looked at, beside that of the first.

    >>> [Curve().looked_at(place) for place in (1, 2, 4, 10, 500)]
    [1.0, 0.5, 0.25, 0.1, 0.1]
    """

    steepness: float = 1.0
    choices: int = 0  # of results drawn by lot that it was estimated from; none: it is assumed

    def looked_at(self, place: int) -> float:
        """The chance of a place, 1 for the first."""
        return float(max(place**-self.steepness, _LEAST))

    def __str__(self) -> str:
        if not self.choices:
            return "assumed 1/rank"
        return f"estimated 1/rank^{self.steepness:.2f} from {self.choices:,} choices of results drawn by lot"


def curve_of(events: Iterable[SearchEvent]) -> Curve:
    """The curve by which results drawn by lot were chosen, where there are enough of them to tell.

    What is drawn by lot is as good at one place as at another, so how often it is chosen there, of the times it stood
    there, tells how often one looks (position-based model; Joachims, Swaminathan and Schnabel, 2017). The steepness
    is the likeliest of 1/rank^steepness.
    """
    stood, taken = Counter[int](), Counter[int]()
    for event in events:
        for artifact_id in event.explored:
            place = event.shown.index(artifact_id) + 1
            stood[place] += 1
            taken[place] += artifact_id == event.chosen
    choices = taken.total()
    if choices < _ENOUGH or sum(map(bool, taken.values())) < _ENOUGH_PLACES:
        return Curve()
    places = sorted(stood)
    ranks, times = np.log(places), np.array([stood[place] for place in places], float)
    chosen_at = sum(taken[place] * math.log(place) for place in places)

    def unlikely(steepness: float) -> float:
        return float(choices * np.log(times @ np.exp(-steepness * ranks)) + steepness * chosen_at)

    best = minimize_scalar(unlikely, bounds=(0.0, _STEEPEST), method="bounded").x
    return Curve(round(float(best), 3), choices)
