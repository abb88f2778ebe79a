"""The match graph as a backend of networkx: what it holds of networkx's functions, each by the name it has there.

A function that finds arguments which it has no array form for says `NotImplementedError`, and networkx answers itself.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from typing import Any

import networkx as nx
import numpy as np

from matchgraph.graph.arrays import Arrays
from matchgraph.graph.drawn import Drawn, arrays_of
from matchgraph.graph.measures import (
    communities_of,
    cores_of,
    degrees_of,
    modularity_of,
    pagerank_of,
    parts_of,
)

_THRESHOLD = 1e-7  # of `louvain_communities`, where nobody asks for another
_Weights = Mapping[Any, float]


def convert_from_nx(graph: nx.Graph, **wanted: Any) -> nx.Graph:
    """The graph itself: its arrays are read when a function asks for them."""
    return graph


def convert_to_nx(result: Any, **wanted: Any) -> Any:
    """A result as networkx's own functions take it."""
    return result.plain() if isinstance(result, Drawn) else result


def pagerank(
    G: nx.Graph,
    alpha: float = 0.85,
    personalization: _Weights | None = None,
    max_iter: int = 100,
    tol: float = 1e-6,
    nstart: _Weights | None = None,
    weight: Hashable = "weight",
    dangling: _Weights | None = None,
) -> dict[Any, float]:
    """How often a walk stands on each node."""
    arrays = _arrays(G, weight)
    if not len(arrays):
        return {}
    restart, start, onward = (_in_order(arrays, weights) for weights in (personalization, nstart, dangling))
    if restart is not None and restart.sum() == 0:
        raise ZeroDivisionError
    shares, settled = pagerank_of(
        arrays, alpha=alpha, restart=restart, dangling=onward, start=start, tol=tol, most=max_iter
    )
    if not settled:
        raise nx.PowerIterationFailedConvergence(max_iter)
    return _by_node(arrays, shares)


def degree_centrality(G: nx.Graph) -> dict[Any, float]:
    """The share of the other nodes that each is joined to."""
    arrays = _arrays(G)
    return _of_others(arrays, np.add(*degrees_of(arrays)))


def in_degree_centrality(G: nx.Graph) -> dict[Any, float]:
    """The share of the other nodes that lead to each."""
    arrays = _arrays(G)
    return _of_others(arrays, degrees_of(arrays)[0])


def out_degree_centrality(G: nx.Graph) -> dict[Any, float]:
    """The share of the other nodes that each leads to."""
    arrays = _arrays(G)
    return _of_others(arrays, degrees_of(arrays)[1])


def core_number(G: nx.Graph) -> dict[Any, int]:
    """The core of each node."""
    arrays = _arrays(G)
    if arrays.directed:
        raise NotImplementedError("cores are held for graphs without directions")
    if (arrays.source == arrays.target).any():
        raise nx.NetworkXNotImplemented("Input graph has self loops which is not permitted: take them out first.")
    return _by_node(arrays, cores_of(arrays))


def connected_components(G: nx.Graph) -> Iterator[set[Any]]:
    """The nodes of each part that hangs together."""
    arrays = _arrays(G)
    return iter(_sets(arrays, parts_of(arrays)[1]))


def number_connected_components(G: nx.Graph) -> int:
    """How many parts hang together."""
    return parts_of(_arrays(G))[0]


def is_connected(G: nx.Graph) -> bool:
    """Whether all hangs together."""
    return _is_one(G)


weakly_connected_components = connected_components
number_weakly_connected_components = number_connected_components
is_weakly_connected = is_connected


def strongly_connected_components(G: nx.Graph) -> Iterator[set[Any]]:
    """The nodes of each part in which a way leads from each to each."""
    arrays = _arrays(G)
    return iter(_sets(arrays, parts_of(arrays, strong=True)[1]))


def number_strongly_connected_components(G: nx.Graph) -> int:
    """How many parts there are in which a way leads from each to each."""
    return parts_of(_arrays(G), strong=True)[0]


def is_strongly_connected(G: nx.Graph) -> bool:
    """Whether a way leads from each to each."""
    return _is_one(G, strong=True)


def modularity(
    G: nx.Graph, communities: Collection[Collection[Any]], weight: Hashable = "weight", resolution: float = 1
) -> float:
    """How much more weight is within communities than by chance."""
    arrays = _arrays(G, weight)
    _needs_weight(arrays)
    told = list(communities)
    place = dict(zip(arrays.nodes, range(len(arrays)), strict=True))
    listed = [node for community in told for node in community]
    if len(listed) != len(place) or place.keys() != set(listed):
        raise nx.community.quality.NotAPartition(G, told)
    found = np.empty(len(arrays), np.int64)
    found[[place[node] for node in listed]] = np.repeat(np.arange(len(told)), [len(each) for each in told])
    return modularity_of(arrays.ends, found, resolution)


def louvain_communities(
    G: nx.Graph,
    weight: Hashable = "weight",
    resolution: float = 1,
    threshold: float = _THRESHOLD,
    max_level: int | None = None,
    seed: Any = None,
) -> list[set[Any]]:
    """The communities, each hanging together; the seed says nothing."""
    if threshold != _THRESHOLD or max_level is not None or not resolution > 0:
        raise NotImplementedError("communities are held as the best, not level by level")
    arrays = _arrays(G, weight)
    if len(arrays.source):
        _needs_weight(arrays)
    return _sets(arrays, communities_of(arrays, resolution))


def _arrays(graph: nx.Graph, weight: Hashable = None) -> Arrays:
    return graph.arrays(weight) if isinstance(graph, Drawn) else arrays_of(graph, weight)


def _needs_weight(arrays: Arrays) -> None:
    """Leave graphs whose modularity is a matter of taste, or none, to networkx."""
    if not (arrays.weight >= 0).all() or not 0 < arrays.weight.sum() < np.inf:
        raise NotImplementedError("modularity is held for weights of 0 and more, not all of them 0")


def _in_order(arrays: Arrays, weights: _Weights | None) -> np.ndarray | None:
    return None if weights is None else np.array([weights.get(node, 0) for node in arrays.nodes], np.float64)


def _by_node(arrays: Arrays, values: np.ndarray) -> dict[Any, Any]:
    return dict(zip(arrays.nodes, values.tolist(), strict=True))


def _of_others(arrays: Arrays, joined: np.ndarray) -> dict[Any, float]:
    if len(arrays) <= 1:
        return dict.fromkeys(arrays.nodes, 1)
    return _by_node(arrays, joined * (1.0 / (len(arrays) - 1)))


def _sets(arrays: Arrays, part: np.ndarray) -> list[set[Any]]:
    """The nodes of each part, by number."""
    nodes = [arrays.nodes[place] for place in np.argsort(part, kind="stable").tolist()]
    ends = np.cumsum(np.bincount(part)).tolist()
    return [set(nodes[start:end]) for start, end in zip([0, *ends], ends, strict=False)]


def _is_one(graph: nx.Graph, strong: bool = False) -> bool:
    arrays = _arrays(graph)
    if not len(arrays):
        raise nx.NetworkXPointlessConcept("Connectivity is undefined for the null graph.")
    return parts_of(arrays, strong)[0] == 1
