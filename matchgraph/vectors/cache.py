"""Vectors kept by the hash of their text, so that no text is ever encoded twice by one encoder."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from matchgraph.errors import EncoderError
from matchgraph.vectors.grid import LENGTH

_ASKED_AT_ONCE = 500


class VectorCache:
    """One SQLite file an encoder; what is put is on disk when `put` returns."""

    def __init__(self, folder: Path, encoder_digest: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"vectors-{encoder_digest[:16]}-{LENGTH:.0f}.sqlite"
        if self.path.is_symlink():
            raise EncoderError(f"{self.path} is a link: a store holds its own files; delete it and rebuild.")
        with self._base() as base:
            base.execute("PRAGMA journal_mode=WAL")
            base.execute("CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, grid BLOB NOT NULL) WITHOUT ROWID")

    def get(self, keys: Sequence[bytes]) -> dict[bytes, np.ndarray]:
        """The grid rows of those keys that are held."""
        return dict(self.found(keys))

    def found(self, keys: Sequence[bytes]) -> Iterator[tuple[bytes, np.ndarray]]:
        """Those keys that are held, each with its grid row."""
        length = None
        with self._base() as base:
            for start in range(0, len(keys), _ASKED_AT_ONCE):
                part = keys[start : start + _ASKED_AT_ONCE]
                marks = ",".join("?" * len(part))
                rows = base.execute(f"SELECT text, grid FROM vectors WHERE text IN ({marks})", part)  # noqa: S608 - only marks
                for text, grid in rows:
                    row = np.frombuffer(grid, np.int16)
                    length = length or len(row)
                    if len(row) != length:
                        raise EncoderError(f"{self.path} holds vectors of several lengths: delete it and rebuild.")
                    yield text, row

    def put(self, keys: Iterable[bytes], grid: Iterable[np.ndarray]) -> None:
        """Keep one grid row a key."""
        rows = [(key, row.astype("<i2").tobytes()) for key, row in zip(keys, grid, strict=True)]
        with self._base() as base:
            base.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def forget(self) -> None:
        """Drop everything that is held."""
        with self._base() as base:
            base.execute("DELETE FROM vectors")

    @contextmanager
    def _base(self) -> Iterator[sqlite3.Connection]:
        """The base, its changes kept at the end; whatever is wrong with the file is said as one error."""
        try:
            with closing(sqlite3.connect(self.path, timeout=60)) as base, base:
                yield base
        except (sqlite3.Error, ValueError) as error:
            raise EncoderError(f"{self.path} cannot be used ({error}): delete it and rebuild.") from error


def key_of(text: str, task: str = "document") -> bytes:
    """The key that a text's vector is kept under; a query is not the same text as a document.

    >>> key_of("sort mail").hex()[:12]
    '697295327fea'
    """
    prefix = "" if task == "document" else f"{task}\0"
    return hashlib.sha256((prefix + text).encode("utf-8", "surrogatepass")).digest()
