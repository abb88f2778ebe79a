"""Queries that were asked before, with their vectors: the same words are encoded once while a door is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from matchgraph.catalogue.read import Track
from matchgraph.vectors.encoder import Encoder, Task

_LONGEST = 2_000  # characters of all parts of a query; longer ones are encoded each time, so that memory has an end


class Remembered:
    """An encoder that holds the vectors of the last live queries; everything else goes straight through."""

    def __init__(self, encoder: Encoder, most: int = 4096) -> None:
        self.name, self.digest = encoder.name, encoder.digest
        self._encoder = encoder
        self._held = lru_cache(maxsize=most)(self._live)

    def encode(
        self, texts: Sequence[str], *, task: Task = "document", track: Track = iter
    ) -> Iterator[tuple[list[int], np.ndarray]]:
        """Batches of vectors, as the encoder gives them."""
        if task != "live" or sum(map(len, texts)) > _LONGEST:
            yield from self._encoder.encode(texts, task=task, track=track)
        else:
            yield list(range(len(texts))), self._held(tuple(texts))

    def _live(self, texts: tuple[str, ...]) -> np.ndarray:
        found = {
            place: row
            for places, rows in self._encoder.encode(texts, task="live")
            for place, row in zip(places, rows, strict=True)
        }
        held = np.stack([found[place] for place in range(len(texts))])
        held.flags.writeable = False
        return held
