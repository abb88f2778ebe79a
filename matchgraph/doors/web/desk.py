"""Where questions of the JSON API are taken: what was answered is held, the rest goes to the engine on threads."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Request, Response
from pydantic import TypeAdapter

from matchgraph.answers.asking import encode_query, readable
from matchgraph.doors.live import VERSION, Live
from matchgraph.engine import MatchGraph

T = TypeVar("T")

_THREADS = 16  # more than cores: queries that come at once are encoded together (vectors/remembered.py)
_AT_WORK = 2  # of them, once encoded: more would only take the interpreter from each other (measured: a third less)
_ANSWERS, _LONGEST = 1_000, 32_768  # how many are held, and bytes of the longest: together at most 32 MB


class Answers:
    """Held by the desk: what was answered last, by the snapshot and the address that asked."""

    def __init__(self, most: int = _ANSWERS) -> None:
        self._most = most
        self._held: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def get(self, tag: str, asked: str) -> bytes | None:
        """What was answered to that by that snapshot, if it is still held."""
        body = self._held.get((tag, asked))
        if body is not None:
            self._held.move_to_end((tag, asked))
        return body

    def keep(self, tag: str, asked: str, body: bytes) -> None:
        """Hold an answer, unless it is long."""
        if len(body) + len(asked) <= _LONGEST:
            self._held[tag, asked] = body
            if len(self._held) > self._most:
                self._held.popitem(last=False)


class Desk:
    """Held by the API: the engine of the moment, its threads, and what it answered last."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self._limiter, self._answers = CapacityLimiter(_THREADS), Answers()
        self._at_work = BoundedSemaphore(_AT_WORK)

    async def answer(
        self,
        request: Request,
        ask: Callable[[MatchGraph], Any],
        shape: TypeAdapter[Any],
        *,
        query: str = "",
        counts: bool = False,
    ) -> Response:
        """What the engine says, or that nothing has changed.

        `query` is what will have to be encoded; `counts` where the answer counts searches.
        """
        known, graph = request.headers.get("if-none-match", ""), self.live.graph

        def work() -> bytes:
            if query.strip():
                encode_query(readable(query), graph.encoder)  # held from now on, and encoded with others that wait
            with self._at_work:
                return shape.dump_json(ask(graph))

        if counts:  # another search may change it at any time
            body = await self.run(work)
            return _sent(known, _tag(graph, body), body)
        tag, asked = _tag(graph), f"{request.url.path}?{request.url.query}"
        if _is_known(known, tag):
            return _sent(known, tag)
        held = self._answers.get(tag, asked)
        if held is None:
            held = await self.run(work)
            self._answers.keep(tag, asked, held)
        return _sent(known, tag, held)

    async def run(self, work: Callable[[], T]) -> T:
        """What that work makes, on one of the desk's threads."""
        return await to_thread.run_sync(work, limiter=self._limiter)


def _sent(known: str, tag: str, body: bytes = b"") -> Response:
    """The answer, or that who asks knows it already."""
    headers = {"ETag": tag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    if _is_known(known, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _is_known(known: str, tag: str) -> bool:
    return tag in (each.strip().removeprefix("W/") for each in known.split(","))


def _tag(graph: MatchGraph, body: bytes | None = None) -> str:
    """What names an answer: the snapshot and the program, and its own words where it counts searches."""
    told = f"{graph.manifest.digest[:20]}-{VERSION}"
    return f'"{told}"' if body is None else f'"{told}-{hashlib.sha256(body).hexdigest()[:12]}"'
