"""I need something different: the nearest of the same job by another maker, what it shares and how it differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matchgraph.answers.align import Alignment, align
from matchgraph.answers.search import how_many
from matchgraph.answers.terms import Settled, Terms, settle
from matchgraph.answers.values import Listing, Reason
from matchgraph.catalogue.records import MATERIAL
from matchgraph.errors import QuestionError
from matchgraph.graph.likeness import Likeness
from matchgraph.graph.neighbours import CHANCE
from matchgraph.snapshot.snapshot import Snapshot


class Mode(StrEnum):
    """What "instead" means."""

    SAME_JOB = "same-job"


MODES = tuple(Mode)
_FROM_ONE_MAKER = 2
_RARE = 0.05  # share of chance pairs that may be as alike as two that state the same job
_FACETS = ("type", "maker", "license", "pricing")


@dataclass(frozen=True, slots=True)
class Recommended:
    """One artifact to take instead."""

    artifact_id: str
    name: str
    type: str
    maker: str | None
    score: float
    shares: tuple[str, ...]  # capabilities of it that the liked one has too
    differs: tuple[str, ...]
    lacks: tuple[str, ...]  # capabilities of the liked one that it does not have
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, repr=False)
class RecommendAnswer(Listing[Recommended]):
    """What to take instead, best first."""

    items: tuple[Recommended, ...]
    like: tuple[str, ...]
    unlike: tuple[str, ...]

    def lines(self) -> list[str]:
        """The list as text, with reasons."""
        without = f", unlike {', '.join(self.unlike)}" if self.unlike else ""
        said = [f"instead of {', '.join(self.like)}{without}", *([self.note] if self.note else [])]
        for place, item in enumerate(self.items, start=1):
            said.append(f"{place:2}. {item.name} [{item.artifact_id}, {item.type}]  {item.score:.2f}")
            said += [f"      {reason.text}" for reason in item.reasons]
        return said


def recommend(
    snapshot: Snapshot,
    likeness: Likeness,
    like: Sequence[str],
    unlike: Sequence[str],
    terms: Terms,
    k: int,
) -> RecommendAnswer:
    """The k nearest to all that is liked, away from what is not, of other makers, above what chance gives.

    What keeps every condition stands before what breaks one that was given up, and what meets more of what is
    preferred before what meets less, whatever is nearer.
    """
    _check(like, unlike)
    k = how_many(k)
    liked = [snapshot.catalogue.place[artifact_id] for artifact_id in like]
    unliked = [snapshot.catalogue.place[artifact_id] for artifact_id in unlike]
    scores, near = _scores(likeness, liked, unliked)
    others = _others(snapshot, liked, unliked)
    fit = others & _same_job(snapshot, likeness, liked, near)
    makers = np.array(_makers(snapshot), object)
    settled = settle(snapshot.catalogue, terms, lambda mask: _room(makers[fit & mask], k), k)
    chosen = _spread(snapshot, settled.ranked(scores, fit), k)
    items = tuple(_recommended(snapshot, liked[0], place, float(scores[place]), settled) for place in chosen)
    note = settled.eligible.note
    if not items:
        note = _why_none(snapshot, likeness, near, others, int(fit.sum()))
    elif len(items) < k:
        within = ", within the conditions" if settled.eligible.bound else ""
        few = f"{len(items)} found: the same job, nearer than chance, at most {_FROM_ONE_MAKER} of a maker{within}."
        note = f"{few} {note}" if note else few
    return RecommendAnswer(items, note, tuple(like), tuple(unlike))


def _why_none(snapshot: Snapshot, likeness: Likeness, near: np.ndarray, others: np.ndarray, fit: int) -> str:
    """What leaves nothing: the conditions, that nothing does the same job, or that there is nothing to choose from."""
    if fit:
        do = "1 does" if fit == 1 else f"{fit} do"
        return f"None found: {do} the same job by another maker, but not within the conditions."
    if not others.any():
        return "None found: there is nothing of that kind by another maker here."
    best = int(np.argmax(np.where(others, near, -np.inf)))
    chance = float(likeness.scale.share_above(near[best : best + 1])[0])
    name = snapshot.catalogue.texts("name")[best]
    return (
        "None found: nothing by another maker is known to do the same job. "
        f"The nearest is {name}, and {chance:.1%} of chance pairs are as alike."
    )


def _check(like: Sequence[str], unlike: Sequence[str]) -> None:
    if not like:
        raise QuestionError("nothing liked: name at least one artifact to start from.")
    both = sorted(set(like) & set(unlike))
    if both:
        raise QuestionError(f"{', '.join(both)} is both liked and unliked: keep it on one side.")


def _scores(likeness: Likeness, liked: list[int], unliked: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """The score, and the likeness to what is liked alone.

    An unliked artifact takes away only where it is nearer than the liked ones: being far from it earns nothing.
    """
    near = np.mean([likeness.of(place) for place in liked], axis=0)
    if not unliked:
        return near, near
    away = np.max([likeness.of(place) for place in unliked], axis=0)
    with np.errstate(invalid="ignore"):
        return near - 2 * np.maximum(0, np.nan_to_num(away - near, posinf=0)), near


def _same_job(snapshot: Snapshot, likeness: Likeness, liked: list[int], near: np.ndarray) -> np.ndarray:
    """Which artifacts do the job of what is liked.

    Where both state their jobs, one must be the same and the likeness rare among chance pairs; where one is silent,
    the likeness alone has to say it, and has to be as rare as that of an edge.
    """
    jobs = snapshot.catalogue.texts("job")
    wanted = {job for place in liked for job in jobs[place]}
    shared = np.array([bool(wanted & set(each)) for each in jobs])
    silent = np.array([not each or not wanted for each in jobs])
    scale = likeness.scale
    return (shared & (near >= scale.cut(_RARE))) | (silent & (near >= scale.cut(CHANCE)))


def _others(snapshot: Snapshot, liked: list[int], unliked: list[int]) -> np.ndarray:
    """Artifacts by other makers than the liked ones'; an unstated maker is another one.

    What does the work is not replaced by what is worked with, nor the other way round.
    """
    makers = _makers(snapshot)
    same = {makers[place] for place in liked} - {None}
    kinds = [kind in MATERIAL for kind in snapshot.catalogue.texts("type")]
    wanted = {kinds[place] for place in liked}
    mask = np.array([maker not in same and kind in wanted for maker, kind in zip(makers, kinds, strict=True)])
    mask[liked + unliked] = False
    return mask


def _makers(snapshot: Snapshot) -> list[str | None]:
    """Every artifact's maker, in one case: ACME is Acme."""
    return [maker and maker.casefold() for maker in snapshot.catalogue.texts("maker")]


