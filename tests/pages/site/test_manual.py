"""What the page for programs says of an API, on an account small enough to read."""

from __future__ import annotations

from typing import Any

from matchgraph.pages.site.manual import manual


def stated(name: str, schema: dict[str, Any], *, place: str = "query", required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": schema, "required": required, "description": f"{name}."}


def account(*parameters: dict[str, Any], path: str = "/find", **told: Any) -> dict[str, Any]:
    operation = {"operationId": "find", "summary": "Find it.", "parameters": parameters, **told}
    parts = {"Kind": {"enum": ["big", "small"]}, "Sent": {"properties": {"text": {"type": "string"}}, "required": []}}
    method = "post" if "requestBody" in told else "get"
    return {"servers": [{"url": "/v1"}], "components": {"schemas": parts}, "paths": {path: {method: operation}}}


def test_what_is_needed_stands_first_and_every_kind_is_said_in_words() -> None:
    (found,) = manual(
        account(
            stated("kind", {"$ref": "#/components/schemas/Kind"}),
            stated("names", {"type": "array", "items": {"type": "string"}}),
            stated("k", {"type": "integer", "minimum": 1, "maximum": 9, "default": 3}),
            stated("only", {"anyOf": [{"type": "boolean"}, {"type": "null"}]}),
            stated("q", {"type": "string"}, required=True),
        ),
        {},
    )
    assert [(each.name, each.kind, each.default) for each in found.parameters] == [
        ("q", "text", None),
        ("kind", "one of big, small", None),
        ("names", "text, several may be stated", None),
        ("k", "1 to 9", 3),
        ("only", "true or false", None),
    ]
    assert (found.method, found.path, found.example) == ("GET", "/v1/find", None)


def test_an_example_is_an_address_that_can_be_opened() -> None:
    told = account(stated("q", {"type": "string"}, required=True), stated("at", {"type": "string"}, place="path"))
    (found,) = manual(told, {"q": "a&b", "at": "here", "other": "x"})
    assert found.example == "/v1/find?q=a%26b"
    (found,) = manual(account(stated("id", {"type": "string"}, place="path"), path="/one/{id}"), {"id": "x/y z"})
    assert found.example == "/v1/one/x/y%20z"


def test_what_takes_a_key_or_is_sent_has_no_example() -> None:
    assert manual(account(security=[{"key": []}]), {})[0].example is None
    assert manual(account(security=[{}, {"key": []}]), {})[0].example == "/v1/find"
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Sent"}}}}
    (sent,) = manual(account(requestBody=body), {})
    assert (sent.example, [each.name for each in sent.parameters]) == (None, ["text"])
