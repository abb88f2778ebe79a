"""The search log: one SQLite file, written through before `record` returns."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from matchgraph.errors import SearchLogError
from matchgraph.searches.events import UNDATED, Channel, Outcome, SearchEvent

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key BLOB UNIQUE,            -- of an imported row, so that importing it again changes nothing
    at TEXT NOT NULL, query TEXT NOT NULL, shown TEXT NOT NULL, chosen TEXT, outcome TEXT, actor TEXT,
    channel TEXT NOT NULL, explored TEXT
);
CREATE INDEX IF NOT EXISTS events_chosen ON events (chosen, channel);
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_COLUMNS = "at, query, shown, chosen, outcome, actor, channel, explored"


class SearchLog:
    """The log of one store."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # SQLite does not wait for its turn when it changes the journal, so makers of the same log queue here.
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            queue = path.with_name(path.name + ".lock").open("w")
        except OSError as error:
            raise SearchLogError(f"the search log {path} cannot be written to: {error}") from error
        with queue:
            fcntl.flock(queue, fcntl.LOCK_EX)
            with self._base() as base:
                base.execute("PRAGMA journal_mode=WAL")
                base.executescript(_SCHEMA)
                if "explored" not in {column[1] for column in base.execute("PRAGMA table_info(events)")}:
                    base.execute("ALTER TABLE events ADD COLUMN explored TEXT")  # a log of before there were lots
                base.execute("INSERT OR IGNORE INTO meta VALUES ('salt', ?)", (secrets.token_hex(16),))

    def record(self, event: SearchEvent) -> SearchEvent:
        """The event as it is kept, with its time and the actor's name hashed; it is on disk when this returns."""
        hashed = replace(event, actor=self._hashed(event.actor), at=event.at or datetime.now(UTC))
        with self._base() as base:
            base.execute(f"INSERT INTO events ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _row(hashed))  # noqa: S608
        return hashed

    def take_in(self, events: Iterable[SearchEvent]) -> int:
        """Append the events of an import that are not here yet, and say how many were new.

        The same row twice in one import is two events; the same import twice is one.
        """
        seen: Counter[bytes] = Counter()
        rows = []
        for event in events:
            known = replace(event, actor=self._hashed(event.actor), at=event.at or UNDATED)
            row = _row(known)
            # Without what is not there: a row that came before there were lots is still the same row.
            content = json.dumps(row if known.explored else row[:-1], ensure_ascii=False).encode(
                "utf-8", "surrogatepass"
            )
            seen[content] += 1
            rows.append((hashlib.sha256(content + b"#%d" % seen[content]).digest(), *row))
        with self._base() as base:
            before = base.total_changes
            base.executemany(f"INSERT OR IGNORE INTO events (key, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)  # noqa: S608
            return base.total_changes - before

    def events(self) -> Iterator[SearchEvent]:
        """Every event, oldest first as written."""
        with self._base() as base:
            rows = base.execute(f"SELECT {_COLUMNS} FROM events ORDER BY number").fetchall()  # noqa: S608
        return map(_event, rows)

    def times_matched(self, artifact_id: str) -> int:
        """How often the artifact was chosen in real searches, up to this moment."""
        return times_matched(self.path, artifact_id)

    def _hashed(self, actor: str | None) -> str | None:
        if actor is None:
            return None
        return hmac.digest(self._salt.encode(), actor.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]

    @cached_property
    def _salt(self) -> str:
        with self._base() as base:
            return str(base.execute("SELECT value FROM meta WHERE name = 'salt'").fetchone()[0])

    def _base(self) -> AbstractContextManager[sqlite3.Connection]:
        return _opened(self.path, "mode=rwc")


def times_matched(path: Path, artifact_id: str) -> int:
    """How often the artifact was chosen in real searches, by the log at that path; nothing is made or written there."""
    if not path.exists():
        return 0
    asked = "SELECT count(*) FROM events WHERE chosen = ? AND channel != ?"
    with _opened(path, _reading(path)) as base:
        return int(base.execute(asked, (artifact_id, Channel.SYNTHETIC)).fetchone()[0])


def last_event(path: Path) -> int:
    """The number of the newest event of the log at that path: it grows with each; 0 where there is none."""
    if not path.exists():
        return 0
    with _opened(path, _reading(path)) as base:
        return int(base.execute("SELECT coalesce(max(number), 0) FROM events").fetchone()[0])


def counted(path: Path) -> dict[Channel, tuple[int, int]]:
    """By channel, how many events the log at that path holds, and in how many of them something was chosen."""
    if not path.exists():
        return {}
    asked = "SELECT channel, count(*), count(chosen) FROM events GROUP BY channel ORDER BY channel"
    with _opened(path, _reading(path)) as base:
        return {Channel(channel): (events, chosen) for channel, events, chosen in base.execute(asked)}


def _reading(path: Path) -> str:
    """How SQLite has to open a log to count in it: even a reader makes files beside one that others may write to."""
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return "mode=rw"
    waiting = path.with_name(path.name + "-wal")
    return "mode=ro" if waiting.exists() and waiting.stat().st_size else "immutable=1"


@contextmanager
def _opened(path: Path, how: str) -> Iterator[sqlite3.Connection]:
    """The base, its changes kept at the end; whatever is wrong with it is said as one error."""
    try:
        base = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", timeout=60, uri=True)
    except sqlite3.Error as error:
        raise SearchLogError(f"the search log {path} cannot be opened: {error}") from error
    try:
        base.execute("PRAGMA synchronous=FULL")
        with base:
            yield base
    except sqlite3.Error as error:
        raise SearchLogError(f"the search log {path} cannot be used: {error}") from error
    finally:
        base.close()


def _row(event: SearchEvent) -> tuple[str | None, ...]:
    if event.at is None:
        raise SearchLogError("a search without a time cannot be kept.")
    at = event.at.astimezone(UTC).isoformat()
    shown = json.dumps(event.shown)
    query = event.query.encode("utf-8", "replace").decode()  # SQLite keeps no lone surrogates
    explored = json.dumps(event.explored) if event.explored else None
    return (at, query, shown, event.chosen, event.outcome, event.actor, event.channel, explored)


def _event(row: tuple[str, str, str, str | None, str | None, str | None, str, str | None]) -> SearchEvent:
    at, query, shown, chosen, outcome, actor, channel, explored = row
    try:
        listed = tuple(json.loads(shown))
        worked = Outcome(outcome) if outcome else None
        drawn = tuple(json.loads(explored)) if explored else ()
        return SearchEvent(query, listed, chosen, worked, actor, Channel(channel), datetime.fromisoformat(at), drawn)
    except (ValueError, TypeError) as error:
        raise SearchLogError(f"the search log holds a row that is no event ({error}): it was altered.") from error
