"""Queries that ask for the same thing in other words, taken together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matchgraph.searches.public import ENOUGH
from matchgraph.vectors.grid import products

SAME_WISH = 0.85  # cosine from which two queries are one kind

_BLOCK = 1_024


@dataclass(frozen=True, slots=True)
class Kind:
    """One wish in the words of several queries. Only `public_text` may be shown to others, so it alone is kept."""

    number: int  # its place among all kinds
    leader: str  # the query under which the others were taken together
    queries: int
    actors: int  # known and believed ones that asked any of them
    public_text: str | None  # its medoid, of those queries that enough actors asked in just these words


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


def kinds_asked(
    askers: Mapping[str, set[str]], kind_of: Mapping[str, str], queries: Sequence[str], grid: np.ndarray
) -> list[Kind]:
    """Every kind of query by its leader, with how many asked it; `grid` holds a row for each of `queries`."""
    members: dict[str, list[int]] = defaultdict(list)
    for place in sorted(range(len(queries)), key=lambda place: queries[place]):
        members[kind_of.get(queries[place], queries[place])].append(place)
    found = []
    for number, (leader, places) in enumerate(sorted(members.items())):
        central = [queries[places[each]] for each in _central(grid[places])]
        asked = [askers[query] for query in central if query in askers]
        public = (query for query in central if len(askers.get(query, ())) >= ENOUGH)
        actors = len(set().union(*asked))
        found.append(Kind(number, leader, len(places), actors, next(public, None)))
    return found


def _central(rows: np.ndarray) -> np.ndarray:
    """The rows from the one nearest to all others to the furthest; in whole numbers, so that a tie is a tie."""
    wide = rows.astype(np.int64)
    near = wide @ wide.sum(axis=0) - np.einsum("ij,ij->i", wide, wide)
    return np.argsort(-near, kind="stable")
