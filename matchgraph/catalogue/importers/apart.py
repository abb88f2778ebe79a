"""Documents that would be called alike are told apart by the folders that they stand in, whichever is named first."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path, PurePath

from matchgraph.catalogue.documents import Document
from matchgraph.catalogue.importers.words import slug

UNNAMED = ("readme", "index")  # files that are called after what they are, not after what they speak of


def id_by_path(document: Document) -> str:
    """The id of what a document speaks of, by its place below the folder or archive that was named."""
    return slug("-".join(_parts(document.inner) or (document.container,))) or "artifact"


def ids_apart(documents: Iterable[Document]) -> dict[str, str]:
    """By the name of each document whose id another one has too, an id of its own."""
    alike: dict[str, dict[Path, set[str]]] = defaultdict(lambda: defaultdict(set))  # one file may be named in two ways
    for each in documents:
        alike[id_by_path(each)][_place(each)].add(each.name)
    taken, apart = set(alike), dict[str, str]()
    for artifact_id, names in sorted(alike.items()):
        if len(names) > 1:
            ids = _ids(artifact_id, sorted(names), taken)
            taken |= set(ids.values())
            apart |= {name: ids[place] for place in names for name in names[place]}
    return apart


def _ids(artifact_id: str, places: list[Path], taken: set[str]) -> dict[Path, str]:
    """An id for each place: the fewest folders that tell all of them apart, else a digest of what differs."""
    for folders in range(2, max(len(place.parts) for place in places)):
        ids = {place: slug("-".join(_parts(place)[-folders:])) for place in places}
        if len(set(ids.values())) == len(places) and not taken & set(ids.values()):
            return ids
    root = os.path.commonpath(places)
    return {place: f"{artifact_id[:180]}-{_digest(os.path.relpath(place, root))}" for place in places}


def _digest(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "backslashreplace")).hexdigest()[:8]


def _parts(path: PurePath) -> tuple[str, ...]:
    """The folders, and the file unless it is called after what it is."""
    return (*path.parent.parts, *([] if path.stem.lower() in UNNAMED else [path.stem]))


def _place(document: Document) -> Path:
    """Where it lies on the disk; an archive counts as a folder."""
    if document.path is not None:
        return document.path.resolve()
    return Path(document.name.removesuffix(f"!{document.inner}")).resolve() / document.inner
