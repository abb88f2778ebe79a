"""The engine behind an open door: shared by all who ask, and opened anew when a rebuild has published."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from threading import Lock, Thread

from matchgraph.engine import MatchGraph
from matchgraph.errors import MatchGraphError
from matchgraph.snapshot.place import store_at
from matchgraph.vectors.encoder import Encoder, SentenceEncoder
from matchgraph.vectors.remembered import Remembered

VERSION = version("matchgraph")
_FIRST_QUERY = "what can this do?"  # asked before anybody else asks, so that nobody waits for what is made once


class Live:
    """Held by a door: the engine on the live snapshot.

    Who has taken an engine keeps it to the end of a question; the next one may get a newer one. What a rebuild
    publishes is opened beside the old engine, and takes its place when it has answered a first query.
    """

    def __init__(
        self,
        store: str | Path = "store",
        *,
        encoder: Encoder | str | None = None,
        pause: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = store_at(store)
        self.fault: str | None = None  # why the newest snapshot could not be opened
        self._given = Remembered(_made(encoder)) if encoder is not None else None
        self._pause, self._clock = pause, clock  # seconds between two looks at CURRENT
        self._opening = Lock()
        self._tried = self.store.current()
        self._graph = self._opened(None)
        self._looked = clock()

    @property
    def graph(self) -> MatchGraph:
        """The engine, never waited for."""
        if self._clock() - self._looked >= self._pause:
            self._looked = self._clock()
            Thread(target=self.refresh, name="matchgraph-refresh", daemon=True).start()
        return self._graph

    def refresh(self) -> None:
        """Open what CURRENT names, if it is another than was opened last; what is damaged is told and left."""
        if not self._opening.acquire(blocking=False):
            return
        try:
            named = self.store.current()
            if named != self._tried:
                self._tried = named
                self._graph = self._opened(self._graph)
                self.fault = None
        except (MatchGraphError, OSError) as error:
            self.fault = str(error)
        finally:
            self._opening.release()

    def _opened(self, before: MatchGraph | None) -> MatchGraph:
        graph = MatchGraph(self.store.where, encoder=self._encoder(before))
        graph.search(_FIRST_QUERY)
        graph.recommend(graph.snapshot.catalogue.ids[0], need=_FIRST_QUERY, k=1)
        _ = graph.names
        return graph

    def _encoder(self, before: MatchGraph | None) -> Encoder:
        """The encoder that was given, else the one held where it still fits, else the one the snapshot names."""
        if self._given is not None:
            return self._given
        made = self.store.manifest().encoder
        if before is not None and before.encoder.digest == made["digest"]:
            return before.encoder
        return Remembered(SentenceEncoder(made["name"]))


def _made(encoder: Encoder | str) -> Encoder:
    return SentenceEncoder(encoder) if isinstance(encoder, str) else encoder
