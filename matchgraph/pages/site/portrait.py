"""Everything that the page of one artifact shows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from matchgraph.answers.explain import Edge, Explanation, Line
from matchgraph.answers.recommend import RecommendAnswer
from matchgraph.answers.similar import SimilarAnswer
from matchgraph.catalogue.origin import Origin, origins, stated_facts
from matchgraph.catalogue.records import Artifact, Fact
from matchgraph.engine import MatchGraph
from matchgraph.graph.graph import CHOICE, LIKENESS, NAMED_RIVAL, UNDECLARED, VARIANT_OF
from matchgraph.pages.site.cards import Card, card, cards
from matchgraph.pages.site.history import Drawing, Standing, drawn, history, told_of
from matchgraph.ranking.weights import SIGNALS

_MOST = 40  # edges of one kind told
_FORWARD = {
    "trained_on": "Trained on",
    "derived_from": "Derived from",
    "requires": "Requires",
    "plugin_of": "Plugin of",
    "evaluated_on": "Evaluated on",
    "served_by": "Served by",
    "integrates_with": "Integrates with",
    NAMED_RIVAL: "Its maker names as a rival",
    LIKENESS: "Much alike",
    CHOICE: "Chosen for the same searches",
}
_FAMILY = "Other versions and sizes"
_BACKWARD = {
    "trained_on": "Was used to train",
    "derived_from": "Is the origin of",
    "requires": "Is required by",
    "plugin_of": "Has the plugin",
    "evaluated_on": "Was used to evaluate",
    "served_by": "Serves",
    "integrates_with": "Integrates with",
    NAMED_RIVAL: "Named as a rival by the maker of",
}


@dataclass(frozen=True, slots=True)
class Tie:
    """One artifact that this one is joined to; `known` is None for a target that is not in the catalogue."""

    artifact_id: str
    known: Card | None
    edge: Edge | None


@dataclass(frozen=True, slots=True)
class Portrait:
    """One artifact, with all that is known of it."""

    card: Card
    artifact: Artifact
    told: Explanation
    facts: dict[str, Fact]
    origins: list[Origin]  # the documents that its fields come from
    lines: dict[str, tuple[Line, ...]]  # by signal
    declared: dict[str, tuple[Tie, ...]]  # what it works with, by how
    undeclared: dict[str, tuple[Tie, ...]]
    instead: RecommendAnswer
    alike: SimilarAnswer
    seen: dict[str, Card]  # cards of the artifacts that are spoken of
    standings: tuple[Standing, ...]
    drawing: Drawing | None
    earlier: int  # snapshots before the live one of which its history may tell


def portrait(graph: MatchGraph, artifact_id: str) -> Portrait:
    """The artifact of that id."""
    snapshot, place = graph.snapshot, graph.snapshot.catalogue.place[artifact_id]
    told = graph.explain(artifact_id)
    artifact = snapshot.catalogue.artifact(place)
    instead, alike = graph.recommend(artifact_id, k=5), graph.similar(artifact_id, k=6)
    standings = history(graph.store, artifact_id, graph.manifest.version)
    declared, undeclared = _ties(graph, artifact, told)
    return Portrait(
        card(snapshot, place),
        artifact,
        told,
        stated_facts(artifact),
        origins(artifact),
        {signal: tuple(line for line in told.rank_lines if line.signal == signal) for signal in SIGNALS},
        declared,
        undeclared,
        instead,
        alike,
        cards(snapshot, [item.artifact_id for answer in (instead, alike) for item in answer]),
        standings,
        drawn(standings),
        sum(version != graph.manifest.version for version in told_of(graph.store, graph.manifest.version)),
    )


def _ties(
    graph: MatchGraph, artifact: Artifact, told: Explanation
) -> tuple[dict[str, tuple[Tie, ...]], dict[str, tuple[Tie, ...]]]:
    """What it is joined to, by how: declared links (also to what is not here), and the rest."""
    declared: dict[str, list[Tie]] = defaultdict(list)
    undeclared: dict[str, list[Tie]] = defaultdict(list)
    catalogue = graph.snapshot.catalogue
    for other in told.family:
        undeclared[_FAMILY].append(Tie(other, card(graph.snapshot, catalogue.place[other]), None))
    for edge in told.edges:
        if edge.kind == VARIANT_OF:
            continue  # told with the whole family
        forward = edge.evidence["from_here"] or edge.kind not in _BACKWARD
        words = (_FORWARD if forward else _BACKWARD)[edge.kind]
        side = undeclared if edge.kind in UNDECLARED else declared
        side[words].append(Tie(edge.other, card(graph.snapshot, catalogue.place[edge.other]), edge))
    for link in artifact.links:
        if link.target not in catalogue.place:
            declared[_FORWARD[link.kind]].append(Tie(link.target, None, None))
    return _told(declared), _told(undeclared)


def _told(ties: dict[str, list[Tie]]) -> dict[str, tuple[Tie, ...]]:
    return {words: tuple(each[:_MOST]) for words, each in ties.items()}
