"""Tools of servers: the kinds of their schemas however these are written, and what an answer says around its tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from matchgraph.catalogue.importers.schema import kinds_of
from tests.catalogue.importers.test_formats import told, unplaced, values


def listing(*tools: object, **around: object) -> dict[str, str]:
    return {"pond/tools.json": json.dumps({"tools": tools} | around)}


def tool(properties: dict[str, Any], **schema: object) -> dict[str, Any]:
    return {"name": "send_letter", "inputSchema": {"type": "object", "properties": properties} | schema}


@pytest.mark.parametrize(
    "asked",
    [
        {"type": "integer"},
        {"type": ["integer", "null"]},
        {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        {"oneOf": [{"type": "null"}, {"type": "integer"}]},
        {"$ref": "#/$defs/copies"},
        {"anyOf": [{"$ref": "#/$defs/some/other~1way"}, {"type": "null"}]},
    ],
)
def test_a_kind_is_found_however_the_schema_writes_it(tmp_path: Path, asked: dict[str, Any]) -> None:
    defined = {"copies": {"type": "integer"}, "some": {"other/way": {"$ref": "#/$defs/copies"}}}
    rows, found = told("mcp", tmp_path, listing(tool({"copies": asked}, **{"$defs": defined})))
    assert rows["mcp:pond"]["capabilities"][0]["input_types"] == ["integer"]
    assert unplaced(found) == set()


def test_every_choice_adds_its_kind_and_its_properties(tmp_path: Path) -> None:
    ways = [{"properties": {"to": {"type": "string"}}}, {"properties": {"to": {"format": "email", "type": "string"}}}]
    rows, _ = told("mcp", tmp_path, listing(tool({"copies": {"type": ["integer", "number"]}}, anyOf=ways)))
    assert rows["mcp:pond"]["capabilities"][0]["input_types"] == ["integer", "number", "string", "email"]


def test_schemas_that_refer_to_each_other_come_to_an_end() -> None:
    whole = {"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/b"}, {"type": "string"}]}, "b": {"$ref": "#/$defs/a"}}}
    assert kinds_of({"$ref": "#/$defs/b"}, whole) == ["string"]
    assert kinds_of({"anyOf": [{"type": f"kind {number}"} for number in range(10**5)]}, {})[-1] == "kind 62"


def test_a_property_that_says_no_kind_is_told(tmp_path: Path) -> None:
    asked = {"to": {"$ref": "https://otter.example/address"}, "copies": {"type": "integer"}}
    rows, found = told("mcp", tmp_path, listing(tool(asked)))
    assert rows["mcp:pond"]["capabilities"][0]["input_types"] == ["integer"]
    assert unplaced(found) == {"properties without a kind"}


def test_a_page_of_tools_says_that_more_follow_and_whose_they_are(tmp_path: Path) -> None:
    about = {"name": "otter-mcp", "title": "Otter Mail", "version": "1.4"}
    rows, found = told("mcp", tmp_path, listing(tool({}), serverInfo=about, nextCursor="p2"))
    assert rows["mcp:otter-mcp"]["name"] == "Otter Mail"
    assert values(rows["mcp:otter-mcp"]) == {"version": "1.4", "n_tools": 1}
    assert unplaced(found) == {"nextCursor (more tools follow)"}


def test_answers_one_a_line_belong_to_the_server_that_spoke_before_them(tmp_path: Path) -> None:
    otter, heron = ({"serverInfo": {"name": name}} for name in ("otter", "heron"))
    results = [otter, {"tools": [tool({})]}, heron | {"tools": []}, otter | {"tools": [{"name": "count_letters"}]}]
    text = "".join(json.dumps({"jsonrpc": "2.0", "id": 1, "result": result}) + "\n" for result in results)
    rows, found = told("mcp", tmp_path, {"tools.json": text})
    assert list(rows) == ["mcp:otter"]
    assert [each["name"] for each in rows["mcp:otter"]["capabilities"]] == ["send_letter", "count_letters"]
    assert [each.found for each in found.report.problems] == ["nothing"]  # that the heron can do


def test_a_part_of_the_tools_beside_a_server_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    answer = {"result": {"tools": [tool({})], "nextCursor": "p2"}}
    files = {
        "server.json": json.dumps({"name": "ponds/otter", "version": "1"}),
        "tools.json": f"{json.dumps(answer)}\n[1\n",
    }
    rows, found = told("mcp", tmp_path, files)
    assert [each["name"] for each in rows["mcp:ponds/otter"]["capabilities"]] == ["send_letter"]
    assert unplaced(found) == {"nextCursor (more tools follow)", "tools that cannot be read"}
