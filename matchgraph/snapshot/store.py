"""The store: a folder of snapshots, one of them live. What is published is whole, or is not there.

store/
  CURRENT                  the live version and the sha256 of its manifest
  snapshots/v000001/       manifest.json and the files it lists
  cache/                   vectors by encoder and text
  searches.sqlite          the search log
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from matchgraph.errors import SnapshotError
from matchgraph.snapshot.files import settle, sha256_of, write
from matchgraph.snapshot.manifest import Manifest, digest_of, listed, manifest_in

_VERSION = re.compile(r"v\d{6,}")
_MANIFEST = "manifest.json"


class Store:
    """Held by whoever reads or writes snapshots."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.snapshots = self.path / "snapshots"
        self.cache = self.path / "cache"
        self.log = self.path / "searches.sqlite"

    def versions(self) -> list[str]:
        """Every published version, oldest first."""
        if not self.snapshots.is_dir():
            return []
        return sorted((part.name for part in self.snapshots.iterdir() if _VERSION.fullmatch(part.name)), key=_number)

    def current(self) -> str | None:
        """The live version, or None where nothing was published yet."""
        return self._current()[0]

    def manifest(self, version: str | None = None) -> Manifest:
        """The manifest of a version (the live one where none is named), checked where CURRENT vouches for it."""
        live, expected = self._current()
        known = ", ".join(self.versions()) or "none"
        version = live if version is None else version
        if version is None and self.versions():
            raise SnapshotError(
                f"{self.path} has no CURRENT that names the live snapshot, but there is: {known}. "
                "Open one by its version, or rebuild, which writes CURRENT anew."
            )
        if version is None:
            raise SnapshotError(f"no snapshot in {self.path}: run `matchgraph rebuild CATALOGUE --store {self.path}`.")
        if not isinstance(version, str) or not _VERSION.fullmatch(version):
            raise SnapshotError(
                f"no snapshot {version!r} in {self.path}, wanted a name like v000001; there is: {known}."
            )
        path = self.snapshots / version / _MANIFEST
        if not path.is_file():
            raise SnapshotError(f"no snapshot {version} in {self.path}; there is: {known}.")
        content = path.read_bytes()
        if version == live and hashlib.sha256(content).hexdigest() != expected:
            raise SnapshotError(
                f"{path} is not the manifest that CURRENT names: it was changed after it was published."
            )
        return manifest_in(content, str(path))

    def checked(self, version: str | None = None) -> tuple[Manifest, Path]:
        """The manifest and folder of a version, once every file is what the manifest says."""
        manifest = self.manifest(version)
        folder = self.snapshots / (version or manifest.version)
        if folder.name != manifest.version:
            raise SnapshotError(f"{folder} holds the manifest of {manifest.version}: it was moved or copied over.")
        there = {part.name for part in folder.iterdir()} - {_MANIFEST}
        if missing := sorted(set(manifest.files) - there):
            raise SnapshotError(f"{folder} lacks {', '.join(missing)}, which its manifest lists: rebuild it.")
        if extra := sorted(there - set(manifest.files)):
            raise SnapshotError(f"{folder} holds {', '.join(extra)}, which its manifest does not list: delete it.")
        for name, stated in manifest.files.items():
            path = folder / name
            if path.is_symlink() or not path.is_file() or path.stat().st_size != stated["bytes"]:
                raise SnapshotError(f"{path} is not of the size its manifest states: it is damaged; rebuild it.")
            if sha256_of(path) != stated["sha256"]:
                raise SnapshotError(f"{path} is not what its manifest states: it is damaged; rebuild it.")
        if digest_of(manifest.files) != manifest.digest:
            raise SnapshotError(f"{folder}: the digest does not follow from the files listed; rebuild it.")
        return manifest, folder

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the store for writing; a second writer is told so instead of waiting."""
        try:
            self.snapshots.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SnapshotError(f"no store can be made at {self.path}: {error}") from error
        with (self.path / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise SnapshotError(
                    f"another rebuild is writing to {self.path}: wait for it, or name another store."
                ) from error
            self._sweep()
            yield

    def publish(self, files: Mapping[str, bytes], manifest: Manifest) -> Manifest:
        """Write a new version beside the others and make it the live one; to be called while `writing`."""
        version = f"v{max((_number(known) for known in self.versions()), default=0) + 1:06d}"
        entries = listed(files)
        manifest = replace(manifest, version=version, files=entries, digest=digest_of(entries))
        draft = self.snapshots / f".draft-{os.getpid()}"
        draft.mkdir()
        for name, content in files.items():
            write(draft / name, content)
        write(draft / _MANIFEST, manifest.packed())
        settle(draft)
        draft.rename(self.snapshots / version)
        settle(self.snapshots)
        self._make_current(manifest)
        return manifest

    def remove_old(self, keep: int) -> list[str]:
        """Delete all but the newest versions (the live one always stays); the names of those deleted."""
        versions = self.versions()
        doomed = [version for version in versions[: max(len(versions) - keep, 0)] if version != self.current()]
        for version in doomed:
            # Out of the list first, so that a reader never meets half of it.
            gone = self.snapshots / f".gone-{version}"
            (self.snapshots / version).rename(gone)
            shutil.rmtree(gone)
        return doomed

    def _make_current(self, manifest: Manifest) -> None:
        line = f"{manifest.version} {hashlib.sha256(manifest.packed()).hexdigest()}\n"
        draft = self.path / "CURRENT.draft"
        write(draft, line.encode())
        draft.rename(self.path / "CURRENT")
        settle(self.path)

    def _current(self) -> tuple[str | None, str]:
        path = self.path / "CURRENT"
        if not path.exists():
            return None, ""
        try:
            parts = path.read_text(encoding="utf-8", errors="replace").split()
        except OSError as error:
            raise SnapshotError(f"{path} cannot be read: {error}; restore it.") from error
        if len(parts) != 2 or not _VERSION.fullmatch(parts[0]):
            raise SnapshotError(f"{path} does not name a snapshot: it is damaged; rebuild, or restore it.")
        return parts[0], parts[1]

    def _sweep(self) -> None:
        """Delete what a killed writer left behind."""
        for part in [*self.snapshots.glob(".draft-*"), *self.snapshots.glob(".gone-*")]:
            shutil.rmtree(part)


def _number(version: str) -> int:
    return int(version[1:])
