"""A search log in PostgreSQL, for processes on several hosts."""

from __future__ import annotations

import os
import secrets
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from matchgraph.errors import SearchLogError
from matchgraph.searches.events import Channel
from matchgraph.searches.rows import COLUMNS, LogRow

_MAY_BE_NULL = {"chosen", "outcome", "actor", "explored"}
_BASE = sa.MetaData()
_EVENTS = sa.Table(
    "events",
    _BASE,
    sa.Column("number", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("key", sa.LargeBinary, unique=True),  # of an imported row, so that importing it again changes nothing
    *(sa.Column(name, sa.Text, nullable=name in _MAY_BE_NULL) for name in COLUMNS),
    sa.Index("events_chosen", "chosen", "channel"),
)
_META = sa.Table(
    "meta", _BASE, sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False)
)
_MAKING = 0x6D61746368  # the lock that those who make the tables queue at
_AT_ONCE = 5_000  # rows of one statement


class PostgresLog:
    """Held by a `SearchLog`; makes the tables where there are none."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url).set(drivername="postgresql+psycopg")
        self._engine, self._process = self._new_engine(), os.getpid()
        with self._base() as base:
            base.execute(sa.select(sa.func.pg_advisory_xact_lock(_MAKING)))
            _BASE.create_all(base)
            made = {"name": "salt", "value": secrets.token_hex(16)}
            base.execute(insert(_META).values(made).on_conflict_do_nothing())
            self.salt = str(base.scalar(sa.select(_META.c.value).where(_META.c.name == "salt")))

    def append(self, rows: Sequence[LogRow]) -> None:
        """Keep the rows; they are on the server's disk when this returns."""
        with self._base() as base:
            base.execute(sa.insert(_EVENTS), [dict(zip(COLUMNS, row, strict=True)) for row in rows])

    def take_in(self, rows: Sequence[tuple[bytes, LogRow]]) -> int:
        """Keep the rows whose key is not here yet; how many these were."""
        wanted = [{"key": key, **dict(zip(COLUMNS, row, strict=True))} for key, row in rows]
        asked = insert(_EVENTS).on_conflict_do_nothing().returning(_EVENTS.c.number)
        with self._base() as base:
            parts = (wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE))
            return sum(len(base.execute(asked, part).all()) for part in parts)

    def rows(self) -> list[LogRow]:
        """Every row, in the order it was written."""
        with self._base() as base:
            asked = sa.select(*(_EVENTS.c[name] for name in COLUMNS)).order_by(_EVENTS.c.number)
            return [tuple(row) for row in base.execute(asked)]

    def times_matched(self, artifact_id: str) -> int:
        """How often the artifact was chosen in real searches, up to this moment."""
        chosen = sa.and_(_EVENTS.c.chosen == artifact_id, _EVENTS.c.channel != str(Channel.SYNTHETIC))
        with self._base() as base:
            return int(base.scalar(sa.select(sa.func.count()).select_from(_EVENTS).where(chosen)) or 0)

    def counted(self) -> list[tuple[str, int, int]]:
        """By channel, how many rows there are, and in how many of them something was chosen."""
        asked = sa.select(_EVENTS.c.channel, sa.func.count(), sa.func.count(_EVENTS.c.chosen))
        with self._base() as base:
            return [(row[0], row[1], row[2]) for row in base.execute(asked.group_by(_EVENTS.c.channel))]

    def close(self) -> None:
        """Let go of the server; whoever writes again connects again."""
        self._engine.dispose(close=self._process == os.getpid())

    def _new_engine(self) -> sa.Engine:
        waits = {"options": "-c synchronous_commit=on", "connect_timeout": 10}
        engine = sa.create_engine(self.url, pool_pre_ping=True, connect_args=waits)
        weakref.finalize(self, _dispose, os.getpid(), engine)
        return engine

    @contextmanager
    def _base(self) -> Iterator[sa.Connection]:
        """The base, its changes kept at the end; whatever is wrong with it is said as one error."""
        if self._process != os.getpid():  # the connections of a parent are not ours
            self._engine, self._process = self._new_engine(), os.getpid()
        try:
            with self._engine.begin() as base:
                yield base
        except sa.exc.SQLAlchemyError as error:
            where = self.url.render_as_string(hide_password=True)
            raise SearchLogError(f"the search log {where} cannot be used: {getattr(error, 'orig', error)}") from error


def _dispose(process: int, engine: sa.Engine) -> None:
    """Close the connections of this process; those that it has from its parent are the parent's to close."""
    engine.dispose(close=process == os.getpid())
