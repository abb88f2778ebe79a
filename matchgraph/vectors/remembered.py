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

from matchgraph.catalogue.read import Track
from matchgraph.vectors.encoder import Encoder, Task

_LONGEST = 2_000  # characters of all parts of a query; longer ones go alone and are not held, so that memory has an end
_TOGETHER = 16  # queries of one turn


@dataclass(eq=False, slots=True)
class _Asked:
    """One query that waits for its vectors."""

    texts: tuple[str, ...]
    rows: np.ndarray | None = None
    error: Exception | None = None


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
            short = sum(map(len, texts)) <= _LONGEST
            yield list(range(len(texts))), (self._held if short else self._live)(tuple(texts))
        else:
            yield from self._encoder.encode(texts, task=task, track=track)

    def _live(self, texts: tuple[str, ...]) -> np.ndarray:
        mine = _Asked(texts)
        with self._list:
            self._waiting.append(mine)
        with self._turn:
            if mine.rows is None and mine.error is None:
                self._encode(self._next(mine))
        if mine.error is not None:
            raise mine.error
        assert mine.rows is not None  # noqa: S101 - whoever had the turn has seen to it
        return mine.rows

    def _next(self, mine: _Asked) -> list[_Asked]:
        """Who goes in this turn: this one, and the first of those who came since the last."""
        with self._list:
            self._waiting.remove(mine)
            alone = sum(map(len, mine.texts)) > _LONGEST
            others = [] if alone else [each for each in self._waiting if sum(map(len, each.texts)) <= _LONGEST]
            others = others[: _TOGETHER - 1]
            self._waiting = [each for each in self._waiting if each not in others]
        return [mine, *others]

    def _encode(self, asked: list[_Asked]) -> None:
        texts = [text for each in asked for text in each.texts]
        try:
            found = {
                place: row
                for places, rows in self._encoder.encode(texts, task="live")
                for place, row in zip(places, rows, strict=True)
            }
            every = np.stack([found[place] for place in range(len(texts))])
        except Exception as error:  # noqa: BLE001 - each who waits is told
            for each in asked:
                each.error = error
            return
        every.flags.writeable = False
        ends = np.cumsum([len(each.texts) for each in asked])
        for each, rows in zip(asked, np.split(every, ends[:-1]), strict=True):
            each.rows = rows
