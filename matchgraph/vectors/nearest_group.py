"""Which group a text belongs to, by the nearest middle of groups whose members are known; or none, where none is near.

How sure an answer is was seen on the members themselves, each asked as if it were not one: of those whose nearest group
led by as much, how many are of that group. Whole numbers all the way, so that it is the same answer everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matchgraph.vectors.grid import products, to_grid

LEAST_MEMBERS = 5  # a smaller group has no middle
LEAST_KNOWN = 50  # members in all; with fewer nobody can say how sure an answer is
_FARTHEST = 0.05  # share of members that may be farther from their group than what is taken for one of it


@dataclass(frozen=True, eq=False, slots=True)
class Groups:
    """Groups, their middles, and how sure it is that a leader by some margin is right."""

    names: list[str]
    middles: np.ndarray  # int16, (groups, dim)
    margins: np.ndarray  # float64, rising
    sure: np.ndarray  # float64 in 0..1, never falling; for each margin
    nearest: float  # cosine to the middle that nearly all members of a group have

    def of(self, rows: np.ndarray) -> list[tuple[str, float] | None]:
        """For each grid row the nearest group and how sure that is; None for what is like no group's members."""
        if not len(rows):
            return []
        best, cosines, margins = _leaders(products(rows, self.middles))
        sure = np.interp(margins, self.margins, self.sure)
        return [
            (self.names[group], round(float(chance), 4)) if cosine >= self.nearest else None
            for group, cosine, chance in zip(best, cosines, sure, strict=True)
        ]


def groups_of(rows: np.ndarray, stated: Sequence[Sequence[str]]) -> Groups | None:
    """The groups of grid rows that state theirs; None where there are too few of them to learn from."""
    counts = np.unique([each for names in stated for each in names], return_counts=True) if len(stated) else ((), ())
    names = [str(name) for name, count in zip(*counts, strict=True) if count >= LEAST_MEMBERS]
    member = np.array([[name in each for name in names] for each in stated], bool).reshape(len(stated), len(names))
    known = member.any(axis=1) if len(names) > 1 else np.zeros(len(stated), bool)
    if known.sum() < LEAST_KNOWN:
        return None
    rows, member = rows[known], member[known]
    sums = member.T.astype(np.int64) @ rows.astype(np.int64)
    best, cosines, margins = _leaders(_left_out(rows, member, sums))
    right = member[np.arange(len(rows)), best]
    nearest = float(np.quantile(cosines[right], _FARTHEST)) if right.any() else 1.0
    return Groups(names, to_grid(sums), *_rising(margins, right), nearest)


def _left_out(rows: np.ndarray, member: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """The cosine of each row to each middle, where its own are those of the other members."""
    cosines = products(rows, to_grid(sums))
    for place, group in np.argwhere(member):
        others = to_grid((sums[group] - rows[place])[None])
        cosines[place, group] = products(rows[place][None], others)[0, 0]
    return cosines


def _leaders(cosines: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The nearest group of each row, its cosine, and by how much it leads."""
    best = cosines.argmax(axis=1)
    two = -np.sort(-cosines, axis=1)[:, :2]
    return best, two[:, 0], two[:, 0] - two[:, 1]


def _rising(margins: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Margins, and the share of right answers at each: the rising curve that is nearest to what was seen."""
    order = np.lexsort((right, margins))
    blocks: list[list[float]] = []  # right answers, answers, sum of margins
    for margin, hit in zip(margins[order], right[order], strict=True):
        blocks.append([float(hit), 1.0, float(margin)])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            last = blocks.pop()
            blocks[-1] = [one + other for one, other in zip(blocks[-1], last, strict=True)]
    hits, counts, sums = np.array(blocks).T
    shares = np.maximum.accumulate((hits + 1) / (counts + 2))  # nobody is sure after a handful
    return sums / counts, shares
