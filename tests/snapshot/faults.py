"""Disks that stop, refuse or remember; what any of them does it does at a named point before, amid or after a step."""

import errno
import os
import shutil
import signal
import time
from collections.abc import Callable
from itertools import count
from multiprocessing import get_context
from multiprocessing.process import BaseProcess as Process
from pathlib import Path
from random import Random

from matchgraph.errors import SnapshotError
from matchgraph.snapshot.disk import Disk
from matchgraph.snapshot.manifest import Manifest, digest_of, listed
from matchgraph.snapshot.store import Store

ERRORS = {"EIO": errno.EIO, "ENOSPC": errno.ENOSPC, "OSError": errno.EACCES}


class ToldDisk(Disk):
    """A disk that calls `at` with the name of every point it comes to."""

    def __init__(self, at: Callable[[str], None] = lambda name: None, cut: float = 0.5) -> None:
        self.at, self.cut = at, cut  # of a file that is being written, the share that is on disk at `amid`

    def make(self, folder: Path) -> None:
        self.at(f"before make {folder.name}")
        super().make(folder)
        self.at(f"after make {folder.name}")

    def write(self, path: Path, content: bytes) -> None:
        self.at(f"before write {path.name}")
        half = int(len(content) * self.cut)
        super().write(path, content[:half])
        self.at(f"amid write {path.name}")
        with path.open("ab") as stream:
            stream.write(content[half:])
        self.at(f"after write {path.name}")

    def sync(self, path: Path) -> None:
        self.at(f"before sync {path.name}")
        super().sync(path)
        self.at(f"after sync {path.name}")

    def rename(self, old: Path, new: Path) -> None:
        self.at(f"before rename {old.name}")
        super().rename(old, new)
        self.at(f"after rename {old.name}")

    def remove(self, path: Path) -> None:
        self.at(f"before remove {path.name}")
        if path.is_dir() and not path.is_symlink():
            for part in sorted(path.iterdir())[:1]:
                super().remove(part)
        self.at(f"amid remove {path.name}")
        if path.exists():
            super().remove(path)
        self.at(f"after remove {path.name}")


class FaultyDisk(ToldDisk):
    """A disk that does `fault` at the point of that number, and from there on every time if the fault is for good."""

    def __init__(self, number: int, fault: Callable[[], None], cut: float = 0.5, *, for_good: bool = False) -> None:
        super().__init__(self._count, cut)
        self.number, self.fault, self.for_good = number, fault, for_good
        self.points: list[str] = []

    def _count(self, name: str) -> None:
        self.points.append(name)
        here = len(self.points) - 1
        if here == self.number or (self.for_good and here > self.number):
            self.fault()


def refusing(number: int) -> Callable[[], None]:
    """A fault that raises an OSError of that number."""

    def fault() -> None:
        raise OSError(number, os.strerror(number))

    return fault


def kill() -> None:
    """A fault that nothing survives."""
    os.kill(os.getpid(), signal.SIGKILL)


def child(task: Callable[[], object]) -> Process:
    """A process of its own that does the task."""
    process = get_context("fork").Process(target=task)
    process.start()
    return process


def died(task: Callable[[], object]) -> bool:
    """Whether a child that does the task was killed outright."""
    process = child(task)
    process.join()
    return process.exitcode == -signal.SIGKILL


# A snapshot of nothing in particular: what is published is not parsed here, only told apart


def some_files(seed: int) -> dict[str, bytes]:
    dice = Random(seed)
    return {name: dice.randbytes(dice.randrange(1, 5000)) for name in ("artifacts.parquet", "edges.parquet", "a.npy")}


def some_manifest() -> Manifest:
    return Manifest("", "", "2026-11-21", "2026-11-21", {"name": "words", "digest": "0"}, {}, {}, [], {}, "nobody")


def published(path: Path, seed: int, disk: Disk | None = None) -> str:
    """The digest of files of that seed, once they are published."""
    store = Store(path) if disk is None else Store(path, disk)
    with store.writing():
        return store.publish(some_files(seed), some_manifest()).digest


def digest(seed: int) -> str:
    return digest_of(listed(some_files(seed)))


def seen(path: Path) -> str | None:
    """The digest of the whole, checked live snapshot; None where the store says that there is none."""
    return _told(lambda: Store(path).checked()[0].digest)


def opened(path: Path, disk: Disk | None = None) -> str | None:
    """The same, to whoever opens the store to read from it."""
    return _told(lambda: (Store(path) if disk is None else Store(path, disk)).held().manifest.digest)


def _told(look: Callable[[], str]) -> str | None:
    try:
        return look()
    except SnapshotError as error:
        if "run `matchgraph rebuild" in str(error) or "has no CURRENT" in str(error):
            return None
        raise


def leftovers(path: Path) -> list[str]:
    """What is in a store beside versions, the lock and CURRENT."""
    parts = [*path.glob("*"), *path.glob("snapshots/*")]
    names = {part.name for part in parts} - set(Store(path).versions())
    return sorted(names - {"CURRENT", "lock", "snapshots"})


def copied(path: Path) -> Path:
    """A copy of the store, or of there being none, beside it."""
    copy = path.with_name("copy")
    shutil.rmtree(copy, ignore_errors=True)
    if path.exists():
        shutil.copytree(path, copy)
    return copy


def survives(path: Path, old: int | None, new: int, cut_off: Callable[[], bool]) -> bool:
    """Whether a publish that was cut off shows the new snapshot; in any case all is swept, and the next succeeds."""
    before = None if old is None else digest(old)
    assert seen(path) == before
    assert cut_off(), "nothing went wrong"
    then = seen(path)
    assert then in (before, digest(new)), "neither the old nor the new snapshot"
    versions = (before is not None) + (then == digest(new))
    read = copied(path)
    assert opened(read) == then, "opening it changed what is live"
    assert (leftovers(read), len(Store(read).versions())) == ([], versions), "not swept by a reader"
    with Store(path).writing():
        assert leftovers(path) == [], "not swept"
        assert seen(path) == then, "sweeping changed what is live"
        assert len(Store(path).versions()) == versions, "an orphan"
    assert published(path, new + 1) == seen(path) == digest(new + 1)
    return then == digest(new)


def killed(path: Path, new: int, number: int, cut: float = 0.5) -> bool:
    """Whether a child that publishes was killed at the point of that number."""
    return died(lambda: published(path, new, FaultyDisk(number, kill, cut)))


def refused(path: Path, new: int, disk: Disk) -> bool:
    """Whether publishing was refused by an error of our own."""
    try:
        published(path, new, disk)
    except SnapshotError:
        return True
    return False


def last_told(path: Path, dice: Random) -> int:
    """Of a writer that publishes seed after seed and is killed at some moment: the last seed that it told of."""
    told, tell = os.pipe()

    def writes() -> None:
        for seed in count(1):
            published(path, seed)
            os.write(tell, seed.to_bytes(4, "big"))

    writer = child(writes)
    time.sleep(dice.random() * 0.05)
    writer.kill()
    writer.join()
    os.close(tell)
    said = bytes(4)
    while more := os.read(told, 1 << 16):
        said = (said + more)[-4:]
    os.close(told)
    return int.from_bytes(said, "big")
