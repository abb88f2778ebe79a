"""From values to a rank of 0 to 100, as lines that add up to it exactly.

    points of a line = 100 * share of the signal for the type * share of the measure in the signal * value

A measure that is missing has a line too, with the value that stands in for it; what is clipped off a value is a line
of its own, below zero; a measure that does not apply leaves the sum, and the others of its signal take its share.
Lines are rounded to tenths by largest remainder, so that what is printed adds up to what is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.ranking.doubt import Doubt, doubt_of
from matchgraph.ranking.lines import SCHEMA, Lines
from matchgraph.ranking.measures import Measure, Measures, Status
from matchgraph.ranking.reference import Reference
from matchgraph.ranking.values import Values, settled, values_of
from matchgraph.ranking.weights import SIGNALS, Weights

CLIPPED = "clipped"  # the status of a line that takes points off again

RANKING = pa.schema(
    [("artifact_id", pa.string()), ("type", pa.string()), ("times_matched", pa.int64()), ("voices", pa.int64())]
    + [(name, pa.float64()) for name in ("rank", "low", "high", "coverage")]
    + [("evidence", pa.string()), ("tie_group", pa.int64())]
    + [(name, pa.float64()) for name in SIGNALS]
    + [(f"{signal}_coverage", pa.float64()) for signal in SIGNALS]
)
_AT_ONCE = 1 << 16  # artifacts whose lines are made together


@dataclass(frozen=True, eq=False)
class Ranking:
    """`table`: one row an artifact, signals 0 to 1 (null where none applies); `parts`: what adds up to each rank."""

    read: Callable[[], pa.Table]
    parts: Lines

    @cached_property
    def table(self) -> pa.Table:
        """Every rank; those of a snapshot are read when they are first asked for, and search asks for none."""
        return self.read()

    @property
    def lines(self) -> pa.Table:
        """All that adds up to ranks, as one table."""
        return self.parts.table()

    def of(self, artifact_id: str) -> dict[str, Any]:
        """The rank and signals of one artifact."""
        return dict(self.table.filter(pc.equal(self.table["artifact_id"], artifact_id)).to_pylist()[0])

    def lines_of(self, artifact_id: str) -> list[dict[str, Any]]:
        """What adds up to the rank of one artifact, in the order of the weights."""
        return self.parts.of(artifact_id)


def rank(
    catalogue: Catalogue, found: Measures, reference: Reference, weights: Weights, times_matched: dict[str, int]
) -> Ranking:
    """The rank of every artifact and the lines that it is the sum of."""
    types = catalogue.texts("type")
    measures = settled(found, reference)
    values = values_of(measures, types, reference)
    shares = shares_of(weights, types, values.status, values.names)
    tenths = rounded(np.concatenate([100 * shares * values.plain, -100 * shares * values.clipped], axis=1))
    ranks = tenths.sum(axis=1) / 10
    known = (values.status == Status.OBSERVED) | (values.status == Status.SUSPECT)
    doubt = doubt_of(catalogue.ids, types, values, shares, ranks, (shares * known).sum(axis=1))
    table = _table(catalogue, measures, values, weights, shares, known, ranks, doubt, times_matched)
    starts = range(0, len(catalogue), _AT_ONCE)
    spans = [(catalogue.ids[start], catalogue.ids[min(start + _AT_ONCE, len(catalogue)) - 1]) for start in starts]
    ids = catalogue.artifacts["artifact_id"].combine_chunks()
    read = partial(_lines, ids, measures, values, weights, shares, tenths)
    return Ranking(lambda: table, Lines(lambda: spans, lambda part: read(starts[part])))


def shares_of(weights: Weights, types: Sequence[str], status: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """The share of the rank that each measure has for each artifact: rows add up to 1 where anything applies."""
    inside = (status != Status.NOT_APPLICABLE).astype(float)
    of_type = np.array([[weights.signals[kind][signal] for signal in SIGNALS] for kind in types])
    of_type = of_type.reshape(-1, len(SIGNALS))
    for place, signal in enumerate(SIGNALS):
        columns = [column for column, name in enumerate(names) if name in weights.measures[signal]]
        inside[:, columns] *= [weights.measures[signal][names[column]] for column in columns]
        total = inside[:, columns].sum(axis=1, keepdims=True)
        inside[:, columns] /= np.where(total == 0, 1, total)
        of_type[:, place] *= total[:, 0] > 0
    of_type /= np.maximum(of_type.sum(axis=1, keepdims=True), 1e-12)
    signal_at = weights.signal_of
    return np.stack(
        [
            inside[:, column] * of_type[:, SIGNALS.index(signal_at[name])] if name in signal_at else 0 * inside[:, 0]
            for column, name in enumerate(names)
        ],
        axis=1,
    )


def rounded(points: np.ndarray, totals: np.ndarray | None = None) -> np.ndarray:
    """Whole tenths a line that add up to the sum's own tenths, or to `totals`: the largest remainders go up."""
    exact = points * 10
    floors = np.floor(exact + 1e-9)
    totals = np.rint(np.round(exact.sum(axis=1), 9)) if totals is None else totals
    missing = totals - floors.sum(axis=1)
    order = np.argsort(-np.round(exact - floors, 9), axis=1, kind="stable")
    place = np.argsort(order, axis=1, kind="stable")
    return np.asarray(floors + (place < missing[:, None]))


