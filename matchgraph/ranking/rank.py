"""From measures to a rank of 0 to 100, as lines that add up to it exactly.

    points of a line = 100 * share of the signal for the type * share of the measure in the signal * value

A measure that is missing has a line too, with the value that stands in for it; one that does not apply leaves the
sum, and the others of its signal take its share. Lines are rounded to tenths by largest remainder, so that what is
printed adds up to what is printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.ranking.measures import Measure
from matchgraph.ranking.weights import SIGNALS, Weights

_RANKING = pa.schema(
    [("artifact_id", pa.string()), ("type", pa.string()), ("times_matched", pa.int64())]
    + [(name, pa.float64()) for name in ("rank", "coverage", *SIGNALS)]
    + [(f"{signal}_coverage", pa.float64()) for signal in SIGNALS]
)
_LINES = pa.schema(
    [(name, pa.string()) for name in ("artifact_id", "signal", "measure")]
    + [(name, pa.float64()) for name in ("points", "most", "value")]
    + [(name, pa.string()) for name in ("status", "raw", "source", "observed_at")]
)


@dataclass(frozen=True, eq=False, slots=True)
class Ranking:
    """`table`: one row an artifact, signals 0 to 1 (null where none applies); `lines`: what adds up to each rank."""

    table: pa.Table
    lines: pa.Table

    def of(self, artifact_id: str) -> dict[str, Any]:
        """The rank and signals of one artifact."""
        return dict(self.table.filter(pc.equal(self.table["artifact_id"], artifact_id)).to_pylist()[0])

    def lines_of(self, artifact_id: str) -> list[dict[str, Any]]:
        """What adds up to the rank of one artifact, in the order of the weights."""
        return list(self.lines.filter(pc.equal(self.lines["artifact_id"], artifact_id)).to_pylist())


def rank(
    catalogue: Catalogue, measures: dict[str, Measure], weights: Weights, times_matched: dict[str, int]
) -> Ranking:
    """The rank of every artifact and the lines that it is the sum of."""
    kinds = catalogue.texts("type")
    names = [(signal, name) for signal in SIGNALS for name in weights.measures[signal]]
    shares, values, known = _columns(names, measures, weights, kinds)
    points = 100 * shares * values
    tenths = _rounded(points)
    most = np.maximum(_rounded(100 * shares), tenths)  # rounded like the points, so that in full is the same number
    rows: dict[str, Any] = {"artifact_id": catalogue.ids, "type": kinds}
    rows["rank"] = tenths.sum(axis=1) / 10
    rows["coverage"] = (shares * known).sum(axis=1)
    for signal in SIGNALS:
        inside = [column for column, (of, _) in enumerate(names) if of == signal]
        rows[signal], rows[f"{signal}_coverage"] = _signal(shares[:, inside], values[:, inside], known[:, inside])
    rows["times_matched"] = [times_matched.get(artifact_id, 0) for artifact_id in catalogue.ids]
    table = pa.table([pa.array(rows[f.name], f.type, from_pandas=True) for f in _RANKING], schema=_RANKING)
    return Ranking(table, _lines(catalogue, names, measures, values, known, tenths, most))


def _columns(
    names: list[tuple[str, str]], measures: dict[str, Measure], weights: Weights, kinds: list[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share of the rank, value and whether it is known: arrays (artifacts, measures)."""
    applies = np.stack([measures[name].applies for _, name in names], axis=1)
    known = np.stack([measures[name].known for _, name in names], axis=1) & applies
    values = np.stack([np.nan_to_num(measures[name].value, nan=measures[name].instead) for _, name in names], axis=1)
    inside = np.array([weights.measures[signal][name] for signal, name in names]) * applies
    of_type = np.array([[weights.signals[kind][signal] for signal in SIGNALS] for kind in kinds]).reshape(
        -1, len(SIGNALS)
    )
    for place, signal in enumerate(SIGNALS):
        columns = [column for column, (of, _) in enumerate(names) if of == signal]
        total = inside[:, columns].sum(axis=1, keepdims=True)
        inside[:, columns] /= np.where(total == 0, 1, total)
        of_type[:, place] *= total[:, 0] > 0
    of_type /= np.maximum(of_type.sum(axis=1, keepdims=True), 1e-12)
    return inside * of_type[:, [SIGNALS.index(signal) for signal, _ in names]], values, known


def _signal(shares: np.ndarray, values: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The signal's value and the share of it that is known; nan where the signal does not apply."""
    total = shares.sum(axis=1)
    total = np.where(total == 0, np.nan, total)
    return (shares * values).sum(axis=1) / total, (shares * known).sum(axis=1) / total


def _rounded(points: np.ndarray) -> np.ndarray:
    """Whole tenths a line that add up to the sum's own tenths: the largest remainders are rounded up."""
    exact = points * 10
    floors = np.floor(exact + 1e-9)
    missing = np.rint(exact.sum(axis=1)) - floors.sum(axis=1)
    order = np.argsort(-np.round(exact - floors, 9), axis=1, kind="stable")
    place = np.argsort(order, axis=1, kind="stable")
    return np.asarray(floors + (place < missing[:, None]))


def _lines(
    catalogue: Catalogue,
    names: list[tuple[str, str]],
    measures: dict[str, Measure],
    values: np.ndarray,
    known: np.ndarray,
    tenths: np.ndarray,
    most: np.ndarray,
) -> pa.Table:
    places, columns = np.nonzero(most > 0)
    at = list(zip(places.tolist(), columns.tolist(), strict=True))
    of = [measures[names[column][1]] for _, column in at]
    cells: dict[str, Any] = {
        "artifact_id": [catalogue.ids[place] for place, _ in at],
        "signal": [names[column][0] for _, column in at],
        "measure": [names[column][1] for _, column in at],
        "points": tenths[places, columns] / 10,
        "most": most[places, columns] / 10,
        "value": values[places, columns],
        "status": ["observed" if seen else "missing" for seen in known[places, columns]],
        "raw": [each.raw[place] for each, (place, _) in zip(of, at, strict=True)],
        "source": [each.source[place] for each, (place, _) in zip(of, at, strict=True)],
        "observed_at": [each.observed_at[place] for each, (place, _) in zip(of, at, strict=True)],
    }
    return pa.table([pa.array(cells[f.name], f.type) for f in _LINES], schema=_LINES)
