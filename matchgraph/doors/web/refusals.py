"""Every error of the API as a problem, and the API's own account of itself freed from what it never sends."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from matchgraph.doors.web.problems import Problem, problem
from matchgraph.errors import AccessError, MatchGraphError, QuestionError, SearchLogError, UnknownArtifact

_log = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    """Have the app say every error of its own as a problem."""
    app.add_exception_handler(RequestValidationError, _not_as_wanted)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(MatchGraphError, _of_matchgraph)
    app.add_exception_handler(Exception, _unforeseen)


async def _not_as_wanted(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it alone
    errors = [
        {"at": list(map(str, each["loc"])), "message": each["msg"], "type": each["type"]} for each in error.errors()
    ]
    return problem(422, "parameters", "some parameters are not as wanted: see errors.", errors=errors[:20])


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it alone
    kind, told = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-"), str(error.detail)
    if error.status_code == HTTPStatus.NOT_FOUND:
        place = request.scope.get("root_path", "")
        told = f"there is no {request.url.path[:200]} here: {place}/openapi.json has every address."
    return problem(error.status_code, kind, told, headers=error.headers)


async def _of_matchgraph(_: Request, error: Exception) -> Response:
    match error:
        case UnknownArtifact():
            return problem(404, "unknown-artifact", str(error), near=list(error.near))
        case AccessError(known=True):
            return problem(403, "scope", str(error))
        case AccessError() if error.__cause__ is None:
            return problem(401, "key", str(error), headers={"WWW-Authenticate": "Bearer"})
        case QuestionError():
            return problem(422, "question", str(error))
        case SearchLogError() if error.__cause__ is None:  # else it is the log that failed, not the event
            return problem(422, "question", str(error))
    # What is wrong with the server's files is not for those who ask.
    _log.error("%s", error)
    return problem(503, "unavailable", "the store cannot be used just now: its keeper can see why in the server's log.")


async def _unforeseen(_: Request, error: Exception) -> Response:
    return problem(500, "unforeseen", f"this should not happen ({type(error).__name__}): please report it.")


def lean(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with `Problem` among its parts and without FastAPI's own form of errors, which is never sent."""
    parts = schema.setdefault("components", {}).setdefault("schemas", {})
    parts["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    for name in ("HTTPValidationError", "ValidationError"):
        parts.pop(name, None)
    return json.loads(json.dumps(schema))  # type: ignore[no-any-return] # a copy that nobody shares
