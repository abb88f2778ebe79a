"""I need something different: what to take instead, with the terms of its score and the reasons for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from matchgraph.answers.condition import Condition
from matchgraph.answers.instead.held import Held
from matchgraph.answers.instead.modes import candidates, fitting, meaningless, others
from matchgraph.answers.instead.reasons import POINTS, UNSPOKEN, Seen, of_need, reasons_for
from matchgraph.answers.instead.scoring import Scored, score
from matchgraph.answers.instead.surprise import nothing_surprising, surprising
from matchgraph.answers.instead.swap import APART, swap_of
from matchgraph.answers.instead.variety import FROM_ONE_MAKER, spread
from matchgraph.answers.instead.wanted import MODES, Mode, Wanted
from matchgraph.answers.search import how_many
from matchgraph.answers.terms import Settled, Terms, settle
from matchgraph.answers.values import Listing, Reason

__all__ = ["MODES", "Mode", "RecommendAnswer", "Recommended", "recommend"]

_SEEN = 0.005  # points that are not nothing with two digits
_COLUMNS = ("artifact_id", "name", "type", "maker")


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
    lacks: tuple[str, ...]  # capabilities of the liked one that nothing of it comes near
    reasons: tuple[Reason, ...]
    terms: tuple[Reason, ...]  # their points add up to the score

    @property
    def apart(self) -> bool:
        """Whether it comes near to what is liked in no single capability; it may do another job."""
        return any(reason.kind == APART for reason in self.reasons)


@dataclass(frozen=True, repr=False)
class RecommendAnswer(Listing[Recommended]):
    """What to take instead, best first."""

    items: tuple[Recommended, ...]
    like: tuple[str, ...]
    unlike: tuple[str, ...]
    need: str | None = None
    mode: Mode = Mode.SAME_JOB

    def lines(self) -> list[str]:
        """The list as text, with reasons."""
        without = f", unlike {', '.join(self.unlike)}" if self.unlike else ""
        wanted = [f"instead of {', '.join(self.like)}"] if self.like else []
        wanted += [f"for {self.need!r}"] if self.need is not None else []
        how = "" if self.mode is Mode.SAME_JOB else f" ({self.mode})"
        said = [" ".join(wanted) + without + how, *([self.note] if self.note else [])]
        for place, item in enumerate(self.items, start=1):
            said.append(f"{place:2}. {item.name} [{item.artifact_id}, {item.type}]  {item.score:.2f}")
            said += [f"      {reason.text}" for reason in item.reasons if reason.kind not in UNSPOKEN]
            terms = sorted(item.terms, key=lambda term: -abs(term.points or 0.0))
            shown = [f"{term.points:+.2f} {POINTS[term.kind]}" for term in terms if abs(term.points or 0.0) >= _SEEN]
            said.append("      " + ", ".join(shown))
        return said


def recommend(held: Held, wanted: Wanted, terms: Terms) -> RecommendAnswer:
    """The k that serve best instead, within the terms.

    What keeps every condition stands before what breaks one that was given up, and what meets more of what is
    preferred before what meets less, whatever serves better.
    """
    k = how_many(wanted.k)
    if meaningless(held, wanted):
        nonsense = f"None found: nothing here comes nearer to {wanted.need!r} than random letters do."
        return RecommendAnswer((), nonsense, wanted.liked, wanted.unlike, wanted.need, wanted.mode)
    free = others(held, wanted)
    left = partial(_how_many_serve, held, wanted, free)
    settled = settle(held.snapshot.catalogue, terms, left, k)
    items: list[Recommended] = []
    for step in range(1 + len(settled.eligible.relaxed)):
        mask = free & settled.eligible.mask & (settled.eligible.step == step)
        above = held.places([item.artifact_id for item in items])
        scored, rows, variety = ranked(held, wanted, mask, settled.wished, above)
        for row, away in zip(rows[: k - len(items)], variety, strict=False):
            items.append(_recommended(held, wanted, scored, int(row), float(away), settled))
    note = settled.eligible.note
    if len(items) < k:
        few = _few(held, wanted, free, settled.eligible.bound, items)
        note = f"{few} {note}" if items and note else few
    return RecommendAnswer(tuple(items), note, wanted.liked, wanted.unlike, wanted.need, wanted.mode)


def _how_many_serve(held: Held, wanted: Wanted, free: np.ndarray, mask: np.ndarray) -> int:
    return len(ranked(held, wanted, free & mask)[1])


def ranked(
    held: Held, wanted: Wanted, mask: np.ndarray, wished: Sequence[Condition] = (), above: Sequence[int] = ()
) -> tuple[Scored, np.ndarray, np.ndarray]:
    """What in the mask serves instead, its rows in the order to show them, and what variety takes from each.

    `above` are the places of what stands in the list already.
    """
    scored = _scored(held, wanted, mask)
    return scored, *_ordered(held, wanted, scored, wished, above)


def _scored(held: Held, wanted: Wanted, mask: np.ndarray) -> Scored:
    """Everything in the mask that is what the mode asks for, with its terms."""
    if wanted.mode is Mode.SURPRISE:
        return surprising(held, wanted, mask)
    scored = score(held, wanted, candidates(held, wanted, mask))
    if not len(scored.places):
        return scored
    fits = fitting(held, wanted, scored)
    terms = {name: values[fits] for name, values in scored.terms.items()}
    return replace(scored, places=scored.places[fits], terms=terms, likeness=scored.likeness[:, fits])


def _ordered(
    held: Held, wanted: Wanted, scored: Scored, wished: Sequence[Condition], above: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Rows in the order to show them in, those that meet most wishes first; and what likeness to those above takes."""
    known = held.places((*wanted.liked, *wanted.unlike))
    met = np.sum([wish.met[scored.places] for wish in wished], axis=0) if wished else np.zeros(len(scored.places))
    rows, away = np.zeros(0, np.int64), np.zeros(0)
    for level in sorted(set(met.tolist()), reverse=True):
        here = np.flatnonzero(met == level)
        higher = [*above, *scored.places[rows].tolist()]
        order, less = spread(held, scored.places[here], scored.score[here], known, higher)
        rows, away = np.append(rows, here[order]), np.append(away, less)
    return rows, away


