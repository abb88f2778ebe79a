"""What a language model answers, checked: it is a stranger's text, and so is what it read."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

MOST_CAPABILITIES = 60  # of one answer

_Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
_Long = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
_LONGEST_REFUSAL = 120  # characters of it that are told
_FENCED = re.compile(r"^\s*```(?:json)?\s*\n(.*)\n\s*```\s*$", re.DOTALL)


class ReplyError(ValueError):
    """An answer that is not of the form that was asked for."""


class Claimed(BaseModel):
    """One capability as a model tells it; nothing of it is believed before its quote is found."""

    model_config = ConfigDict(strict=True, frozen=True)

    name: _Short
    description: _Long
    quote: _Long
    intents: list[_Long] = Field(default_factory=list, max_length=20)
    limitations: list[_Long] = Field(default_factory=list, max_length=20)


class Reply(BaseModel):
    """A whole answer."""

    model_config = ConfigDict(strict=True, frozen=True)

    capabilities: list[Claimed] = Field(max_length=MOST_CAPABILITIES)


def reply_of(text: str) -> Reply:
    """The answer that a text writes, bare or in a fence.

    >>> reply_of('{"capabilities": []}').capabilities
    []
    """
    fenced = _FENCED.match(text)
    try:
        return Reply.model_validate(json.loads(fenced[1] if fenced else text))
    except (ValidationError, RecursionError) as error:
        raise ReplyError(f"an answer of another form: {_shortly(error)}") from error
    except ValueError as error:
        raise ReplyError("an answer that is no JSON") from error


def content_of(body: bytes) -> str:
    """What the model said, within the envelope that every OpenAI-compatible endpoint puts around it."""
    try:
        told: Any = json.loads(body)
        message = told["choices"][0]["message"]
        content, refusal = message["content"], message.get("refusal")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise ReplyError("an envelope without choices[0].message.content") from error
    if isinstance(refusal, str) and refusal and not content:
        raise ReplyError(f"a refusal, {refusal[:_LONGEST_REFUSAL]!r}")
    if not isinstance(content, str):
        raise ReplyError("an envelope whose content is no text")
    return content


def _shortly(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}"
    return "nested without end"
