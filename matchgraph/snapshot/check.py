"""Whether a folder is what its manifest says, found out before anything in it is parsed.

Everything is taken for what a stranger may have put there: only plain files are opened, and none is read further than
it may reach. A file is read once, and what was read is what is checked and parsed: whoever changes it meanwhile
changes nothing. Large arrays alone are mapped instead: nothing in them is parsed, and reading a million vectors would
take as long again as checking them. They are checked as they are mapped, and whoever writes into a snapshot that is
open changes numbers in what is open. That can be done by any name of a file, its own too, so one that has several (hard
links, as backups are made of) is not refused.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from io import BufferedReader
from pathlib import Path

from matchgraph.errors import SnapshotError
from matchgraph.snapshot.files import Content
from matchgraph.snapshot.manifest import Manifest, digest_of

MANIFEST = "manifest.json"

_READERS = 2  # files that are read and digested at a time: one of them is most of what there is
_LARGE = 64 << 20
_ARRAY = ".npy"
_MOST_PACKED = 100  # times that a file system may pack a file


def content_of(path: Path, most: int) -> bytes:
    """The content of a small file; one of more than so many bytes is refused."""
    with _opened(path) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise SnapshotError(f"{path} has more than {most:,} bytes: it is not what this store wrote; restore it.")
    return content


def refuse_links(folder: Path) -> None:
    """Raise if anything directly in the folder is a link: it would lead reading or writing out of the store."""
    if folder.is_dir():
        for part in folder.iterdir():
            if part.is_symlink():
                raise SnapshotError(f"{part} is a link: a store holds its own files; put the file there instead.")


def files_in(manifest: Manifest, folder: Path) -> dict[str, Content]:
    """The files of the folder; an error unless it holds exactly those that the manifest lists, each as it is listed."""
    refuse_others(manifest, folder)
    largest_first = sorted(manifest.files, key=lambda name: -manifest.files[name]["bytes"])
    with ThreadPoolExecutor(_READERS) as pool:
        return dict(zip(largest_first, pool.map(partial(file_in, manifest, folder), largest_first), strict=True))


def refuse_others(manifest: Manifest, folder: Path) -> None:
    """Raise unless the folder holds files of exactly the names that the manifest lists."""
    if folder.name != manifest.version:
        raise SnapshotError(f"{folder} holds the manifest of {manifest.version}: it was moved or copied over.")
    there = {part.name for part in folder.iterdir()} - {MANIFEST}
    if missing := sorted(set(manifest.files) - there):
        raise SnapshotError(f"{folder} lacks {', '.join(missing)}, which its manifest lists: rebuild it.")
    if extra := sorted(there - set(manifest.files)):
        raise SnapshotError(f"{folder} holds {', '.join(extra)}, which its manifest does not list: delete it.")
    if digest_of(manifest.files) != manifest.digest:
        raise SnapshotError(f"{folder}: the digest does not follow from the files listed; rebuild it.")


def file_in(manifest: Manifest, folder: Path, name: str) -> Content:
    """The content of one file that the manifest lists."""
    stated = manifest.files.get(name)
    if stated is None:
        raise SnapshotError(f"{folder} holds no {name} that its manifest lists: rebuild it.")
    look = _fitting_map if name.endswith(_ARRAY) and stated["bytes"] >= _LARGE else fitting
    content = look(folder / name, stated["bytes"], stated["sha256"])
    if content is None:
        raise SnapshotError(f"{folder / name} is not what its manifest states: it is damaged; rebuild it.")
    return content


def fitting(path: Path, size: int, sha256: str) -> bytes | None:
    """The content of a file of that size and digest; the size is looked at first, so that no more than it is read."""
    with _opened(path) as stream:
        content = stream.read(size) if _sized(stream, size) else None
    return content if content is not None and hashlib.sha256(content).hexdigest() == sha256 else None


def _fitting_map(path: Path, size: int, sha256: str) -> mmap.mmap | None:
    """The same, mapped: what is not in memory yet comes when it is used, and goes when memory is short."""
    with _opened(path) as stream:
        content = mmap.mmap(stream.fileno(), size, access=mmap.ACCESS_READ) if _sized(stream, size) else None
    return content if content is not None and hashlib.sha256(content).hexdigest() == sha256 else None


def _sized(stream: BufferedReader, size: int) -> bool:
    """Whether the file is as long as is stated, and not by holes alone."""
    found = os.fstat(stream.fileno())
    return found.st_size == size and not _hollow(found)


def _hollow(found: os.stat_result) -> bool:
    """Whether a large file is mostly holes: it costs nothing to make and days to read."""
    return found.st_size > _LARGE and found.st_blocks * 512 < found.st_size // _MOST_PACKED


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    """A plain file, open; a link, a pipe, a folder or a device is refused unopened."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise SnapshotError(f"{path} is no plain file: it was put there by somebody else; rebuild, or restore it.")
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as stream:
            yield stream
    except OSError as error:
        raise SnapshotError(f"{path} cannot be read: {error}; restore it.") from error
