"""Whether what must hold, what is preferred and what is to be avoided can stand together."""

from __future__ import annotations

from collections.abc import Iterator

from matchgraph.answers.facets import Limit, limit_number
from matchgraph.answers.where import Where
from matchgraph.catalogue.languages import language_code
from matchgraph.catalogue.licenses import accepted_names, binds
from matchgraph.errors import QuestionError


def check_sides(must: Where | None, prefer: Where | None, avoid: Where | None) -> None:
    """An error where one side asks for what it, or another, excludes."""
    for side in (must, prefer, avoid):
        if side is not None and not isinstance(side, Where):
            raise QuestionError(f"the conditions are {side!r}: wanted some like mg.where(type='model').")
    for name, side in (("must", must), ("prefer", prefer)):
        if side is None:
            continue
        for key in side.at_least.keys() & side.at_most.keys():
            low, high = side.at_least[key], side.at_most[key]
            if _alike(low, high) and limit_number(low) > limit_number(high, last=True):
                raise QuestionError(f"{name} asks for {key} at least {low} and at most {high}: no value is both.")
        for asked in _excluded(side, avoid) if avoid else ():
            raise QuestionError(f"{name} asks for {asked}, which avoid excludes: keep it on one side.")


def _excluded(side: Where, avoid: Where) -> Iterator[str]:
    """What one side asks for although it is to be avoided."""
    for facet in ("type", "pricing", "maker", "inputs", "outputs"):
        unwanted = {value.casefold() for value in getattr(avoid, facet)}
        yield from (f"{facet} {value!r}" for value in getattr(side, facet) if value.casefold() in unwanted)
    licenses = frozenset(name for value in avoid.license for name in accepted_names(value))
    yield from (f"license {value!r}" for value in side.license if binds(value, licenses))
    languages = set(map(language_code, avoid.language))
    yield from (f"language {value!r}" for value in side.language if language_code(value) in languages)
    if side.offline is not None and side.offline is avoid.offline:
        yield f"offline {side.offline}"
    for key, low in side.at_least.items():
        if _alike(low, avoid.at_least.get(key)) and limit_number(avoid.at_least[key]) <= limit_number(low):
            yield f"{key} at least {low}"
    for key, high in side.at_most.items():
        if _alike(high, avoid.at_most.get(key)) and limit_number(avoid.at_most[key]) >= limit_number(high):
            yield f"{key} at most {high}"


def _alike(one: Limit, other: Limit | None) -> bool:
    """Whether both are numbers, or both days."""
    return other is not None and isinstance(one, str) == isinstance(other, str)
