"""Snapshots as a stranger would forge them: every digest right, and one thing in them that does not fit the rest."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

import matchgraph as mg
from matchgraph.searches.learned import Learned
from matchgraph.searches.memory import Hits, memory_of
from matchgraph.snapshot.files import array_in, packed_array, packed_table, table_in
from matchgraph.snapshot.manifest import Manifest
from matchgraph.snapshot.snapshot import Snapshot, packed, parameters_of
from matchgraph.vectors.cells import cells_of
from matchgraph.vectors.lookup import Lookup

Files = dict[str, bytes]

_TEXTS = ["", "nowhere", "x" * 5_000, "\0", "[[[[", "-1"]
_NUMBERS = [float("nan"), float("inf"), -1.0, 1e308, 0.0]
_WHOLE = [-1, 0, 1 << 30, 1 << 62]
_SAID: list[Any] = [None, "x", -1, float("nan"), [], {}, [None], 1 << 70, True]


@dataclass(frozen=True)
class Forgery:
    """What was done to which part, and what it makes."""

    what: str
    manifest: Manifest
    files: Callable[[], Files]  # made when they are wanted: there are thousands


def with_every_file(graph: mg.MatchGraph) -> Snapshot:
    """The snapshot of that graph with all that a larger one may have: an adapter, hubs, a memory and cells."""
    snapshot = graph.snapshot
    grid, artifacts = snapshot.vectors.grid, len(snapshot.catalogue)
    at = np.arange(artifacts)
    hits = Hits(
        grid[:artifacts].copy(),
        sp.csr_matrix((np.full(artifacts, 9.0), (at, at))),
        sp.csr_matrix((np.full(artifacts, 9), (at, at))),
    )
    report = {**snapshot.learned.report, "hits": 9, "fitted": "all", "kappa": 1.5, "trials": [_trial()]}
    dim = grid.shape[1]
    learned = Learned(
        np.zeros((dim, dim), np.int32),
        np.arange(artifacts, dtype=np.int32),
        memory_of(hits, [["sort", "mail"]] * artifacts, 1.5),
        report,
    )
    return replace(snapshot, learned=learned, lookup=Lookup(cells_of(grid, 4, np.arange(len(grid))), 2))


def _trial() -> dict[str, Any]:
    numbers = dict.fromkeys(("gain", "low", "high", "hidden"), 0.5)
    return {"part": "hubs", "setting": "all", **numbers, "accepted": True}


def forgeries(snapshot: Snapshot, manifest: Manifest) -> Iterator[Forgery]:
    """Every column, array and number of the snapshot, each in every way that it can be made not to fit."""
    files = packed(snapshot)
    manifest = replace(manifest, parameters=parameters_of(snapshot))
    for name in sorted(files):
        without = {each: content for each, content in files.items() if each != name}
        yield Forgery(f"no {name}", manifest, partial(dict, without))
        ways, read, pack = (
            (_tables, table_in, packed_table) if name.endswith(".parquet") else (_arrays, array_in, packed_array)
        )
        for what, changed in ways(read(files, name)):
            yield Forgery(f"{name}: {what}", manifest, partial(_with, files, name, pack, changed))
    for part in ("parameters", "encoder", "counts"):
        for what, said in _said(getattr(manifest, part)):
            yield Forgery(f"{part}: {what}", replace(manifest, **{part: said}), partial(dict, files))


def _with(files: Files, name: str, pack: Callable[[Any], bytes], changed: Any) -> Files:
    return files | {name: pack(changed)}


def _tables(table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    yield "no rows", table.slice(0, 0)
    if len(table):
        yield "a row less", table.slice(1)
        yield "the last row twice", pa.concat_tables([table, table.slice(len(table) - 1)])
        yield "backwards", table.take(list(reversed(range(len(table)))))
    yield "a column more", table.append_column("more", pa.array([1] * len(table)))
    for at, name in enumerate(table.column_names):
        yield f"no {name}", table.drop_columns([name])
        yield (
            f"{name} by another name",
            table.rename_columns([*table.column_names[:at], "x", *table.column_names[at + 1 :]]),
        )
        for what, column in _columns(table[name]):
            yield f"{name} {what}", table.set_column(at, name, column)


def _columns(column: pa.ChunkedArray) -> Iterator[tuple[str, pa.Array]]:
    rows, kind = len(column), column.type
    for other in (pa.string(), pa.int64(), pa.float64(), pa.list_(pa.string()), pa.binary()):
        if other != kind:
            yield f"as {other}", pa.nulls(rows, other)
    if not rows:
        return
    yield "says nothing", pa.nulls(rows, kind)
    values = column.to_pylist()
    yield "turned round", pa.array(values[::-1], kind)
    for value in _values(kind):
        try:
            yield f"says {str(value)[:20]!r} first", pa.array([value, *values[1:]], kind)
            yield f"says {str(value)[:20]!r} last", pa.array([*values[:-1], value], kind)
        except (pa.ArrowException, OverflowError):
            continue  # more than the column can say


def _values(kind: pa.DataType) -> list[Any]:
    if pa.types.is_list(kind):
        return [None, [], [None], *([each] for each in _values(kind.value_type)[1:]), _values(kind.value_type)[1:3] * 2]
    known: list[tuple[Callable[[pa.DataType], bool], list[Any]]] = [
        (pa.types.is_string, _TEXTS),
        (pa.types.is_floating, _NUMBERS),
        (pa.types.is_integer, _WHOLE),
        (pa.types.is_boolean, [True, False]),
    ]
    return [None, *next(values for fits, values in known if fits(kind))]


def _arrays(array: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    for kind in (np.int8, np.int64, np.uint16, np.float32, np.float64):
        if array.dtype != kind:
            yield f"as {np.dtype(kind)}", array.astype(kind)
    yield "no rows", array[:0]
    yield "a row less", array[:-1]
    yield "a row more", np.concatenate([array, array[-1:]])
    yield "backwards", array[::-1]
    yield "a dimension more", array[None]
    yield "flat", array.ravel()
    if array.ndim > 1:
        yield "a column less", array[:, :-1]
        yield "turned", array.T
        yield "no columns", array[:, :0]
    kind = array.dtype
    values = _NUMBERS[:4] if kind.kind == "f" else [-1, 0, np.iinfo(kind).min, np.iinfo(kind).max]
    for value in values:
        for place in (0, -1):
            changed = array.copy()
            with np.errstate(over="ignore"):
                changed.flat[place] = value
            yield f"{value} at {place}", changed


def _said(value: Any) -> Iterator[tuple[str, Any]]:
    """The value with each of its parts in turn left out, or something else."""
    for steps in _paths(value):
        for other in _SAID:
            changed = copy.deepcopy(value)
            _set(changed, steps, other)
            yield f"{'.'.join(map(str, steps))} is {other!r}", changed
        changed = copy.deepcopy(value)
        _drop(changed, steps)
        yield f"no {'.'.join(map(str, steps))}", changed


def _paths(value: Any) -> Iterator[tuple[Any, ...]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield (key,)
        yield from ((key, *more) for more in _paths(part))


def _set(value: Any, steps: tuple[Any, ...], other: Any) -> None:
    for step in steps[:-1]:
        value = value[step]
    value[steps[-1]] = other


def _drop(value: Any, steps: tuple[Any, ...]) -> None:
    for step in steps[:-1]:
        value = value[step]
    del value[steps[-1]]
