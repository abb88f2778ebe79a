"""Into how many cells a search for the nearest rows looks, so that it surely finds them: measured, not set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matchgraph.engines.local import here
from matchgraph.engines.runner import Each
from matchgraph.vectors.cache import key_of
from matchgraph.vectors.cells import Cells, cells_for, cells_of
from matchgraph.vectors.recall import DEPTHS, RECALL, SAMPLE, TOO_DEEP, Looked, at_least

# Rows. So many are looked through in some five milliseconds; what is rounded for that has to be made when a snapshot is
# opened, and takes a second for every 200,000, where cells are there with the file.
EVERY_ROW_UP_TO = 200_000

EVERY_ROW = Looked("every row")

_NEAREST = 10
_AT_ONCE = 4_096


@dataclass(frozen=True, eq=False, slots=True)
class Lookup:
    """The cells of a grid's rows, and how many of them a search looks into."""

    cells: Cells
    depth: int

    def among(self, asked: np.ndarray, k: int, mask: np.ndarray | None) -> np.ndarray:
        """The rows that may be the k nearest to any of some grid rows, each once.

        More cells are looked into where a mask leaves few.
        """
        depth = self.depth
        while True:
            depth = min(depth, len(self.cells))
            looked_into = np.unique(self.cells.nearest(asked, depth))
            rows = np.concatenate([self.cells.inside(cell) for cell in looked_into])
            rows = rows if mask is None else rows[mask[rows]]
            if len(rows) >= k or depth == len(self.cells):
                return rows.astype(np.int64)
            depth *= 4


def lookup_of(grid: np.ndarray, texts: Sequence[str], each: Each = here) -> tuple[Lookup | None, Looked]:
    """How many rows are looked up: by cells, where the true neighbours are surely found so."""
    order = np.argsort([key_of(text)[:8] for text in texts], kind="stable")
    cells, sample = cells_of(grid, cells_for(len(grid)), order, each, "lookup"), np.sort(order[:SAMPLE])
    of, other = _truth(grid, sample)
    deep = cells.ranks(grid[of], cells.home[other])
    for depth in DEPTHS:
        share = float(np.mean(deep < depth))
        surely = at_least(share, len(sample))
        if depth * TOO_DEEP <= len(cells) and surely >= RECALL:
            looked = Looked("cells", round(share, 4), round(surely, 4), len(sample), len(cells), depth)
            return Lookup(cells, depth), looked
    note = f"looking into one in {TOO_DEEP} cells, or {DEPTHS[-1]}, would not surely find {RECALL:.0%} of the nearest"
    return None, Looked("every row", note=note)


def _truth(grid: np.ndarray, sample: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each row of the sample with each of its nearest others, from the products with every row."""
    asked = grid[sample].astype(np.float32)
    best, rows = np.full((len(sample), _NEAREST), -np.inf, np.float32), np.zeros((len(sample), _NEAREST), np.int64)
    for start in range(0, len(grid), _AT_ONCE):
        found = asked @ grid[start : start + _AT_ONCE].astype(np.float32).T
        inside = (sample >= start) & (sample < start + found.shape[1])
        found[inside, sample[inside] - start] = -np.inf
        both = np.concatenate([best, found], axis=1)
        at = np.argpartition(-both, _NEAREST - 1, axis=1)[:, :_NEAREST]
        best = np.take_along_axis(both, at, axis=1)
        held = np.take_along_axis(rows, np.minimum(at, _NEAREST - 1), axis=1)
        rows = np.where(at < _NEAREST, held, at - _NEAREST + start)
    return np.repeat(sample, _NEAREST), rows.ravel()
