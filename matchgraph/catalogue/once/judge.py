"""Whether two artifacts are one thing, and why: by what both are known by, never by how alike they sound.

What speaks against it is heard first. Two repositories, two packages of one registry, two kinds of thing, two parts of
one repository, two versions or sizes: none of these are ever one, whatever else they share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from matchgraph.catalogue.once.marks import Kind, Marks

CERTAIN = 0.9  # from here on two are merged
_SAID_BY = {Kind.SERVER: "mcp", Kind.AGENT: "agent"}  # what the name of a repository says of what is in it


class Answer(StrEnum):
    """What was found of two artifacts that something speaks for."""

    SAME = "same"
    POSSIBLE = "possible"  # nothing speaks against it, and not enough for it
    APART = "apart"  # something speaks for it, and more against it


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether two are one thing, how sure that is, and what was seen."""

    answer: Answer
    confidence: float  # that they are one
    reason: str

    def but(self, against: str) -> Finding:
        """The finding where something speaks against it."""
        return Finding(Answer.APART, 0.0, f"{self.reason}; but {against}")


def against(left: Marks, right: Marks) -> str | None:
    """What forbids that two are one thing; None where nothing does."""
    return next(_objections(left, right), None)


def _objections(left: Marks, right: Marks) -> Iterator[str]:
    if left.repository and right.repository and left.repository != right.repository:
        yield f"their repositories differ: {left.repository} and {right.repository}"
    for index in sorted({index for index, _ in left.packages} & {index for index, _ in right.packages}):
        one, other = (sorted(name for registry, name in each.packages if registry == index) for each in (left, right))
        if not {*one} & {*other}:
            yield f"their packages on {index} differ: {one[0]} and {other[0]}"
    if left.kind is not right.kind and not _says_the_other(left, right):
        yield f"one is of type {min(left.type, right.type)}, the other of type {max(left.type, right.type)}"
    if left.part and right.part and left.part != right.part:
        yield f"they are two parts of one repository: {left.part} and {right.part}"
    if left.source == right.source and left.package and right.package and left.package != right.package:
        yield f"{left.source} lists them as two packages: {left.package} and {right.package}"
    if left.numbers and right.numbers and left.numbers != right.numbers:
        yield f"they are two versions or sizes: {left.name} and {right.name}"
    if left.artifact_id in right.linked or right.artifact_id in left.linked:
        yield "one declares a link to the other"


def by_alias(left: Marks, right: Marks) -> Finding | None:
    """One states the id of the other among its own names."""
    for one, other in ((left, right), (right, left)):
        if other.artifact_id in one.stands_for:
            return _found(0.99, f"{other.artifact_id} was merged into {one.artifact_id} before")
        if other.artifact_id in one.called:
            stated = f"{one.artifact_id} states {other.artifact_id} among its own names"
            # Anybody can state the id of something known; a name of its own it would have to give up for that.
            return _found(0.98, f"{stated}, and both have one") if one.name == other.name else _found(0.7, stated)
    return None


def by_package(left: Marks, right: Marks) -> Finding | None:
    """Both are one package of one registry."""
    both = sorted(left.packages & right.packages)
    return _found(0.99, f"both are the package {both[0][1]} on {both[0][0]}") if both else None


def by_repository(left: Marks, right: Marks, holds_many: bool) -> Finding | None:
    """Both are in one repository; where that holds many things, both are the same one of them."""
    if not left.repository or left.repository != right.repository:
        return None
    where = f"the repository of both is {left.repository}"
    if left.name == right.name and left.kind is right.kind:
        return _found(0.98, f"{where}, and so is their name")
    if left.kind not in (Kind.SOFTWARE, Kind.SERVER):
        return _found(0.6, f"{where}, and the one's name is in the other's") if _akin(left, right) else None
    if holds_many:
        return _one_of_many(left, right, where)
    if Kind.SERVER in (left.kind, right.kind) or _akin(left, right):
        return _found(0.97, where)
    return _found(0.7, f"{where}, but their names have nothing in common")


