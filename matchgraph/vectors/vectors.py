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
    unique = dict(zip(keys, texts, strict=True))
    held = cache.get(list(unique))
    new = {key: text for key, text in unique.items() if key not in held}
    if new:
        held |= _encode(new, encoder, cache, task, track)
    if len({len(row) for row in held.values()}) > 1:
        raise EncoderError(f"{cache.path} holds vectors of another length than {encoder.name} makes: delete it.")
    grid = np.stack([held[key] for key in keys]) if keys else np.zeros((0, 0), np.int16)
    return Vectors(grid, encoder.name, encoder.digest, len(new))


def _encode(
    new: dict[bytes, str], encoder: Encoder, cache: VectorCache, task: Task, track: Track
) -> dict[bytes, np.ndarray]:
    keys = list(new)
    made: dict[bytes, np.ndarray] = {}
    waiting: dict[bytes, np.ndarray] = {}
    for count, (places, rows) in enumerate(encoder.encode(list(new.values()), task=task, track=track), start=1):
        broken = np.flatnonzero(~np.isfinite(rows).all(axis=1))
        if len(broken):
            text = new[keys[places[broken[0]]]]
            raise EncoderError(f"{encoder.name} gave a vector that is not finite for {text[:60]!r}.")
        waiting |= dict(zip((keys[place] for place in places), to_grid(rows), strict=True))
        if count % _KEPT_AT_ONCE == 0:
            made |= _kept(waiting, cache)
            waiting = {}
    return made | _kept(waiting, cache)


def _kept(waiting: dict[bytes, np.ndarray], cache: VectorCache) -> dict[bytes, np.ndarray]:
    if waiting:
        cache.put(waiting, np.stack(list(waiting.values())))
    return waiting
