"""What the stages of a rebuild made, kept for the next one: what is made of the same is not made again.

So a rebuild that was cut off goes on where it was, and one after a change makes only what follows from the change.

store/stages/words-4f0c.../    the files of one stage, and stage.json with the sha256 of each

A stage is named by everything it was made from: its inputs, and the code that made it. So what is found under the
name is what would be made again; where it is not whole it is made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from matchgraph.engines.versions import code_digest
from matchgraph.errors import SnapshotError
from matchgraph.snapshot.shelf import Shelf

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """How what a stage makes becomes files, and comes back."""

    packed: Callable[[T], dict[str, bytes]]
    unpacked: Callable[[Mapping[str, bytes]], T]


class Stages:
    """Held during a rebuild, which holds the store for writing."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.held: list[str] = []  # the stages that were found finished
        self._names: set[str] = set()  # of all stages of this rebuild

    def once(self, stage: str, of: Iterable[str], make: Callable[[], T], form: Form[T]) -> T:
        """What the stage makes of inputs with these digests: found where a rebuild before has made it.

        What was made now comes back by way of its files as well, so that a rebuild that goes on where another was cut
        off cannot differ from it; and what only making it took is not held any longer.
        """
        name = self.name(stage, of)
        self._names.add(name)
        if (files := self.shelf.whole(name)) is not None:
            self.held.append(stage)
            return form.unpacked(files)
        files = form.packed(make())
        try:
            self.shelf.keep(name, files)
        except OSError as error:
            with suppress(OSError):
                self.forget()
            raise SnapshotError(
                f"{self.shelf.where}/{name} cannot be kept: {error}; make room or mend the disk, then rebuild."
            ) from error
        return form.unpacked(files)

    def name(self, stage: str, of: Iterable[str]) -> str:
        """What that is called which a stage makes of inputs with these digests."""
        key = hashlib.sha256("\n".join([code_digest(), stage, *of]).encode("utf-8", "surrogatepass")).hexdigest()
        return f"{stage}-{key[:32]}"

    def settle(self) -> None:
        """Drop what the stages of this rebuild did not need: it is published, so nothing depends on it any more."""
        with suppress(OSError):
            for left in self.shelf.names():
                if left not in self._names:
                    self.shelf.remove(left)

    def forget(self) -> None:
        """Drop all that is kept."""
        self.shelf.clear()


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
