"""A store at a URL: no rename, no lock, and yet what is published is whole, or is not there.

s3://bucket/folder/
  CURRENT                  every version with the sha256 of its manifest, and which one is live
  snapshots/v000001-.../   manifest.json and the files it lists
  stages/                  what the stages of the last rebuild made

Publishing puts the files under a name that nobody else has, and then CURRENT on the condition that it still is what it
was when the writing began. Of two writers one wins, and the other has changed nothing. So none has to wait for a lock
that a dead one holds, and no clock decides who is dead: whoever began before the winner has lost, even if it does not
know yet, and so the winner removes what had been put there before and is not listed.

A reader has all of a version in memory, checked, before it uses any of it, so there are no leases: one that is removed
meanwhile is found missing, not torn. What needs a disk, which are the vectors by text, is kept in a folder of this
machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from matchgraph.errors import SnapshotError
from matchgraph.snapshot.check import MANIFEST
from matchgraph.snapshot.current import Current, Listed, current_in, new_mark
from matchgraph.snapshot.lease import NoLease
from matchgraph.snapshot.manifest import LONGEST_MANIFEST, Manifest, digest_of, listed, vouched_for
from matchgraph.snapshot.objects import Objects, Tag, whole_object
from matchgraph.snapshot.shelf import ObjectShelf
from matchgraph.snapshot.store import Held, number_of, version_after

_CURRENT, _SNAPSHOTS = "CURRENT", "snapshots"
_LONGEST_CURRENT = 1 << 20
_READERS = 8  # files that are read at a time: most of it is waiting
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Begun:
    """CURRENT as it was when the writing began; without a tag there was none."""

    tag: Tag | None
    current: Current | None


class RemoteStore:
    """Held by whoever reads or writes snapshots at a URL."""

    log = None  # searches are kept elsewhere: in PostgreSQL, or in a file of one machine

    def __init__(self, objects: Objects, local: Path) -> None:
        self.objects = objects
        self.where = objects.where
        self.local = local  # where this machine keeps what needs a disk
        self.cache = self.local / "cache"
        self.stages = ObjectShelf(objects, "stages")
        self._begun: _Begun | None = None

    def versions(self) -> list[str]:
        """Every published version, oldest first."""
        current = self._current()
        return [each.version for each in current.versions] if current else []

    def current(self) -> str | None:
        """The live version, or None where nothing was published yet."""
        current = self._current()
        return current.live if current else None

    def manifest(self, version: str | None = None, expect: str | None = None) -> Manifest:
        """The manifest of a version (the live one where none is named), as CURRENT vouches for it.

        With `expect` it has to be the one manifest of that sha256.
        """
        return self._manifest(self._listed(version), expect)

    def held(self, version: str | None = None, expect: str | None = None) -> Held:
        """A version to read from, once every file is what the manifest says."""

        def read(found: Listed) -> Held:
            manifest = self._manifest(found, expect)
            with ThreadPoolExecutor(_READERS) as pool:
                contents = pool.map(partial(self._file, manifest, found), manifest.files)
                return Held(manifest, dict(zip(manifest.files, contents, strict=True)), NoLease())

        return self._found(version, read)

    def checked(self, version: str | None = None) -> tuple[Manifest, str]:
        """The manifest and folder of a version, once every file is what the manifest says."""

        def read(found: Listed) -> tuple[Manifest, str]:
            manifest = self._manifest(found)
            for name in manifest.files:  # one file after another, of which none is kept
                self._file(manifest, found, name)
            return manifest, f"{self.where}/{found.folder}"

        return self._found(version, read)

    def file(self, manifest: Manifest, name: str) -> bytes:
        """The content of one file that the manifest lists."""
        return self._file(manifest, self._listed(manifest.version), name)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Begin to write: what others publish from here on is not written over."""
        if not self.objects.writable:
            raise SnapshotError(
                f"{self.where} can only be read: a store is written on a disk, or where one object can be put on a "
                "condition: s3://, gs://, az://; rebuild there, and copy it."
            )
        with self._doing("beginning to write"):
            found = self.objects.look(_CURRENT, _LONGEST_CURRENT)
        self._begun = _Begun(found[1], current_in(found[0], self._named(_CURRENT))) if found else _Begun(None, None)
        try:
            yield
        finally:
            self._begun = None

    def publish(self, files: Mapping[str, bytes], manifest: Manifest) -> Manifest:
        """Put a new version beside the others and make it the live one; to be called while `writing`."""
        known = self._writing().current
        others = known.versions if known else ()
        version = version_after(each.version for each in others)
        entries = listed(files)
        manifest = replace(manifest, version=version, files=entries, digest=digest_of(entries))
        made = Listed(version, manifest.sha256, new_mark())
        with self._doing(f"publishing {version}"):
            try:
                for name, content in {**files, MANIFEST: manifest.packed()}.items():
                    self.objects.put(f"{made.folder}/{name}", content)
            except OSError:
                self._drop(made)
                raise
            if not self._turned(Current(version, (*others, made))):
                self._drop(made)
                raise self._overtaken()
        return manifest

    def go_back(self, version: str | None = None) -> Manifest:
        """Make another version live, the one before where none is named; to be called while `writing`.

        It has to be whole. None is removed, so that it can be undone, and whoever reads one goes on reading it.
        """
        current = self._writing().current
        if version is None and current:
            version = self._before(current)
        manifest, _ = self.checked(version)
        if current is None or manifest.version == current.live:
            raise SnapshotError(f"{manifest.version} is the live version already; there is: {self._known(current)}.")
        with self._doing(f"going back to {manifest.version}"):
            if not self._turned(replace(current, live=manifest.version)):
                raise self._overtaken()
        return manifest

    def remove_old(self, keep: int) -> tuple[list[str], list[str]]:
        """Delete all but the newest versions and the live one, to be called while `writing`; those deleted, and none.

        Whoever has opened one has it in memory, and goes on answering from it.
        """
        current = self._writing().current
        if current is None:
            return [], []
        newest = current.versions[-keep:]
        kept = tuple(each for each in current.versions if each in newest or each.version == current.live)
        with self._doing("removing old versions"):
            if not self._turned(replace(current, versions=kept)):
                raise self._overtaken()
        return [each.version for each in current.versions if each not in kept], []

    def _turned(self, current: Current) -> bool:
        """Whether CURRENT says this from now on; then everything goes that was there and that it does not list.

        Whoever put that there began before, and its own CURRENT can no longer be put: no two are alike.
        """
        there = self.objects.names(_SNAPSHOTS)
        current = current.marked()
        tag = self._put(current.packed())
        if tag is None:
            return False
        self._begun = _Begun(tag, current)
        kept = {each.folder for each in current.versions}
        with suppress(OSError):  # what stays is removed by the next writer
            self.objects.remove(name for name in there if name.rpartition("/")[0] not in kept)
        return True

    def _put(self, content: bytes) -> Tag | None:
        """The new tag of CURRENT, if it could be put; also if it arrived and only the answer was lost."""
        try:
            tag = self.objects.put_over(_CURRENT, content, self._writing().tag)
        except OSError:
            if (arrived := self._arrived(content)) is None:
                raise
            return arrived
        return tag if tag is not None else self._arrived(content)

    def _arrived(self, content: bytes) -> Tag | None:
        found = self.objects.look(_CURRENT, _LONGEST_CURRENT)
        return found[1] if found and found[0] == content else None

    def _drop(self, made: Listed) -> None:
        """Remove the files of a version that never came to be."""
        with suppress(OSError):
            self.objects.remove(self.objects.names(made.folder))

    def _overtaken(self) -> SnapshotError:
        return SnapshotError(
            f"another writer changed {self.where} while this one was at work: {self.current()} is live there, and "
            "nothing was written over. Run this once more."
        )

    def _writing(self) -> _Begun:
        if self._begun is None:
            raise SnapshotError(f"{self.where} is not being written to: this is done inside `writing`.")
        return self._begun

    def _current(self) -> Current | None:
        with self._doing("reading"):
            found = self.objects.look(_CURRENT, _LONGEST_CURRENT)
        return current_in(found[0], self._named(_CURRENT)) if found else None

    def _listed(self, version: str | None) -> Listed:
        """The version as CURRENT lists it, the live one where none is named."""
        current = self._current()
        if current is None:
            raise SnapshotError(
                f"no snapshot in {self.where}: run `matchgraph rebuild CATALOGUE --store {self.where}`."
            )
        if (found := current.of(current.live if version is None else version)) is None:
            raise SnapshotError(f"no snapshot {version!r} in {self.where}; there is: {self._known(current)}.")
        return found

    def _found(self, version: str | None, look: Callable[[Listed], T]) -> T:
        """What a look at a version gives, at the live one where none is named."""
        while True:
            found = self._listed(version)
            try:
                return look(found)
            except SnapshotError:
                if version is not None or self._listed(None) == found:
                    raise  # else another one became live, and the one before was removed, while we were looking

    def _manifest(self, found: Listed, expect: str | None = None) -> Manifest:
        path = f"{found.folder}/{MANIFEST}"
        with self._doing(f"reading {path}"):
            try:
                content = self.objects.read(path, LONGEST_MANIFEST)
            except FileNotFoundError as error:
                raise SnapshotError(f"{self._named(path)} is gone, though CURRENT lists it: rebuild.") from error
        manifest = vouched_for(content, self._named(path), found.sha256, expect)
        if manifest.version != found.version or digest_of(manifest.files) != manifest.digest:
            raise SnapshotError(f"{self._named(path)} is not the manifest of {found.version}: rebuild it.")
        return manifest

    def _file(self, manifest: Manifest, found: Listed, name: str) -> bytes:
        path = f"{found.folder}/{name}"
        stated = manifest.files.get(name)
        if stated is None:
            raise SnapshotError(f"{self.where}/{found.folder} holds no {name} that its manifest lists: rebuild it.")
        with self._doing(f"reading {path}"):
            content = whole_object(self.objects, path, stated)
        if content is None:
            raise SnapshotError(f"{self._named(path)} is not what its manifest states: it is damaged or gone; rebuild.")
        return content

    def _before(self, current: Current) -> str:
        """The version that was published before the live one."""
        older = [each.version for each in current.versions if number_of(each.version) < number_of(current.live)]
        if not older:
            raise SnapshotError(
                f"no version before {current.live} in {self.where} to go back to; there is: {self._known(current)}."
            )
        return older[-1]

    def _known(self, current: Current | None) -> str:
        return ", ".join(each.version for each in current.versions) if current else "none"

    def _named(self, name: str) -> str:
        return f"{self.where}/{name}"

    @contextmanager
    def _doing(self, what: str) -> Iterator[None]:
        """Whatever the place refuses is said as one error."""
        try:
            yield
        except OSError as error:
            raise SnapshotError(
                f"{self.where}: {what} broke off: {error}. What CURRENT lists is whole; try again once it answers."
            ) from error
