"""What search may learn before it is judged, so that nothing is judged by what it was taught."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from matchgraph.answers.learning import learn
from matchgraph.answers.scoring import Scorer
from matchgraph.errors import QuestionError
from matchgraph.searches.events import SearchEvent, query_key
from matchgraph.searches.hits import Labelled
from matchgraph.searches.learned import Learned
from matchgraph.searches.said import said_by
from matchgraph.searches.searches import count
from matchgraph.snapshot.snapshot import Snapshot
from matchgraph.vectors.vectors import Vectors

FOLDS = 5  # one part in so many is held out

Part = tuple[list[int], Sequence[SearchEvent]]  # places of the queries to judge, and what is learned before


class Split(StrEnum):
    """What is held out of learning."""

    NONE = "none"  # nothing
    QUERY = "query"  # each fifth of the queries in turn
    TIME = "time"  # the last fifth of the searches
    ARTIFACT = "artifact"  # a fifth of the artifacts, with every query that they answer


@dataclass(frozen=True, eq=False, slots=True)
class Exam:
    """Queries that are judged together, by what search had learned before."""

    judged: Sequence[int]  # places of the queries
    learned: Learned
    chosen: np.ndarray  # bool, one an artifact: whether it was chosen in what search learned from
    taught: frozenset[str]  # the queries that search learned from, by their keys

    def knows(self, query: str) -> bool:
        """Whether something was learned, and from this very query."""
        return not self.learned.nothing and query_key(query) in self.taught


def exams_of(
    split: Split,
    queries: Sequence[Labelled],
    events: Sequence[SearchEvent],
    teach: Callable[[Sequence[SearchEvent]], tuple[Learned, np.ndarray]],
) -> list[Exam]:
    """The exams of a split: of every query at most one.

    `teach` gives what some searches teach, and whether each artifact was chosen in them.
    """
    ways: Mapping[Split, Callable[[Sequence[Labelled], Sequence[SearchEvent]], Iterator[Part]]] = {
        Split.NONE: _of_all,
        Split.QUERY: _by_query,
        Split.TIME: _by_time,
        Split.ARTIFACT: _by_artifact,
    }
    return [Exam(judged, *teach(taught), _keys_of(taught)) for judged, taught in ways[split](queries, events) if judged]


def as_it_is(snapshot: Snapshot, queries: int, past: Iterable[SearchEvent]) -> Exam:
    """The exam of all queries by what a snapshot has learned; `past` is the log that it was made from."""
    weights = dict(zip(*(snapshot.heard[name].to_pylist() for name in ("artifact_id", "chosen")), strict=True))
    chosen = np.array([weights.get(artifact_id, 0.0) > 0 for artifact_id in snapshot.catalogue.ids])
    return Exam(range(queries), snapshot.learned, chosen, _keys_of(past))


def _keys_of(events: Iterable[SearchEvent]) -> frozenset[str]:
    """The queries for which something was chosen, by their keys."""
    return frozenset(query_key(event.query) for event in events if event.real and event.chosen is not None)


def learned_from(
    scorer: Scorer,
    place: Mapping[str, int],
    encode: Callable[[Sequence[str]], Vectors],
    events: Sequence[SearchEvent],
) -> tuple[Learned, np.ndarray]:
    """What searches teach, as of the last of them by the rules of a rebuild, and whether they chose each artifact.

    `place` is that of every artifact, `encode` gives the vectors of queries.
    """
    counted = count(events)
    as_of = max((event.day for event in events if event.day), default=date.min)
    said = said_by(events, counted, encode(counted.queries()).grid, place, as_of)
    return learn(scorer, said), said.hits.held > 0


def _of_all(queries: Sequence[Labelled], events: Sequence[SearchEvent]) -> Iterator[Part]:
    yield list(range(len(queries))), events


def _by_query(queries: Sequence[Labelled], events: Sequence[SearchEvent]) -> Iterator[Part]:
    keys, asked = [query_key(each.query) for each in queries], [query_key(each.query) for each in events]
    distinct = sorted(set(keys))
    drawn = np.random.default_rng(0).permutation(len(distinct)) % FOLDS
    fold = dict(zip(distinct, drawn.tolist(), strict=True))
    for number in range(FOLDS):
        judged = [place for place, key in enumerate(keys) if fold[key] == number]
        yield judged, [event for event, key in zip(events, asked, strict=True) if fold.get(key) != number]


def _by_time(queries: Sequence[Labelled], events: Sequence[SearchEvent]) -> Iterator[Part]:
    searches: list[Labelled | SearchEvent] = [*queries, *events]
    for each in searches:
        if each.at is None:
            raise QuestionError(
                f"the search {each.query[:60]!r} has no time, and a split by time needs one of every search: "
                "state it as `at`, or split by query."
            )
    times = sorted(each.at for each in queries if each.at is not None)
    border = times[len(times) * (FOLDS - 1) // FOLDS]
    earlier = [event for event in events if event.at is not None and event.at < border]
    if not earlier:
        raise QuestionError(f"no search is earlier than {border:%Y-%m-%d %H:%M}, where the last fifth begins.")
    yield [place for place, each in enumerate(queries) if each.at is not None and each.at >= border], earlier


def _by_artifact(queries: Sequence[Labelled], events: Sequence[SearchEvent]) -> Iterator[Part]:
    answers: dict[str, set[str]] = defaultdict(set)
    for query in queries:
        answers[query_key(query.query)] |= set(query.gold)
    for event in events:
        answers[query_key(event.query)] |= {event.chosen} if event.chosen is not None else set()
    every = sorted(set().union(*answers.values()))
    hidden = {every[at] for at in np.random.default_rng(0).permutation(len(every))[::FOLDS].tolist()}
    judged = [place for place, query in enumerate(queries) if answers[query_key(query.query)] <= hidden]
    if not judged:
        raise QuestionError(f"no query is answered by the hidden artifacts alone, {len(hidden)} of {len(every)}.")
    yield judged, [event for event in events if not answers[query_key(event.query)] & hidden]
