"""The options that several commands of the shell share, and what is made of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from matchgraph.answers.facets import Limit
from matchgraph.answers.scoring import PARTS
from matchgraph.answers.where import Where, where
from matchgraph.catalogue.records import ArtifactType, Pricing
from matchgraph.doors.limits import limits_of
from matchgraph.errors import QuestionError


class Form(StrEnum):
    """What an answer is printed as."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"


class ComparisonForm(StrEnum):
    """What a comparison is printed as."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    CLASSIC = "classic"


class Reach(StrEnum):
    """Which artifacts a labelled query is answered from."""

    OPEN = "open"
    FAMILY = "family"


StoreOption = Annotated[
    str, typer.Option("--store", help="Folder of the snapshots and the search log, or a URL of snapshots: s3://...")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
FormOption = Annotated[Form, typer.Option("--format", help="Form of the answer.")]
CountOption = Annotated[int, typer.Option("-k", min=1, help="How many results.")]
VersionOption = Annotated[str | None, typer.Option("--snapshot", help="An older version, like v000003.")]
WithoutOption = Annotated[
    str, typer.Option("--without", help=f"Parts of the score to switch off, between commas: {', '.join(PARTS)}.")
]
SameOption = Annotated[
    Path | None, typer.Option("--same", help="YAML: lists of ids that are the `same` thing, or `different` ones.")
]
EncoderOption = Annotated[str | None, typer.Option("--encoder", help="Sentence-transformers name or folder.")]
# Every facet that conditions can name, as the shell takes it: its type there, and what it asks.
_FACETS: dict[str, tuple[Any, str]] = {
    "type": (list[str] | None, f"these types, between commas: {', '.join(ArtifactType)}"),
    "license": (list[str] | None, "these licences: SPDX ids, or permissive, copyleft, non-commercial, closed"),
    "pricing": (list[str] | None, f"these prices: {', '.join(Pricing)}"),
    "maker": (list[str] | None, "these makers"),
    "at_least": (list[str] | None, "from a fact's value up: stars=1000, or released=2024-06"),
    "at_most": (list[str] | None, "up to a fact's value: parameters=1e9"),
    "language": (list[str] | None, "these languages: de or German; multilingual for more than one"),
    "inputs": (list[str] | None, "what takes one of these: text, image, audio"),
    "outputs": (list[str] | None, "what gives one of these"),
    "offline": (bool | None, "what runs on one's own machine, or what does not"),
}
# A maker may have a comma in its name, a limit in its number: these are repeated.
_LISTED = ("type", "license", "pricing", "language", "inputs", "outputs")
_CHOICES = {"type": [*map(str, ArtifactType)], "pricing": [*map(str, Pricing)]}
_SIDES = {"must": "Only", "avoid": "Not", "prefer": "First"}


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the options of conditions in place of each parameter that is a `Where`.

    A parameter `must` is stated by `--type`, `--license`, ...; one called `avoid` by `--avoid-type` and so on.
    """
    signature = inspect.signature(command, eval_str=True)
    sides = [name for name, each in signature.parameters.items() if each.annotation is Where]

    @wraps(command)
    def asked(**given: Any) -> None:
        stated = {side: _where_of({facet: given.pop(_name(side, facet)) for facet in _FACETS}) for side in sides}
        command(**given, **stated)

    parameters = [each for name, each in signature.parameters.items() if name not in sides]
    parameters += [_parameter(side, facet) for side in sides for facet in _FACETS]
    asked.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined] # what typer reads
    asked.__annotations__ = {each.name: each.annotation for each in parameters}
    return asked


def _parameter(side: str, facet: str) -> inspect.Parameter:
    """One facet of one side, as an option."""
    type_, asks = _FACETS[facet]
    name = _name(side, facet).replace("_", "-")
    names = [f"--{name}", *([f"--no-{name}"] if facet == "offline" else [])]
    option = typer.Option("/".join(names), help=f"{_SIDES[side]} {asks}.")
    return inspect.Parameter(
        _name(side, facet), inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[type_, option]
    )


def _name(side: str, facet: str) -> str:
    return facet if side == "must" else f"{side}_{facet}"


def _where_of(given: dict[str, Any]) -> Where:
    """The conditions that the options of one side state."""
    listed = {facet: between_commas(given[facet]) for facet in _LISTED}
    for facet, choices in _CHOICES.items():
        for wrong in (each for each in listed[facet] if each not in choices):
            raise typer.BadParameter(f"{wrong!r} is no {facet}; it is one of {', '.join(map(repr, choices))}.")
    limits = {facet: _limits(given[facet]) for facet in ("at_least", "at_most")}
    return where(**given | {facet: names or None for facet, names in listed.items()} | limits)


def _limits(given: list[str] | None) -> dict[str, Limit]:
    try:
        return limits_of(given or ())
    except QuestionError as error:
        raise typer.BadParameter(str(error)) from error


def between_commas(given: Sequence[str] | None) -> list[str]:
    """What an option names, however it is given: once for each, or with commas between.

    >>> between_commas(["clip, siglip", "dinov2"])
    ['clip', 'siglip', 'dinov2']
    """
    return [part.strip() for text in given or () for part in text.split(",") if part.strip()]


def day_of(text: str | None) -> date | None:
    """The day that an option states."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"{text!r}: wanted a day like 2026-05-01") from error
