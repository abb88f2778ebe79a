"""Blocks of work that outlast whoever asked for them.

store/stages/in-cells-4f0c.../000042-<sha256>.npz    what block 42 of the stage came to
store/stages/given/<sha256>.npy                      an array that blocks read

Whoever works on a block writes its file, under a name that nobody else uses, and then gives it the name that says
which block it is and what is in it. So a block is finished whole or not at all, what a stopped worker leaves behind is
looked at by nobody, and two workers on one block do no harm. The next rebuild of the same works on the rest.
"""

from __future__ import annotations

import hashlib
import io
import os
import platform
import re
import resource
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from matchgraph.catalogue.track import Track
from matchgraph.engines.local import here
from matchgraph.engines.runner import Arrays, Block, Each, Runner, Shared
from matchgraph.errors import EngineError, SnapshotError
from matchgraph.snapshot.check import fitting
from matchgraph.snapshot.disk import DISK, make_with_parents, write_through
from matchgraph.snapshot.files import packed_array
from matchgraph.snapshot.stages import Stages

_BLOCK = re.compile(r"([0-9]{6})-([0-9a-f]{64})\.npz")


@dataclass(frozen=True, slots=True)
class Done:
    """What a finished block says of itself."""

    file: str
    bytes: int
    cpu_s: float
    peak_mb: float  # of the process that worked on it


@dataclass(frozen=True, slots=True)
class Worked:
    """What workers did for a stage in this rebuild, by the blocks that they finished."""

    blocks: int = 0
    cpu_s: float = 0.0
    bytes: int = 0  # written for others to read
    peak_mb: float = 0.0  # of the largest process

    def __add__(self, more: Worked | Done) -> Worked:
        blocks = more.blocks if isinstance(more, Worked) else 1
        took = round(self.cpu_s + more.cpu_s, 3), self.bytes + more.bytes, round(max(self.peak_mb, more.peak_mb), 1)
        return Worked(self.blocks + blocks, *took)


@dataclass(frozen=True, slots=True)
class Given:
    """What all blocks read, by the files that hold it."""

    kind: type[Shared]
    files: tuple[tuple[str, Path], ...]


class SharedOut:
    """Held during a rebuild: who works on the blocks of its stages, and what stands finished already."""

    def __init__(self, stages: Stages, runner: Runner | None) -> None:
        self._stages, self._runner = stages, runner
        self.worked: dict[str, Worked] = {}  # by stage
        self._written: dict[int, tuple[np.ndarray, Path]] = {}

    def of(self, *digests: str) -> Each:
        """How blocks that are made from inputs with these digests are worked on."""
        return here if self._runner is None else partial(self._each, self._runner, digests)

    def _each(
        self,
        runner: Runner,
        of: Sequence[str],
        stage: str,
        work: Callable[[Any, Block], Arrays],
        shared: Shared | None,
        blocks: Sequence[Block],
        track: Track = iter,
    ) -> Iterator[Arrays]:
        folder = self._stages.place(stage, [*of, *map(repr, blocks)])
        make_with_parents(DISK, folder)
        held = _held(folder)
        left = [(number, block) for number, block in enumerate(blocks) if number not in held]
        given = self._given(shared) if shared is not None and left else None
        made = runner.run(stage, partial(_made, folder, work, given), left)
        for number in track(range(len(blocks))):
            if number not in held:
                done = next(made)
                self.worked[stage] = self.worked.get(stage, Worked()) + done
                held[number] = done.file
            yield _read(folder, held[number])

    def _given(self, shared: Shared) -> Given:
        """The files that hold what all blocks read; an array is written once in a rebuild."""
        folder = self._stages.folder / "given"
        make_with_parents(DISK, folder)
        return Given(type(shared), tuple((name, self._file(folder, array)) for name, array in shared.arrays().items()))

    def _file(self, folder: Path, array: np.ndarray) -> Path:
        if id(array) not in self._written:
            content = packed_array(array)
            path = folder / f"{hashlib.sha256(content).hexdigest()}.npy"
            _keep(path, content)
            self._written[id(array)] = array, path
        return self._written[id(array)][1]


def _made(folder: Path, work: Callable[[Any, Block], Arrays], given: Given | None, part: tuple[int, Block]) -> Done:
    """Work on one block, and keep what it comes to."""
    number, block = part
    start = time.process_time()
    content = _packed(work(_opened(given) if given else None, block))
    file = f"{number:06d}-{hashlib.sha256(content).hexdigest()}.npz"
    _keep(folder / file, content)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Done(file, len(content), time.process_time() - start, peak)


def _keep(path: Path, content: bytes) -> None:
    """Write a file of that name, whole or not at all."""
    draft = path.parent / f".tmp-{secrets.token_hex(8)}"
    try:
        write_through(DISK, draft, content)
        DISK.rename(draft, path)
        DISK.sync(path.parent)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise SnapshotError(
            f"{path.parent} cannot be written on {platform.node()}: {error}. What is finished is kept: make room "
            "or mend the disk, then rebuild."
        ) from error


@lru_cache(maxsize=1)
def _opened(given: Given) -> Shared:
    """What all blocks of a stage read, as long as this process works on them."""
    try:
        return given.kind.of_arrays({name: _mapped(path) for name, path in given.files})
    except OSError as error:
        raise EngineError(
            f"{platform.node()} cannot read what it is to work on ({error}): "
            "the store has to stand where every node finds it under the same path."
        ) from error


def _mapped(path: Path) -> np.ndarray:
    array: np.ndarray = np.load(path, mmap_mode="r")
    return array


def _held(folder: Path) -> dict[int, str]:
    """The finished blocks of a stage."""
    named = [found for name in sorted(os.listdir(folder)) if (found := _BLOCK.fullmatch(name))]
    return {int(found[1]): found[0] for found in named if _whole(folder / found[0], found[2]) is not None}


def _whole(path: Path, sha256: str) -> bytes | None:
    return fitting(path, path.stat().st_size, sha256)


def _read(folder: Path, file: str) -> Arrays:
    """What a block came to, from its file."""
    named = _BLOCK.fullmatch(file)
    content = _whole(folder / file, named[2]) if named else None
    if content is None:
        raise SnapshotError(f"{folder / file} was damaged while it was made: rebuild again.")
    with np.load(io.BytesIO(content)) as arrays:
        return dict(arrays)


def _packed(arrays: Arrays) -> bytes:
    """The arrays as npz; the same arrays give the same bytes."""
    sink = io.BytesIO()
    np.savez(sink, allow_pickle=False, **arrays)
    return sink.getvalue()
