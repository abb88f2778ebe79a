"""What comes near to every query: a hub's nearness to yet another one says little.

As in cross-domain similarity local scaling (Conneau et al., 2018), an artifact gives up a share of its mean nearness
to those past queries that it is nearest to, so far as that is above what is usual.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import numpy as np

from matchgraph.searches.learned import UNIT

FEWEST_QUERIES = 50
BANK = 500  # past queries that nearness is measured against
_NEAREST = 10


def bank_of(grid: np.ndarray) -> np.ndarray:
    """Some of the past queries, the same every time; none where there are too few."""
    if len(grid) < FEWEST_QUERIES:
        return grid[:0]
    return np.asarray(grid[np.sort(np.random.default_rng(0).permutation(len(grid))[:BANK])])


def hubs_of(nearness: Iterable[np.ndarray], share: float) -> np.ndarray:
    """What each artifact gives up, int32 in millionths of a point.

    `nearness` comes in blocks of (artifacts, some queries of the bank).
    """
    nearest = reduce(lambda held, block: _nearest(np.concatenate([held, block], axis=1)), nearness)
    usual = np.sort(_nearest(nearest), axis=1).mean(axis=1)
    return np.asarray(np.rint(share * (usual - usual.mean()) / UNIT), np.int32)


def _nearest(nearness: np.ndarray) -> np.ndarray:
    return nearness if nearness.shape[1] <= _NEAREST else np.partition(nearness, -_NEAREST, axis=1)[:, -_NEAREST:]
