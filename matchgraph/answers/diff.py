"""Why did ranks move between two snapshots? By cause, adding up to the difference.

The old state is turned into the new one step by step, and what a step moves is put down to it: first the reference
that amounts are compared with, then the weights, then what the graph says, what searches say, and last the artifact's
own facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from matchgraph.answers.values import Listing
from matchgraph.ranking.measures import KINDS, Cause, Measure, Status, blank
from matchgraph.ranking.rank import CLIPPED, rounded, shares_of
from matchgraph.ranking.reference import Reference
from matchgraph.ranking.values import values_of
from matchgraph.ranking.weights import Weights
from matchgraph.snapshot.snapshot import Snapshot

_CELL = ("amount", "pool", "status", "voices")

CAUSES = ("reference", "weights", Cause.GRAPH.value, Cause.SEARCHES.value, Cause.FACTS.value)


@dataclass(frozen=True, slots=True)
class Move:
    """One artifact whose rank moved."""

    artifact_id: str
    name: str
    before: float
    after: float
    change: float
    causes: dict[str, float]  # points by cause; they add up to the change
    reasons: tuple[str, ...]  # what is stated otherwise now


@dataclass(frozen=True, repr=False)
class Diff(Listing[Move]):
    """The artifacts whose rank moved, the furthest first; and who came and went."""

    before: str
    after: str
    moved: int
    same: int  # artifacts whose rank did not move
    added: tuple[str, ...] = field(default=())
    removed: tuple[str, ...] = field(default=())

    def lines(self) -> list[str]:
        """The diff as text."""
        said = [f"{self.before} -> {self.after}: {self.moved} ranks moved, {self.same} did not"]
        for word, ids in (("new", self.added), ("gone", self.removed)):
            if ids:
                more = f" and {len(ids) - 10} more" if len(ids) > 10 else ""
                said.append(f"{word}: {', '.join(ids[:10])}{more}")
        for move in self:
            parts = ", ".join(f"{points:+.1f} {cause}" for cause, points in move.causes.items() if points)
            said.append(f"  {move.name} [{move.artifact_id}] {move.before:.1f} -> {move.after:.1f}: {parts}")
            said += [f"      {reason}" for reason in move.reasons]
        return [*said, *([self.note] if self.note else [])]


def diff(old: Snapshot, new: Snapshot, versions: tuple[str, str]) -> Diff:
    """What moved between two snapshots."""
    ids = sorted(set(old.catalogue.ids) & set(new.catalogue.ids))
    after = _State.of(new, ids)
    before = _State.of(old, ids).completed(after, old.weights)
    parts = _steps(before, after, old, new)
    ranks = [np.array([row[each] for each in ids]) for row in (_ranks(old), _ranks(new))]
    change = np.round(10 * (ranks[1] - ranks[0])) if ids else np.zeros(0)
    tenths = rounded(parts, change) if ids else np.zeros((0, len(CAUSES)))
    names = dict(zip(new.catalogue.ids, new.catalogue.texts("name"), strict=True))
    moved = [place for place in np.argsort(-np.abs(change), kind="stable").tolist() if tenths[place].any()]
    moves = tuple(
        Move(
            ids[place],
            names[ids[place]],
            float(ranks[0][place]),
            float(ranks[1][place]),
            float(change[place] / 10),
            dict(zip(CAUSES, (tenths[place] / 10).tolist(), strict=True)),
            tuple(_reasons(before, after, place)),
        )
        for place in moved
    )
    added, removed = (sorted(set(one.catalogue.ids) - set(ids)) for one in (new, old))
    return Diff(moves, None, *versions, len(moves), len(ids) - len(moves), tuple(added), tuple(removed))


@dataclass(frozen=True, eq=False, slots=True)
class _State:
    """What some artifacts' ranks are made from."""

    types: list[str]
    measures: list[Measure]  # in the order of `KINDS`

    @classmethod
    def of(cls, snapshot: Snapshot, ids: Sequence[str]) -> _State:
        """As the lines of the snapshot's ranking tell it."""
        types = [str(snapshot.catalogue.texts("type")[snapshot.catalogue.place[each]]) for each in ids]
        place = {artifact_id: at for at, artifact_id in enumerate(ids)}
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in snapshot.ranking.lines.to_pylist():
            if row["artifact_id"] in place and row["status"] != CLIPPED:
                rows[row["measure"]].append(row)
        return cls(types, [_measure(name, rows[name], place, types) for name in KINDS])

    def completed(self, other: _State, weights: Weights) -> _State:
        """The same with what these weights left out, and so no line tells, as the other state has it."""
        measures = []
        for held, there in zip(self.measures, other.measures, strict=True):
            signal = weights.signal_of.get(held.name)
            counts = [signal is not None and bool(weights.signals[each][signal]) for each in self.types]
            counted = np.array(counts) & (signal is not None and weights.measures[signal][held.name] > 0)
            parts = {part: np.where(counted, getattr(held, part), getattr(there, part)) for part in _CELL}
            raw = [mine if own else other for mine, other, own in zip(held.raw, there.raw, counted, strict=True)]
            measures.append(replace(held, raw=raw, **parts))
        return _State(self.types, measures)


def _measure(name: str, rows: list[dict[str, Any]], place: dict[str, int], types: list[str]) -> Measure:
    """One measure as lines tell it; what has no line does not apply."""
    made = blank(name, [name] * len(types), Status.NOT_APPLICABLE)
    for row in rows:
        at = place[row["artifact_id"]]
        made.amount[at] = np.nan if row["amount"] is None else row["amount"]
        made.pool[at], made.status[at], made.voices[at] = row["pool"], Status(row["status"]), row["voices"]
        made.raw[at] = row["raw"]
    return made


def _steps(before: _State, after: _State, old: Snapshot, new: Snapshot) -> np.ndarray:
    """Points that each step moves: (artifacts, causes)."""
    measures, types = list(before.measures), before.types
    levels = [
        _points(measures, types, old.reference, old.weights),
        _points(measures, types, new.reference, old.weights),
        _points(measures, types, new.reference, new.weights),
    ]
    for cause in (Cause.GRAPH, Cause.SEARCHES, Cause.FACTS):
        measures = [
            now if now.kind.cause is cause else held for held, now in zip(measures, after.measures, strict=True)
        ]
        types = after.types if cause is Cause.FACTS else types
        levels.append(_points(measures, types, new.reference, new.weights))
    return np.diff(np.stack(levels, axis=1), axis=1)


def _points(measures: Sequence[Measure], types: Sequence[str], reference: Reference, weights: Weights) -> np.ndarray:
    values = values_of(measures, types, reference)
    shares = shares_of(weights, types, values.status, values.names)
    return np.asarray(100 * (shares * values.counted).sum(axis=1))


def _ranks(snapshot: Snapshot) -> dict[str, float]:
    table = snapshot.ranking.table
    return dict(zip(table["artifact_id"].to_pylist(), table["rank"].to_pylist(), strict=True))


def _reasons(before: _State, after: _State, place: int) -> list[str]:
    said = []
    for held, now in zip(before.measures, after.measures, strict=True):
        was, now_is = held.raw[place] or "not known", now.raw[place] or "not known"
        if was != now_is:
            said.append(f"{held.name.replace('_', ' ')}: {was} -> {now_is}")
    return said
