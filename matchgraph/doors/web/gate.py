"""What stands before every page: whom it answers, how much it takes, and what browsers may do with the answer."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matchgraph.doors.web.bounds import Buckets, body_in, replayed, same_origin
from matchgraph.doors.web.problems import problem
from matchgraph.doors.web.settings import Settings

_SAFE = {"GET", "HEAD", "OPTIONS"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with none at all, browsers do not say where a form was sent from
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}


class Gate:
    """An ASGI layer around the pages."""

    def __init__(self, app: ASGIApp, settings: Settings, actor: Callable[[Request], str]) -> None:
        self.app, self.settings, self.actor = app, settings, actor
        asks, writes = settings.per_minute, settings.writes_per_minute
        self._asks, self._writes = Buckets(asks / 60, asks), Buckets(writes / 60, writes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with a bounded body and safe headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused, sent = self._refused(scope), _with_headers(send)
        if refused is not None:
            await refused(scope, receive, sent)
        elif _of_programs(scope):
            await self.app(scope, receive, sent)
        elif (body := await body_in(scope, receive, self.settings.most_body)) is None:
            await _no(413, "That is more than a form here can hold.")(scope, receive, sent)
        else:
            await self.app(scope, replayed(body, receive), sent)

    def _refused(self, scope: Scope) -> Response | None:
        """What is said instead of an answer, where there is to be none."""
        headers, write = Headers(scope=scope), scope["method"] not in _SAFE
        if not self._known(headers.get("host", "")):
            told = "This server does not go by that name."
            return problem(421, "host", told) if _of_programs(scope) else _no(421, told)
        if _of_programs(scope):
            return None
        if write and not same_origin(headers):
            return _no(403, "Only the pages of this site may write here.")
        return self._too_long(scope) or self._too_often(scope, write)

    def _too_long(self, scope: Scope) -> Response | None:
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > self.settings.most_address:
            return _no(414, "That address is too long: ask for less at once.")
        return None

    def _too_often(self, scope: Scope, write: bool) -> Response | None:
        if scope["path"].startswith("/assets/"):
            return None
        visitor = self.actor(Request(scope))
        wait = self._asks.take(visitor) or (self._writes.take(visitor) if write else 0.0)
        if not wait:
            return None
        return _no(429, "Too many questions in a short time: wait a little.", {"Retry-After": str(ceil(wait))})

    def _known(self, host: str) -> bool:
        """Whether the server goes by that name: a page elsewhere may point a name of its own at this machine."""
        if "*" in self.settings.hosts:
            return True
        try:
            return urlsplit(f"//{host}").hostname in {name.strip("[]") for name in self.settings.hosts}
        except ValueError:
            return False


def _of_programs(scope: Scope) -> bool:
    """Whether it is for the JSON API, which has a guard of its own."""
    return bool(scope["path"].startswith("/api/"))


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sent


def _no(status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(text + "\n", status, headers)