def _table(
    catalogue: Catalogue,
    measures: Sequence[Measure],
    values: Values,
    weights: Weights,
    shares: np.ndarray,
    known: np.ndarray,
    ranks: np.ndarray,
    doubt: Doubt,
    times_matched: dict[str, int],
) -> pa.Table:
    rows: dict[str, Any] = {"artifact_id": catalogue.ids, "type": catalogue.texts("type"), "rank": ranks}
    rows |= {"low": doubt.low, "high": doubt.high, "evidence": doubt.evidence, "tie_group": doubt.tie_group}
    rows["coverage"] = (shares * known).sum(axis=1)
    rows["times_matched"] = [times_matched.get(artifact_id, 0) for artifact_id in catalogue.ids]
    rows["voices"] = np.max([measure.voices for measure in measures], axis=0).astype(int)
    for signal in SIGNALS:
        inside = [column for column, name in enumerate(values.names) if name in weights.measures[signal]]
        total = shares[:, inside].sum(axis=1)
        total = np.where(total == 0, np.nan, total)
        rows[signal] = (shares * values.counted)[:, inside].sum(axis=1) / total
        rows[f"{signal}_coverage"] = (shares * known)[:, inside].sum(axis=1) / total
    return pa.table([pa.array(rows[f.name], f.type, from_pandas=True) for f in RANKING], schema=RANKING)


def _lines(
    ids: pa.Array,
    measures: Sequence[Measure],
    values: Values,
    weights: Weights,
    shares: np.ndarray,
    tenths: np.ndarray,
    start: int,
) -> pa.Table:
    """The lines of some artifacts: one row a measure that has a share, and one more where something is clipped off."""
    count, some = len(values.names), slice(start, start + _AT_ONCE)
    order = [values.names.index(name) for signal in SIGNALS for name in weights.measures[signal]]
    shares, tenths, clipped = shares[some], tenths[some], values.clipped[some]
    most = np.maximum(rounded(100 * shares), tenths[:, :count])  # so that in full is the same number as the points
    there = np.stack([shares > 0, (shares > 0) & (clipped > 0)], axis=2)[:, order]
    places, columns, clip = np.nonzero(there)
    columns = np.array(order)[columns]
    names = pa.array(values.names, pa.string())
    cells: dict[str, Any] = {
        "artifact_id": ids[some].take(pa.array(places)),
        "signal": pa.array(map(weights.signal_of.get, values.names), pa.string()).take(pa.array(columns)),
        "measure": names.take(pa.array(columns)),
        "points": tenths[places, columns + clip * count] / 10,
        "most": np.where(clip, 0, most[places, columns] / 10),
        "value": np.where(clip, -clipped[places, columns], values.plain[some][places, columns]),
        "status": np.where(clip, CLIPPED, values.status[some][places, columns]),
        "share": shares[places, columns],
        "doubt": values.doubt[some][places, columns],
    }
    for part in ("amount", "voices"):
        cells[part] = np.stack([getattr(measure, part)[some] for measure in measures], axis=1)[places, columns]
    for part in ("raw", "source", "observed_at", "pool"):
        cells[part] = _texts_at([getattr(measure, part)[some] for measure in measures], places, columns)
    made = (cells[each.name] for each in SCHEMA)
    columns_of = [each if isinstance(each, pa.Array) else pa.array(each, from_pandas=True) for each in made]
    return pa.table(columns_of, names=SCHEMA.names).cast(SCHEMA)


def _texts_at(parts: Sequence[Sequence[str | None]], places: np.ndarray, columns: np.ndarray) -> pa.Array:
    """A text of each artifact and measure; one list a measure is given."""
    every = pa.concat_arrays([pa.array(part, pa.string()) for part in parts])
    return every.take(pa.array(columns * len(parts[0]) + places))
