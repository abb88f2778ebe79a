"""Measures of a graph, on arrays: who is central, which nodes hang together, and how closely."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from matchgraph.graph.arrays import Arrays

_MANY = 100_000  # edges from which a run is worth its time
_RUNS, _FEW_RUNS = 8, 2
_SETTLED = 1e-5  # gain in modularity below which a run has settled
_DIGITS = 12


def pagerank_of(
    arrays: Arrays,
    *,
    alpha: float = 0.85,
    restart: np.ndarray | None = None,
    dangling: np.ndarray | None = None,
    start: np.ndarray | None = None,
    tol: float = 1e-6,
    most: int = 100,
) -> tuple[np.ndarray, bool]:
    """How often a walk stands on each node, and whether that has settled within so many steps.

    With a chance of `alpha` the walk goes on by weight, else it starts again as `restart` weighs; from where no edge
    leads on it goes as `dangling` weighs (Page and others, 1999). Settled is what moves less than `tol` a node.
    """
    even = np.full(len(arrays), 1 / max(len(arrays), 1))
    begin = even if restart is None else restart / restart.sum()
    onward = begin if dangling is None else dangling / dangling.sum()
    shares = even if start is None else start / start.sum()
    leaving = np.asarray(arrays.steps.sum(axis=1))
    ends = leaving == 0
    back = (sp.diags_array(1 / np.where(ends, 1, leaving)) @ arrays.steps).T
    for _ in range(most):
        before = shares
        shares = alpha * (back @ before + before[ends].sum() * onward) + (1 - alpha) * begin
        if np.abs(shares - before).sum() < len(arrays) * tol:
            return shares, True
    return shares, False


def degrees_of(arrays: Arrays) -> tuple[np.ndarray, np.ndarray]:
    """How many edges come into each node, and how many go out of it; a loop does both."""
    size = len(arrays)
    return np.bincount(arrays.target, minlength=size), np.bincount(arrays.source, minlength=size)


def parts_of(arrays: Arrays, strong: bool = False) -> tuple[int, np.ndarray]:
    """How many parts hang together, and which of them each node is in; `strong` asks for a way there and back."""
    source, target, size = arrays.source, arrays.target, len(arrays)
    if strong:
        return _parts(source, target, size, strong=True)
    # A few of the edges join most of what hangs together, and few of the rest join anything more (as Afforest does:
    # Sutton, Ben-Nun and Barak, 2018).
    few = slice(None, None, max(1, len(source) // (2 * size + 1)))
    count, part = _parts(source[few], target[few], size)
    ends = part[source], part[target]
    rest = ends[0] != ends[1]
    count, of_parts = _parts(ends[0][rest], ends[1][rest], count)
    return count, of_parts[part]


def cores_of(arrays: Arrays) -> np.ndarray:
    """The core of each node, without directions and loops: the most k such that it and k others all have k joined."""
    from sknetwork.topology import get_core_decomposition

    if not len(arrays.source):
        return np.zeros(len(arrays), np.int64)
    return np.asarray(get_core_decomposition(sp.csr_matrix(arrays.steps)))


def communities_of(arrays: Arrays, resolution: float = 1.0) -> np.ndarray:
    """Which community each node is in, numbered by their first nodes in the order of `ranks`.

    Several runs of Louvain (Blondel and others, 2008), each with the nodes in another order; what all of them keep
    together is one node in a last run (Ovelgönne and Geyer-Schulz, 2013), and the best of all counts. Every community
    hangs together. The same nodes and edges give the same communities in whatever order they come.
    """
    joined = arrays.canonical
    if not joined.nnz:
        return arrays.ranks
    runs = _RUNS if len(arrays.source) < _MANY else _FEW_RUNS
    found = np.stack([_louvain(joined, arrays.directed, resolution, seed) for seed in range(runs)])
    _, first, kept = np.unique(found, axis=1, return_index=True, return_inverse=True)
    into = sp.csr_array((np.ones(len(kept)), (np.arange(len(kept)), kept)))
    small = (into.T @ joined @ into).tocsr()
    last = [_louvain(small, arrays.directed, resolution, seed) for seed in range(runs)]
    best = max([*found[:, first], *last], key=lambda each: round(modularity_of(small, each, resolution), _DIGITS))[kept]
    return np.asarray(_hanging_together(joined, best)[arrays.ranks])


def modularity_of(joined: sp.csr_array, community: np.ndarray, resolution: float = 1.0) -> float:
    """How much more weight is within communities than by chance, of a graph by its `ends`."""
    total = joined.sum()
    of = np.repeat(community, np.diff(joined.indptr))
    within = joined.data[of == community[joined.indices]].sum()
    leaving = np.bincount(community, np.asarray(joined.sum(axis=1)))
    coming = np.bincount(community, np.asarray(joined.sum(axis=0)))
    return float(within / total - resolution * (leaving / total) @ (coming / total))


def _parts(source: np.ndarray, target: np.ndarray, size: int, strong: bool = False) -> tuple[int, np.ndarray]:
    joined = sp.csr_array((np.ones(len(source)), (source, target)), (size, size))
    count, part = connected_components(joined, directed=strong, connection="strong" if strong else "weak")
    return int(count), part


def _louvain(joined: sp.csr_array, directed: bool, resolution: float, seed: int) -> np.ndarray:
    from sknetwork.clustering import Louvain

    run = Louvain(
        resolution,
        modularity="dugue" if directed else "newman",
        tol_optimization=_SETTLED,
        tol_aggregation=_SETTLED,
        shuffle_nodes=True,
        random_state=seed,
        return_probs=False,
        return_aggregate=False,
    )
    return np.asarray(run.fit_predict(sp.csr_matrix(joined)))


def _hanging_together(joined: sp.csr_array, community: np.ndarray) -> np.ndarray:
    """The communities with those that are in pieces taken apart, numbered by their first nodes."""
    inside = joined.tocoo()
    same = community[inside.row] == community[inside.col]
    kept = sp.csr_array((np.ones(same.sum()), (inside.row[same], inside.col[same])), joined.shape)
    return np.asarray(connected_components(kept, directed=False)[1])
