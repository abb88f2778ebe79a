"""Measures of how an artifact stands among others: who links to it, who chose it, who could take its place."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.graph.graph import UNDECLARED, Graph
from matchgraph.ranking.measures import Found, Measure, Status, blank, pools_of
from matchgraph.searches.searches import Searches

_HOSTED = re.compile(r"https?://(?:www\.)?([^/]+)/([^/?#]+)", re.IGNORECASE)


def measure_joins(
    catalogue: Catalogue, graph: Graph, best_cover: np.ndarray, searches: Searches, central: Mapping[str, float]
) -> Found:
    """What others say, by measure.

    `best_cover` says how much of its job the nearest other one does, `central` what share of the walk over choices is
    its own.
    """
    types, ids = catalogue.texts("type"), catalogue.ids
    owners, declared = owners_of(catalogue), _declared(graph)
    voices, breadth = searches.voices(), searches.breadth()
    linking, kinds = _linking(catalogue, declared, owners), _kinds(catalogue, declared, owners)
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
        _hard_to_replace(types, best_cover),
    )
    return {measure.name: [measure] for measure in measures}


def owners_of(catalogue: Catalogue) -> list[str | None]:
    """Who stands behind each artifact: its maker, else the account its address is under; None where nobody says."""
    makers, urls = catalogue.texts("maker"), catalogue.texts("url")
    return [_owner(maker, url) for maker, url in zip(makers, urls, strict=True)]


def _owner(maker: str | None, url: str | None) -> str | None:
    if maker:
        return " ".join(maker.casefold().split())
    hosted = _HOSTED.match(url or "")
    return "/".join(hosted.groups()).casefold() if hosted else None


def _declared(graph: Graph) -> list[dict[str, Any]]:
    edges: list[dict[str, Any]] = graph.edges.select(["source", "target", "kind"]).to_pylist()
    return [edge for edge in edges if edge["kind"] not in UNDECLARED]


def _of_others(
    catalogue: Catalogue, declared: Sequence[dict[str, Any]], owners: Sequence[str | None]
) -> list[tuple[int, int, str]]:
    """Declared links between two owners that are both known: nobody vouches for himself, nor does nobody."""
    found = []
    for edge in declared:
        source, target = catalogue.place[edge["source"]], catalogue.place[edge["target"]]
        if owners[source] is not None and owners[source] != owners[target]:
            found.append((source, target, edge["kind"]))
    return found


def _linking(catalogue: Catalogue, declared: Sequence[dict[str, Any]], owners: Sequence[str | None]) -> list[int]:
    linking: dict[int, set[str | None]] = defaultdict(set)
    for source, target, _ in _of_others(catalogue, declared, owners):
        linking[target].add(owners[source])
    return [len(linking[place]) for place in range(len(catalogue))]


def _kinds(catalogue: Catalogue, declared: Sequence[dict[str, Any]], owners: Sequence[str | None]) -> list[int]:
    kinds: dict[int, set[str]] = defaultdict(set)
    for source, target, kind in _of_others(catalogue, declared, owners):
        kinds[source].add(kind)
        kinds[target].add(f"{kind} by")
    return [len(kinds[place]) for place in range(len(catalogue))]


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
    made.raw[:] = [f"the nearest other one covers {max(cover, 0):.2f} of it" for cover in best_cover]
    made.source[:] = ["the match graph"] * len(types)
    return made
