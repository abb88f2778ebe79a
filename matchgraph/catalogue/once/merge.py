"""Several artifacts that are one thing become one: nothing that one of them states is lost, and every id leads to it.

The other ids become aliases. For each there is a fact `same_as:ID` that says what it was, why it is the same, what it
states otherwise than the one that is kept, and what that one stated before a later fact of this one took its place.
A further row of the same id that states something else has such a fact too, `told_again:DIGEST`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from matchgraph.catalogue.once.judge import Finding
from matchgraph.catalogue.once.marks import name_key
from matchgraph.catalogue.origin import OF_ORIGIN, SAME_AS, TOLD_AGAIN, written
from matchgraph.catalogue.records import Artifact, Fact, Link
from matchgraph.catalogue.unite import united

_DISPUTED = ("name", "type", "description", "maker", "url", "license", "pricing", "source")
_MOST = 20  # capabilities of another that are named
_LONGEST = 2000  # characters of what another states otherwise
_AGAIN = "a further row of this id"


@dataclass(frozen=True, slots=True)
class Merged:
    """An id, or a further row, that became part of an artifact: its name, source, why, and what it says otherwise."""

    artifact_id: str
    name: str
    source: str | None
    reason: str
    confidence: float | None  # that they are one; None where a person said which id to keep
    otherwise: dict[str, Any]  # by field

    def __str__(self) -> str:
        where = f" ({self.source})" if self.source else ""
        told = f"{self.artifact_id}{where}: {self.reason or 'merged before'}"
        return f"{told}; it states another {', '.join(self.otherwise)}" if self.otherwise else told


def mergers(artifact: Artifact) -> tuple[Merged, ...]:
    """The ids that an artifact also stands for, in their order, and the rows of one id that contradicted each other."""
    facts = sorted(artifact.facts.items())
    others = [_merger(key.removeprefix(SAME_AS), fact) for key, fact in facts if key.startswith(SAME_AS)]
    again = [_merger(artifact.artifact_id, fact) for key, fact in facts if key.startswith(TOLD_AGAIN)]
    return (*others, *again)


def _merger(artifact_id: str, fact: Fact) -> Merged:
    try:
        told = json.loads(str(fact.value))
        artifact_id = str(told.get("artifact_id", artifact_id))
        sure, otherwise = told.get("confidence"), told.get("otherwise")
        texts = (str(told.get(each, "")) for each in ("name", "reason"))
    except (ValueError, AttributeError, RecursionError):  # cut short, or written by another hand
        return Merged(artifact_id, "", fact.source, "", None, {})
    name, reason = texts
    known = otherwise if isinstance(otherwise, dict) else {}
    return Merged(artifact_id, name, fact.source, reason, sure if isinstance(sure, float) else None, known)


def merged(kept: Artifact, other: Artifact, finding: Finding) -> tuple[Artifact, list[str], list[str]]:
    """The kept one with what only the other states; what was taken, and what was not as both state it otherwise."""
    whole, took, dropped = united(kept, other)
    names = [] if name_key(other.name) == name_key(whole.name) else [other.name]
    aliases = dict.fromkeys((*whole.aliases, *names, other.artifact_id))
    told = {
        "name": other.name,
        "source": other.source,
        "reason": finding.reason,
        "confidence": finding.confidence,
        **_disputed(whole, kept, other),
    }
    fact = Fact(written({key: value for key, value in told.items() if value}), source=other.source)
    facts = whole.facts | {SAME_AS + other.artifact_id: fact}
    return replace(whole, aliases=tuple(aliases), facts=facts), took, dropped


def retold(kept: Artifact, other: Artifact) -> tuple[Artifact, list[str], list[str]]:
    """The same of two rows of one id; the other leaves a fact only where the two contradict each other."""
    whole, took, dropped = united(kept, other)
    disputed = _disputed(whole, kept, other)
    if not disputed:
        return whole, took, dropped
    told = {"artifact_id": other.artifact_id, "name": other.name, "source": other.source, "reason": _AGAIN, **disputed}
    text = written({key: value for key, value in told.items() if value})
    key = TOLD_AGAIN + hashlib.sha256(text.encode()).hexdigest()[:12]
    return replace(whole, facts=whole.facts | {key: Fact(text, source=other.source)}), took, dropped


def called(artifact: Artifact, artifact_id: str) -> Artifact:
    """The artifact under the id that people name first among those of one thing, and so its capabilities."""
    was = artifact.artifact_id
    if was == artifact_id:
        return artifact
    moved = [
        replace(each, capability_id=f"{artifact_id}#{each.capability_id.removeprefix(f'{was}#')}")
        for each in artifact.capabilities
    ]
    aliases = [each for each in artifact.aliases if each != artifact_id]
    told = {"name": artifact.name, "source": artifact.source, "reason": f"said to be kept as {artifact_id}"}
    facts = artifact.facts | {SAME_AS + was: Fact(written(told), source=artifact.source)}
    return replace(artifact, artifact_id=artifact_id, aliases=(*aliases, was), facts=facts, capabilities=tuple(moved))


def relinked(artifact: Artifact, stands_for: Mapping[str, str]) -> Artifact:
    """The artifact with its links led to the ids that are kept; what leads to itself is gone."""
    if not any(link.target in stands_for for link in artifact.links):
        return artifact
    links = (Link(link.kind, stands_for.get(link.target, link.target)) for link in artifact.links)
    return replace(artifact, links=tuple(link for link in links if link.target != artifact.artifact_id))


def _disputed(whole: Artifact, kept: Artifact, other: Artifact) -> dict[str, dict[str, Any]]:
    """What each of the two states that became another thing in the whole, or nothing."""
    told = {"otherwise": _otherwise(whole, other), "before": _otherwise(whole, kept)}
    return {key: fields for key, fields in told.items() if fields}


def _otherwise(whole: Artifact, other: Artifact) -> dict[str, Any]:
    """What the other states, field by field, where the whole states something else."""
    told: dict[str, Any] = {}
    for field in _DISPUTED:
        value = getattr(other, field)
        if value and value != "unknown" and value != getattr(whole, field):
            told[field] = str(value)[:_LONGEST]
    for key, fact in sorted(other.facts.items()):
        if not key.startswith(OF_ORIGIN) and fact.value not in (None, whole.facts[key].value):
            told[f"facts.{key}"] = fact.value if not isinstance(fact.value, str) else fact.value[:_LONGEST]
    said = {each.name for each in whole.capabilities}
    unsaid = [each.name for each in other.capabilities if each.name not in said]
    return told | ({"capabilities": unsaid[:_MOST]} if unsaid else {})
