"""How alike two artifacts are in what they can do.

Each capability of one artifact looks for its best match in the other, and the other way round; the mean of both is
the *cover* (Chamfer likeness). Vectors are centred first, because what all texts share tells nothing. A part for
words in common is added, both are brought to standard units, and the sum is scaled by what is usual for each of the
two, so that an artifact that resembles everything is near to nothing in particular (local scaling; Schnitzer et
al., JMLR 2012; Feldbauer & Flexer, KAIS 2018).

    likeness(a, b) = ((raw - mean_a) / spread_a + (raw - mean_b) / spread_b) / 2
    raw(a, b)      = .7 z(cover) + .3 z(words)

So a likeness of 3 reads: three usual deviations above what either of the two has with artifacts at large.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.track import Track
from matchgraph.graph.chance import quantile
from matchgraph.graph.threads import in_threads
from matchgraph.vectors.grid import LENGTH, centred
from matchgraph.vectors.words import Words

_COVER, _WORDS = 0.7, 0.3
_PARTNERS = 500  # artifacts that stand for "artifacts at large"
_CHANCE_PAIRS = 20_000
_BLOCK = 1_024  # capability rows: what is made of two such blocks stays in the cache of a processor
_COMMON = 200  # a word that more artifacts say tells no pair apart, and costs the square of their number
_DIGITS = 6


@dataclass(frozen=True, eq=False)
class Scale:
    """What is usual: for the parts, for each artifact, and for pairs drawn by chance."""

    cover: tuple[float, float]  # mean and spread over chance pairs
    words: tuple[float, float]
    mean: np.ndarray  # float64, one an artifact: its usual raw likeness
    spread: np.ndarray
    chance: np.ndarray  # float64, sorted: likeness of pairs drawn by chance

    def share_above(self, likeness: np.ndarray) -> np.ndarray:
        """The share of chance pairs that are at least this alike."""
        below = np.searchsorted(self.chance, likeness, side="left")
        return (len(self.chance) - below) / max(len(self.chance), 1)

    def cut(self, share: float) -> float:
        """The likeness that only this share of chance pairs reaches."""
        return round(quantile(self.chance, 1 - share), _DIGITS) if len(self.chance) else 0.0


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """Artifacts with equally many capabilities: first the first one of each, then the second of each, ..."""

    places: np.ndarray  # int64, (artifacts,)
    rows: np.ndarray  # float32, (capabilities each * artifacts, dim), whole numbers
    said: sp.csr_matrix  # (artifacts, words): 1 where the word is said
    weights: sp.csr_matrix  # the same with BM25 weights

    @property
    def each(self) -> int:
        """How many capabilities each of them has."""
        return len(self.rows) // len(self.places)


@dataclass(frozen=True, eq=False, slots=True)
class Pairs:
    """Every artifact of one list with every one of another; all arrays float64 (left, right)."""

    left: np.ndarray
    right: np.ndarray
    cover: np.ndarray  # how much of the left one's job the right one does
    covered: np.ndarray  # how much of the right one's job the left one does
    words: np.ndarray


class Likeness:
    """Held by graph and engine: what is needed to say how alike any two artifacts are."""

    def __init__(self, catalogue: Catalogue, grid: np.ndarray, words: Words, scale: Scale | None = None) -> None:
        self.rows = centred(grid[: int(catalogue.offsets[-1])])
        self.offsets = catalogue.offsets
        self.said, self.weights = _telling(words)
        self.groups = self._groups(np.arange(len(catalogue)))
        self.scale = scale or self._usual(catalogue)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def of(self, artifact: int) -> np.ndarray:
        """The likeness of one artifact with every one, float64; with itself it is -inf."""
        (mine,) = self._groups(np.array([artifact]))
        likeness = np.empty(len(self))
        for group in self.groups:
            likeness[group.places] = np.round(self.scaled(_pairs(mine, group))[0], _DIGITS)
        likeness[artifact] = -np.inf
        return likeness

    def pair(self, left: int, right: int) -> Pairs:
        """The parts of the likeness of two artifacts, as arrays of one."""
        return _pairs(*self._groups(np.array([left])), *self._groups(np.array([right])))

    def beside(self, left: int, right: np.ndarray) -> tuple[Pairs, np.ndarray]:
        """The parts of the likeness of one artifact with some others, each named once, and that likeness itself."""
        (mine,) = self._groups(np.array([left]))
        at = np.empty(len(self), np.int64)
        at[right] = np.arange(len(right))
        cover, covered, words, likeness = np.empty((4, 1, len(right)))
        for group in self._groups(right):
            pairs, places = _pairs(mine, group), at[group.places]
            cover[:, places], covered[:, places], words[:, places] = pairs.cover, pairs.covered, pairs.words
            likeness[:, places] = self.scaled(pairs)
        return Pairs(mine.places, right, cover, covered, words), np.round(likeness, _DIGITS)

    def blocks(self, track: Track = iter) -> Iterator[tuple[Pairs, np.ndarray]]:
        """Every two artifacts once, block by block, with their likeness (what comes twice is -inf)."""
        numbers = range(len(self.groups))
        return in_threads(self._block, track([(left, right) for left in numbers for right in numbers[left:]]))

    def _block(self, numbers: tuple[int, int]) -> tuple[Pairs, np.ndarray]:
        left, right = numbers
        pairs = _pairs(self.groups[left], self.groups[right])
        likeness = self.scaled(pairs)
        if left == right:
            likeness[np.tril_indices(len(pairs.left))] = -np.inf
        return pairs, likeness

    def scaled(self, pairs: Pairs) -> np.ndarray:
        """The likeness of every pair whose parts these are; not yet rounded."""
        raw = _raw(pairs, self.scale)
        by_left, by_right = 0.5 / self.scale.spread[pairs.left, None], 0.5 / self.scale.spread[pairs.right]
        usual = self.scale.mean[pairs.left, None] * by_left + self.scale.mean[pairs.right] * by_right
        raw *= by_left + by_right
        raw -= usual
        return raw

    def _groups(self, places: np.ndarray) -> list[Group]:
        sizes = np.diff(self.offsets)[places]
        groups = []
        for size in np.unique(sizes):
            alike, most = places[sizes == size], max(1, _BLOCK // int(size))
            for start in range(0, len(alike), most):
                part = alike[start : start + most]
                rows = (self.offsets[part] + np.arange(size)[:, None]).ravel()
                groups.append(Group(part, self.rows[rows].astype(np.float32), self.said[part], self.weights[part]))
        return groups

    def _usual(self, catalogue: Catalogue) -> Scale:
        """The scale, from the pairs of every artifact with a fixed five hundred of them."""
        by_hash = sorted(range(len(self)), key=lambda place: _hash(catalogue.ids[place]))
        partners = np.sort(np.array(by_hash[:_PARTNERS], np.int64))
        shape = (len(self), len(partners))
        at = np.full(len(self), -1)
        at[partners] = np.arange(len(partners))
        chamfer, words = np.empty(shape), np.empty(shape)
        blocks = [(group, few) for group in self.groups for few in self._groups(partners)]
        for pairs in in_threads(lambda block: _pairs(*block), blocks):
            cells = np.ix_(pairs.left, at[pairs.right])
            chamfer[cells] = pairs.cover + pairs.covered
            words[cells] = pairs.words
        strange = np.arange(len(self))[:, None] != partners
        if not strange.any():  # a single artifact has no pair to learn from
            return Scale((0.0, 1.0), (0.0, 1.0), np.zeros(len(self)), np.ones(len(self)), np.zeros(0))
        of_cover, of_words = _mean_and_spread(chamfer[strange]), _mean_and_spread(words[strange])
        raw = _COVER * (chamfer - of_cover[0]) / of_cover[1] + _WORDS * (words - of_words[0]) / of_words[1]
        raw[~strange] = np.nan
        mean, spread = np.nanmean(raw, axis=1), np.nanstd(raw, axis=1)
        spread = np.where(spread < 1e-9, 1.0, spread)
        scaled = ((raw - mean[:, None]) / spread[:, None] + (raw - mean[partners]) / spread[partners]) / 2
        makers = np.array([maker or f"#{place}" for place, maker in enumerate(catalogue.texts("maker"))])
        by_others = scaled[strange & (makers[:, None] != makers[partners])]
        every = max(1, len(by_others) // _CHANCE_PAIRS)
        return Scale(of_cover, of_words, mean, spread, np.sort(np.round(by_others[::every], _DIGITS)))


def _pairs(left: Group, right: Group) -> Pairs:
    """The parts for every pair of two groups."""
    shape = left.each, len(left.places), right.each, len(right.places)
    products = (left.rows @ right.rows.T).reshape(shape)
    # Sums of whole numbers below 2**53: exact in any order.
    cover = _most(products, 2).sum(axis=0, dtype=np.float64)
    covered = _most(products, 0).sum(axis=1, dtype=np.float64)
    cover /= left.each * LENGTH**2
    covered /= right.each * LENGTH**2
    words = ((left.said @ right.weights.T + left.weights @ right.said.T) / 2).toarray()
    # Rounding may leave a row with its twin just above 1.
    np.minimum(cover, 1, out=cover)
    np.minimum(covered, 1, out=covered)
    return Pairs(left.places, right.places, cover, covered, words)


def _most(products: np.ndarray, axis: int) -> np.ndarray:
    """The largest along an axis; no copy where there is only one."""
    return products.squeeze(axis) if products.shape[axis] == 1 else products.max(axis=axis)


def _raw(pairs: Pairs, scale: Scale) -> np.ndarray:
    raw: np.ndarray = pairs.cover + pairs.covered
    raw -= scale.cover[0]
    raw *= _COVER / scale.cover[1]
    raw += (pairs.words - scale.words[0]) * (_WORDS / scale.words[1])
    return raw


def _telling(words: Words) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """Who says which word, and with what weight, for the words that tell a pair apart."""
    said_by = np.diff(words.weights.indptr)
    weights = words.weights[:, (said_by > 1) & (said_by <= _COMMON)].astype(np.float64).tocsr()
    weights.sort_indices()
    said = weights.copy()
    said.data[:] = 1.0
    return said, weights


def _mean_and_spread(values: np.ndarray) -> tuple[float, float]:
    return float(values.mean()), float(values.std()) or 1.0


def _hash(artifact_id: str) -> bytes:
    return hashlib.sha256(artifact_id.encode()).digest()
