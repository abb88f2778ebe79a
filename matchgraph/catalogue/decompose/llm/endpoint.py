"""An OpenAI-compatible endpoint, asked with patience and within bounds: of time, of attempts, of what is read."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

from matchgraph.errors import QuestionError

KEY = "MATCHGRAPH_LLM_KEY"  # the environment variable that holds the key; nothing else ever does

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_AGAIN = {408, 409, 425, 429, 500, 502, 503, 504}
_LONGEST_BODY = 2 * 2**20  # bytes
_LONGEST_WAIT = 30.0  # seconds, whatever an endpoint asks for


class EndpointError(Exception):
    """No answer; `again` says whether asking again may help, `wait` after how many seconds."""

    def __init__(self, message: str, *, again: bool, wait: float = 0.0) -> None:
        super().__init__(message)
        self.again, self.wait = again, wait


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask, as whom, and how long to wait for one answer."""

    url: str  # like https://api.example.org/v1
    key: str = field(default="", repr=False)
    timeout: float = 60.0  # seconds for one answer, from the first byte sent to the last read
    attempts: int = 3
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise QuestionError(f"no endpoint at {self.url!r}: wanted an address like https://api.example.org/v1.")
        if self.key and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise QuestionError(f"{self.url} would carry the key over the network unhidden: wanted https.")
        if not self.key.isprintable() or not self.key.isascii():
            raise QuestionError(f"the key in {KEY} holds characters that no header takes.")

    def post(self, told: dict[str, Any]) -> bytes:
        """The answer's body; asked again, after a while, where that may help."""
        wait = 1.0
        for attempt in range(self.attempts):
            try:
                return self._once(json.dumps(told).encode())
            except EndpointError as error:
                if not error.again or attempt + 1 == self.attempts:
                    raise
                self.sleep(min(max(wait, error.wait), _LONGEST_WAIT))
                wait *= 2
        raise EndpointError("it was never asked", again=False)

    def _once(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        parts = urlsplit(self.url)
        begun = time.monotonic()
        with closing(self._connection(parts.scheme, parts.hostname or "", parts.port)) as connection:
            try:
                connection.connect()
                with _watched(connection.sock, self.timeout):
                    connection.request("POST", f"{parts.path.rstrip('/')}/chat/completions", body, headers)
                    return _body(connection.getresponse())
            except (OSError, http.client.HTTPException, ValueError) as error:
                late = isinstance(error, TimeoutError) or time.monotonic() - begun >= self.timeout
                why = f"within {self.timeout:g} s" if late else f"from {parts.netloc}: {_reason(error)}"
                raise EndpointError(f"no answer {why}", again=True) from error

    def _connection(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        if scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=self.timeout)
        return http.client.HTTPSConnection(host, port, timeout=self.timeout, context=ssl.create_default_context())


@contextmanager
def _watched(sock: socket.socket, seconds: float) -> Iterator[None]:
    """End the connection after that time: who sends a byte now and then never runs into a timeout of the socket."""

    def end() -> None:
        with suppress(OSError):  # it has ended by itself
            sock.shutdown(socket.SHUT_RDWR)

    watch = Timer(seconds, end)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _body(response: http.client.HTTPResponse) -> bytes:
    """What was answered; of a refusal only its number is told, since its words may hold the key."""
    if response.status != http.client.OK:
        again = response.status in _AGAIN
        raise EndpointError(f"status {response.status}", again=again, wait=_seconds(response.getheader("Retry-After")))
    body = response.read(_LONGEST_BODY + 1)
    if len(body) > _LONGEST_BODY:
        raise EndpointError(f"an answer of more than {_LONGEST_BODY:,} bytes", again=False)
    return body


def _reason(error: Exception) -> str:
    """What went wrong, in the words of the system where it has some; those of a reply are not repeated."""
    said = error.strerror if isinstance(error, OSError) else None
    return said.lower() if said else type(error).__name__


def _seconds(stated: str | None) -> float:
    return float(stated) if stated and stated.isdigit() and len(stated) < 6 else 0.0
