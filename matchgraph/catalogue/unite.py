"""Two tellings of one artifact become one: the fuller is believed, the other adds what the fuller leaves open.

Of two facts the one that was seen later is believed, where both say when; where dates do not decide, what is to be
trusted before what is suspect, and then the one whose source is of a better tier.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from matchgraph.catalogue.decompose.merge import same_words
from matchgraph.catalogue.origin import ORIGIN, joined
from matchgraph.catalogue.records import MOST_REMARKS, Artifact, FactStatus, Pricing
from matchgraph.catalogue.tiers import outranks

_TEXTS = ("name", "type", "description", "maker", "url", "license")
_ALONE = (*_TEXTS, "pricing", "pricing_detail", "source", "source_license")
_DETAIL_OF = {"pricing_detail": "pricing", "source_license": "source"}  # says nothing of another price or source
_LISTED = ("job", "inputs", "outputs", "aliases", "tags", "links")
_OPEN: tuple[object, ...] = (None, "", {}, Pricing.UNKNOWN)  # what a field holds where nothing is stated


def united(fuller: Artifact, other: Artifact) -> tuple[Artifact, list[str], list[str]]:
    """The fuller one with what only the other states; what was taken, and what both state otherwise and was dropped.

    Lists are united. Capabilities are the fuller one's alone: the same ones in other words would count twice. Remarks
    are of both, but for those that say what is said already.
    """
    taken: dict[str, Any] = {}
    dropped: list[str] = []
    for field in _ALONE:
        known, told = getattr(fuller, field), getattr(other, field)
        if known in _OPEN and told not in _OPEN and _fits(fuller, other, field):
            taken[field] = told
        elif told not in _OPEN and told != known:
            dropped.append(field)
    for field in _LISTED:
        known, told = getattr(fuller, field), getattr(other, field)
        if set(told) - set(known):
            taken[field] = tuple(dict.fromkeys((*known, *told)))
    if new := _new_remarks(fuller, other):
        remarks = (*fuller.remarks, *new)
        taken |= {"remarks": remarks[:MOST_REMARKS]} if len(fuller.remarks) < MOST_REMARKS else {}
        beyond = len(remarks) - MOST_REMARKS
        dropped += [f"{beyond} of its remarks"] if beyond > 0 else []
    stated = {key: fact for key, fact in other.facts.items() if not key.startswith(ORIGIN)}
    facts = {key: fact for key, fact in stated.items() if _says_more(other, fuller, key)}
    dropped += [f"facts.{key}" for key in sorted(stated.keys() - facts.keys()) if _differ(fuller, other, key)]
    said = {(each.name, each.description) for each in fuller.capabilities}
    unsaid = sum((each.name, each.description) not in said for each in other.capabilities)
    dropped += [f"{unsaid} of its capabilities"] if unsaid else []
    facts = {key: fact if fact.source else replace(fact, source=other.source) for key, fact in facts.items()}
    took = [*taken, *(f"facts.{key}" for key in sorted(facts))]
    facts |= joined(fuller.facts, other.facts, taken.keys())
    return replace(fuller, **taken, facts=dict(fuller.facts) | facts), took, dropped


def _new_remarks(fuller: Artifact, other: Artifact) -> list[str]:
    """What the other remarks that the fuller one says nowhere, neither as a remark nor of what it can do."""
    said = [*fuller.remarks, *(each.description for each in fuller.capabilities)]
    new: list[str] = []
    for remark in other.remarks:
        if not any(same_words(remark, each) for each in (*said, *new)):
            new.append(remark)
    return new


def _says_more(other: Artifact, fuller: Artifact, key: str) -> bool:
    """Whether a fact adds to what is known: any does to none, a stated one to a missing one, a later to an earlier.

    Of two of one day, or without one, the better vouched for does.
    """
    fact, than = other.facts[key], fuller.facts.get(key)
    if than is None or fact.status is FactStatus.MISSING or than.status is FactStatus.MISSING:
        return than is None or fact.status is not than.status is FactStatus.MISSING
    if fact.status is not FactStatus.OBSERVED or fact.value is None:
        return False
    if fact.observed_at and than.observed_at and fact.observed_at != than.observed_at:
        return fact.observed_at > than.observed_at
    if than.status is FactStatus.SUSPECT:
        return True
    return than.status is FactStatus.OBSERVED and outranks(fact, other, than, fuller)


def _fits(fuller: Artifact, other: Artifact, field: str) -> bool:
    """Whether what the other says of a field can stand beside what the fuller says of the rest."""
    whole = _DETAIL_OF.get(field)
    return whole is None or getattr(fuller, whole) in (*_OPEN, getattr(other, whole))


def _differ(fuller: Artifact, other: Artifact, key: str) -> bool:
    return other.facts[key].value not in (None, fuller.facts[key].value)
