"""An endpoint on this machine that behaves as it is told to, once a request: well, or not at all."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Turn = Callable[[BaseHTTPRequestHandler], None]


def said(content: object) -> Turn:
    """A turn that answers with this, in the usual envelope."""
    text = content if isinstance(content, str) else json.dumps(content)
    return raw(json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode())


def raw(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Turn:
    """A turn that answers with these bytes."""

    def turn(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return turn


def refuses(status: int, **headers: str) -> Turn:
    """A turn that refuses, and says the key in its refusal."""
    return raw(b"bad key: swordfish", status, {name.replace("_", "-"): value for name, value in headers.items()})


def silent(seconds: float) -> Turn:
    """A turn that says nothing for a while."""
    return lambda _: time.sleep(seconds)


def drips(seconds: float) -> Turn:
    """A turn that sends a byte now and then, and never ends."""

    def turn(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.02)

    return turn


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    """A turn that closes the connection."""
    handler.connection.close()


class Server:
    """What was asked, and what is answered next; the last turn is taken again and again."""

    def __init__(self, *turns: Turn) -> None:
        self.turns, self.asked, self.headers = list(turns), list[dict[str, Any]](), list[dict[str, str]]()
        self.url = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers["Content-Length"])
        self.asked.append({"path": handler.path, **json.loads(handler.rfile.read(length))})
        self.headers.append(dict(handler.headers))
        turn = self.turns[min(len(self.asked), len(self.turns)) - 1]
        try:
            turn(handler)
        except OSError:
            handler.close_connection = True


@contextmanager
def serving(*turns: Turn) -> Iterator[Server]:
    """The server, on a port of its own."""
    server = Server(*turns)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            server.answer(self)

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            try:
                super().handle()
            except (OSError, ValueError):
                self.close_connection = True

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):
                self.close_connection = True

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    server.url = f"http://127.0.0.1:{http.server_address[1]}/v1"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
