"""Which of two is ahead, in rank and in every signal, how surely, and whether other weights would turn it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matchgraph.ranking.doubt import above, draws
from matchgraph.ranking.measures import Status
from matchgraph.ranking.rank import CLIPPED
from matchgraph.ranking.robust import Flip, share_ahead, smallest_flip
from matchgraph.ranking.weights import SIGNALS
from matchgraph.snapshot.snapshot import Snapshot

LEAD = 0.05  # of a signal: a smaller difference is none
_ERROR = 0.05  # of all signals together: how often a lead may be called where there is none (Holm)


@dataclass(frozen=True, slots=True)
class Lead:
    """One signal of two artifacts; `ahead` is left or right where the draws carry it, else None."""

    signal: str
    left: float
    right: float
    chance: float  # that the left one is above
    ahead: str | None


@dataclass(frozen=True, slots=True)
class Chances:
    """What the draws say of two artifacts."""

    rank: float  # the chance that the left one ranks above
    leads: tuple[Lead, ...]  # of signals that are observed in both, in order
    robust: float | None  # share of all weightings under which the left one is above; None where they do not compare
    flip: Flip | None  # the smallest change of weights that turns the order


@dataclass(frozen=True, eq=False, slots=True)
class _Drawn:
    """Possible points of one artifact: (draws, lines), by signal."""

    points: np.ndarray
    signals: list[str]
    shares: np.ndarray

    def signal(self, name: str) -> np.ndarray:
        """Possible values of one signal."""
        inside = [column for column, signal in enumerate(self.signals) if signal == name]
        return np.asarray(self.points[:, inside].sum(axis=1) / self.shares[inside].sum())


def chances(snapshot: Snapshot, left: str, right: str) -> Chances:
    """Who is ahead of whom, and how surely."""
    ranked = snapshot.ranking.of(left), snapshot.ranking.of(right)
    drawn = _drawn(snapshot, left), _drawn(snapshot, right)
    both = [name for name in SIGNALS if all(row[name] is not None and row[f"{name}_coverage"] for row in ranked)]
    found = {name: above(drawn[0].signal(name), drawn[1].signal(name)) for name in both}
    sure = _sure(found)
    leads = tuple(
        Lead(name, one, other, found[name], _ahead(one, other, name in sure))
        for name in both
        for one, other in [(ranked[0][name], ranked[1][name])]
    )
    robust, flip = _robust(snapshot, ranked[0], ranked[1])
    return Chances(above(*(each.points.sum(axis=1) for each in drawn)), leads, robust, flip)


def _drawn(snapshot: Snapshot, artifact_id: str) -> _Drawn:
    lines = snapshot.ranking.lines_of(artifact_id)
    clipped = {line["measure"]: line["value"] for line in lines if line["status"] == CLIPPED}
    lines = [line for line in lines if line["status"] != CLIPPED]
    names = [line["measure"] for line in lines]
    counted = np.array([[line["value"] + clipped.get(line["measure"], 0.0) for line in lines]])
    status = np.array([[Status(line["status"]) for line in lines]], object)
    doubt = np.array([[line["doubt"] for line in lines]])
    shares = np.array([line["share"] for line in lines])
    values = draws([artifact_id], names, counted, status, doubt)[0] if lines else np.zeros((1, 0))
    return _Drawn(values * shares, [line["signal"] for line in lines], shares)


def _sure(found: dict[str, float]) -> set[str]:
    """The signals in which one is surely ahead, at an error of 5% over all of them (Holm, 1979)."""
    errors = sorted((min(chance, 1 - chance), name) for name, chance in found.items())
    sure: set[str] = set()
    for place, (error, name) in enumerate(errors):
        if error > _ERROR / (len(errors) - place):
            break
        sure.add(name)
    return sure


def _ahead(left: float, right: float, sure: bool) -> str | None:
    if not sure or abs(left - right) < LEAD:
        return None
    return "left" if left > right else "right"


def _robust(snapshot: Snapshot, left: dict[str, object], right: dict[str, object]) -> tuple[float | None, Flip | None]:
    """Over the weights of the signals, where both are of one type and the same signals apply to both."""
    applies = [name for name in SIGNALS if left[name] is not None]
    if left["type"] != right["type"] or not applies or applies != [name for name in SIGNALS if right[name] is not None]:
        return None, None
    differences = {name: float(str(left[name])) - float(str(right[name])) for name in applies}
    weights = snapshot.weights.signals[str(left["type"])]
    total = sum(weights[name] for name in applies)
    return share_ahead(differences), smallest_flip({n: weights[n] / total for n in applies}, differences)
