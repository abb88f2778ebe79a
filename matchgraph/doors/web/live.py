"""The live snapshot, opened anew when another is published."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from matchgraph.engine import MatchGraph
from matchgraph.pages.site.atlas import map_data
from matchgraph.pages.site.site import Site
from matchgraph.vectors.encoder import Encoder

_LOOKS_EVERY = 1.0  # seconds


class Live:
    """Held by the server: one open graph, and what is made of it once."""

    def __init__(self, store: str | Path, encoder: Encoder | str | None = None, *, counting: bool = False) -> None:
        self._encoder, self._counting = encoder, counting
        self._turn = threading.Lock()
        self._map_turn = threading.Lock()
        self._looked = time.monotonic()
        self._map: tuple[str, bytes] | None = None
        self._site = self._opened(store)

    @property
    def site(self) -> Site:
        """The pages of the live snapshot."""
        if time.monotonic() - self._looked > _LOOKS_EVERY and self._turn.acquire(blocking=False):
            try:
                self._looked = time.monotonic()
                store = self._site.graph.store
                if store.current() not in (None, self._site.graph.manifest.version):
                    self._site = self._opened(store.path)
            finally:
                self._turn.release()
        return self._site

    @property
    def graph(self) -> MatchGraph:
        """The live graph."""
        return self.site.graph

    def map(self) -> bytes:
        """The points of the map, drawn once a snapshot."""
        graph = self.graph
        with self._map_turn:
            if self._map is None or self._map[0] != graph.manifest.digest:
                self._map = graph.manifest.digest, map_data(graph)
            return self._map[1]

    def warm(self) -> None:
        """Load what the first question would wait for."""
        self.graph.search("what this can do", k=1)
        self.graph.similar(self.graph.snapshot.catalogue.ids[0], k=1)

    def _opened(self, store: str | Path) -> Site:
        held = getattr(self, "_site", None)
        same = held.graph.encoder if held is not None and "encoder" in vars(held.graph) else self._encoder
        return Site(MatchGraph(store, encoder=same), counting=self._counting)
