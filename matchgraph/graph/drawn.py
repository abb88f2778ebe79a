"""The match graph as networkx knows it, filled only when something looks into it, and held as arrays until then.

Both are networkx's own kinds of graph, so that whatever takes one of those takes them. What `backend.py` holds is
answered from the arrays, and networkx answers everything else. Once filled, a graph may have been changed, and its
arrays are read from it anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence, Sized
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.graph.arrays import Arrays
from matchgraph.graph.graph import CHOICE, LIKENESS, Graph, said

CHOSEN_FOR = "chosen_for"

_NODES = ("artifact_id", "name", "type", "maker", "license", "pricing", "url")
_TURNED = {"source": "target", "cover": "covered", "source_capability": "target_capability"}
_TURNED |= {there: here for here, there in _TURNED.items()}
_DICTIONARIES = ("graph", "_node", "_adj", "_succ", "_pred")


@dataclass(frozen=True, eq=False)
class Sheet:
    """What a graph is drawn from, a row for each node and for each edge."""

    nodes: Sequence[str]
    said: pa.Table  # of the nodes
    source: np.ndarray  # int32, places in `nodes`
    target: np.ndarray
    edges: pa.Table  # what they say; where parallel ones may stand, their `kind` tells them apart
    directed: bool
    _made: dict[Hashable, Arrays] = field(default_factory=dict)

    def arrays(self, weight: Hashable) -> Arrays:
        """The graph as arrays, an edge weighing what it says by that name, or 1."""
        if weight not in self._made:
            self._made[weight] = Arrays(self.nodes, self.source, self.target, self._weight(weight), self.directed)
        return self._made[weight]

    def fill(self, drawn: nx.Graph) -> None:
        """Put the nodes and edges into a graph of networkx."""
        drawn.add_nodes_from(zip(self.nodes, map(said, self.said.to_pylist()), strict=True))
        source, target = ([self.nodes[place] for place in ends.tolist()] for ends in (self.source, self.target))
        rows = [said(row) for row in self.edges.to_pylist()]
        key = [[row["kind"] for row in rows]] if drawn.is_multigraph() else []
        drawn.add_edges_from(zip(source, target, *key, rows, strict=True))

    def _weight(self, name: Hashable) -> np.ndarray:
        if name not in self.edges.column_names:
            return np.ones(len(self.source))
        column = self.edges[name]
        if not any(test(column.type) for test in (pa.types.is_floating, pa.types.is_integer, pa.types.is_boolean)):
            raise NotImplementedError(f"{name!r} of an edge is no number")
        return np.asarray(column.cast(pa.float64()).fill_null(1.0).to_numpy())


class _WhenAsked:
    """One of the dictionaries of a drawn graph: filled, when something first asks for it."""

    def __init__(self, plain: Any) -> None:
        self.plain = plain  # networkx's own way to set it, which also forgets the views of the old one

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, drawn: Drawn, owner: type) -> Any:
        drawn.fill()
        return vars(drawn)[self.name]

    def __set__(self, drawn: Drawn, value: Any) -> None:
        self.plain.__set__(drawn, value)


class Drawn:
    """What the two kinds of drawn graph share; made with nothing or with data, as networkx's own are."""

    __networkx_backend__ = "matchgraph" if "matchgraph" in nx.config.backends else "networkx"
    _sheet: Sheet | None = None  # what it is drawn from, until something has looked into it
    _plain: Callable[[], nx.Graph]

    def __init__(self, *data: Any, **attr: Any) -> None:
        super().__init__(*data, **attr)
        self.__networkx_cache__ = None  # `plain` takes no time, and is never out of date

    def __getstate__(self) -> dict[str, Any]:
        self.fill()
        return vars(self)

    def fill(self) -> None:
        """Fill the dictionaries, where that is still to be done."""
        sheet, self._sheet = self._sheet, None
        if sheet is not None:
            sheet.fill(self)

    def arrays(self, weight: Hashable) -> Arrays:
        """The graph as arrays, an edge weighing what it says by that name, or 1."""
        return arrays_of(self.plain(), weight) if self._sheet is None else self._sheet.arrays(weight)

    def plain(self) -> nx.Graph:
        """The same graph as nothing but networkx's own kind: the same dictionaries, not copies."""
        self.fill()
        plain = self._plain()
        vars(plain).update({name: each for name, each in vars(self).items() if name in _DICTIONARIES})
        return plain


class MatchMultiDiGraph(Drawn, nx.MultiDiGraph):  # type: ignore[misc]  # networkx has no types
    """The match graph with its edges keyed by kind."""

    _plain = nx.MultiDiGraph
    _node, _adj = _WhenAsked(nx.MultiDiGraph._node), _WhenAsked(nx.MultiDiGraph._adj)
    _succ, _pred = _WhenAsked(nx.MultiDiGraph._succ), _WhenAsked(nx.MultiDiGraph._pred)


class MatchSimpleGraph(Drawn, nx.Graph):  # type: ignore[misc]  # networkx has no types
    """The match graph with one edge for all that joins two artifacts."""

    _plain = nx.Graph
    _node, _adj = _WhenAsked(nx.Graph._node), _WhenAsked(nx.Graph._adj)


