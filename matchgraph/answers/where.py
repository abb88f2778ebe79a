"""Which artifacts may answer: conditions on type, licence, price, maker and facts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow.compute as pc

from matchgraph.answers.resolve import near_names
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
    if not isinstance(conditions, Where):
        raise QuestionError(f"the conditions are {conditions!r}: wanted some like mg.where(type='model').")
    mask = np.ones(len(catalogue), bool)
    for column in ("type", "pricing", "maker"):
        wanted = {text.lower() for text in getattr(conditions, column)}
        if wanted and column == "maker":
            _here(catalogue, column, wanted)
        if wanted:
            mask &= np.array([text is not None and text.lower() in wanted for text in catalogue.texts(column)])
    if conditions.license:
        mask &= _licensed(catalogue, {text.lower() for text in conditions.license})
    for key, lowest in conditions.at_least.items():
        mask &= _numbers(catalogue, key) >= lowest
    for key, highest in conditions.at_most.items():
        mask &= _numbers(catalogue, key) <= highest
    return mask


@dataclass(frozen=True, eq=False, slots=True)
class Wish:
    """One condition that need not hold, and what is known of it."""

    text: str
    met: np.ndarray  # bool, one an artifact
    stated: np.ndarray  # bool: False where nobody says whether it holds

    def answer(self, place: int) -> str:
        """Whether the artifact at that place meets it, as far as anybody knows."""
        known = "not met" if self.stated[place] else "not stated"
        return f"prefers {self.text}: {'met' if self.met[place] else known}"


def wishes(catalogue: Catalogue, prefer: Where | None) -> list[Wish]:
    """The conditions one by one."""
    if prefer is None or allowed(catalogue, prefer) is None:
        return []
    found = []
    for column in ("type", "license", "pricing", "maker"):
        if values := getattr(prefer, column):
            met = allowed(catalogue, replace(Where(), **{column: values}))
            stated = [text is not None and text != Pricing.UNKNOWN for text in catalogue.texts(column)]
            found.append(Wish(f"{column} {' or '.join(values)}", np.asarray(met), np.array(stated)))
    for sign, word, limits in ((1, "least", prefer.at_least), (-1, "most", prefer.at_most)):
        for key, limit in limits.items():
            numbers = _numbers(catalogue, key)
            found.append(Wish(f"{key} at {word} {limit:,.15g}", sign * numbers >= sign * limit, np.isfinite(numbers)))
    return found


def _licensed(catalogue: Catalogue, wanted: set[str]) -> np.ndarray:
    names = catalogue.texts("license")
    classes = {name: license_class(name) for name in set(names)}
    classed = wanted & set(LicenseClass)
    named = wanted - classed
    _here(catalogue, "license", named)
    return np.array([name is not None and (classes[name] in classed or name.lower() in named) for name in names])


def _here(catalogue: Catalogue, column: str, wanted: set[str]) -> None:
    """An error where no artifact at all states one of the wanted names: an empty answer would hide the slip."""
    known = {name.lower(): name for name in set(catalogue.texts(column)) if name}
    for name in sorted(wanted - known.keys()):
        near = [known[each] for each in near_names(name, known)][:3]
        classes = f" Classes: {', '.join(LicenseClass)}." if column == "license" else ""
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise QuestionError(f"no artifact here states the {column} {name!r}.{hint}{classes}")


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
