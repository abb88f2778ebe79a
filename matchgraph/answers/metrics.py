"""What a list of answers is worth, by measures that others know, and how sure their means are."""

from __future__ import annotations

from collections.abc import Sequence

import ir_measures
import numpy as np
from ir_measures import RR, R, Success, nDCG

from matchgraph.searches.hits import Labelled

MEASURES = {"ndcg_10": nDCG @ 10, "mrr_10": RR @ 10, "recall_5": R @ 5, "recall_10": R @ 10, "hit_1": Success @ 1}
DEPTH = 10  # no measure looks further

_RESAMPLES = 2_000


def measured(queries: Sequence[Labelled], found: Sequence[Sequence[str]]) -> np.ndarray:
    """One row a query and one column a measure, float64, 0 to 1; `found` holds ids, best first."""
    names = [str(place) for place in range(len(queries))]
    right = [
        ir_measures.Qrel(name, answer, 1) for name, query in zip(names, queries, strict=True) for answer in query.gold
    ]
    # The place decides, not the score: a tie must not be broken anew by the evaluator.
    run = [
        ir_measures.ScoredDoc(name, artifact_id, float(DEPTH - place))
        for name, ids in zip(names, found, strict=True)
        for place, artifact_id in enumerate(ids[:DEPTH])
    ]
    values = np.zeros((len(queries), len(MEASURES)))
    column = {measure: at for at, measure in enumerate(MEASURES.values())}
    for metric in ir_measures.iter_calc(list(column), right, run):
        values[int(metric.query_id), column[metric.measure]] = metric.value
    return values


def bounds(values: np.ndarray) -> np.ndarray:
    """The 95% bootstrap interval of each column's mean, (2, columns), by the same draws every time.

    Columns are drawn together, so the interval of a difference of columns is a paired one.
    """
    dice, count = np.random.default_rng(0), len(values)
    draws = (np.bincount(dice.integers(0, count, count), minlength=count) for _ in range(_RESAMPLES))
    return np.asarray(np.quantile([drawn @ values / count for drawn in draws], [0.025, 0.975], axis=0))
