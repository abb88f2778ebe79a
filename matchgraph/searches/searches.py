"""What the log says as counts: how often each artifact was chosen, by how many voices, for which queries.

A *voice* is what counts as evidence: one actor is one voice for an artifact, however often and for however many queries
it chose it; where no actor is known, every different query is one; an actor at a pace no person has is none, nor is
a choice of which somebody said that it did not do what was wanted.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from matchgraph.searches.events import Outcome, SearchEvent, query_key
from matchgraph.searches.projection import Number, Pair, paired
from matchgraph.searches.trust import trust_of


@dataclass(frozen=True, slots=True)
class Searches:
    """Counts of real searches; synthetic ones are only counted as left out. Keys are (query, artifact id)."""

    chosen: dict[tuple[str, str], int] = field(default_factory=dict)  # searches
    voiced: dict[tuple[str, str], float] = field(default_factory=dict)  # voices, each shared among its queries
    real: int = 0
    synthetic: int = 0
    credible: dict[tuple[str, str], int] = field(default_factory=dict)  # those of the chosen that are some voice's

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
        chosen, credible = (_by_kind(counts, kinds) for counts in (self.chosen, self.credible))
        return replace(self, chosen=chosen, credible=credible, voiced=_by_kind(self.voiced, kinds))

    def together(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Pairs chosen for the same query: how many queries they share, and how many searches of the rarer one."""
        shared: dict[tuple[str, str], tuple[int, int]] = {}
        for pair, fewer, _ in paired(self.chosen):
            queries, searches = shared.get(pair, (0, 0))
            shared[pair] = (queries + 1, searches + fewer)
        return shared


def count(events: Iterable[SearchEvent]) -> Searches:
    """The counts of a log."""
    events = list(events)
    trust = trust_of(events)
    chosen: Counter[tuple[str, str]] = Counter()
    credible: Counter[tuple[str, str]] = Counter()
    wished: dict[tuple[str, str], set[str]] = defaultdict(set)  # (voice, artifact id) -> its queries
    real = synthetic = 0
    for event in events:
        real, synthetic = real + event.real, synthetic + (not event.real)
        if event.real and event.chosen is not None:
            query = query_key(event.query)
            chosen[query, event.chosen] += 1
            if trust.get(event.voice, 1.0) and event.outcome is not Outcome.DID_NOT:
                wished[event.voice, event.chosen].add(query)
                credible[query, event.chosen] += 1
    voiced: dict[tuple[str, str], float] = defaultdict(float)
    for (_, artifact_id), queries in sorted(wished.items()):
        for query in sorted(queries):
            voiced[query, artifact_id] += 1 / len(queries)
    shares, sound = dict(sorted(voiced.items())), dict(sorted(credible.items()))
    return Searches(dict(sorted(chosen.items())), shares, real, synthetic, sound)


def _by_kind(counts: Mapping[Pair, Number], kinds: Mapping[str, str]) -> dict[Pair, Number]:
    summed: dict[Pair, Number] = {}
    for (query, artifact_id), number in counts.items():
        key = kinds.get(query, query), artifact_id
        summed[key] = summed.get(key, 0) + number
    return dict(sorted(summed.items()))


def _breadth(shares: list[float]) -> float:
    total = sum(shares)
    return round(math.exp(-sum(share / total * math.log(share / total) for share in shares)), 6)
