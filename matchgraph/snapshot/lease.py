"""Who reads a version holds it: as long as any process does, nobody removes it, and a dead process holds nothing.

A lease is a shared lock on the version's folder; who changes the store has a lock of its own. The system drops either
with the process, so there is nothing to tidy up.
"""

from __future__ import annotations

import fcntl
import os
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matchgraph.errors import SnapshotError

_PAUSE = 0.02  # seconds between two looks at a lock


class Lease:
    """Held as long as the version is read; released by `release`, or when nothing refers to it any more."""

    def __init__(self, folder: Path) -> None:
        try:
            handle = _handle(folder)
        except OSError as error:
            raise SnapshotError(f"{folder} cannot be read: {error}; open another version.") from error
        self.release = weakref.finalize(self, os.close, handle)
        if not _locked(handle, fcntl.LOCK_SH) or not _same(handle, folder):
            self.release()
            raise SnapshotError(f"{folder} is just being removed: open another version.")


class NoLease:
    """In a lease's place where all that was opened is in memory: whoever removes the version takes nothing away."""

    def release(self) -> None:
        """Nothing is held."""


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether nobody reads the version; while this lasts nobody begins to."""
    handle = _handle(folder)
    try:
        yield _locked(handle, fcntl.LOCK_EX)
    finally:
        os.close(handle)


@contextmanager
def turn(lock: Path, patience: float = 0.0) -> Iterator[bool]:
    """Whether it is ours to change the store, now or within so many seconds; while this lasts nobody else does.

    The OSError of a disk that cannot be written to is left to the caller.
    """
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    try:
        until = time.monotonic() + patience
        while not (ours := _locked(handle, fcntl.LOCK_EX)) and time.monotonic() < until:
            time.sleep(_PAUSE)
        yield ours
    finally:
        os.close(handle)


def _handle(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)


def _locked(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _same(handle: int, folder: Path) -> bool:
    """Whether the folder still goes by its name: it may have been removed between finding and locking it."""
    try:
        return os.path.samestat(os.fstat(handle), folder.stat(follow_symlinks=False))
    except OSError:
        return False
