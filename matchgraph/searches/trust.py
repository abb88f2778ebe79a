"""How far an actor is believed, by the pace at which it searches.

Two bounds (as Duskin and Feitelson drew them for web logs, 2009; the numbers are our own): beyond the lower one an
actor may be a person in a hurry or a program, and counts for little; beyond the upper one it is no person, and counts
for nothing. They hold whatever channel is named, because a channel is only claimed. A search without a day has no
pace: its actor is believed, and what holds it is that one actor is one count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from matchgraph.searches.events import SearchEvent, query_key

DOUBTED = 0.3  # what an actor between the two bounds counts for


@dataclass(frozen=True, slots=True)
class Pace:
    """The busiest minute and day of an actor in searches, and the most different hours of one day it was there."""

    minute: int = 0
    day: int = 0
    hours: int = 0

    def within(self, bound: Pace) -> bool:
        """Whether it nowhere passes the bound."""
        return self.minute <= bound.minute and self.day <= bound.day and self.hours <= bound.hours


UNHURRIED = Pace(minute=10, day=100, hours=18)
POSSIBLE = Pace(minute=30, day=500, hours=22)


def trust_of(events: Iterable[SearchEvent]) -> dict[str, float]:
    """What each actor's searches count for, by its voice: 1, .3 or 0; a voice that is not here is believed."""
    return {voice: _trust(pace) for voice, pace in paces(events).items()}


def paces(events: Iterable[SearchEvent]) -> dict[str, Pace]:
    """The pace of each actor, by its voice; what was asked once and ended in several choices is one search."""
    asked = {
        (event.voice, event.at, query_key(event.query))
        for event in events
        if event.real and event.actor is not None and event.day is not None
    }
    minutes: dict[str, Counter[str]] = defaultdict(Counter)
    for voice, at, _ in asked:
        if at is not None:
            minutes[voice][at.strftime("%Y-%m-%dT%H:%M")] += 1
    return {voice: _pace(counted) for voice, counted in sorted(minutes.items())}


def _pace(minutes: Counter[str]) -> Pace:
    days: Counter[str] = Counter()
    for minute, searches in minutes.items():
        days[minute[:10]] += searches
    hours = Counter(hour[:10] for hour in {minute[:13] for minute in minutes})
    return Pace(max(minutes.values()), max(days.values()), max(hours.values()))


def _trust(pace: Pace) -> float:
    if pace.within(UNHURRIED):
        return 1.0
    return DOUBTED if pace.within(POSSIBLE) else 0.0
