"""The files that pages need: styles, scripts, and their licences; read once, so that no path ever leads to a disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_KINDS = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, as it is sent."""

    content: bytes
    kind: str  # its media type


@cache
def assets() -> dict[str, Asset]:
    """Every file by name."""
    folder = files("matchgraph.pages.site") / "files"
    there = sorted((each for each in folder.iterdir() if each.is_file()), key=lambda each: each.name)
    return {each.name: Asset(each.read_bytes(), _KINDS[each.name.rsplit(".", 1)[1]]) for each in there}


@cache
def digest_of_asset(name: str) -> str:
    """The digest of one file."""
    return hashlib.sha256(assets()[name].content).hexdigest()
