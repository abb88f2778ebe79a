"""Whether the parts of a snapshot belong together: as many rows as there are things, and names that name something."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.records import ArtifactType
from matchgraph.errors import SnapshotError
from matchgraph.ranking.measures import KINDS
from matchgraph.ranking.reference import Reference
from matchgraph.ranking.weights import SIGNALS, Weights
from matchgraph.searches.learned import Learned
from matchgraph.snapshot.fits import places_in, rises
from matchgraph.snapshot.manifest import Manifest
from matchgraph.vectors.lookup import Lookup
from matchgraph.vectors.words import Words

if TYPE_CHECKING:
    from matchgraph.snapshot.snapshot import Snapshot


def refuse_unfit(snapshot: Snapshot, manifest: Manifest) -> None:
    """Raise unless all parts are of the same artifacts, capabilities and vectors."""
    for fault in _faults(snapshot, manifest):
        raise SnapshotError(f"{manifest.version} is no whole snapshot: {fault}; rebuild it from its catalogue.")


def _faults(snapshot: Snapshot, manifest: Manifest) -> Iterator[str]:
    """What does not fit, the first first; each looks only at what those before found to fit."""
    for part, form in _SAID.items():
        if not _is(getattr(manifest, part), form):
            yield f"its manifest does not say its {part}"
    catalogue, scale = snapshot.catalogue, snapshot.scale
    artifacts = len(catalogue)
    yield from _of_catalogue(catalogue)
    rows, dim = snapshot.vectors.grid.shape
    jobs = pc.sum(pc.list_value_length(catalogue.artifacts["job"])).as_py() or 0
    if rows != catalogue.capabilities.num_rows + artifacts + jobs + catalogue.remarks.num_rows or not dim:
        yield f"vectors.npy holds {rows:,} rows of {dim}, which are not those of its texts"
    if not rises(scale.chance) or not rises(snapshot.chance.cosines):
        yield "what is alike by chance is not sorted"
    if min(scale.cover[1], scale.words[1]) <= 0:
        yield "its parameters are no usual likeness"
    yield from _of_names(snapshot)
    yield from _of_words(snapshot.words, "words.parquet")
    yield from _of_reference(snapshot.reference)
    yield from _of_weights(snapshot.weights)
    yield from _of_learned(snapshot.learned, artifacts, dim)
    if snapshot.places is not None and snapshot.places.shape != (artifacts, 2):
        yield "map.npy is not of these artifacts"
    if snapshot.lookup is not None:
        yield from _of_lookup(snapshot.lookup, rows, dim)


def _is(value: Any, form: Any) -> bool:
    """Whether what JSON says has that form."""
    if isinstance(form, dict):
        return isinstance(value, dict) and all(key in value and _is(value[key], each) for key, each in form.items())
    if isinstance(form, list):
        return isinstance(value, list) and all(_is(each, form[0]) for each in value)
    return bool(form(value))


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _number(value: Any) -> bool:
    return type(value) in (int, float) and isfinite(value)


def _count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**53


_TRIAL = {
    **dict.fromkeys(("part", "setting"), _text),
    **dict.fromkeys(("gain", "low", "high"), _number),
    "hidden": lambda change: change is None or _number(change),
    "accepted": lambda flag: isinstance(flag, bool),
}
_SAID = {
    "encoder": {"name": _text, "digest": _text},
    "counts": lambda counts: all(map(_count, counts.values())),
    "parameters": {
        "search_floor": _number,
        "cover": lambda both: len(both) == 2 and all(map(_number, both)),
        "words": lambda both: len(both) == 2 and all(map(_number, both)),
        "search": {"hits": _count, "fitted": _text, "why": _text, "trials": [_TRIAL]},
    },
}


def _of_catalogue(catalogue: Catalogue) -> Iterator[str]:
    ids = _ids(catalogue)
    if not _rising(ids):
        yield "artifacts.parquet does not hold every artifact once, in order"
    for name in ("capabilities", "remarks"):
        if places_in(getattr(catalogue, name)["artifact_id"], ids) is None:
            yield f"{name}.parquet does not follow the artifacts"
    if not np.diff(catalogue.offsets).all():
        yield "capabilities.parquet has none for some artifact"
    for text in pc.unique(catalogue.artifacts["pricing_detail"]).to_pylist():
        if not isinstance(json.loads(text), dict):
            yield "artifacts.parquet states a price that is none"


def _of_names(snapshot: Snapshot) -> Iterator[str]:
    """Whether what other tables name is in the catalogue."""
    ids = _ids(snapshot.catalogue)
    for name, table in (("query_kinds", snapshot.asked), ("evidence", snapshot.heard)):
        # To look up a single id takes as long as to make all of them keys.
        if table.num_rows and pc.index_in(table["artifact_id"], value_set=ids).null_count:
            yield f"{name}.parquet names what is not in the catalogue"


def _of_words(words: Words, name: str) -> Iterator[str]:
    if not _rising(words.place.words) or not words.weights.has_canonical_format:
        yield f"{name} does not hold every word once, in order, with its artifacts in order"


def _of_reference(reference: Reference) -> Iterator[str]:
    for name, pool in reference.pools.items():
        if pool.amounts.shape != pool.weights.shape or not rises(pool.amounts):
            yield f"reference.parquet holds no pool {name!r}"


def _of_weights(weights: Weights) -> Iterator[str]:
    tables = [
        ("signals", weights.signals, tuple(ArtifactType), SIGNALS),
        ("measures", weights.measures, SIGNALS, KINDS),
    ]
    for name, stated, wanted, among in tables:
        if not set(wanted) <= set(stated) or not all(_are_shares(shares, among) for shares in stated.values()):
            yield f"its {name} have no weights that say how much each counts"
    if not all(set(SIGNALS) <= set(shares) for shares in weights.signals.values()):
        yield "its weights lack a signal"


def _are_shares(shares: Any, among: Any) -> bool:
    return set(shares) <= set(among) and all(type(each) in (int, float) and 0 <= each <= 1 for each in shares.values())


def _of_learned(learned: Learned, artifacts: int, dim: int) -> Iterator[str]:
    if learned.adapter is not None and learned.adapter.shape != (dim, dim):
        yield "search_adapter.npy is not for these vectors"
    if learned.hubs is not None and learned.hubs.shape != (artifacts,):
        yield "search_hubs.npy is not of these artifacts"
    if learned.memory is not None:
        hits = learned.memory.hits
        if hits.grid.shape[1] != dim or not len(hits.grid) or not np.diff(hits.weights.indptr).all():
            yield "past_queries.npy is not of past_searches.parquet"
        if not 0 < learned.memory.kappa < float("inf"):
            yield "its parameters are no memory"
        yield from _of_words(learned.memory.words, "past_words.parquet")


def _of_lookup(lookup: Lookup, rows: int, dim: int) -> Iterator[str]:
    cells, starts = lookup.cells, lookup.cells.starts
    if not _count(lookup.depth):
        yield "its parameters do not say how many cells are looked into"
    if cells.centres.shape[1] != dim or len(starts) != len(cells) + 1 or not rises(starts):
        yield "cell_starts.npy is not of these cells"
    if starts[0] != 0 or starts[-1] != rows or not np.array_equal(np.sort(cells.rows), np.arange(rows)):
        yield "cell_rows.npy does not hold every row once"


def _rising(texts: pa.StringArray) -> bool:
    """Whether each text comes after the one before."""
    return bool(pc.all(pc.less(texts[:-1], texts[1:]), min_count=0).as_py())


def _ids(catalogue: Catalogue) -> pa.Array:
    return catalogue.artifacts["artifact_id"].combine_chunks()
