"""Blocks outlast whoever asked for them: what is finished is not made again, and what is not whole is nothing."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matchgraph.engines.runner import Arrays, Block, Made
from matchgraph.errors import EngineError, SnapshotError
from matchgraph.snapshot import blocks as room
from matchgraph.snapshot import pile as pile_room
from matchgraph.snapshot.blocks import SharedOut, Worked
from matchgraph.snapshot.disk import DISK, Disk
from matchgraph.snapshot.objects import objects_at
from matchgraph.snapshot.shelf import DiskShelf, ObjectShelf
from matchgraph.snapshot.stages import Stages
from tests.snapshot.places import fresh

BLOCKS = list(range(6))


class Numbers:
    """Something to share."""

    def __init__(self, numbers: np.ndarray) -> None:
        self.numbers = numbers

    def arrays(self) -> dict[str, np.ndarray]:
        return {"numbers": self.numbers}

    @classmethod
    def of_arrays(cls, arrays: Arrays) -> Numbers:
        return cls(arrays["numbers"])


class OneByOne:
    """An engine that works on one block after the other, and stops before one where it is to."""

    def __init__(self, stop: int | None = None) -> None:
        self.stop, self.asked = stop, []

    def run(self, stage: str, work: Callable[[Block], Made], blocks: Sequence[Block]) -> Iterator[Made]:
        for block in blocks:
            if block[0] == self.stop:
                raise KeyboardInterrupt
            self.asked.append(block[0])
            yield work(block)


def times(factor: int, shared: Numbers, block: int) -> Arrays:
    return {"made": shared.numbers * factor + block, "none": np.zeros((2, 0))}


def worked(folder: Path, engine: Any, of: str = "data", blocks: Sequence[int] = BLOCKS) -> tuple[list[Any], Worked]:
    """What all blocks come to, and what that took."""
    shared_out = SharedOut(Stages(DiskShelf(folder, DISK)), engine)
    made = shared_out.of(of)("double", partial(times, 2), Numbers(np.arange(3)), blocks)
    return [part["made"].tolist() for part in made], shared_out.worked.get("double", Worked())


WANTED = [[block, block + 2, block + 4] for block in BLOCKS]


def test_blocks_come_in_order_and_say_what_they_took(tmp_path):
    made, took = worked(tmp_path / "stages", OneByOne())
    assert made == WANTED
    assert took.blocks == 6
    assert took.bytes == sum(file.stat().st_size for file in (tmp_path / "stages").rglob("*.npz"))
    assert 10 < took.peak_mb < 100_000
    assert took.cpu_s >= 0


def test_after_being_stopped_only_the_rest_is_worked_on(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        worked(tmp_path / "stages", OneByOne(stop=4))
    again = OneByOne()
    made, took = worked(tmp_path / "stages", again)
    assert (made, again.asked, took.blocks) == (WANTED, [4, 5], 2)


def test_what_other_data_or_other_blocks_made_is_not_taken(tmp_path):
    worked(tmp_path / "stages", OneByOne())
    for of, blocks in (("other data", BLOCKS), ("data", BLOCKS[:-1])):
        engine = OneByOne()
        worked(tmp_path / "stages", engine, of, blocks)
        assert engine.asked == list(blocks)


def test_at_a_url_they_are_kept_as_well(tmp_path, monkeypatch):
    monkeypatch.setenv("MATCHGRAPH_CACHE", str(tmp_path))
    url, asked = fresh("memory"), []
    for stop in (3, None):
        engine = OneByOne(stop)
        shared_out = SharedOut(Stages(ObjectShelf(objects_at(url), "stages")), engine)
        made = shared_out.of("data")("double", partial(times, 2), Numbers(np.arange(3)), BLOCKS)
        with nullcontext() if stop is None else pytest.raises(KeyboardInterrupt):
            assert [part["made"].tolist() for part in made] == WANTED
        asked.append(engine.asked)
    assert asked == [[0, 1, 2], [3, 4, 5]]


def spoil(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:80] + bytes([content[80] ^ 1]) + content[81:])


def shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def rename(path: Path) -> None:
    """As a worker that is stopped before it gives the block its name leaves it."""
    path.rename(path.parent / ".tmp-0123456789abcdef")


@pytest.mark.parametrize("damage", [spoil, shorten, rename, Path.unlink])
def test_a_block_that_is_not_whole_is_made_again_and_strays_are_nothing(tmp_path, damage):
    worked(tmp_path / "stages", OneByOne())
    (folder,) = (tmp_path / "stages").glob("double-*")
    damage(sorted(folder.glob("*.npz"))[2])
    engine = OneByOne()
    assert worked(tmp_path / "stages", engine)[0] == WANTED
    assert engine.asked == [2]


class Full(Disk):
    """A disk that has room for so many files."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, path: Path, content: bytes) -> None:
        super().write(path, content[:10])
        if self.room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.room -= 1
        path.write_bytes(content)


