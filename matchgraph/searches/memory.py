"""What past searches ended in: each past query's vector and choices, and the words that each artifact was found by.

    chosen = .6 * near * (sure * share of similar searches that ended in it + (1 - sure) * .1)

The .1 is the benefit of the doubt: what nobody chose yet had no chance to be chosen, which is not the same as having
been passed over. On held-out choices it costs nothing, and it takes away most of what memory costs hidden artifacts.

The texts of queries are not kept: a vector says what was meant and not in which words, and of the words only stems that
several people used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from matchgraph.vectors.index import Index
from matchgraph.vectors.words import Words, vocabulary_of

SHARE = 0.6  # what memory adds at most: as much as the best capability
SURE = 5.0  # weight of choices at which an artifact's memory counts half
DOUBT = 0.1  # the share of similar searches that what nobody chose yet is taken to have ended: it had no chance to

_NEIGHBOURS, _WIDTH = 30, 0.05
_LEAST = 0.01  # of the nearest past query's weight: below it one is not similar
_K1, _B = 1.2, 0.75


@dataclass(frozen=True, eq=False)
class Hits:
    """Which artifacts were chosen for which past queries."""

    grid: np.ndarray  # int16, (queries, dim), in the order of the queries' texts
    weights: sp.csr_matrix  # float64, (queries, artifacts); a query's weight is split over its artifacts
    searches: sp.csr_matrix  # int64, the same cells: real searches that ended there

    @cached_property
    def held(self) -> np.ndarray:
        """How much weight of choices each artifact has."""
        return np.asarray(self.weights.sum(axis=0)).ravel()

    def of(self, rows: np.ndarray) -> Hits:
        """The hits of some queries alone."""
        return Hits(self.grid[rows], self.weights[rows], self.searches[rows])


@dataclass(frozen=True, eq=False)
class Remembered:
    """What memory says of one query, for every artifact."""

    chosen: np.ndarray  # float64, points for being what similar searches ended in, or for having had no chance to
    said: np.ndarray  # float64, points for having been found by these words
    ended: np.ndarray  # int64, how many of the similar searches ended in it
    similar: np.ndarray  # int64, how many similar searches there were


@dataclass(frozen=True, eq=False)
class Memory:
    """Held by the scorer: hits, the words they were found by, and how near a past query has to be."""

    hits: Hits
    words: Words  # of past queries, one row an artifact
    kappa: float  # weight of neighbours at which memory counts half

    @cached_property
    def index(self) -> Index:
        """The past queries."""
        return Index(self.hits.grid)

    @cached_property
    def shares(self) -> sp.csr_matrix:
        """Of each past query, how its weight is spread over what was chosen for it."""
        totals = np.asarray(self.hits.weights.sum(axis=1)).ravel()
        return sp.csr_matrix(sp.diags_array(1 / totals) @ self.hits.weights)

    @cached_property
    def gate(self) -> np.ndarray:
        """How sure each artifact's memory is, 0 to 1: one choice is hardly evidence, fifty are."""
        return self.hits.held / (self.hits.held + SURE)

    def of(self, query: str, asked: np.ndarray) -> Remembered:
        """What past searches say of a query; `asked`: its grid rows, as encoded, the whole first."""
        cosines, rows = self.index.nearest(asked, _NEIGHBOURS)
        weights = np.exp((cosines - 1) / _WIDTH)
        weights[weights < _LEAST * weights[:, :1]] = 0.0
        total = weights.sum(axis=1)
        near = total / (total + self.kappa)
        spread = _spread(weights, rows, len(self.hits.grid))
        shares = (spread @ self.shares).toarray() / total[:, None]
        points = SHARE * near[:, None] * (self.gate * shares + (1 - self.gate) * DOUBT)
        ended = (_spread((weights > 0).astype(np.int64), rows, len(self.hits.grid)) @ self.hits.searches).toarray()
        best, every = points.argmax(axis=0), np.arange(points.shape[1])  # of the whole query and its clauses
        said = self.gate * near[0] * self.words.shares(query) ** 2
        return Remembered(points[best, every], said, ended[best, every], ended.sum(axis=1)[best])


def _spread(values: np.ndarray, rows: np.ndarray, among: int) -> sp.csr_matrix:
    """The values of each query's neighbours, as a row over all past queries."""
    ends = np.arange(len(rows) + 1) * rows.shape[1]
    return sp.csr_matrix((values.ravel(), rows.ravel(), ends), (len(rows), among))


def memory_of(hits: Hits, words: Sequence[Sequence[str]], kappa: float) -> Memory:
    """The memory of hits; `words` are those of each row's query that may be kept."""
    asked = [Counter(each) for each in words]
    vocabulary = sorted({word for each in asked for word in each})
    place = {word: column for column, word in enumerate(vocabulary)}
    cells = [(row, place[word], times) for row, each in enumerate(asked) for word, times in each.items()]
    at, to, times = np.array(cells, np.int64).reshape(-1, 3).T
    said = sp.csr_matrix((times.astype(float), (at, to)), (len(asked), len(vocabulary)))
    asked_by = np.bincount(to, minlength=len(vocabulary))
    rarity = np.log(1 + (len(asked) - asked_by + 0.5) / (asked_by + 0.5))
    weights = sp.coo_matrix(hits.weights.T @ said)
    length = np.asarray(weights.sum(axis=1)).ravel()
    usual = length[length > 0].mean() if length.any() else 1.0
    damped = weights.data + _K1 * (1 - _B + _B * length / usual)[weights.row]
    weights.data = (weights.data / damped * rarity[weights.col]).astype(np.float32)
    return Memory(hits, Words(weights.tocsc().astype(np.float32), vocabulary_of(vocabulary), rarity, len(asked)), kappa)


def hits_of(
    choices: Mapping[tuple[str, str], float],
    searches: Mapping[tuple[str, str], int],
    queries: Sequence[str],
    grid: np.ndarray,
    place: Mapping[str, int],
) -> tuple[Hits, list[str]]:
    """The choices of what is in the catalogue, and the queries they were made for.

    `choices` weighs (query, artifact id) and `searches` counts the same; `grid` holds the rows of `queries`, `place`
    the artifacts by id.
    """
    row = {query: at for at, query in enumerate(queries)}
    known = [(key, weight) for key, weight in choices.items() if key[1] in place and weight > 0]
    golds = Counter(query for (query, _), _ in known)
    at = [row[query] for (query, _), _ in known]
    to = [place[artifact_id] for (_, artifact_id), _ in known]
    shape = (len(queries), len(place))
    held = [weight / golds[query] for (query, _), weight in known]
    weights = sp.csr_matrix((np.array(held, np.float64), (at, to)), shape)
    counts = sp.csr_matrix((np.array([searches[key] for key, _ in known], np.int64), (at, to)), shape)
    some = np.flatnonzero(np.diff(weights.indptr))
    return Hits(grid[some], weights[some], counts[some]), [queries[at] for at in some.tolist()]
