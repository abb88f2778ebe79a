"""What changes when one artifact takes another's place: capabilities kept, lost and gained, and facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matchgraph.answers.align import Ability, SharedAbility, ability, align
from matchgraph.answers.instead.denials import words_of
from matchgraph.answers.instead.facts import numbers_at, shown
from matchgraph.answers.values import Reason
from matchgraph.answers.wording import cut
from matchgraph.catalogue.columns import rows_at
from matchgraph.catalogue.records import Pricing
from matchgraph.snapshot.snapshot import Snapshot
from matchgraph.vectors.grid import products
from matchgraph.vectors.texts import opens_with

APART = "apart"  # kind of the reason of what comes near in no single capability
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
    """What is kept, lost and gained. What chance seldom brings so near is perhaps kept, and neither lost nor gained.

    No more than perhaps is kept what a stated limit of its counterpart speaks against.
    """
    pairing, catalogue, grid = align(snapshot, before, after), snapshot.catalogue, snapshot.vectors.grid
    old, new = (catalogue.abilities(place) for place in (before, after))
    stated, far = _stated(snapshot, old, new), snapshot.chance.cosine_of(_PERHAPS)
    near = products(grid[old], grid[new])
    perhaps = [pair for pair in pairing.shared if _denied(pair, stated[pair.right.capability_id][1])]
    kept, lost = tuple(pair for pair in pairing.shared if pair not in perhaps), []
    for each in pairing.only_left:
        row = near[stated[each.capability_id][0]]
        best = int(row.argmax())
        if row[best] < far:
            lost.append(each)
            continue
        cosine, chance = round(float(row[best]), 4), snapshot.chance.share_above(float(row[best]))
        perhaps.append(SharedAbility(each, ability(snapshot, int(new[best])), cosine, chance))
    gained = [each for each in pairing.only_right if near[:, stated[each.capability_id][0]].max() < far]
    return Swap(kept, tuple(perhaps), tuple(lost), tuple(gained))


def _stated(snapshot: Snapshot, *sides: np.ndarray) -> dict[str, tuple[int, Sequence[str]]]:
    """Of every capability of both sides, by its id: the how manyth of its side it is, and its stated limits."""
    table = snapshot.catalogue.capabilities.select(["capability_id", "limitations"])
    found = rows_at(table, np.concatenate(sides).tolist())
    at = [place for side in sides for place in range(len(side))]
    return {each["capability_id"]: (row, each["limitations"] or ()) for row, each in zip(at, found, strict=True)}


def _denied(pair: SharedAbility, limits: Sequence[str]) -> bool:
    """Whether a stated limit of the right one denies what the left one is named by, and nothing else of it affirms."""
    affirmed = words_of(f"{pair.right.name}. {pair.right.description}")[0]
    refused = words_of(". ".join(limits))[1] - affirmed
    return not refused.isdisjoint(words_of(pair.left.name)[0])


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


def reasons_of(swap: Swap, most: int | None = None) -> Iterator[Reason]:
    """What is kept, perhaps kept, given up and gained, a reason each; of each at most so many by name."""
    if swap.kept:
        yield Reason("kept", "comes near in: " + several([_pair(each, "as") for each in swap.kept], most))
    if swap.perhaps:
        yield Reason("perhaps", "unsure: " + several([_pair(each, "nearest") for each in swap.perhaps], most))
    if not swap.kept and not swap.perhaps:
        yield Reason(APART, "comes near in no single capability")
    if swap.lost:
        yield Reason("lost", "gives up: " + several(list(map(spoken, swap.lost)), most))
    if swap.gained:
        yield Reason("gained", "gains: " + several(list(map(spoken, swap.gained)), most))


def change(changes: Sequence[Change]) -> Iterator[Reason]:
    """What else changes, as one reason; of no change, none."""
    if changes:
        yield Reason("changes", "changes: " + ", ".join(map(str, changes[: len(_FACETS) + _FACTS])))


def several(names: Sequence[str], most: int | None = None) -> str:
    """The names, and how many there are beyond those said.

    >>> several(["sort", "flag", "answer"], 2), several(["sort"], 2)
    ('sort; flag; and 1 more', 'sort')
    """
    said = list(names[:most])
    return "; ".join([*said, *([f"and {len(names) - len(said)} more"] if len(names) > len(said) else [])])


def _pair(pair: SharedAbility, how: str) -> str:
    mine, its = spoken(pair.left), spoken(pair.right)
    return mine if mine == its else f"{mine} ({how}: {its})"


def spoken(ability: Ability) -> str:
    """Its name, or more of its text where the name is only how the text begins."""
    text = ability.description if opens_with(ability.description, ability.name) else ability.name
    return cut(text, _LINE)
