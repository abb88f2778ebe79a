"""Which artifacts may answer: conditions on type, licence, price, maker and facts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow.compute as pc

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.licenses import LicenseClass, license_class
from matchgraph.catalogue.records import ArtifactType, FactStatus, Pricing
from matchgraph.errors import QuestionError


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions that must all hold; a value that is unknown meets none of them."""

    type: tuple[str, ...] = ()
    license: tuple[str, ...] = ()  # classes (permissive, ...) or names, compared without case
    pricing: tuple[str, ...] = ()
    maker: tuple[str, ...] = ()
    at_least: Mapping[str, float] = field(default_factory=dict)  # fact -> lowest value
    at_most: Mapping[str, float] = field(default_factory=dict)


Texts = str | tuple[str, ...] | list[str] | None


def where(
    *,
    type: Texts = None,
    license: Texts = None,
    pricing: Texts = None,
    maker: Texts = None,
    at_least: Mapping[str, float] | None = None,
    at_most: Mapping[str, float] | None = None,
) -> Where:
    """Conditions on artifacts.

    >>> where(type=("model", "fine-tune"), license="permissive", at_most={"parameters": 1e9}).type
    ('model', 'fine-tune')
    """
    kinds, prices = _several(type), _several(pricing)
    _known("type", kinds, tuple(ArtifactType))
    _known("pricing", prices, tuple(Pricing))
    for limits in (at_least or {}, at_most or {}):
        for key, value in limits.items():
            if not isinstance(value, int | float) or math.isnan(value):
                raise QuestionError(f"the limit of {key} is {value!r}; wanted a number.")
    return Where(kinds, _several(license), prices, _several(maker), dict(at_least or {}), dict(at_most or {}))


def allowed(catalogue: Catalogue, conditions: Where | None) -> np.ndarray | None:
    """A mask of the artifacts that meet the conditions; None where there are none."""
    if conditions is None or conditions == Where():
        return None
    mask = np.ones(len(catalogue), bool)
    for column in ("type", "pricing", "maker"):
        wanted = {text.lower() for text in getattr(conditions, column)}
        if wanted:
            mask &= np.array([text is not None and text.lower() in wanted for text in catalogue.texts(column)])
    if conditions.license:
        mask &= _licensed(catalogue, {text.lower() for text in conditions.license})
    for key, lowest in conditions.at_least.items():
        mask &= _numbers(catalogue, key) >= lowest
    for key, highest in conditions.at_most.items():
        mask &= _numbers(catalogue, key) <= highest
    return mask


def _licensed(catalogue: Catalogue, wanted: set[str]) -> np.ndarray:
    names = catalogue.texts("license")
    classes = {name: license_class(name) for name in set(names)}
    classed = wanted & set(LicenseClass)
    named = wanted - classed
    return np.array([name is not None and (classes[name] in classed or name.lower() in named) for name in names])


def _numbers(catalogue: Catalogue, key: str) -> np.ndarray:
    """The observed number of a fact for every artifact; nan, which meets no condition, where there is none."""
    facts = catalogue.facts
    counted = facts.filter(pc.and_(pc.is_valid(facts["number"]), pc.equal(facts["status"], FactStatus.OBSERVED)))
    rows = counted.filter(pc.equal(counted["key"], key))
    if not rows.num_rows:
        known = ", ".join(sorted(set(counted["key"].to_pylist()))[:20]) or "none"
        raise QuestionError(f"no artifact states {key!r} as a number; facts here: {known}.")
    numbers = np.full(len(catalogue), np.nan)
    places = [catalogue.place[artifact_id] for artifact_id in rows["artifact_id"].to_pylist()]
    numbers[places] = rows["number"].to_numpy(zero_copy_only=False)
    return numbers


def _several(given: Texts) -> tuple[str, ...]:
    return () if given is None else (given,) if isinstance(given, str) else tuple(given)


def _known(name: str, given: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    for value in given:
        if value not in wanted:
            raise QuestionError(f"no {name} {value!r}: wanted one of {', '.join(wanted)}.")
