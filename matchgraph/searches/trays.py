"""Where writers lay what they want written while they wait, so that whoever's turn it is writes it all in one commit.

Each process has a tray: a file in a folder beside the log, locked for as long as the process lives. What is laid there
has a number, and the log keeps the last number that it took from each tray, in the same commit as the rows. So nothing
is written twice, whoever is killed and when, and nobody has to be told that others wrote his rows: the log says so.
A tray is no promise: rows are kept once they are in the log, and only then does the call that laid them return.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from zlib import crc32

from matchgraph.searches.rows import COLUMNS, LogRow

_HEAD = struct.Struct("<QII")  # the number, and the rows' length and checksum
_MOST = 1 << 15  # bytes: who wants more written than this waits for his own turn
_FLAGS = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


class Trays:
    """One process's tray, and its sight of those of others; to be made when nobody else makes one."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        for name in os.listdir(folder):
            _sweep(folder / name)
        self.folder, self.name, self.number = folder, secrets.token_hex(8), 0
        self._mine = os.open(folder / self.name, os.O_RDWR | _FLAGS | os.O_CREAT | os.O_EXCL, 0o666)
        fcntl.flock(self._mine, fcntl.LOCK_EX)
        self._others: dict[str, int] = {}  # open files
        self._seen: dict[str, int] = {}  # the last number found in each

    def lay(self, rows: Sequence[LogRow]) -> int:
        """Let others write the rows, by the number that is returned; 0 where they are too many."""
        packed = json.dumps(rows).encode()
        if len(packed) > _MOST:
            return 0
        self.number += 1
        os.pwrite(self._mine, _HEAD.pack(self.number, len(packed), crc32(packed)) + packed, 0)
        return self.number

    def clear(self) -> None:
        """Leave nothing there."""
        os.ftruncate(self._mine, 0)

    def laid(self) -> Iterator[tuple[str, int, list[LogRow]]]:
        """What others laid since we last looked: whose tray, the number, the rows."""
        there = set(self.names()) - {self.name}
        for gone in self._others.keys() - there:
            os.close(self._others.pop(gone))
        for name in sorted(there):
            number, rows = _read(self._content(name))
            if number > self._seen.get(name, 0):
                self._seen[name] = number
                yield name, number, rows

    def names(self) -> list[str]:
        """Whose trays there are."""
        return os.listdir(self.folder) if self.folder.is_dir() else []

    def close(self) -> None:
        """Take our tray away."""
        (self.folder / self.name).unlink(missing_ok=True)
        for file in (self._mine, *self._others.values()):
            os.close(file)

    def _content(self, name: str) -> bytes:
        """What is in a tray; nothing where it has gone since, or is none: whoever laid there gets his turn."""
        try:
            if name not in self._others:
                self._others[name] = os.open(self.folder / name, os.O_RDONLY | _FLAGS)
            return os.pread(self._others[name], _HEAD.size + _MOST, 0)
        except OSError:
            return b""


def _read(laid: bytes) -> tuple[int, list[LogRow]]:
    """The number and the rows of a tray; a number of 0 where these are not all there yet, or not of our kind."""
    if len(laid) < _HEAD.size:
        return 0, []
    number, length, checksum = _HEAD.unpack_from(laid)
    packed = laid[_HEAD.size : _HEAD.size + length]
    if len(packed) < length or crc32(packed) != checksum:
        return 0, []
    rows = [tuple(row) for row in json.loads(packed)]
    return (number, rows) if all(len(row) == len(COLUMNS) for row in rows) else (0, [])


def _sweep(tray: Path) -> None:
    """Take a tray away if whoever had it lives no more."""
    with suppress(OSError):  # it is in use, or another user's
        file = os.open(tray, os.O_RDONLY | _FLAGS)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            tray.unlink()
        finally:
            os.close(file)
