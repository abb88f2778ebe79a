"""From elsewhere, with one strong capability in common: drawn by a seed, so that the same seed brings the same.

    score = 3 cosine of the two capabilities + novelty + draw

Elsewhere is where no walk over the match graph from what is liked comes by, and what chance brings as near as it is:
another community. Novelty is .1 * log2 of how much rarer than the best joined artifact it is come by; the draw is a
Gumbel variate of the seed and the artifact's id, so that a draw is one by score (Gumbel's max is a softmax).
"""

from __future__ import annotations

import hashlib
import math

import numpy as np

from matchgraph.answers.instead.held import Held
from matchgraph.answers.instead.scoring import Scored
from matchgraph.answers.instead.wanted import Wanted
from matchgraph.vectors.grid import products

_COSINE, _NOVELTY, _DRAW = 3.0, 0.1, 0.15
_ROWS = 600  # capabilities that come nearest
_AWAY = 1e-4  # share of walks from which an artifact is somewhere that they come by
_USUAL = 0.05  # share of chance pairs that may be nearer
_DIGITS = 6


def surprising(held: Held, wanted: Wanted, mask: np.ndarray) -> Scored:
    """What is elsewhere and shares one strong capability with something liked, with the terms of its score."""
    catalogue, liked = held.snapshot.catalogue, held.places(wanted.liked)
    owner, grid = catalogue.owner, held.snapshot.vectors.grid
    mine = np.concatenate([np.arange(*catalogue.offsets[place : place + 2]) for place in liked])
    away = mask & (held.walks.shares(liked) < _AWAY)
    rows = _near_rows(held, mine, away)
    cosines = products(grid[rows], grid[mine]).max(axis=1, initial=0.0)
    same = cosines >= held.snapshot.chance.same_ability
    best = np.zeros(len(catalogue))
    np.maximum.at(best, owner[rows[same]], cosines[same])
    places = np.flatnonzero(best)
    if not len(places):
        return Scored(places, {}, np.zeros((len(liked), 0)))
    likeness = np.zeros((len(liked), len(places)))
    for row, place in enumerate(liked):
        parts = held.closeness.parts(np.array([place]), places)
        likeness[row] = held.closeness.likeness_of(place, places, parts)
    terms = {
        "shared": _COSINE * best[places],
        "novelty": _NOVELTY * np.log2((1 + held.walks.joined.max(initial=0)) / (1 + held.walks.joined[places])),
        "draw": np.array([_DRAW * _gumbel(wanted.seed, catalogue.ids[place]) for place in places]),
    }
    kept = (likeness < held.snapshot.scale.cut(_USUAL)).all(axis=0)
    drawn = {name: np.round(part[kept], _DIGITS) for name, part in terms.items()}
    return Scored(places[kept], drawn, likeness[:, kept])


def _near_rows(held: Held, mine: np.ndarray, away: np.ndarray) -> np.ndarray:
    """The capability rows nearest to some, of artifacts that are elsewhere."""
    allowed = np.zeros(len(held.scorer.texts.owner), bool)
    count = held.snapshot.catalogue.capabilities.num_rows
    allowed[:count] = away[held.snapshot.catalogue.owner]
    if not allowed.any():
        return np.zeros(0, np.int64)
    found = held.scorer.index.nearest(held.snapshot.vectors.grid[mine], _ROWS, allowed)[1]
    rows: np.ndarray = np.unique(found[found >= 0])
    return rows


def _gumbel(seed: int, artifact_id: str) -> float:
    """A Gumbel variate that depends on nothing but the seed and the id."""
    drawn = int.from_bytes(hashlib.sha256(f"{seed} {artifact_id}".encode()).digest()[:6])
    return -math.log(-math.log((drawn + 0.5) / 2**48))