def test_a_full_disk_is_told_and_what_was_finished_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(pile_room, "DISK", Full(4))
    with pytest.raises(SnapshotError, match=r"double-.* cannot be written from .*No space left.*make room"):
        worked(tmp_path / "stages", OneByOne())
    assert not list((tmp_path / "stages").rglob(".tmp-*"))
    monkeypatch.setattr(pile_room, "DISK", DISK)
    engine = OneByOne()
    assert worked(tmp_path / "stages", engine)[0] == WANTED
    assert engine.asked == [3, 4, 5]  # the fourth file was what all blocks read


def test_a_node_whose_disk_is_too_full_for_copies_of_a_store_at_a_url_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("MATCHGRAPH_CACHE", str(tmp_path))
    monkeypatch.setattr(pile_room, "DISK", Full(0))
    room._opened.cache_clear()
    shared_out = SharedOut(Stages(ObjectShelf(objects_at(fresh("memory")), "stages")), OneByOne())
    made = shared_out.of("data")("double", partial(times, 2), Numbers(np.arange(7)), BLOCKS)
    with pytest.raises(SnapshotError, match=rf"{tmp_path}.* cannot be written from .*No space left.*make room"):
        list(made)
    assert not list(tmp_path.rglob(".tmp-*"))
    monkeypatch.setattr(pile_room, "DISK", DISK)
    made = shared_out.of("data")("double", partial(times, 2), Numbers(np.arange(7)), BLOCKS)
    assert [part["made"][1] for part in made] == [2 + block for block in BLOCKS]


def test_a_worker_that_does_not_see_the_store_says_so(tmp_path):
    class Away(OneByOne):
        def run(self, stage, work, blocks):
            for path in (tmp_path / "stages" / "given").iterdir():
                path.unlink()
            return super().run(stage, work, blocks)

    room._opened.cache_clear()
    with pytest.raises(EngineError, match="the store has to stand where every node finds it"):
        worked(tmp_path / "stages", Away())


def test_what_blocks_read_is_the_same_that_was_given(tmp_path):
    dice = np.random.default_rng(1)
    for array in (dice.integers(-9, 9, (5, 3), np.int16), np.zeros((0, 4)), np.zeros(0, np.int64)):
        shared_out = SharedOut(Stages(DiskShelf(tmp_path / "stages", DISK)), OneByOne())
        (back,) = shared_out.of(str(array.shape))("same", lambda shared, _: shared.arrays(), Numbers(array), [0])
        assert (back["numbers"].dtype, back["numbers"].tolist()) == (array.dtype, array.tolist())


def large(megabytes: Numbers, block: int) -> Arrays:
    return {"size": np.ones(int(megabytes.numbers[block]) << 17).sum(keepdims=True)}


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux measures memory anew")
def test_memory_is_that_of_the_stage_and_not_of_those_before_it(tmp_path: Path) -> None:
    out = SharedOut(Stages(DiskShelf(tmp_path / "stages", DISK)), OneByOne())
    for stage, size in {"large": 300, "small": 1}.items():
        list(out.of("wording")(stage, large, Numbers(np.array([size])), [0]))
    assert out.worked["large"].peak_mb > out.worked["small"].peak_mb + 200
