"""What the log says as counts: how often each artifact was chosen, by how many voices, for which queries.

A *voice* is what counts as evidence: one actor is one voice for an artifact, however often and for however many queries
it chose it; where no actor is known, every different query is one.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations

from matchgraph.searches.events import SearchEvent, query_key

_MOST_FOR_ONE_QUERY = 50  # beyond it a query says nothing about which of its artifacts belong together


@dataclass(frozen=True, slots=True)
class Searches:
    """Counts of real searches; synthetic ones are only counted as left out. Keys are (query, artifact id)."""

    chosen: dict[tuple[str, str], int] = field(default_factory=dict)  # searches
    voiced: dict[tuple[str, str], float] = field(default_factory=dict)  # voices, each shared among its queries
    real: int = 0
    synthetic: int = 0

    def times_matched(self) -> Counter[str]:
        """How many real searches ended in each artifact."""
        counts: Counter[str] = Counter()
        for (_, artifact_id), searches in self.chosen.items():
            counts[artifact_id] += searches
        return counts

    def queries(self) -> list[str]:
        """Every query for which something was chosen, sorted."""
        return sorted({query for query, _ in self.chosen})

    def voices(self) -> Counter[str]:
        """How many voices chose each artifact."""
        totals: dict[str, float] = defaultdict(float)
        for (_, artifact_id), share in self.voiced.items():
            totals[artifact_id] += share
        return Counter({artifact_id: round(total) for artifact_id, total in totals.items()})

    def breadth(self) -> dict[str, float]:
        """How many queries each artifact answers, as the exponential of the entropy of its voices over them.

        >>> Searches(voiced={("sort mail", "a"): 2.0, ("find spam", "a"): 2.0, ("sort mail", "b"): 3.0}).breadth()
        {'a': 2.0, 'b': 1.0}
        """
        shares: dict[str, list[float]] = defaultdict(list)
        for (_, artifact_id), share in self.voiced.items():
            shares[artifact_id].append(share)
        return {artifact_id: _breadth(each) for artifact_id, each in sorted(shares.items())}

    def by_kind(self, kinds: Mapping[str, str]) -> Searches:
        """The same with queries of one kind taken together under the query that stands for it."""
        chosen: Counter[tuple[str, str]] = Counter()
        voiced: dict[tuple[str, str], float] = defaultdict(float)
        for (query, artifact_id), searches in self.chosen.items():
            chosen[kinds.get(query, query), artifact_id] += searches
        for (query, artifact_id), share in self.voiced.items():
            voiced[kinds.get(query, query), artifact_id] += share
        return replace(self, chosen=dict(sorted(chosen.items())), voiced=dict(sorted(voiced.items())))

    def together(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Pairs chosen for the same query: how many queries they share, and how many searches of the rarer one."""
        by_query: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for (query, artifact_id), searches in self.chosen.items():
            by_query[query].append((artifact_id, searches))
        shared: dict[tuple[str, str], tuple[int, int]] = {}
        for found in by_query.values():
            if len(found) > _MOST_FOR_ONE_QUERY:
                continue
            for (left, left_searches), (right, right_searches) in combinations(sorted(found), 2):
                queries, searches = shared.get((left, right), (0, 0))
                shared[left, right] = (queries + 1, searches + min(left_searches, right_searches))
        return shared


def count(events: Iterable[SearchEvent]) -> Searches:
    """The counts of a log."""
    chosen: Counter[tuple[str, str]] = Counter()
    wished: dict[tuple[str, str], set[str]] = defaultdict(set)  # (voice, artifact id) -> its queries
    real = synthetic = 0
    for event in events:
        real, synthetic = real + event.real, synthetic + (not event.real)
        if event.real and event.chosen is not None:
            query = query_key(event.query)
            chosen[query, event.chosen] += 1
            voice = f"actor {event.actor}" if event.actor is not None else f"query {query}"
            wished[voice, event.chosen].add(query)
    voiced: dict[tuple[str, str], float] = defaultdict(float)
    for (_, artifact_id), queries in sorted(wished.items()):
        for query in sorted(queries):
            voiced[query, artifact_id] += 1 / len(queries)
    return Searches(dict(sorted(chosen.items())), dict(sorted(voiced.items())), real, synthetic)


def _breadth(shares: list[float]) -> float:
    total = sum(shares)
    return round(math.exp(-sum(share / total * math.log(share / total) for share in shares)), 6)
