"""networkx's own functions on a drawn graph and on a plain one: the same answers and the same errors."""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.graph import backend
from matchgraph.graph.backend_info import HELD, get_info
from matchgraph.graph.drawn import Drawn, Sheet, draw

EXACT = {name: getattr(nx, name) for name in HELD.keys() - {"louvain_communities", "modularity"}}
KINDS = (nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph)
EDGES = pa.schema({"kind": pa.string(), "weight": pa.float64()})


@pytest.fixture(autouse=True)
def _networkx_may_answer() -> Iterator[None]:
    before = nx.config.fallback_to_nx
    yield
    nx.config.fallback_to_nx = before


def outcome(function: Callable[..., Any], *args: Any, **more: Any) -> Any:
    """What it gives, parts as sets of sets, or the kind of error."""
    try:
        with np.errstate(all="ignore"):
            found = function(*args, **more)
            return set(map(frozenset, found)) if isinstance(found, Iterator | list) else found
    except Exception as error:
        return type(error)


def agree(ours: Any, theirs: Any) -> None:
    assert ours == (pytest.approx(theirs, abs=1e-9, nan_ok=True) if isinstance(theirs, dict | float) else theirs)
    if isinstance(theirs, dict):
        assert list(ours) == list(theirs)


def drawn_from(graph: nx.Graph) -> nx.Graph:
    """The same nodes and edges, drawn and not yet filled."""
    place = {node: at for at, node in enumerate(graph)}
    edges = list(graph.edges(data=True))
    ends = [np.array([place[edge[end]] for edge in edges], np.int32) for end in (0, 1)]
    rows = [{"kind": f"kind {at}", "weight": said.get("weight")} for at, (_, _, said) in enumerate(edges)]
    return draw(
        Sheet(
            list(graph),
            pa.table({"name": [f"called {node}" for node in graph]}),
            *ends,
            pa.Table.from_pylist(rows, EDGES),
            graph.is_directed(),
        )
    )


@st.composite
def graphs(told: st.DrawFn, kinds: tuple[type[nx.Graph], ...] = (nx.MultiDiGraph, nx.Graph)) -> nx.Graph:
    """Small graphs with loops, dangling and lonely nodes, and edges that do not say what they weigh."""
    graph = told(st.sampled_from(kinds))()
    names = told(st.permutations([f"n{at}" for at in range(told(st.integers(0, 9)))]))
    graph.add_nodes_from(names)
    if names:
        weights = st.none() | st.integers(0, 40).map(lambda eighths: eighths / 8)
        ends = st.sampled_from(names)
        for source, target, weight in told(st.lists(st.tuples(ends, ends, weights), max_size=24)):
            graph.add_edge(source, target, **({} if weight is None else {"weight": weight}))
    return graph


def a_graph() -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph()
    graph.add_weighted_edges_from([("a", "b", 2.0), ("b", "c", 1.0), ("c", "a", 0.5), ("c", "d", 1.0), ("e", "e", 3.0)])
    return graph


def test_the_package_is_installed_with_its_entry_points() -> None:
    assert "matchgraph" in nx.config.backends, "networkx does not know the backend: install the package again"
    assert HELD.keys() == get_info()["functions"].keys()
    for name in HELD:
        assert callable(getattr(backend, name))
        assert "On arrays" in HELD[name] or "best of several runs" in HELD[name]


@settings(deadline=None, max_examples=120)
@given(graphs())
def test_measures_of_a_drawn_graph_are_those_of_networkx_and_leave_it_unfilled(graph: nx.Graph) -> None:
    drawn = drawn_from(graph)
    for function in EXACT.values():
        agree(outcome(function, drawn), outcome(function, graph))
    assert drawn._sheet is not None


@settings(deadline=None, max_examples=120)
@given(graphs(KINDS))
def test_measures_of_any_plain_graph_are_those_of_networkx(graph: nx.Graph) -> None:
    graph.__networkx_cache__ = None  # networkx warns of what it keeps there
    for name, function in EXACT.items():
        if name != "core_number" or not graph.is_directed():
            agree(outcome(function, graph, backend="matchgraph"), outcome(function, graph))


@settings(deadline=None, max_examples=120)
@given(graphs(), st.data())
def test_pagerank_takes_what_networkx_takes(graph: nx.Graph, data: st.DataObject) -> None:
    shares = st.none() | st.dictionaries(st.sampled_from(["n0", "n1", "n2", "n3", "nobody"]), st.integers(0, 3))
    more = {
        "alpha": data.draw(st.sampled_from([0.0, 0.5, 0.85, 0.99])),
        "personalization": data.draw(shares),
        "dangling": data.draw(shares),
        "nstart": data.draw(shares),
        "weight": data.draw(st.sampled_from(["weight", None, "no such", "kind"])),
        "max_iter": data.draw(st.sampled_from([0, 1, 100])),
        "tol": data.draw(st.sampled_from([1e-6, 1e-12])),
    }
    drawn = drawn_from(graph)
    agree(outcome(nx.pagerank, drawn, **more), outcome(nx.pagerank, drawn_from(graph).plain(), **more))


