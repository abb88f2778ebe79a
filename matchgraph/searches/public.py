"""What of people's queries may be shown to others: what enough of them said that it is no longer anyone's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from matchgraph.searches.events import SearchEvent, query_key
from matchgraph.searches.trust import trust_of
from matchgraph.vectors.words import words_of

ENOUGH = 5  # actors


def askers(events: Iterable[SearchEvent]) -> dict[str, set[str]]:
    """Who asked each query. Who is not known is not there: nobody can tell how many they are."""
    asked: dict[str, set[str]] = defaultdict(set)
    for event in _believed(events):
        if event.actor is not None:
            asked[query_key(event.query)].add(event.actor)
    return dict(asked)


def public_words(events: Iterable[SearchEvent]) -> dict[str, list[str]]:
    """Of each query the words, as stems, that enough said in whatever query; of who is not known each query is one."""
    said: dict[str, set[str]] = defaultdict(set)
    words: dict[str, list[str]] = {}
    for event in _believed(events):
        found = words.setdefault(query_key(event.query), words_of(event.query))
        for word in found:
            said[word].add(event.voice)
    return {query: [word for word in found if len(said[word]) >= ENOUGH] for query, found in words.items()}


def _believed(events: Iterable[SearchEvent]) -> Iterator[SearchEvent]:
    """The searches of people."""
    events = list(events)
    trust = trust_of(events)
    return (event for event in events if event.real and trust.get(event.voice, 1.0))
