"""The agents' server over streamable HTTP: behind the rules of every door, and its keys."""

from __future__ import annotations

import uvicorn
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Asgi

from matchgraph.doors.keys import Keys, Scope, keys_of
from matchgraph.doors.live import Live
from matchgraph.doors.mcp.server import bearer, server
from matchgraph.doors.web.guard import Guard, Rules
from matchgraph.doors.web.problems import problem
from matchgraph.errors import AccessError


class Locked:
    """Middleware that lets through who shows a key good for reading, where the store has keys."""

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self.app, self.keys = app, keys

    async def __call__(self, scope: Asgi, receive: Receive, send: Send) -> None:
        """Answer in the app's stead where no key fits."""
        if scope["type"] == "http":
            try:
                self.keys.admit(bearer(Headers(scope=scope)), Scope.READ)
            except AccessError as error:
                refused = problem(403, "scope", str(error)) if error.known else problem(401, "key", _plainly(error))
                await refused(scope, receive, send)
                return
        await self.app(scope, receive, send)


def over_http(live: Live, host: str = "127.0.0.1", rules: Rules | None = None) -> ASGIApp:
    """The server as an app that answers at /mcp; each request stands for itself."""
    app = server(live).streamable_http_app(host=host, stateless_http=True, json_response=True)
    return Guard(Locked(app, keys_of(live.store)), rules or Rules())


def listen(live: Live, host: str, port: int) -> None:
    """Answer until stopped."""
    uvicorn.run(over_http(live, host), host=host, port=port, log_level="warning")


def _plainly(error: AccessError) -> str:
    return "the keys cannot be read just now." if error.__cause__ is not None else str(error)
