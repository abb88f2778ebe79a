"""Why does it stand where it stands? Every line of the rank, every edge, with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import pyarrow.compute as pc

from matchgraph.answers.align import Ability, ability
from matchgraph.answers.audit import audit
from matchgraph.answers.findings import Finding
from matchgraph.answers.job_tags import JobTag
from matchgraph.answers.values import Answer
from matchgraph.catalogue.once.merge import Merged, mergers
from matchgraph.ranking.measures import Status
from matchgraph.ranking.rank import CLIPPED
from matchgraph.ranking.weights import SIGNALS
from matchgraph.snapshot.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Line:
    """One part of the rank."""

    signal: str
    measure: str
    points: float  # below zero where something is taken off again
    most: float  # the points it could give
    value: float  # 0 to 1: a percentile, a check, or what stands in for what is missing
    status: str  # observed, missing, suspect or clipped
    raw: str | None
    source: str | None
    observed_at: str | None

    def __str__(self) -> str:
        what = f"{self.signal.replace('_', ' ')}: {self.measure.replace('_', ' ')}"
        return f"{self.points:5.1f} of {self.most:4.1f}  {what}: {self.found()}"

    def found(self) -> str:
        """What the points rest on, in words."""
        if self.status == Status.MISSING:
            return f"not known, counts as {self.value:.2f}"
        if self.status == CLIPPED:
            return "suspect or not borne out by what others do, so counted for less"
        where = [part for part in (self.source, self.observed_at) if part]
        where += ["suspect"] if self.status == Status.SUSPECT else []
        seen = f"{self.raw} ({', '.join(where)})" if where else self.raw
        return f"{seen}, counts as {self.value:.2f}"


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge of the match graph, seen from the artifact."""

    kind: str
    other: str
    weight: float
    evidence: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """A kind of query for which it was chosen."""

    text: str | None  # None where too few people asked it for their words to be shown
    share: float  # of what was chosen for queries of this kind
    queries: int  # wordings that are of this kind


@dataclass(frozen=True, slots=True)
class Heard:
    """What searches say of it, each weighed by age, place and trust."""

    chosen: float  # weight of its choices
    effective: float  # choices of equal weight that would say as much
    impressions: float  # times it is likely to have been looked at
    wishes: tuple[Wish, ...]  # the largest share first

    def lines(self) -> list[str]:
        """The account as text."""
        if not self.chosen and not self.impressions:
            return []
        said = f"as evidence {self.chosen:.1f}, worth {self.effective:.1f} equal choices"
        said += f"; looked at about {self.impressions:.1f} times" if self.impressions else ""
        told = [f"  {wish.share:.0%} of what was chosen for: {wish.text}" for wish in self.wishes if wish.text]
        silent = sum(wish.text is None for wish in self.wishes)
        kinds = "1 kind" if silent == 1 else f"{silent:,} kinds"
        untold = [f"  and for {kinds} of query that too few people asked to show their words"] if silent else []
        return [said, *told, *untold]


@dataclass(frozen=True, repr=False)
class Explanation(Answer):
    """One artifact: what it is, what its rank is the sum of, what joins it to others."""

    artifact_id: str
    name: str
    type: str
    description: str
    rank: float
    low: float  # 90% interval of the rank
    high: float
    evidence: str  # none, low, medium or high: how much of the rank rests on observed facts
    coverage: float
    tie_group: int  # 1 holds the best of the type; who is in one group cannot be told apart
    tied_with: int  # how many others are in it
    signals: dict[str, float | None]
    rank_lines: tuple[Line, ...]  # their points add up to the rank
    times_matched: int
    voices: int  # how many voices those choices are, as the snapshot counted them
    heard: Heard
    edges: tuple[Edge, ...]
    capabilities: tuple[Ability, ...]
    findings: tuple[Finding, ...]  # what its texts say that does not stand together, or without evidence
    jobs: tuple[JobTag, ...]  # what it is for, and who says so
    merged: tuple[Merged, ...]  # other ids that it stands for, and rows of its own that contradict it
    family: tuple[str, ...]  # its other versions and sizes, by id

    def lines(self) -> list[str]:
        """The explanation as text."""
        said = [f"{self.name} [{self.artifact_id}, {self.type}]", self.description]
        said += [f"for: {'; '.join(map(str, self.jobs))}"] if self.jobs else []
        said += [f"also {each}" for each in self.merged]
        said += [f"other versions and sizes: {', '.join(self.family)}"] if self.family else []
        said.append("")
        said.append(f"rank {self.rank:.1f} of 100 (90% interval {self.low:.1f} to {self.high:.1f}); {self.standing()}:")
        said += [f"  {line}" for line in self.rank_lines]
        said += ["", self.chosen(), *self.heard.lines(), "", "capabilities:"]
        for each in self.capabilities:
            said.append(f"  {each.name}: {each.description}")
            said += [f"      stated by the source: {claim}" for claim in (each.unique, each.vs_alternatives) if claim]
        said += ["", "edges:", *(f"  {edge_words(edge)}" for edge in self.edges)]
        if self.findings:
            said += ["", "to be doubted:", *(f"  {finding.sentence}" for finding in self.findings)]
        return said

    def chosen(self) -> str:
        """How often it was chosen, in words."""
        return f"chosen in {self.times_matched:,} real search{'' if self.times_matched == 1 else 'es'}"

    def standing(self) -> str:
        """How much the rank rests on, and with whom it is tied, in words."""
        others = f"tied with {self.tied_with} others" if self.tied_with > 1 else "tied with 1 other"
        alone = "told apart from all others" if not self.tied_with else others
        return (
            f"evidence {self.evidence}, {self.coverage:.0%} of the weight is observed; "
            f"group {self.tie_group} of its type, {alone}"
        )


