"""What changes when one artifact takes another's place: capabilities kept, lost and gained, and facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matchgraph.answers.align import Ability, SharedAbility, ability, align
from matchgraph.answers.instead.facts import numbers_at, shown
from matchgraph.answers.values import Reason
from matchgraph.catalogue.records import Pricing
from matchgraph.snapshot.snapshot import Snapshot
from matchgraph.vectors.grid import products
from matchgraph.vectors.texts import opens_with

_PERHAPS = 0.01  # share of chance pairs that may be as alike as two capabilities that are perhaps the same
_FACETS = ("type", "maker", "license", "pricing")
_FACTS = 6  # numbers that a text shows; the value has all
_LINE = 80  # characters of a capability


@dataclass(frozen=True, slots=True)
class Change:
    """What is stated of the one and of the other, where it differs; None where nothing is."""

    what: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        return f"{self.what.replace('_', ' ')} {self.before or 'not stated'} -> {self.after or 'not stated'}"


@dataclass(frozen=True, slots=True)
class Swap:
    """Two artifacts' capabilities when one takes the other's place; left: the one that goes."""

    kept: tuple[SharedAbility, ...]
    perhaps: tuple[SharedAbility, ...]  # alike, though not enough to be called the same
    lost: tuple[Ability, ...]
    gained: tuple[Ability, ...]


def swap_of(snapshot: Snapshot, before: int, after: int) -> Swap:
    """What is kept, lost and gained. What chance seldom brings so near is perhaps kept, and neither lost nor gained."""
    pairing, grid = align(snapshot, before, after), snapshot.vectors.grid
    of = {place: snapshot.catalogue.abilities(place).tolist() for place in (before, after)}
    rows = {ability(snapshot, row).capability_id: row for place in (before, after) for row in of[place]}
    bar = snapshot.chance.cosine_of(_PERHAPS)
    old, new = (np.array(of[place]) for place in (before, after))
    perhaps, lost = [], []
    for each in pairing.only_left:
        near = products(grid[[rows[each.capability_id]]], grid[new])[0]
        best = int(near.argmax())
        if near[best] < bar:
            lost.append(each)
            continue
        cosine, chance = round(float(near[best]), 4), snapshot.chance.share_above(float(near[best]))
        perhaps.append(SharedAbility(each, ability(snapshot, int(new[best])), cosine, chance))
    gained = [each for each in pairing.only_right if products(grid[[rows[each.capability_id]]], grid[old]).max() < bar]
    return Swap(pairing.shared, tuple(perhaps), tuple(lost), tuple(gained))


def changes_of(snapshot: Snapshot, before: int, after: int) -> Iterator[Change]:
    """What is stated differently of two artifacts: type, maker, licence, price, then the numbers of either."""
    rows = (snapshot.catalogue.artifacts.slice(place, 1).select(_FACETS).to_pylist()[0] for place in (before, after))
    old, new = ({name: None if text == Pricing.UNKNOWN else text for name, text in row.items()} for row in rows)
    for facet in _FACETS:
        if old[facet] != new[facet]:
            yield Change(facet, old[facet], new[facet])
    was, now = numbers_at(snapshot.catalogue, before), numbers_at(snapshot.catalogue, after)
    both = [key for key in now if key in was]
    for key in [*both, *(key for key in now if key not in was)]:
        if was.get(key) != now[key]:
            yield Change(key, shown(was[key]) if key in was else None, shown(now[key]))


def reasons_of(swap: Swap, changes: Sequence[Change]) -> Iterator[Reason]:
    """What is kept, lost, gained and changed, a reason each."""
    if swap.kept:
        yield Reason("kept", "comes near in: " + "; ".join(map(_pair, swap.kept)))
    if swap.perhaps:
        yield Reason(
            "perhaps",
            "unsure: " + "; ".join(f"{_spoken(each.left)} (nearest: {_spoken(each.right)})" for each in swap.perhaps),
        )
    if not swap.kept and not swap.perhaps:
        yield Reason("kept", "comes near in no single capability, though it does as a whole")
    if swap.lost:
        yield Reason("lost", "loses: " + "; ".join(map(_spoken, swap.lost)))
    if swap.gained:
        yield Reason("gained", "gains: " + "; ".join(map(_spoken, swap.gained)))
    if changes:
        yield Reason("changes", "changes: " + ", ".join(map(str, changes[: len(_FACETS) + _FACTS])))


def _pair(pair: SharedAbility) -> str:
    mine, its = _spoken(pair.left), _spoken(pair.right)
    return mine if mine == its else f"{mine} (as: {its})"


def _spoken(ability: Ability) -> str:
    """Its name, or more of its text where the name is only how the text begins."""
    text = ability.description if opens_with(ability.description, ability.name) else ability.name
    return text if len(text) <= _LINE else text[: _LINE - 3].rsplit(" ", 1)[0] + "..."
