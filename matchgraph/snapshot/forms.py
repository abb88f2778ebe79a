"""How what the stages of a rebuild make becomes files that the next rebuild finds, and comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from matchgraph.graph.chance import Chance
from matchgraph.graph.graph import Graph
from matchgraph.graph.likeness import Scale
from matchgraph.graph.neighbours import Neighbours
from matchgraph.ranking.lines import SCHEMA
from matchgraph.ranking.rank import Ranking
from matchgraph.ranking.reference import Reference, reference_in
from matchgraph.searches.learned import Learned
from matchgraph.snapshot.files import array_in, packed_array, packed_parts, packed_table, table_in
from matchgraph.snapshot.snapshot import (
    learned_files,
    learned_in,
    lines_in,
    lookup_files,
    lookup_in,
    words_in_table,
    words_table,
)
from matchgraph.snapshot.stages import Form
from matchgraph.vectors.lookup import Lookup
from matchgraph.vectors.recall import Looked
from matchgraph.vectors.words import Words

_OF_ARTIFACTS = ("best_cover", "copies")  # the arrays of `Neighbours` that hold one number an artifact


@dataclass(frozen=True, eq=False, slots=True)
class Alike:
    """What the stage of likeness makes."""

    scale: Scale
    near: Neighbours
    chance: Chance
    looked: Looked  # how the neighbours were looked for


@dataclass(frozen=True, eq=False, slots=True)
class Ranked:
    """What the stage of ranking makes."""

    reference: Reference
    ranking: Ranking


def words_form(artifacts: int) -> Form[Words]:
    """The form of the words of so many artifacts."""
    return Form(
        lambda words: {"words.parquet": packed_table(words_table(words))},
        lambda files: words_in_table(table_in(files, "words.parquet"), artifacts, artifacts),
    )


def learned_form(artifacts: int) -> Form[Learned]:
    """The form of what was learned about so many artifacts."""
    return Form(
        lambda learned: learned_files(learned) | {"said.json": _packed_json(learned.report)},
        lambda files: learned_in(files, _json_in(files, "said.json"), artifacts),
    )


def _packed_alike(alike: Alike) -> dict[str, bytes]:
    scale, near = alike.scale, alike.near
    edges = {part.name: getattr(near, part.name) for part in fields(near) if part.name not in _OF_ARTIFACTS}
    return {
        "usual.parquet": packed_table(pa.table({"mean": scale.mean, "spread": scale.spread})),
        "chance_likeness.npy": packed_array(scale.chance),
        "chance_cosines.npy": packed_array(alike.chance.cosines),
        "near.parquet": packed_table(pa.table(edges)),
        **{f"{name}.npy": packed_array(getattr(near, name)) for name in _OF_ARTIFACTS},
        "said.json": _packed_json({"cover": scale.cover, "words": scale.words, "looked": asdict(alike.looked)}),
    }


def _alike_in(files: Mapping[str, bytes]) -> Alike:
    said, usual, edges = (
        _json_in(files, "said.json"),
        table_in(files, "usual.parquet"),
        table_in(files, "near.parquet"),
    )
    columns = {name: np.asarray(edges[name].to_numpy()) for name in edges.column_names}
    chance = array_in(files, "chance_likeness.npy")
    cover, words = ((float(said[name][0]), float(said[name][1])) for name in ("cover", "words"))
    return Alike(
        Scale(cover, words, usual["mean"].to_numpy(), usual["spread"].to_numpy(), chance),
        Neighbours(**columns, **{name: array_in(files, f"{name}.npy") for name in _OF_ARTIFACTS}),
        Chance(array_in(files, "chance_cosines.npy")),
        Looked(**said["looked"]),
    )


def _packed_ranked(ranked: Ranked) -> dict[str, bytes]:
    return {
        "reference.parquet": packed_table(ranked.reference.table()),
        "ranking.parquet": packed_table(ranked.ranking.table),
        "rank_lines.parquet": packed_parts(SCHEMA, ranked.ranking.parts.parts()),
    }


def _ranked_in(files: Mapping[str, bytes]) -> Ranked:
    table = table_in(files, "ranking.parquet")
    ranking = Ranking(lambda: table, lines_in(files))
    return Ranked(reference_in(table_in(files, "reference.parquet")), ranking)


def _packed_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _json_in(files: Mapping[str, bytes], name: str) -> Any:
    return json.loads(files[name])


def _packed_lookup(found: tuple[Lookup | None, Looked]) -> dict[str, bytes]:
    lookup, looked = found
    said = {"depth": lookup.depth if lookup else 0, "looked": asdict(looked)}
    return {**lookup_files(lookup), "said.json": _packed_json(said)}


def _lookup_in(files: Mapping[str, bytes]) -> tuple[Lookup | None, Looked]:
    said = _json_in(files, "said.json")
    return lookup_in(files, said["depth"]), Looked(**said["looked"])


LOOKUP = Form(_packed_lookup, _lookup_in)
ALIKE = Form(_packed_alike, _alike_in)
RANKED = Form(_packed_ranked, _ranked_in)
GRAPH: Form[Graph] = Form(
    lambda graph: {"edges.parquet": packed_table(graph.edges)},
    lambda files: Graph(partial(table_in, files, "edges.parquet")),
)
PLACES: Form[np.ndarray] = Form(
    lambda places: {"map.npy": packed_array(places)}, lambda files: array_in(files, "map.npy")
)
FLOOR: Form[float] = Form(
    lambda floor: {"floor.json": _packed_json(floor)},
    lambda files: float(_json_in(files, "floor.json")),
)
