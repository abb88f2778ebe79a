"""Where pages stand: as addresses of a server, or as files beside one another."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from matchgraph.pages.site.assets import digest_of_asset
from matchgraph.pages.site.slugs import pair_slug, slug

PAGES = {"home": "", "compare": "compare", "recommend": "recommend", "map": "map", "method": "method"} | {
    "status": "status"
}
_LONGEST = 180  # characters of a file's name; file systems take 255 bytes


@dataclass(frozen=True, slots=True)
class Links:
    """How a page refers to others; `files` where they are files and nobody answers questions."""

    root: str = "/"
    files: bool = False

    def page(self, name: str) -> str:
        """One of the pages that stand alone."""
        path = PAGES[name]
        return self.root + ((path or "index") + ".html" if self.files else path)

    def artifact(self, artifact_id: str) -> str:
        """The page of one artifact."""
        return self._under("artifact", slug(artifact_id))

    def compare(self, left: str, right: str) -> str:
        """The page of two; among files there is one for both orders."""
        left, right = sorted((left, right)) if self.files else (left, right)
        return self._under("compare", pair_slug(left, right))

    def browse(self, type: str, page: int = 1) -> str:
        """A page of the artifacts of a type."""
        if self.files:
            return f"{self.root}browse/{type}{'' if page == 1 else f'-{page}'}.html"
        return f"{self.root}browse/{type}{'' if page == 1 else f'?page={page}'}"

    def near(self, artifact_id: str) -> str:
        """The map around one artifact."""
        return f"{self.page('map')}#{slug(artifact_id)}"

    def asset(self, name: str) -> str:
        """A file that comes with matchgraph; its address changes with its content."""
        return f"{self.root}assets/{name}" + ("" if self.files else f"?v={digest_of_asset(name)[:8]}")

    def map_data(self, version: str) -> str:
        """The points of the map; among files they are a script, for browsers let no script read a file beside it."""
        return f"{self.root}map-points.js" if self.files else f"{self.root}map.json?v={version}"

    def _under(self, folder: str, name: str) -> str:
        return f"{self.root}{folder}/{file_name(name)}.html" if self.files else f"{self.root}{folder}/{name}"


def file_name(name: str) -> str:
    """The name as that of a file: one too long ends in its digest instead."""
    if len(name) <= _LONGEST:
        return name
    return name[: _LONGEST - 17] + "~" + hashlib.sha256(name.encode()).hexdigest()[:16]
