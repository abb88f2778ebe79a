"""Whether parts that are each readable make one snapshot: what a column or an array holds, and what it points to.

Digests tell that files are as they were written, not that whoever wrote them meant well. What does not fit is refused
when it is opened, or when a question first asks for it (`later.py`), so that none answers from the wrong row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matchgraph.catalogue.catalogue import ARTIFACTS, CAPABILITIES, FACTS, LINKS, REMARKS
from matchgraph.catalogue.columns import begins_in, indices_of, numbers_in
from matchgraph.catalogue.records import ArtifactType, FactStatus, LinkKind, Pricing
from matchgraph.errors import SnapshotError
from matchgraph.graph.graph import CHOICE, EDGES, LIKENESS, NAMED_RIVAL, VARIANT_OF
from matchgraph.ranking.lines import SCHEMA as LINES
from matchgraph.ranking.measures import Status
from matchgraph.ranking.rank import CLIPPED, RANKING
from matchgraph.ranking.reference import POOLS
from matchgraph.ranking.weights import SIGNALS
from matchgraph.searches.projection import WISHES
from matchgraph.snapshot.files import Files, array_in, table_in

Range = tuple[float, float]

_MOST = 1e12  # sums and squares of such numbers are numbers still
_ANY: Range = (-_MOST, _MOST)
_STATED: Range = (float(np.finfo(float).min), float(np.finfo(float).max))  # what a source may state of an artifact
_SHARE: Range = (0, 1 + 1e-6)
_COUNT: Range = (0, 2**53)
_ABOVE_ZERO: Range = (1e-300, _MOST)
_KINDS = tuple(each.value for each in LinkKind)


@dataclass(frozen=True, slots=True)
class Table:
    """What a table has to be; numbers are finite in any case."""

    columns: pa.Schema
    unstated: tuple[str, ...] = ()  # columns that need not say something in every row
    among: Mapping[str, Iterable[str]] = field(default_factory=dict)  # the texts that a column may hold
    long: Mapping[str, Range] = field(default_factory=dict)  # how long its texts may be
    within: Mapping[str, Range] = field(default_factory=dict)  # where its numbers may lie
    needs: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)  # what rows of a kind have to say


_NUMBERS = {"rarity": pa.float64(), "artifacts": pa.list_(pa.int32()), "weights": pa.list_(pa.float32())}
_WORDS = Table(
    pa.schema({"word": pa.string()} | _NUMBERS),
    within={"rarity": (0, _MOST), "artifacts": _COUNT, "weights": (0, _MOST)},
)
_ID, _NAME = (1, 300), (1, 500)

TABLES = {
    "artifacts.parquet": Table(
        ARTIFACTS,
        ("maker", "url", "license", "source", "source_license"),
        among={"type": ArtifactType, "pricing": Pricing},
        long={"artifact_id": _ID, "name": _NAME},
    ),
    "capabilities.parquet": Table(CAPABILITIES, ("unique", "vs_alternatives"), long={"capability_id": (1, 400)}),
    "facts.parquet": Table(
        FACTS,
        ("number", "text", "flag", "observed_at", "source"),
        {"status": FactStatus},
        within={"number": _STATED},
    ),
    "links.parquet": Table(LINKS, among={"kind": _KINDS}, long={"target": _ID}),
    "remarks.parquet": Table(REMARKS, long={"text": (1, _MOST)}),
    "edges.parquet": Table(
        EDGES,
        tuple(EDGES.names[4:]),
        among={"kind": (LIKENESS, CHOICE, NAMED_RIVAL, VARIANT_OF, *_KINDS)},
        within={"weight": (0, _MOST), "searches": _COUNT, "queries": _COUNT, "chance": _SHARE},
        needs={
            ("kind", LIKENESS): (*EDGES.names[4:11], "source_capability", "target_capability"),
            ("kind", CHOICE): ("chance", "weak", "searches", "queries"),
            ("kind", NAMED_RIVAL): ("source_capability", "span"),
            ("kind", VARIANT_OF): ("span",),
        },
    ),
    "ranking.parquet": Table(
        RANKING,
        tuple(RANKING.names[-2 * len(SIGNALS) :]),
        among={"type": ArtifactType, "evidence": ("none", "low", "medium", "high")},
        within=dict.fromkeys(("rank", "low", "high"), (0, 100))
        | dict.fromkeys(("times_matched", "voices", "tie_group"), _COUNT)
        | dict.fromkeys(("coverage", *RANKING.names[-2 * len(SIGNALS) :]), _SHARE),
    ),
    "rank_lines.parquet": Table(
        LINES,
        ("raw", "source", "observed_at", "pool", "amount"),
        among={"status": (*Status, CLIPPED)},
        within={
            "amount": _STATED,
            "points": (-100, 100),
            "most": (0, 100),
            "value": (-1, 1),
            "share": _SHARE,
            "voices": (0, _MOST),
        },
        needs={("status", Status.OBSERVED): ("amount",)},
    ),
    "reference.parquet": Table(POOLS, within={"amounts": _STATED, "weights": (0, _MOST)}),
    "query_kinds.parquet": Table(
        WISHES,
        ("text",),
        within=dict.fromkeys(("kind", "queries", "actors"), _COUNT) | {"weight": (0, _MOST), "share": _SHARE},
    ),
    "evidence.parquet": Table(
        pa.schema({"artifact_id": pa.string()} | dict.fromkeys(("chosen", "effective", "impressions"), pa.float64())),
        within=dict.fromkeys(("chosen", "effective", "impressions"), (0, _MOST)),
    ),
    "usual_likeness.parquet": Table(
        pa.schema({"artifact_id": pa.string(), "mean": pa.float64(), "spread": pa.float64()}),
        within={"spread": (1e-9, _MOST)},
    ),
    "words.parquet": _WORDS,
    "past_words.parquet": _WORDS,
    "past_searches.parquet": Table(
        pa.schema({"query": pa.int32(), "artifact": pa.int32(), "weight": pa.float64(), "searches": pa.int64()}),
        within={"query": _COUNT, "artifact": _COUNT, "weight": _ABOVE_ZERO, "searches": _COUNT},
    ),
}
ARRAYS = {
    "vectors.npy": (np.int16, 2),
    "chance_likeness.npy": (np.float64, 1),
    "chance_cosines.npy": (np.float64, 1),
    "map.npy": (np.float32, 2),
    "search_adapter.npy": (np.int32, 2),
    "search_hubs.npy": (np.int32, 1),
    "past_queries.npy": (np.int16, 2),
    "cell_centres.npy": (np.int16, 2),
    "cell_rows.npy": (np.int32, 1),
    "cell_starts.npy": (np.int64, 1),
}


def table_of(files: Files, name: str) -> pa.Table:
    """The table of that file, if it is what a table of that name has to be."""
    return fitting(table_in(files, name), name)


def fitting(table: pa.Table, name: str) -> pa.Table:
    """The table, or a part of it, if it is what one of that name has to be."""
    wanted = TABLES[name]
    if not table.schema.equals(wanted.columns):
        raise unfit(name, f"has the columns {_in_words(table.schema)}, wanted {_in_words(wanted.columns)}")
    try:
        table.validate(full=True)  # a reader takes any bytes for a text
    except pa.ArrowInvalid as error:
        raise unfit(name, f"holds what is no text or no list ({error})") from error
    for column in wanted.columns.names:
        for fault in _faults(table[column], column, wanted):
            raise unfit(name, f"{column} {fault}")
    for (column, kind), needed in wanted.needs.items():
        of_kind = pc.equal(table[column], kind)
        for each in needed:
            if table[each].null_count and pc.any(pc.and_(of_kind, pc.is_null(table[each]))).as_py():
                raise unfit(name, f"{each} is not stated wherever the {column} is {kind}")
    return table


def array_of(files: Files, name: str) -> np.ndarray:
    """The array of that file, if it is what an array of that name has to be."""
    array, (dtype, dimensions) = array_in(files, name), ARRAYS[name]
    if array.dtype != dtype or array.ndim != dimensions:
        found = f"is {array.dtype} of {array.ndim} dimensions"
        raise unfit(name, f"{found}, wanted {np.dtype(dtype)} of {dimensions}")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise unfit(name, "holds what is no number")
    return array


def unfit(name: str, fault: str) -> SnapshotError:
    """What is said of a file that does not fit."""
    return SnapshotError(f"{name}: {fault}; rebuild it from its catalogue.")


def places_in(column: pa.ChunkedArray, ids: pa.Array) -> np.ndarray | None:
    """The artifact's place for each row; None unless the rows are of artifacts that there are, in their order."""
    begins = begins_in(column)
    named, places = column.combine_chunks().take(indices_of(begins)), np.arange(len(ids))
    if not named.equals(ids):  # as it is where there is something of every one; looking up takes ten times as long
        found = pc.index_in(named, value_set=ids)
        if found.null_count:
            return None
        places = numbers_in(found)
    return np.repeat(places, np.diff(begins, append=len(column))) if rises(places) else None


