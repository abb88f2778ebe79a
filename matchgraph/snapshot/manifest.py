"""What a snapshot says of itself: the one file that all its others are checked against."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from matchgraph.errors import SnapshotError

FORMAT = 4
LONGEST_MANIFEST = 16 << 20
_FILE = re.compile(r"[a-z0-9_]+\.(parquet|npy)")  # a name, and no way to anywhere else
_ONE = {"capabilities": "capability", "real searches": "real search"}  # of other plurals the last letter goes


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything needed to check a snapshot and to make it again."""

    version: str
    digest: str  # over the content files alone: equal for equal input
    built_at: str
    today: str  # the day that ages are counted to
    encoder: dict[str, Any]  # name, digest
    counts: dict[str, Any]
    parameters: dict[str, Any]
    inputs: list[dict[str, str]]
    files: dict[str, dict[str, Any]]  # name -> sha256, bytes
    made_by: str
    format: int = FORMAT
    quality: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The manifest as plain JSON values."""
        return asdict(self)

    @property
    def sha256(self) -> str:
        """The digest of its file: what CURRENT vouches for, and what `open(..., expect=)` takes."""
        return hashlib.sha256(self.packed()).hexdigest()

    def packed(self) -> bytes:
        """The manifest as it stands in its file, sealed: a changed one does not fit its own seal."""
        return _written(self.to_dict() | {"seal": _seal(self.to_dict())})


def _written(stated: dict[str, Any]) -> bytes:
    return json.dumps(stated, indent=1, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _seal(stated: dict[str, Any]) -> str:
    return hashlib.sha256(_written(stated)).hexdigest()


def _sound(manifest: Manifest, where: str) -> Manifest:
    """The manifest, if what is read from it has the form it is read in."""
    maps = (manifest.files, manifest.encoder, manifest.parameters, manifest.counts)
    if not isinstance(manifest.version, str) or not all(isinstance(part, dict) for part in maps):
        raise SnapshotError(f"{where} is no manifest: a part of it has another form; rebuild it.")
    if not all(isinstance(text, str) and text.isprintable() for text in (manifest.built_at, manifest.made_by)):
        raise SnapshotError(
            f"{where} is no manifest: it does not say in plain words when and by what it was made; rebuild it."
        )
    if not all(map(_is_count, manifest.counts.values())):
        raise SnapshotError(f"{where} is no manifest: it does not count what there is; rebuild it.")
    for name, stated in manifest.files.items():
        if not _FILE.fullmatch(name):
            raise SnapshotError(f"{where} is no manifest: it lists {name!r}, no name like edges.parquet; rebuild it.")
        told = isinstance(stated, dict) and set(stated) == {"sha256", "bytes"}
        if not told or not isinstance(stated["bytes"], int):
            raise SnapshotError(f"{where} is no manifest: {name} is {stated!r}, not a digest and a size; rebuild it.")
    return manifest


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**53


def in_words(counts: Mapping[str, int]) -> str:
    """What was counted, in one line.

    >>> in_words({"artifacts": 1200, "capabilities": 1, "choice edges": 1, "real searches": 0})
    '1,200 artifacts, 1 capability, 1 choice edge, 0 real searches'
    """
    return ", ".join(
        f"{number:,} {_ONE.get(name, name[:-1]) if number == 1 else name}" for name, number in counts.items()
    )


def listed(files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """The files as a manifest lists them: name, digest and size of each."""
    return {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)} for name, content in files.items()
    }


def digest_of(files: dict[str, dict[str, Any]]) -> str:
    """One digest over the names and contents of all files."""
    listed = json.dumps({name: files[name]["sha256"] for name in sorted(files)})
    return hashlib.sha256(listed.encode()).hexdigest()


def manifest_in(content: bytes, where: str) -> Manifest:
    """The manifest of that text."""
    try:
        stated = json.loads(content)
        if stated["format"] != FORMAT:
            raise SnapshotError(
                f"{where} is of format {stated['format']}, this matchgraph reads format {FORMAT}: "
                "rebuild it with this version, or open it with the version that made it."
            )
        if stated.pop("seal") != _seal(stated):
            raise SnapshotError(f"{where} was changed after it was published: rebuild it.")
        return _sound(Manifest(**stated), where)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SnapshotError(f"{where} is no manifest: {error}") from error


def vouched_for(content: bytes, where: str, vouched: str | None, expect: str | None) -> Manifest:
    """The manifest of that text, if its sha256 is what CURRENT vouches for, and what was expected, where it is said."""
    found = hashlib.sha256(content).hexdigest()
    if vouched is not None and found != vouched:
        raise SnapshotError(
            f"{where} is not the manifest that CURRENT names: it was changed after it was published; "
            "`matchgraph verify` says which snapshots are sound, `matchgraph rollback VERSION` makes one of them live."
        )
    if expect is not None and found != str(expect).strip().lower():
        raise SnapshotError(
            f"{where} has the sha256 {found}, expected was {expect}: this is another snapshot, or it was changed; "
            "do not trust it, or open it with its own sha256."
        )
    return manifest_in(content, where)
