"""Which artifacts are worth a look together: those that share something that things are known by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice, pairwise

from matchgraph.catalogue.once.judge import (
    Answer,
    Finding,
    against,
    by_alias,
    by_name,
    by_name_alone,
    by_package,
    by_page,
    by_repository,
)
from matchgraph.catalogue.once.marks import Kind, Marks

_MOST_NAMESAKES = 3  # pairs of one name that are told as kept apart
_MOST = 64  # that share something and are still looked at two by two; of more, only those that share a name as well

Known = Mapping[str, Marks]  # by artifact id
Home = tuple[str, Kind]  # a repository, and a kind of thing in it


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ids, in their order, and what was found of them."""

    left: str
    right: str
    finding: Finding

    def to_dict(self) -> dict[str, object]:
        """The pair as plain JSON values."""
        found = self.finding
        return {
            "left": self.left,
            "right": self.right,
            "answer": str(found.answer),
            "confidence": found.confidence,
            "reason": found.reason,
        }

    def __str__(self) -> str:
        found = self.finding
        sure = "" if found.answer is Answer.APART else f" ({found.confidence:.2f})"
        return f"{self.left} and {self.right}{sure}: {found.reason}"


def known_pairs(known: Known) -> list[Pair]:
    """Every two that share an id, a package, a repository or a page, with what that comes to."""
    many = _crowded(known.values())
    shared = _blocks(known.values(), _shared)
    called = (
        (each.artifact_id, alias)
        for each in known.values()
        for alias in sorted(each.called | each.stands_for)
        if alias in known
    )
    both = {_ordered(*pair) for pair in (*_within(shared.values()), *called) if pair[0] != pair[1]}
    found = ((left, right, _best(known[left], known[right], many)) for left, right in sorted(both))
    return [Pair(left, right, finding) for left, right, finding in found if finding]


def named_pairs(known: Known, group: Callable[[str], str]) -> list[Pair]:
    """Every two groups that share a name which no third group has, by the two of their members that say most.

    Where that says nothing, or more groups have the name, a few of them are told as kept apart.
    """
    pairs: dict[tuple[str, str], Pair] = {}
    alone: dict[tuple[str, str], Pair] = {}
    for block in _blocks(known.values(), _names).values():
        groups: dict[str, list[Marks]] = defaultdict(list)
        for each in block:
            groups[group(each.artifact_id)].append(each)
        one, other = list(groups.values())[:2] if len(groups) == 2 else ([], [])
        found = [Pair(*_ordered(a.artifact_id, b.artifact_id), f) for a in one for b in other if (f := by_name(a, b))]
        for pair in sorted(found, key=lambda each: (-each.finding.confidence, each.left, each.right))[:1]:
            pairs[pair.left, pair.right] = pair
        if not found:
            heads = [members[0] for members in groups.values()]
            for left, right in islice(pairwise(heads), _MOST_NAMESAKES):
                both = _ordered(left.artifact_id, right.artifact_id)
                alone[both] = Pair(*both, by_name_alone(left, right, len(groups)))
    return [pair for _, pair in sorted((alone | pairs).items())]


def _best(left: Marks, right: Marks, many: Collection[Home]) -> Finding | None:
    """What speaks most for it, unless something speaks against it."""
    holds_many = any((each.repository, each.kind) in many for each in (left, right))
    found = (by_alias(left, right), by_package(left, right), by_repository(left, right, holds_many))
    best = max(filter(None, (*found, by_page(left, right))), key=lambda each: each.confidence, default=None)
    wrong = against(left, right) if best else None
    if not best or not wrong:
        return best
    return best.but(wrong) if best.answer is Answer.SAME else None


def _crowded(marks: Iterable[Marks]) -> set[Home]:
    """The repositories of which one source lists several things of one kind: names, parts or packages that differ."""
    told: dict[tuple[str, Kind, str | None], list[Marks]] = defaultdict(list)
    for each in marks:
        if each.repository:
            told[each.repository, each.kind, each.source].append(each)
    return {(repository, kind) for (repository, kind, _), rows in told.items() if _several(rows)}


def _several(rows: list[Marks]) -> bool:
    names, parts = ({each.name for each in rows}, {each.part for each in rows} - {None})
    return len(names) > 1 or len(parts) > 1 or len({each.package for each in rows} - {None}) > 1


def _shared(each: Marks) -> Iterator[Hashable]:
    yield from (("package", *package) for package in sorted(each.packages))
    if each.repository:
        yield "repository", each.repository
    if each.page:
        yield "page", each.page


def _names(each: Marks) -> Iterator[Hashable]:
    yield each.name, each.kind
    if each.maker:
        yield each.name, each.kind, each.maker


def _blocks(marks: Iterable[Marks], keys: Callable[[Marks], Iterator[Hashable]]) -> dict[Hashable, list[Marks]]:
    blocks: dict[Hashable, list[Marks]] = defaultdict(list)
    for each in marks:
        for key in keys(each):
            blocks[key].append(each)
    return {key: block for key, block in blocks.items() if len(block) > 1}


def _within(blocks: Iterable[list[Marks]]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        parts = [block] if len(block) <= _MOST else _blocks(block, lambda each: iter([each.name])).values()
        for part in parts:
            yield from combinations([each.artifact_id for each in part[:_MOST]], 2)


def _ordered(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)