def test_a_walk_that_does_not_settle_is_networkxs_error() -> None:
    with pytest.raises(nx.PowerIterationFailedConvergence, match="2 iterations"):
        nx.pagerank(drawn_from(a_graph()), max_iter=2)


def test_loops_have_no_core() -> None:
    looped = nx.Graph([("a", "a"), ("a", "b")])
    with pytest.raises(nx.NetworkXNotImplemented, match="self loops"):
        nx.core_number(drawn_from(looped))


# What is networkx's own to answer


def test_what_is_not_held_networkx_answers_with_nodes_and_edges_whole() -> None:
    graph = a_graph()
    drawn = drawn_from(graph)
    assert nx.closeness_centrality(drawn) == nx.closeness_centrality(graph)
    assert nx.node_connectivity(nx.Graph(drawn)) == nx.node_connectivity(nx.Graph(graph))
    assert nx.shortest_path(drawn, "a", "d") == ["a", "b", "c", "d"]
    assert nx.get_node_attributes(drawn, "name")["a"] == "called a"
    assert nx.to_pandas_edgelist(drawn)["weight"].tolist() == [2.0, 1.0, 0.5, 1.0, 3.0]
    assert type(nx.reverse(drawn)) is nx.MultiDiGraph
    few = ["a", "b", "c"]
    assert nx.pagerank(drawn.subgraph(few)) == pytest.approx(nx.pagerank(graph.subgraph(few)), abs=1e-12)
    assert nx.pagerank(drawn) == pytest.approx(nx.pagerank(graph), abs=1e-12)


def test_a_drawn_graph_and_a_plain_one_go_together() -> None:
    drawn = drawn_from(nx.path_graph(["a", "b"]))
    assert set(nx.compose(drawn, nx.path_graph(["b", "c"])).edges) == {("a", "b"), ("b", "c")}
    assert set(nx.compose(nx.path_graph(["b", "c"]), drawn).nodes) == {"a", "b", "c"}
    assert nx.is_isomorphic(drawn, nx.path_graph(2))


def test_a_function_that_changes_a_graph_changes_a_drawn_one() -> None:
    drawn = drawn_from(a_graph())
    nx.set_node_attributes(drawn, {"a": "red"}, "colour")
    nx.add_path(drawn, ["d", "f"])
    assert drawn.nodes["a"]["colour"] == "red"
    assert "f" in drawn


def test_arguments_without_an_array_form_are_networkxs_to_answer() -> None:
    drawn = drawn_from(nx.karate_club_graph())
    assert len(nx.community.louvain_communities(drawn, max_level=1, seed=1)) > 4
    with pytest.raises(NotImplementedError, match="not implemented by 'matchgraph' backend"):
        nx.closeness_centrality(drawn, backend="matchgraph")


# A graph that may have been changed


def test_a_changed_weight_changes_the_next_answer() -> None:
    drawn, graph = drawn_from(a_graph()), a_graph()
    before = nx.pagerank(drawn)
    for each in (drawn, graph):
        next(iter(each["c"]["a"].values()))["weight"] = 9.0
        each.add_edge("e", "a")
        each.remove_node("d")
    assert nx.pagerank(drawn) == pytest.approx(nx.pagerank(graph), abs=1e-12)
    assert nx.pagerank(drawn) != before


@pytest.mark.parametrize("kind", [nx.MultiDiGraph, nx.Graph])
def test_a_drawn_graph_looks_like_the_plain_one(kind: type[nx.Graph]) -> None:
    graph = kind([("a", "b"), ("b", "c"), ("b", "a")])
    for look in (
        lambda each: list(each.nodes),
        lambda each: list(each.adj["b"]),
        lambda each: [edge[:2] for edge in each.edges],
        lambda each: dict(each.degree),
        len,
        lambda each: "b" in each,
        lambda each: each.number_of_edges(),
        lambda each: set(each.to_undirected().edges()),
        lambda each: set(each.reverse().edges()) if each.is_directed() else None,
    ):
        assert look(drawn_from(graph)) == look(graph)
    assert isinstance(drawn_from(graph), kind)


@pytest.mark.parametrize("again", [copy.deepcopy, copy.copy, nx.Graph.copy])
def test_a_copy_is_a_graph_of_its_own(again: Callable[[nx.Graph], nx.Graph]) -> None:
    drawn = drawn_from(nx.karate_club_graph())
    other = again(drawn)
    assert nx.utils.graphs_equal(other, drawn)
    assert nx.pagerank(other) == pytest.approx(nx.pagerank(drawn), abs=1e-12)
    assert isinstance(other, Drawn)


def test_a_backend_that_networkx_does_not_know_leaves_a_graph_of_networkx() -> None:
    told = (
        "import importlib.metadata as found; known = found.entry_points\n"
        "found.entry_points = lambda **of: [] if 'networkx' in of.get('group', '') else known(**of)\n"
        "import networkx as nx; from matchgraph.graph.drawn import MatchMultiDiGraph\n"
        "graph = MatchMultiDiGraph([(1, 2)]); assert graph.__networkx_backend__ == 'networkx'\n"
        "assert set(nx.pagerank(graph)) == set(nx.closeness_centrality(graph)) == {1, 2}"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", told], check=True)
