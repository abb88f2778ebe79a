"""Files that any number of workers put beside a rebuild's stages, on a disk that all of them see or at a URL.

Each has a name that says what is in it, and is there whole or not at all: so two that put the same do no harm.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from matchgraph.errors import SnapshotError
from matchgraph.snapshot.check import fitting
from matchgraph.snapshot.disk import DISK, write_through
from matchgraph.snapshot.objects import Objects, local_folder, objects_at

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOST = 1 << 50  # bytes


class Pile(Protocol):
    """Where such files are; it goes to workers by value."""

    def put(self, folder: str, name: str, content: bytes) -> None:
        """Put a file; it is durable when this returns."""

    def names(self, folder: str) -> list[str]:
        """The names of all that is in a folder, whatever it is."""

    def read(self, folder: str, name: str) -> bytes | None:
        """The content of a file, if it is what its name says."""

    def here(self, folder: str, name: str) -> Path:
        """A file of this machine that has the content of one in the pile."""


@dataclass(frozen=True, slots=True)
class DiskPile:
    """A folder of folders that every worker finds under the same path."""

    root: Path

    def put(self, folder: str, name: str, content: bytes) -> None:
        """Write a draft that nobody else has, and give it its name."""
        place = self.root / folder
        draft = place / f".tmp-{secrets.token_hex(8)}"
        try:
            if not place.is_dir():
                place.mkdir(parents=True, exist_ok=True)  # others may be as far as this one
                DISK.sync(place.parent)
            write_through(DISK, draft, content)
            DISK.rename(draft, place / name)
            DISK.sync(place)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise _cannot(place, error) from error

    def names(self, folder: str) -> list[str]:
        """The names of all that is in a folder."""
        return sorted(os.listdir(self.root / folder)) if (self.root / folder).is_dir() else []

    def read(self, folder: str, name: str) -> bytes | None:
        """The content of a file, if it is what its name says."""
        path = self.root / folder / name
        try:
            return fitting(path, path.stat().st_size, _stated(name))
        except FileNotFoundError:
            return None

    def here(self, folder: str, name: str) -> Path:
        """The file itself."""
        return self.root / folder / name


@dataclass(frozen=True, slots=True)
class ObjectPile:
    """Objects below a URL."""

    url: str

    def put(self, folder: str, name: str, content: bytes) -> None:
        """Put an object, which nobody sees before it is whole."""
        try:
            _objects(self.url).put(f"{folder}/{name}", content)
        except OSError as error:
            raise _cannot(f"{self.url}/{folder}", error) from error

    def names(self, folder: str) -> list[str]:
        """The names of all that is in a folder."""
        return sorted(name.rpartition("/")[2] for name in _objects(self.url).names(folder))

    def read(self, folder: str, name: str) -> bytes | None:
        """The content of an object, if it is what its name says."""
        try:
            content = _objects(self.url).read(f"{folder}/{name}", _MOST)
        except FileNotFoundError:
            return None
        return content if hashlib.sha256(content).hexdigest() == _stated(name) else None

    def here(self, folder: str, name: str) -> Path:
        """A copy of the object, which all workers of this machine share; it is a cache, and may be cleared away."""
        copies = DiskPile(local_folder(self.url))
        if name not in copies.names(folder) or copies.read(folder, name) is None:
            content = self.read(folder, name)
            if content is None:
                raise SnapshotError(f"{self.url}/{folder}/{name} is not what was put there: rebuild again.")
            copies.put(folder, name, content)
        return copies.here(folder, name)


def _cannot(where: object, error: OSError) -> SnapshotError:
    return SnapshotError(
        f"{where} cannot be written from {platform.node()}: {error}. What is finished is kept: make room or mend "
        "the disk, then rebuild."
    )


def _stated(name: str) -> str:
    """The sha256 that a name states."""
    found = _SHA256.search(name)
    return found[0] if found else ""


@lru_cache(maxsize=4)
def _objects(url: str) -> Objects:
    return objects_at(url)
