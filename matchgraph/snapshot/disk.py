"""What a store does to its disk, one step at a time: who wants to watch the steps, or break one, stands in for it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


class Disk:
    """The disk as it is. A step is done when it returns, but only `sync` makes it outlast the machine."""

    def make(self, folder: Path) -> None:
        """Make a folder where none is."""
        folder.mkdir()

    def write(self, path: Path, content: bytes) -> None:
        """Write a file where none is; nothing is written through a link."""
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)

    def sync(self, path: Path) -> None:
        """Make the content of a file, or the names in a folder, durable."""
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file or a folder another name, in one step; a file of that name is replaced."""
        old.rename(new)

    def remove(self, path: Path) -> None:
        """Delete a file, a link, or a folder with all that is in it."""
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


DISK = Disk()


def write_through(disk: Disk, path: Path, content: bytes) -> None:
    """Write a file so that its content, though not yet its name, is on disk when this returns."""
    disk.write(path, content)
    disk.sync(path)


def fill(disk: Disk, folder: Path, files: dict[str, bytes]) -> None:
    """Make a folder of these files, all of it on disk when this returns but for the folder's own name."""
    disk.make(folder)
    for name, content in files.items():
        write_through(disk, folder / name, content)
    disk.sync(folder)


def make_with_parents(disk: Disk, folder: Path) -> None:
    """Make a folder and what is missing above it, each name durable."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        disk.make(each)
        disk.sync(each.parent)
