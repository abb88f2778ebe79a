"""The part of the road that ends in ranks, without a store: records and searches in, ranks and their reference out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from matchgraph.catalogue.catalogue import Catalogue, catalogue_of
from matchgraph.catalogue.records import Artifact
from matchgraph.graph.graph import link
from matchgraph.graph.likeness import Likeness
from matchgraph.graph.neighbours import Neighbours, neighbours
from matchgraph.graph.walks import walk_over_choices
from matchgraph.ranking.facts import measure_facts
from matchgraph.ranking.joins import measure_joins
from matchgraph.ranking.owners import owners_of
from matchgraph.ranking.rank import Ranking, rank
from matchgraph.ranking.reference import Reference, reference_of
from matchgraph.ranking.weights import Weights, read_weights
from matchgraph.searches.events import SearchEvent
from matchgraph.searches.kinds import kinds_of_query
from matchgraph.searches.projection import co_chosen
from matchgraph.searches.searches import Searches, count
from matchgraph.vectors.cache import VectorCache
from matchgraph.vectors.encoder import Encoder
from matchgraph.vectors.texts import texts_of
from matchgraph.vectors.vectors import embed
from matchgraph.vectors.words import words_in


@dataclass(frozen=True, eq=False)
class Built:
    """What one walk of the road came to."""

    catalogue: Catalogue
    near: Neighbours
    reference: Reference
    ranking: Ranking
    weights: Weights

    def ranks(self) -> dict[str, float]:
        """Every rank by artifact."""
        table = self.ranking.table
        return dict(zip(table["artifact_id"].to_pylist(), table["rank"].to_pylist(), strict=True))


class Road:
    """Held by tests that walk the road many times: one encoder, one cache."""

    def __init__(self, encoder: Encoder, folder: Path, today: date, weights: Weights | None = None) -> None:
        self.encoder, self.today, self.weights = encoder, today, weights or read_weights()
        self.cache = VectorCache(folder, encoder.digest)

    def walk(
        self,
        artifacts: Iterable[Artifact],
        events: Iterable[SearchEvent] = (),
        *,
        held: Reference | None = None,
        near: Neighbours | None = None,
    ) -> Built:
        """The ranks of those artifacts; `near` where their capabilities are known to be the same as before."""
        catalogue = catalogue_of(artifacts)
        return self.ranked(catalogue, near or self.near(catalogue), self.searches(events), held)

    def ranked(
        self, catalogue: Catalogue, near: Neighbours, searches: Searches, held: Reference | None = None
    ) -> Built:
        """The last stage alone."""
        found = measure_facts(catalogue, self.today)
        owners, central = owners_of(catalogue), walk_over_choices(searches.voiced)
        found |= measure_joins(
            catalogue, link(catalogue, near, searches, co_chosen(searches.voiced)), near, owners, searches, central
        )
        reference = reference_of(found, [near.copies, *owners.kin()], held)
        ranking = rank(catalogue, found, reference, self.weights, searches.times_matched())
        return Built(catalogue, near, reference, ranking, self.weights)

    def near(self, catalogue: Catalogue) -> Neighbours:
        """Who is like whom."""
        texts = texts_of(catalogue)
        grid = embed(texts.texts, self.encoder, self.cache).grid[: texts.capabilities]
        return neighbours(Likeness(catalogue, grid, words_in(catalogue)), grid)

    def searches(self, events: Iterable[SearchEvent]) -> Searches:
        """What the log says, queries of one kind together."""
        counted = count(events)
        grid = embed(counted.queries(), self.encoder, self.cache, task="query").grid
        return counted.by_kind(kinds_of_query(counted.queries(), grid))
