"""How well an artifact serves instead: terms that add up to the score.

    score = whole + cover + words + shelf     how close it is to what is liked (`closeness.py`)
          + ability                           how alike the two abilities are that are the most alike
          + likely                            on which shelf it most likely stands, where it states none (`likely.py`)
          + company                           how close it and what is liked are to each other's nearest
          + walk                              how often walks from what is liked come by, half of those from the unliked
          + chosen                            people who searched chose it for the same things
          + linked                            a source declares that the two go together
          + differs                           in how many facets it is another way to do the same job
          + need                              how well it answers the need, by the scorer of search; beside likes of
                                              the same job it counts three times, to order those that do that job
          + unlike                            what it is nearer to the unliked takes away, never gives

Of several likes the terms of closeness are averaged, so a second like never drowns the first; the walk begins at all
of them, and a link counts to whichever is linked. Being far from what is not liked earns nothing: an artifact falls
as far as it is nearer to the nearest unliked one than a clear margin below what is liked. A need is counted on another
scale than closeness, so where nothing is liked it falls as far as it is closer to an unliked one than half as close as
that is to itself; at all of it, as much is taken as the best answer to the need is worth. Company is counted in the
sixty nearest of each named artifact, whatever the filter, and so no term depends on the filter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matchgraph.answers.instead.closeness import SHELF, Closeness
from matchgraph.answers.instead.held import Held
from matchgraph.answers.instead.likely import likely
from matchgraph.answers.instead.wanted import Mode, Wanted

ABILITY, COMPANY, WALK, CHOSEN, LINKED, NEED = 2.0, 1.5, 1.2, 0.5, 1.0, 3.0
BESIDE_LIKES = 3.0  # times as much counts a need that orders those that do the same job
DIFFERS = 0.05  # a facet
HINGE, MARGIN = 1.0, 0.6  # for one like; of several the first grows as the root, the second as their number
_APART = 0.5  # of an unliked one's closeness to itself: up to there an answer to the need is another thing
_ANCHORS, _NEAREST, _SHARP = 60, 10, 0.15
_DIGITS = 6

# What counts how much: next to a job stands what one comes to, not what is the same.
_WEIGHTS: Mapping[Mode, Mapping[str, float]] = {
    Mode.SAME_JOB: {"linked": 0.0},
    Mode.ADJACENT: dict.fromkeys(("whole", "cover", "ability", "words", "shelf", "likely", "company"), 0.5)
    | {"walk": 3.0},
}


@dataclass(frozen=True, eq=False, slots=True)
class Scored:
    """Candidates with the terms of their scores; all arrays are in the order of `places`."""

    places: np.ndarray  # int64, artifact places
    terms: Mapping[str, np.ndarray]
    likeness: np.ndarray  # float64 (liked, candidates), what says whether chance explains it

    @property
    def score(self) -> np.ndarray:
        """The terms added up."""
        if not self.terms:
            return np.zeros(len(self.places))
        total: np.ndarray = np.round(np.sum(list(self.terms.values()), axis=0), _DIGITS)
        return total

    def of(self, at: int) -> dict[str, float]:
        """The terms of one candidate, those that are none left out; largest first."""
        named = {name: float(values[at]) for name, values in self.terms.items() if values[at]}
        return dict(sorted(named.items(), key=lambda term: -abs(term[1])))


def score(held: Held, wanted: Wanted, places: np.ndarray) -> Scored:
    """Every term for some artifacts."""
    size = len(places)
    if not size:
        return Scored(places, {}, np.zeros((len(wanted.liked), 0)))
    liked, unliked = held.places(wanted.liked), held.places(wanted.unlike)
    replaced = held.places((wanted.to_replace,) if wanted.to_replace else ())
    terms: dict[str, np.ndarray] = {}
    likeness = np.zeros((len(liked), size))
    for row, place in enumerate(liked):
        seen, likeness[row] = _seen(held.closeness, place, places, replacing=place in replaced)
        for name, values in seen.items():
            terms[name] = terms.get(name, np.zeros(size)) + values / len(liked)
    near = np.sum(list(terms.values()), axis=0) if terms else np.zeros(size)
    terms |= _of_graph(held, liked, unliked, places)
    if liked and wanted.mode is Mode.SAME_JOB:
        terms["differs"] = DIFFERS * np.mean([held.differences.count(place, places) for place in liked], axis=0)
    if wanted.need is not None and wanted.asked is not None:
        need = NEED * held.scorer.every(wanted.need, wanted.asked, places).score
        terms["need"] = need * (BESIDE_LIKES if liked and wanted.mode is Mode.SAME_JOB else 1.0)
        near = near + need
    if unliked and liked:
        terms["unlike"] = _taken(held.closeness, unliked, places, near, len(liked))
    elif unliked:
        terms["unlike"] = -NEED * best_answer(held, wanted) * _same_thing(held.closeness, unliked, places)
    weights = _WEIGHTS.get(wanted.mode, {})
    weighed = {name: np.round(weights.get(name, 1.0) * part, _DIGITS) for name, part in terms.items()}
    return Scored(places, weighed, likeness)


def best_answer(held: Held, wanted: Wanted) -> float:
    """What the best answer to the need scores, of everything here; 0 where there is no need or no answer."""
    if wanted.need is None or wanted.asked is None:
        return 0.0
    best = held.scorer.score(wanted.need, wanted.asked, 1).score
    return float(best[0]) if len(best) else 0.0


def _of_graph(held: Held, liked: Sequence[int], unliked: Sequence[int], places: np.ndarray) -> dict[str, np.ndarray]:
    if not liked:
        return {}
    walks, here = held.walks, np.array(liked)
    walk = np.sqrt(walks.shares(liked)[places])
    if unliked:
        walk = walk - np.sqrt(walks.shares(unliked)[places]) / 2
    together = walks.together[here][:, places].toarray().mean(axis=0)
    linked = walks.links[here][:, places].toarray().max(axis=0)
    return {"walk": WALK * walk, "chosen": CHOSEN * np.log1p(together), "linked": LINKED * np.sqrt(linked)}


def _taken(
    closeness: Closeness, unliked: Sequence[int], places: np.ndarray, near: np.ndarray, likes: int
) -> np.ndarray:
    """What the nearest of the unliked takes away: the more likes agree, the surer what is wanted, and so the more."""
    away = [_whole(closeness, place, places) for place in unliked]
    taken: np.ndarray = -HINGE * likes**0.5 * np.maximum(0, np.max(away, axis=0) - near + MARGIN * likes)
    return taken


def _same_thing(closeness: Closeness, unliked: Sequence[int], places: np.ndarray) -> np.ndarray:
    """How far each is the same thing as one of the unliked: from 0, at half as close as that to itself, to 1."""
    shares = [_whole(closeness, each, places) / _whole(closeness, each, np.array([each])) for each in unliked]
    same: np.ndarray = np.clip((np.max(shares, axis=0) - _APART) / (1 - _APART), 0, 1)
    return same


def _whole(closeness: Closeness, place: int, places: np.ndarray) -> np.ndarray:
    """The terms of closeness and company of some artifacts with one, added up."""
    total: np.ndarray = np.sum(list(_seen(closeness, place, places)[0].values()), axis=0)
    return total


def _seen(
    closeness: Closeness, place: int, places: np.ndarray, *, replacing: bool = False
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The terms of closeness and company for some artifacts, seen from one; and its likeness with them."""
    anchors, size = closeness.nearest(place, _ANCHORS), len(places)
    every = closeness.parts(np.array([place]), np.concatenate([places, anchors]))
    parts = every.first(size)
    terms = {name: values[0] for name, values in parts.terms(replacing=replacing).items()}
    terms["ability"] = ABILITY * closeness.strongest(place, places)
    if len(anchors):
        direct, known = np.split(every.closeness[0], [size])
        between = closeness.between(places, anchors)
        terms["company"] = COMPANY * company(direct, known, between, places[:, None] == anchors)
        terms["likely"] = SHELF * likely(closeness.shelves, place, places, anchors, known, between)
    return terms, closeness.likeness_of(place, places, parts)


