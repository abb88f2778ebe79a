"""What the pairs that went by come to: a part of it in each block, and all parts together, in any order, the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matchgraph.engines.runner import Arrays
from matchgraph.graph.nearest import Best, Nearest
from matchgraph.graph.pairs import Pairs

_NEAR, _BEST = ("of", "other", "value"), ("met", "likeness", "partner", "cover")
_PLACES = "of", "other", "met", "partner", "copies"


class Seen:
    """The nearest of every artifact, and the best."""

    def __init__(self, artifacts: int, cut: float, most: int) -> None:
        self.nearest, self.best = Nearest(artifacts, cut, most), Best(artifacts)

    def see(self, pairs: Pairs, likeness: np.ndarray) -> None:
        """Take every artifact of one list with every one of another into account."""
        self.nearest.see(pairs, likeness)
        self.best.see(pairs, likeness)

    def see_each(self, pairs: Pairs, likeness: np.ndarray) -> None:
        """Take some pairs into account."""
        self.nearest.see_each(pairs.left, pairs.right, likeness)
        self.best.see_each(pairs, likeness)

    def take(self, part: Arrays) -> None:
        """Take into account what was seen elsewhere."""
        self.nearest.take(*(part[name] for name in _NEAR))
        self.best.take(*(part[name] for name in (*_BEST, "copies")))

    def arrays(self) -> dict[str, np.ndarray]:
        """All that was seen."""
        near = zip(_NEAR, self.nearest.found(), strict=True)
        best = zip(_BEST, self.best.found(), strict=True)
        every = {**dict(near), **dict(best), "copies": self.best.copies()}
        return {name: part.astype(np.int32) if part.dtype == np.int64 else part for name, part in every.items()}


def among(places: np.ndarray, pairs: Pairs) -> Pairs:
    """The pairs, told by where their artifacts stand in a list that has them all, in order and each once."""
    left, right = (np.searchsorted(places, side) for side in (pairs.left, pairs.right))
    return replace(pairs, left=left, right=right)


def among_all(places: np.ndarray, seen: Seen) -> dict[str, np.ndarray]:
    """All that was seen of pairs told by where their artifacts stand in a list, by the places of these among all."""
    part = seen.arrays()
    return part | {name: placed(places, part[name]) for name in _PLACES}


def placed(places: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """The places of artifacts that are told by where they stand in a list; -1 stays what it is."""
    found: np.ndarray = np.where(numbers < 0, -1, places[numbers]).astype(np.int32)
    return found
