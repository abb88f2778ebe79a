"""Every text of a catalogue as one row on the grid, encoded once and then held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from matchgraph.catalogue.track import Track
from matchgraph.engines.runner import Arrays, Each
from matchgraph.errors import EncoderError
from matchgraph.vectors.cache import VectorCache, key_of
from matchgraph.vectors.encoder import Encoder, Task, carried
from matchgraph.vectors.grid import to_grid

_BLOCK = 512  # texts that are encoded elsewhere together
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
    texts: Sequence[str],
    encoder: Encoder,
    cache: VectorCache,
    *,
    task: Task = "document",
    track: Track = iter,
    each: Each | None = None,
) -> Vectors:
    """The vectors of the texts; only texts that the cache has never seen reach the encoder, by `each` in blocks."""
    keys = [key_of(text, task) for text in texts]
    first = dict(zip(reversed(keys), range(len(keys) - 1, -1, -1), strict=True))  # where each is met first
    filled = _Filled(len(keys), cache)
    for key, row in cache.found(list(first)):
        filled.put(first[key], row)
    new = [place for place in sorted(first.values()) if not filled.held[place]]
    if new:
        wanted = [texts[place] for place in new]
        here = partial(_encoded, encoder, wanted, task, track)
        batches = here() if each is None else _encoded_in_blocks(encoder, wanted, task, track, each)
        _fill(batches, keys, new, cache, filled, None if each else _KEPT_AT_ONCE)
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


def _encoded(
    encoder: Encoder, texts: Sequence[str], task: Task, track: Track = iter
) -> Iterator[tuple[Sequence[int], np.ndarray]]:
    """Batches of grid rows with the places of their texts, as the encoder gives them."""
    for places, rows in encoder.encode(texts, task=task, track=track):
        broken = np.flatnonzero(~np.isfinite(rows).all(axis=1))
        if len(broken):
            text = texts[places[broken[0]]]
            raise EncoderError(f"{encoder.name} gave a vector that is not finite for {text[:60]!r}.")
        yield places, to_grid(rows)


def _encoded_in_blocks(
    encoder: Encoder, texts: Sequence[str], task: Task, track: Track, each: Each
) -> Iterator[tuple[Sequence[int], np.ndarray]]:
    """The same, a block of texts at a time; long texts come first, so that no worker is left with them at the end."""
    order = sorted(range(len(texts)), key=lambda place: (-len(texts[place]), texts[place]))
    blocks = [order[start : start + _BLOCK] for start in range(0, len(order), _BLOCK)]
    work = partial(_encoded_block, carried(encoder), task)
    made = each("embed", work, None, [[texts[place] for place in block] for block in blocks], track)
    for places, part in zip(blocks, made, strict=True):
        yield places, part["grid"]


def _encoded_block(opened: Callable[[], Encoder], task: Task, _: None, texts: Sequence[str]) -> Arrays:
    """The grid rows of a block of texts."""
    batches = list(_encoded(opened(), texts, task))
    order = np.argsort(np.concatenate([places for places, _ in batches]))
    return {"grid": np.concatenate([rows for _, rows in batches])[order]}


def _fill(
    batches: Iterator[tuple[Sequence[int], np.ndarray]],
    keys: Sequence[bytes],
    at: Sequence[int],
    cache: VectorCache,
    filled: _Filled,
    kept_at_once: int | None,
) -> None:
    """Put batches where they belong, and keep them: every so many, or where they are kept elsewhere, at the end."""
    waiting: dict[bytes, np.ndarray] = {}
    for count, (places, rows) in enumerate(batches, start=1):
        for place, row in zip(places, rows, strict=True):
            filled.put(at[place], row)
            waiting[keys[at[place]]] = row
        if kept_at_once and count % kept_at_once == 0:
            _keep(waiting, cache)
            waiting = {}
    _keep(waiting, cache)


def _keep(waiting: dict[bytes, np.ndarray], cache: VectorCache) -> None:
    if waiting:
        cache.put(waiting, waiting.values())
