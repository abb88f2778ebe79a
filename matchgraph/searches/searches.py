"""What the log says as counts: how often each artifact was chosen, and what was chosen for the same query."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from matchgraph.searches.events import SearchEvent, query_key

_MOST_FOR_ONE_QUERY = 50  # beyond it a query says nothing about which of its artifacts belong together


@dataclass(frozen=True, slots=True)
class Searches:
    """Counts of real searches; synthetic ones are only counted as left out."""

    chosen: dict[tuple[str, str], int] = field(default_factory=dict)  # (query, artifact id) -> searches
    real: int = 0
    synthetic: int = 0

    def times_matched(self) -> Counter[str]:
        """How many real searches ended in each artifact."""
        counts: Counter[str] = Counter()
        for (_, artifact_id), searches in self.chosen.items():
            counts[artifact_id] += searches
        return counts

    def queries(self) -> Counter[str]:
        """How many different queries ended in each artifact."""
        return Counter(artifact_id for _, artifact_id in self.chosen)

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
    real = synthetic = 0
    for event in events:
        real, synthetic = real + event.real, synthetic + (not event.real)
        if event.real and event.chosen is not None:
            chosen[query_key(event.query), event.chosen] += 1
    return Searches(dict(sorted(chosen.items())), real, synthetic)
