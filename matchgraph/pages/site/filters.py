"""Conditions as a form states them, and the form as the conditions were stated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

from matchgraph.answers.where import Where, where

_LONGEST = 200  # characters of one field
_MOST = 20  # values of one field


@dataclass(frozen=True, slots=True)
class Filters:
    """Each facet as it was written; empty where nothing was."""

    type: tuple[str, ...] = ()
    license: tuple[str, ...] = ()
    pricing: tuple[str, ...] = ()
    maker: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    offline: tuple[str, ...] = ()

    def where(self) -> Where | None:
        """The conditions, checked; None where there are none."""
        stated: dict[str, Any] = {name: values for name, values in self.stated().items() if name != "offline"}
        if self.offline:
            stated["offline"] = self.offline[0] != "no"
        return where(**stated) if stated else None

    def stated(self) -> dict[str, tuple[str, ...]]:
        """The facets that something was written for."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}

    def __bool__(self) -> bool:
        return bool(self.stated())


def filters_of(asked: Callable[[str], Iterable[str]], side: str = "") -> Filters:
    """The filters of a form, whose fields are asked for by name; those of a side are called `side.facet`."""
    names = [each.name for each in fields(Filters)]
    return Filters(**{name: _written(asked(f"{side}.{name}" if side else name)) for name in names})


def _written(values: Iterable[str]) -> tuple[str, ...]:
    parts = (part.strip()[:_LONGEST] for value in values for part in value[: _LONGEST * _MOST].split(","))
    return tuple(dict.fromkeys(part for part in parts if part))[:_MOST]
