"""The map: every artifact's place, what it is joined to, and what regions are about."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc

from matchgraph.engine import MatchGraph
from matchgraph.errors import SnapshotError
from matchgraph.graph.graph import NAMED_RIVAL
from matchgraph.graph.plane import plane_of
from matchgraph.pages.site.plain import clipped
from matchgraph.pages.site.slugs import slug
from matchgraph.snapshot.files import array_in, packed_array
from matchgraph.snapshot.snapshot import Snapshot
from matchgraph.vectors.texts import texts_of

_EDITION = 1  # of the way that maps are drawn: what is kept of another is drawn anew
_SCALE = 10_000  # places are sent as whole numbers
_NAME = 60  # characters of a name on the map
_REGIONS = 48
_APART = 0.1  # between the names of two regions
_SPREAD = 0.12  # of a region's artifacts around its middle, half of them


# Nineteen colours are no help: types that are chosen between share one.
FAMILIES = {
    "models": ("model", "fine-tune"),
    "data": ("dataset", "benchmark"),
    "code": ("repository", "package", "framework", "cli"),
    "for agents": ("mcp-server", "agent", "extension", "skill"),
    "services": ("api", "product", "platform", "app"),
    "texts": ("prompt", "template", "workflow"),
}


@dataclass(frozen=True, slots=True)
class Region:
    """A word that artifacts in one part of the map have in common."""

    text: str
    x: float
    y: float
    artifacts: int


def places_of(graph: MatchGraph) -> np.ndarray:
    """Every artifact's place on the plane: drawn once a snapshot, and kept in the store's cache where it can be."""
    kept = graph.store.cache / "maps" / f"{graph.manifest.digest[:32]}-{_EDITION}.npy"
    if kept.is_file():
        try:
            found = array_in({kept.name: kept.read_bytes()}, kept.name)
            if found.shape == (len(graph), 2):
                return found
        except (SnapshotError, OSError):  # damaged, or just deleted: drawn anew below
            pass
    places = drawn(graph.snapshot)
    _keep(kept, packed_array(places))
    return places


def drawn(snapshot: Snapshot) -> np.ndarray:
    """Every artifact's place on the plane."""
    texts = texts_of(snapshot.catalogue)
    wholes = snapshot.vectors.grid[texts.capabilities : texts.capabilities + texts.wholes]
    return plane_of(wholes, _joined(snapshot)[0])


def map_data(graph: MatchGraph) -> bytes:
    """What the map in the browser is drawn from, as JSON: columns of nodes, pairs of edges, regions."""
    snapshot, places = graph.snapshot, places_of(graph)
    types = snapshot.catalogue.texts("type")
    kinds = sorted(set(types))
    joined, edge_kinds = _joined(snapshot)
    told: dict[str, Any] = {
        "version": graph.manifest.version,
        "scale": _SCALE,
        "types": kinds,
        "families": list(FAMILIES),
        "family": [list(FAMILIES).index(_family(kind)) for kind in kinds],
        "x": np.rint(places[:, 0] * _SCALE).astype(int).tolist(),
        "y": np.rint(places[:, 1] * _SCALE).astype(int).tolist(),
        "rank": np.rint(snapshot.ranking.table["rank"].to_numpy()).astype(int).tolist(),
        "type": [kinds.index(each) for each in types],
        "name": [clipped(name, _NAME) for name in snapshot.catalogue.texts("name")],
        "slug": [slug(artifact_id) for artifact_id in snapshot.catalogue.ids],
        "kinds": sorted(set(edge_kinds)),
        "edges": joined.ravel().tolist(),
        "regions": [[each.text, each.x, each.y, each.artifacts] for each in regions(snapshot, places)],
    }
    told["kind"] = [told["kinds"].index(kind) for kind in edge_kinds]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def regions(snapshot: Snapshot, places: np.ndarray) -> tuple[Region, ...]:
    """The jobs, or where none are stated the tags, whose artifacts lie together: the largest first, none on another."""
    jobs, tags = snapshot.catalogue.texts("job"), snapshot.catalogue.texts("tags")
    stated = jobs if any(jobs) else tags
    least = max(2, round(len(places) ** 0.5 / 6))
    among: dict[str, list[int]] = defaultdict(list)
    for place, words in enumerate(stated):
        for word in words:
            among[word].append(place)
    found: list[Region] = []
    for word, inside in sorted(among.items(), key=lambda each: (-len(each[1]), each[0])):
        middle = np.median(places[inside], axis=0)
        spread = float(np.median(np.abs(places[inside] - middle).max(axis=1)))
        clear = all(max(abs(middle[0] - each.x), abs(middle[1] - each.y)) > _APART for each in found)
        if len(inside) >= least and spread <= _SPREAD and clear and len(found) < _REGIONS:
            found.append(Region(clipped(word, 30), round(float(middle[0]), 4), round(float(middle[1]), 4), len(inside)))
    return tuple(found)


def _family(type: str) -> str:
    return next(family for family, types in FAMILIES.items() if type in types)


def _joined(snapshot: Snapshot) -> tuple[np.ndarray, list[str]]:
    """The pairs of places that the match graph joins, and how; what makers only say of rivals is left out."""
    edges = snapshot.graph.edges.filter(pc.not_equal(snapshot.graph.edges["kind"], NAMED_RIVAL))
    place = snapshot.catalogue.place
    ends = [[place[artifact_id] for artifact_id in edges[end].to_pylist()] for end in ("source", "target")]
    return np.array(ends, np.int64).reshape(2, -1).T, edges["kind"].to_pylist()


def _keep(path: Path, content: bytes) -> None:
    """Write the file whole; a store that cannot be written to draws its map again each time."""
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.rename(path)
    except OSError:
        return
