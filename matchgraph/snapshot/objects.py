"""What a store at a URL needs of the place: objects that are read, put and listed whole, and one put on a condition."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from matchgraph.errors import SnapshotError

_CLOUDS = ("s3", "s3a", "gs", "az", "abfs", "abfss", "http", "https")
_LARGEST = 1 << 50  # bytes
Tag = Mapping[str, str]  # what the place tells two contents of an object apart by


class Objects(Protocol):
    """The objects below one URL. Whatever the place refuses is an OSError; what is done is done for good."""

    where: str  # the URL, as messages name it
    writable: bool  # whether the place puts on a condition, without which nothing can be published

    def look(self, name: str, most: int) -> tuple[bytes, Tag] | None:
        """An object and the tag of exactly this content; None where there is none. More than `most` is refused."""

    def read(self, name: str, most: int) -> bytes:
        """The object, or the first `most` bytes of it."""

    def put(self, name: str, content: bytes) -> None:
        """Put an object, whatever stands there."""

    def put_over(self, name: str, content: bytes, tag: Tag | None) -> Tag | None:
        """The new tag, if the object could be put: over the one of that tag alone, without one where there is none."""

    def names(self, folder: str) -> list[str]:
        """The names of all objects in a folder and below it."""

    def remove(self, names: Iterable[str]) -> None:
        """Delete these objects, as far as they are there."""


def objects_at(url: str) -> Objects:
    """The objects below a URL: s3://bucket/folder, gs://..., az://..., https://..., or what else fsspec knows."""
    scheme = url.partition("://")[0]
    try:
        if scheme in _CLOUDS:
            from matchgraph.snapshot.cloud import Cloud

            return Cloud(url)
        from matchgraph.snapshot.anywhere import Anywhere

        return Anywhere(url)
    except ImportError as error:
        raise SnapshotError(
            f"a store at {scheme}:// cannot be opened ({error}): pip install 'matchgraph[remote]', which brings "
            "what s3, gs, az, https and memory need; others need a package of their own."
        ) from error


def local_folder(url: str) -> Path:
    """Where this machine keeps what a store at a URL cannot: under MATCHGRAPH_CACHE, else in the user's cache."""
    root = os.environ.get("MATCHGRAPH_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "matchgraph"
    name = re.sub(r"[^a-z0-9]+", "-", url.lower())[-40:].strip("-")
    return Path(root).expanduser() / f"{name}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"


def whole_object(objects: Objects, name: str, stated: Mapping[str, Any]) -> bytes | None:
    """The object, if it is there with the size and digest that are stated; hardly more than that size is read."""
    size = stated["bytes"]
    if not isinstance(size, int) or not 0 < size < _LARGEST:
        return None
    try:
        content = objects.read(name, size + 1)
    except FileNotFoundError:
        return None
    return content if len(content) == size and hashlib.sha256(content).hexdigest() == stated["sha256"] else None
