"""Like this one, but ...: the nearest that can take its place under conditions, and what changes with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from matchgraph.answers.align import Ability, SharedAbility
from matchgraph.answers.condition import Condition, passing
from matchgraph.answers.contradictions import check_sides
from matchgraph.answers.given import texts_given
from matchgraph.answers.instead.mentions import mention
from matchgraph.answers.instead.swap import Change, change, changes_of, reasons_of, swap_of
from matchgraph.answers.job import same_job_of
from matchgraph.answers.relation import SAME_JOB
from matchgraph.answers.search import how_many
from matchgraph.answers.stated import told
from matchgraph.answers.values import Listing, Reason
from matchgraph.answers.where import Where, conditions
from matchgraph.answers.wording import percent
from matchgraph.catalogue.records import MATERIAL
from matchgraph.errors import QuestionError
from matchgraph.graph.likeness import Likeness
from matchgraph.snapshot.snapshot import Snapshot

_NEAR = 300  # artifacts by likeness of which it is asked whether they do the same job


@dataclass(frozen=True, slots=True)
class Replacement:
    """One artifact that can take the place of another and meets the conditions."""

    artifact_id: str
    name: str
    type: str
    score: float  # same_job times cover
    same_job: float  # the chance that people would call it the same job
    cover: float  # how much of the other's job it does, 0 to 1
    kept: tuple[SharedAbility, ...]  # left: the other's; right: its own
    perhaps: tuple[SharedAbility, ...]
    lost: tuple[Ability, ...]
    gained: tuple[Ability, ...]
    changes: tuple[Change, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Miss:
    """One that would have been the nearest, and what keeps it out."""

    artifact_id: str
    name: str
    same_job: float
    fails: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name} [{self.artifact_id}] ({'; '.join(self.fails)})"


@dataclass(frozen=True, repr=False)
class LikeButAnswer(Listing[Replacement]):
    """The nearest replacements that meet the conditions, best first; `misses`: nearer ones that do not."""

    artifact_id: str
    conditions: tuple[str, ...]
    misses: tuple[Miss, ...]

    def lines(self) -> list[str]:
        """The list as text: what is kept, lost and gained, and what changes."""
        said = [f"like {self.artifact_id}, but {'; '.join(self.conditions)}", *([self.note] if self.note else [])]
        for place, item in enumerate(self.items, start=1):
            same = f"same job: {percent(item.same_job)}"
            said.append(f"{place:2}. {item.name} [{item.artifact_id}, {item.type}]  {item.score:.2f} ({same})")
            said += [f"      {reason.text}" for reason in item.reasons]
        return said + self.tail()

    def tail(self) -> list[str]:
        """What would have been nearer."""
        return [f"nearer, but: {miss}" for miss in self.misses]


def like_but(
    snapshot: Snapshot,
    likeness: Likeness,
    artifact_id: str,
    must: Where | None,
    avoid: Where | None,
    without: Sequence[str],
    k: int,
) -> LikeButAnswer:
    """The k that can best take an artifact's place, meet the conditions and mention none of the things named.

    `without` goes by what a record states: that none of its texts, facts and links mentions a thing.
    """
    k, things, catalogue = how_many(k), _things(without), snapshot.catalogue
    check_sides(must, None, avoid)
    stated = (*conditions(catalogue, must), *conditions(catalogue, avoid, avoided=True))
    if not stated and not things:
        raise QuestionError("no condition: say what it must or must not be, or what it should do without.")
    ask = _Asked(snapshot, likeness, catalogue.place[artifact_id], stated, things)
    found, misses = ask.walk(k)
    items = tuple(ask.replacement(place) for place in found)
    said = (*map(str, stated), *(f"without {thing}" for thing in things))
    return LikeButAnswer(items, ask.note(items, k), artifact_id, said, misses)


class _Asked:
    """Held for one question: what is near, and how well it would take the place."""

    def __init__(
        self, snapshot: Snapshot, likeness: Likeness, place: int, stated: Sequence[Condition], things: Sequence[str]
    ) -> None:
        self.snapshot, self.place, self.stated, self.things = snapshot, place, stated, things
        self.names = snapshot.catalogue.texts("name")
        self.fits = passing(stated, len(self.names))
        kinds = np.array([kind in MATERIAL for kind in snapshot.catalogue.texts("type")])
        alike = np.where(kinds == kinds[place], likeness.of(place), -np.inf)
        # What fits may lie far below the nearest, so both are looked at.
        near = np.union1d(_most(alike), _most(np.where(self.fits, alike, -np.inf)))
        same, cover = np.zeros(0), np.zeros(0)
        if len(near):
            same = same_job_of(snapshot, likeness, place, near)
            cover = np.clip(likeness.beside(place, near)[0].cover[0], 0, 1)
        self.same: dict[int, float] = dict(zip(near.tolist(), same.tolist(), strict=True))
        self.cover: dict[int, float] = dict(zip(near.tolist(), cover.tolist(), strict=True))
        self.order = sorted(self.same, key=lambda each: (-round(self.score(each), 9), each))

    def score(self, place: int) -> float:
        """How well it would take the place: the chance of the same job times how much of it is done."""
        return self.same[place] * self.cover[place]

    def walk(self, k: int) -> tuple[list[int], tuple[Miss, ...]]:
        """The first k that pass, and the nearest of all where it does not; where none passes, also another job's."""
        does = [place for place in self.order if self.same[place] >= SAME_JOB]
        others = (place for place in self.order if self.same[place] < SAME_JOB)
        found = list(islice(filter(self._passes, does), k))
        misses = [self._miss(place, tuple(self._fails(place))) for place in does[:1] if place not in found]
        for place in islice(filter(self._passes, others), 0 if found else 1):
            chance = f"the chance of the same job is {percent(self.same[place])}"
            misses.append(self._miss(place, (f"meets the conditions, but {chance}",)))
        return found, tuple(misses)

    def _passes(self, place: int) -> bool:
        return bool(self.fits[place]) and not any(self._fails(place))

    def _fails(self, place: int) -> Iterator[str]:
        """What keeps it out, in words."""
        yield from filter(None, (each.breach(place) for each in self.stated))
        record = told(self.snapshot.catalogue, self.snapshot.catalogue.ids[place])
        for thing in self.things:
            where = mention(record, thing)
            if where is not None:
                yield f"without {thing}: {where}"

    def _miss(self, place: int, fails: tuple[str, ...]) -> Miss:
        return Miss(self.snapshot.catalogue.ids[place], str(self.names[place]), self.same[place], fails)

    def replacement(self, place: int) -> Replacement:
        """What can take the place, and what changes with it."""
        columns = ["artifact_id", "name", "type"]
        record = self.snapshot.catalogue.artifacts.slice(place, 1).select(columns).to_pylist()[0]
        swap = swap_of(self.snapshot, self.place, place)
        changes = tuple(changes_of(self.snapshot, self.place, place))
        return Replacement(
            **record,
            score=self.score(place),
            same_job=self.same[place],
            cover=self.cover[place],
            kept=swap.kept,
            perhaps=swap.perhaps,
            lost=swap.lost,
            gained=swap.gained,
            changes=changes,
            reasons=(*reasons_of(swap), *change(changes), *self._silence()),
        )

    def _silent(self, thing: str) -> bool:
        record = told(self.snapshot.catalogue, self.snapshot.catalogue.ids[self.place])
        return mention(record, thing) is None

    def _silence(self) -> list[Reason]:
        text = "nothing that is stated of it mentions {}; what is not stated may still be so"
        return [Reason("without", text.format(" or ".join(self.things)))] if self.things else []

    def note(self, items: tuple[Replacement, ...], k: int) -> str | None:
        """What is said where fewer are found than asked for."""
        moot = [thing for thing in self.things if self._silent(thing)]
        aside = f"What is stated of {self.names[self.place]} itself mentions no {' or '.join(moot)}. " if moot else ""
        if items:
            few = "" if len(items) == k else f"{len(items)} found that do the same job within the conditions."
            return (aside + few).strip() or None
        if not any(same >= SAME_JOB for same in self.same.values()):
            return "None found: nothing else here is known to do the same job, whatever the conditions."
        return "None found: nothing that does the same job meets the conditions."


def _most(alike: np.ndarray) -> np.ndarray:
    """The places that are most alike, itself not among them."""
    order = np.lexsort((np.arange(len(alike)), -alike))[:_NEAR]
    return np.asarray(order[np.isfinite(alike[order])])


def _things(without: Sequence[str]) -> tuple[str, ...]:
    things = texts_given(without, "without", "the name of a thing, like 'jax', or several")
    for thing in things:
        if not any(letter.isalnum() for letter in thing):
            raise QuestionError(f"without {thing!r}: wanted the name of a thing, like 'jax'.")
    return tuple(dict.fromkeys(" ".join(thing.split()) for thing in things))
