"""The line that writers on one machine stand in: SQLite lets whoever is quickest write next, and others starve.

There are two locks: who has the *door* is next, who has the *room* writes. Who comes out of the room finds somebody
else at the door.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Line:
    """One process's place in the line of those who write to one file."""

    def __init__(self, path: Path) -> None:
        self.door, self.room = (_lock_file(path.with_name(f"{path.name}.{name}")) for name in ("queue", "lock"))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The room, once all who came before have left it."""
        self.enter()
        try:
            yield
        finally:
            self.leave()

    def enter(self) -> None:
        """Go in when all who came before have left."""
        fcntl.flock(self.door, fcntl.LOCK_EX)
        try:
            fcntl.flock(self.room, fcntl.LOCK_EX)
        finally:
            fcntl.flock(self.door, fcntl.LOCK_UN)

    def enter_at_once(self) -> bool:
        """Whether nobody was in, nor waited, so that we are in now."""
        if not _got(self.door):
            return False
        try:
            return _got(self.room)
        finally:
            fcntl.flock(self.door, fcntl.LOCK_UN)

    def wait(self) -> None:
        """Stand by until whoever is in has left; all who stand by go on at the same moment."""
        fcntl.flock(self.room, fcntl.LOCK_SH)
        fcntl.flock(self.room, fcntl.LOCK_UN)

    def leave(self) -> None:
        """Let the next one in."""
        fcntl.flock(self.room, fcntl.LOCK_UN)

    def close(self) -> None:
        """Leave the line."""
        os.close(self.door)
        os.close(self.room)


def _got(lock: int) -> bool:
    """Whether the lock was free, and is ours now."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_file(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
