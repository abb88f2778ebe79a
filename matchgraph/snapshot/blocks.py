"""Blocks of work that outlast whoever asked for them.

store/stages/in-cells-4f0c.../000042-<sha256>.npz    what block 42 of the stage came to
store/stages/given/<sha256>.npy                      an array that blocks read

Whoever works on a block puts its file there, whose name says which block it is and what is in it. So a block is
finished whole or not at all, what a stopped worker leaves behind is looked at by nobody, and two workers on one block
do no harm. The next rebuild of the same works on the rest.
"""

from __future__ import annotations

import hashlib
import io
import platform
import re
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from matchgraph.catalogue.track import Track
from matchgraph.engines.local import here
from matchgraph.engines.runner import Arrays, Block, Each, Runner, Shared
from matchgraph.errors import EngineError, SnapshotError
from matchgraph.snapshot.files import packed_array
from matchgraph.snapshot.pile import Pile
from matchgraph.snapshot.stages import Stages

_BLOCK = re.compile(r"([0-9]{6})-[0-9a-f]{64}\.npz")
_GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Done:
    """What a finished block says of itself."""

    file: str
    bytes: int
    cpu_s: float
    peak_mb: float  # of the process that worked on it, while it did


@dataclass(frozen=True, slots=True)
class Worked:
    """What workers did for a stage in this rebuild, by the blocks that they finished."""

    blocks: int = 0
    cpu_s: float = 0.0
    bytes: int = 0  # written for others to read
    peak_mb: float = 0.0  # of the largest process

    def and_one(self, more: Done) -> Worked:
        """The same with one block more."""
        took = round(self.cpu_s + more.cpu_s, 3), self.bytes + more.bytes, round(max(self.peak_mb, more.peak_mb), 1)
        return Worked(self.blocks + 1, *took)


@dataclass(frozen=True, slots=True)
class Given:
    """What all blocks read, by the files that hold it."""

    kind: type[Shared]
    pile: Pile
    files: tuple[tuple[str, str], ...]  # name of an array, and of its file


class SharedOut:
    """Held during a rebuild: who works on the blocks of its stages, and what stands finished already."""

    def __init__(self, stages: Stages, runner: Runner | None) -> None:
        self._stages, self._runner = stages, runner
        self.worked: dict[str, Worked] = {}  # by stage
        self._written: dict[int, tuple[np.ndarray, str]] = {}  # by identity of the array, which is held

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
        pile, folder = self._stages.shelf.pile(), self._stages.name(stage, [*of, *map(repr, blocks)])
        held = _held(pile, folder)
        left = [(number, block) for number, block in enumerate(blocks) if number not in held]
        given = self._given(pile, shared) if shared is not None and left else None
        made = runner.run(stage, partial(_made, pile, folder, work, given), left)
        for number in track(range(len(blocks))):
            if number not in held:
                done = next(made)
                self.worked[stage] = self.worked.get(stage, Worked()).and_one(done)
                held[number] = done.file
            yield _read(pile, folder, held[number])

    def _given(self, pile: Pile, shared: Shared) -> Given:
        """The files that hold what all blocks read; an array is written once in a rebuild."""
        return Given(
            type(shared), pile, tuple((name, self._file(pile, each)) for name, each in shared.arrays().items())
        )

    def _file(self, pile: Pile, array: np.ndarray) -> str:
        if id(array) not in self._written:
            content = packed_array(array)
            file = f"{hashlib.sha256(content).hexdigest()}.npy"
            pile.put(_GIVEN, file, content)
            self._written[id(array)] = array, file
        return self._written[id(array)][1]


def _made(
    pile: Pile, folder: str, work: Callable[[Any, Block], Arrays], given: Given | None, part: tuple[int, Block]
) -> Done:
    """Work on one block, and keep what it comes to."""
    number, block = part
    _forget_peak()
    start = time.process_time()
    content = _packed(work(_opened(given) if given else None, block))
    file = f"{number:06d}-{hashlib.sha256(content).hexdigest()}.npz"
    pile.put(folder, file, content)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Done(file, len(content), time.process_time() - start, peak)


def _forget_peak() -> None:
    """Have the system measure memory anew: a worker has done other stages before. Where it cannot, they count too."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


@lru_cache(maxsize=1)
def _opened(given: Given) -> Shared:
    """What all blocks of a stage read, as long as this process works on them."""
    try:
        return given.kind.of_arrays({name: _mapped(given.pile.here(_GIVEN, file)) for name, file in given.files})
    except OSError as error:
        raise EngineError(
            f"{platform.node()} cannot read what it is to work on ({error}): "
            "the store has to stand where every node finds it under the same path, or at a URL."
        ) from error


def _mapped(path: Path) -> np.ndarray:
    array: np.ndarray = np.load(path, mmap_mode="r")
    return array


def _held(pile: Pile, folder: str) -> dict[int, str]:
    """The finished blocks of a stage."""
    named = [found for name in pile.names(folder) if (found := _BLOCK.fullmatch(name))]
    return {int(found[1]): found[0] for found in named if pile.read(folder, found[0]) is not None}


def _read(pile: Pile, folder: str, file: str) -> Arrays:
    """What a block came to, from its file."""
    content = pile.read(folder, file)
    if content is None:
        raise SnapshotError(
            f"{folder}/{file} was finished by a worker, but is not whole here: the store has to be one place for all "
            "nodes; rebuild again."
        )
    with np.load(io.BytesIO(content)) as arrays:
        return dict(arrays)


def _packed(arrays: Arrays) -> bytes:
    """The arrays as npz; the same arrays give the same bytes."""
    sink = io.BytesIO()
    np.savez(sink, allow_pickle=False, **arrays)
    return sink.getvalue()
