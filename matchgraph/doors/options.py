"""The options that several commands of the shell share, and what is made of them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from matchgraph.answers.where import Where, where
from matchgraph.catalogue.records import ArtifactType, Pricing


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


StoreOption = Annotated[Path, typer.Option("--store", help="Folder of the snapshots and the search log.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
FormOption = Annotated[Form, typer.Option("--format", help="Form of the answer.")]
CountOption = Annotated[int, typer.Option("-k", min=1, help="How many results.")]
VersionOption = Annotated[str | None, typer.Option("--snapshot", help="An older version, like v000003.")]
EncoderOption = Annotated[str | None, typer.Option("--encoder", help="Sentence-transformers name or folder.")]
TypeOption = Annotated[list[ArtifactType] | None, typer.Option("--type", help="Only these types; repeat for several.")]
LicenseOption = Annotated[
    list[str] | None, typer.Option("--license", help="Licence names or classes (permissive, ...).")
]
PricingOption = Annotated[list[Pricing] | None, typer.Option("--pricing", help="Only at these prices.")]
MakerOption = Annotated[list[str] | None, typer.Option("--maker", help="Only these makers.")]
LeastOption = Annotated[list[str] | None, typer.Option("--at-least", help="A fact's lowest value: stars=1000.")]
RerankOption = Annotated[
    Path | None, typer.Option("--rerank", help="Folder of a cross-encoder that orders the first 50.")
]
MostOption = Annotated[list[str] | None, typer.Option("--at-most", help="A fact's highest value: parameters=1e9.")]


def conditions_of(
    type: list[ArtifactType] | None,
    license: list[str] | None,
    pricing: list[Pricing] | None,
    maker: list[str] | None,
    at_least: list[str] | None,
    at_most: list[str] | None,
) -> Where:
    """The conditions that the options state."""
    return where(
        type=tuple(type or ()),
        license=license,
        pricing=tuple(pricing or ()),
        maker=maker,
        at_least=_limits(at_least),
        at_most=_limits(at_most),
    )


def _limits(given: list[str] | None) -> dict[str, float]:
    limits = {}
    for text in given or ():
        key, _, value = text.partition("=")
        try:
            limits[key.strip()] = float(value)
        except ValueError as error:
            raise typer.BadParameter(f"{text!r}: wanted a fact and a number, like stars=1000") from error
    return limits


def day_of(text: str | None) -> date | None:
    """The day that an option states."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"{text!r}: wanted a day like 2026-05-01") from error
