"""Which artifacts may answer: conditions on type, licence, price, maker, language, modality, hosting and facts.

The same conditions serve three ways. What *must* hold keeps out what is not known to meet it. What is *preferred*
keeps out nothing. What is to be *avoided* keeps out what is known to meet it, and says of the rest what is not known.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from matchgraph.answers.condition import Condition, passing
from matchgraph.answers.facets import Limit, amounts, handled, licensed, limit_number, named, spoken
from matchgraph.answers.given import as_found, texts_given
from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.columns import Known
from matchgraph.catalogue.hosting import offline as runs_offline
from matchgraph.catalogue.modality import Side
from matchgraph.catalogue.records import ArtifactType, Pricing
from matchgraph.errors import QuestionError


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions on artifacts, of which all must hold; of the values of one, any."""

    type: tuple[str, ...] = ()
    license: tuple[str, ...] = ()  # classes (permissive, ...), SPDX ids or expressions, or other names
    pricing: tuple[str, ...] = ()
    maker: tuple[str, ...] = ()
    at_least: Mapping[str, Limit] = field(default_factory=dict)  # fact -> lowest number or first day
    at_most: Mapping[str, Limit] = field(default_factory=dict)
    language: tuple[str, ...] = ()  # codes or English names; `multilingual` for more than one
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    offline: bool | None = None  # whether it runs on one's own machine


Texts = str | tuple[str, ...] | list[str] | None


def where(
    *,
    type: Texts = None,
    license: Texts = None,
    pricing: Texts = None,
    maker: Texts = None,
    at_least: Mapping[str, Limit] | None = None,
    at_most: Mapping[str, Limit] | None = None,
    language: Texts = None,
    inputs: Texts = None,
    outputs: Texts = None,
    offline: bool | None = None,
) -> Where:
    """Conditions on artifacts.

    >>> where(type=("model", "fine-tune"), license="permissive", at_most={"parameters": 1e9}).type
    ('model', 'fine-tune')
    """
    kinds, prices = _several("type", type), _several("pricing", pricing)
    _check_named("type", kinds, tuple(ArtifactType))
    _check_named("pricing", prices, tuple(Pricing))
    for name, limits in (("at_least", at_least), ("at_most", at_most)):
        if limits is not None and not isinstance(limits, Mapping):
            raise QuestionError(f"{name} is {as_found(limits)}: wanted limits by fact, like {{'stars': 1000}}.")
        for key, value in (limits or {}).items():
            _check_limit(key, value)
    if offline is not None and not isinstance(offline, bool):
        raise QuestionError(f"offline is {offline!r}: wanted True, False or None.")
    return Where(
        kinds,
        _several("license", license),
        prices,
        _several("maker", maker),
        dict(at_least or {}),
        dict(at_most or {}),
        _several("language", language),
        _several("inputs", inputs),
        _several("outputs", outputs),
        offline,
    )


def conditions(catalogue: Catalogue, stated: Where | None, *, avoided: bool = False) -> tuple[Condition, ...]:
    """The conditions one by one; none where nothing is stated."""
    if stated is None:
        return ()
    if not isinstance(stated, Where):
        raise QuestionError(f"the conditions are {stated!r}: wanted some like mg.where(type='model').")
    return tuple(_conditions(catalogue, stated, avoided))


def allowed(catalogue: Catalogue, must: Where | None, avoid: Where | None = None) -> np.ndarray | None:
    """A mask of the artifacts that meet the conditions and none of those to avoid; None where there are none."""
    every = (*conditions(catalogue, must), *conditions(catalogue, avoid, avoided=True))
    return passing(every, len(catalogue)) if every else None


def wishes(catalogue: Catalogue, prefer: Where | None) -> tuple[Condition, ...]:
    """The conditions that need not hold, one by one."""
    return conditions(catalogue, prefer)


def _conditions(catalogue: Catalogue, stated: Where, avoided: bool) -> Iterator[Condition]:
    for facet in ("type", "license", "pricing", "maker"):
        if values := getattr(stated, facet):
            known = (
                licensed(catalogue, values, avoided=avoided) if facet == "license" else named(catalogue, facet, values)
            )
            text = f"{facet} {' or '.join(values)}"
            yield Condition(facet, text, known, catalogue.artifacts[facet], avoided=avoided)
    if stated.language:
        known = spoken(catalogue, stated.language)
        yield Condition("language", f"language {' or '.join(stated.language)}", known, avoided=avoided)
    for side in Side:
        if values := getattr(stated, side):
            known = handled(catalogue, side, values)
            yield Condition(side.value, f"{side} {' or '.join(values)}", known, avoided=avoided)
    if stated.offline is not None:
        known = runs_offline(catalogue)
        if not stated.offline:
            known = Known(known.stated & ~known.met, known.stated)
        text = "runs offline" if stated.offline else "does not run offline"
        yield Condition("offline", text, known, avoided=avoided)
    for sign, word, limits in ((1, "least", stated.at_least), (-1, "most", stated.at_most)):
        for key, limit in limits.items():
            yield _range(catalogue, key, sign, word, limit, avoided)


def _range(catalogue: Catalogue, key: str, sign: int, word: str, limit: Limit, avoided: bool) -> Condition:
    last = sign < 0
    values = amounts(catalogue, key, limit, last=last)
    known = Known(sign * values >= sign * limit_number(limit, last=last), np.isfinite(values))
    shown = None if isinstance(limit, str) else pa.array(values, from_pandas=True)
    written = limit if isinstance(limit, str) else f"{limit:,.15g}"
    return Condition(key, f"{key} at {word} {written}", known, shown, avoided=avoided)


def _check_limit(key: object, value: object) -> None:
    if not isinstance(key, str):
        raise QuestionError(f"a limit is of {as_found(key)}: wanted the name of a fact, like 'stars'.")
    number = isinstance(value, int | float) and not math.isnan(value)
    if not number and not (isinstance(value, str) and math.isfinite(limit_number(value))):
        raise QuestionError(f"the limit of {key} is {value!r}; wanted a number, or a day like '2026-05-01'.")


def _several(facet: str, given: Texts) -> tuple[str, ...]:
    return () if given is None else texts_given(given, facet, "a text or several")


def _check_named(name: str, given: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    for value in given:
        if value not in wanted:
            raise QuestionError(f"no {name} {value!r}: wanted one of {', '.join(wanted)}.")
