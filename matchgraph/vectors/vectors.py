"""Every text of a catalogue as one row on the grid, encoded once and then held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matchgraph.catalogue.track import Track
from matchgraph.errors import EncoderError
from matchgraph.vectors.cache import VectorCache, key_of
from matchgraph.vectors.encoder import Encoder, Task
from matchgraph.vectors.grid import to_grid

_KEPT_AT_ONCE = 16  # batches between two writes; what a killed rebuild loses at most


@dataclass(frozen=True, eq=False, slots=True)
class Vectors:
    """One grid row a text, in the order of `Texts`: capabilities, wholes, jobs."""

    grid: np.ndarray  # int16, (texts, dim), every length 4000
    encoder: str
    encoder_digest: str
    encoded: int = 0  # how many texts the encoder was called for; the rest were held

    def __post_init__(self) -> None:
        self.grid.flags.writeable = False


def embed(
    texts: Sequence[str], encoder: Encoder, cache: VectorCache, *, task: Task = "document", track: Track = iter
) -> Vectors:
    """The vectors of the texts; only texts that the cache has never seen reach the encoder."""
    keys = [key_of(text, task) for text in texts]
    first = dict(zip(reversed(keys), range(len(keys) - 1, -1, -1), strict=True))  # where each is met first
    filled = _Filled(len(keys), cache)
    for key, row in cache.found(list(first)):
        filled.put(first[key], row)
    new = [place for place in sorted(first.values()) if not filled.held[place]]
    if new:
        _encode(
            [texts[place] for place in new], [keys[place] for place in new], new, encoder, cache, filled, task, track
        )
    again = [place for place, key in enumerate(keys) if first[key] != place]
    filled.grid[again] = filled.grid[[first[keys[place]] for place in again]]
    return Vectors(filled.grid, encoder.name, encoder.digest, len(new))


class _Filled:
    """A grid while it is filled; how long its rows are is known with the first."""

    def __init__(self, size: int, cache: VectorCache) -> None:
        self.grid, self.held, self._cache = np.zeros((size, 0), np.int16), np.zeros(size, bool), cache

    def put(self, place: int, row: np.ndarray) -> None:
        """Let the row stand at that place."""
        if not self.grid.shape[1]:
            self.grid = np.zeros((len(self.held), len(row)), np.int16)
        if len(row) != self.grid.shape[1]:
            raise EncoderError(f"{self._cache.path} holds vectors of another length than is made now: delete it.")
        self.grid[place], self.held[place] = row, True


def _encode(
    texts: Sequence[str],
    keys: Sequence[bytes],
    at: Sequence[int],
    encoder: Encoder,
    cache: VectorCache,
    filled: _Filled,
    task: Task,
    track: Track,
) -> None:
    waiting: dict[bytes, np.ndarray] = {}
    for count, (places, rows) in enumerate(encoder.encode(texts, task=task, track=track), start=1):
        broken = np.flatnonzero(~np.isfinite(rows).all(axis=1))
        if len(broken):
            text = texts[places[broken[0]]]
            raise EncoderError(f"{encoder.name} gave a vector that is not finite for {text[:60]!r}.")
        for place, row in zip(places, to_grid(rows), strict=True):
            filled.put(at[place], row)
            waiting[keys[place]] = row
        if count % _KEPT_AT_ONCE == 0:
            _keep(waiting, cache)
            waiting = {}
    _keep(waiting, cache)


def _keep(waiting: dict[bytes, np.ndarray], cache: VectorCache) -> None:
    if waiting:
        cache.put(waiting, waiting.values())
