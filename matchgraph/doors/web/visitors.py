"""Who chooses, without a name: a number that changes every day, and tickets for what was really shown."""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from starlette.requests import Request

NOT_COUNTED = "matchgraph_not_counted"  # the cookie of who does not want to be counted
_VALID = 12 * 3600.0  # seconds
_LONGEST = 48 * 1024  # characters of a ticket: fifty ids, each of hundreds of characters


@dataclass(frozen=True, slots=True)
class Shown:
    """What a search showed, as a ticket says."""

    query: str
    shown: tuple[str, ...]
    explored: tuple[str, ...]


class Visitors:
    """Held by the server. Its secrets are made when it starts, stand nowhere else, and go with it."""

    def __init__(self) -> None:
        self._seal = secrets.token_bytes(32)
        self._day: date | None = None
        self._salt = b""

    def actor(self, request: Request) -> str:
        """The visitor as a number of this day: from address and browser, by a secret thrown away at its end."""
        today = datetime.now(UTC).date()
        if today != self._day:
            self._day, self._salt = today, secrets.token_bytes(32)
        address = request.client.host if request.client else ""
        told = f"{address}\n{request.headers.get('user-agent', '')}"
        return hmac.digest(self._salt, told.encode("utf-8", "replace"), "sha256").hex()[:32]

    def ticket(self, shown: Shown) -> str:
        """What was shown, sealed: only a choice among it can be told."""
        now = datetime.now(UTC).timestamp()
        content = json.dumps([now, shown.query, shown.shown, shown.explored], ensure_ascii=False).encode()
        return urlsafe_b64encode(self._sealed(content) + content).decode()

    def shown(self, ticket: str) -> Shown | None:
        """What was shown by a ticket of this server; None for any other, and for one that is too old."""
        try:
            opened = urlsafe_b64decode(ticket[:_LONGEST].encode())
        except ValueError:
            return None
        content = opened[16:]
        if not hmac.compare_digest(opened[:16], self._sealed(content)):
            return None
        at, query, shown, explored = json.loads(content)
        if not 0 <= datetime.now(UTC).timestamp() - at <= _VALID:
            return None
        return Shown(query, tuple(shown), tuple(explored))

    def _sealed(self, content: bytes) -> bytes:
        return hmac.digest(self._seal, content, "sha256")[:16]


def refuses(headers: Mapping[str, str]) -> bool:
    """Whether the browser asks not to be tracked (DNT, or Global Privacy Control)."""
    return headers.get("dnt") == "1" or headers.get("sec-gpc") == "1"


def counted(request: Request) -> bool:
    """Whether the visitor's choices may be written down."""
    return not refuses(request.headers) and NOT_COUNTED not in request.cookies
