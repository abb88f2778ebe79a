"""`make bench-best`: whether the confidence in one artifact for an intent is the share of times that it is the one.

Labelled queries of several families; each family is told by a fit on the others, as a new kind of query would be. What
`answers/best.py` uses is the fit on all, every family counting the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from scipy.optimize import minimize

import matchgraph as mg
from matchgraph.answers.asking import encode_queries
from matchgraph.answers.best import TENTH, confidence_of
from matchgraph.searches.hits import Labelled, read_labelled
from matchgraph.vectors.cache import VectorCache
from tests.bench.rebuild import HITS, REAL
from tests.bench.search import STORE

MOST = 300  # queries of one family
BINS = 10


def looked_at() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Per query: the two logs that the confidence rests on, whether the first was right, its family, what we say."""
    mg.rebuild(REAL, store=STORE, merge=False)
    graph = mg.open(STORE)
    catalogue, cache = graph.snapshot.catalogue, VectorCache(graph.store.cache, graph.encoder.digest)
    queries = sampled(each for each in read_labelled([HITS]) if not catalogue.place.keys().isdisjoint(each.gold))
    asked = encode_queries([query.query for query in queries], graph.encoder, cache)
    found = []
    for query, rows in zip(queries, asked, strict=True):
        scored = graph.scorer.score(query.query, rows, TENTH)
        score = scored.score.tolist()
        right = catalogue.ids[int(scored.places[0])] in query.gold
        logs = [np.log(score[0] - score[behind] + 0.01) for behind in (1, TENTH - 1)]
        found.append((*logs, right, query.family, confidence_of(score, graph.snapshot.floor)))
    second, tenth, right, family, said = map(np.array, zip(*found, strict=True))
    return np.stack([np.ones(len(second)), second, tenth], 1), right.astype(float), family, said


def sampled(queries: Iterable[Labelled]) -> list[Labelled]:
    """As many queries of each family as count, drawn from all of it."""
    families: dict[str, list[Labelled]] = defaultdict(list)
    for query in queries:
        families[query.family].append(query)
    draw = np.random.default_rng(5)
    return [each[at] for _, each in sorted(families.items()) for at in draw.permutation(len(each))[:MOST]]


def fitted(rows: np.ndarray, right: np.ndarray, family: np.ndarray) -> np.ndarray:
    """The logistic fit in which every family counts the same."""
    weight = np.array([1 / (family == each).sum() for each in family])

    def loss(terms: np.ndarray) -> float:
        odds = rows @ terms
        return float((weight * (np.logaddexp(0, odds) - right * odds)).sum() / weight.sum())

    return np.asarray(minimize(loss, np.zeros(rows.shape[1])).x)


def off_by(said: np.ndarray, right: np.ndarray) -> float:
    """The mean distance of what is said from what is so, over ten equal parts by what is said."""
    parts = np.array_split(np.argsort(said), BINS)
    return float(sum(abs(said[part].mean() - right[part].mean()) * len(part) for part in parts) / len(said))


def main() -> None:
    rows, right, family, said = looked_at()
    told = np.zeros(len(right))
    for each in np.unique(family):
        held = family == each
        told[held] = 1 / (1 + np.exp(-rows[held] @ fitted(rows[~held], right[~held], family[~held])))
        print(f"{each:20} {held.sum():4} queries, right {right[held].mean():.2f}, said {told[held].mean():.2f}")
    pairs = (told[right == 1][:, None] > told[right == 0]).mean()
    print(f"each family by the others: off by {off_by(told, right):.3f}, right above wrong in {pairs:.2f} of pairs")
    print(f"as shipped: off by {off_by(said, right):.3f}; fit on all: {fitted(rows, right, family).round(2)}")


if __name__ == "__main__":
    main()
