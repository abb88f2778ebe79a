"""Where a store is: in a folder of this machine, or at a URL."""

from __future__ import annotations

from pathlib import Path

from matchgraph.snapshot.objects import local_folder, objects_at
from matchgraph.snapshot.remote import RemoteStore
from matchgraph.snapshot.store import Store


def store_at(where: str | Path) -> Store | RemoteStore:
    """The store there: at a URL like s3://bucket/folder, else in a folder of this machine."""
    scheme, found, rest = str(where).partition("://")
    if not found or isinstance(where, Path):
        return Store(where)
    if scheme == "file":
        return Store(rest)
    objects = objects_at(str(where))
    return RemoteStore(objects, local_folder(objects.where))
