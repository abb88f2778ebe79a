"""The capability manifest: one artifact as YAML that its maker writes by hand, or as JSON, its passport.

`artifact` says what the thing is, `capabilities` what it can do (`intents_served`, `conditions` with `bestFor`,
`limitations` and `requires`, `unique_aspect`), then `pricing`, `failure_modes` and `execution`. What is written of an
artifact reads as that artifact again, to the last field; the last two blocks are kept as facts of the artifact.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from matchgraph.catalogue.importers.fields import Fields
from matchgraph.catalogue.records import Artifact, Capability, Fact, Pricing
from matchgraph.catalogue.rows import fact_row, row_of, whole
from matchgraph.catalogue.yaml_text import yaml_text

VERSION = 1
FAILURES, EXECUTION = "failure_modes", "execution"

_ARTIFACT = (
    *("name", "type", "description", "maker", "url", "license", "job", "inputs", "outputs", "aliases", "tags"),
    *("remarks", "source", "source_license", "links"),
)
_CAPABILITY = {"intents": "intents_served", "unique": "unique_aspect"}
_CONDITIONS = {"best_for": "bestFor", "limitations": "limitations", "requires": "requires"}
_OTHERS = ("name", "description", "vs_alternatives", "input_types", "output_types")
_JSON = ":json"  # how the key of a fact ends whose text is a list or a mapping written as JSON
_UNSAFE = re.compile(r"[<&]|(?<= ) |[^ -~]")  # all that cleaning could change in a JSON text
_STEP = re.compile(r"(0|[1-9][0-9]*)(:json)?")


def manifest_of(artifact: Artifact) -> str:
    """The manifest of the artifact, as YAML."""
    return yaml_text(content_of(artifact))


def passport_of(artifact: Artifact) -> str:
    """The same as JSON."""
    return json.dumps(content_of(artifact), indent=2, ensure_ascii=False) + "\n"


def content_of(artifact: Artifact) -> dict[str, Any]:
    """What a manifest says of the artifact."""
    row = row_of(artifact)
    failures, execution, facts = _blocks(artifact.facts)
    told = {"id": artifact.artifact_id} | {name: row[name] for name in _ARTIFACT if name in row}
    content: dict[str, Any] = {
        "manifest_version": VERSION,
        "artifact": told | ({"facts": facts} if facts else {}),
        "capabilities": [_capability(each, artifact.artifact_id) for each in artifact.capabilities],
    }
    pricing: dict[str, Any] = {"model": str(artifact.pricing)} if artifact.pricing is not Pricing.UNKNOWN else {}
    pricing |= {"detail": artifact.pricing_detail} if artifact.pricing_detail else {}
    blocks = {"pricing": pricing, FAILURES: failures, EXECUTION: execution}
    return content | {name: block for name, block in blocks.items() if block}


def row_of_content(fields: Fields) -> dict[str, Any]:
    """The catalogue row of what a manifest says; what it has no field for is left in `fields`."""
    artifact = fields.inside("artifact")
    fields.take("manifest_version")
    artifact_id = artifact.text("id", "artifact_id")
    row = {"artifact_id": artifact_id} | {name: artifact.take(name) for name in _ARTIFACT}
    facts = artifact.take("facts")
    row["facts"] = {**_facts(fields), **(facts if isinstance(facts, Mapping) else {})}
    stated, written = fields.stated.get("capabilities"), fields.each("capabilities")
    listed = stated if isinstance(stated, list) else []
    texts = [each for each in listed if isinstance(each, str)]
    if texts and len(texts) + len(written) == len(listed):
        fields.take("capabilities")
    row["capabilities"] = [*map(_capability_row, written), *texts]
    if isinstance(row["remarks"], str):  # one sentence, whatever marks are in it
        row["remarks"] = [row["remarks"]]
    row |= _pricing(fields)
    return {name: value for name, value in row.items() if value not in (None, "", [], {})}


def _capability(capability: Capability, artifact_id: str) -> dict[str, Any]:
    values = {name: getattr(capability, name) for name in (*_OTHERS, *_CAPABILITY, *_CONDITIONS)}
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items() if value}
    written: dict[str, Any] = {"id": capability.capability_id.removeprefix(f"{artifact_id}#")}
    written |= {_CAPABILITY.get(name, name): value for name, value in plain.items() if name not in _CONDITIONS}
    conditions = {_CONDITIONS[name]: value for name, value in plain.items() if name in _CONDITIONS}
    return written | ({"conditions": conditions} if conditions else {})


def _capability_row(fields: Fields) -> dict[str, Any]:
    conditions = fields.inside("conditions")
    row = {"capability_id": fields.text("id"), **{name: fields.take(name) for name in _OTHERS}}
    row |= {name: fields.take(written) for name, written in _CAPABILITY.items()}
    row |= {name: conditions.take(written) for name, written in _CONDITIONS.items()}
    return {name: value for name, value in row.items() if value not in (None, "", [], {})}


def _pricing(fields: Fields) -> dict[str, Any]:
    """The price and its detail; a price may also be one word."""
    if word := fields.text("pricing"):
        return {"pricing": word}
    pricing = fields.inside("pricing")
    model, detail = pricing.take("model"), pricing.take("detail")
    rest = {name: value for name, value in pricing.stated.items() if name not in ("model", "detail")}
    for name in rest:
        pricing.take(name)
    whole = detail if isinstance(detail, Mapping) else {"note": detail} if detail else {}
    return {"pricing": model, "pricing_detail": {**whole, **rest}}


def _facts(fields: Fields) -> dict[str, Any]:
    """The last two blocks as facts, one for each of their parts."""
    failures, execution = fields.take(FAILURES), fields.take(EXECUTION)
    listed = failures if isinstance(failures, list) else [] if failures is None else [failures]
    named = execution if isinstance(execution, Mapping) else {} if execution is None else {"note": execution}
    parts = [(f"{FAILURES}.{place}", part) for place, part in enumerate(listed)]
    parts += [(f"{EXECUTION}.{name}", part) for name, part in named.items()]
    return dict(_fact(key, part) for key, part in parts if part is not None)


def _fact(key: str, part: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(part, str | int | float):
        return key, {"value": part}
    return key + _JSON, {"value": _UNSAFE.sub(_escaped, json.dumps(part, ensure_ascii=True))}


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _blocks(facts: Mapping[str, Fact]) -> tuple[list[Any], dict[str, Any], dict[str, Any]]:
    """The failure modes, the execution, and the facts that are neither or say more than a block can."""
    failures: dict[int, Any] = {}
    execution: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for key, fact in facts.items():
        block, _, name = key.partition(".")
        place = _STEP.fullmatch(name)
        known, value = _part(key, fact)
        if known and block == FAILURES and place and int(place[1]) not in failures:
            failures[int(place[1])] = value
        elif known and block == EXECUTION and name.removesuffix(_JSON) not in execution:
            execution[name.removesuffix(_JSON)] = value
        else:
            rest[key] = fact_row(fact)
    if sorted(failures) != list(range(len(failures))):  # a place is missing: as a list it would be another
        rest |= {key: fact_row(facts[key]) for key in facts if key.startswith(f"{FAILURES}.")}
        failures = {}
    return [failures[place] for place in sorted(failures)], execution, rest


def _part(key: str, fact: Fact) -> tuple[bool, Any]:
    """Whether the fact is what a block's part becomes, and that part."""
    if fact != Fact(fact.value) or fact.value is None:
        return False, None
    if not key.endswith(_JSON):
        return True, whole(fact.value)
    try:
        part = json.loads(str(fact.value))
    except (ValueError, RecursionError):
        return False, None
    return isinstance(part, list | dict) and _fact(key.removesuffix(_JSON), part)[1]["value"] == fact.value, part
