"""Two artifacts side by side: which capability of one is which of the other, and what only one can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matchgraph.catalogue.columns import rows_at
from matchgraph.snapshot.snapshot import Snapshot
from matchgraph.vectors.grid import products


@dataclass(frozen=True, slots=True)
class Ability:
    """One capability, to be shown."""

    capability_id: str
    name: str
    description: str
    unique: str | None = None  # claims of its maker, never findings
    vs_alternatives: str | None = None

    def __str__(self) -> str:
        same = self.description.lower().startswith(self.name.lower())
        return self.description if same else f"{self.name}: {self.description}"


@dataclass(frozen=True, slots=True)
class SharedAbility:
    """A capability of each that are called the same, and how rarely chance brings two so alike."""

    left: Ability
    right: Ability
    cosine: float
    chance: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """Every capability of both, in exactly one of three lists; and the shares that have a counterpart at all.

    What only names a tag or a job is none (`Catalogue.telling`).
    """

    shared: tuple[SharedAbility, ...]  # most alike first
    only_left: tuple[Ability, ...]
    only_right: tuple[Ability, ...]
    left_met: float  # share of the left one's capabilities that some capability of the right one is called the same as
    right_met: float


def align(snapshot: Snapshot, left: int, right: int) -> Alignment:
    """The best one-to-one pairing of two artifacts' capabilities; pairs that chance explains are no pairs."""
    from scipy.optimize import linear_sum_assignment

    mine, theirs = (snapshot.catalogue.abilities(place) for place in (left, right))
    grid, same = snapshot.vectors.grid, snapshot.chance.same_ability
    cosines = products(grid[mine], grid[theirs])
    # Pairs below the bar are worth nothing, so the assignment never gives up a true pair for two false ones.
    rows, columns = linear_sum_assignment(np.where(cosines >= same, cosines, 0.0), maximize=True)
    pairs = [(row, column) for row, column in zip(rows, columns, strict=True) if cosines[row, column] >= same]
    pairs.sort(key=lambda pair: (-cosines[pair], pair))
    left_ones, right_ones = abilities(snapshot, mine.tolist()), abilities(snapshot, theirs.tolist())
    shared = tuple(
        SharedAbility(
            left_ones[row],
            right_ones[column],
            round(float(cosines[row, column]), 4),
            snapshot.chance.share_above(round(float(cosines[row, column]), 6)),
        )
        for row, column in pairs
    )
    taken_left, taken_right = {row for row, _ in pairs}, {column for _, column in pairs}
    return Alignment(
        shared,
        tuple(each for place, each in enumerate(left_ones) if place not in taken_left),
        tuple(each for place, each in enumerate(right_ones) if place not in taken_right),
        float((cosines.max(axis=1) >= same).mean()),
        float((cosines.max(axis=0) >= same).mean()),
    )


def ability(snapshot: Snapshot, row: int) -> Ability:
    """One capability row, to be shown."""
    return abilities(snapshot, [row])[0]


def abilities(snapshot: Snapshot, rows: Sequence[int]) -> list[Ability]:
    """Capability rows, to be shown; many are little slower than one."""
    columns = ["capability_id", "name", "description", "unique", "vs_alternatives"]
    return [Ability(**row) for row in rows_at(snapshot.catalogue.capabilities.select(columns), rows)]
