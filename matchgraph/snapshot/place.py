"""Where a store is: in a folder of this machine, or at a URL."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from matchgraph.snapshot.objects import objects_at
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
    return RemoteStore(objects, _local_folder(objects.where))


def _local_folder(url: str) -> Path:
    """Where this machine keeps what a store at a URL cannot: under MATCHGRAPH_CACHE, else in the user's cache."""
    root = os.environ.get("MATCHGRAPH_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "matchgraph"
    name = re.sub(r"[^a-z0-9]+", "-", url.lower())[-40:].strip("-")
    return Path(root).expanduser() / f"{name}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
