"""What can be asked of artifacts, facet by facet: who meets it, and who states anything of it.

A name that no artifact states is an error, with what comes near: an empty answer would hide the slip.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import pyarrow.compute as pc

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.columns import Column, Known, numbers_in
from matchgraph.catalogue.languages import language_code, language_name, languages_here, speaks
from matchgraph.catalogue.licenses import LicenseClass, accepted_names, binds, grants, license_classes, said
from matchgraph.catalogue.modality import Side, handles, modalities_here
from matchgraph.catalogue.near import near_names
from matchgraph.catalogue.records import FactStatus, Pricing, first_day
from matchgraph.errors import QuestionError

Limit = float | str  # a number, or a day as 2026, 2026-05 or 2026-05-01


def named(catalogue: Catalogue, facet: str, values: tuple[str, ...]) -> Known:
    """Who is of one of these types, prices or makers."""
    column, wanted = catalogue.column(facet), {value.casefold() for value in values}
    if facet == "maker":
        here = {text.casefold(): text for text in column.texts if text}
        for value in values:
            if value.casefold() not in here:
                raise _unknown(facet, value.casefold(), here)
    return Known(
        column.holding(lambda text: text.casefold() in wanted), column.holding(lambda text: text != Pricing.UNKNOWN)
    )


def licensed(catalogue: Catalogue, values: tuple[str, ...], *, avoided: bool = False) -> Known:
    """Who may be used under one of these licences or classes; where avoided, who under nothing else."""
    column = catalogue.column("license")
    wanted = frozenset(name for value in values for name in _accepted(column, value))
    by_class = not wanted.isdisjoint(LicenseClass)
    meets = binds if avoided else grants
    met = column.holding(lambda text: meets(text, wanted))
    stated = column.holding(lambda text: bool(license_classes(text)) if by_class else said(text) is not None)
    return Known(met, met | stated)


def spoken(catalogue: Catalogue, values: tuple[str, ...]) -> Known:
    """Who is for one of these languages, named by code or in English."""
    here = languages_here(catalogue)
    for value in values:
        if language_code(value) not in here:
            raise _unknown("language", value, {language_name(code).casefold(): language_name(code) for code in here})
    return speaks(catalogue, frozenset(map(language_code, values)))


def handled(catalogue: Catalogue, side: Side, values: tuple[str, ...]) -> Known:
    """Who takes, or gives, one of these kinds of data."""
    here = modalities_here(catalogue, side)
    for value in values:
        if value.casefold() not in here:
            raise _unknown(
                side.value, value, {kind: kind for kind in here}, f" Stated: {', '.join(sorted(here)[:20])}."
            )
    return handles(catalogue, side, frozenset(value.casefold() for value in values))


def amounts(catalogue: Catalogue, key: str, limit: Limit, *, last: bool = False) -> np.ndarray:
    """The seen value of a fact for every artifact, as a number or as a day, as the limit is; nan for none."""
    places, rows = catalogue.observed(key)
    values = np.full(len(catalogue), np.nan)
    if isinstance(limit, str):
        values[places] = [limit_number(text or "", last=last) for text in rows["text"].to_pylist()]
    else:
        values[places] = numbers_in(rows["number"])
    if np.isnan(values).all():
        raise _no_such_fact(catalogue, key, isinstance(limit, str))
    return values


@lru_cache(maxsize=16_384)
def limit_number(limit: Limit, *, last: bool = False) -> float:
    """A limit as a number: of a day its count, of a month or a year that of its first or last day; nan for no day."""
    if not isinstance(limit, str):
        return float(limit)
    day = first_day(limit)
    if day is None:
        return math.nan
    if last and limit.count("-") == 0:
        day = day.replace(month=12, day=31)
    elif last and limit.count("-") == 1:
        day = day.replace(day=monthrange(day.year, day.month)[1])
    return float(day.toordinal())


def _accepted(column: Column, value: str) -> frozenset[str]:
    """The licences and classes that a wanted one stands for."""
    names = accepted_names(value)
    if not names:
        raise QuestionError(f"the license {value!r} joins several: name those that you accept one by one.")
    if names.isdisjoint(LicenseClass) and not column.holding(lambda text: grants(text, names)).any():
        here = {text.casefold(): text for text in column.texts if text}
        raise _unknown("license", value.casefold(), here, f" Classes: {', '.join(LicenseClass)}.")
    return names


def _unknown(facet: str, value: str, here: Mapping[str, str], also: str = "") -> QuestionError:
    near = [here[each] for each in near_names(value, here)][:3]
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return QuestionError(f"no artifact here states the {facet} {value!r}.{hint}{also}")


def _no_such_fact(catalogue: Catalogue, key: str, as_day: bool) -> QuestionError:
    facts = catalogue.facts.filter(pc.field("status") == FactStatus.OBSERVED.value)
    if as_day:
        told = zip(facts["key"].to_pylist(), facts["text"].to_pylist(), strict=True)
        known = {each for each, text in told if text and first_day(text)}
    else:
        known = set(facts.filter(pc.is_valid(facts["number"]))["key"].to_pylist())
    listed = ", ".join(sorted(known)[:20]) or "none"
    return QuestionError(f"no artifact states {key!r} as a {'day' if as_day else 'number'}; facts here: {listed}.")
