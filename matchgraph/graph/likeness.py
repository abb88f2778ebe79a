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
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
import scipy.sparse as sp

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.engines.local import here
from matchgraph.engines.runner import Arrays, Bounds, Each, spans
from matchgraph.graph.chance import quantile
from matchgraph.vectors.grid import LENGTH, centred
from matchgraph.vectors.words import Words

_COVER, _WORDS = 0.7, 0.3
_PARTNERS = 500  # artifacts that stand for "artifacts at large"
_CHANCE_PAIRS = 20_000
_BLOCK = 1_024  # capability rows: what is made of two such blocks stays in the cache of a processor
_TILE = 4  # such blocks: one of work is so many of them beside so many
_AT_LARGE = 2_048  # artifacts whose likeness with those at large is one block of work
_COMMON = 200  # a word that more artifacts say tells no pair apart, and costs the square of their number
_DIGITS = 6
_NO_SPREAD = 1e-7  # what rounding leaves of a spread where there is none
_PAIRS_AT_ONCE = 8_192  # whose rows are laid side by side

Tile = tuple[Bounds, Bounds]  # some groups of artifacts, and others that they are compared with


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
    """Every artifact of one list with every one of another, or each with the one beside it; the parts are float64."""

    left: np.ndarray
    right: np.ndarray
    cover: np.ndarray  # how much of the left one's job the right one does
    covered: np.ndarray  # how much of the right one's job the left one does
    words: np.ndarray