def _recommended(held: Held, wanted: Wanted, scored: Scored, row: int, variety: float, settled: Settled) -> Recommended:
    place, artifacts = int(scored.places[row]), held.snapshot.catalogue.artifacts
    terms = scored.of(row) | ({"variety": variety} if variety else {})
    new = artifacts.slice(place, 1).select(_COLUMNS).to_pylist()[0]
    seen = None
    if wanted.liked:
        liked = held.places(wanted.liked)
        first = liked[int(scored.likeness[:, row].argmax())]
        jobs = tuple(sorted(held.closeness.jobs[first] & held.closeness.jobs[place]))
        differs, swap = held.differences.told(first, place), swap_of(held.snapshot, first, place)
        beside = "" if differs else _beside(held, liked, place)
        seen = Seen((first, place), jobs, differs, beside, new["type"], new["maker"], swap)
    return Recommended(
        new["artifact_id"],
        new["name"],
        new["type"],
        new["maker"],
        round(sum(terms.values()), 6),
        tuple(pair.right.name for pair in seen.swap.kept) if seen else (),
        seen.differs if seen else (),
        tuple(ability.name for ability in seen.swap.lost) if seen else (),
        (*settled.reasons(place), *of_need(held, wanted, place), *reasons_for(held, seen, terms, wanted.mode)),
        tuple(Reason(name, name, points) for name, points in terms.items()),
    )


def _beside(held: Held, liked: Sequence[int], place: int) -> str:
    """From which of what is liked an artifact differs, and in what; empty where from none."""
    for each in liked:
        if differs := held.differences.told(each, place):
            name = held.snapshot.catalogue.artifacts["name"][each].as_py()
            return f"differs from {name} in {', '.join(differs)}"
    return ""


def _few(held: Held, wanted: Wanted, free: np.ndarray, bound: bool, items: Sequence[Recommended]) -> str:
    """Why there are not as many as were asked for; `bound`: there are conditions."""
    count = len(items)
    within = ", within the conditions" if bound else ""
    if wanted.mode is Mode.SURPRISE:
        said = f"{count} found{within}: from elsewhere, with one strong capability in common."
        return said if count else nothing_surprising(held, wanted, free, within)
    if not wanted.liked:
        return _few_answers(held, wanted, free, within, count)
    if wanted.mode is not Mode.SAME_JOB:
        return f"{count} found{within}." if count else f"None found: nothing here is of that kind{within}."
    return _few_of_the_job(held, wanted, free, within, items)


def _few_of_the_job(held: Held, wanted: Wanted, free: np.ndarray, within: str, items: Sequence[Recommended]) -> str:
    """Why not as many serve instead as were asked for."""
    if items:
        apart = sum(item.apart for item in items)
        said = f", {apart} of them in no single capability" if apart else ""
        return f"{len(items)} found: nearer than chance{said}, at most {FROM_ONE_MAKER} of a maker{within}."
    fit = len(_scored(held, wanted, free).places) if within else 0
    if fit:
        return f"None found: {fit} come{'s' * (fit == 1)} near enough, but not within the conditions."
    if not free.any():
        return "None found: there is nothing of that kind by another maker here."
    near = np.mean([held.likeness.of(place) for place in held.places(wanted.liked)], axis=0)
    best = int(np.argmax(np.where(free, near, -np.inf)))
    chance = float(held.likeness.scale.share_above(near[best : best + 1])[0])
    return (
        "None found: nothing by another maker is known to do the same job. "
        f"The nearest is {held.snapshot.catalogue.texts('name')[best]}, and {chance:.1%} of chance pairs are as alike."
    )


def _few_answers(held: Held, wanted: Wanted, free: np.ndarray, within: str, count: int) -> str:
    """Why a need has not as many answers as were asked for."""
    unlike = f", unlike {', '.join(wanted.unlike)}" if wanted.unlike else ""
    if count:
        return (
            f"{count} found{within}{unlike}: what answers the need nearly as well as the best here, "
            f"at most {FROM_ONE_MAKER} of a maker."
        )
    fit = len(_scored(held, wanted, free).places) if within else 0
    if fit:
        return f"None found: {fit} answer{'s' * (fit == 1)} the need{unlike}, but not within the conditions."
    return f"None found: nothing here answers the need{unlike}."
