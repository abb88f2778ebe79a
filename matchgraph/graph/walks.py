"""How often a walk over choices comes by each artifact: chosen where many queries lead counts for more."""

from __future__ import annotations

from collections.abc import Mapping

import networkx as nx

_DIGITS = 9


def walk_over_choices(choices: Mapping[tuple[str, str], float]) -> dict[str, float]:
    """The share of each artifact in a walk between queries and what was chosen for them, restarting at queries.

    `choices` weighs (query, artifact id). A restart at queries keeps the walk from resting where it has been: an
    artifact is central by the queries that lead to it, not by what it leads to (personalised PageRank; Haveliwala,
    2002). A query that is less than one voice is as much less of a restart: who asks a hundred things once is one.

    >>> walk_over_choices({("sort mail", "a"): 3.0, ("sort mail", "b"): 1.0})
    {'a': 0.75, 'b': 0.25}
    """
    walked = nx.Graph()
    for (query, artifact_id), weight in sorted(choices.items()):
        walked.add_edge(("query", query), ("artifact", artifact_id), weight=weight)
    asked = walked.degree(weight="weight")
    queries = {node: min(asked[node], 1.0) for node in walked if node[0] == "query"}
    if not queries:
        return {}
    shares = nx.pagerank(walked, personalization=queries, dangling=queries, weight="weight", tol=1e-12, max_iter=1_000)
    found = {node[1]: share for node, share in shares.items() if node[0] == "artifact"}
    total = sum(found.values())
    return {artifact_id: round(share / total, _DIGITS) for artifact_id, share in sorted(found.items())}
