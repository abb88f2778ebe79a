"""A search log in one SQLite file, for any number of processes on one machine.

Writers stand in line (`line.py`), and whoever's turn it is writes what all who wait want written, in one commit: of
other threads from a list, of other processes from their trays (`trays.py`).
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from matchgraph.errors import SearchLogError
from matchgraph.searches.events import Channel
from matchgraph.searches.line import Line
from matchgraph.searches.rows import COLUMNS, LogRow
from matchgraph.searches.trays import Trays

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key BLOB UNIQUE,            -- of an imported row, so that importing it again changes nothing
    at TEXT NOT NULL, query TEXT NOT NULL, shown TEXT NOT NULL, chosen TEXT, outcome TEXT, actor TEXT,
    channel TEXT NOT NULL, explored TEXT
);
CREATE INDEX IF NOT EXISTS events_chosen ON events (chosen, channel);
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS trays (name TEXT PRIMARY KEY, taken INTEGER NOT NULL) WITHOUT ROWID;
"""
_NAMES, _MARKS = ", ".join(COLUMNS), ", ".join("?" * len(COLUMNS))
_APPEND = f"INSERT INTO events ({_NAMES}) VALUES ({_MARKS})"  # noqa: S608 - only our own names
_TAKE = """
INSERT INTO trays VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET taken = excluded.taken WHERE taken < excluded.taken
"""
_TAKE_IN = f"INSERT OR IGNORE INTO events (key, {_NAMES}) VALUES (?, {_MARKS})"  # noqa: S608
_TRIES = 2  # to be written for, or to find the room free, before one stands in line


class SqliteLog:
    """Held by a `SearchLog`; makes the file where there is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._waiting: list[_Waiting] = []
        self._gate, self._turn = Lock(), Lock()  # to the list of those who wait; to the base
        self._writer: _Writer | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SearchLogError(f"the search log {path} cannot be written to: {error}") from error
        with self._turn, self._writing() as base:
            self.salt = str(base.execute("SELECT value FROM meta WHERE name = 'salt'").fetchone()[0])

    def append(self, rows: Sequence[LogRow]) -> None:
        """Keep the rows; they are on disk when this returns."""
        mine = _Waiting(rows)
        with self._gate:
            self._waiting.append(mine)
        with self._turn:
            if not mine.done:
                self._append_all()
        if mine.error is not None:
            raise SearchLogError(str(mine.error)) from mine.error

    def take_in(self, rows: Sequence[tuple[bytes, LogRow]]) -> int:
        """Keep the rows whose key is not here yet; how many these were."""
        with self._turn, self._writing() as base:
            before = base.total_changes
            base.executemany(_TAKE_IN, [(key, *row) for key, row in rows])
            return base.total_changes - before

    def rows(self) -> list[LogRow]:
        """Every row, in the order it was written."""
        return rows_in_file(self.path)

    def times_matched(self, artifact_id: str) -> int:
        """How often the artifact was chosen in real searches, up to this moment."""
        return matched_in_file(self.path, artifact_id)

    def counted(self) -> list[tuple[str, int, int]]:
        """By channel, how many rows there are, and in how many of them something was chosen."""
        return counted_in_file(self.path)

    def close(self) -> None:
        """Let go of the file; whoever writes again opens it again."""
        with self._turn:
            if self._writer is not None:
                self._writer.close()
            self._writer = None

    def _append_all(self) -> None:
        with self._gate:
            together, self._waiting = self._waiting, []
        try:
            with self._opened() as writer:
                writer.append([row for each in together for row in each.rows])
        except BaseException as error:
            for each in together:
                each.error = error
            if not isinstance(error, SearchLogError):
                raise
        finally:
            for each in together:
                each.done = True

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """The base when it is our turn; what is done to it is on disk at the end, or not done at all."""
        with self._opened() as writer, writer.line.turn(), writer.commit() as base:
            yield base

    @contextmanager
    def _opened(self) -> Iterator[_Writer]:
        """What writes; whatever is wrong with it is said as one error."""
        try:
            if self._writer is None or not self._writer.fits():
                self._writer = _Writer(self.path)
            yield self._writer
        except (sqlite3.Error, OSError) as error:
            self._writer = None  # another one begins anew
            raise SearchLogError(f"the search log {self.path} cannot be written to: {error}") from error


class _Waiting:
    """Rows of one thread that wait to be written."""

    def __init__(self, rows: Sequence[LogRow]) -> None:
        self.rows, self.done = rows, False
        self.error: BaseException | None = None


class _Writer:
    """One process's connection to one file, and its place in the line of writers."""

    def __init__(self, path: Path) -> None:
        self.path, self.process = path, os.getpid()
        if path.is_symlink():
            raise SearchLogError(f"the search log {path} is a link: name the file itself.")
        self.line = Line(path)
        self.closers = [weakref.finalize(self, _close, self.process, self.line)]
        with self.line.turn():  # SQLite does not wait for its turn when it changes the journal
            self.base = sqlite3.connect(
                _uri(path, "mode=rwc"), 60, isolation_level=None, check_same_thread=False, uri=True
            )
            self.closers.append(weakref.finalize(self, _close, self.process, self.base))
            self.base.execute("PRAGMA journal_mode=WAL")
            self.base.execute("PRAGMA synchronous=FULL")
            self.base.executescript(_SCHEMA)
            if "explored" not in {column[1] for column in self.base.execute("PRAGMA table_info(events)")}:
                self.base.execute("ALTER TABLE events ADD COLUMN explored TEXT")  # a log of before there were lots
            self.base.execute("INSERT OR IGNORE INTO meta VALUES ('salt', ?)", (secrets.token_hex(16),))
            self.trays = Trays(path.with_name(f"{path.name}.trays"))
            self.closers.append(weakref.finalize(self, _close, self.process, self.trays))
            self._forget_old_trays()
        self.file = path.stat()

    def fits(self) -> bool:
        """Whether this is still the process that made it, and the file still the one that was opened."""
        try:
            return self.process == os.getpid() and os.path.samestat(self.path.stat(), self.file)
        except OSError:
            return False

    def close(self) -> None:
        """Let go of the file and of the locks."""
        for close in reversed(self.closers):
            close()

    def append(self, rows: Sequence[LogRow]) -> None:
        """Keep the rows, and those that others wait to have written; or find that others have written ours."""
        if self.line.enter_at_once():
            self._append_in_turn(rows, 0)
            return
        laid = self.trays.lay(rows)
        try:
            if self._entered(laid):
                self._append_in_turn(rows, laid)
        finally:
            self.trays.clear()

    def _entered(self, laid: int) -> bool:
        """Whether it is our turn; else somebody has written what we laid."""
        for _ in range(_TRIES):
            self.line.wait()
            if self._taken(laid):
                return False
            if self.line.enter_at_once():
                return True
        self.line.enter()
        return True

    def _append_in_turn(self, rows: Sequence[LogRow], laid: int) -> None:
        try:
            if not self._taken(laid):
                self._append_with_others(rows, laid)
        finally:
            self.line.leave()

    def _append_with_others(self, rows: Sequence[LogRow], laid: int) -> None:
        with self.commit() as base:
            if laid:
                base.execute(_TAKE, (self.trays.name, laid))
            base.executemany(_APPEND, rows)
            self._append_laid(base)

    def _append_laid(self, base: sqlite3.Connection) -> None:
        for tray, number, rows in self.trays.laid():
            if base.execute(_TAKE, (tray, number)).rowcount == 1:  # else somebody wrote it since we last looked
                base.executemany(_APPEND, rows)

    def _taken(self, number: int) -> bool:
        """Whether somebody wrote what we laid under the number, if we did."""
        if not number:
            return False
        asked = "SELECT 1 FROM trays WHERE name = ? AND taken >= ?"
        return self.base.execute(asked, (self.trays.name, number)).fetchone() is not None

    def _forget_old_trays(self) -> None:
        gone = {row[0] for row in self.base.execute("SELECT name FROM trays")} - set(self.trays.names())
        self.base.executemany("DELETE FROM trays WHERE name = ?", [(name,) for name in gone])

    @contextmanager
    def commit(self) -> Iterator[sqlite3.Connection]:
        """The base, and one commit at the end; to be used when it is our turn."""
        self.base.execute("BEGIN IMMEDIATE")
        try:
            yield self.base
            self.base.execute("COMMIT")
        finally:
            if self.base.in_transaction:
                self.base.execute("ROLLBACK")


