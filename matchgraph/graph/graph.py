"""The match graph: artifacts joined by likeness, choices, declared links, named rivals and families, never mixed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.once.variants import variants
from matchgraph.graph.neighbours import Neighbours
from matchgraph.graph.rivals import named_rivals
from matchgraph.searches.projection import CoChoice, Pair, backbone
from matchgraph.searches.searches import Searches

LIKENESS, CHOICE, NAMED_RIVAL, VARIANT_OF = "likeness", "choice", "named_rival", "variant_of"
UNDECLARED = frozenset({LIKENESS, CHOICE, NAMED_RIVAL, VARIANT_OF})  # every other kind is declared

EDGES = pa.schema(
    [("source", pa.string()), ("target", pa.string()), ("kind", pa.string()), ("weight", pa.float64())]
    + [(name, pa.float64()) for name in ("likeness", "cover", "covered", "words", "chance", "cosine")]
    + [("weak", pa.bool_()), ("source_capability", pa.string()), ("target_capability", pa.string())]
    + [("searches", pa.int64()), ("queries", pa.int64()), ("span", pa.string())]
)
_HINT = 0.1  # what a rival's name in a maker's claim weighs beside a declared link, and what two names alike do


@dataclass(frozen=True, eq=False)
class Graph:
    """Edges keyed by (source, target, kind), in that order; likeness and choice stand once, source < target."""

    read: Callable[[], pa.Table]

    @cached_property
    def edges(self) -> pa.Table:
        """Every edge; those of a snapshot are read when they are first asked for, and search asks for none."""
        return self.read()

    def of(self, artifact_id: str, kind: str | None = None) -> list[dict[str, Any]]:
        """The edges that touch one artifact, the evidence of each with it."""
        touches = pc.or_(pc.equal(self.edges["source"], artifact_id), pc.equal(self.edges["target"], artifact_id))
        if kind is not None:
            touches = pc.and_(touches, pc.equal(self.edges["kind"], kind))
        return [said(row) for row in self.edges.filter(touches).to_pylist()]

    def family(self, artifact_id: str) -> tuple[str, ...]:
        """The other versions and sizes of an artifact, by id."""
        own = self.of(artifact_id, VARIANT_OF)
        heads = {str(edge["target"]) for edge in own}
        edges = [edge for head in sorted(heads) for edge in self.of(head, VARIANT_OF)]
        return tuple(sorted({str(edge[end]) for edge in edges for end in ("source", "target")} - {artifact_id}))

    def counts(self) -> dict[str, int]:
        """How many edges there are of each kind."""
        counted = self.edges.group_by("kind").aggregate([("kind", "count")]).to_pylist()
        return dict(sorted((row["kind"], row["kind_count"]) for row in counted))


def link(catalogue: Catalogue, likeness: Neighbours, searches: Searches, joined: Mapping[Pair, CoChoice]) -> Graph:
    """The graph of everything that joins two artifacts of the catalogue; `joined` are those chosen for the same."""
    choices = _choices(catalogue, searches, joined)
    tables = (_likeness(catalogue, likeness), choices, _declared(catalogue), _rivals(catalogue), _variants(catalogue))
    edges = pa.concat_tables(tables).sort_by([(name, "ascending") for name in ("source", "target", "kind")])
    return Graph(edges.combine_chunks)


def said(row: dict[str, Any]) -> dict[str, Any]:
    """The row without what it does not say."""
    return {name: value for name, value in row.items() if value is not None}


def _likeness(catalogue: Catalogue, likeness: Neighbours) -> pa.Table:
    ids = pa.array(catalogue.ids, pa.string())
    capability_ids = catalogue.capabilities["capability_id"]
    return _table(
        len(likeness),
        source=ids.take(pa.array(likeness.left)),
        target=ids.take(pa.array(likeness.right)),
        kind=pa.array([LIKENESS] * len(likeness), pa.string()),
        weight=np.maximum(likeness.likeness, 0.0),  # a weak edge may be less than usual, and no walk less than none
        likeness=likeness.likeness,
        source_capability=capability_ids.take(pa.array(likeness.left_capability)).combine_chunks(),
        target_capability=capability_ids.take(pa.array(likeness.right_capability)).combine_chunks(),
        **{name: getattr(likeness, name) for name in ("cover", "covered", "words", "chance", "cosine", "weak")},
    )


def _choices(catalogue: Catalogue, searches: Searches, joined: Mapping[Pair, CoChoice]) -> pa.Table:
    """The backbone of what was chosen together; an artifact with nothing in it keeps its heaviest, as weak."""
    known = {pair: found for pair, found in joined.items() if set(pair) <= catalogue.place.keys()}
    kept = backbone(known)
    counts = searches.together()
    return _table(
        len(kept),
        source=[source for source, _ in kept],
        target=[target for _, target in kept],
        kind=[CHOICE] * len(kept),
        weight=[known[pair].weight for pair in kept],
        chance=[known[pair].chance for pair in kept],
        weak=list(kept.values()),
        queries=[counts[pair][0] for pair in kept],
        searches=[counts[pair][1] for pair in kept],
    )


def _declared(catalogue: Catalogue) -> pa.Table:
    """Declared links between artifacts that are both here; others stay in the catalogue's own table."""
    links: Iterable[dict[str, str]] = catalogue.links.to_pylist()
    rows = [row for row in links if row["target"] in catalogue.place and row["target"] != row["artifact_id"]]
    return _table(
        len(rows),
        source=[row["artifact_id"] for row in rows],
        target=[row["target"] for row in rows],
        kind=[row["kind"] for row in rows],
        weight=np.ones(len(rows)),
    )


def _rivals(catalogue: Catalogue) -> pa.Table:
    """Rivals named in `vs_alternatives`, from the one that names to the one that is named, with the words."""
    rows = named_rivals(catalogue)
    source, target, capability_id, span = zip(*rows, strict=True) if rows else ((), (), (), ())
    return _table(
        len(rows),
        source=source,
        target=target,
        kind=[NAMED_RIVAL] * len(rows),
        weight=np.full(len(rows), _HINT),
        source_capability=capability_id,
        span=span,
    )


def _variants(catalogue: Catalogue) -> pa.Table:
    """Versions and sizes, from each to the plainest of its family, with what tells the two apart."""
    found = variants(catalogue)
    return _table(
        len(found),
        source=[each.artifact_id for each in found],
        target=[each.of for each in found],
        kind=[VARIANT_OF] * len(found),
        weight=np.full(len(found), _HINT),
        span=[each.reason for each in found],
    )


def _table(rows: int, **columns: Any) -> pa.Table:
    """A table of edges from the columns that this kind has."""
    filled = [pa.array(columns[f.name], f.type) if f.name in columns else pa.nulls(rows, f.type) for f in EDGES]
    return pa.Table.from_arrays(filled, schema=EDGES)
