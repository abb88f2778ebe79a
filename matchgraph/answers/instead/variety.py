"""The order of an answer: best first, near-clones once, few of one maker, and none too like what stands above it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from pyversity import mmr

from matchgraph.answers.instead.held import Held
from matchgraph.graph.nearest import COPY

FROM_ONE_MAKER = 2
_TWIN = 0.98  # cosine of whole texts from which what does the same is the same thing listed twice
_LIKE_ABOVE = 0.3  # what full likeness to something above takes away
_SHARE = _LIKE_ABOVE / (1 + _LIKE_ABOVE)
_LOOKED_AT = 60
_FIRST = 10.0  # more than likeness can take away
_DIGITS = 6


def spread(
    held: Held, places: np.ndarray, scores: np.ndarray, known: Sequence[int], above: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """The order to show some artifacts in, as rows of `places`, and what its likeness to those above takes from each.

    The score less that is what remains the largest at each step (maximal marginal relevance; Carbonell & Goldstein,
    SIGIR 1998), so the remaining scores fall and a shorter list is the beginning of a longer one. No clones come of
    what is `known` or stands `above` in the list; of a maker, and of what one may be too like, only the latter count.
    """
    fresh = _once(held, places, np.lexsort((places, -scores)), [*known, *above])
    rows = _few_of_a_maker(held, places, fresh, above)
    if not len(rows):
        return rows, np.zeros(0)
    # What stands above comes first whatever it is worth, so that the rest is chosen beside it.
    every, first = np.concatenate([np.array(above, np.int64), places[rows]]), len(above)
    worth = np.concatenate([np.full(first, scores[rows].max() + _FIRST), scores[rows]])
    chosen = mmr(held.closeness.wholes[every], worth, k=len(every), diversity=_SHARE).indices
    order = rows[chosen[first:] - first]
    units = _units(held, every[chosen])
    likest = np.where(np.tri(len(every), k=-1, dtype=bool), units @ units.T, -np.inf).max(axis=1)[first:]
    less = np.where(np.isfinite(likest), _LIKE_ABOVE * likest, 0.0)
    left = np.round(scores[order] - less, _DIGITS)
    # The library counts in float32: where two are equal to it, the later one may be the larger by a hair.
    return order, np.round(np.minimum.accumulate(left) - scores[order], _DIGITS)


def _once(held: Held, places: np.ndarray, order: np.ndarray, taken: list[int]) -> np.ndarray:
    """The rows in their order, of near-clones the first; of the many that nobody looks at, all."""
    first = order[:_LOOKED_AT]
    if not len(first):
        return first
    every = np.array([*taken, *places[first]])
    clones = _clones(held, every)
    kept = list(range(len(taken)))
    for row in range(len(taken), len(every)):
        if not clones[row, kept].any():
            kept.append(row)
    rows = np.array(kept[len(taken) :], np.int64) - len(taken)
    return np.concatenate([first[rows], order[_LOOKED_AT:]])


def _clones(held: Held, places: np.ndarray) -> np.ndarray:
    """Which are near-clones of which: the same as a whole, and capability by capability both ways."""
    units = _units(held, places)
    clones: np.ndarray = units @ units.T >= _TWIN
    rows = np.flatnonzero(clones.sum(axis=1) > 1)
    if len(rows):
        parts = held.closeness.parts(places[rows], places[rows])
        clones[np.ix_(rows, rows)] &= (parts.cover >= COPY) & (parts.covered >= COPY)
    return clones


def _units(held: Held, places: np.ndarray) -> np.ndarray:
    """The whole texts of some artifacts as centred rows of length 1."""
    rows = held.closeness.wholes[places].astype(np.float64)
    units: np.ndarray = rows / np.maximum(np.linalg.norm(rows, axis=1), 1e-9)[:, None]
    return units


def _few_of_a_maker(held: Held, places: np.ndarray, order: np.ndarray, above: Sequence[int]) -> np.ndarray:
    """The rows of which no two better ones are of the same maker; who is unstated is nobody's second."""
    counted = Counter(held.makers[list(above)].tolist())
    kept = []
    for row in order:
        maker = int(held.makers[places[row]])
        if maker < 0 or counted[maker] < FROM_ONE_MAKER:
            counted[maker] += 1
            kept.append(row)
    return np.array(kept, np.int64)
