"""A query taken apart: several wishes in one text would be averaged into none of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from matchgraph.catalogue.track import Track
from matchgraph.errors import QuestionError
from matchgraph.vectors.cache import VectorCache
from matchgraph.vectors.encoder import Encoder
from matchgraph.vectors.grid import to_grid
from matchgraph.vectors.vectors import embed

# Where one wish may end and the next begin; the words that join them go with the joint.
_JOINT = re.compile(
    r"(?<=[.!?]) |[,;:] (?:(?:and|then|also|or|but) )*| (?:and|then|also|plus|while|as well as) (?:(?:then|also) )*",
    re.IGNORECASE,
)
_FEWEST_WORDS = 3
_MOST_PARTS = 8


def readable(query: str) -> str:
    """The query without what no encoder takes: a shell may hand over bytes that are no text."""
    if not isinstance(query, str):
        raise QuestionError(f"the query is {query!r}: wanted a text.")
    return query.encode("utf-8", "replace").decode()


def parts_of(query: str) -> list[str]:
    """The query, and its clauses where it has more than one.

    >>> parts_of("Read my mail and then put the dates in a calendar.")
    ['Read my mail and then put the dates in a calendar.', 'Read my mail', 'put the dates in a calendar.']
    """
    lines = (" ".join(line.split()) for line in query.splitlines())
    clauses = _joined([piece for line in lines for piece in _JOINT.split(line) if piece])
    return [query, *clauses[:_MOST_PARTS]] if len(clauses) > 1 else [query]


def _joined(pieces: list[str]) -> list[str]:
    """The pieces, one too short to be a wish with the one before it; at the front, with the one after."""
    clauses: list[str] = []
    for piece in pieces:
        if clauses and min(len(piece.split()), len(clauses[0].split())) < _FEWEST_WORDS:
            clauses[-1] += " " + piece
        else:
            clauses.append(piece)
    return clauses


def encode_query(query: str, encoder: Encoder) -> np.ndarray:
    """The grid rows of a query: the whole first, then its parts."""
    parts = parts_of(query)
    found = {
        place: row
        for places, rows in encoder.encode(parts, task="live")
        for place, row in zip(places, rows, strict=True)
    }
    return to_grid(np.stack([found[place] for place in range(len(parts))]))


def encode_queries(
    queries: Sequence[str], encoder: Encoder, cache: VectorCache, track: Track = iter
) -> list[np.ndarray]:
    """The grid rows of many queries, each encoded once and then held."""
    parts = [parts_of(query) for query in queries]
    grid = embed([part for each in parts for part in each], encoder, cache, task="query", track=track).grid
    return np.split(grid, np.cumsum([len(each) for each in parts])[:-1])
