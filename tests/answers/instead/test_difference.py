"""Differences: what both state counts, however it is spelled, and is said in the words that are counted."""

from __future__ import annotations

import numpy as np
import pytest

from matchgraph.answers.instead.difference import Differences
from matchgraph.catalogue.catalogue import catalogue_of
from matchgraph.catalogue.records import Artifact, ArtifactType, Capability, Fact, Pricing


def made(artifact_id: str, kind: ArtifactType = ArtifactType.MODEL, parameters: float = 0, **more: object) -> Artifact:
    facts = {"parameters": Fact(parameters)} if parameters else {}
    does = (Capability(f"{artifact_id}#it", "it", "does it"),)
    return Artifact(artifact_id, artifact_id, kind, facts=facts, capabilities=does, **more)  # type: ignore[arg-type]


WORLD = catalogue_of(
    [
        made("a", maker="Acme", license="Apache 2.0", pricing=Pricing.FREE, parameters=1e6),
        made("b", maker="ACME", license="apache-2.0", pricing=Pricing.UNKNOWN, parameters=1.5e6),
        made("c", ArtifactType.API, maker="Beta", license="proprietary", pricing=Pricing.PAID, parameters=4e6),
        made("d"),
    ]
)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (1, ()),
        (2, ("type api instead of model", "maker Beta instead of Acme", "license proprietary instead of Apache-2.0",
             "pricing paid instead of free", "where it runs: runs as a service",
             "parameters 4,000,000 instead of 1,000,000")),
        (3, ()),
    ],
)  # fmt: skip
def test_only_what_both_state_and_mean_differently_is_a_difference(other: int, told: tuple[str, ...]) -> None:
    found = Differences(WORLD)
    assert found.told(0, other) == told
    assert found.count(0, np.array([other])).tolist() == [len(told)]


def test_what_is_counted_is_what_is_told_either_way_round() -> None:
    found, every = Differences(WORLD), np.arange(4)
    for place in range(4):
        assert found.count(place, every).tolist() == [len(found.told(place, other)) for other in range(4)]
        assert found.count(place, every).tolist() == [len(found.told(other, place)) for other in range(4)]
