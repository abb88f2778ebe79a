"""What a rebuild will take in time, memory and disk, said before it is begun.

    CPU seconds of a stage = count * cost of one on the reference machine * how slow this machine is beside it

The counts come from the catalogue itself: every row is counted, some thousand of them, evenly spread, are read to the
end, or all of them where that is asked for. Costs were measured in rebuilds of 20,000 to 1,000,000 capabilities. Two
kinds of work are timed here for a moment, words taken apart and matrices multiplied, for a machine may be good at one
and not at the other.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from matchgraph.catalogue.catalogue import Catalogue, catalogue_of
from matchgraph.catalogue.check import check
from matchgraph.catalogue.read import Source, found_in, read
from matchgraph.catalogue.report import Ledger
from matchgraph.engines.named import Engine
from matchgraph.errors import CatalogueError, QuestionError
from matchgraph.graph.candidates import EVERY_PAIR_UP_TO
from matchgraph.snapshot.place import store_at
from matchgraph.vectors.cache import held_in, key_of
from matchgraph.vectors.encoder import Encoder, SentenceEncoder
from matchgraph.vectors.lookup import EVERY_ROW_UP_TO
from matchgraph.vectors.texts import texts_of
from matchgraph.vectors.words import words_of

_LOOKED_AT = 2_000  # rows that are read to the end
_TRIED = 500  # texts that an encoder at hand is timed with
_DIM = 384
_MB = 1e6
_OFF = 0.3  # the share by which an estimate may be off, either way; its stages are not each held to that

# CPU seconds on the reference machine: one core of the two that every figure here was measured on.
_READ_ARTIFACT, _READ_CAPABILITY = 75e-6, 45e-6
_KEEP_TEXT = 42e-6  # looked up, put on the grid and kept
_LETTER = 0.4e-6  # of all texts, to weigh words
_PAIR, _PAIR_OF_ARTIFACTS = 20e-9, 33e-9  # of capabilities, where every pair is looked at; and of their artifacts
_CANDIDATE = 350e-6  # a capability, where candidates are looked at; and of all that are in the cells looked into
_CELLS, _CELL = 8, 77e-9  # looked into, of which there are more than in rebuilds measured; to tell how near one is
_SEARCH_CELL = 6e-8  # a text, and a root of how many there are: from so many on, search looks into cells
_MAP = 130e-6  # an artifact's place; beside that, what lies around it among all, or among those in some cells
_AROUND, _AROUND_IN_CELLS, _AROUND_CELLS = 3.1e-9, 22e-9, 16
_RANK = 200e-6  # an artifact
_PUBLISH = 46e-6  # an artifact: edges, the floor of search, files
_START = 1.5  # what is imported and warmed up
_LOAD_MODEL, _ENCODE_LETTER = 8.0, 0.21e-3

# On Ray: what is shared out costs a little more than here, and does not come out even.
_ON_RAY, _EVEN = 1.3, 0.85
_RAY_START, _WORKER_START = 12.0, 2.5

# Bytes.
_MEMORY, _MEMORY_ARTIFACT, _MEMORY_CAPABILITY, _MEMORY_MODEL = 650e6, 3.8e3, 4.0e3, 120e6
_STORED, _CACHED_TEXT, _STORED_ARTIFACT, _STORED_LETTER = 1.2e6, 960.0, 600.0, 0.6

_WORKER, _READ, _MADE = 800e6, 1.3e3, 6e3  # a worker; what it reads of a capability, and what it makes of one

_WORDS_S, _MATRIX_S = 0.0062, 0.0060  # what the two kinds of work took there


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is to do."""

    artifacts: int
    capabilities: int
    texts: int  # to be embedded: one an artifact, one a capability, one a job
    new_texts: int  # of them that no vector is held of
    letters: int  # of all texts together
    exact: bool = False  # every row was read, as a rebuild reads it