def _close(process: int, held: Line | Trays | sqlite3.Connection) -> None:
    """Close what this process opened; what it has from its parent is the parent's to close."""
    if process == os.getpid():
        held.close()


def rows_in_file(path: Path) -> list[LogRow]:
    """Every row of the log at that path, in the order it was written; nothing is made or written there."""
    there = {column[1] for column in _told(path, "PRAGMA table_info(events)")}
    names = ", ".join(name if name in there else f"NULL AS {name}" for name in COLUMNS)  # before there were lots
    return _told(path, f"SELECT {names} FROM events ORDER BY number")  # noqa: S608 - only our own names


def matched_in_file(path: Path, artifact_id: str) -> int:
    """How often the artifact was chosen in real searches, by the log at that path; nothing is made or written there."""
    asked = "SELECT count(*) FROM events WHERE chosen = ? AND channel != ?"
    return sum(row[0] for row in _told(path, asked, artifact_id, Channel.SYNTHETIC))


def counted_in_file(path: Path) -> list[tuple[str, int, int]]:
    """By channel, how many rows the log at that path has, and in how many of them something was chosen."""
    return _told(path, "SELECT channel, count(*), count(chosen) FROM events GROUP BY channel")


def _told(path: Path, asked: str, *given: str) -> list[Any]:
    """The rows that answer, none where there is no log; nothing is made or written there."""
    if not path.exists():
        return []
    with _reading(path, _how_to_read(path)) as base:
        return base.execute(asked, given).fetchall()


def _how_to_read(path: Path) -> str:
    """How SQLite has to open a log to count in it: even a reader makes files beside one that others may write to."""
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return "mode=rw"
    waiting = path.with_name(path.name + "-wal")
    return "mode=ro" if waiting.exists() and waiting.stat().st_size else "immutable=1"


def _uri(path: Path, how: str) -> str:
    return f"{path.absolute().as_uri()}?{how}"


@contextmanager
def _reading(path: Path, how: str) -> Iterator[sqlite3.Connection]:
    """The base to read from; whatever is wrong with it is said as one error."""
    try:
        base = sqlite3.connect(_uri(path, how), timeout=60, uri=True)
    except sqlite3.Error as error:
        raise SearchLogError(f"the search log {path} cannot be opened: {error}") from error
    try:
        yield base
    except sqlite3.Error as error:
        raise SearchLogError(f"the search log {path} cannot be used: {error}") from error
    finally:
        base.close()