def _room(makers: np.ndarray, k: int) -> int:
    """How many of these may stand in a list of k."""
    taken = Counter(makers)
    return min(k, taken.pop(None, 0) + sum(min(each, _FROM_ONE_MAKER) for each in taken.values()))


def _spread(snapshot: Snapshot, order: list[int], k: int) -> list[int]:
    """The first k, at most two of one maker."""
    makers = _makers(snapshot)
    taken: Counter[str | None] = Counter()
    chosen: list[int] = []
    for place in order:
        if len(chosen) == k:
            break
        if makers[place] is None or taken[makers[place]] < _FROM_ONE_MAKER:
            taken[makers[place]] += 1
            chosen.append(place)
    return chosen


def _recommended(snapshot: Snapshot, liked: int, place: int, score: float, settled: Settled) -> Recommended:
    columns = ["artifact_id", "name", "job", *_FACETS]
    old = snapshot.catalogue.artifacts.slice(liked, 1).select(columns).to_pylist()[0]
    new = snapshot.catalogue.artifacts.slice(place, 1).select(columns).to_pylist()[0]
    differs = tuple(
        f"{facet} {new[facet]} instead of {old[facet]}"
        for facet in _FACETS
        if new[facet] != old[facet] and new[facet] and old[facet] and "unknown" not in (new[facet], old[facet])
    )
    pairing = align(snapshot, liked, place)
    return Recommended(
        new["artifact_id"],
        new["name"],
        new["type"],
        new["maker"],
        score,
        tuple(pair.right.name for pair in pairing.shared),
        differs,
        tuple(ability.name for ability in pairing.only_left),
        (
            *settled.reasons(place),
            *_reasons(pairing, differs, sorted(set(old["job"]) & set(new["job"]))),
        ),
    )


def _reasons(pairing: Alignment, differs: tuple[str, ...], jobs: list[str]) -> tuple[Reason, ...]:
    reasons = [Reason("job", "the same job: " + ", ".join(jobs))] if jobs else []
    if pairing.shared:
        reasons.append(Reason("shares", "also does: " + "; ".join(pair.left.name for pair in pairing.shared[:3])))
    else:
        reasons.append(Reason("shares", "near as a whole, though no single capability is called the same"))
    if differs:
        reasons.append(Reason("differs", "differs in " + ", ".join(differs)))
    if pairing.only_right:
        reasons.append(Reason("gains", "gains: " + "; ".join(ability.name for ability in pairing.only_right[:3])))
    if pairing.only_left:
        reasons.append(Reason("lacks", "gives up: " + "; ".join(ability.name for ability in pairing.only_left[:3])))
    return tuple(reasons)
