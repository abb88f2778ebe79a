"""What is said when a request cannot be answered: one form for all of it, as RFC 9457 has it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """Why there is no answer, and what to do next."""

    type: str = Field(description="A name that stays the same.", examples=["urn:matchgraph:problem:unknown-artifact"])
    title: str
    status: int
    detail: str
    near: list[str] = Field([], description="Ids that come near to a name that is not known.")
    errors: list[dict[str, Any]] = Field([], description="Which parameters are not as wanted, and why.")


def problem(status: int, kind: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """A problem as a response."""
    stated = Problem(
        type=f"urn:matchgraph:problem:{kind}", title=HTTPStatus(status).phrase, status=status, detail=detail, **more
    )
    return Response(stated.model_dump_json(), status, media_type=MEDIA_TYPE, headers=headers)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Those problems, as OpenAPI tells them of one operation."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}
