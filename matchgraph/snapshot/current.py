"""What CURRENT says of a store at a URL: every version there is, and which of them is live.

v000002 5be1d9c2a8f04a67                     live, and the mark of this writing
v000001 <sha256 of its manifest> 0f3c...     each version, and the mark of its folder
v000002 <sha256 of its manifest> 5be1...

It is the one object that is ever put over another, and each time with a new mark, so no two that were written are
alike. What it does not list is not there, whatever lies about.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace

from matchgraph.errors import SnapshotError

_TEXT = re.compile(r"(v[0-9]{6,18}) ([0-9a-f]{16})\n((?:v[0-9]{6,18} [0-9a-f]{64} [0-9a-f]{16}\n)+)")


@dataclass(frozen=True, slots=True)
class Listed:
    """One version, as CURRENT lists it."""

    version: str
    sha256: str  # of its manifest
    mark: str

    @property
    def folder(self) -> str:
        """Where its files are: the mark sets them apart from those of whoever took the same number."""
        return f"snapshots/{self.version}-{self.mark}"


@dataclass(frozen=True, slots=True)
class Current:
    """Every version, oldest first, and the live one."""

    live: str
    versions: tuple[Listed, ...]
    mark: str = ""

    def of(self, version: str) -> Listed | None:
        """The version of that name."""
        return next((each for each in self.versions if each.version == version), None)

    def marked(self) -> Current:
        """The same, as nobody has written it before."""
        return replace(self, mark=new_mark())

    def packed(self) -> bytes:
        """The text of it."""
        lines = [f"{self.live} {self.mark}", *(f"{each.version} {each.sha256} {each.mark}" for each in self.versions)]
        return "".join(f"{line}\n" for line in lines).encode()


def new_mark() -> str:
    """A mark that nobody else has."""
    return secrets.token_hex(8)


def current_in(content: bytes, where: str) -> Current:
    """What that text says."""
    found = _TEXT.fullmatch(content.decode("ascii", "replace"))
    versions = tuple(Listed(*line.split(" ")) for line in found[3].splitlines()) if found else ()
    names = [each.version for each in versions]
    if not found or found[1] not in names or len(set(names)) != len(names):
        raise SnapshotError(f"{where} does not list snapshots: it is damaged; restore it, or rebuild to another URL.")
    return Current(found[1], versions, found[2])
