"""What a log says of a catalogue: counted, weighed, joined and ready to be learned from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from matchgraph.searches.events import SearchEvent
from matchgraph.searches.evidence import Evidence, weigh
from matchgraph.searches.kinds import kinds_asked, kinds_of_query
from matchgraph.searches.memory import Hits, hits_of
from matchgraph.searches.projection import CoChoice, Pair, choice_edges, co_chosen
from matchgraph.searches.public import askers, public_words
from matchgraph.searches.searches import Searches


@dataclass(frozen=True, eq=False, slots=True)
class Said:
    """Everything later stages take from the searches; of artifacts that are not in the catalogue nothing."""

    searches: Searches  # counts, queries of one kind taken together
    evidence: Evidence
    joined: dict[Pair, CoChoice]  # artifacts chosen for the same kinds of query
    wishes: pa.Table  # kinds of query, and what was chosen for each
    hits: Hits
    queries: list[str]  # of the hits' rows
    words: list[list[str]]  # of each of those, the ones that may be kept


def said_by(
    events: Sequence[SearchEvent], counted: Searches, asked: np.ndarray, place: Mapping[str, int], today: date
) -> Said:
    """What the events say as of that day; `asked` are the grid rows of the counted queries, `place` the artifacts."""
    queries = counted.queries()
    kinds = kinds_of_query(queries, asked)
    evidence = weigh(events, today, kinds).of(place)
    choices = evidence.by_kind(kinds)
    hits, taught = hits_of(evidence.choices, counted.credible, queries, asked, place)
    words = public_words(events)
    return Said(
        counted.by_kind(kinds),
        evidence,
        co_chosen(choices),
        choice_edges(choices, kinds_asked(askers(events), kinds, queries, asked)),
        hits,
        taught,
        [words[query] for query in taught],
    )
