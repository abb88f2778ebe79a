"""The API keeps its word: whatever is sent, the answer is one that OpenAPI tells of, and never a breakdown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import matchgraph as mg
from matchgraph.doors.live import Live
from matchgraph.doors.web.api import PLACE, alone
from matchgraph.doors.web.guard import Rules
from tests.conftest import TODAY, WordEncoder, eight

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    store: Path = tmp_path_factory.mktemp("schema")
    mg.rebuild(pd.DataFrame(eight()), store=store, encoder=WordEncoder(), today=TODAY)
    return alone(Live(store, encoder=WordEncoder(), pause=1e9), Rules(rate=0))


OPERATIONS = [
    ("GET", "/search"),
    ("GET", "/similar"),
    ("GET", "/compare"),
    ("GET", "/recommend"),
    ("GET", "/explain"),
    ("GET", "/resolve"),
    ("GET", "/artifacts/{artifact_id}"),
    ("POST", "/events"),
    ("GET", "/events"),
    ("GET", "/health"),
]


@pytest.fixture(scope="module")
def told(app: Any) -> Any:
    return schemathesis.openapi.from_asgi(f"{PLACE}/openapi.json", app)


def test_every_operation_is_tried_below(told: Any) -> None:
    assert sorted((each.ok().method.upper(), each.ok().path) for each in told.get_all_operations()) == sorted(
        OPERATIONS
    )


TRIED = [(*each, GenerationMode.POSITIVE) for each in OPERATIONS]
# Of an artifact's name and of health there is nothing wrong to ask.
TRIED += [(*each, GenerationMode.NEGATIVE) for each in OPERATIONS if each[1] not in OPERATIONS[6] + OPERATIONS[9]]


@pytest.mark.parametrize(("method", "path", "mode"), TRIED)
def test_every_answer_is_one_that_was_told_of(told: Any, method: str, path: str, mode: GenerationMode) -> None:
    operation = told[path][method]

    @given(operation.as_strategy(generation_mode=mode))
    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    def ask(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    ask()
