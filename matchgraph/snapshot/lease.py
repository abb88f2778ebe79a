"""Who reads a version holds it: as long as any process does, nobody removes it, and a dead process holds nothing.

A lease is a shared lock on the version's folder. The system drops it with the process, so there is nothing to tidy up.
"""

from __future__ import annotations

import fcntl
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matchgraph.errors import SnapshotError


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
