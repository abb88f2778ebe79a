"""From elsewhere, with one strong capability in common: drawn by a seed, so that the same seed brings the same.

    score = 3 cosine of the two capabilities + novelty + draw + need

Elsewhere is another community: no walk over the match graph from what is liked comes by more often than one that goes
anywhere, no job is stated of both, and as a whole they are less alike than what an edge joins. A capability in common
is strong where chance brings two so alike only half as often as two that are called the same. Novelty is .1 * log2 of
how much rarer than the best joined artifact it is come by; the draw is a Gumbel variate of the seed and the artifact's
id, so that a draw is one by score (Gumbel's max is a softmax). What is near to something not liked is left out.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np

from matchgraph.answers.align import ability
from matchgraph.answers.instead.held import Held
from matchgraph.answers.instead.scoring import NEED, Scored
from matchgraph.answers.instead.wanted import Wanted
from matchgraph.graph.chance import SAME_ABILITY
from matchgraph.graph.neighbours import CHANCE
from matchgraph.vectors.grid import products

_COSINE, _NOVELTY, _DRAW = 3.0, 0.1, 0.4
_STRONG = SAME_ABILITY / 2  # share of chance pairs that may be as alike as two capabilities in common
_ROWS = 600  # capabilities that come nearest
_DIGITS = 6


@dataclass(frozen=True, eq=False, slots=True)
class Common:
    """Of some artifacts, the capability row that comes nearest to one of what is liked."""

    places: np.ndarray  # int64, those elsewhere that have a row among the nearest
    cosine: np.ndarray
    theirs: np.ndarray  # int64, capability rows
    mine: np.ndarray


def surprising(held: Held, wanted: Wanted, mask: np.ndarray) -> Scored:
    """What is elsewhere and shares one strong capability with something liked, with the terms of its score."""
    liked, ids = held.places(wanted.liked), held.snapshot.catalogue.ids
    found = common(held, wanted, mask)
    strong = found.cosine >= floor(held)
    places, cosine = found.places[strong], found.cosine[strong]
    terms = {
        "shared": _COSINE * cosine,
        "novelty": _NOVELTY * np.log2((1 + held.walks.joined.max(initial=0)) / (1 + held.walks.joined[places])),
        "draw": np.array([_DRAW * _gumbel(wanted.seed, ids[place]) for place in places]),
    }
    answers = np.ones(len(places), bool)
    if wanted.need is not None and wanted.asked is not None and len(places):
        score = held.scorer.every(wanted.need, wanted.asked, places).score
        answers = score >= held.snapshot.floor
        terms["need"] = NEED * score
    kept = {name: np.round(part[answers], _DIGITS) for name, part in terms.items()}
    return Scored(places[answers], kept, _likeness(held, liked, places[answers]))


def common(held: Held, wanted: Wanted, mask: np.ndarray) -> Common:
    """What is elsewhere, with the capability that comes nearest to one of what is liked."""
    catalogue, liked = held.snapshot.catalogue, held.places(wanted.liked)
    mine = np.concatenate([catalogue.abilities(place) for place in liked])
    elsewhere = mask & (held.walks.shares(liked) < 1 / len(catalogue)) & ~_same_jobs(held, liked)
    rows = _near_rows(held, mine, elsewhere)
    cosines = products(held.snapshot.vectors.grid[rows], held.snapshot.vectors.grid[mine])
    best = cosines.max(axis=1, initial=0.0)
    order = np.lexsort((rows, -best))
    places, first = np.unique(catalogue.owner[rows[order]], return_index=True)
    at = order[first]
    named = held.places((*wanted.liked, *wanted.unlike))
    away = (_likeness(held, named, places) < held.snapshot.scale.cut(CHANCE)).all(axis=0)
    return Common(places[away], best[at][away], rows[at][away], mine[cosines.argmax(axis=1)[at]][away])


def floor(held: Held) -> float:
    """The cosine from which a capability in common is a strong one."""
    return held.snapshot.chance.cosine_of(_STRONG)


def nothing_surprising(held: Held, wanted: Wanted, mask: np.ndarray, within: str) -> str:
    """What is said where nothing was found: what keeps out the surprising ones, or else what comes nearest to them.

    `mask` is what may be found whatever the conditions; `within` names them where there are any.
    """
    found = common(held, wanted, mask)
    enough = int((found.cosine >= floor(held)).sum())
    if enough:
        unanswered = " or do not answer the need" if within else ", but none of them answers the need"
        kept_out = f", but not{within.removeprefix(',')}" if within else ""
        are = "1 is" if enough == 1 else f"{enough} are"
        return f"None found: {are} surprising{kept_out}{unanswered if wanted.need is not None else ''}."
    if not len(found.places):
        return "None found surprising enough: nothing from elsewhere has a capability near to one of these."
    at = int(np.argmax(found.cosine))
    name = held.snapshot.catalogue.texts("name")[found.places[at]]
    return (
        f"None found surprising enough: the strongest capability in common with anything from elsewhere is "
        f"{ability(held.snapshot, int(found.theirs[at])).name!r} of {name} (cosine {found.cosine[at]:.2f}; "
        f"{floor(held):.2f} is wanted)."
    )


def _same_jobs(held: Held, liked: list[int]) -> np.ndarray:
    """Which state a job of what is liked."""
    jobs = held.closeness.jobs
    wanted = frozenset[str]().union(*(jobs[place] for place in liked))
    return np.array([not wanted.isdisjoint(each) for each in jobs], bool)


def _likeness(held: Held, named: list[int], places: np.ndarray) -> np.ndarray:
    likeness = np.zeros((len(named), len(places)))
    for row, place in enumerate(named if len(places) else ()):
        parts = held.closeness.parts(np.array([place]), places)
        likeness[row] = held.closeness.likeness_of(place, places, parts)
    return likeness


def _near_rows(held: Held, mine: np.ndarray, away: np.ndarray) -> np.ndarray:
    """The capability rows nearest to some, of artifacts that are elsewhere."""
    catalogue = held.snapshot.catalogue
    allowed = np.zeros(len(held.scorer.texts), bool)
    allowed[: catalogue.capabilities.num_rows] = away[catalogue.owner] & catalogue.telling
    if not allowed.any():
        return np.zeros(0, np.int64)
    found = held.scorer.index.nearest(held.snapshot.vectors.grid[mine], _ROWS, allowed)[1]
    rows: np.ndarray = np.unique(found[found >= 0])
    return rows


def _gumbel(seed: int, artifact_id: str) -> float:
    """A Gumbel variate that depends on nothing but the seed and the id."""
    drawn = int.from_bytes(hashlib.sha256(f"{seed} {artifact_id}".encode()).digest()[:6])
    return -math.log(-math.log((drawn + 0.5) / 2**48))
