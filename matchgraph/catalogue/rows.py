"""An artifact written as a row of the catalogue format: only what is stated, each value in its shortest form."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from matchgraph.catalogue.records import Artifact, Capability, Fact, FactStatus, Pricing

_EMPTY: tuple[object, ...] = (None, "", (), {}, Pricing.UNKNOWN)
_EXACT = 2**53  # up to here a whole number is written as it is kept


def row_of(artifact: Artifact) -> dict[str, Any]:
    """The row that reads as this artifact.

    >>> from matchgraph.catalogue.records import ArtifactType
    >>> row_of(Artifact("clip", "CLIP", ArtifactType.MODEL, tags=("vision",)))
    {'artifact_id': 'clip', 'name': 'CLIP', 'type': 'model', 'tags': ['vision']}
    """
    row = _stated(artifact)
    if artifact.facts:
        row["facts"] = {key: fact_row(fact) for key, fact in artifact.facts.items()}
    if artifact.links:
        row["links"] = [{"kind": str(link.kind), "target": link.target} for link in artifact.links]
    if artifact.capabilities:
        row["capabilities"] = [_stated(capability) for capability in artifact.capabilities]
    return row


def fact_row(fact: Fact) -> dict[str, Any]:
    """The fact in its full form."""
    stated = {"value": whole(fact.value), "observed_at": fact.observed_at, "source": fact.source}
    row = {key: value for key, value in stated.items() if value is not None}
    return row if fact.status is FactStatus.OBSERVED and "value" in row else row | {"status": str(fact.status)}


def whole(value: Any) -> Any:
    """A number without its decimal point where it has no decimals; anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT else value


def _stated(record: Artifact | Capability) -> dict[str, Any]:
    values = {part.name: getattr(record, part.name) for part in fields(record)}
    return {name: _plain(value) for name, value in values.items() if value not in _EMPTY}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else str(value) if isinstance(value, str) else value
