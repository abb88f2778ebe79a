"""All pages of the site as files in a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from matchgraph.catalogue.track import Track
from matchgraph.engine import MatchGraph
from matchgraph.errors import QuestionError
from matchgraph.pages.plain import clipped
from matchgraph.pages.site.assets import assets
from matchgraph.pages.site.atlas import map_data
from matchgraph.pages.site.links import Links
from matchgraph.pages.site.site import PER_PAGE, Site

_MARK = ".matchgraph-site"  # says that a folder is an export, and may be written over
_WORDS = 600  # characters of an artifact that the copy's search looks through

Page = tuple[str, Callable[[], str]]  # where it goes, and what makes it


@dataclass(frozen=True, slots=True)
class Written:
    """What an export wrote."""

    folder: str
    version: str
    pages: int
    comparisons: int
    bytes: int

    def to_dict(self) -> dict[str, Any]:
        """The account as plain JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        told = f"{self.pages:,} pages, {self.comparisons:,} of them comparisons; {self.bytes / 1e6:,.1f} MB"
        return f"wrote {self.version} to {self.folder}: {told}"


def export_site(graph: MatchGraph, folder: Path, track: Track = iter) -> Written:
    """Write every page, and what they need; comparisons of each artifact with those most like it."""
    _claim(folder)
    top, below = Site(graph, Links("", files=True)), Site(graph, Links("../", files=True))
    pairs = _pairs(graph)
    pages = [*_top(top), *_listed(below), *_artifacts(below), *_comparisons(below, pairs)]
    size = sum(_write(folder / path, made().encode()) for path, made in track(pages))
    size += sum(_write(folder / "assets" / name, asset.content) for name, asset in assets().items())
    size += _write(folder / "map-points.js", _script("POINTS", map_data(graph)))
    size += _write(folder / "words-index.js", _script("INDEX", _words(graph, top.links)))
    return Written(str(folder), graph.manifest.version, len(pages), len(pairs), size)


def _claim(folder: Path) -> None:
    """Make the folder; one that holds anything but an earlier export is left alone."""
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / _MARK).is_file())):
        raise QuestionError(f"{folder} holds something else than an earlier export: name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()


def _top(site: Site) -> Iterator[Page]:
    for name in ("home", "map", "method", "status"):
        yield site.links.page(name), getattr(site, name)


def _listed(site: Site) -> Iterator[Page]:
    for type_, total in site.types.items():
        for page in range(1, -(-total // PER_PAGE) + 1):
            yield _path(site.links.browse(type_, page)), partial(site.browse, type_, page)


def _artifacts(site: Site) -> Iterator[Page]:
    for artifact_id in site.graph.snapshot.catalogue.ids:
        yield _path(site.links.artifact(artifact_id)), partial(site.artifact, artifact_id)


def _comparisons(site: Site, pairs: list[tuple[str, str]]) -> Iterator[Page]:
    for left, right in pairs:
        yield _path(site.links.compare(left, right)), partial(_compared, site, left, right)


def _compared(site: Site, left: str, right: str) -> str:
    return site.compare(site.graph.compare(left, right))


def _pairs(graph: MatchGraph) -> list[tuple[str, str]]:
    """Each artifact with those that some page offers to compare it with, in the order that files are named in."""
    found = {
        (min(each, item.artifact_id), max(each, item.artifact_id))
        for each in graph.snapshot.catalogue.ids
        for answer in (graph.similar(each, k=6), graph.recommend(each, k=5))
        for item in answer
    }
    return sorted(found)


def _path(link: str) -> str:
    return link.removeprefix("../")


def _words(graph: MatchGraph, links: Links) -> bytes:
    """Name, type, page and words of every artifact, for a search without a server."""
    catalogue = graph.snapshot.catalogue
    able = catalogue.capabilities["name"].to_pylist()
    told = zip(catalogue.ids, *(catalogue.texts(column) for column in ("name", "type", "description")), strict=True)
    rows = []
    for place, (artifact_id, name, type_, description) in enumerate(told):
        words = " ".join([description, *able[slice(*catalogue.offsets[place : place + 2].tolist())]])
        rows.append([clipped(name, 120), type_, links.artifact(artifact_id), clipped(words, _WORDS).lower()])
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def _script(name: str, told: bytes) -> bytes:
    """JSON as a script that gives it that name."""
    return b"globalThis.%s = %s;\n" % (name.encode(), told)


def _write(path: Path, content: bytes) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return len(content)
