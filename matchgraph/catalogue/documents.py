"""Files, folders and archives as documents: each read where it lies, bounded, and nothing is unpacked beside it."""

from __future__ import annotations

import codecs
import io
import re
import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from matchgraph.errors import CatalogueError

LONGEST_DOCUMENT = 16 * 2**20  # bytes of a document that is read whole; what is read line by line may be longer
MOST_MEMBERS = 100_000
MOST_UNPACKED = 4 * 2**30  # bytes of an archive
_SWELL, _SMALL = 200, 2**20  # how many times its packed size a member may be, unless it is small
_HEAD = 4096
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NOTHING = ("an empty file", "wanted one with something in it")
_DRIVE = re.compile(r"[A-Za-z]:")
_DAMAGE = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)


class UnfitError(ValueError):
    """A document, or a part of it, that cannot be read: what was found, what is wanted, and on which line."""

    def __init__(self, found: str, wanted: str, line: int = 1) -> None:
        super().__init__(f"line {line}: {found}; {wanted}")
        self.found, self.wanted, self.line = found, wanted, line


@dataclass(frozen=True, slots=True)
class Document:
    """One file, in a folder or an archive; that of an archive can be read only while it is handed round."""

    name: str  # as its reader finds it again; in an archive archive.zip!inside/file
    inner: PurePosixPath  # its path below the folder or archive that was named
    container: str  # what that folder or archive is called
    day: str | None  # when it was written, like 2026-05-01
    opened: Callable[[], IO[bytes]]
    path: Path | None = None  # where it lies on the disk, unless in an archive
    neighbour: Callable[[str], Document | None] = lambda _: None
    fault: UnfitError | None = None  # why it can be no document of any format, where that is known
    apart: str | None = None  # the id that tells it from others which would be called alike

    @property
    def folder(self) -> str:
        """The name of the folder it stands in."""
        return self.inner.parent.name or self.container

    def head(self) -> str:
        """How its text begins, for a first look; empty where it cannot be read."""
        try:
            with self.opened() as stream:
                raw = stream.read(_HEAD)
        except _DAMAGE:
            return ""
        return raw.decode(_encoding(raw), "replace").removeprefix("\ufeff")

    def text(self, longest: int = LONGEST_DOCUMENT) -> str:
        """Its whole text, whatever mark of the byte order it begins with and however its lines end."""
        with _sound(), self.opened() as stream:
            raw = stream.read(longest + 1)
        if len(raw) > longest:
            raise UnfitError(f"more than {longest:,} bytes", "wanted a shorter document: split it")
        if not raw.strip():
            raise UnfitError(*_NOTHING)
        try:
            text = raw.decode(_encoding(raw)).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            found = (
                f"byte {error.start + 1}, {raw[error.start]:#04x}, is no {_encoding(raw).removesuffix('-sig').upper()}"
            )
            raise UnfitError(found, "wanted UTF-8 text: save it in that encoding", line) from error
        return text.replace("\r\n", "\n").replace("\r", "\n")

    @contextmanager
    def stream(self) -> Iterator[io.TextIOWrapper]:
        """Its text, to be read piece by piece."""
        with _sound(), self.opened() as raw:
            start = raw.read(4)
            if not start:
                raise UnfitError(*_NOTHING)
            raw.seek(0)
            with io.TextIOWrapper(raw, _encoding(start), newline=None) as text:
                yield text

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """A file with its content, for what reads only files."""
        if self.path is not None:
            yield self.path
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"member{''.join(self.inner.suffixes[-2:])}"
            with _sound(), self.opened() as stream, path.open("wb") as copy:
                shutil.copyfileobj(stream, copy)
            yield path


@contextmanager
def _sound() -> Iterator[None]:
    """An `UnfitError` where what is read turns out to be damaged, or locked."""
    try:
        yield
    except _DAMAGE as error:
        raise UnfitError(f"nothing that can be read ({error})", "wanted a sound file") from error