class Likeness:
    """Held by graph and engine: what is needed to say how alike any two artifacts are."""

    def __init__(
        self, catalogue: Catalogue, grid: np.ndarray, words: Words, scale: Scale | None = None, each: Each = here
    ) -> None:
        self.rows = centred(grid[: int(catalogue.offsets[-1])])
        self.offsets = catalogue.offsets
        self.said, self.weights = _telling(words)
        self.scale = scale or Scale((0.0, 1.0), (0.0, 1.0), np.zeros(len(self)), np.ones(len(self)), np.zeros(0))
        if scale is None and len(self) > 1:  # a single artifact has no pair to learn from
            self.scale = self._usual(catalogue, each)

    def arrays(self) -> dict[str, np.ndarray]:
        """All that it is made of."""
        scale, weights = self.scale, self.weights
        return {
            "rows": self.rows,
            "offsets": self.offsets,
            "words": weights.data,
            "words_indices": weights.indices,
            "words_indptr": weights.indptr,
            "words_shape": np.array(weights.shape),
            "parts": np.array([scale.cover, scale.words]),
            "mean": scale.mean,
            "spread": scale.spread,
            "chance": scale.chance,
        }

    @classmethod
    def of_arrays(cls, arrays: Arrays) -> Likeness:
        """The same again."""
        made = cls.__new__(cls)
        made.rows, made.offsets = arrays["rows"], arrays["offsets"]
        parts = arrays["words"], arrays["words_indices"], arrays["words_indptr"]
        made.weights = sp.csr_matrix(parts, shape=tuple(arrays["words_shape"].tolist()))
        made.said = _ones(made.weights)
        cover, words = ((float(mean), float(spread)) for mean, spread in arrays["parts"])
        made.scale = Scale(cover, words, arrays["mean"], arrays["spread"], arrays["chance"])
        return made

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @cached_property
    def groups(self) -> list[Group]:
        """All artifacts in groups."""
        return list(self._groups(np.arange(len(self))))

    @cached_property
    def by_word(self) -> tuple[sp.csr_matrix, sp.csr_matrix]:
        """Which word is said by whom, and with what weight."""
        return self.said.T.tocsr(), self.weights.T.tocsr()

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

    def tiles(self) -> list[Tile]:
        """The blocks of work that hold every two artifacts once."""
        sides = spans(len(self._group_places), _TILE)
        return [(left, right) for left in sides for right in sides if left <= right]

    def blocks(self, *tiles: Tile) -> Iterator[tuple[Pairs, np.ndarray]]:
        """Every two artifacts of these tiles, block by block, with their likeness (what comes twice is -inf)."""
        for tile in tiles or self.tiles():
            below, beside = (
                [next(self._groups(places)) for places in self._group_places[slice(*side)]] for side in tile
            )
            for row, left in enumerate(below):
                for right in beside[row if tile[0] == tile[1] else 0 :]:
                    yield self._block(left, right)

    def across(self, left: np.ndarray, right: np.ndarray) -> Iterator[tuple[Pairs, np.ndarray]]:
        """Every one of some artifacts with every one of others, block by block; with itself its likeness is -inf."""
        others = list(self._groups(right))
        for one in self._groups(left):
            for other in others:
                pairs = _pairs(one, other)
                likeness = self.scaled(pairs)
                _, same, again = np.intersect1d(pairs.left, pairs.right, assume_unique=True, return_indices=True)
                likeness[same, again] = -np.inf
                yield pairs, likeness

    def _block(self, left: Group, right: Group) -> tuple[Pairs, np.ndarray]:
        pairs = _pairs(left, right)
        likeness = self.scaled(pairs)
        if np.array_equal(left.places, right.places):
            likeness[np.tril_indices(len(pairs.left))] = -np.inf
        return pairs, likeness

    def scaled(self, pairs: Pairs) -> np.ndarray:
        """The likeness of every pair whose parts these are; not yet rounded."""
        raw, left = _raw(pairs, self.scale), pairs.left[:, None] if pairs.cover.ndim > 1 else pairs.left
        by_left, by_right = 0.5 / self.scale.spread[left], 0.5 / self.scale.spread[pairs.right]
        usual = self.scale.mean[left] * by_left + self.scale.mean[pairs.right] * by_right
        raw *= by_left + by_right
        raw -= usual
        return raw

    @cached_property
    def _group_places(self) -> list[np.ndarray]:
        return list(self._alike(np.arange(len(self))))

    def _alike(self, places: np.ndarray) -> Iterator[np.ndarray]:
        """Artifacts with equally many capabilities, as many as make a group."""
        sizes = np.diff(self.offsets)[places]
        for size in np.unique(sizes):
            alike, most = places[sizes == size], max(1, _BLOCK // int(size))
            yield from (alike[start : start + most] for start in range(0, len(alike), most))

    def _groups(self, places: np.ndarray) -> Iterator[Group]:
        for part in self._alike(places):
            size = int(self.offsets[part[0] + 1] - self.offsets[part[0]])
            rows = (self.offsets[part] + np.arange(size)[:, None]).ravel()
            yield Group(part, self.rows[rows].astype(np.float32), self.said[part], self.weights[part])

    def _usual(self, catalogue: Catalogue, each: Each) -> Scale:
        """The scale, from the pairs of every artifact with a fixed five hundred of them."""
        partners = np.sort(by_hash(catalogue)[:_PARTNERS])
        blocks = spans(len(self), _AT_LARGE)
        found = list(each("usual-parts", partial(_summed, partners), self, blocks))
        sums, squares = (np.concatenate([part[name] for part in found], axis=1) for name in ("sums", "squares"))
        of_cover, of_words = (_mean_and_spread(*part, len(partners)) for part in zip(sums, squares, strict=True))
        found = list(each("usual", partial(_spread, partners, of_cover, of_words), self, blocks))
        mean, spread = (np.concatenate([part[name] for part in found]) for name in ("mean", "spread"))
        spread[spread < 1e-9] = 1.0
        scale = Scale(of_cover, of_words, mean, spread, np.zeros(0))
        drawn = self.each(*_by_others(catalogue, partners))
        raw = _raw(drawn, scale)
        scaled = sum((raw - scale.mean[ends]) / scale.spread[ends] for ends in (drawn.left, drawn.right)) / 2
        return replace(scale, chance=np.sort(np.round(scaled, _DIGITS)))

    def at_large(
        self, partners: np.ndarray, first: int, last: int
    ) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Some artifacts at a time: cover both ways and words with every partner, and which is not the same one.

        Artifacts are told by how far behind the first they stand.
        """
        few = list(self._groups(partners))
        for group in self._groups(np.arange(first, last)):
            parts = np.empty((2, len(group.places), len(partners)))
            for others in few:
                pairs, at = _pairs(group, others), np.searchsorted(partners, others.places)
                parts[0][:, at], parts[1][:, at] = pairs.cover + pairs.covered, pairs.words
            yield group.places - first, parts, group.places[:, None] != partners


def by_hash(catalogue: Catalogue) -> np.ndarray:
    """The places of all artifacts in the order of the hash of their ids, as chance would have them."""
    return np.array(sorted(range(len(catalogue)), key=lambda place: _hash(catalogue.ids[place])), np.int64)


def _summed(partners: np.ndarray, likeness: Likeness, block: Bounds) -> Arrays:
    """Per artifact of a block, the sum over all partners of cover and of words, and the sums of their squares."""
    sums, squares = np.empty((2, 2, block[1] - block[0]))
    for at, parts, strange in likeness.at_large(partners, *block):
        told = parts * strange
        sums[:, at], squares[:, at] = told.sum(axis=2), (told**2).sum(axis=2)
    return {"sums": sums, "squares": squares}


def _spread(
    partners: np.ndarray,
    of_cover: tuple[float, float],
    of_words: tuple[float, float],
    likeness: Likeness,
    block: Bounds,
) -> Arrays:
    """Per artifact of a block, mean and spread of its raw likeness with all partners."""
    mean, spread = np.empty((2, block[1] - block[0]))
    for at, parts, strange in likeness.at_large(partners, *block):
        raw = _of_parts(parts[0], parts[1], of_cover, of_words)
        raw[~strange] = np.nan
        mean[at], spread[at] = np.nanmean(raw, axis=1), np.nanstd(raw, axis=1)
    return {"mean": mean, "spread": spread}


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


def _by_others(catalogue: Catalogue, partners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of an artifact with a partner of another maker, evenly drawn from all of them in their order."""
    named = [maker or f"#{place}" for place, maker in enumerate(catalogue.texts("maker"))]
    _, maker = np.unique(named, return_inverse=True)
    together = np.bincount(maker[partners], minlength=len(named))[maker]
    begins = np.concatenate([[0], np.cumsum(len(partners) - together)])
    every, drawn = max(1, int(begins[-1]) // _CHANCE_PAIRS), [np.zeros((2, 0), np.int64)]
    for start in range(0, len(named), _BLOCK):
        rows, columns = np.nonzero(maker[start : start + _BLOCK, None] != maker[partners])
        at = slice(int(-begins[start] % every), None, every)
        drawn.append(np.stack([rows[at] + start, partners[columns[at]]]))
    left, right = np.concatenate(drawn, axis=1)
    return left, right


def _mean_and_spread(sums: np.ndarray, squares: np.ndarray, partners: int) -> tuple[float, float]:
    """Mean and spread over all pairs that are not one artifact twice, from the sums of each artifact's."""
    count = len(sums) * partners - min(partners, len(sums))
    mean = float(sums.sum()) / count
    spread = max(float(squares.sum()) / count - mean**2, 0.0) ** 0.5
    return mean, spread if spread > _NO_SPREAD else 1.0


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
    return _of_parts(pairs.cover + pairs.covered, pairs.words, scale.cover, scale.words)


def _of_parts(
    raw: np.ndarray, words: np.ndarray, of_cover: tuple[float, float], of_words: tuple[float, float]
) -> np.ndarray:
    raw -= of_cover[0]
    raw *= _COVER / of_cover[1]
    raw += (words - of_words[0]) * (_WORDS / of_words[1])
    return raw


def _telling(words: Words) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """Who says which word, and with what weight, for the words that tell a pair apart."""
    said_by = np.diff(words.weights.indptr)
    weights = words.weights[:, (said_by > 1) & (said_by <= _COMMON)].astype(np.float64).tocsr()
    weights.sort_indices()
    return _ones(weights), weights


def _ones(weights: sp.csr_matrix) -> sp.csr_matrix:
    """1 where there is a weight."""
    return sp.csr_matrix((np.ones(weights.nnz), weights.indices, weights.indptr), weights.shape)


def _hash(artifact_id: str) -> bytes:
    return hashlib.sha256(artifact_id.encode()).digest()
