"""A query taken apart: several wishes in one text would be averaged into none of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from matchgraph.catalogue.read import Track
from matchgraph.errors import QuestionError
from matchgraph.vectors.cache import VectorCache
from matchgraph.vectors.encoder import Encoder
from matchgraph.vectors.grid import to_grid
from matchgraph.vectors.vectors import embed

_END = re.compile(r"(?<=[.!?;])\s+|\n+")
_FEWEST_WORDS = 3
_MOST_PARTS = 8


def readable(query: str) -> str:
    """The query without what no encoder takes: a shell may hand over bytes that are no text."""
    if not isinstance(query, str):
        raise QuestionError(f"the query is {query!r}: wanted a text.")
    return query.encode("utf-8", "replace").decode()


def parts_of(query: str) -> list[str]:
    """The query, and its sentences where it has more than one.

    >>> parts_of("Read my mail. Then put the dates in a calendar.")
    ['Read my mail. Then put the dates in a calendar.', 'Read my mail.', 'Then put the dates in a calendar.']
    """
    sentences = [part.strip() for part in _END.split(query) if len(part.split()) >= _FEWEST_WORDS]
    return [query, *sentences[:_MOST_PARTS]] if len(sentences) > 1 else [query]


def encode_query(query: str, encoder: Encoder) -> np.ndarray:
    """The grid rows of a query: the whole first, then its parts."""
    parts = parts_of(query)
    found = {
        place: row
        for places, rows in encoder.encode(parts, task="query")
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