def documents_of(sources: Iterable[str | Path], on: date | None = None) -> Iterator[Document]:
    """Every document of the files, folders and zip archives; `on` is the day they were seen, where one is stated.

    An archive that is refused is an error where it was named itself; in a folder it is one document that is unfit.
    """
    for path in map(Path, sources):
        try:
            is_folder, is_file = path.is_dir(), path.is_file()
        except (OSError, ValueError):
            is_folder = is_file = False
        if not (is_folder or is_file):
            raise CatalogueError(f"nothing to read at {path}: name a file, a folder or a zip archive.")
        files = sorted(part for part in path.rglob("*") if part.is_file()) if is_folder else [path]
        for file in files:
            if file.suffix.lower() != ".zip":
                yield _document(file, path if is_folder else file.parent, on)
                continue
            try:
                yield from _members(file, on)
            except CatalogueError as error:
                if not is_folder:
                    raise
                yield _refused(_document(file, path, on), str(error))


def _document(file: Path, root: Path, on: date | None) -> Document:
    day = on or datetime.fromtimestamp(file.stat().st_mtime, UTC).date()

    def neighbour(name: str) -> Document | None:
        other = file.with_name(name)
        return _document(other, root, on) if other.is_file() else None

    inner = PurePosixPath(file.relative_to(root).as_posix())
    return Document(str(file), inner, root.resolve().name, day.isoformat(), lambda: file.open("rb"), file, neighbour)


def _refused(archive: Document, found: str) -> Document:
    """The archive as a document that nobody can read, and why."""

    def opened() -> IO[bytes]:
        raise zipfile.BadZipFile(found)

    return replace(archive, opened=opened, fault=UnfitError(found, "wanted a sound archive; nothing of it was read"))


def _members(path: Path, on: date | None) -> Iterator[Document]:
    """The documents of an archive, which is refused whole where a name in it leads outside or a size is a trap."""
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_traps(path, archive.infolist())
            infos = {info.filename: info for info in archive.infolist() if not info.is_dir()}
            for name in sorted(infos):
                yield _member(path, archive, infos, name, on)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, struct.error, ValueError) as error:
        raise CatalogueError(f"{path} is no sound zip archive ({error}): pack it anew.") from error


def _member(
    path: Path, archive: zipfile.ZipFile, infos: dict[str, zipfile.ZipInfo], name: str, on: date | None
) -> Document:
    info, inner = infos[name], PurePosixPath(name)
    packed = "{:04}-{:02}-{:02}".format(*info.date_time[:3])
    day = on.isoformat() if on else packed if info.date_time[0] > 1980 else None  # 1980 is how zip says "unknown"

    def neighbour(other: str) -> Document | None:
        beside = str(inner.with_name(other))
        return _member(path, archive, infos, beside, on) if beside in infos else None

    def opened() -> IO[bytes]:
        try:
            return archive.open(info)
        except UnicodeDecodeError as error:  # a file has two names there, and only one of them was read so far
            raise zipfile.BadZipFile("a name that is not of its encoding") from error

    return Document(f"{path}!{name}", inner, path.stem, day, opened, neighbour=neighbour)


def _refuse_traps(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MOST_MEMBERS or sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise CatalogueError(f"{path} holds more than {MOST_MEMBERS:,} files or {MOST_UNPACKED:,} bytes: split it.")
    names = Counter(info.filename for info in infos)
    for info in infos:
        if not info.filename or names[info.filename] > 1:
            raise CatalogueError(f"{path} holds {info.filename[:80]!r} more than once, or a file without a name.")
        parts = PurePosixPath(info.filename.replace("\\", "/"))
        link = stat.S_ISLNK(info.external_attr >> 16)
        if parts.is_absolute() or ".." in parts.parts or _DRIVE.match(info.filename) or link:
            raise CatalogueError(
                f"{path} holds {info.filename[:80]!r}, which leads outside of the archive: it is not to be trusted."
            )
        if info.file_size > max(_SMALL, _SWELL * info.compress_size):
            raise CatalogueError(
                f"{path} holds {info.filename[:80]!r}, of {info.compress_size:,} bytes packed and {info.file_size:,} "
                "unpacked: unpack it yourself where you trust it."
            )


def _encoding(raw: bytes) -> str:
    return next((encoding for mark, encoding in _MARKS if raw.startswith(mark)), "utf-8")
