"""This or that, and why? First how the two stand to one another; a winner only where the evidence carries one."""

from __future__ import annotations

from dataclasses import dataclass

from matchgraph.answers.align import Alignment
from matchgraph.answers.audit import audit
from matchgraph.answers.chances import Chances
from matchgraph.answers.findings import Finding
from matchgraph.answers.need import Need
from matchgraph.answers.record import Record, words_of_name
from matchgraph.answers.relation import COMPARABLE, Relation, hedge
from matchgraph.answers.sentences import Sentence, said, signal_gaps
from matchgraph.answers.values import Answer
from matchgraph.answers.wording import a, cut, percent, upwards
from matchgraph.catalogue.licenses import spelt
from matchgraph.ranking.weights import SIGNALS
from matchgraph.snapshot.snapshot import Snapshot

_OPENINGS = {
    Relation.SUBSTITUTE: ("same job", "same job in other ways"),
    Relation.COVERS: ("covers",),
    Relation.COVERED_BY: ("covered by",),
    Relation.COMPLEMENT: ("complement",),
    Relation.OVERLAPS: ("overlap",),
    Relation.UNRELATED: ("unrelated",),
}
_SHOWN = 100  # characters of a text beside another


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
    low: float  # 90% interval of the rank
    high: float
    evidence: str  # none, low, medium or high: how much of the rank rests on observed facts
    coverage: float
    signals: dict[str, float | None]  # 0 to 1; None where the signal does not apply to the type
    known: dict[str, float | None]  # the share of each signal that rests on observed facts
    capabilities: int
    times_matched: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said of the two; `winner` is None where the evidence does not carry one."""

    relation: Relation
    same_job: float  # the chance that people would call it the same job
    winner: str | None
    margin: float | None  # points of rank, where the ranks compare
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, repr=False)
class Comparison(Answer):
    """Two artifacts side by side."""

    left: Side
    right: Side
    alignment: Alignment
    chances: Chances
    need: Need | None
    findings: tuple[Finding, ...]  # what their texts say that does not stand together, or without evidence
    verdict: Verdict

    def lines(self) -> list[str]:
        """The comparison as text."""
        rows = [("", self.left.name, self.right.name)]
        rows += [(words_of_name(name), cell(self.left, name), cell(self.right, name)) for name in ROWS]
        wide = [max(len(row[column]) for row in rows) for column in range(3)]
        told = ["  ".join(text.ljust(width) for text, width in zip(row, wide, strict=True)).rstrip() for row in rows]
        told += ["", *map(str, self.verdict.sentences)]
        for part in self.need.parts if self.need else ():
            told.append(f"  need {part.text}: {part.left} / {part.right}")
        for pair in self.alignment.shared:
            told.append(f"  both: {pair.left.name} / {pair.right.name} (cosine {pair.cosine:.2f})")
            told += [f"      {cut(ability.description, _SHOWN)}" for ability in (pair.left, pair.right)]
        for side, only in ((self.left, self.alignment.only_left), (self.right, self.alignment.only_right)):
            told += [f"  only {side.name}: {ability.name}" for ability in only]
        return told + [f"  to be doubted: {finding.sentence}" for finding in self.findings]


ROWS = ("type", "maker", "license", "pricing", "rank", "evidence", *SIGNALS, "capabilities", "times_matched")


def compare(record: Record, *, force: bool = False) -> Comparison:
    """Both sides, their aligned capabilities and what may be said of them; `force` asks for the score line anyway."""
    sides = _side(record.snapshot, record, record.left), _side(record.snapshot, record, record.right)
    margin = record.gap if record.comparable else None
    verdict = Verdict(record.relation, record.same_job, record.leader, margin, _sentences(record, sides, force))
    findings = audit(record.snapshot, [record.left, record.right])
    return Comparison(*sides, record.alignment, record.chances, record.need, findings, verdict)


def cell(side: Side, name: str) -> str:
    """One cell of the table; a signal has a value only where some fact of it was observed."""
    if name in SIGNALS:
        value = side.signals[name]
        if value is None:
            return "does not apply"
        return f"{value:.2f}" if side.known[name] else "not known"
    if name == "rank":
        return f"{side.rank:.1f} ({side.low:.0f}-{side.high:.0f})"
    value = getattr(side, name)
    if value is None:
        return "not stated"
    return spelt(value) if name == "license" else str(value)


def _side(snapshot: Snapshot, record: Record, artifact_id: str) -> Side:
    place = snapshot.catalogue.place[artifact_id]
    columns = ["artifact_id", "name", "type", "maker", "license", "pricing"]
    row, ranked = snapshot.catalogue.artifacts.slice(place, 1).select(columns).to_pylist()[0], record.rows[artifact_id]
    return Side(
        **row,
        **{name: ranked[name] for name in ("rank", "low", "high", "evidence", "coverage")},
        signals={signal: ranked[signal] for signal in SIGNALS},
        known={signal: ranked[f"{signal}_coverage"] for signal in SIGNALS},
        capabilities=int(snapshot.catalogue.offsets[place + 1] - snapshot.catalogue.offsets[place]),
        times_matched=record.matched.get(artifact_id, 0),
    )


def _sentences(record: Record, sides: tuple[Side, Side], force: bool) -> tuple[Sentence, ...]:
    """Everything that may be said, in the order of reading; each is only said if it holds."""
    left, right = record.names[record.left], record.names[record.right]
    met, met_back = (round(share * side.capabilities) for share, side in zip(_met(record), sides, strict=True))
    counts = {"met": met, "of": sides[0].capabilities, "met_back": met_back, "of_back": sides[1].capabilities}
    told: tuple[Sentence, ...] = ()
    doubt = {"hedge": hedge(record.same_job)} if record.relation is Relation.UNRELATED else {}
    for claim in _OPENINGS[record.relation]:
        told += said(record, claim, left=left, right=right, **counts, **doubt)
    told += said(record, "chance of the same job", chance=percent(record.same_job))
    if record.relation not in COMPARABLE:
        told += said(
            record,
            "jobs",
            left=left,
            right=right,
            left_jobs=record.jobs(record.left),
            right_jobs=record.jobs(record.right),
        )
    for source, kind, target in record.declared:
        told += said(
            record, "declares", source=record.names[source], kind=words_of_name(kind), target=record.names[target]
        )
    told += _order(record) if record.comparable else _no_order(record, sides, force)
    told += _fit(record)
    told += said(record, "never chosen")
    counts = {"left_count": sides[0].times_matched, "right_count": sides[1].times_matched}
    return told + said(record, "chosen", left=left, right=right, **counts)


def _met(record: Record) -> tuple[float, float]:
    return record.alignment.left_met, record.alignment.right_met


def _order(record: Record) -> tuple[Sentence, ...]:
    """Which one ranks higher, on what, and whether other weights would turn it."""
    first, second = (record.left, record.right) if record.gap >= 0 else (record.right, record.left)
    one, other = record.names[first], record.names[second]
    ranks = {"high": f"{record.rows[first]['rank']:.1f}", "low": f"{record.rows[second]['rank']:.1f}"}
    chance = percent(record.chance_above(first))
    told = said(record, "ranks higher", winner=one, other=other, chance=chance, **ranks)
    told += said(record, "too close", left=one, right=other, chance=chance, **ranks)
    gaps = signal_gaps(record, first)
    largest = max(gaps, key=lambda name: gaps[name])
    told += said(record, "largest part", winner=one, signal=words_of_name(largest), points=f"{gaps[largest]:.1f}")
    for each in (first, second):
        told += said(record, "leads", side=record.names[each], signals=record.ahead_on(each))
    told += said(record, "level")
    told += said(record, "not known", signals=record.silent())
    return told + _robustness(record, first)


def _robustness(record: Record, first: str) -> tuple[Sentence, ...]:
    share, flip = record.chances.robust, record.chances.flip
    if share is None:
        return ()
    ahead = percent(share if first == record.left else 1 - share)
    told = said(record, "robust", winner=record.names[first], share=ahead)
    if flip is None:
        return told + said(record, "never flips")
    return told + said(
        record,
        "flips",
        moved=upwards(flip.moved),
        taken_from=tuple(map(words_of_name, flip.taken_from)),
        given_to=words_of_name(flip.given_to),
    )


def _fit(record: Record) -> tuple[Sentence, ...]:
    """Which one fits the need, and whether that turns the order."""
    if record.need is None:
        return ()
    told: tuple[Sentence, ...] = ()
    for side, each in (("left", record.left), ("right", record.right)):
        met, of = record.need.met_by(side), len(record.need.parts)
        told += said(record, "meets", side=record.names[each], met=len(met), of=of, parts=met)
        told += said(record, "meets none", side=record.names[each])
    told += said(record, "fits as well")
    if record.need.better is None:
        return told
    better, other = (record.left, record.right) if record.need.better == "left" else (record.right, record.left)
    told += said(record, "fits better", winner=record.names[better], parts=record.need.only(record.need.better))
    return told + said(record, "need turns", leader=record.names[other])


def _no_order(record: Record, sides: tuple[Side, Side], force: bool) -> tuple[Sentence, ...]:
    """Why there is no winner; and the two scores where somebody insists."""
    left, right = record.names[record.left], record.names[record.right]
    told: tuple[Sentence, ...] = ()
    if sides[0].type != sides[1].type:
        told += said(
            record, "unlike types", left=left, right=right, left_type=a(sides[0].type), right_type=a(sides[1].type)
        )
    else:
        told += said(record, "no rivals", hedge=hedge(record.same_job)) + said(record, "no choice")
    if force:
        told += said(record, "forced", left=left, right=right, high=f"{sides[0].rank:.1f}", low=f"{sides[1].rank:.1f}")
    return told
