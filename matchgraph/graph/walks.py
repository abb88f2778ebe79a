"""How often a walk over choices comes by each artifact: chosen where many queries lead counts for more."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from matchgraph.graph.arrays import Arrays
from matchgraph.graph.measures import pagerank_of

_DIGITS = 9


def walk_over_choices(choices: Mapping[tuple[str, str], float]) -> dict[str, float]:
    """The share of each artifact in a walk between queries and what was chosen for them, restarting at queries.

    `choices` weighs (query, artifact id). A restart at queries keeps the walk from resting where it has been: an
    artifact is central by the queries that lead to it, not by what it leads to (personalised PageRank; Haveliwala,
    2002). A query that is less than one voice is as much less of a restart: who asks a hundred things once is one.

    >>> walk_over_choices({("sort mail", "a"): 3.0, ("sort mail", "b"): 1.0})
    {'a': 0.75, 'b': 0.25}
    """
    queries, artifacts = (sorted({pair[side] for pair in choices}) for side in (0, 1))
    if not queries:
        return {}
    at_query, at_artifact = ({name: place for place, name in enumerate(names)} for names in (queries, artifacts))
    told = sorted(choices.items())
    source = np.array([at_query[query] for (query, _), _ in told], np.int32)
    target = np.array([len(queries) + at_artifact[artifact_id] for (_, artifact_id), _ in told], np.int32)
    weight = np.array([weight for _, weight in told], np.float64)
    asked = np.bincount(source, weight, len(queries) + len(artifacts))
    walked = Arrays([*queries, *artifacts], source, target, weight, directed=False)
    shares, _ = pagerank_of(walked, restart=np.minimum(asked, 1.0), tol=1e-12, most=1_000)
    found = shares[len(queries) :] / shares[len(queries) :].sum()
    return dict(zip(artifacts, found.round(_DIGITS).tolist(), strict=True))