def by_page(left: Marks, right: Marks) -> Finding | None:
    """Both have one page of their own, and one name."""
    if not left.page or left.page != right.page:
        return None
    if left.name == right.name:
        return _found(0.97, f"both have the name and the page {left.page}")
    within = f"both have the page {left.page}, and the one's name is in the other's"
    return _found(0.6, within) if _akin(left, right) else None


def by_name(left: Marks, right: Marks) -> Finding | None:
    """Both have a name that no third thing has, and the same maker, or words or a domain that say the same.

    What one source lists twice under one name is two things to it; where no source is stated it counts as one.
    """
    if left.name != right.name or left.source == right.source:
        return None
    if left.maker and left.maker == right.maker:
        return _found(0.95, f"both have the name and the maker {left.maker}")
    return _by_words(left, right) if left.kind is Kind.SOFTWARE else None


def by_name_alone(left: Marks, right: Marks, named_so: int) -> Finding:
    """Both have a name that so many things have, which makes no two of them one."""
    shared = "both have the name" + (f", as {named_so - 2:,} more do" if named_so > 2 else "")
    listed_apart = f"{left.source} lists them as two" if left.source and left.source == right.source else None
    nothing_else = f"a name alone makes no two of type {left.type} one"
    return Finding(Answer.APART, 0.0, shared).but(against(left, right) or listed_apart or nothing_else)


def _one_of_many(left: Marks, right: Marks, where: str) -> Finding | None:
    """What makes them the same one of the things in a repository."""
    if left.part and left.part == right.part:
        return _found(0.97, f"{where}, and both are its part {left.part}")
    if left.package and left.package == right.package:
        return _found(0.97, f"{where}, and both are its package {left.package}")
    if left.whole and right.whole:
        return _found(0.97, f"{where}, and both are the whole of it")
    return _found(0.5, f"{where}, which holds several things") if _akin(left, right) else None


def _by_words(left: Marks, right: Marks) -> Finding:
    """What two that share a name say in common: words besides the name, or a domain of that name."""
    both = left.words & right.words
    said = sorted(both if left.coined and right.coined else (word for word in both if word not in left.name))
    owned = next((each.home for each in (left, right) if each.owns_domain), None)
    if not said and not owned:
        return _found(0.5, "both have the name, and say nothing else in common")
    saying = f"both say {', '.join(said[:4])}" if said else f"{owned} is the page of one"
    if left.home and right.home and left.home != right.home:
        return _found(0.6, f"both have the name, and {saying}; their pages are {left.home} and {right.home}")
    if not _plainly(left, right, said):
        return _found(0.7, f"both have the name, and {saying}")
    return _found(0.92 if said else CERTAIN, f"both have the name and no third thing has it, and {saying}")


def _plainly(left: Marks, right: Marks, said: list[str]) -> bool:
    """Whether the repositories go by the name as well; things of two types have to say more in common."""
    if left.type is right.type:
        return left.owns_repository and right.owns_repository
    return left.names_repository and right.names_repository and len(said) > 1


def _akin(left: Marks, right: Marks) -> bool:
    """Whether the name of one is within the name of the other."""
    return left.name in right.name or right.name in left.name


def _found(confidence: float, reason: str) -> Finding:
    return Finding(Answer.SAME if confidence >= CERTAIN else Answer.POSSIBLE, confidence, reason)


def _says_the_other(left: Marks, right: Marks) -> bool:
    """Whether one is software in a repository whose own name says that it is what the other is."""
    kinds = {left.kind, right.kind} - {Kind.SOFTWARE}
    said = _SAID_BY.get(kinds.pop()) if len(kinds) == 1 else None
    return bool(said and left.repository == right.repository and said in (left.repository or "").rpartition("/")[2])