@dataclass(frozen=True, slots=True)
class Machine:
    """How long this machine takes, where the reference machine takes 1; and its cores."""

    words: float
    matrix: float
    cores: int
    encode_letter: float | None = None  # seconds here, where the encoder itself was timed
    nodes: int = 0  # of a Ray cluster, each a machine like this one; 0 is none


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a rebuild will take."""

    size: Size
    stages: dict[str, float]  # CPU seconds
    wall_s: float  # with nothing else on the machine
    memory_mb: float
    disk_mb: float
    assumed: tuple[str, ...]
    nodes: int = 0  # of a Ray cluster, beside the machine that the rest is done on
    node_memory_mb: float = 0.0  # at most, on each
    moved_mb: float = 0.0  # read by nodes from the store, and written to it

    @property
    def cpu_s(self) -> float:
        """CPU seconds of all stages."""
        return sum(self.stages.values())

    @property
    def ranges(self) -> dict[str, tuple[float, float]]:
        """The least and the most that each figure may come to."""
        figures = ("wall_s", "cpu_s", "memory_mb", "disk_mb", *(("node_memory_mb", "moved_mb") if self.nodes else ()))
        return {name: (getattr(self, name) * (1 - _OFF), getattr(self, name) * (1 + _OFF)) for name in figures}

    def _elsewhere(self) -> str:
        room, moved = self._told("node_memory_mb"), self._told("moved_mb")
        return f"nodes   {self.nodes:,}, {room} at most on each; {moved} read and written"

    def _told(self, name: str) -> str:
        """A figure and its range, all in one unit."""
        figure, (low, high) = getattr(self, name), self.ranges[name]
        size, unit = (1, "MB") if name.endswith("_mb") else _unit(figure)
        return f"{figure / size:,.0f} {unit} ({low / size:,.0f} to {high / size:,.0f})"

    def to_dict(self) -> dict[str, Any]:
        """The estimate as plain JSON values."""
        ranges = {name: {"low": round(low, 1), "high": round(high, 1)} for name, (low, high) in self.ranges.items()}
        return asdict(self) | {"cpu_s": round(self.cpu_s, 1), "ranges": ranges}

    def __str__(self) -> str:
        of = self.size
        most = sorted(self.stages.items(), key=lambda stage: -stage[1])[:4]
        return "\n".join(
            [
                f"{of.artifacts:,} artifacts, {of.capabilities:,} capabilities, {of.new_texts:,} texts to encode",
                f"time    {self._told('wall_s')}",
                f"CPU     {self._told('cpu_s')}: " + ", ".join(f"{name} {_span(seconds)}" for name, seconds in most),
                f"memory  {self._told('memory_mb')} at most",
                f"disk    {self._told('disk_mb')} more",
                *([self._elsewhere()] if self.nodes else []),
                *(f"assumed: {each}" for each in self.assumed),
            ]
        )


def estimate(
    catalogue: Source | Iterable[Source],
    *,
    store: str | Path = "store",
    encoder: Encoder | str | None = None,
    engine: str = Engine.LOCAL,
    nodes: int = 1,
    every_row: bool = False,
) -> Estimate:
    """What a full rebuild of a catalogue will take, but for vectors that the store holds already.

    With the engine "ray" there are so many `nodes` beside this machine, each like it. With `every_row` all of the
    catalogue is read as a rebuild reads it, and so what has to be encoded is counted, not reckoned.
    """
    if nodes > 1 and engine != Engine.RAY:
        raise QuestionError("nodes are those of a Ray cluster: name the engine too (--engine ray).")
    encoder = SentenceEncoder(encoder) if isinstance(encoder, str) else encoder or SentenceEncoder()
    rows, told = _whole(catalogue) if every_row else _counted(catalogue)
    texts = texts_of(told).texts
    share = rows / len(told)
    held = _held(texts, store_at(store).cache, encoder)
    size = Size(
        rows,
        round(told.capabilities.num_rows * share),
        round(len(texts) * share),
        round((len(set(texts)) - held) * share),
        round(sum(map(len, texts)) * share),
        every_row,
    )
    timed = None if isinstance(encoder, SentenceEncoder) else _seconds_a_letter(encoder, texts)
    return reckoned(size, Machine(*_measured(), _cores(), timed, nodes if engine == Engine.RAY else 0))


def reckoned(size: Size, machine: Machine) -> Estimate:
    """The estimate of a size on a machine."""
    every_pair = size.capabilities <= EVERY_PAIR_UP_TO
    encoded = size.letters * size.new_texts / max(size.texts, 1)
    model = _LOAD_MODEL * machine.words * (size.new_texts > 0)
    encoding = model + encoded * _ENCODE_LETTER * machine.matrix
    if machine.encode_letter is not None:
        encoding = encoded * machine.encode_letter
    root = size.artifacts**0.5  # there are twice as many cells, with half as many in each
    within = _CELLS / 2 * root * (_PAIR + _PAIR_OF_ARTIFACTS) + 2 * root * _CELL
    alike = size.capabilities * _CANDIDATE + size.artifacts * within
    if every_pair:
        alike = (size.capabilities**2 * _PAIR + size.artifacts**2 * _PAIR_OF_ARTIFACTS) / 2
    around = size.artifacts * _AROUND if every_pair else _AROUND_CELLS / 2 * root * _AROUND_IN_CELLS
    cells = size.texts**1.5 * _SEARCH_CELL * (size.texts > EVERY_ROW_UP_TO)
    stages = {
        "read": (size.artifacts * _READ_ARTIFACT + size.capabilities * _READ_CAPABILITY + _START) * machine.words,
        "encode": encoding,
        "vectors": size.texts * _KEEP_TEXT * machine.words,
        "cells": cells * machine.matrix,
        "words": size.letters * _LETTER * machine.words,
        "likeness": alike * machine.matrix,
        "map": size.artifacts * (_MAP * machine.words + around * machine.matrix),
        "rank": size.artifacts * _RANK * machine.words,
        "publish": size.artifacts * _PUBLISH * machine.words,
    }
    together = stages["likeness"] + (encoding - model if machine.encode_letter is None or machine.nodes else 0.0)
    wall = sum(stages.values()) - together * (1 - 1 / machine.cores)
    workers = machine.nodes * machine.cores
    if workers:
        wall = sum(stages.values()) - together + together * _ON_RAY / _EVEN / workers + _RAY_START
        stages["Ray"] = together * (_ON_RAY - 1) + _RAY_START + workers * (_WORKER_START + model)
    memory = _MEMORY + size.artifacts * _MEMORY_ARTIFACT + size.capabilities * _MEMORY_CAPABILITY
    memory += _MEMORY_MODEL * (model > 0 and machine.encode_letter is None)
    stored = size.texts * _DIM * 2 + size.artifacts * _STORED_ARTIFACT + size.letters * _STORED_LETTER
    disk = _STORED + size.new_texts * _CACHED_TEXT + stored
    return Estimate(
        size,
        {name: round(seconds, 2) for name, seconds in stages.items()},
        round(wall, 1),
        round(memory / _MB),
        round(disk / _MB, 1),
        _assumed(machine, every_pair, size),
        machine.nodes,
        round((machine.cores * (_WORKER + _MEMORY_MODEL) + size.capabilities * _READ) / _MB) if workers else 0.0,
        round(size.capabilities * (_READ * machine.nodes + _MADE) / _MB) if workers else 0.0,
    )


def _assumed(machine: Machine, every_pair: bool, size: Size) -> tuple[str, ...]:
    said = ["nothing else runs" + ("" if size.exact else ", and no row is refused or told twice but by its id")]
    if size.new_texts and machine.encode_letter is None:
        said.append("the encoder is about as large as all-MiniLM-L6-v2, and runs on the processor")
    if not every_pair:
        said.append("neighbours are found among candidates; every pair, if need be, takes far longer")
    if machine.nodes:
        said.append(
            "each node is a machine like this one, finds the store under the same path, and reads all of it once"
        )
        said.append("the catalogue, the graph and the ranks are held by the one machine that begins the rebuild")
    return (*said, f"vectors of {_DIM} numbers, and searches that are few beside the catalogue")


def _whole(catalogue: Source | Iterable[Source]) -> tuple[int, Catalogue]:
    """How many artifacts there are, and all of them."""
    told, _ = read(catalogue)
    return len(told), told


def _counted(catalogue: Source | Iterable[Source]) -> tuple[int, Catalogue]:
    """How many artifacts there are by their ids, and some of them, evenly spread."""
    ids: set[Any] = set()
    sample: list[tuple[Any, str, int]] = []
    step = 1
    for number, (file, line, row) in enumerate(found_in(catalogue)):
        ids.add(str(row.get("artifact_id")) if isinstance(row, dict) else None)
        if number % step == 0:
            sample.append((row, file, line))
        if len(sample) > 2 * _LOOKED_AT:
            sample, step = sample[::2], step * 2
    ledger = Ledger()
    artifacts = [made for row, file, line in sample if (made := check(row, file, line, ledger)) is not None]
    if not artifacts:
        raise CatalogueError("no row that was looked at is a usable artifact: `matchgraph validate` says why.")
    return len(ids - {None}), catalogue_of({each.artifact_id: each for each in artifacts}.values())


def _held(texts: list[str], cache: Path, encoder: Encoder) -> int:
    """How many of the distinct texts the store has vectors of."""
    return held_in(cache, encoder.digest, list({key_of(text) for text in texts}))


def _seconds_a_letter(encoder: Encoder, texts: list[str]) -> float:
    """What an encoder at hand takes for a letter."""
    some = texts[:: max(1, len(texts) // _TRIED)]
    start = time.process_time()
    for _ in encoder.encode(some):
        pass
    return (time.process_time() - start) / sum(map(len, some))


def _measured() -> tuple[float, float]:
    """How long this machine takes for words and for matrices, beside the reference machine."""
    text = " ".join(f"reads PostgreSQL tables of kind {number} and draws them" for number in range(1_000))
    rows = np.arange(512 * _DIM, dtype=np.float32).reshape(512, _DIM) % 7
    with threadpool_limits(1, user_api="blas"):
        return _quickest(lambda: words_of(text)) / _WORDS_S, _quickest(lambda: _multiplied(rows)) / _MATRIX_S


def _multiplied(rows: np.ndarray) -> None:
    for _ in range(4):
        (rows @ rows.T).max(axis=1)


def _quickest(work: Callable[[], object]) -> float:
    """CPU seconds of the quickest of some turns: what disturbs only ever adds."""
    taken = []
    for _ in range(7):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _unit(seconds: float) -> tuple[int, str]:
    """What a time is told in: its seconds and its name."""
    return (1, "s") if seconds < 120 else (60, "min") if seconds < 7_200 else (3_600, "h")


def _span(seconds: float) -> str:
    size, unit = _unit(seconds)
    return f"{seconds / size:,.0f} {unit}"
