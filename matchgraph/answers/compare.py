"""This or that, and why? First whether the two can be compared at all; a winner only where the ranks carry it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from matchgraph.answers.align import Alignment, align
from matchgraph.answers.values import Answer
from matchgraph.errors import QuestionError
from matchgraph.graph.graph import UNDECLARED
from matchgraph.ranking.weights import SIGNALS
from matchgraph.snapshot.snapshot import Snapshot

CLEAR = 3.0  # points of rank below which a difference decides nothing


class Relation(StrEnum):
    """How one artifact stands to another."""

    SUBSTITUTE = "substitute"  # each does at least half of what the other does
    COVERS = "covers"  # the left one does at least half of the right one's job, not the other way
    COVERED_BY = "covered by"
    COMPLEMENT = "complement"  # one declares that it uses the other
    OVERLAPS = "overlaps"  # some capability in common
    UNRELATED = "unrelated"


_COMPARABLE = (Relation.SUBSTITUTE, Relation.COVERS, Relation.COVERED_BY, Relation.OVERLAPS)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, as the table shows it."""

    artifact_id: str
    name: str
    type: str
    maker: str | None
    license: str | None
    pricing: str
    rank: float
    coverage: float  # share of the rank that rests on observed facts
    signals: dict[str, float | None]  # 0 to 1; None where the signal does not apply to the type
    known: dict[str, float | None]  # the share of each signal that rests on observed facts
    capabilities: int
    times_matched: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said of the two; `winner` is None where the evidence does not carry one."""

    relation: Relation
    winner: str | None
    margin: float | None  # points of rank, where the ranks compare
    sentences: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Comparison(Answer):
    """Two artifacts side by side."""

    left: Side
    right: Side
    alignment: Alignment
    links: tuple[str, ...]  # what one declares of the other
    verdict: Verdict

    def lines(self) -> list[str]:
        """The comparison as text."""
        rows = [("", self.left.name, self.right.name)]
        rows += [(name, _cell(self.left, name), _cell(self.right, name)) for name in _ROWS]
        wide = [max(len(row[column]) for row in rows) for column in range(3)]
        said = ["  ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)).rstrip() for row in rows]
        said += ["", *self.verdict.sentences]
        for pair in self.alignment.shared:
            said.append(f"  both: {pair.left.name} / {pair.right.name} (cosine {pair.cosine:.2f})")
        for side, only in ((self.left, self.alignment.only_left), (self.right, self.alignment.only_right)):
            said += [f"  only {side.name}: {ability.name}" for ability in only]
        return said


_ROWS = ("type", "maker", "license", "pricing", "rank", *SIGNALS, "capabilities", "times_matched")


def signal_words(side: Side, signal: str) -> str:
    """A signal as it is shown: a value only where some fact of it was observed."""
    value = side.signals[signal]
    if value is None:
        return "does not apply"
    return f"{value:.2f}" if side.known[signal] else "not known"


def compare(snapshot: Snapshot, left: str, right: str, matched: Mapping[str, int]) -> Comparison:
    """Both sides, their aligned capabilities and what follows; `matched` has the choices counted up to now."""
    if left == right:
        raise QuestionError(f"{left!r} is compared with itself: name two different artifacts.")
    places = snapshot.catalogue.place[left], snapshot.catalogue.place[right]
    sides = _side(snapshot, left, matched.get(left, 0)), _side(snapshot, right, matched.get(right, 0))
    alignment = align(snapshot, *places)
    links = tuple(_said(snapshot, edge) for edge in _declared(snapshot, left, right))
    return Comparison(*sides, alignment, links, _verdict(snapshot, *sides, alignment, links))


def _side(snapshot: Snapshot, artifact_id: str, matched: int) -> Side:
    place = snapshot.catalogue.place[artifact_id]
    columns = ["artifact_id", "name", "type", "maker", "license", "pricing"]
    record = snapshot.catalogue.artifacts.slice(place, 1).select(columns).to_pylist()[0]
    ranked = snapshot.ranking.of(artifact_id)
    return Side(
        **record,
        rank=ranked["rank"],
        coverage=ranked["coverage"],
        signals={signal: ranked[signal] for signal in SIGNALS},
        known={signal: ranked[f"{signal}_coverage"] for signal in SIGNALS},
        capabilities=int(snapshot.catalogue.offsets[place + 1] - snapshot.catalogue.offsets[place]),
        times_matched=matched,
    )


def _declared(snapshot: Snapshot, left: str, right: str) -> list[dict[str, Any]]:
    edges = snapshot.graph.of(left)
    return [e for e in edges if right in (e["source"], e["target"]) and e["kind"] not in UNDECLARED]


def _said(snapshot: Snapshot, edge: dict[str, Any]) -> str:
    names = snapshot.catalogue.texts("name")
    source, target = (names[snapshot.catalogue.place[edge[end]]] for end in ("source", "target"))
    return f"{source} states: {edge['kind'].replace('_', ' ')} {target}."


def _relation(alignment: Alignment, links: tuple[str, ...]) -> Relation:
    if alignment.left_met >= 0.5 and alignment.right_met >= 0.5:
        return Relation.SUBSTITUTE
    if links:
        return Relation.COMPLEMENT
    if alignment.right_met >= 0.5:
        return Relation.COVERS
    if alignment.left_met >= 0.5:
        return Relation.COVERED_BY
    return Relation.OVERLAPS if alignment.shared else Relation.UNRELATED


def _verdict(snapshot: Snapshot, left: Side, right: Side, alignment: Alignment, links: tuple[str, ...]) -> Verdict:
    relation = _relation(alignment, links)
    sentences = [_relation_sentence(relation, left, right, alignment), *links]
    if relation not in _COMPARABLE or left.type != right.type:
        sentences.append(_no_winner(relation, left, right))
        return Verdict(relation, None, None, (*sentences, _evidence(left, right)))
    gap = round(left.rank - right.rank, 1)
    winner, other = (left, right) if gap > 0 else (right, left)
    if abs(gap) < CLEAR:
        sentences.append(
            f"Too close to call: {left.name} ranks {left.rank:.1f} and {right.name} {right.rank:.1f} of 100."
        )
        return Verdict(relation, None, gap, (*sentences, _evidence(left, right)))
    lines = f"{winner.name} ranks higher, {winner.rank:.1f} against {other.rank:.1f} of 100"
    sentences.append(f"{lines}; the largest part of the gap is {_largest(snapshot, winner, other)}.")
    return Verdict(relation, winner.artifact_id, gap, (*sentences, _evidence(left, right)))


def _relation_sentence(relation: Relation, left: Side, right: Side, alignment: Alignment) -> str:
    met, met_back = round(alignment.left_met * left.capabilities), round(alignment.right_met * right.capabilities)
    counted = (
        f"{met} of {left.capabilities} capabilities of {left.name} have a counterpart in {right.name}, "
        f"{met_back} of {right.capabilities} the other way"
    )
    opening = {
        Relation.SUBSTITUTE: "They do much the same job",
        Relation.COVERS: f"{left.name} does at least half of what {right.name} does",
        Relation.COVERED_BY: f"{right.name} does at least half of what {left.name} does",
        Relation.COMPLEMENT: "They belong together rather than replace each other",
        Relation.OVERLAPS: "They overlap in part",
        Relation.UNRELATED: "They are not alternatives",
    }
    return f"{opening[relation]}: {counted}."


def _no_winner(relation: Relation, left: Side, right: Side) -> str:
    if left.type != right.type:
        kinds = f"{left.name} is {_article(left.type)} and {right.name} {_article(right.type)}"
        return f"No winner: {kinds}; ranks compare within a type."
    return f"No winner: {left.name} and {right.name} are {relation}, so their ranks answer different questions."


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _largest(snapshot: Snapshot, winner: Side, other: Side) -> str:
    """The signal whose points differ most in the winner's favour."""
    gaps: dict[str, float] = dict.fromkeys(SIGNALS, 0.0)
    for side, sign in ((winner, 1), (other, -1)):
        for line in snapshot.ranking.lines_of(side.artifact_id):
            gaps[line["signal"]] += sign * line["points"]
    signal = max(gaps, key=lambda name: gaps[name])
    return f"{signal.replace('_', ' ')} ({gaps[signal]:+.1f} points)"


def _evidence(left: Side, right: Side) -> str:
    if not left.times_matched and not right.times_matched:
        return "No real search has ended in either of them."
    return f"Real searches that ended in {left.name}: {left.times_matched}; in {right.name}: {right.times_matched}."


def _cell(side: Side, name: str) -> str:
    if name in SIGNALS:
        return signal_words(side, name)
    value = getattr(side, name)
    return "not stated" if value is None else f"{value:.1f}" if name == "rank" else str(value)
