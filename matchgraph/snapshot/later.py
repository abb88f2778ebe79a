"""What is read of a snapshot only when a question wants it, and whether it fits the rest then."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matchgraph.catalogue.columns import indices_of, numbers_in
from matchgraph.graph.graph import CHOICE, LIKENESS
from matchgraph.ranking.lines import Lines, Span
from matchgraph.ranking.weights import SIGNALS, Weights
from matchgraph.snapshot.files import Files
from matchgraph.snapshot.fits import fitting, places_in, rises, table_of, unfit

_EDGES, _RANKS, _LINES = "edges.parquet", "ranking.parquet", "rank_lines.parquet"
_ONCE = (LIKENESS, CHOICE)  # for both directions
_A_TENTH = 0.1  # what ranks and their lines are rounded to


def stated_of(files: Files, ids: pa.Array, name: str) -> pa.Table:
    """The facts or the links, if each is of an artifact that there is."""
    table = table_of(files, f"{name}.parquet")
    if places_in(table["artifact_id"], ids) is None:
        raise unfit(f"{name}.parquet", "does not follow the artifacts")
    return table


def edges_of(files: Files, ids: pa.Array) -> pa.Table:
    """Every edge, if each joins two artifacts that there are, and stands once."""
    edges = table_of(files, _EDGES)
    ends = [pc.index_in(edges[end], value_set=ids) for end in ("source", "target")]
    if any(end.null_count for end in ends):
        raise unfit(_EDGES, "names what is not in the catalogue")
    source, target = map(numbers_in, ends)
    if (source == target).any():
        raise unfit(_EDGES, "joins an artifact with itself")
    kinds = edges["kind"]
    backwards = kinds.take(indices_of(np.flatnonzero(source > target)))
    if any(pc.any(pc.equal(backwards, kind)).as_py() for kind in _ONCE):
        raise unfit(_EDGES, f"tells {' or '.join(_ONCE)} from the later artifact to the earlier")
    pairs = source.astype(np.int64) * len(ids) + target
    again = np.flatnonzero(pairs[1:] == pairs[:-1])  # few, and so their kinds alone are looked at
    one, next_one = (kinds.take(indices_of(each)) for each in (again, again + 1))
    if not rises(pairs) or pc.any(pc.greater_equal(one, next_one)).as_py():
        raise unfit(_EDGES, "does not tell each edge once, in the order of source, target and kind")
    return edges


def ranks_of(files: Files, artifacts: pa.Table) -> pa.Table:
    """Every rank, if they are of these artifacts."""
    ranks = table_of(files, _RANKS)
    if any(not ranks[name].equals(artifacts[name]) for name in ("artifact_id", "type")):
        raise unfit(_RANKS, "is not of these artifacts")
    return ranks


def lines_of(lines: Lines, ranks: Callable[[], pa.Table], weights: Weights, ids: pa.Array) -> Lines:
    """The same lines, each part if it makes up the ranks of the artifacts from its first to its last."""

    def stated() -> Sequence[Span]:
        spans, told = lines.stated(), _told(ranks())
        ends = pc.index_in(pa.array([end for span in spans for end in span], pa.string()), value_set=ids)
        if ends.null_count:
            raise unfit(_LINES, "names what is not in the catalogue")
        within = np.zeros(len(ids), bool)
        for first, last in numbers_in(ends).reshape(-1, 2).tolist():
            within[first : last + 1] = True
        if (told.any(axis=1) > within).any():
            raise unfit(_LINES, "lacks artifacts that have a rank")
        return spans

    def read(part: int) -> pa.Table:
        return _adding_up(fitting(lines.read(part), _LINES), ranks(), weights, ids)

    return Lines(stated, read)


def _told(ranks: pa.Table) -> np.ndarray:
    """Which signals each artifact has; bool, (artifacts, signals)."""
    return np.stack([np.isfinite(numbers_in(ranks[name])) for name in SIGNALS], axis=1)


def _adding_up(lines: pa.Table, ranks: pa.Table, weights: Weights, ids: pa.Array) -> pa.Table:
    """The lines, if they are those that make up the ranks."""
    places = places_in(lines["artifact_id"], ids)
    if places is None or not len(places):
        raise unfit(_LINES, "does not follow the artifacts")
    signal_of, first = weights.signal_of, int(places[0])
    places, span = places - first, slice(first, int(places[-1]) + 1)
    measures, signals = (
        pc.index_in(lines[column], value_set=pa.array(list(known), pa.string()))
        for column, known in (("measure", signal_of), ("signal", SIGNALS))
    )
    if measures.null_count or signals.null_count:
        raise unfit(_LINES, "names a measure that does not count")
    signal, of_measure = numbers_in(signals), np.array([SIGNALS.index(each) for each in signal_of.values()], np.int64)
    if (of_measure[numbers_in(measures)] != signal).any():
        raise unfit(_LINES, "counts a measure under another signal")
    rank, told = numbers_in(ranks["rank"])[span], _told(ranks)[span]
    if (np.abs(np.bincount(places, numbers_in(lines["points"]), len(rank)) - rank) > _A_TENTH / 2).any():
        raise unfit(_LINES, "does not add up to the ranks")
    shares = np.bincount(places * len(SIGNALS) + signal, numbers_in(lines["share"]), told.size)
    if ((shares > 0) != told.ravel()).any():
        raise unfit(_LINES, "tells of other signals than the ranks")
    return lines
