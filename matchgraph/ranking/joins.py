"""Measures of how an artifact stands among others: who links to it, who chose it, who could take its place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.graph.graph import UNDECLARED, Graph
from matchgraph.graph.neighbours import Neighbours
from matchgraph.ranking.measures import Measure, Measures, Status, blank, pools_of
from matchgraph.ranking.owners import Owners, crowd
from matchgraph.searches.searches import Searches


def measure_joins(
    catalogue: Catalogue,
    graph: Graph,
    near: Neighbours,
    owners: Owners,
    searches: Searches,
    central: Mapping[str, float],
) -> Measures:
    """What others say, by measure; `central` is the share of the walk over choices that is each one's own."""
    types, ids = catalogue.texts("type"), catalogue.ids
    declared = _declared(catalogue, graph)
    names = [owners.names(place) for place in range(len(catalogue))]
    of_others = [link for link in declared if _of_others(link, names, near.copies)]
    linking, kinds = (
        _linking(len(catalogue), of_others, names, near.copies),
        _kinds(len(catalogue), [link for link in of_others if names[link[1]]]),
    )
    voices, breadth = searches.voices(), searches.breadth()
    said_central: dict[str, tuple[float, str]] = {
        each: (share, f"{share:.2%} of a walk that starts at queries") for each, share in central.items()
    }
    said_breadth = {each: (wide, f"answers {wide:.1f} kinds of query") for each, wide in breadth.items()}
    said_chosen = {each: (float(n), f"chosen by {n:,} voice{'s' if n > 1 else ''}") for each, n in voices.items()}
    measures = (
        _linked("linked_by_others", types, linking, "other owners", bool(declared)),
        _linked("kinds_of_link", types, kinds, "kinds of link", bool(declared)),
        _heard("chosen", ids, said_chosen, voices),
        _heard("central", ids, said_central, voices),
        _heard("breadth", ids, said_breadth, voices),
        _hard_to_replace(types, near.best_cover),
    )
    return {measure.name: [measure] for measure in measures}


_Link = tuple[int, int, str]  # from which place to which, and how


def _declared(catalogue: Catalogue, graph: Graph) -> list[_Link]:
    edges: list[dict[str, Any]] = graph.edges.select(["source", "target", "kind"]).to_pylist()
    place = catalogue.place
    rows = [row for row in edges if row["kind"] not in UNDECLARED]
    return [(place[row["source"]], place[row["target"]], row["kind"]) for row in rows]


def _of_others(link: _Link, names: Sequence[frozenset[str]], copies: np.ndarray) -> bool:
    """Whether a link says anything: nobody vouches for himself, nor does nobody, nor a copy for what it copies."""
    source, target, _ = link
    known = bool(names[source]) and not names[source] & names[target]
    return known and bool(copies[source] != copies[target])


def _linking(size: int, links: Sequence[_Link], names: Sequence[frozenset[str]], copies: np.ndarray) -> list[int]:
    """How many others declare a link to each; near-copies of one another are one, whoever lists them."""
    linking: dict[int, list[frozenset[str]]] = defaultdict(list)
    for source, target, _ in links:
        linking[target].append(names[source] | {f"copy {copies[source]}"})
    return [crowd(linking[place]) for place in range(size)]


def _kinds(size: int, links: Sequence[_Link]) -> list[int]:
    kinds: dict[int, set[str]] = defaultdict(set)
    for source, target, kind in links:
        kinds[source].add(kind)
        kinds[target].add(f"{kind} by")
    return [len(kinds[place]) for place in range(size)]


def _linked(name: str, types: list[str], counts: Sequence[int], words: str, any_declared: bool) -> Measure:
    """A count over declared links; unknown for all where nobody declares any."""
    made = blank(name, pools_of(name, types))
    if any_declared:
        made.amount[:] = counts
        made.status[:] = Status.OBSERVED
        made.raw[:] = [f"{count} {words}" for count in counts]
        made.source[:] = ["declared links of this catalogue"] * len(counts)
    return made


def _heard(name: str, ids: Sequence[str], said: Mapping[str, tuple[float, str]], voices: Counter[str]) -> Measure:
    """A measure of choices, compared among all that were chosen; the others are neither better nor worse."""
    made = blank(name, [name] * len(ids))
    for place, artifact_id in enumerate(ids):
        if voices[artifact_id] and artifact_id in said:
            made.amount[place], made.raw[place] = said[artifact_id]
            made.status[place], made.source[place] = Status.OBSERVED, "the search log"
            made.voices[place] = voices[artifact_id]
    return made


def _hard_to_replace(types: list[str], best_cover: np.ndarray) -> Measure:
    """What the nearest other artifact leaves undone; near-copies of it are no others (see `Neighbours`)."""
    made = blank("hard_to_replace", pools_of("hard_to_replace", types), Status.OBSERVED)
    made.amount[:] = np.round(1 - np.maximum(best_cover, 0), 6)
    made.raw[:] = [
        f"the nearest other one covers {cover:.2f} of it" if cover > 0 else "no other one covers any of it"
        for cover in best_cover
    ]
    made.source[:] = ["the match graph"] * len(types)
    return made
