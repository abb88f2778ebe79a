"""What stands before the doors of programs: who breaks a rule is told so as a problem."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matchgraph.doors.web.bounds import Buckets, body_in, replayed
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
        self.app, self.rules = app, rules
        self._asks = Buckets(rules.rate, rules.burst, rules.callers, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in the app's stead where a rule is broken."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        wait = self._asks.take(_caller(scope))
        if wait > 0:
            seconds = str(ceil(wait))
            told = f"more than {self.rules.rate:g} requests a second: wait {seconds} s."
            await problem(429, "rate", told, headers={"Retry-After": seconds})(scope, receive, send)
        elif len(scope["query_string"]) > self.rules.query:
            told = f"the address has more than {self.rules.query:,} bytes after `?`."
            await problem(414, "address", told)(scope, receive, send)
        elif (body := await body_in(scope, receive, self.rules.body)) is None:
            told = f"more than {self.rules.body:,} bytes in one request."
            await problem(413, "body", told, headers={"Connection": "close"})(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self.app({**scope, "method": "GET"}, replayed(body, receive), _without_body(send))
        else:
            await self.app(scope, replayed(body, receive), send)


def _without_body(send: Send) -> Send:
    """What sends the head of an answer and nothing of what follows."""

    async def sent(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return sent


def _caller(scope: Scope) -> str:
    """Whom to count: the address. A key would let one caller count as many by showing keys that are none."""
    client = scope.get("client")
    return str(client[0]) if client else ""
