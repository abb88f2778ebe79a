"""The store: a folder of snapshots, one of them live. What is published is whole, or is not there.

store/
  CURRENT                  the live version and the sha256 of its manifest
  snapshots/v000001/       manifest.json and the files it lists
  cache/                   vectors by encoder and text
  stages/                  what the stages of the last rebuild made, finished or cut off
  searches.sqlite          the search log

Publishing writes a draft folder, then CURRENT.draft, which says what is about to become live, then gives both their
names, each step durable before the next. Whoever is stopped in between leaves what is swept away by whoever opens the
store next, to write or to read.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from matchgraph.errors import SnapshotError
from matchgraph.snapshot.check import MANIFEST, content_of, file_in, files_in, refuse_links, refuse_others
from matchgraph.snapshot.disk import DISK, Disk, fill, make_with_parents, write_through
from matchgraph.snapshot.files import Content, Files
from matchgraph.snapshot.lease import Lease, NoLease, alone, turn
from matchgraph.snapshot.manifest import LONGEST_MANIFEST, Manifest, digest_of, listed, vouched_for
from matchgraph.snapshot.shelf import DiskShelf

_VERSION = re.compile(r"v[0-9]{6,18}")
_CURRENT = re.compile(rb"(v[0-9]{6,18}) ([0-9a-f]{64})\n")
_LONGEST_CURRENT = 200
_LEFT = (".draft-", ".gone-")
_PATIENCE = 0.5  # seconds that a writer waits for its turn: a reader that sweeps has it for less
T = TypeVar("T")


@dataclass(frozen=True, eq=False, slots=True)
class Held:
    """A version that is whole, and that nobody removes as long as the lease is held."""

    manifest: Manifest
    files: Files  # as they were when they were checked
    lease: Lease | NoLease


class Store:
    """Held by whoever reads or writes snapshots."""

    def __init__(self, path: str | Path, disk: Disk = DISK) -> None:
        self.path = self.where = self.local = Path(path)
        self.snapshots = self.path / "snapshots"
        self.cache = self.path / "cache"
        self.log = self.path / "searches.sqlite"
        self.stages = DiskShelf(self.path / "stages", disk)
        self.disk = disk

    def versions(self) -> list[str]:
        """Every published version, oldest first."""
        if not self.snapshots.is_dir():
            return []
        folders = (part.name for part in os.scandir(self.snapshots) if part.is_dir(follow_symlinks=False))
        return sorted(filter(_VERSION.fullmatch, folders), key=number_of)

    def current(self) -> str | None:
        """The live version, or None where nothing was published yet."""
        return self._current()[0]

    def manifest(self, version: str | None = None, expect: str | None = None) -> Manifest:
        """The manifest of a version (the live one where none is named), checked where CURRENT vouches for it.

        With `expect` it has to be the one manifest of that sha256.
        """
        refuse_links(self.path)
        live, vouched = self._vouched(version)
        version = self._named(live if version is None else version, live)
        path = self.snapshots / version / MANIFEST
        if version not in self.versions() or not os.path.lexists(path):
            named = ", which CURRENT names as the live one" if version == live else ""
            raise SnapshotError(f"no snapshot {version} in {self.path}{named}; there is: {self._known()}.")
        content = content_of(path, LONGEST_MANIFEST)
        return vouched_for(content, str(path), vouched if version == live else None, expect)

    def held(self, version: str | None = None, expect: str | None = None) -> Held:
        """A version to read from, once every file is what the manifest says; it stays while the lease is held."""
        self._tidy()
        return self._found(version, lambda named: self._held(named, expect))

    def checked(self, version: str | None = None) -> tuple[Manifest, Path]:
        """The manifest and folder of a version, once every file is what the manifest says."""
        return self._found(version, self._checked)

    def file(self, manifest: Manifest, name: str) -> Content:
        """The content of one file that the manifest lists."""
        return file_in(manifest, self.snapshots / manifest.version, name)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the store for writing; a second writer is told so instead of waiting for the first."""
        try:
            make_with_parents(self.disk, self.snapshots)
        except OSError as error:
            raise SnapshotError(f"no store can be made at {self.path}: {error}") from error
        with ExitStack() as held:
            try:
                refuse_links(self.path)
                alone_here = held.enter_context(turn(self._lock, _PATIENCE))
            except OSError as error:
                raise SnapshotError(
                    f"the store at {self.path} cannot be written to: {error}. It can still be read; to change it, make "
                    "it writable, or copy it to where it is."
                ) from error
            if not alone_here:
                raise SnapshotError(f"another rebuild is writing to {self.path}: wait for it, or name another store.")
            with self._doing("sweeping"):
                self._sweep()
            yield

    def publish(self, files: Mapping[str, bytes], manifest: Manifest) -> Manifest:
        """Write a new version beside the others and make it the live one; to be called while `writing`."""
        version = version_after(self.versions())
        entries = listed(files)
        manifest = replace(manifest, version=version, files=entries, digest=digest_of(entries))
        content = manifest.packed()
        line = f"{version} {hashlib.sha256(content).hexdigest()}\n"
        draft, disk = self.snapshots / f".draft-{version}", self.disk
        with self._doing(f"publishing {version}"):
            fill(disk, draft, {**files, MANIFEST: content})
            write_through(disk, self._intended, line.encode())
            disk.sync(self.path)
            disk.rename(draft, self.snapshots / version)
            disk.sync(self.snapshots)
            disk.rename(self._intended, self.path / "CURRENT")
            disk.sync(self.path)
        return manifest

    def go_back(self, version: str | None = None) -> Manifest:
        """Make another version live, the one before where none is named; to be called while `writing`.

        It has to be whole. None is removed, so that it can be undone, and whoever reads one goes on reading it.
        """
        live, _ = self._vouched(version)
        manifest, folder = self.checked(self._before(live) if version is None else version)
        name = folder.name
        if name == live:
            raise SnapshotError(f"{name} is the live version already; there is: {self._known()}.")
        with self._doing(f"going back to {name}"):
            write_through(self.disk, self._chosen, f"{name} {manifest.sha256}\n".encode())
            self.disk.rename(self._chosen, self.path / "CURRENT")
            self.disk.sync(self.path)
        return manifest

    def remove_old(self, keep: int) -> tuple[list[str], list[str]]:
        """Delete all but the newest versions, to be called while `writing`; those deleted, and those that are read.

        The live version always stays, and so does what anybody holds a lease on.
        """
        versions, live = self.versions(), self.current()
        old = [version for version in versions[: max(len(versions) - keep, 0)] if version != live]
        with self._doing("removing old versions"):
            gone = [version for version in old if self._removed(version)]
        return gone, [version for version in old if version not in gone]

    @property
    def _lock(self) -> Path:
        return self.path / "lock"

    @property
    def _intended(self) -> Path:
        """What CURRENT is about to say."""
        return self.path / "CURRENT.draft"

    @property
    def _chosen(self) -> Path:
        """The same, of a version that is there already: whoever finds it left behind removes no version with it."""
        return self.path / "CURRENT.back"

    def _vouched(self, version: str | None) -> tuple[str | None, str]:
        """What CURRENT says; nothing where it is damaged and a version is named."""
        try:
            return self._current()
        except SnapshotError:
            if version is None:
                raise
            return None, ""

    def _before(self, live: str | None) -> str:
        """The version that was published before the live one."""
        older = [known for known in self.versions() if live and number_of(known) < number_of(live)]
        if not older:
            raise SnapshotError(f"no version before {live} in {self.path} to go back to; there is: {self._known()}.")
        return older[-1]

    def _found(self, version: str | None, look: Callable[[str | None], T]) -> T:
        """What a look at a version gives, at the live one where none is named."""
        while True:
            live, _ = self._vouched(version)
            try:
                return look(live if version is None else version)
            except SnapshotError:
                if version is not None or self.current() == live:
                    raise  # else another one became live, and the one before was removed, while we were looking

    def _held(self, version: str | None, expect: str | None) -> Held:
        manifest, folder, lease = self._leased(version, expect)
        try:
            return Held(manifest, files_in(manifest, folder), lease)
        except SnapshotError:
            lease.release()
            raise

    def _checked(self, version: str | None) -> tuple[Manifest, Path]:
        manifest, folder, lease = self._leased(version, None)
        try:
            refuse_others(manifest, folder)
            for name in manifest.files:  # one file after another, of which none is kept
                file_in(manifest, folder, name)
        finally:
            lease.release()
        return manifest, folder

    def _leased(self, version: str | None, expect: str | None) -> tuple[Manifest, Path, Lease]:
        manifest = self.manifest(version, expect)
        folder = self.snapshots / (version or "")  # by the name it was asked by: the manifest may say anything
        return manifest, folder, Lease(folder)

    def _named(self, version: str | None, live: str | None) -> str:
        """The version, if it is the name of one."""
        known = self._known()
        if version is None and live is None and self.versions():
            raise SnapshotError(
                f"{self.path} has no CURRENT that names the live snapshot, but there is: {known}. "
                "Open one by its version, or rebuild, which writes CURRENT anew."
            )
        if version is None and self.path.is_file():
            raise SnapshotError(f"{self.path} is a file, and a store is a folder: name one, or one that is to be.")
        if version is None:
            raise SnapshotError(f"no snapshot in {self.path}: run `matchgraph rebuild CATALOGUE --store {self.path}`.")
        if not isinstance(version, str) or not _VERSION.fullmatch(version):
            raise SnapshotError(
                f"no snapshot {version!r} in {self.path}, wanted a name like v000001; there is: {known}."
            )
        return version

    def _known(self) -> str:
        return ", ".join(self.versions()) or "none"

    def _removed(self, version: str) -> bool:
        """Whether the version could be deleted: not while somebody reads it."""
        with alone(self.snapshots / version) as free:
            if free:  # out of the list first, so that a reader never meets half of it
                gone = self.snapshots / f".gone-{version}"
                self.disk.rename(self.snapshots / version, gone)
                self.disk.remove(gone)
        return free

    def _current(self) -> tuple[str | None, str]:
        path = self.path / "CURRENT"
        if not os.path.lexists(path):
            return None, ""
        return _read_current(path)

    def _left(self) -> Iterator[Path]:
        """What a writer that was stopped left behind, or what one that is at work has there."""
        yield from filter(os.path.lexists, (self._intended, self._chosen))
        with os.scandir(self.snapshots) as parts:
            yield from (self.snapshots / part.name for part in parts if part.name.startswith(_LEFT))

    def _tidy(self) -> None:
        """Sweep before reading, where there is something to and nobody writes; no reader fails for what others left."""
        with suppress(OSError, SnapshotError):
            if any(self._left()):
                refuse_links(self.path)
                with turn(self._lock) as alone_here:
                    if alone_here:
                        self._sweep()

    def _sweep(self) -> None:
        """Delete what a writer that was stopped left behind."""
        if os.path.lexists(self._intended):
            with suppress(SnapshotError):  # torn, or CURRENT is damaged: then no version is known never to have lived
                version, _ = _read_current(self._intended)
                if version != self.current() and version in self.versions() and self._removed(version):
                    self.disk.sync(self.snapshots)  # else it could come back, and nothing would say that it never lived
        for part in list(self._left()):
            self.disk.remove(part)

    @contextmanager
    def _doing(self, what: str) -> Iterator[None]:
        """Whatever the disk refuses is said as one error, and the drafts go, so that a full disk is not left full."""
        try:
            yield
        except OSError as error:
            with suppress(OSError):
                self._sweep()
            raise SnapshotError(
                f"{self.path}: {what} broke off: {error}. The snapshot that CURRENT names is whole; "
                "make room or mend the disk, then rebuild."
            ) from error


def _read_current(path: Path) -> tuple[str, str]:
    """The version and the digest that a CURRENT names."""
    named = _CURRENT.fullmatch(content_of(path, _LONGEST_CURRENT))
    if not named:
        raise SnapshotError(f"{path} does not name a snapshot: it is damaged; rebuild, or restore it.")
    return named[1].decode(), named[2].decode()


def number_of(version: str) -> int:
    """The number of a version.

    >>> number_of("v000041")
    41
    """
    return int(version[1:])


def version_after(versions: Iterable[str]) -> str:
    """The name of the version after these.

    >>> version_after([]), version_after(["v000041", "v000007"])
    ('v000001', 'v000042')
    """
    return f"v{max(map(number_of, versions), default=0) + 1:06d}"
