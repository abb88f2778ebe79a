"""`graph.plot`: the pictures of one match graph, each a figure of matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matchgraph.answers.align import abilities
from matchgraph.answers.evaluation import Evaluation
from matchgraph.answers.given import NAMES, texts_given
from matchgraph.engine import MatchGraph
from matchgraph.pages.plots import many, one
from matchgraph.pages.plots.picture import Picture
from matchgraph.pages.site.atlas import places_of
from matchgraph.pages.site.history import history
from matchgraph.vectors.grid import products


@dataclass(frozen=True, slots=True)
class Plots:
    """The pictures of one match graph; artifacts go by id, unique name or alias."""

    graph: MatchGraph

    def contributions(self, name: str) -> Picture:
        """What is its rank made of?"""
        return one.contributions(self.graph.explain(name))

    def alignment(self, left: str, right: str) -> Picture:
        """Which capability of one is which of the other?"""
        snapshot, compared = self.graph.snapshot, self.graph.compare(left, right)
        sides = compared.left, compared.right
        rows = [snapshot.catalogue.abilities(snapshot.catalogue.place[side.artifact_id]) for side in sides]
        told = abilities(snapshot, rows[0].tolist()), abilities(snapshot, rows[1].tolist())
        pairs = [(told[0].index(pair.left), told[1].index(pair.right)) for pair in compared.alignment.shared]
        cosines = products(*(snapshot.vectors.grid[each] for each in rows))
        return one.alignment((sides[0].name, sides[1].name), told, cosines, pairs)

    def ego(self, name: str) -> Picture:
        """What is it joined to, and what of that to one another?"""
        told, snapshot = self.graph.explain(name), self.graph.snapshot
        around = {edge.other for edge in one.nearest(told.edges)}
        ends = zip(*(snapshot.graph.edges[end].to_pylist() for end in ("source", "target")), strict=True)
        among = sorted({(source, target) for source, target in ends if source in around and target in around})
        laid = places_of(snapshot)
        places = {each: np.asarray(laid[snapshot.catalogue.place[each]]) for each in (told.artifact_id, *around)}
        return one.ego(told, places, among)

    def map(self, *names: str) -> Picture:
        """Where is everything? Those that are named are marked."""
        return many.map_of(
            self.graph.snapshot, [self.graph.resolve(name) for name in texts_given(names, "names", NAMES)]
        )

    def history(self, name: str) -> Picture:
        """How did its rank go from snapshot to snapshot?"""
        artifact = self.graph.artifact(name)
        told = history(self.graph.store, artifact.artifact_id, self.graph.manifest.version)
        return one.history(artifact.name, told)

    def learning_curve(self, evaluations: Sequence[Evaluation], family: str | None = None) -> Picture:
        """How much better does search get with more choices? Takes what `evaluate` gave for more and more hits."""
        return many.learning_curve(evaluations, family)
