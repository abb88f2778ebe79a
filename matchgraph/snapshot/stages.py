"""What the stages of a rebuild made, kept for the next one: what is made of the same is not made again.

So a rebuild that was cut off goes on where it was, and one after a change makes only what follows from the change.

store/stages/words-4f0c.../    the files of one stage, and stage.json with the sha256 of each

A stage is named by everything it was made from: its inputs, and the code that made it. So what is found under the
name is what would be made again; where it is not whole it is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Generic, TypeVar

from matchgraph.errors import SnapshotError
from matchgraph.snapshot.check import content_of, fitting
from matchgraph.snapshot.disk import Disk, fill
from matchgraph.snapshot.manifest import listed

_LISTING = "stage.json"
_LONGEST_LISTING = 1 << 16
_COUNTED_WITH = ("numpy", "scipy", "pyarrow", "faiss-cpu", "bm25s")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """How what a stage makes becomes files, and comes back."""

    packed: Callable[[T], dict[str, bytes]]
    unpacked: Callable[[Mapping[str, bytes]], T]


class Stages:
    """Held during a rebuild, which holds the store for writing."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.folder, self.disk = folder, disk
        self.held: list[str] = []  # the stages that were found finished
        self._folders: set[str] = set()  # of all stages of this rebuild

    def once(self, stage: str, of: Iterable[str], make: Callable[[], T], form: Form[T]) -> T:
        """What the stage makes of inputs with these digests: found where a rebuild before has made it.

        What was made now comes back by way of its files as well, so that a rebuild that goes on where another was cut
        off cannot differ from it; and what only making it took is not held any longer.
        """
        key = hashlib.sha256("\n".join([_code(), stage, *of]).encode()).hexdigest()
        folder = self.folder / f"{stage}-{key[:32]}"
        self._folders.add(folder.name)
        if (files := _whole(folder)) is not None:
            self.held.append(stage)
            return form.unpacked(files)
        files = form.packed(make())
        try:
            self._keep(folder, files)
        except OSError as error:
            with suppress(OSError):
                self.forget()
            raise SnapshotError(
                f"{folder} cannot be kept: {error}; make room or mend the disk, then rebuild."
            ) from error
        return form.unpacked(files)

    def settle(self) -> None:
        """Drop what the stages of this rebuild did not need: it is published, so nothing depends on it any more."""
        with suppress(OSError):
            for left in self.folder.iterdir():
                if left.name not in self._folders:
                    self.disk.remove(left)

    def forget(self) -> None:
        """Drop all that is kept."""
        if os.path.lexists(self.folder):
            self.disk.remove(self.folder)

    def _keep(self, folder: Path, files: dict[str, bytes]) -> None:
        draft = self.folder / ".draft"
        if not self.folder.is_dir():
            self.disk.make(self.folder)
        for left in (draft, folder):  # by a rebuild that was cut off, or damaged since
            if os.path.lexists(left):
                self.disk.remove(left)
        fill(self.disk, draft, {**files, _LISTING: json.dumps(listed(files)).encode()})
        self.disk.rename(draft, folder)
        self.disk.sync(self.folder)


def digest_of_parts(*parts: bytes | memoryview | str) -> str:
    """One digest of several inputs.

    >>> digest_of_parts("ab", "c") == digest_of_parts("a", "bc")
    False
    """
    made = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        made.update(hashlib.sha256(content).digest())
    return made.hexdigest()


def _whole(folder: Path) -> dict[str, bytes] | None:
    """The files of the stage that stands there, if each is as it was written."""
    try:
        said = json.loads(content_of(folder / _LISTING, _LONGEST_LISTING))
        names = {part.name for part in folder.iterdir()} - {_LISTING}
        files = {name: fitting(folder / name, said[name]["bytes"], said[name]["sha256"]) for name in said}
    except (SnapshotError, OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    whole = {name: content for name, content in files.items() if content is not None}
    return whole if names == set(whole) else None


@cache
def _code() -> str:
    """The digest of the code that makes the stages, and of what it counts with."""
    root = Path(__file__).parents[1]
    sources = sorted(path for path in root.rglob("*") if path.suffix in {".py", ".toml"})
    with_what = [f"{name} {version(name)}" for name in _COUNTED_WITH]
    return digest_of_parts(
        *with_what, *(part for path in sources for part in (str(path.relative_to(root)), path.read_bytes()))
    )
