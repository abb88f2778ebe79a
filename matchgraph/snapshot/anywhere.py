"""Objects wherever fsspec can read: over SFTP or HDFS, and in the memory of this process.

No such place but the memory can put on a condition, so from all others snapshots are read alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from threading import Lock

import fsspec

from matchgraph.errors import SnapshotError
from matchgraph.snapshot.objects import Tag

_ALONE = Lock()  # between the look at an object in memory and the put over it


class Anywhere:
    """The objects below any URL of fsspec."""

    def __init__(self, url: str) -> None:
        self.where = url.rstrip("/")
        try:
            self._system, self._root = fsspec.url_to_fs(self.where, use_listings_cache=False)
        except (ValueError, OSError) as error:
            raise SnapshotError(f"no store can be at {self.where}: {error}") from error
        self.writable = "memory" in self._protocols()

    def look(self, name: str, most: int) -> tuple[bytes, Tag] | None:
        """An object and its digest, which is its tag."""
        try:
            content = self.read(name, most + 1)
        except FileNotFoundError:
            return None
        if len(content) > most:
            raise OSError(f"{name} has more than {most:,} bytes, more than anything of that name has")
        return content, _tag(content)

    def read(self, name: str, most: int) -> bytes:
        """The object, or the first `most` bytes of it."""
        content: bytes = self._system.cat_file(self._path(name), start=0, end=most)
        return content

    def put(self, name: str, content: bytes) -> None:
        """Put an object, whatever stands there."""
        self._system.pipe_file(self._path(name), content)

    def put_over(self, name: str, content: bytes, tag: Tag | None) -> Tag | None:
        """Put an object if what stands there has that tag, with nobody coming in between."""
        with _ALONE:
            there = self._system.exists(self._path(name))
            if tag != (_tag(self._system.cat_file(self._path(name))) if there else None):
                return None
            self.put(name, content)
        return _tag(content)

    def names(self, folder: str) -> list[str]:
        """The names of all objects in a folder and below it."""
        found = self._system.find(self._path(folder))
        return [str(path).removeprefix(self._root).lstrip("/") for path in found]

    def remove(self, names: Iterable[str]) -> None:
        """Delete these objects, as far as they are there."""
        for name in names:
            with suppress(FileNotFoundError):
                self._system.rm_file(self._path(name))

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _protocols(self) -> tuple[str, ...]:
        named = self._system.protocol
        return (named,) if isinstance(named, str) else tuple(named)


def _tag(content: bytes) -> Tag:
    return {"sha256": hashlib.sha256(content).hexdigest()}
