"""Choices as edges: from a kind of query to what was chosen for it, and between what was chosen for the same.

They say what people took, not what artifacts are: nothing of likeness is in them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

import pyarrow as pa

from matchgraph.searches.kinds import Kind

ALPHA = 0.05  # how unlikely an edge must be, if the choices of its end fell evenly on its edges, to stand out
_MOST_FOR_ONE_QUERY = 50  # beyond it a query says nothing about which of its artifacts belong together
_MORE_THAN_ONE = 2.0  # shared choices
_DIGITS = 9
WISHES = pa.schema(
    {
        "kind": pa.int64(),
        "text": pa.string(),
        "queries": pa.int64(),
        "actors": pa.int64(),
        "artifact_id": pa.string(),
        "weight": pa.float64(),
        "share": pa.float64(),
    }
)
Pair = tuple[str, str]
Number = TypeVar("Number", int, float)


@dataclass(frozen=True, slots=True)
class CoChoice:
    """What joins two artifacts that were chosen for the same queries."""

    shared: float  # choices, each shared among what else was chosen for its query
    weight: float  # the same beside how often the two are chosen at all, from 0 to 1
    chance: float  # of so much if either end's choices fell evenly on its edges; the less likely of the two
    backbone: bool  # whether that is too unlikely


def choice_edges(choices: Mapping[Pair, float], kinds: Sequence[Kind]) -> pa.Table:
    """A row for each kind of query and artifact chosen for it; a kind's words only where they are public.

    `choices` weighs (query that stands for its kind, artifact id).
    """
    by_leader = {kind.leader: kind for kind in kinds}
    weights = {(by_leader[leader].number, artifact_id): weight for (leader, artifact_id), weight in choices.items()}
    totals: dict[int, float] = defaultdict(float)
    for (number, _), weight in sorted(weights.items()):
        totals[number] += weight
    by_number = {kind.number: kind for kind in kinds}
    rows = [
        {
            "kind": number,
            "text": by_number[number].public_text,
            "queries": by_number[number].queries,
            "actors": by_number[number].actors,
            "artifact_id": artifact_id,
            "weight": round(weight, _DIGITS),
            "share": round(weight / totals[number], _DIGITS),
        }
        for (number, artifact_id), weight in sorted(weights.items())
    ]
    return pa.Table.from_pylist(rows, schema=WISHES)


def paired(choices: Mapping[Pair, Number]) -> Iterator[tuple[Pair, Number, int]]:
    """Every two artifacts of every query: the pair, the choices of the rarer, how many artifacts the query has."""
    by_query: dict[str, list[tuple[str, Number]]] = defaultdict(list)
    for (query, artifact_id), weight in choices.items():
        by_query[query].append((artifact_id, weight))
    for _, found in sorted(by_query.items()):
        if len(found) <= _MOST_FOR_ONE_QUERY:
            for (left, left_weight), (right, right_weight) in combinations(sorted(found), 2):
                yield (left, right), min(left_weight, right_weight), len(found)


def co_chosen(choices: Mapping[Pair, float]) -> dict[Pair, CoChoice]:
    """How artifacts are joined by what was chosen for the same queries; `choices` weighs (query, artifact id).

    A query's choices are shared among its other artifacts (Newman, 2001), so that one with many joins each pair a
    little; the weight is that beside the geometric mean of all the choices of both ends, so that being chosen often
    joins to nothing.

    >>> co_chosen({("sort mail", "a"): 2.0, ("sort mail", "b"): 2.0, ("flag spam", "b"): 6.0})[("a", "b")].weight
    0.5
    """
    shared: dict[Pair, float] = defaultdict(float)
    for pair, fewer, artifacts in paired(choices):
        shared[pair] += fewer / (artifacts - 1)
    chosen: dict[str, float] = defaultdict(float)
    for (_, artifact_id), weight in sorted(choices.items()):
        chosen[artifact_id] += weight
    chances = disparity(shared)
    return {
        (left, right): CoChoice(
            round(weight, _DIGITS),
            round(weight / math.sqrt(chosen[left] * chosen[right]), _DIGITS),
            round(chances[left, right], _DIGITS),
            chances[left, right] < ALPHA,
        )
        for (left, right), weight in sorted(shared.items())
        if weight
    }


def backbone(joined: Mapping[Pair, CoChoice]) -> dict[Pair, bool]:
    """The pairs that stand out, and of each end without any its heaviest; True for those, which are weak.

    >>> lone = CoChoice(1.0, 0.5, 0.3, False)
    >>> backbone({("a", "b"): lone, ("a", "c"): CoChoice(9.0, 0.9, 0.01, True)})
    {('a', 'b'): True, ('a', 'c'): False}
    """
    standing = {pair for pair, found in joined.items() if found.backbone}
    held = {end for pair in standing for end in pair}
    best: dict[str, Pair] = {}
    for pair in sorted(joined, key=lambda pair: (-joined[pair].weight, pair)):
        for end in pair:
            if end not in held:
                best.setdefault(end, pair)
    return {pair: pair not in standing for pair in sorted(standing | set(best.values()))}


def disparity(edges: Mapping[Pair, float]) -> dict[Pair, float]:
    """How likely each edge is to be as heavy if its end's weight were cut at random places among its edges.

    Of an end with k edges that is (1 - share)^(k - 1), and the less likely of both ends stands (Serrano, Boguna and
    Vespignani, 2009). An end with one edge cannot tell; of two such ends the edge
    is all there is, and stands out where it is more than one choice.

    >>> disparity({("hub", "a"): 8.0, ("hub", "b"): 1.0, ("hub", "c"): 1.0})[("hub", "a")]
    0.04
    """
    strength: dict[str, float] = defaultdict(float)
    degree: dict[str, int] = defaultdict(int)
    for pair, weight in sorted(edges.items()):
        for end in pair:
            strength[end] += weight
            degree[end] += 1
    return {
        pair: float(weight < _MORE_THAN_ONE)
        if all(degree[end] == 1 for end in pair)
        else round(min((1 - weight / strength[end]) ** (degree[end] - 1) for end in pair), _DIGITS)
        for pair, weight in edges.items()
    }