def rises(numbers: np.ndarray) -> bool:
    """Whether none is less than the one before."""
    return bool((numbers[1:] >= numbers[:-1]).all())


def _in_words(columns: pa.Schema) -> str:
    return ", ".join(f"{each.name} ({each.type})" for each in columns)


def _faults(column: pa.ChunkedArray, name: str, wanted: Table) -> Iterator[str]:
    """What is wrong with a column."""
    if column.null_count and name not in wanted.unstated:
        yield "is not stated in every row"
    if pa.types.is_list(column.type):
        column = pc.list_flatten(column)
        if column.null_count:
            yield "lists what says nothing"
    if name in wanted.among and not set(pc.unique(column).to_pylist()) <= {*wanted.among[name], None}:
        yield f"is not always one of {', '.join(wanted.among[name])}"
    if name in wanted.long and not _lie_in(pc.utf8_length(column), wanted.long[name]):
        yield "is empty or too long"
    if pa.types.is_floating(column.type) or name in wanted.within:
        allowed = wanted.within.get(name, _ANY)
        if not _lie_in(column, allowed):
            yield f"is not within {allowed[0]:g} to {allowed[1]:g}"


def _lie_in(column: pa.ChunkedArray, allowed: Range) -> bool:
    """Whether all numbers that are stated do; what is no number lies nowhere."""
    numbers = numbers_in(column.drop_null() if column.null_count else column)
    return not len(numbers) or bool(allowed[0] <= numbers.min() <= numbers.max() <= allowed[1])
