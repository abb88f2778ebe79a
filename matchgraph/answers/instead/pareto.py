"""What is not dominated: of artifacts of one type, those that no other is at least as good as in everything asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matchgraph.answers.instead.criteria import Criterion, criteria_of, values_of
from matchgraph.answers.search import SearchAnswer
from matchgraph.answers.values import Listing, Reason
from matchgraph.answers.wording import listed
from matchgraph.catalogue.columns import numbers_in
from matchgraph.errors import QuestionError
from matchgraph.snapshot.snapshot import Snapshot

AMONG = 50  # answers of a query that are looked at
_AS_GOOD = 0.75  # of the best answer's score: what has less answers another question
_NAMED = 3  # of those that would dominate one
_SHOWN = 10  # of those left out that a text shows; the value has all


@dataclass(frozen=True, slots=True)
class Standing:
    """One artifact that nothing dominates."""

    artifact_id: str
    name: str
    type: str
    score: float  # its rank
    values: dict[str, float | None]  # by criterion; None: not known
    best_at: tuple[str, ...]  # criteria in which nothing asked about is better
    but_for: tuple[str, ...]  # ids that would dominate it if what is not known of it were no better than theirs
    reasons: tuple[Reason, ...]

    @property
    def proven(self) -> bool:
        """Whether it stands by what is known of it."""
        return not self.but_for and any(value is not None for value in self.values.values())


@dataclass(frozen=True, slots=True)
class Dominated:
    """One that is left out: each of `by` is at least as good in everything, and better in something."""

    artifact_id: str
    name: str
    by: tuple[str, ...]  # ids
    text: str


@dataclass(frozen=True, repr=False)
class ParetoAnswer(Listing[Standing]):
    """What is not dominated; what stays only because something is not known comes last."""

    type: str
    by: tuple[Criterion, ...]
    dominated: tuple[Dominated, ...]

    def lines(self) -> list[str]:
        """The list as text: what each is best at, and who dominates the others."""
        said = [f"not dominated by {listed(tuple(map(str, self.by)))}", *([self.note] if self.note else [])]
        for place, item in enumerate(self.items, start=1):
            said.append(f"{place:2}. {item.name} [{item.artifact_id}, {item.type}]")
            said += [f"      {reason.text}" for reason in item.reasons]
        return said + self.tail()

    def tail(self) -> list[str]:
        """What is left out, and why."""
        said = [f"left out: {each.name}: {each.text}" for each in self.dominated[:_SHOWN]]
        more = len(self.dominated) - _SHOWN
        return said + ([f"left out: {more} more"] if more > 0 else [])


def pareto(
    snapshot: Snapshot,
    ids: Sequence[str],
    by: str | Sequence[str],
    relevance: Mapping[int, float] | None = None,
    aside: str = "",
) -> ParetoAnswer:
    """Those of some artifacts that no other dominates: none is at least as good in everything and better in something.

    What is not known neither dominates nor is dominated, for nobody can say which of two is better there. What stays
    for that reason alone is marked, with those that would leave it out. Unlike things are not ranked against each
    other: of several types it is an error. `relevance` is to the query that brought the artifacts up.
    """
    catalogue = snapshot.catalogue
    places = [catalogue.place[each] for each in dict.fromkeys(ids)]
    types = catalogue.texts("type")
    _one_type(Counter(types[place] for place in places))
    wanted = criteria_of(by)
    values = np.stack([values_of(snapshot, places, each, relevance) for each in wanted], axis=1)
    seen = np.isfinite(values).any(axis=0)
    if not seen.any():
        raise QuestionError(f"nothing is known of these by {listed(tuple(map(str, wanted)))}: ask by something else.")
    if len(places) == 1 and relevance is None:
        raise QuestionError(f"{catalogue.ids[places[0]]!r} alone: name at least one other to set it against.")
    # What is known of none of them tells none of them apart.
    kept = [each for each, known in zip(wanted, seen, strict=True) if known]
    table = _Table(snapshot, places, kept, values[:, seen])
    beaten = table.sure.any(axis=0)
    items = sorted((table.standing(int(row)) for row in np.flatnonzero(~beaten)), key=lambda item: not item.proven)
    silent = [each.name for each, known in zip(wanted, seen, strict=True) if not known]
    note = _note(items, len(places), types[places[0]], silent)
    left = tuple(table.left_out(int(row)) for row in np.flatnonzero(beaten))
    return ParetoAnswer(tuple(items), note + aside, types[places[0]], tuple(wanted), left)


def pareto_of_query(snapshot: Snapshot, found: SearchAnswer, by: str | Sequence[str]) -> ParetoAnswer:
    """The same of what answers a query about as well as the best answer does, of the type that most of that is."""
    near = [item for item in found if item.score >= _AS_GOOD * found[0].score]
    if not near:
        raise QuestionError(f"no artifacts to choose from: {found.note}")
    counted = Counter(item.type for item in near)
    kind = counted.most_common(1)[0][0]
    mine = [item for item in near if item.type == kind]
    others = ", ".join(f"{count} {other}" for other, count in counted.most_common() if other != kind)
    aside = f" Left aside: {others}, for unlike things are not ranked against each other." if others else ""
    relevance = {snapshot.catalogue.place[item.artifact_id]: item.score for item in mine}
    return pareto(snapshot, [item.artifact_id for item in mine], by, relevance, aside)


def dominates(values: np.ndarray) -> np.ndarray:
    """Which row dominates which column's: (rows, rows); more is better, and nan neither dominates nor is dominated.

    >>> dominates(np.array([[2.0, 2.0], [1.0, 2.0], [9.0, np.nan]])).tolist()
    [[False, True, False], [False, False, False], [False, False, False]]
    """
    left, right = values[:, None], values[None]
    return np.asarray((left >= right).all(axis=2) & (left > right).any(axis=2))


def would_dominate(values: np.ndarray) -> np.ndarray:
    """Which row would dominate which if what is not known of the second were no better than the first: (rows, rows).

    >>> would_dominate(np.array([[2.0, 2.0], [1.0, np.nan]])).tolist()
    [[False, True], [False, False]]
    """
    left, right = values[:, None], values[None]
    open_ones = np.isnan(right)
    return np.asarray(((left >= right) | open_ones).all(axis=2) & (left > right).any(axis=2) & open_ones.any(axis=2))


class _Table:
    """Held for one question: the candidates, their values and who dominates whom."""

    def __init__(
        self, snapshot: Snapshot, places: Sequence[int], wanted: Sequence[Criterion], values: np.ndarray
    ) -> None:
        columns = ["artifact_id", "name", "type"]
        self.records = snapshot.catalogue.artifacts.select(columns).take(list(places)).to_pylist()
        self.ranks = numbers_in(snapshot.ranking.table["rank"])[list(places)]
        self.wanted, self.values = wanted, values
        self.signed = values * np.array([1.0 if each.most else -1.0 for each in wanted])
        self.best = np.nanmax(self.signed, axis=0)
        self.sure, self.perhaps = dominates(self.signed), would_dominate(self.signed)

    def standing(self, row: int) -> Standing:
        """One that stays, with what it is best at, and for want of what it stays."""
        leads = self.signed[row] == self.best
        best = tuple(str(each) for each, first in zip(self.wanted, leads, strict=True) if first)
        rivals = np.flatnonzero(self.perhaps[:, row])[:_NAMED]
        values = {each.key: None if np.isnan(value) else float(value) for each, value in self._cells(row)}
        return Standing(
            **self.records[row],
            score=float(self.ranks[row]),
            values=values,
            best_at=best,
            but_for=tuple(self.records[each]["artifact_id"] for each in rivals),
            reasons=tuple(self._reasons(row, best, rivals)),
        )

    def left_out(self, row: int) -> Dominated:
        """One that goes, with those that dominate it."""
        by = sorted(np.flatnonzero(self.sure[:, row]), key=lambda other: bool(self.sure[:, other].any()))
        first = int(by[0])  # one that stands: whatever dominates a dominator dominates what it does
        pairs = zip(self.wanted, self.values[first], self.values[row], strict=True)
        better = tuple(f"{each.said(value)} against {each.bare(less)}" for each, value, less in pairs if value != less)
        more = f" (and {len(by) - 1} more)" if len(by) > 1 else ""
        text = f"{self.records[first]['name']}{more} is no worse in anything and better in {listed(better)}"
        ids = tuple(self.records[each]["artifact_id"] for each in by)
        return Dominated(self.records[row]["artifact_id"], self.records[row]["name"], ids, text)

    def _reasons(self, row: int, best: tuple[str, ...], rivals: np.ndarray) -> list[Reason]:
        values = Reason("values", ", ".join(each.said(value) for each, value in self._cells(row)))
        unknown = np.isnan(self.values[row])
        if unknown.all():
            return [Reason("open", "stays only because nothing of this is known of it"), values]
        gaps = listed(tuple(each.name for each, gap in zip(self.wanted, unknown, strict=True) if gap))
        if len(rivals):
            names = listed(tuple(str(self.records[each]["name"]) for each in rivals))
            text = f"stays only because its {gaps} is not known: in the rest no worse, and somewhere better: {names}"
            open_one = [Reason("open", text)]
        else:
            open_one = [Reason("open", f"its {gaps} is not known, and decides nothing")] if gaps else []
        if best:
            return [Reason("best", f"best of these: {listed(best)}"), values, *open_one]
        between = [] if gaps else [Reason("between", "best in none, but none is as good in all of it")]
        return [*between, values, *open_one]

    def _cells(self, row: int) -> list[tuple[Criterion, float]]:
        return list(zip(self.wanted, self.values[row].tolist(), strict=True))


def _one_type(counted: Counter[str]) -> None:
    if not counted:
        raise QuestionError("no artifacts: name some of one type, or ask by a query.")
    if len(counted) > 1:
        there = ", ".join(f"{count} {kind}" for kind, count in sorted(counted.items()))
        raise QuestionError(f"several types ({there}): unlike things are not ranked against each other; name one type.")


def _note(items: Sequence[Standing], asked: int, kind: str, silent: Sequence[str]) -> str:
    said = f"{len(items)} of {asked} of the type {kind} {'is' if len(items) == 1 else 'are'} not dominated."
    open_ones = sum(not item.proven for item in items)
    if open_ones:
        said += f" {open_ones} of these only because something is not known."
    if silent:
        said += f" Nothing is known of their {listed(tuple(silent))}, so it decides nothing."
    return said
