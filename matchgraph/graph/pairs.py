"""How much of the job of one artifact another does, and which words both say: what their likeness is made of.

Each capability of one artifact looks for its best match in the other, and the other way round: the mean of the products
is the *cover* (Chamfer likeness). Vectors are centred first, because what all texts share tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import scipy.sparse as sp

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.engines.runner import Arrays
from matchgraph.vectors.grid import LENGTH, centred
from matchgraph.vectors.words import Words

_BLOCK = 1_024  # capability rows: what is made of two such blocks stays in the cache of a processor
_COMMON = 200  # a word that more artifacts say tells no pair apart, and costs the square of their number
_PAIRS_AT_ONCE = 8_192  # whose rows are laid side by side


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """Artifacts with equally many capabilities: first the first one of each, then the second of each, ..."""

    places: np.ndarray  # int64, (artifacts,)
    rows: np.ndarray  # float32, (capabilities each * artifacts, dim), whole numbers
    words: sp.csr_matrix  # (artifacts, twice the words): .5 where a word is said, and half the weights
    weights: sp.csr_matrix  # (twice the words, artifacts): the weights, and 1 where a word is said

    @property
    def each(self) -> int:
        """How many capabilities each of them has."""
        return len(self.rows) // len(self.places)


@dataclass(frozen=True, eq=False, slots=True)
class Pairs:
    """Every artifact of one list with every one of another, or each with the one beside it; the parts are float64."""

    left: np.ndarray
    right: np.ndarray
    cover: np.ndarray  # how much of the left one's job the right one does
    covered: np.ndarray  # how much of the right one's job the left one does
    words: np.ndarray


class Parts:
    """Held: what is needed to say the parts of the likeness of any two artifacts."""

    def __init__(self, catalogue: Catalogue, grid: np.ndarray, words: Words) -> None:
        self.rows = centred(grid[: int(catalogue.offsets[-1])])
        self.offsets = catalogue.offsets
        self.weights = _telling(words)

    def arrays(self) -> dict[str, np.ndarray]:
        """All that it is made of."""
        return {
            "rows": self.rows,
            "offsets": self.offsets,
            "words": self.weights.data,
            "words_indices": self.weights.indices,
            "words_indptr": self.weights.indptr,
            "words_shape": np.array(self.weights.shape),
        }

    @classmethod
    def of_arrays(cls, arrays: Arrays) -> Self:
        """The same again."""
        made = cls.__new__(cls)
        made.rows, made.offsets = arrays["rows"], arrays["offsets"]
        parts = arrays["words"], arrays["words_indices"], arrays["words_indptr"]
        made.weights = sp.csr_matrix(parts, shape=tuple(arrays["words_shape"].tolist()))
        return made

    def part(self, places: np.ndarray) -> Self:
        """The same for some artifacts alone, which it counts from 0: what a block of work reads, and reads once."""
        made, begins = type(self).__new__(type(self)), self.offsets[places]
        sizes = self.offsets[places + 1] - begins
        made.offsets = np.concatenate([[0], np.cumsum(sizes)])
        made.rows = self.rows[np.repeat(begins - made.offsets[:-1], sizes) + np.arange(made.offsets[-1])]
        made.weights = self.weights[places]
        return made

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @cached_property
    def groups(self) -> list[Group]:
        """All artifacts in groups."""
        return list(self.grouped(np.arange(len(self))))

    @cached_property
    def said(self) -> sp.csr_matrix:
        """Who says which word."""
        return _ones(self.weights)

    @cached_property
    def by_word(self) -> tuple[sp.csr_matrix, sp.csr_matrix]:
        """Which word is said by whom, and with what weight."""
        return self.said.T.tocsr(), self.weights.T.tocsr()

    def pair(self, left: int, right: int) -> Pairs:
        """The parts of the likeness of two artifacts, as arrays of one."""
        return pairs_of(*self.grouped(np.array([left])), *self.grouped(np.array([right])))

    def each(self, left: np.ndarray, right: np.ndarray) -> Pairs:
        """The parts of the likeness of the first of both lists, of the second of both, ...; arrays (pairs,)."""
        cover, covered, words = np.empty((3, len(left)))
        for at, products in matched_rows(self.rows, self.offsets, left, right):
            cover[at] = products.max(axis=2).sum(axis=1, dtype=np.float64) / (products.shape[1] * LENGTH**2)
            covered[at] = products.max(axis=1).sum(axis=1, dtype=np.float64) / (products.shape[2] * LENGTH**2)
        for start in range(0, len(left), _PAIRS_AT_ONCE):
            some = slice(start, start + _PAIRS_AT_ONCE)
            one = self.said[left[some]].multiply(self.weights[right[some]]).sum(axis=1)
            other = self.weights[left[some]].multiply(self.said[right[some]]).sum(axis=1)
            words[some] = np.asarray((one + other) / 2).ravel()
        return Pairs(left, right, np.minimum(cover, 1), np.minimum(covered, 1), words)

    @cached_property
    def group_places(self) -> list[np.ndarray]:
        """The artifacts of each group of all."""
        return list(self._alike(np.arange(len(self))))

    def _alike(self, places: np.ndarray) -> Iterator[np.ndarray]:
        """Artifacts with equally many capabilities, as many as make a group."""
        sizes = np.diff(self.offsets)[places]
        for size in np.unique(sizes):
            alike, most = places[sizes == size], max(1, _BLOCK // int(size))
            yield from (alike[start : start + most] for start in range(0, len(alike), most))

    def grouped(self, places: np.ndarray) -> Iterator[Group]:
        """Some artifacts in groups."""
        for part in self._alike(places):
            size = int(self.offsets[part[0] + 1] - self.offsets[part[0]])
            rows = (self.offsets[part] + np.arange(size)[:, None]).ravel()
            words, weights = self._both_ways
            yield Group(part, self.rows[rows].astype(np.float32), words[part], weights[part].T.tocsr())

    @cached_property
    def _both_ways(self) -> tuple[sp.csr_matrix, sp.csr_matrix]:
        """Who says which word beside its weight, and the other way round: one product then says what both say."""
        words, weights = sp.hstack([self.said, self.weights]), sp.hstack([self.weights, self.said])
        return sp.csr_matrix(words / 2), sp.csr_matrix(weights)


def matched_rows(
    rows: np.ndarray, offsets: np.ndarray, left: np.ndarray, right: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The products of the rows of the first of both lists, of the second of both, ...: some at a time, and which."""
    sizes = np.diff(offsets)
    most_rows = int(sizes.max()) + 1
    both = sizes[left] * most_rows + sizes[right]
    for kind in np.unique(both).tolist():
        one, other = divmod(kind, most_rows)
        alike, most = np.flatnonzero(both == kind), max(1, _PAIRS_AT_ONCE // (one + other))
        for start in range(0, len(alike), most):
            at = alike[start : start + most]
            of_left = rows[offsets[left[at], None] + np.arange(one)].astype(np.float32)
            of_right = rows[offsets[right[at], None] + np.arange(other)].astype(np.float32)
            yield at, of_left @ of_right.transpose(0, 2, 1)


def pairs_of(left: Group, right: Group) -> Pairs:
    """The parts for every pair of two groups."""
    shape = left.each, len(left.places), right.each, len(right.places)
    products = (left.rows @ right.rows.T).reshape(shape)
    # Sums of whole numbers below 2**53: exact in any order.
    cover = _most(products, 2).sum(axis=0, dtype=np.float64)
    covered = _most(products, 0).sum(axis=1, dtype=np.float64)
    cover /= left.each * LENGTH**2
    covered /= right.each * LENGTH**2
    words = (left.words @ right.weights).toarray()
    # Rounding may leave a row with its twin just above 1.
    np.minimum(cover, 1, out=cover)
    np.minimum(covered, 1, out=covered)
    return Pairs(left.places, right.places, cover, covered, words)


def _most(products: np.ndarray, axis: int) -> np.ndarray:
    """The largest along an axis; no copy where there is only one."""
    return products.squeeze(axis) if products.shape[axis] == 1 else products.max(axis=axis)


def _telling(words: Words) -> sp.csr_matrix:
    """With what weight who says which word, for the words that tell a pair apart."""
    said_by = np.diff(words.weights.indptr)
    weights = words.weights[:, (said_by > 1) & (said_by <= _COMMON)].astype(np.float64).tocsr()
    weights.sort_indices()
    return weights


def _ones(weights: sp.csr_matrix) -> sp.csr_matrix:
    """1 where there is a weight."""
    return sp.csr_matrix((np.ones(weights.nnz), weights.indices, weights.indptr), weights.shape)
