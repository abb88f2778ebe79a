"""Whether a door can listen where it is told to: said before anything is opened."""

from __future__ import annotations

import socket

from matchgraph.errors import QuestionError


def check_free(host: str, port: int) -> None:
    """Raise where nothing can listen at that address and port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise QuestionError(
            f"nothing can listen at {host}:{port} ({error}): name another --port, or --host."
        ) from error
