"""Queries on their way to vectors: those asked before are held, those that come at once go together.

A model takes little longer for ten short queries than for one. So whoever comes while others are being encoded waits,
and the next turn takes all who wait; where nobody else asks, nobody waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import numpy as np

from matchgraph.catalogue.track import Track
from matchgraph.vectors.encoder import Encoder, Task

# Characters of all parts of a query, the longest that a door takes and its clauses; longer ones go alone and are not
# held, so that memory has an end.
_LONGEST = 4_000
_TOGETHER = 16  # queries of one turn


@dataclass(eq=False, slots=True)
class _Asked:
    """One query that waits for its vectors."""

    texts: tuple[str, ...]
    rows: np.ndarray | None = None

    @property
    def short(self) -> bool:
        """Whether it may go with others, and be held."""
        return sum(map(len, self.texts)) <= _LONGEST


class Remembered:
    """An encoder for many who ask at once; what is no live query goes straight through."""

    def __init__(self, encoder: Encoder, most: int = 4096) -> None:
        self.name, self.digest = encoder.name, encoder.digest
        self._encoder = encoder
        self._waiting: list[_Asked] = []
        self._turn, self._list = Lock(), Lock()
        self._held = lru_cache(maxsize=most)(self._live)

    def encode(
        self, texts: Sequence[str], *, task: Task = "document", track: Track = iter
    ) -> Iterator[tuple[list[int], np.ndarray]]:
        """Batches of vectors, as the encoder gives them."""
        if task == "live":
            asked = tuple(texts)
            yield list(range(len(asked))), (self._held if _Asked(asked).short else self._live)(asked)
        else:
            yield from self._encoder.encode(texts, task=task, track=track)

    def _live(self, texts: tuple[str, ...]) -> np.ndarray:
        mine = _Asked(texts)
        with self._list:
            self._waiting.append(mine)
        with self._turn:
            if mine.rows is None:  # else who had the turn before has taken this one along
                self._encode(self._next(mine))
        assert mine.rows is not None  # noqa: S101 - what cannot be encoded has raised
        return mine.rows

    def _next(self, mine: _Asked) -> list[_Asked]:
        """Who goes in this turn: this one, and the first of those who wait."""
        with self._list:
            others = [each for each in self._waiting if each is not mine and each.short][: _TOGETHER - 1]
            going = [mine, *others] if mine.short else [mine]
            self._waiting = [each for each in self._waiting if each not in going]
        return going

    def _encode(self, asked: list[_Asked]) -> None:
        texts = [text for each in asked for text in each.texts]
        found = {
            place: row
            for places, rows in self._encoder.encode(texts, task="live")
            for place, row in zip(places, rows, strict=True)
        }
        every = np.stack([found[place] for place in range(len(texts))])
        every.flags.writeable = False
        ends = np.cumsum([len(each.texts) for each in asked])
        for each, rows in zip(asked, np.split(every, ends[:-1]), strict=True):
            each.rows = rows
