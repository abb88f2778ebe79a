"""How alike two capabilities are by chance: what turns a cosine into "the same ability" or into nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.vectors.grid import cosines_of

SAME_ABILITY = 0.001  # share of chance pairs that may be as alike as two capabilities called the same

_SURELY = 0.95  # a cosine that means the same whatever chance says: in a small world twins are not rare
_PAIRS = 40_000
_DIGITS = 6


@dataclass(frozen=True, eq=False, slots=True)
class Chance:
    """Cosines of capability pairs drawn by chance from different artifacts, sorted; float64."""

    cosines: np.ndarray

    def share_above(self, cosine: float) -> float:
        """The share of chance pairs that are at least this alike."""
        below = int(np.searchsorted(self.cosines, cosine, side="left"))
        return (len(self.cosines) - below) / max(len(self.cosines), 1)

    @property
    def same_ability(self) -> float:
        """The cosine from which two capabilities are called the same ability."""
        return self.cosine_of(SAME_ABILITY)

    def cosine_of(self, share: float) -> float:
        """The cosine that only this share of chance pairs reaches."""
        return min(quantile(self.cosines, 1 - share) if len(self.cosines) else 1.0, _SURELY)


def quantile(ordered: np.ndarray, share: float) -> float:
    """The value below which that share of sorted ones lies, between two of them in proportion.

    >>> quantile(np.array([1.0, 2.0, 4.0]), 0.75)
    3.0
    """
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (at - low))


def chance_of(catalogue: Catalogue, grid: np.ndarray) -> Chance:
    """Chance pairs of a catalogue: capabilities in the order of their hash, each with some that follow it."""
    rows = len(catalogue.owner)
    names = catalogue.capabilities["capability_id"].to_pylist()
    order = np.array(sorted(range(rows), key=lambda row: hashlib.sha256(names[row].encode()).digest()), np.int64)
    steps = range(1, min(rows, max(2, -(-_PAIRS // max(rows, 1)) + 1)))
    cosines = [np.zeros(0)]
    for step in steps:
        left, right = order, np.roll(order, -step)
        strange = np.flatnonzero(catalogue.owner[left] != catalogue.owner[right])[:_PAIRS]
        of_left, of_right = (grid[ends[strange]].astype(np.float32) for ends in (left, right))
        cosines.append(cosines_of(np.einsum("ij,ij->i", of_left, of_right)))
    return Chance(np.sort(np.round(np.concatenate(cosines)[:_PAIRS], _DIGITS)))
