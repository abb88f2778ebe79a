"""Whether an order of two would hold under other weights: under how many of all, and how little would turn it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flip:
    """The smallest shift of weight that makes two ranks equal: so much of it, from those signals to that one."""

    moved: float  # 0 to 1
    taken_from: tuple[str, ...]
    given_to: str


def share_ahead(differences: Mapping[str, float]) -> float:
    """The share of all weightings under which the sum of weighted differences is above zero.

    Every weighting of the signals is as likely as every other (the simplex, evenly). The share is exact: the volume
    that a plane cuts off a simplex has a closed form (Varsi, 1973).

    >>> round(share_ahead({"adoption": 0.3, "quality": -0.1}), 9)
    0.75
    """
    up = [value for value in differences.values() if value > 0]
    down = [-value for value in differences.values() if value <= 0]
    cut = [1.0] + [0.0] * len(down)
    for gain in up:
        for place, loss in enumerate(down, start=1):
            cut[place] = (loss * cut[place] + gain * cut[place - 1]) / (loss + gain)
    return cut[-1]


def smallest_flip(weights: Mapping[str, float], differences: Mapping[str, float]) -> Flip | None:
    """The least weight that has to move before the one that is ahead no longer is; None where no weighting does it.

    Weight goes to the signal that is worst for the leader, from those that are best for it, the best first: no other
    way gets further with as little.

    >>> smallest_flip({"adoption": 0.5, "quality": 0.5}, {"adoption": 0.3, "quality": -0.1})
    Flip(moved=0.25, taken_from=('adoption',), given_to='quality')
    """
    gap = sum(weights[name] * value for name, value in differences.items())
    sign = 1 if gap >= 0 else -1
    worth = {name: sign * value for name, value in differences.items()}
    worst = min(worth, key=lambda name: (worth[name], name), default=None)
    if worst is None or worth[worst] >= 0:
        return None
    left, moved, taken = abs(gap), 0.0, []
    for name in sorted(worth, key=lambda name: (-worth[name], name)):
        gain = worth[name] - worth[worst]
        if left <= 1e-12 or gain <= 0:
            break
        if weights[name] <= 0:
            continue
        part = min(weights[name], left / gain)
        left, moved = left - part * gain, moved + part
        taken.append(name)
    return Flip(round(moved, 6), tuple(taken), worst)