def explain(snapshot: Snapshot, artifact_id: str, matched: int, jobs: tuple[JobTag, ...]) -> Explanation:
    """Everything the snapshot knows of one artifact; `matched` counts its choices up to now."""
    catalogue, place = snapshot.catalogue, snapshot.catalogue.place[artifact_id]
    columns = ["artifact_id", "name", "type", "description"]
    ranked = snapshot.ranking.of(artifact_id)
    parts = [each.name for each in fields(Line)]
    table = snapshot.ranking.table
    tied = pc.and_(pc.equal(table["type"], ranked["type"]), pc.equal(table["tie_group"], ranked["tie_group"]))
    edges = [_edge(row, artifact_id) for row in snapshot.graph.of(artifact_id)]
    return Explanation(
        **catalogue.artifacts.slice(place, 1).select(columns).to_pylist()[0],
        **{part: ranked[part] for part in ("rank", "low", "high", "evidence", "coverage", "tie_group", "voices")},
        tied_with=int(pc.sum(tied).as_py()) - 1,
        signals={signal: ranked[signal] for signal in SIGNALS},
        rank_lines=tuple(Line(*(row[part] for part in parts)) for row in snapshot.ranking.lines_of(artifact_id)),
        times_matched=matched,
        heard=_heard(snapshot, artifact_id),
        edges=tuple(sorted(edges, key=lambda edge: (edge.kind, -edge.weight, edge.other))),
        capabilities=tuple(ability(snapshot, row) for row in range(*catalogue.offsets[place : place + 2])),
        findings=audit(snapshot, [artifact_id]),
        jobs=jobs,
        merged=mergers(catalogue.artifact(place)),
        family=snapshot.graph.family(artifact_id),
    )


def _heard(snapshot: Snapshot, artifact_id: str) -> Heard:
    rows = snapshot.heard.filter(pc.equal(snapshot.heard["artifact_id"], artifact_id)).to_pylist()
    said = rows[0] if rows else {"chosen": 0.0, "effective": 0.0, "impressions": 0.0}
    asked = snapshot.asked.filter(pc.equal(snapshot.asked["artifact_id"], artifact_id)).to_pylist()
    wishes = (Wish(row["text"], row["share"], row["queries"]) for row in asked)
    ordered = sorted(wishes, key=lambda wish: (-wish.share, wish.text or ""))
    return Heard(said["chosen"], said["effective"], said["impressions"], tuple(ordered))


def _edge(row: dict[str, Any], artifact_id: str) -> Edge:
    source, target = row.pop("source"), row.pop("target")
    kind = row.pop("kind")
    row["from_here"] = source == artifact_id
    return Edge(kind, target if source == artifact_id else source, row.pop("weight"), row)


def edge_words(edge: Edge) -> str:
    """An edge as a line, seen from the artifact."""
    weak = ", weak: kept because one of the two has no better" if edge.evidence.get("weak") else ""
    if "likeness" in edge.evidence:
        alike = f"{edge.evidence['likeness']:.2f}"
        return f"{edge.kind} {edge.other}: {alike} ({edge.evidence['chance']:.2%} of chance pairs{weak})"
    if "searches" in edge.evidence:
        queries = edge.evidence["queries"]
        shared = "1 same kind" if queries == 1 else f"{queries} same kinds"
        return f"{edge.kind} {edge.other}: {edge.weight:.2f}, chosen for {shared} of query{weak}"
    return f"{edge.kind.replace('_', ' ')} {'' if edge.evidence['from_here'] else '(by) '}{edge.other}"
