"""Vectors kept by the hash of their text, so that no text is ever encoded twice by one encoder.

Beside each stands a short digest of it: a vector that does not fit its digest any more is none, and is made anew.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from matchgraph.errors import EncoderError
from matchgraph.vectors.grid import LENGTH

_ASKED_AT_ONCE = 500
_DIGEST = 8  # bytes; against disks that forget a bit, not against somebody who can also write a digest
_TABLE = "CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, grid BLOB NOT NULL, digest BLOB) WITHOUT ROWID"

_AS_IT_IS = "digest_of(CAST(text AS BLOB), CAST(grid AS BLOB))"  # the digest of a vector that has none beside it


class VectorCache:
    """One SQLite file an encoder; what is put is on disk when `put` returns."""

    def __init__(self, folder: Path, encoder_digest: str, *, read_only: bool = False) -> None:
        self.path, self._read_only = folder / f"vectors-{encoder_digest[:16]}-{LENGTH:.0f}.sqlite", read_only
        if self.path.is_symlink():
            raise EncoderError(f"{self.path} is a link: a store holds its own files; delete it and rebuild.")
        if read_only:  # then it is for who asks to see that it is there
            return
        folder.mkdir(parents=True, exist_ok=True)
        with self._base() as base:
            base.execute("PRAGMA journal_mode=WAL")
            base.execute(_TABLE)
            if not _has_digests(base):
                _add_digests(base)

    def get(self, keys: Sequence[bytes]) -> dict[bytes, np.ndarray]:
        """The grid rows of those keys that are held."""
        return dict(self.found(keys))

    def found(self, keys: Sequence[bytes]) -> Iterator[tuple[bytes, np.ndarray]]:
        """Those keys that are held, each with its grid row."""
        length = None
        with self._base() as base:
            stated = "digest" if _has_digests(base) else _AS_IT_IS
            for start in range(0, len(keys), _ASKED_AT_ONCE):
                part = keys[start : start + _ASKED_AT_ONCE]
                marks = ",".join("?" * len(part))
                asked = f"SELECT text, CAST(grid AS BLOB), {stated} FROM vectors WHERE text IN ({marks})"  # noqa: S608 - nothing given
                for text, grid, digest in base.execute(asked, part):
                    if _digest(text, grid) != digest:  # damaged: not held
                        continue
                    row = np.frombuffer(grid, "<i2").astype(np.int16, copy=False)
                    length = length or len(row)
                    if len(row) != length:
                        raise EncoderError(f"{self.path} holds vectors of several lengths: delete it and rebuild.")
                    yield text, row

    def put(self, keys: Iterable[bytes], grid: Iterable[np.ndarray]) -> None:
        """Keep one grid row a key."""
        rows = [(key, row.astype("<i2").tobytes()) for key, row in zip(keys, grid, strict=True)]
        with self._base() as base:
            told = ((key, row, _digest(key, row)) for key, row in rows)
            base.executemany("INSERT OR REPLACE INTO vectors (text, grid, digest) VALUES (?, ?, ?)", told)

    def forget(self) -> None:
        """Drop everything that is held."""
        with self._base() as base:
            base.execute("DELETE FROM vectors")

    @contextmanager
    def _base(self) -> Iterator[sqlite3.Connection]:
        """The base, its changes kept at the end; whatever is wrong with the file is said as one error."""
        try:
            with closing(self._connected()) as base, base:
                base.create_function("digest_of", 2, _digest, deterministic=True)
                yield base
        except sqlite3.OperationalError as error:  # a full or read-only disk, or another process: the file is as it was
            raise EncoderError(f"{self.path} cannot be used now ({error}): mend that, then rebuild.") from error
        except (sqlite3.Error, ValueError) as error:
            raise EncoderError(f"{self.path} cannot be used ({error}): delete it and rebuild.") from error

    def _connected(self) -> sqlite3.Connection:
        if not self._read_only:
            return sqlite3.connect(self.path, timeout=60)
        written = self.path.with_name(f"{self.path.name}-wal").exists() and os.access(self.path.parent, os.W_OK)
        how = "mode=ro" if written else "immutable=1"  # with which SQLite makes no file of its own beside it
        return sqlite3.connect(f"{self.path.absolute().as_uri()}?{how}", timeout=60, uri=True)


def held_in(folder: Path, encoder_digest: str, keys: Sequence[bytes]) -> int:
    """How many of the keys the folder holds vectors of; it may be read only, and is left as it is."""
    cache = VectorCache(folder, encoder_digest, read_only=True)
    return sum(1 for _ in cache.found(keys)) if cache.path.exists() else 0


def _has_digests(base: sqlite3.Connection) -> bool:
    return "digest" in {column[1] for column in base.execute("PRAGMA table_info(vectors)")}


def _add_digests(base: sqlite3.Connection) -> None:
    """Bring a file of an earlier matchgraph up to date: its vectors are taken as they are, and none is made anew."""
    base.execute("BEGIN IMMEDIATE")
    if not _has_digests(base):  # else another process was quicker
        base.execute("ALTER TABLE vectors ADD COLUMN digest BLOB")
        base.execute(f"UPDATE vectors SET digest = {_AS_IT_IS}")  # noqa: S608 - nothing given


def _digest(key: bytes, grid: bytes) -> bytes:
    """What stands beside a vector."""
    return hashlib.blake2b(key + grid, digest_size=_DIGEST).digest()


def key_of(text: str, task: str = "document") -> bytes:
    """The key that a text's vector is kept under; a query is not the same text as a document.

    >>> key_of("sort mail").hex()[:12]
    '697295327fea'
    """
    prefix = "" if task == "document" else f"{task}\0"
    return hashlib.sha256((prefix + text).encode("utf-8", "surrogatepass")).digest()
