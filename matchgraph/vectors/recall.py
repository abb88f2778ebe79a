"""How neighbours were looked for, and what share of the true ones that finds: measured, bounded, and refused if low."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from matchgraph.errors import SnapshotError

RECALL = 0.95  # share of true neighbours that is surely found, or nothing is published
SAMPLE = 1_000  # on so many it is measured
DEPTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)  # cells looked into
TOO_DEEP = 4  # of how many cells one may be looked into, before looking at everything is no slower

_SURE = 1.96


@dataclass(frozen=True, slots=True)
class Looked:
    """How neighbours were looked for, and what share of the true ten nearest that finds."""

    way: str = "every pair"
    recall: float = 1.0
    at_least: float = 1.0
    sample: int = 0  # how many it was measured on; none where nothing can be missed
    cells: int = 0
    looked_into: int = 0
    by_words: int = 0
    note: str = ""


def at_least(share: float, trials: int) -> float:
    """The lower bound of a share that was seen in so many trials (Wilson, 95%).

    >>> round(at_least(0.97, 1000), 4)
    0.9575
    """
    if not trials:
        return 0.0
    squared = _SURE**2 / trials
    middle, half = share + squared / 2, sqrt(squared * (share * (1 - share) + squared / 4))
    return (middle - half) / (1 + squared)


def refuse_below(place: object, *every: Looked) -> None:
    """Raise where too few of the true neighbours were found for anything to be published."""
    looked = min(every, key=lambda each: each.at_least)
    if looked.at_least < RECALL:
        raise SnapshotError(
            f"{place}: the search for neighbours found {looked.recall:.1%} of those of {looked.sample:,} drawn by "
            f"chance, surely {looked.at_least:.1%} of all, and {RECALL:.0%} are needed. Nothing was published, and "
            "the live snapshot is as it was: rebuild with `exact` (--exact), which looks at all there is."
        )
