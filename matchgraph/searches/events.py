"""One search: what was asked, what was shown, what was chosen, by whom and through which door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from matchgraph.errors import SearchLogError

UNDATED = datetime.fromtimestamp(0, UTC)  # what a row that came without a time is kept under


class Channel(StrEnum):
    """Who searched. Synthetic events count as evidence nowhere."""

    HUMAN = "human"
    AGENT = "agent"
    API = "api"
    SYNTHETIC = "synthetic"


class Outcome(StrEnum):
    """Whether the chosen artifact did what was wanted, where somebody said so."""

    WORKED = "worked"
    DID_NOT = "did-not"


@dataclass(frozen=True, slots=True)
class SearchEvent:
    """One search as it happened; ids are artifact ids."""

    query: str
    shown: tuple[str, ...] = ()  # in the order they were shown
    chosen: str | None = None
    outcome: Outcome | None = None
    actor: str | None = None  # a salted hash, never a name
    channel: Channel = Channel.HUMAN
    at: datetime | None = None  # always with its zone
    explored: tuple[str, ...] = ()  # those of the shown that were drawn by lot

    def __post_init__(self) -> None:
        if not self.query.strip():
            raise SearchLogError("a search without a query: wanted some words.")
        if self.shown and self.chosen is not None and self.chosen not in self.shown:
            raise SearchLogError(f"{self.chosen!r} was chosen but is not among the shown {', '.join(self.shown)}.")
        if len(set(self.shown)) < len(self.shown):
            raise SearchLogError("an artifact was shown twice in one search: wanted each once.")
        if drawn := sorted(set(self.explored) - set(self.shown)):
            raise SearchLogError(f"{', '.join(drawn)} drawn by lot, but not among the shown {', '.join(self.shown)}.")
        if self.outcome is not None and self.chosen is None:
            raise SearchLogError(f"outcome {self.outcome} of a search in which nothing was chosen.")
        if self.at is not None and self.at.tzinfo is None:
            raise SearchLogError(f"{self.at} has no time zone: wanted one like {datetime(2026, 5, 1, tzinfo=UTC)}.")

    def under(self, stands_for: Mapping[str, str]) -> SearchEvent:
        """The same search, with artifacts under the ids that stand for them."""
        if not stands_for.keys() & {*self.shown, self.chosen}:
            return self
        shown, explored = (tuple(_once(stands_for, ids)) for ids in (self.shown, self.explored))
        chosen = None if self.chosen is None else stands_for.get(self.chosen, self.chosen)
        return replace(self, shown=shown, explored=explored, chosen=chosen)

    @property
    def real(self) -> bool:
        """Whether it may count as evidence."""
        return self.channel is not Channel.SYNTHETIC

    @property
    def day(self) -> date | None:
        """The day on which it happened, where that is known."""
        return None if self.at is None or self.at == UNDATED else self.at.astimezone(UTC).date()

    @property
    def voice(self) -> str:
        """Whom one hears in it: the actor, or where none is known the query."""
        return f"actor {self.actor}" if self.actor is not None else f"query {query_key(self.query)}"


def _once(stands_for: Mapping[str, str], ids: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(stands_for.get(each, each) for each in ids)


def query_key(query: str) -> str:
    """Queries that differ only in case and spaces are one query.

    >>> query_key("  Detect  TOXIC comments ")
    'detect toxic comments'
    """
    return " ".join(query.lower().split())
