"""What the page for programs says of the JSON API, read from the account that the API gives of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np

from matchgraph.pages.plain import clipped, plain
from matchgraph.snapshot.snapshot import Snapshot

_LONGEST_ID, _LONGEST_QUERY = 300, 120  # characters; a longer name the API takes for none


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that may be stated."""

    name: str
    kind: str
    needed: bool
    default: Any  # None where there is none to tell
    told: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One question, or one thing to tell."""

    name: str
    method: str
    path: str
    summary: str
    example: str | None  # an address that answers; None where one cannot simply be opened
    parameters: tuple[Parameter, ...]


def manual(account: Mapping[str, Any], examples: Mapping[str, str]) -> tuple[Operation, ...]:
    """Every operation of an OpenAPI document; `examples` has values for parameters by their names."""
    place, parts = account["servers"][0]["url"], account["components"]["schemas"]
    found = []
    for path, methods in account["paths"].items():
        for method, told in methods.items():
            stated = {each["name"]: each for each in told.get("parameters", ())}
            listed = [*(_parameter(each, parts) for each in stated.values()), *_of_body(told, parts)]
            parameters = tuple(sorted(listed, key=lambda each: not each.needed))
            opens = method == "get" and {} in told.get("security", [{}])  # a browser has no key to show
            example = _example(place + path, stated, examples) if opens else None
            found.append(
                Operation(told["operationId"], method.upper(), place + path, told["summary"], example, parameters)
            )
    return tuple(found)


def examples(snapshot: Snapshot, pair: Sequence[str] = ()) -> dict[str, str]:
    """Values by the names of parameters, to be asked about: what the best here can do, and two to set side by side.

    `pair` are ids to take first. Two are named only where there are two that an address can hold.
    """
    best = np.argsort(-snapshot.ranking.table["rank"].to_numpy(), kind="stable")
    ids = (*pair, *(snapshot.catalogue.ids[place] for place in best.tolist()))
    first = list(islice(dict.fromkeys(filter(_stands_in_a_path, ids)), 2))
    if not first:
        return {}
    able = snapshot.catalogue.artifact(snapshot.catalogue.place[first[0]])
    query = clipped(plain(able.capabilities[0].name if able.capabilities else able.name).strip(), _LONGEST_QUERY)
    named = dict.fromkeys(("artifact", "artifact_id", "like"), first[0])
    named |= dict.fromkeys(("q", "intent"), query) if query else {}
    return named | (dict(zip(("left", "right"), first, strict=True)) if len(first) > 1 else {})


def _stands_in_a_path(artifact_id: str) -> bool:
    """Whether a browser sends it on as it is: it takes dots between strokes for a way up."""
    return len(artifact_id) <= _LONGEST_ID and {".", ".."}.isdisjoint(artifact_id.split("/"))


def _parameter(stated: Mapping[str, Any], parts: Mapping[str, Any]) -> Parameter:
    schema = stated["schema"]
    told = stated.get("description") or schema.get("description", "")
    return Parameter(
        stated["name"], _kind(schema, parts), stated.get("required", False), schema.get("default") or None, told
    )


def _of_body(told: Mapping[str, Any], parts: Mapping[str, Any]) -> Iterator[Parameter]:
    """The fields of what is sent, where something is."""
    for sent in told.get("requestBody", {}).get("content", {}).values():
        shape = parts[sent["schema"]["$ref"].rsplit("/", 1)[1]]
        for name, schema in shape["properties"].items():
            yield _parameter({"name": name, "schema": schema, "required": name in shape["required"]}, parts)


def _kind(schema: Mapping[str, Any], parts: Mapping[str, Any]) -> str:
    """What a value has to be, in words."""
    match schema:
        case {"$ref": str(name)}:
            return _kind(parts[name.rsplit("/", 1)[1]], parts)
        case {"anyOf": [first, *_]}:
            return _kind(first, parts)
        case {"enum": values}:
            return "one of " + ", ".join(map(str, values))
        case {"type": "array", "items": items}:
            return f"{_kind(items, parts)}, several may be stated"
        case {"minimum": least, "maximum": most}:
            return f"{least} to {most}"
    kind = str(schema["type"])
    return {"string": "text", "boolean": "true or false"}.get(kind, kind)


def _example(path: str, stated: Mapping[str, Any], examples: Mapping[str, str]) -> str | None:
    """The address with an example for all that has one; None where something needed has none."""
    known = {name: value for name, value in examples.items() if name in stated}
    if any(each.get("required") and name not in known for name, each in stated.items()):
        return None
    if "like" in stated and "like" not in known:  # none of what it takes is needed, and yet it answers to something
        return None
    for name in [name for name in known if stated[name]["in"] == "path"]:
        path = path.replace(f"{{{name}}}", quote(known.pop(name)))
    return path + (f"?{urlencode(known)}" if known else "")
