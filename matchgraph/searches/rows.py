"""A search as the row that a log keeps of it, and back; the columns are the same in every base."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from matchgraph.errors import SearchLogError
from matchgraph.searches.events import Channel, Outcome, SearchEvent

COLUMNS = ("at", "query", "shown", "chosen", "outcome", "actor", "channel", "explored")
LogRow = tuple[str | None, ...]


def row_of(event: SearchEvent) -> LogRow:
    """The row of an event."""
    if event.at is None:
        raise SearchLogError("a search without a time cannot be kept.")
    at = event.at.astimezone(UTC).isoformat()
    return (
        at,
        _kept(event.query),
        json.dumps(event.shown),
        event.chosen and _kept(event.chosen),
        event.outcome,
        event.actor,
        event.channel,
        json.dumps(event.explored) if event.explored else None,
    )


def event_of(row: Any) -> SearchEvent:
    """The event of a row."""
    at, query, shown, chosen, outcome, actor, channel, explored = row
    try:
        listed = tuple(json.loads(shown))
        worked = Outcome(outcome) if outcome else None
        drawn = tuple(json.loads(explored)) if explored else ()
        return SearchEvent(query, listed, chosen, worked, actor, Channel(channel), datetime.fromisoformat(at), drawn)
    except (ValueError, TypeError) as error:
        raise SearchLogError(f"the search log holds a row that is no event ({error}): it was altered.") from error


def _kept(text: str) -> str:
    """The text as every base can keep it: none keeps lone surrogates, and PostgreSQL no NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")
