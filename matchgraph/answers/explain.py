"""Why does it stand where it stands? Every line of the rank, every edge, with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matchgraph.answers.align import Ability, ability
from matchgraph.answers.values import Answer
from matchgraph.ranking.weights import SIGNALS
from matchgraph.snapshot.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Line:
    """One part of the rank."""

    signal: str
    measure: str
    points: float
    most: float  # the points it could give
    status: str  # observed, or missing: then a neutral value stands in
    raw: str | None
    source: str | None
    observed_at: str | None

    def __str__(self) -> str:
        what = f"{self.signal.replace('_', ' ')}: {self.measure.replace('_', ' ')}"
        where = ", ".join(part for part in (self.source, self.observed_at) if part)
        seen = f"{self.raw} ({where})" if where else self.raw
        return f"{self.points:5.1f} of {self.most:4.1f}  {what}: {seen if self.status == 'observed' else 'not known'}"


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge of the match graph, seen from the artifact."""

    kind: str
    other: str
    weight: float
    evidence: dict[str, Any]


@dataclass(frozen=True, repr=False)
class Explanation(Answer):
    """One artifact: what it is, what its rank is the sum of, what joins it to others."""

    artifact_id: str
    name: str
    type: str
    description: str
    rank: float
    coverage: float
    signals: dict[str, float | None]
    rank_lines: tuple[Line, ...]  # their points add up to the rank
    times_matched: int
    edges: tuple[Edge, ...]
    capabilities: tuple[Ability, ...]

    def lines(self) -> list[str]:
        """The explanation as text."""
        said = [f"{self.name} [{self.artifact_id}, {self.type}]", self.description, ""]
        said.append(f"rank {self.rank:.1f} of 100, {self.coverage:.0%} of it from observed facts:")
        said += [f"  {line}" for line in self.rank_lines]
        said += ["", f"chosen in {self.times_matched} real searches", "", "capabilities:"]
        said += [f"  {each.name}: {each.description}" for each in self.capabilities]
        said += ["", "edges:", *(f"  {edge_words(edge)}" for edge in self.edges)]
        return said


def explain(snapshot: Snapshot, artifact_id: str, matched: int) -> Explanation:
    """Everything the snapshot knows of one artifact; `matched` counts its choices up to now."""
    catalogue, place = snapshot.catalogue, snapshot.catalogue.place[artifact_id]
    columns = ["artifact_id", "name", "type", "description"]
    ranked = snapshot.ranking.of(artifact_id)
    parts = ("signal", "measure", "points", "most", "status", "raw", "source", "observed_at")
    edges = [_edge(row, artifact_id) for row in snapshot.graph.of(artifact_id)]
    return Explanation(
        **catalogue.artifacts.slice(place, 1).select(columns).to_pylist()[0],
        rank=ranked["rank"],
        coverage=ranked["coverage"],
        signals={signal: ranked[signal] for signal in SIGNALS},
        rank_lines=tuple(Line(*(row[part] for part in parts)) for row in snapshot.ranking.lines_of(artifact_id)),
        times_matched=matched,
        edges=tuple(sorted(edges, key=lambda edge: (edge.kind, -edge.weight, edge.other))),
        capabilities=tuple(ability(snapshot, row) for row in range(*catalogue.offsets[place : place + 2])),
    )


def _edge(row: dict[str, Any], artifact_id: str) -> Edge:
    source, target = row.pop("source"), row.pop("target")
    kind = row.pop("kind")
    row["from_here"] = source == artifact_id
    return Edge(kind, target if source == artifact_id else source, row.pop("weight"), row)


def edge_words(edge: Edge) -> str:
    """An edge as a line, seen from the artifact."""
    if "chance" in edge.evidence:
        weak = ", weak: kept because one of the two has no better" if edge.evidence["weak"] else ""
        alike = f"{edge.evidence['likeness']:.2f}"
        return f"{edge.kind} {edge.other}: {alike} ({edge.evidence['chance']:.2%} of chance pairs{weak})"
    if "searches" in edge.evidence:
        return f"{edge.kind} {edge.other}: chosen for {edge.evidence['queries']} same queries"
    return f"{edge.kind.replace('_', ' ')} {'' if edge.evidence['from_here'] else '(by) '}{edge.other}"