def draw(sheet: Sheet, **attr: Any) -> nx.Graph:
    """The graph that a sheet describes.

    What has no array form is networkx's to answer, which it does when it is told that it may.
    """
    nx.config.fallback_to_nx = True
    drawn = MatchMultiDiGraph(**attr) if sheet.directed else MatchSimpleGraph(**attr)
    drawn._sheet = sheet
    return drawn


def networkx_of(
    catalogue: Catalogue, graph: Graph, asked: pa.Table | None = None, *, simple: bool = False
) -> nx.MultiDiGraph | nx.Graph:
    """The match graph with edges keyed by kind, both directions of what goes both ways.

    With what was `asked`, each kind of query is a node too, joined to what was chosen for it. A `simple` graph has one
    edge without direction for all that joins two, as cores and communities are defined for: its `kinds` together.

    >>> # nx.pagerank(graph.networkx(), weight="weight")
    """
    nodes, edges = catalogue.artifacts.select(_NODES), graph.edges
    if asked is not None:
        queries, chosen = _queries(asked)
        nodes, edges = (pa.concat_tables(two, promote_options="default") for two in ((nodes, queries), (edges, chosen)))
    edges = _as_one(edges) if simple else _both_ways(edges)
    return draw(_sheet(nodes, edges, directed=not simple), name="match graph")


def arrays_of(graph: nx.Graph, weight: Hashable) -> Arrays:
    """Any graph of networkx as arrays, an edge weighing what it says by that name, or 1."""
    nodes = list(graph)
    place = dict(zip(nodes, range(len(nodes)), strict=True))
    near = dict(graph.adjacency())
    source = _repeated([place[node] for node in near], near.values())
    target = np.array([place[other] for others in near.values() for other in others], np.int32)
    rows = [row for others in near.values() for row in others.values()]
    if graph.is_multigraph():
        source, target = _repeated(source, rows), _repeated(target, rows)
        rows = [row for keyed in rows for row in keyed.values()]
    weights = np.ones(len(rows)) if weight is None else np.array([row.get(weight, 1) for row in rows], np.float64)
    once = slice(None) if graph.is_directed() else source <= target  # what has no direction is told at both its ends
    return Arrays(nodes, source[once], target[once], weights[once], graph.is_directed())


def _repeated(places: Sequence[int] | np.ndarray, rows: Iterable[Sized]) -> np.ndarray:
    return np.repeat(np.asarray(places, np.int32), np.array([len(row) for row in rows], np.int64))


def _sheet(nodes: pa.Table, edges: pa.Table, *, directed: bool) -> Sheet:
    """The sheet of nodes with an `artifact_id`, and of edges with a `source` and a `target`."""
    names = nodes["artifact_id"]
    source, target = (pc.index_in(edges[end].cast(pa.string()), names).to_numpy() for end in ("source", "target"))
    said, rest = nodes.drop(["artifact_id"]), edges.drop(["source", "target"])
    return Sheet(names.to_pylist(), said, source.astype(np.int32), target.astype(np.int32), rest, directed)


def _queries(asked: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Each kind of query as a node, and what was chosen for it as edges."""
    names = pc.binary_join_element_wise("query", asked["kind"].cast(pa.string()), " ")
    nodes = asked.select(["text", "queries", "actors"]).append_column("artifact_id", names)
    nodes = nodes.append_column("type", pa.array(["query"] * len(asked), pa.string()))
    edges = asked.select(["artifact_id", "weight", "share"]).rename_columns({"artifact_id": "target"})
    edges = edges.append_column("kind", pa.array([CHOSEN_FOR] * len(asked), pa.string()))
    _, first = np.unique(asked["kind"].to_numpy(), return_index=True)
    return nodes.take(first), edges.append_column("source", names)


def _both_ways(edges: pa.Table) -> pa.Table:
    """The edges, each of a kind that goes both ways followed by itself as seen from its other end."""
    both = np.flatnonzero([kind in (LIKENESS, CHOICE) for kind in edges["kind"].to_pylist()])
    turned = edges.take(both).rename_columns([_TURNED.get(name, name) for name in edges.column_names])
    order = np.argsort(np.concatenate([np.arange(len(edges)), both]), kind="stable")
    return pa.concat_tables([edges, turned.select(edges.column_names)]).take(order)


def _as_one(edges: pa.Table) -> pa.Table:
    """One edge for all that joins two, in either direction: what they weigh together, and their kinds."""
    ends = [edges[end] for end in ("source", "target")]
    columns = [pc.min_element_wise(*ends), pc.max_element_wise(*ends), edges["kind"], edges["weight"]]
    pairs = pa.table(columns, ["source", "target", "kind", "weight"]).group_by(["source", "target"], use_threads=False)
    joined = pairs.aggregate([("weight", "sum"), ("kind", "list")])
    kinds = pa.array([", ".join(sorted(set(kinds))) for kinds in joined["kind_list"].to_pylist()], pa.string())
    return joined.drop(["kind_list"]).append_column("kinds", kinds).rename_columns({"weight_sum": "weight"})
