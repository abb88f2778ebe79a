"""The search log: written through before `record` returns, in one SQLite file or, for several hosts, in PostgreSQL."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Protocol

from matchgraph.errors import SearchLogError
from matchgraph.searches.events import UNDATED, Channel, SearchEvent
from matchgraph.searches.rows import LogRow, event_of, row_of
from matchgraph.searches.sqlite import SqliteLog, counted_in_file, matched_in_file, rows_in_file

Where = Path | str  # a file, sqlite:///file, or postgresql://user@host/base


class Base(Protocol):
    """What keeps the rows."""

    salt: str

    def append(self, rows: Sequence[LogRow]) -> None:
        """Keep the rows; they are on disk when this returns."""

    def take_in(self, rows: Sequence[tuple[bytes, LogRow]]) -> int:
        """Keep the rows whose key is not here yet; how many these were."""

    def rows(self) -> list[LogRow]:
        """Every row, in the order it was written."""

    def times_matched(self, artifact_id: str) -> int:
        """How often the artifact was chosen in real searches, up to this moment."""

    def counted(self) -> list[tuple[str, int, int]]:
        """By channel, how many rows there are, and in how many of them something was chosen."""

    def close(self) -> None:
        """Let go of what is open."""


class SearchLog:
    """The log of one store; threads may share it, and processes may write to the same place."""

    def __init__(self, where: Where | None) -> None:
        if where is None:
            raise SearchLogError(
                "a store at a URL holds no searches: say by MATCHGRAPH_LOG, or `log`, where they are kept: "
                "postgresql://HOST/BASE, or a file of this machine."
            )
        self.where = where
        path = file_of(where)
        self._base: Base = SqliteLog(path) if path is not None else _postgres(str(where))

    @property
    def path(self) -> Path:
        """The file, where the log is one."""
        path = file_of(self.where)
        if path is None:
            raise SearchLogError("this search log is no file: it is in PostgreSQL.")
        return path

    def record(self, event: SearchEvent) -> SearchEvent:
        """The event as it is kept, with its time and the actor's name hashed; it is on disk when this returns."""
        return self.record_many([event])[0]

    def record_many(self, events: Iterable[SearchEvent]) -> list[SearchEvent]:
        """The events as they are kept, all of them or none; they are on disk when this returns."""
        now = datetime.now(UTC)
        hashed = [replace(event, actor=self._hashed(event.actor), at=event.at or now) for event in events]
        if hashed:
            self._base.append([row_of(event) for event in hashed])
        return hashed

    def take_in(self, events: Iterable[SearchEvent]) -> int:
        """Append the events of an import that are not here yet, and say how many were new.

        The same row twice in one import is two events; the same import twice is one.
        """
        seen: Counter[bytes] = Counter()
        rows = []
        for event in events:
            row = row_of(replace(event, actor=self._hashed(event.actor), at=event.at or UNDATED))
            # Without what is not there: a row that came before there were lots is still the same row.
            told = row if event.explored else row[:-1]
            content = json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass")
            seen[content] += 1
            rows.append((hashlib.sha256(content + b"#%d" % seen[content]).digest(), row))
        return self._base.take_in(rows)

    def events(self) -> Iterator[SearchEvent]:
        """Every event, oldest first as written."""
        return map(event_of, self._base.rows())

    def times_matched(self, artifact_id: str) -> int:
        """How often the artifact was chosen in real searches, up to this moment."""
        return times_matched(self.where, artifact_id)

    def close(self) -> None:
        """Let go of file or server; whoever records again opens it again."""
        self._base.close()

    def _hashed(self, actor: str | None) -> str | None:
        if actor is None:
            return None
        return hmac.digest(self._base.salt.encode(), actor.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]


def log_of(store: Path | None, given: Where | None = None) -> Where | None:
    """Where a store's searches are kept: what is given, else what MATCHGRAPH_LOG says, else the store's own file.

    A store at a URL has no file of its own: there it may be nowhere.
    """
    return given or os.environ.get("MATCHGRAPH_LOG") or store


def events_of(where: Where | None) -> Iterator[SearchEvent]:
    """Every event of the log there, oldest first as written; in a file nothing is made or written."""
    if where is None:
        return iter(())
    path = file_of(where)
    return map(event_of, rows_in_file(path) if path is not None else _postgres(str(where)).rows())


def times_matched(where: Where | None, artifact_id: str) -> int:
    """How often the artifact was chosen in real searches, by the log there; in a file nothing is made or written."""
    if where is None:
        return 0
    path = file_of(where)
    return matched_in_file(path, artifact_id) if path is not None else _postgres(str(where)).times_matched(artifact_id)


def counted(where: Where | None) -> dict[Channel, tuple[int, int]]:
    """By channel, how many events the log there holds, and in how many of them something was chosen."""
    if where is None:
        return {}
    path = file_of(where)
    found = counted_in_file(path) if path is not None else _postgres(str(where)).counted()
    return {Channel(channel): (events, chosen) for channel, events, chosen in sorted(found)}


@cache
def _postgres(url: str) -> Base:
    """The base at that address, one for all who ask."""
    try:
        from matchgraph.searches.postgres import PostgresLog
    except ImportError as error:
        raise SearchLogError(f"PostgreSQL needs its driver: pip install 'matchgraph[postgres]' ({error}).") from error
    return PostgresLog(url)


def file_of(where: Where) -> Path | None:
    """The file that a log is, or None where it is in PostgreSQL.

    >>> file_of("sqlite:///searches.sqlite")
    PosixPath('searches.sqlite')
    """
    if isinstance(where, Path):
        return where
    scheme, found, rest = where.partition("://")
    if not found:
        return Path(where)
    if scheme == "sqlite" and rest.startswith("/"):
        return Path(rest[1:])
    if scheme in {"postgresql", "postgresql+psycopg"}:
        return None
    raise SearchLogError(f"no search log at {scheme}://...: wanted a file, sqlite:///FILE or postgresql://HOST/BASE.")
