"""The web app: pages for people, and the JSON API beside them, on one live snapshot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ExceptionHandler

from matchgraph.doors.keys import keys_of
from matchgraph.doors.live import Live
from matchgraph.doors.web.api import PLACE, api
from matchgraph.doors.web.current import Current
from matchgraph.doors.web.gate import Gate
from matchgraph.doors.web.pages import Pages
from matchgraph.doors.web.settings import LOOPBACK, Settings
from matchgraph.doors.web.visitors import Visitors
from matchgraph.errors import MatchGraphError, UnknownArtifact
from matchgraph.snapshot.remote import RemoteStore
from matchgraph.snapshot.store import Store
from matchgraph.vectors.encoder import Encoder


def application(store: str | Path, settings: Settings | None = None, *, encoder: Encoder | None = None) -> Starlette:
    """The app on the live snapshot of a store."""
    settings = settings or Settings()
    live = Live(store, encoder=encoder or settings.encoder)
    programs = api(live) if answers_programs(live.store, settings) else None
    current, visitors = Current(live, counting=settings.record, programs=programs is not None), Visitors()
    pages = Pages(current, settings, visitors)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        # The first map takes seconds: it is drawn while the first questions are asked.
        Thread(target=current.map, name="matchgraph-map", daemon=True).start()
        yield

    return Starlette(
        routes=[*_routes(pages), *(_for_programs(pages, programs) if programs else ())],
        middleware=[Middleware(Gate, settings=settings, actor=visitors.actor), Middleware(GZipMiddleware)],
        exception_handlers={MatchGraphError: _refused(pages), HTTPException: _failed(pages)},
        lifespan=lifespan,
    )


def answers_programs(place: Store | RemoteStore, settings: Settings) -> bool:
    """Whether the JSON API answers: beyond this machine only where there are keys, else anybody might record."""
    return set(settings.hosts) <= LOOPBACK or keys_of(place).path.exists()


def _routes(pages: Pages) -> list[Route]:
    return [
        Route("/", pages.home),
        Route("/results", pages.results),
        Route("/artifact/{slug:path}", pages.artifact),
        Route("/compare", pages.pair),
        Route("/compare/{pair:path}", pages.compare),
        Route("/recommend", pages.recommend),
        Route("/browse/{type}", pages.browse),
        Route("/map", pages.map),
        Route("/map.json", pages.map_data),
        Route("/method", pages.method),
        Route("/methodology", _moved_to("/method")),
        Route("/status", pages.status),
        Route("/counting", pages.counting),
        Route("/counting", pages.set_counting, methods=["POST"]),
        Route("/choose", pages.choose, methods=["POST"]),
        Route("/assets/{name}", pages.asset),
    ]


def _moved_to(place: str) -> Callable[[Request], Response]:
    """What sends a browser on to where a page stands."""
    return lambda _: RedirectResponse(place, 308)


def _for_programs(pages: Pages, programs: FastAPI) -> list[BaseRoute]:
    """The JSON API in its place, and the page about it."""
    return [Route("/api", partial(pages.manual, account=_placed(programs))), Mount(PLACE, programs)]


def _placed(programs: FastAPI) -> dict[str, Any]:
    """The API's account of itself, with the place where it is mounted."""
    return programs.openapi() | {"servers": [{"url": PLACE}]}


def _refused(pages: Pages) -> ExceptionHandler:
    def answer(_: Request, error: Exception) -> Response:
        near = error.near if isinstance(error, UnknownArtifact) else ()
        return pages.missing(str(error), near, 404 if isinstance(error, UnknownArtifact) else 422)

    return answer


def _failed(pages: Pages) -> ExceptionHandler:
    def answer(_: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        text = "There is no such page here." if status == 404 else "This page does not answer to that."
        return pages.missing(text, status=status)

    return answer
