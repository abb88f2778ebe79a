"""What is held between questions for something different: closeness, walks, makers and kinds of an opened snapshot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property

import numpy as np

from matchgraph.answers.instead.closeness import Closeness
from matchgraph.answers.instead.difference import Differences
from matchgraph.answers.instead.walk import Walks
from matchgraph.answers.scoring import Scorer
from matchgraph.catalogue.records import MATERIAL
from matchgraph.graph.likeness import Likeness
from matchgraph.snapshot.snapshot import Snapshot


class Held:
    """An opened snapshot, as far as it is needed to say what serves instead of what."""

    def __init__(self, snapshot: Snapshot, likeness: Likeness, scorer: Callable[[], Scorer]) -> None:
        self.snapshot = snapshot
        self.likeness = likeness
        self._scorer = scorer

    def at(self, snapshot: Snapshot) -> Held:
        """The same where it holds for that snapshot; only what is stored beside the vectors may differ."""
        if snapshot is self.snapshot:
            return self
        other = copy(self)
        other.snapshot = snapshot
        return other

    def places(self, ids: Sequence[str]) -> list[int]:
        """Where those artifacts stand."""
        return [self.snapshot.catalogue.place[artifact_id] for artifact_id in ids]

    @property
    def scorer(self) -> Scorer:
        """What a need is compared with, what states no ability left out; made when the first need comes."""
        return self._scorer().without(["remarks"])

    @cached_property
    def closeness(self) -> Closeness:
        """How close artifacts are."""
        first, catalogue = self.snapshot.catalogue.capabilities.num_rows, self.snapshot.catalogue
        wholes = self.snapshot.vectors.grid[first : first + len(catalogue)]
        return Closeness(catalogue, wholes, self.snapshot.words, self.likeness)

    @cached_property
    def walks(self) -> Walks:
        """Where walks over the match graph lead."""
        return Walks(self.snapshot.catalogue, self.snapshot.graph)

    @cached_property
    def differences(self) -> Differences:
        """In what artifacts differ."""
        return Differences(self.snapshot.catalogue)

    @cached_property
    def makers(self) -> np.ndarray:
        """A number for each artifact's maker, in one case: ACME is Acme. Of an unstated one it is -1."""
        named = [maker and maker.casefold() for maker in self.snapshot.catalogue.texts("maker")]
        number = {maker: place for place, maker in enumerate(sorted({maker for maker in named if maker}))}
        return np.array([number[maker] if maker else -1 for maker in named])

    @cached_property
    def material(self) -> np.ndarray:
        """Which are worked with, and do not do the work: what the one does the other does not replace."""
        return np.array([kind in MATERIAL for kind in self.snapshot.catalogue.texts("type")])
