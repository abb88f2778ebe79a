"""What stands before a door: how much one request may carry, and how many of them anybody may send."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matchgraph.doors.web.problems import problem


@dataclass(frozen=True, slots=True)
class Rules:
    """How much is too much; a rate of 0 is no limit."""

    body: int = 65_536  # bytes
    query: int = 16_384  # bytes of the address after `?`
    rate: float = 20.0  # requests a second, over time
    burst: int = 100  # requests at once
    callers: int = 10_000  # that are remembered


class Guard:
    """Middleware that lets through what keeps the rules."""

    def __init__(self, app: ASGIApp, rules: Rules, clock: Callable[[], float] = time.monotonic) -> None:
        self.app, self.rules, self.clock = app, rules, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # caller -> requests left, when counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in the app's stead where a rule is broken."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        wait = self._wait(scope)
        if wait > 0:
            seconds = str(ceil(wait))
            told = f"more than {self.rules.rate:g} requests a second: wait {seconds} s."
            await problem(429, "rate", told, headers={"Retry-After": seconds})(scope, receive, send)
        elif len(scope["query_string"]) > self.rules.query:
            told = f"the address has more than {self.rules.query:,} bytes after `?`."
            await problem(414, "address", told)(scope, receive, send)
        elif (body := await self._body(scope, receive)) is None:
            told = f"more than {self.rules.body:,} bytes in one request."
            await problem(413, "body", told, headers={"Connection": "close"})(scope, receive, send)
        else:
            await self.app(scope, _replayed(body, receive), send)

    async def _body(self, scope: Scope, receive: Receive) -> list[Message] | None:
        """The messages of the body; None where there is too much of it."""
        stated = Headers(scope=scope).get("content-length", "0")
        if not stated.isdecimal() or int(stated) > self.rules.body:
            return None
        messages: list[Message] = []
        size, more = 0, True
        while more:
            message = await receive()
            messages.append(message)
            size += len(message.get("body", b""))
            if size > self.rules.body:
                return None
            more = message["type"] == "http.request" and message.get("more_body", False)
        return messages

    def _wait(self, scope: Scope) -> float:
        """The seconds until this caller may ask again; 0 for now."""
        if not self.rules.rate:
            return 0.0
        caller, now = _caller(scope), self.clock()
        left, counted = self._left.pop(caller, (float(self.rules.burst), now))
        left = min(self.rules.burst, left + (now - counted) * self.rules.rate)
        self._left[caller] = (left - 1 if left >= 1 else left, now)
        if len(self._left) > self.rules.callers:
            self._left.popitem(last=False)
        return max(0.0, (1 - left) / self.rules.rate)


def _caller(scope: Scope) -> str:
    """Whom to count: the address. A key would let one caller count as many by showing keys that are none."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _replayed(messages: list[Message], receive: Receive) -> Receive:
    waiting = iter(messages)

    async def again() -> Message:
        return next(waiting, None) or await receive()

    return again
