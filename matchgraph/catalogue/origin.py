"""Where the fields of an artifact come from: one fact for each document that told of it.

Facts of their own carry their source and day themselves. When two tellings of one artifact become one, each origin
keeps only the fields that were taken from it, so that every field still leads to its document.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from matchgraph.catalogue.records import Artifact, Fact

ORIGIN = "origin:"  # how the key of every such fact begins; no rank counts them
SAME_AS = "same_as:"  # how the key of the fact begins that tells of an id which was merged into an artifact
TOLD_AGAIN = "told_again:"  # the same of a further row of its own id that states something else
OF_ORIGIN = (ORIGIN, SAME_AS, TOLD_AGAIN)  # such facts say where others come from, and nothing of the artifact
_ESCAPED = (("<", "\\u003c"), ("&", "\\u0026"), ("  ", " \\u0020"))  # all that cleaning could change in it


@dataclass(frozen=True, slots=True)
class Origin:
    """A document that told of an artifact: in which format, when, and which fields."""

    format: str
    file: str
    day: str | None
    fields: tuple[str, ...]


def origin_fact(format: str, file: str, day: str | None, fields: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The fact, under its key, that these fields come from that document."""
    key = ORIGIN + hashlib.sha256(f"{format} {file}".encode("utf-8", "backslashreplace")).hexdigest()[:12]
    told = written({"file": file, "fields": sorted(fields)})
    return {key: {"value": told, "source": format, "observed_at": day}}


def written(told: Mapping[str, Any]) -> str:
    """The mapping as JSON in which cleaning finds nothing to change."""
    text = json.dumps(told, ensure_ascii=True)
    for mark, escaped in _ESCAPED:
        text = text.replace(mark, escaped)
    return text


def origins(artifact: Artifact) -> list[Origin]:
    """The documents that told of the artifact."""
    found = [_origin(fact) for key, fact in sorted(artifact.facts.items()) if key.startswith(ORIGIN)]
    return [origin for origin in found if origin is not None]


def stated_facts(artifact: Artifact) -> dict[str, Fact]:
    """What is stated of the artifact itself: its facts without those that tell where it comes from."""
    return {key: fact for key, fact in artifact.facts.items() if not key.startswith(OF_ORIGIN)}


def joined(facts: Mapping[str, Fact], others: Mapping[str, Fact], taken: Collection[str]) -> dict[str, Fact]:
    """The origins among the others, each with those of its fields that were taken, and what it gave here before."""
    kept = {}
    for key, fact in others.items():
        origin = _origin(fact) if key.startswith(ORIGIN) else None
        here = _origin(facts[key]) if key in facts else None
        if origin is not None and (fields := set(origin.fields) & set(taken)):
            fields |= set(here.fields) if here else set()
            value = origin_fact(origin.format, origin.file, origin.day, fields).popitem()[1]["value"]
            kept[key] = Fact(value, fact.observed_at, fact.source, fact.status)
    return kept


def _origin(fact: Fact) -> Origin | None:
    try:
        told = json.loads(str(fact.value))
        return Origin(str(fact.source), str(told["file"]), fact.observed_at, tuple(map(str, told["fields"])))
    except (ValueError, TypeError, KeyError, RecursionError):  # cut short, or written by another hand
        return None
