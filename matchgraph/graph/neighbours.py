"""Which likenesses become edges: mutual neighbours that chance does not explain, each with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from matchgraph.catalogue.track import Track
from matchgraph.engines.local import here
from matchgraph.engines.runner import Arrays, Each
from matchgraph.graph.likeness import Likeness, Tile
from matchgraph.graph.nearest import Nearest
from matchgraph.graph.pairs import matched_rows
from matchgraph.graph.seen import Seen
from matchgraph.vectors.grid import LENGTH, cosines_of

NEAREST = 10  # neighbours an artifact may have; an edge needs both to name each other
CHANCE = 0.01  # share of chance pairs that may be as alike as an edge

_DIGITS = 6


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Likeness edges, one row a pair with left < right, in order; and how replaceable each artifact is."""

    left: np.ndarray  # int64, artifact places
    right: np.ndarray
    likeness: np.ndarray  # float64
    cover: np.ndarray  # how much of the left one's job the right one does
    covered: np.ndarray
    words: np.ndarray
    chance: np.ndarray  # share of chance pairs at least as alike
    weak: np.ndarray  # bool: beyond chance or mutuality, kept because one of the two has no other
    left_capability: np.ndarray  # int64, capability rows: the pair that is most alike
    right_capability: np.ndarray
    cosine: np.ndarray
    best_cover: np.ndarray  # float64, one an artifact: the most of its job that any other one does, copies left out
    copies: np.ndarray  # int64, one an artifact: equal for near-copies

    def __len__(self) -> int:
        return len(self.left)


def neighbours(likeness: Likeness, grid: np.ndarray, track: Track = iter, each: Each = here) -> Neighbours:
    """The likeness edges of all artifacts, of every pair; `grid` holds the capability rows as embedded."""
    rule = rule_of(likeness)
    seen = Seen(len(likeness), *rule)
    for part in each("every-pair", partial(_seen_in_tile, rule), likeness, likeness.tiles(), track):
        seen.take(part)
    return edges_of(likeness, grid, seen)


def rule_of(likeness: Likeness) -> tuple[float, int]:
    """How alike near artifacts are, and how many of them one may have."""
    return likeness.scale.cut(CHANCE), NEAREST


def _seen_in_tile(rule: tuple[float, int], likeness: Likeness, tile: Tile) -> Arrays:
    """What every pair of a tile comes to."""
    seen = Seen(len(likeness), *rule)
    for pairs, values in likeness.blocks(tile):
        seen.see(pairs, values)
    return seen.arrays()


def edges_of(likeness: Likeness, grid: np.ndarray, seen: Seen) -> Neighbours:
    """The likeness edges of what was seen: who are each other's nearest, and one for each that is left alone."""
    size, best = len(likeness), seen.best
    strong = _mutual(seen.nearest, size)
    lonely = np.ones(size, bool)
    lonely[strong // size] = lonely[strong % size] = False
    left_alone = np.flatnonzero(lonely & (best.partner >= 0))
    ends = np.sort(np.stack([left_alone, best.partner[left_alone]]), axis=0)
    weak = np.setdiff1d(ends[0] * size + ends[1], strong)
    edges = np.sort(np.concatenate([strong, weak]))
    pairs = likeness.each(edges // size, edges % size)
    values = np.round(likeness.scaled(pairs), _DIGITS)
    mine, theirs, cosine = _best_pairs(likeness.offsets, grid, pairs.left, pairs.right)
    return Neighbours(
        left=pairs.left,
        right=pairs.right,
        likeness=values,
        cover=pairs.cover,
        covered=pairs.covered,
        words=pairs.words,
        chance=likeness.scale.share_above(values),
        weak=np.isin(edges, weak),
        left_capability=mine,
        right_capability=theirs,
        cosine=cosine,
        best_cover=best.cover,
        copies=best.flocks(),
    )


def _mutual(nearest: Nearest, size: int) -> np.ndarray:
    """The pairs in which each of the two is among the other's nearest: left * size + right, in order."""
    of, other, _ = nearest.found()
    named, times = np.unique(np.minimum(of, other) * size + np.maximum(of, other), return_counts=True)
    return np.asarray(named[times == 2])


def _best_pairs(
    offsets: np.ndarray, grid: np.ndarray, left: np.ndarray, right: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per pair the two capabilities, one of each, that are most alike, and their cosine."""
    mine, theirs, cosine = offsets[left].copy(), offsets[right].copy(), np.empty(len(left))
    for at, products in matched_rows(grid, offsets, left, right):
        flat = np.minimum(products.reshape(len(at), -1), LENGTH**2)  # rounding may leave twins just above 1
        best = flat.argmax(axis=1)
        mine[at] += best // products.shape[2]
        theirs[at] += best % products.shape[2]
        cosine[at] = cosines_of(flat[np.arange(len(at)), best])
    return mine, theirs, cosine
