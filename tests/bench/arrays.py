"""`make bench-arrays`: what measures cost on arrays and in plain networkx, and whether they agree, in one run.

A graph of 50,000 nodes and 500,000 edges, the same each time, with groups in it and, as in match graphs of real
catalogues, most nodes in one part and some in small parts of their own. Ours are networkx's own functions on a drawn
graph that nothing has looked into, a new one each time, so that whatever must be made of the arrays is paid for. Both
sides are judged by their fastest turn, but for communities, which networkx finds once.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa

from matchgraph.graph.drawn import Sheet, draw

NODES, EDGES, GROUPS = 50_000, 500_000, 400
ALONE, TOGETHER = 2_000, 5  # nodes outside the large part, and in each of their parts
TURNS = int(os.environ.get("MATCHGRAPH_BENCH_TURNS", "3"))
FASTER = 10


def sheet() -> Sheet:
    """Three of five edges within a group, some nodes far better joined than others."""
    dice = np.random.default_rng(5)
    large, many = NODES - ALONE, EDGES * 4 // 3
    group = np.sort(dice.integers(0, GROUPS, large))
    starts = np.searchsorted(group, np.arange(GROUPS + 1))
    source, within = dice.integers(0, large, many), dice.random(many) < 0.6
    low, high = np.where(within, starts[group[source]], 0), np.where(within, starts[group[source] + 1], large)
    target = low + (dice.random(many) ** 2 * (high - low)).astype(np.int64)
    pairs = np.unique(np.sort(np.stack([source, target], axis=1)[source != target], axis=1), axis=0)
    alone = np.arange(large, NODES).reshape(-1, TOGETHER)
    chains = np.stack([alone[:, :-1].ravel(), alone[:, 1:].ravel()], axis=1)
    pairs = pairs[np.sort(dice.permutation(len(pairs))[: EDGES - len(chains)])]
    ends = np.concatenate([pairs, chains]).astype(np.int32).T.copy()
    nodes = [f"n{place:05}" for place in range(NODES)]
    weight = pa.table({"weight": dice.integers(1, 256, EDGES) / 256})
    return Sheet(nodes, pa.table({"type": ["model"] * NODES}), *ends, weight, directed=False)


def parts(graph: nx.Graph) -> list[set[Any]]:
    return list(nx.connected_components(graph))


def off_by(ours: dict[Any, float], theirs: dict[Any, float]) -> float:
    return max(abs(ours[node] - theirs[node]) for node in theirs)


def timed(function: Callable[[nx.Graph], Any], graphs: list[nx.Graph]) -> tuple[Any, float]:
    """What a function gives of each graph, and the fewest CPU seconds it took."""
    spent = []
    for graph in graphs:
        start = time.process_time()
        found = function(graph)
        spent.append(time.process_time() - start)
    return found, min(spent)


def line(name: str, ours: float, theirs: float, agreement: str, agrees: bool) -> None:
    met = "met" if theirs >= FASTER * ours and agrees else "NOT MET"
    print(f"  {name:24} {ours:9.4f} {theirs:9.3f} {theirs / ours:8.1f} x  {agreement:44} {met}", flush=True)


def main() -> None:
    made = sheet()
    plain = draw(made).plain()
    print(f"{plain.number_of_nodes():,} nodes, {plain.number_of_edges():,} edges; bars: >= {FASTER} x, and agreement")
    print(f"  {'measure':24} {'ours, s':>9} {'networkx':>9} {'ratio':>10}  agreement")

    def anew(turns: int) -> list[nx.Graph]:
        return [draw(Sheet(made.nodes, made.said, made.source, made.target, made.edges, False)) for _ in range(turns)]

    timed(parts, anew(1))  # so that what is imported late has been
    some = dict.fromkeys(made.nodes[:20], 1.0)
    walks = {"PageRank": {}, "PageRank, personal": {"personalization": some, "tol": 1e-9}}
    for name, more in walks.items():
        ours, our_time = timed(lambda graph: nx.pagerank(graph, **more), anew(TURNS))  # noqa: B023
        theirs, their_time = timed(lambda graph: nx.pagerank(graph, **more), [plain] * TURNS)  # noqa: B023
        far = off_by(ours, theirs)
        line(name, our_time, their_time, f"off by {far:.1e}, wanted <= 1e-9", far <= 1e-9)
    for name, function in {"cores": nx.core_number, "connected components": parts}.items():
        (ours, our_time), (theirs, their_time) = timed(function, anew(TURNS)), timed(function, [plain] * TURNS)
        line(name, our_time, their_time, "same" if ours == theirs else "NOT THE SAME", ours == theirs)
    communities(anew, plain)


def communities(anew: Callable[[int], list[nx.Graph]], plain: nx.Graph) -> None:
    """Communities, and what they are worth; twice, to see that they are the same."""
    louvain = nx.community.louvain_communities
    ours, our_time = timed(louvain, anew(TURNS))
    theirs, their_time = timed(lambda graph: louvain(graph, seed=1), [plain])
    again = louvain(anew(1)[0], seed=2)
    (our_worth, ours_took), (their_worth, theirs_took) = (
        timed(lambda graph: nx.community.modularity(graph, theirs), graphs) for graphs in (anew(1), [plain])
    )
    line("modularity", ours_took, theirs_took, f"off by {abs(our_worth - their_worth):.1e}, wanted <= 1e-9",
         abs(our_worth - their_worth) <= 1e-9)  # fmt: skip
    worth = nx.community.modularity(plain, ours)
    said = f"modularity {worth:.5f}, theirs {their_worth:.5f}; {'same' if ours == again else 'NOT THE SAME'} again"
    line("communities", our_time, their_time, said, worth >= their_worth and ours == again)


if __name__ == "__main__":
    main()
