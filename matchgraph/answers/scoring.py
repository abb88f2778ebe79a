"""How well an artifact answers a query: terms that add up to the score, and stand as its reasons.

    score = .4 cos(query, whole text) + .6 cos(query, best capability, job or remark) + words + hubs + chosen + said
    words = 2.25 * share of the query's word weight that the artifact says / (1 + largest such share / .22)
    hubs: what is taken off for coming near to every query (`searches/hubs.py`)
    chosen, said: what past searches add (`searches/memory.py`)

Hubs and past searches count where they have shown that they help (`answers/learning.py`), and so does an adapter:
the cosines are of the query turned towards what is chosen for such queries.

Of a query in several clauses the cosines are the mean of two: the query as a whole, and the clause that suits the
artifact best. The larger the share of the query that some artifact says word for word, the less each word
counts: a long query shares few words with anything, and those tell much; two words are soon said by many.

All of it is absolute: a score does not change with the filter, with k or with what else is found. So a shorter list
is a prefix of a longer one (how deep candidates are looked for is the same up to k = 37), and equal filters give equal
results. Min-max fusion, the usual choice, has none of
this, and on the eight families of queries that this was chosen on it was no better (nDCG@10 .536 against .546).
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matchgraph.errors import QuestionError
from matchgraph.searches.learned import COLD, Learned
from matchgraph.searches.memory import Remembered
from matchgraph.vectors.index import Index
from matchgraph.vectors.lookup import Lookup
from matchgraph.vectors.texts import Texts
from matchgraph.vectors.words import Words

WHOLE, BEST, WORDS = 0.4, 0.6, 2.25
USUAL_SHARE = 0.22  # the share of word weight at which each word counts half
IN_PARTS = 0.5  # weight of the best clause, against the query as a whole

# What can be switched off: the terms of the score, two ways of reading the query, and what states no ability.
TERMS = ("whole", "best", "words", "hubs", "chosen", "said")
PARTS = (*TERMS, "clauses", "adapter", "remarks")

_ROWS, _ARTIFACTS = 300, 100  # how deep the vectors and the words are looked through, at least
_NEAR = 20  # artifacts that the vectors have to name, at least


@dataclass(frozen=True, eq=False, slots=True)
class Scored:
    """Artifacts with the terms of their scores."""

    places: np.ndarray  # int64, artifact places
    score: np.ndarray  # float64; the six terms add up to it
    whole: np.ndarray
    best: np.ndarray
    words: np.ndarray
    hubs: np.ndarray
    chosen: np.ndarray
    said: np.ndarray
    best_row: np.ndarray  # int64, the text row (capability, job or remark) that matched best
    ended: np.ndarray  # int64, how many similar searches ended in it
    similar: np.ndarray  # int64, how many similar searches there were


class Scorer:
    """Held by the engine: everything that a query is compared with."""

    def __init__(
        self, texts: Texts, grid: np.ndarray, words: Words, learned: Learned = COLD, lookup: Lookup | None = None
    ) -> None:
        self.texts = texts
        self.words = words
        self.learned = learned
        self.off: frozenset[str] = frozenset()  # the parts that take no part
        self.index = Index(grid, lookup)

    def knowing(self, learned: Learned) -> Scorer:
        """The same over the same texts, by what else was learned."""
        other = copy(self)
        other.learned = learned
        return other

    def without(self, parts: Iterable[str]) -> Scorer:
        """The same with some parts of the score switched off."""
        other = copy(self)
        other.off = frozenset(parts)
        if unknown := sorted(other.off - set(PARTS)):
            raise QuestionError(f"the score has no part {unknown[0]!r}: wanted some of {', '.join(PARTS)}.")
        return other

    def score(self, query: str, asked: np.ndarray, k: int, among: np.ndarray | None = None) -> Scored:
        """The k artifacts that answer best, of `among` (a mask) where given; `asked`: the query's grid rows."""
        read = self._read(asked)
        shares, past, turned = self.words.shares(query), self._past(query, read), self._turned(read)
        found = self._scored(turned, shares, past, self._candidates(turned, shares, past, k, among))
        order = np.lexsort((found.places, -np.round(found.score, 9)))[:k]
        return Scored(*(getattr(found, name)[order] for name in Scored.__slots__))

    def every(self, query: str, asked: np.ndarray, places: np.ndarray) -> Scored:
        """The terms of those artifacts, in the order given."""
        read = self._read(asked)
        return self._scored(self._turned(read), self.words.shares(query), self._past(query, read), places)

    def cold(self, query: str, asked: np.ndarray, places: np.ndarray) -> Scored:
        """The same as if nothing had been learned."""
        return self.knowing(COLD).every(query, asked, places)

    def _read(self, asked: np.ndarray) -> np.ndarray:
        """The grid rows of a query that count: the whole, and its clauses."""
        return asked[:1] if "clauses" in self.off else asked

    def _turned(self, asked: np.ndarray) -> np.ndarray:
        """The grid rows that cosines are taken with."""
        return asked if "adapter" in self.off else self.learned.adapted(asked)

    @property
    def _read_to(self) -> int:
        """The text row at which what counts ends: remarks come last."""
        return self.texts.stated if "remarks" in self.off else len(self.texts)

    def _allowed(self, among: np.ndarray | None) -> np.ndarray | None:
        """The text rows that may be found, as a mask; None where all may be."""
        read = None if self._read_to == len(self.texts) else np.arange(len(self.texts)) < self._read_to
        if among is None:
            return read
        meeting: np.ndarray = among[self.texts.owner]
        return meeting if read is None else read & meeting

    def _past(self, query: str, asked: np.ndarray) -> Remembered:
        """What past searches add."""
        return self._nothing if self.learned.memory is None else self.learned.memory.of(query, asked)

    @cached_property
    def _nothing(self) -> Remembered:
        points, counts = np.zeros(self.texts.wholes), np.zeros(self.texts.wholes, np.int64)
        return Remembered(points, points, counts, counts)

    def _candidates(
        self, asked: np.ndarray, shares: np.ndarray, past: Remembered, k: int, among: np.ndarray | None
    ) -> np.ndarray:
        """The artifacts nearest by vectors, nearest by words and most chosen in similar searches."""
        allowed = self._allowed(among)
        there = self.texts.wholes if among is None else int(among.sum())
        depth, by_vectors = max(_ROWS, 8 * k), np.zeros(0, np.int64)
        while len(by_vectors) < min(max(_NEAR, 2 * k), there):  # few artifacts may hold most of the nearest rows
            rows = self.index.about(asked, depth, allowed)
            rows[1:, depth // 4 :] = -1  # of a clause fewer
            by_vectors = np.unique(self.texts.owner_of(rows[rows >= 0]))
            depth *= 8
        count = min(max(_ARTIFACTS, 2 * k), len(shares))
        by_words, by_past = (
            _most(points, count, among) for points in (shares, past.chosen * (past.ended > 0) + past.said)
        )
        return np.union1d(by_vectors, np.union1d(by_words, by_past))

    def _scored(self, asked: np.ndarray, shares: np.ndarray, past: Remembered, places: np.ndarray) -> Scored:
        """Every term for some artifacts."""
        rows, sizes = self.texts.rows_of(places)
        begins = np.cumsum(sizes) - sizes
        cosines = self.index.cosines(asked, rows)
        is_whole = (rows >= self.texts.capabilities) & (rows < self.texts.capabilities + self.texts.wholes)
        whole = cosines[:, is_whole]
        ability = np.where(is_whole | (rows >= self._read_to), -np.inf, cosines)
        best = np.maximum.reduceat(ability, begins, axis=1) if len(places) else whole
        suits = (WHOLE * whole + BEST * best)[1:].argmax(axis=0) + 1 if len(asked) > 1 else np.zeros(len(places), int)
        at = np.arange(len(places))
        in_parts = IN_PARTS if len(asked) > 1 else 0.0
        of_whole = (1 - in_parts) * whole[0] + in_parts * whole[suits, at]
        of_best = (1 - in_parts) * best[0] + in_parts * best[suits, at]
        cover = shares.max(initial=0.0)
        words = WORDS * shares[places] / (1 + cover / USUAL_SHARE)
        hubs = self.learned.hub_points(places)
        every = WHOLE * of_whole, BEST * of_best, words, hubs, past.chosen[places], past.said[places]
        terms = {name: term * (name not in self.off) for name, term in zip(TERMS, every, strict=True)}
        matched = ability[np.repeat(suits, sizes), np.arange(len(rows))] == np.repeat(best[suits, at], sizes)
        row = _first(matched, rows, begins)
        told = {"best_row": row, "ended": past.ended[places], "similar": past.similar[places]}
        return Scored(places, np.asarray(sum(terms.values())), **terms, **told)


def _most(points: np.ndarray, count: int, among: np.ndarray | None) -> np.ndarray:
    """The artifacts of most points, none without any; of those with as many, the first."""
    some = np.flatnonzero(points > 0 if among is None else (points > 0) & among)
    if len(some) <= count:
        return some
    of = points[some]
    least = np.partition(of, -count)[-count]
    return np.concatenate([some[of > least], some[of == least]])[:count]


def _first(matched: np.ndarray, rows: np.ndarray, begins: np.ndarray) -> np.ndarray:
    """Per span that begins there, the first row that matched."""
    hits = np.where(matched, rows, np.iinfo(np.int64).max)
    return np.minimum.reduceat(hits, begins) if len(begins) else np.zeros(0, np.int64)
