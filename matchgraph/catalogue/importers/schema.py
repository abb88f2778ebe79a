"""JSON schemas: which kinds of value one asks for, whatever choices and references to its own parts lie between."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

_CHOICES = ("anyOf", "oneOf", "allOf")
FORMS = ("contentMediaType", "format", "type")  # what says most of its kind comes first
_MOST = 64  # schemas that one may stand for; the rest is not looked at
USED = ("type", "required", "$schema", "$ref", "$defs", "definitions", *_CHOICES)  # beside the properties


def properties_of(schema: object) -> list[tuple[str, Any]]:
    """The properties with their names, those of every schema that this one may stand for."""
    held = [each.get("properties") for each in _meant(schema, schema)]
    return [named for properties in held if isinstance(properties, dict) for named in properties.items()]


def kinds_of(asked: object, whole: object) -> list[str]:
    """The kinds of value that a part of the `whole` schema asks for, each once; null, which is none, is not told.

    >>> kinds_of({"anyOf": [{"type": ["string", "null"]}, {"$ref": "#/$defs/n"}]}, {"$defs": {"n": {"type": "number"}}})
    ['string', 'number']
    """
    return list(dict.fromkeys(kind for each in _meant(asked, whole) for kind in _own_kinds(each) if kind != "null"))


def _own_kinds(schema: Mapping[str, Any]) -> list[str]:
    for form in FORMS:
        value = schema.get(form)
        if kinds := [
            each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str) and each
        ]:
            return kinds
    return []


def _meant(schema: object, whole: object) -> Iterator[Mapping[str, Any]]:
    """The schema and all that it may stand for, each once, however they refer to each other."""
    return islice(_reached(schema, whole), _MOST)


def _reached(schema: object, whole: object) -> Iterator[Mapping[str, Any]]:
    waiting, seen = deque([schema]), set[int]()
    while waiting:
        each = waiting.popleft()
        if not isinstance(each, dict) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting.append(_referred(each.get("$ref"), whole))
        for choice in _CHOICES:
            listed = each.get(choice)
            waiting.extend(listed[:_MOST] if isinstance(listed, list) else ())


def _referred(reference: object, whole: object) -> object:
    """What a reference like #/$defs/letter leads to; None where that is not of this schema."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    found = whole
    for step in filter(None, reference[1:].split("/")):
        found = found.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
    return found
