"""The web app: pages for people, and the JSON API beside them, on one live snapshot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ExceptionHandler

from matchgraph.doors.web.guard import Guard
from matchgraph.doors.web.live import Live
from matchgraph.doors.web.pages import Pages
from matchgraph.doors.web.settings import Settings
from matchgraph.doors.web.visitors import Visitors
from matchgraph.errors import MatchGraphError, UnknownArtifact
from matchgraph.vectors.encoder import Encoder


def application(
    store: str | Path, settings: Settings | None = None, *, encoder: Encoder | None = None, warm: bool = True
) -> Starlette:
    """The app on the live snapshot of a store."""
    settings = settings or Settings()
    live = Live(store, encoder or settings.encoder, counting=settings.record)
    visitors = Visitors()
    pages = Pages(live, settings, visitors)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if warm:
            await run_in_threadpool(live.warm)
        yield

    app = Starlette(
        routes=_routes(pages),
        middleware=[Middleware(Guard, settings=settings, actor=visitors.actor), Middleware(GZipMiddleware)],
        exception_handlers={MatchGraphError: _refused(pages), HTTPException: _failed(pages)},
        lifespan=lifespan,
    )
    app.state.live = live
    return app


def _routes(pages: Pages) -> list[Route]:
    return [
        Route("/", pages.home),
        Route("/results", pages.results),
        Route("/artifact/{slug}", pages.artifact),
        Route("/compare", pages.pair),
        Route("/compare/{pair}", pages.compare),
        Route("/recommend", pages.recommend),
        Route("/browse/{type}", pages.browse),
        Route("/map", pages.map),
        Route("/map.json", pages.map_data),
        Route("/method", pages.method),
        Route("/status", pages.status),
        Route("/counting", pages.counting),
        Route("/counting", pages.set_counting, methods=["POST"]),
        Route("/choose", pages.choose, methods=["POST"]),
        Route("/assets/{name}", pages.asset),
    ]


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
