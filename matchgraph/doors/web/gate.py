"""What stands before every page: whom it answers, how much it takes, and what browsers may do with the answer."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matchgraph.doors.web.settings import Settings

_SAFE = {"GET", "HEAD", "OPTIONS"}
_VISITORS = 20_000  # remembered at once
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


class Buckets:
    """How much each visitor may still ask: so many a minute, and as many at once."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = float(per_minute), clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, visitor: str) -> bool:
        """Whether one more is allowed; it is taken if so."""
        now = self._clock()
        left, since = self._left.pop(visitor, (self._most, now))
        left = min(self._most, left + (now - since) * self._most / 60)
        allowed = left >= 1
        self._left[visitor] = (left - allowed, now)
        if len(self._left) > _VISITORS:
            self._left.popitem(last=False)
        return allowed


class Gate:
    """An ASGI layer around the pages."""

    def __init__(self, app: ASGIApp, settings: Settings, actor: Callable[[Request], str]) -> None:
        self.app, self.settings, self.actor = app, settings, actor
        self._asks, self._writes = Buckets(settings.per_minute), Buckets(settings.writes_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with a bounded body and safe headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = self._refused(scope)
        sent = _with_headers(send)
        if refused is not None:
            await refused(scope, receive, sent)
            return
        body = _Bounded(receive, self.settings.most_body)
        try:
            await self.app(scope, body.receive, sent)
        except _TooMuch:
            await _no(413, "That is more than a form here can hold.")(scope, receive, sent)

    def _refused(self, scope: Scope) -> Response | None:
        """What is said instead of an answer, where there is to be none."""
        headers, write = Headers(scope=scope), scope["method"] not in _SAFE
        if not self._known(headers.get("host", "")):
            return _no(421, "This server does not go by that name.")
        if scope["path"].startswith("/api/"):  # has rules of its own
            return None
        if write and not same_origin(headers):
            return _no(403, "Only the pages of this site may write here.")
        return self._too_long(scope, headers) or self._too_often(scope, write)

    def _too_long(self, scope: Scope, headers: Headers) -> Response | None:
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > self.settings.most_address:
            return _no(414, "That address is too long: ask for less at once.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:20]) > self.settings.most_body:
            return _no(413, "That is more than a form here can hold.")
        return None

    def _too_often(self, scope: Scope, write: bool) -> Response | None:
        if scope["path"].startswith("/assets/"):
            return None
        visitor = self.actor(Request(scope))
        if self._asks.take(visitor) and (not write or self._writes.take(visitor)):
            return None
        return _no(429, "Too many questions in a short time: wait a little.", {"Retry-After": "15"})

    def _known(self, host: str) -> bool:
        """Whether the server goes by that name: a page elsewhere may point a name of its own at this machine."""
        if "*" in self.settings.hosts:
            return True
        try:
            return urlsplit(f"//{host}").hostname in {name.strip("[]") for name in self.settings.hosts}
        except ValueError:
            return False


def same_origin(headers: Headers) -> bool:
    """Whether a browser says that the request comes from a page of this site; who says nothing is not trusted."""
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = headers.get("origin")
    if origin is None:
        return site == "same-origin"
    return urlsplit(origin).netloc == headers.get("host", "")


class _TooMuch(Exception):  # noqa: N818 - caught where it is raised for
    pass


class _Bounded:
    """A body that ends in an error once it is longer than allowed, whatever length was announced."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._left = receive, most

    async def receive(self) -> Message:
        """The next part."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise _TooMuch
        return message


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
