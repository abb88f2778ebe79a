"""What a page shows of an artifact in one place among others: its name, what it is, and how it ranks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from matchgraph.catalogue.licenses import spelt
from matchgraph.graph.graph import LIKENESS
from matchgraph.snapshot.snapshot import Snapshot

_FACETS = ["artifact_id", "name", "type", "maker", "license", "pricing", "description"]
_RANKED = ["rank", "low", "high", "evidence", "tie_group"]


@dataclass(frozen=True, slots=True)
class Card:
    """One artifact, as lists show it."""

    artifact_id: str
    name: str
    type: str
    maker: str | None
    license: str | None
    pricing: str
    description: str
    rank: float
    low: float  # 90% interval of the rank
    high: float
    evidence: str
    tie_group: int


def cards(snapshot: Snapshot, ids: Iterable[str]) -> dict[str, Card]:
    """A card for each, by id."""
    return {artifact_id: card(snapshot, snapshot.catalogue.place[artifact_id]) for artifact_id in ids}


def card(snapshot: Snapshot, place: int) -> Card:
    """The card of the artifact at that place; the ranking stands in the catalogue's order."""
    facets = snapshot.catalogue.artifacts.slice(place, 1).select(_FACETS).to_pylist()[0]
    facets["license"] = facets["license"] and spelt(facets["license"])
    return Card(**facets, **snapshot.ranking.table.slice(place, 1).select(_RANKED).to_pylist()[0])


def counted_types(snapshot: Snapshot) -> dict[str, int]:
    """How many artifacts there are of each type, the most first."""
    counts = pc.value_counts(snapshot.catalogue.artifacts["type"]).to_pylist()
    return {row["values"]: row["counts"] for row in sorted(counts, key=lambda row: (-row["counts"], row["values"]))}


def best_of(snapshot: Snapshot, type: str) -> np.ndarray:
    """The places of a type's artifacts, the highest rank first."""
    table = snapshot.ranking.table
    places = np.flatnonzero(pc.equal(table["type"], type).to_numpy())
    ranks = table["rank"].to_numpy()[places]
    return places[np.lexsort((places, -ranks))]


def starting_points(snapshot: Snapshot, most: int = 6) -> list[str]:
    """What one may search for here: the jobs that most artifacts state, else their tags, else what the best can do."""
    for column in ("job", "tags"):
        said = Counter(word for stated in snapshot.catalogue.texts(column) for word in stated)
        if said:
            return sorted(said, key=lambda word: (-said[word], word))[:most]
    best = np.argsort(-snapshot.ranking.table["rank"].to_numpy(), kind="stable")[:most]
    names = snapshot.catalogue.capabilities["name"]
    return list(dict.fromkeys(names[int(snapshot.catalogue.offsets[place])].as_py() for place in best.tolist()))


def strongest_pairs(snapshot: Snapshot, most: int = 6) -> list[tuple[Card, Card]]:
    """The pairs that are most alike, each artifact once, of different makers."""
    edges = snapshot.graph.edges
    alike = edges.filter(pc.equal(edges["kind"], LIKENESS)).sort_by([("weight", "descending")])
    found: list[tuple[Card, Card]] = []
    taken: set[str] = set()
    for row in alike.slice(0, 200).select(["source", "target"]).to_pylist():
        if len(found) < most and taken.isdisjoint(row.values()):
            left, right = (card(snapshot, snapshot.catalogue.place[row[end]]) for end in ("source", "target"))
            if left.type == right.type and left.maker != right.maker:
                found.append((left, right))
                taken |= set(row.values())
    return found
