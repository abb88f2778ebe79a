"""What every door goes by: how often somebody may ask, how much one request may carry, and who may write."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope


class Buckets:
    """Held by a door: what each caller may still ask, so many a second, so many at once; a rate of 0 is no limit."""

    def __init__(
        self, rate: float, burst: float, callers: int = 20_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._callers, self._clock = rate, float(burst), callers, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # caller -> requests left, when counted

    def take(self, caller: str) -> float:
        """The seconds until this caller may ask again; at 0 it may, and one is taken."""
        if not self._rate:
            return 0.0
        now = self._clock()
        left, counted = self._left.pop(caller, (self._burst, now))
        left = min(self._burst, left + (now - counted) * self._rate)
        self._left[caller] = (left - 1 if left >= 1 else left, now)
        if len(self._left) > self._callers:
            self._left.popitem(last=False)
        return max(0.0, (1 - left) / self._rate)


async def body_in(scope: Scope, receive: Receive, most: int) -> list[Message] | None:
    """The messages of the body; None where there are more bytes, announced or not, or the length is no number."""
    stated = Headers(scope=scope).get("content-length", "0")
    if not (stated.isascii() and stated.isdecimal()) or int(stated[:20]) > most:
        return None
    messages: list[Message] = []
    size, more = 0, True
    while more:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if size > most:
            return None
        more = message["type"] == "http.request" and message.get("more_body", False)
    return messages


def replayed(messages: Sequence[Message], receive: Receive) -> Receive:
    """What gives those messages once more, and then what comes after them."""
    waiting = iter(messages)

    async def again() -> Message:
        return next(waiting, None) or await receive()

    return again


def same_origin(headers: Mapping[str, str]) -> bool:
    """Whether a browser says that the request comes from a page of this site; who says nothing is not trusted."""
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = headers.get("origin")
    if origin is None:
        return site == "same-origin"
    return urlsplit(origin).netloc == headers.get("host", "")
