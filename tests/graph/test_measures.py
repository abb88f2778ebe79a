"""Measures on arrays that networkx computes in another way: communities, and what they are worth."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matchgraph.graph import backend
from matchgraph.graph.arrays import Arrays
from matchgraph.graph.drawn import arrays_of
from matchgraph.graph.measures import communities_of, degrees_of, modularity_of, pagerank_of
from tests.graph.test_backend import KINDS, drawn_from, graphs


def grouped(seed: int, nodes: int = 120, edges: int = 500, groups: int = 6) -> nx.Graph:
    """A graph whose edges keep to groups, nine times out of ten."""
    dice = np.random.default_rng(seed)
    group = dice.integers(0, groups, nodes)
    source, target = dice.integers(0, nodes, (2, 8 * edges))
    kept = (source != target) & ((group[source] == group[target]) | (dice.random(8 * edges) < 0.1))
    weight = dice.integers(1, 9, 8 * edges) / 4
    graph = nx.Graph()
    rows = list(zip(source[kept].tolist(), target[kept].tolist(), weight[kept].tolist(), strict=True))[:edges]
    graph.add_weighted_edges_from((f"n{one}", f"n{other}", much) for one, other, much in rows)
    return graph


def shuffled(graph: nx.Graph, seed: int) -> nx.Graph:
    """The same nodes and edges in another order, edges without direction from their other end."""
    dice = np.random.default_rng(seed)
    other = graph.__class__()
    other.add_nodes_from(dice.permutation(list(graph)).tolist())
    edges = list(graph.edges(data=True))
    for at in dice.permutation(len(edges)).tolist():
        one, two, said = edges[at]
        other.add_edge(*((one, two) if graph.is_directed() else (two, one)), **said)
    return other


@pytest.mark.parametrize("seed", range(12))
def test_communities_are_worth_no_less_than_those_of_networkx(seed: int) -> None:
    graph = grouped(seed)
    ours = nx.community.louvain_communities(drawn_from(graph))
    theirs = [nx.community.louvain_communities(graph, seed=each) for each in range(5)]
    worth = nx.community.modularity(graph, ours)
    assert worth >= max(nx.community.modularity(graph, each) for each in theirs) - 1e-12


@settings(deadline=None, max_examples=40)
@given(graphs(KINDS), st.integers(0, 99))
def test_the_order_of_nodes_and_edges_and_the_seed_change_no_community(graph: nx.Graph, seed: int) -> None:
    assume(not graph.size() or graph.size("weight"))
    orders = graph, shuffled(graph, seed)
    ours, again = (nx.community.louvain_communities(each, seed=seed, backend="matchgraph") for each in orders)
    assert ours == again


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_many_nodes_and_edges_changes_no_community(seed: int) -> None:
    graph = grouped(seed)
    found = [
        nx.community.louvain_communities(drawn_from(each)) for each in (graph, shuffled(graph, 1), shuffled(graph, 2))
    ]
    assert found[0] == found[1] == found[2]
    assert min(found[0][0]) == min(graph, key=str)  # numbered by their first nodes


@settings(deadline=None, max_examples=50)
@given(graphs(KINDS))
def test_every_community_hangs_together_and_every_node_is_in_one(graph: nx.Graph) -> None:
    found = nx.community.louvain_communities(graph, weight=None, backend="matchgraph")
    assert nx.community.is_partition(graph, found)
    joined = nx.Graph(graph.edges())
    joined.add_nodes_from(graph)
    assert all(nx.is_connected(joined.subgraph(each)) for each in found)


@settings(deadline=None, max_examples=100)
@given(graphs(KINDS), st.integers(1, 4), st.sampled_from(["weight", None]), st.sampled_from([0.5, 1.0, 2.0]))
def test_modularity_is_that_of_networkx(graph: nx.Graph, count: int, weight: str | None, resolution: float) -> None:
    told = [each for each in ([node for node in graph if int(node[1]) % count == at] for at in range(count)) if each]
    said = {"weight": weight, "resolution": resolution}
    if graph.size(weight=weight) > 0:
        ours = nx.community.modularity(graph, told, backend="matchgraph", **said)
        assert ours == pytest.approx(nx.community.modularity(graph, told, **said), abs=1e-12)


def test_communities_that_share_a_node_are_no_partition() -> None:
    drawn = drawn_from(nx.path_graph(["a", "b", "c"]))
    for told in ([{"a", "b"}, {"b", "c"}], [{"a"}, {"b"}], [{"a", "b", "c", "d"}], [{"a", "b"}, {"d"}]):
        with pytest.raises(nx.NetworkXError, match="not a valid partition"):
            nx.community.modularity(drawn, told)


def test_two_triangles_on_a_bridge_are_two_communities_by_hand() -> None:
    graph = nx.Graph(["ab", "bc", "ca", "cd", "de", "ef", "fd"])
    assert nx.community.louvain_communities(drawn_from(graph)) == [{"a", "b", "c"}, {"d", "e", "f"}]
    arrays = arrays_of(graph, None)
    # Six of seven edges are within, and each half has seven of fourteen ends.
    assert modularity_of(arrays.ends, np.array([0, 0, 0, 1, 1, 1])) == pytest.approx(6 / 7 - 1 / 2)


def test_nodes_without_edges_are_communities_of_their_own() -> None:
    assert nx.community.louvain_communities(drawn_from(nx.empty_graph(["b", "a"]))) == [{"a"}, {"b"}]
    assert communities_of(Arrays([], *np.zeros((2, 0), np.int32), np.zeros(0), directed=False)).tolist() == []


def test_what_has_less_than_no_weight_is_networkxs_to_judge() -> None:
    graph = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", 1.0), ("b", "c", -1.0), ("c", "d", 1.0)])
    with pytest.raises(NotImplementedError, match="weights of 0 and more"):
        backend.louvain_communities(graph)
    assert len(nx.community.louvain_communities(drawn_from(graph), seed=1)) == 2


def test_a_walk_of_no_step_has_not_settled_and_a_loop_is_joined_twice() -> None:
    arrays = arrays_of(nx.Graph([("a", "a"), ("a", "b")]), None)
    shares, settled = pagerank_of(arrays, most=0)
    assert (shares.tolist(), settled) == ([0.5, 0.5], False)
    assert np.add(*degrees_of(arrays)).tolist() == [3, 1]
