"""Queries that ask for the same thing in other words, taken together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matchgraph.vectors.grid import products

SAME_WISH = 0.85  # cosine from which two queries are one kind

_BLOCK = 1_024


def kinds_of_query(queries: Sequence[str], grid: np.ndarray) -> dict[str, str]:
    """For each query the one that stands for its kind: the first in order that is near enough, else itself.

    One pass over the queries sorted by their text, so that the same queries always fall into the same kinds.
    """
    order = np.array(sorted(range(len(queries)), key=lambda place: queries[place]), np.int64)
    leader = np.full(len(order), -1)  # by place in the order
    for start in range(0, len(order), _BLOCK):
        block = np.arange(start, min(start + _BLOCK, len(order)))
        before = np.flatnonzero(leader[:start] == np.arange(start))
        _follow(leader, block, before, products(grid[order[block]], grid[order[before]]))
        within = products(grid[order[block]], grid[order[block]])
        for row, place in enumerate(block):
            if leader[place] < 0:
                leader[place] = place
                later = (within[row] >= SAME_WISH) & (leader[block] < 0)
                leader[block[later]] = place
    return {queries[order[place]]: queries[order[first]] for place, first in enumerate(leader)}


def _follow(leader: np.ndarray, block: np.ndarray, leaders: np.ndarray, near: np.ndarray) -> None:
    """Let each query of a block follow the first leader that is near enough."""
    if not len(leaders):
        return
    reached = near >= SAME_WISH
    first = reached.argmax(axis=1)
    follows = reached.any(axis=1)
    leader[block[follows]] = leaders[first[follows]]
