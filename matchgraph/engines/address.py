"""Whether a cluster answers at an address, asked before its own library is: that would try for minutes, or for ever."""

from __future__ import annotations

import os
import platform
import socket

from matchgraph.errors import EngineError

_PATIENCE = 5.0  # seconds to wait for an answer
_SETTINGS = bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])  # what both sides of HTTP/2 say first, and Ray speaks by that
_HELLO = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _SETTINGS


def refuse_silent(address: str) -> None:
    """Raise where nobody answers at HOST:PORT, or something else than a cluster does."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), _PATIENCE) as line:
            if os.environ.get("RAY_USE_TLS", "0") == "0":
                line.sendall(_HELLO)
                if line.recv(len(_SETTINGS))[3:4] != _SETTINGS[3:4]:
                    raise OSError("what answers is no head of a cluster")
    except (OSError, ValueError) as error:
        raise EngineError(
            f"no Ray cluster answers at {address!r} from {platform.node()} ({error}): wanted is the HOST:PORT of its "
            "head, like 10.0.0.1:6379; leave --ray-address out to work on this machine."
        ) from error