def company(direct: np.ndarray, known: np.ndarray, between: np.ndarray, same: np.ndarray) -> np.ndarray:
    """How close each artifact is to the nearest of the one asked, and that one to the nearest of it; the mean.

    `direct` is their closeness with it, `known` that of the anchors with it, `between` theirs with the anchors, and
    `same` says where an artifact is itself an anchor: to itself it is as close as to the next nearest.
    """
    others = np.where(same, -np.inf, between)
    nearest = np.maximum(others.max(axis=1), direct)
    filled = np.where(same, nearest[:, None], between)
    mine = np.argsort(-known, kind="stable")[:_NEAREST]
    to_mine = filled[:, mine] @ _sharply(known[None, mine])[0]
    reach = np.concatenate([others, direct[:, None]], axis=1)
    theirs = np.argsort(-reach, axis=1, kind="stable")[:, :_NEAREST]
    weights = _sharply(np.take_along_axis(reach, theirs, axis=1))
    to_theirs = (weights * np.append(known, known.max())[theirs]).sum(axis=1)
    both: np.ndarray = (to_mine + to_theirs) / 2
    return both


def _sharply(closeness: np.ndarray) -> np.ndarray:
    """Shares by row that fall off quickly with closeness."""
    weights = np.exp((closeness - closeness.max(axis=1, keepdims=True)) / _SHARP)
    shares: np.ndarray = weights / weights.sum(axis=1, keepdims=True)
    return shares
