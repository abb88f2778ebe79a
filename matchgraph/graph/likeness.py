"""How alike two artifacts are in what they can do.

The parts of that (`graph/pairs.py`), how much of the job of each the other does and words in common, are brought to
standard units, and their sum is scaled by what is usual for each of the two, so that an artifact that resembles
everything is near to nothing in particular (local scaling; Schnitzer et al., JMLR 2012; Feldbauer & Flexer, KAIS 2018).

    likeness(a, b) = ((raw - mean_a) / spread_a + (raw - mean_b) / spread_b) / 2
    raw(a, b)      = .7 z(cover) + .3 z(words)

So a likeness of 3 reads: three usual deviations above what either of the two has with artifacts at large.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

import numpy as np

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.engines.local import here
from matchgraph.engines.runner import Arrays, Bounds, Each, spans
from matchgraph.graph.chance import quantile
from matchgraph.graph.pairs import Group, Pairs, Parts, pairs_of
from matchgraph.vectors.words import Words

_COVER, _WORDS = 0.7, 0.3
_PARTNERS = 500  # artifacts that stand for "artifacts at large"
_CHANCE_PAIRS = 20_000
_TILE = 4  # groups: one block of work is so many of them beside so many
_AT_LARGE = 2_048  # artifacts whose likeness with those at large is one block of work
_DIGITS = 6
_NO_SPREAD = 1e-7  # what rounding leaves of a spread where there is none

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


class Likeness(Parts):
    """Held by graph and engine: what is needed to say how alike any two artifacts are."""

    def __init__(
        self, catalogue: Catalogue, grid: np.ndarray, words: Words, scale: Scale | None = None, each: Each = here
    ) -> None:
        super().__init__(catalogue, grid, words)
        self.scale = scale or Scale((0.0, 1.0), (0.0, 1.0), np.zeros(len(self)), np.ones(len(self)), np.zeros(0))
        if scale is None and len(self) > 1:  # a single artifact has no pair to learn from
            self.scale = self._usual(catalogue, each)

    def arrays(self) -> dict[str, np.ndarray]:
        """All that it is made of."""
        scale = self.scale
        parts = {"parts": np.array([scale.cover, scale.words]), "mean": scale.mean, "spread": scale.spread}
        return super().arrays() | parts | {"chance": scale.chance}

    @classmethod
    def of_arrays(cls, arrays: Arrays) -> Self:
        """The same again."""
        made = super().of_arrays(arrays)
        cover, words = ((float(mean), float(spread)) for mean, spread in arrays["parts"])
        made.scale = Scale(cover, words, arrays["mean"], arrays["spread"], arrays["chance"])
        return made

    def part(self, places: np.ndarray) -> Self:
        """The same for some artifacts alone, which it counts from 0; what is usual is what is usual among all."""
        made = super().part(places)
        made.scale = replace(self.scale, mean=self.scale.mean[places], spread=self.scale.spread[places])
        return made

    def of(self, artifact: int) -> np.ndarray:
        """The likeness of one artifact with every one, float64; with itself it is -inf."""
        (mine,) = self.grouped(np.array([artifact]))
        likeness = np.empty(len(self))
        for group in self.groups:
            likeness[group.places] = np.round(self.scaled(pairs_of(mine, group))[0], _DIGITS)
        likeness[artifact] = -np.inf
        return likeness

    def beside(self, left: int, right: np.ndarray) -> tuple[Pairs, np.ndarray]:
        """The parts of the likeness of one artifact with some others, each named once, and that likeness itself."""
        (mine,) = self.grouped(np.array([left]))
        at = np.empty(len(self), np.int64)
        at[right] = np.arange(len(right))
        cover, covered, words, likeness = np.empty((4, 1, len(right)))
        for group in self.grouped(right):
            pairs, places = pairs_of(mine, group), at[group.places]
            cover[:, places], covered[:, places], words[:, places] = pairs.cover, pairs.covered, pairs.words
            likeness[:, places] = self.scaled(pairs)
        return Pairs(mine.places, right, cover, covered, words), np.round(likeness, _DIGITS)

    def tiles(self) -> list[Tile]:
        """The blocks of work that hold every two artifacts once."""
        sides = spans(len(self.group_places), _TILE)
        return [(left, right) for left in sides for right in sides if left <= right]

    def blocks(self, *tiles: Tile) -> Iterator[tuple[Pairs, np.ndarray]]:
        """Every two artifacts of these tiles, block by block, with their likeness (what comes twice is -inf)."""
        for tile in tiles or self.tiles():
            below, beside = (
                [next(self.grouped(places)) for places in self.group_places[slice(*side)]] for side in tile
            )
            for row, left in enumerate(below):
                for right in beside[row if tile[0] == tile[1] else 0 :]:
                    yield self._block(left, right)

    def across(self, left: np.ndarray, right: np.ndarray) -> Iterator[tuple[Pairs, np.ndarray]]:
        """Every one of some artifacts with every one of others, block by block; with itself its likeness is -inf."""
        others = list(self.grouped(right))
        for one in self.grouped(left):
            for other in others:
                pairs = pairs_of(one, other)
                likeness = self.scaled(pairs)
                _, same, again = np.intersect1d(pairs.left, pairs.right, assume_unique=True, return_indices=True)
                likeness[same, again] = -np.inf
                yield pairs, likeness

    def _block(self, left: Group, right: Group) -> tuple[Pairs, np.ndarray]:
        pairs = pairs_of(left, right)
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
        few = list(self.grouped(partners))
        for group in self.grouped(np.arange(first, last)):
            parts = np.empty((2, len(group.places), len(partners)))
            for others in few:
                pairs, at = pairs_of(group, others), np.searchsorted(partners, others.places)
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


def _by_others(catalogue: Catalogue, partners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of an artifact with a partner of another maker, evenly drawn from all of them in their order."""
    named = [maker or f"#{place}" for place, maker in enumerate(catalogue.texts("maker"))]
    _, maker = np.unique(named, return_inverse=True)
    together = np.bincount(maker[partners], minlength=len(named))[maker]
    begins = np.concatenate([[0], np.cumsum(len(partners) - together)])
    every, drawn = max(1, int(begins[-1]) // _CHANCE_PAIRS), [np.zeros((2, 0), np.int64)]
    for start in range(0, len(named), _AT_LARGE):
        rows, columns = np.nonzero(maker[start : start + _AT_LARGE, None] != maker[partners])
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


def _raw(pairs: Pairs, scale: Scale) -> np.ndarray:
    return _of_parts(pairs.cover + pairs.covered, pairs.words, scale.cover, scale.words)


def _of_parts(
    raw: np.ndarray, words: np.ndarray, of_cover: tuple[float, float], of_words: tuple[float, float]
) -> np.ndarray:
    raw -= of_cover[0]
    raw *= _COVER / of_cover[1]
    raw += (words - of_words[0]) * (_WORDS / of_words[1])
    return raw


def _hash(artifact_id: str) -> bytes:
    return hashlib.sha256(artifact_id.encode()).digest()
