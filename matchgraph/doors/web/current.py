"""The pages and the map of the live snapshot, made anew when another is published."""

from __future__ import annotations

from threading import Lock

from matchgraph.doors.live import Live
from matchgraph.engine import MatchGraph
from matchgraph.pages.site.atlas import map_data
from matchgraph.pages.site.site import Site


class Current:
    """Held by the app: what is made once of each snapshot that is live."""

    def __init__(self, live: Live, *, counting: bool, programs: bool) -> None:
        self.live, self._counting, self._programs = live, counting, programs
        self._site = self._made(live.graph)
        self._map: tuple[str, bytes] | None = None
        self._drawing = Lock()

    @property
    def graph(self) -> MatchGraph:
        """The engine on the live snapshot."""
        return self.site.graph

    @property
    def site(self) -> Site:
        """Its pages."""
        graph, site = self.live.graph, self._site
        if site.graph is not graph:
            self._site = site = self._made(graph)
        return site

    def _made(self, graph: MatchGraph) -> Site:
        return Site(graph, counting=self._counting, programs=self._programs)

    def map(self) -> bytes:
        """The points of its map; who asks while they are drawn waits for the one drawing."""
        graph = self.graph
        with self._drawing:
            if self._map is None or self._map[0] != graph.manifest.digest:
                self._map = graph.manifest.digest, map_data(graph)
            return self._map[1]
