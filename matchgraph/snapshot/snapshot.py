"""One state of everything that answers are made from, and how it becomes files and comes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from matchgraph.catalogue.catalogue import REMARKS, Catalogue, nothing_of
from matchgraph.catalogue.columns import numbers_in
from matchgraph.errors import SnapshotError
from matchgraph.graph.chance import Chance
from matchgraph.graph.graph import Graph
from matchgraph.graph.likeness import Scale
from matchgraph.ranking.lines import SCHEMA, Lines
from matchgraph.ranking.rank import Ranking
from matchgraph.ranking.reference import Reference, reference_in
from matchgraph.ranking.weights import Weights
from matchgraph.searches.learned import Learned
from matchgraph.searches.memory import Hits, Memory
from matchgraph.snapshot.files import Files, only, packed_array, packed_parts, packed_table, part_in, spans_in
from matchgraph.snapshot.fits import array_of, table_of
from matchgraph.snapshot.later import edges_of, lines_of, ranks_of, stated_of
from matchgraph.snapshot.manifest import Manifest
from matchgraph.snapshot.whole import refuse_unfit
from matchgraph.vectors.cells import Cells
from matchgraph.vectors.lookup import Lookup
from matchgraph.vectors.vectors import Vectors
from matchgraph.vectors.words import Vocabulary, Words

_MAP, _REMARKS = "map.npy", "remarks.parquet"
_READERS = 2  # tables at a time
_LARGE = ("artifacts", "capabilities", "words", "usual_likeness")
_STATED = ("facts.parquet", "links.parquet")
_UNFIT = (LookupError, ValueError, TypeError, AttributeError, OverflowError, RecursionError, pa.ArrowException)


@dataclass(frozen=True, eq=False, slots=True)
class Snapshot:
    """Everything that answers are made from; nothing in it changes."""

    catalogue: Catalogue
    vectors: Vectors
    words: Words
    scale: Scale
    chance: Chance
    graph: Graph
    ranking: Ranking
    reference: Reference  # what ranks are compared against
    weights: Weights
    floor: float  # the search score that nonsense reaches
    learned: Learned  # what search has learned from choices
    asked: pa.Table  # kinds of query, and what was chosen for each
    heard: pa.Table  # how often each artifact was chosen and looked at, as weighed evidence
    places: np.ndarray | None = None  # float32 (artifacts, 2), on the map; snapshots before 0.3 have none
    lookup: Lookup | None = None  # where there are so many rows that search looks into some cells only


def packed(snapshot: Snapshot) -> dict[str, bytes]:
    """The snapshot as files; the same snapshot gives the same bytes."""
    catalogue, scale, words = snapshot.catalogue, snapshot.scale, snapshot.words
    usual = pa.table({"artifact_id": catalogue.ids, "mean": scale.mean, "spread": scale.spread})
    return {
        "artifacts.parquet": packed_table(catalogue.artifacts),
        "capabilities.parquet": packed_table(catalogue.capabilities),
        "facts.parquet": packed_table(catalogue.facts),
        "links.parquet": packed_table(catalogue.links),
        "vectors.npy": packed_array(snapshot.vectors.grid),
        "words.parquet": packed_table(words_table(words)),
        "usual_likeness.parquet": packed_table(usual),
        "chance_likeness.npy": packed_array(scale.chance),
        "chance_cosines.npy": packed_array(snapshot.chance.cosines),
        "edges.parquet": packed_table(snapshot.graph.edges),
        "ranking.parquet": packed_table(snapshot.ranking.table),
        "rank_lines.parquet": packed_parts(SCHEMA, snapshot.ranking.parts.parts()),
        "reference.parquet": packed_table(snapshot.reference.table()),
        "query_kinds.parquet": packed_table(snapshot.asked),
        "evidence.parquet": packed_table(snapshot.heard),
        **({_REMARKS: packed_table(catalogue.remarks)} if len(catalogue.remarks) else {}),
        **learned_files(snapshot.learned),
        **({} if snapshot.places is None else {_MAP: packed_array(snapshot.places)}),
        **lookup_files(snapshot.lookup),
    }


def parameters_of(snapshot: Snapshot) -> dict[str, Any]:
    """The few numbers of a snapshot that are kept in its manifest."""
    return {
        "search_floor": snapshot.floor,
        "search": snapshot.learned.report,
        "cover": list(snapshot.scale.cover),
        "words": list(snapshot.scale.words),
        "same_ability_cosine": snapshot.chance.same_ability,
        "reference": snapshot.reference.reference_id,
        "weights": asdict(snapshot.weights),
        "cells_looked_into": snapshot.lookup.depth if snapshot.lookup else 0,
    }


def unpacked(manifest: Manifest, files: Files) -> Snapshot:
    """The snapshot of files that have been checked."""
    try:
        snapshot = _unpacked(manifest, files)
        refuse_unfit(snapshot, manifest)
    except _UNFIT as error:  # each is what the manifest says, and yet together they are no snapshot
        raise SnapshotError(
            f"{manifest.version} is no whole snapshot ({type(error).__name__}: {error}): rebuild it from its catalogue."
        ) from error
    return snapshot


def _unpacked(manifest: Manifest, files: Files) -> Snapshot:
    with ThreadPoolExecutor(_READERS) as pool:
        tables = pool.map(lambda name: table_of(files, f"{name}.parquet"), _LARGE)
        artifacts, capabilities, words, usual = tables
    ids = artifacts["artifact_id"].combine_chunks()
    remarks = table_of(files, _REMARKS) if _REMARKS in files else nothing_of(REMARKS)
    catalogue = Catalogue(artifacts, capabilities, partial(stated_of, only(files, *_STATED), ids), remarks)
    if not usual["artifact_id"].equals(artifacts["artifact_id"]):
        raise ValueError("usual_likeness.parquet is not of these artifacts")
    numbers = manifest.parameters
    weights = Weights(**numbers["weights"])
    scale = Scale(
        (numbers["cover"][0], numbers["cover"][1]),
        (numbers["words"][0], numbers["words"][1]),
        numbers_in(usual["mean"]),
        numbers_in(usual["spread"]),
        array_of(files, "chance_likeness.npy"),
    )
    ranks = cache(partial(ranks_of, only(files, "ranking.parquet"), artifacts))
    return Snapshot(
        catalogue,
        Vectors(array_of(files, "vectors.npy"), manifest.encoder["name"], manifest.encoder["digest"]),
        words_in_table(words, len(catalogue), len(catalogue)),
        scale,
        Chance(array_of(files, "chance_cosines.npy")),
        Graph(partial(edges_of, only(files, "edges.parquet"), ids)),
        Ranking(ranks, lines_of(lines_in(files), ranks, weights, ids)),
        reference_in(table_of(files, "reference.parquet")),
        weights,
        numbers["search_floor"],
        learned_in(files, numbers["search"], len(catalogue)),
        table_of(files, "query_kinds.parquet"),
        table_of(files, "evidence.parquet"),
        array_of(files, _MAP) if _MAP in files else None,
        lookup_in(files, numbers.get("cells_looked_into", 0)),
    )


def lines_in(files: Files) -> Lines:
    """What adds up to ranks, read part by part when it is asked for."""
    name = "rank_lines.parquet"
    held = only(files, name)
    return Lines(partial(spans_in, held, name), partial(part_in, held, name))


def lookup_files(lookup: Lookup | None) -> dict[str, bytes]:
    """One file for the centres of the cells, one for their rows and one for where these begin, where there are any."""
    if lookup is None:
        return {}
    cells = lookup.cells
    parts = {"centres": cells.centres, "rows": cells.rows, "starts": cells.starts}
    return {f"cell_{name}.npy": packed_array(array) for name, array in parts.items()}


def lookup_in(files: Files, depth: int) -> Lookup | None:
    """What checked files hold of it."""
    if not depth:
        return None
    return Lookup(Cells(*(array_of(files, f"cell_{name}.npy") for name in ("centres", "rows", "starts"))), depth)


def learned_files(learned: Learned) -> dict[str, bytes]:
    """One file for the adapter, one for the hubs and three for the memory, where there are any."""
    arrays = {"search_adapter.npy": learned.adapter, "search_hubs.npy": learned.hubs}
    files = {name: packed_array(array) for name, array in arrays.items() if array is not None}
    if learned.memory is not None:
        hits = sp.coo_matrix(learned.memory.hits.weights)
        searches = learned.memory.hits.searches.data
        table = pa.table({"query": hits.row, "artifact": hits.col, "weight": hits.data, "searches": searches})
        files["past_searches.parquet"] = packed_table(table)
        files["past_queries.npy"] = packed_array(learned.memory.hits.grid)
        files["past_words.parquet"] = packed_table(words_table(learned.memory.words))
    return files


def learned_in(files: Files, report: dict[str, Any], artifacts: int) -> Learned:
    """What checked files hold of it."""
    adapter, hubs = (
        array_of(files, name) if name in files else None for name in ("search_adapter.npy", "search_hubs.npy")
    )
    if "past_queries.npy" not in files:
        return Learned(adapter, hubs, None, report)
    table, grid = table_of(files, "past_searches.parquet"), array_of(files, "past_queries.npy")
    cells = numbers_in(table["query"]), numbers_in(table["artifact"])
    shape = (len(grid), artifacts)
    weights, searches = (sp.csr_matrix((numbers_in(table[each]), cells), shape) for each in ("weight", "searches"))
    words = words_in_table(table_of(files, "past_words.parquet"), artifacts, len(grid))
    return Learned(adapter, hubs, Memory(Hits(grid, weights, searches), words, report["kappa"]), report)


def words_table(words: Words) -> pa.Table:
    """One row a word: its rarity, the places of the artifacts that say it, and its weight in each."""
    offsets = pa.array(words.weights.indptr, pa.int32())
    return pa.table(
        {
            "word": list(words.place),
            "rarity": words.rarity,
            "artifacts": pa.ListArray.from_arrays(offsets, pa.array(words.weights.indices)),
            "weights": pa.ListArray.from_arrays(offsets, pa.array(words.weights.data)),
        }
    )


def words_in_table(table: pa.Table, artifacts: int, documents: int) -> Words:
    """The words of such a table."""
    lists = table["artifacts"].combine_chunks()
    indptr = numbers_in(lists.offsets)
    data = numbers_in(table["weights"].combine_chunks().values)
    shape = (artifacts, table.num_rows)
    if not lists.offsets.equals(table["weights"].combine_chunks().offsets):
        raise ValueError("a word is said by other artifacts than it weighs in")
    weights = sp.csc_matrix((data, numbers_in(lists.values), indptr), shape)
    weights.check_format()  # a place beyond the last would be read and written all the same
    return Words(weights, Vocabulary(table["word"].combine_chunks()), numbers_in(table["rarity"]), documents)
