"""How the web door is to behave."""

from __future__ import annotations

from dataclasses import dataclass

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What whoever serves decides; the defaults are for one's own machine."""

    hosts: tuple[str, ...] = tuple(sorted(LOOPBACK))  # names it answers to; `*` for any
    record: bool = True  # whether choices are written to the search log
    explore: float = 0.0  # share of results drawn by lot
    per_minute: int = 240  # questions of one visitor
    writes_per_minute: int = 20
    most_body: int = 64 * 1024  # bytes
    most_address: int = 8 * 1024  # bytes of path and query
    encoder: str | None = None
