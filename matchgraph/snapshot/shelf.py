"""Folders of files that are whole or not there, on a disk or at a URL: what the stages of a rebuild keep things in.

A folder's listing says the size and the sha256 of each of its files. On a disk a folder gets its name when all of it
is written; at a URL its listing is put last. Either way there is no half of one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from matchgraph.errors import SnapshotError
from matchgraph.snapshot.check import content_of, fitting
from matchgraph.snapshot.disk import Disk, fill
from matchgraph.snapshot.manifest import listed
from matchgraph.snapshot.objects import Objects, whole_object
from matchgraph.snapshot.pile import DiskPile, ObjectPile, Pile

_LISTING = "stage.json"
_LONGEST_LISTING = 1 << 16
_UNFIT = (SnapshotError, OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


class Shelf(Protocol):
    """Where folders are kept. Whatever the place refuses is an OSError."""

    @property
    def where(self) -> object:
        """The place, as messages name it."""

    def whole(self, name: str) -> dict[str, bytes] | None:
        """The files of a folder, if each is as it was written; else None."""

    def keep(self, name: str, files: Mapping[str, bytes]) -> None:
        """Write a folder of these files, whatever stands under the name; it is durable when this returns."""

    def names(self) -> list[str]:
        """The names of all that is kept, whole or not."""

    def remove(self, name: str) -> None:
        """Drop one of them."""

    def clear(self) -> None:
        """Drop all of them."""

    def pile(self) -> Pile:
        """The same place, as workers see it."""


class DiskShelf:
    """A folder of folders on a disk, for one writer."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.where, self.disk = folder, disk

    def whole(self, name: str) -> dict[str, bytes] | None:
        """The files of a folder that holds what its listing says and nothing else."""
        folder = self.where / name
        try:
            said = json.loads(content_of(folder / _LISTING, _LONGEST_LISTING))
            there = {part.name for part in folder.iterdir()} - {_LISTING}
            files = {file: fitting(folder / file, said[file]["bytes"], said[file]["sha256"]) for file in said}
        except _UNFIT:
            return None
        whole = _all_there(files)
        return whole if whole is not None and there == set(whole) else None

    def keep(self, name: str, files: Mapping[str, bytes]) -> None:
        """Write a draft of the folder, and give it its name."""
        draft, folder = self.where / ".draft", self.where / name
        if not self.where.is_dir():
            self.disk.make(self.where)
        for left in (draft, folder):  # by a rebuild that was cut off, or damaged since
            if os.path.lexists(left):
                self.disk.remove(left)
        fill(self.disk, draft, {**files, _LISTING: _listing(files)})
        self.disk.rename(draft, folder)
        self.disk.sync(self.where)

    def names(self) -> list[str]:
        """The names of all that is kept, whole or not."""
        return [part.name for part in self.where.iterdir()]

    def remove(self, name: str) -> None:
        """Drop one of them."""
        self.disk.remove(self.where / name)

    def clear(self) -> None:
        """Drop all of them, and the folder they are in."""
        if os.path.lexists(self.where):
            self.disk.remove(self.where)

    def pile(self) -> Pile:
        """The same place, as workers see it."""
        return DiskPile(self.where.absolute())


class ObjectShelf:
    """Folders at a URL, for any number of writers: what two of them put under one name has to be the same."""

    def __init__(self, objects: Objects, folder: str) -> None:
        self.objects, self.folder = objects, folder
        self.where = f"{objects.where}/{folder}"

    def whole(self, name: str) -> dict[str, bytes] | None:
        """The files that the listing of a folder names."""
        folder = f"{self.folder}/{name}"
        try:
            said: Any = json.loads(self.objects.read(f"{folder}/{_LISTING}", _LONGEST_LISTING))
            return _all_there({file: whole_object(self.objects, f"{folder}/{file}", said[file]) for file in said})
        except _UNFIT:
            return None

    def keep(self, name: str, files: Mapping[str, bytes]) -> None:
        """Put the files, and then the listing that makes them a folder."""
        for file, content in {**files, _LISTING: _listing(files)}.items():
            self.objects.put(f"{self.folder}/{name}/{file}", content)

    def names(self) -> list[str]:
        """The names of all that is kept, whole or not."""
        return sorted({name.split("/")[1] for name in self.objects.names(self.folder)})

    def remove(self, name: str) -> None:
        """Drop one of them."""
        self.objects.remove(self.objects.names(f"{self.folder}/{name}"))

    def clear(self) -> None:
        """Drop all of them."""
        self.objects.remove(self.objects.names(self.folder))

    def pile(self) -> Pile:
        """The same place, as workers see it."""
        return ObjectPile(self.where)


def _listing(files: Mapping[str, bytes]) -> bytes:
    return json.dumps(listed(files)).encode()


def _all_there(files: dict[str, bytes | None]) -> dict[str, bytes] | None:
    whole = {name: content for name, content in files.items() if content is not None}
    return whole if len(whole) == len(files) else None
