"""What an artifact is: the records of the catalogue, each checked when it is made.

>>> from pydantic import TypeAdapter
>>> TypeAdapter(Link).validate_python({"kind": "trained_on", "target": "the-pile"})
Link(kind=<LinkKind.TRAINED_ON: 'trained_on'>, target='the-pile')
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints
from pydantic.dataclasses import dataclass

Text = Annotated[str, StringConstraints(strip_whitespace=True)]
Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]

MOST_REMARKS = 8  # of one artifact; no description had more where it was measured what they are worth

_STRICT_FIELDS = ConfigDict(extra="forbid", defer_build=True)


class ArtifactType(StrEnum):
    """What kind of thing an artifact is; unlike kinds are not ranked against each other."""

    MODEL = "model"
    FINE_TUNE = "fine-tune"
    DATASET = "dataset"
    BENCHMARK = "benchmark"
    REPOSITORY = "repository"
    PACKAGE = "package"
    FRAMEWORK = "framework"
    MCP_SERVER = "mcp-server"
    AGENT = "agent"
    API = "api"
    PRODUCT = "product"
    PLATFORM = "platform"
    APP = "app"
    CLI = "cli"
    EXTENSION = "extension"
    PROMPT = "prompt"
    SKILL = "skill"
    TEMPLATE = "template"
    WORKFLOW = "workflow"


MATERIAL = frozenset({ArtifactType.DATASET, ArtifactType.BENCHMARK})  # what is worked with, not what does the work


class Pricing(StrEnum):
    """What it costs to start using the artifact."""

    FREE = "free"
    FREEMIUM = "freemium"
    PAID = "paid"
    UNKNOWN = "unknown"


class LinkKind(StrEnum):
    """How one artifact says that it stands to another."""

    TRAINED_ON = "trained_on"
    DERIVED_FROM = "derived_from"
    REQUIRES = "requires"
    PLUGIN_OF = "plugin_of"
    EVALUATED_ON = "evaluated_on"
    SERVED_BY = "served_by"
    INTEGRATES_WITH = "integrates_with"


class FactStatus(StrEnum):
    """Whether a fact was seen, is absent, cannot apply, or is not to be trusted."""

    OBSERVED = "observed"
    MISSING = "missing"
    NOT_APPLICABLE = "not-applicable"
    SUSPECT = "suspect"


@dataclass(config=_STRICT_FIELDS, frozen=True, slots=True)
class Fact:
    """One stated value. Absence of a fact means unknown, never zero."""

    value: bool | float | str | None = None  # dates stay as written: 2024, 2024-06 or 2024-06-03
    observed_at: str | None = None
    source: str | None = None
    status: FactStatus = FactStatus.OBSERVED

    @property
    def number(self) -> float | None:
        """The value where it counts something, else None."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            return None
        return float(self.value)


def first_day(written: str) -> date | None:
    """The first day that `2024`, `2024-06` or `2024-06-03` can mean; None for anything else.

    >>> first_day("2024-06")
    datetime.date(2024, 6, 1)
    """
    parts = written[:10].split("-")
    if not all(part.isdigit() for part in parts) or len(parts[0]) != 4 or len(parts) > 3:
        return None
    try:
        return date(*([int(part) for part in parts] + [1, 1])[:3])
    except ValueError:
        return None


@dataclass(config=_STRICT_FIELDS, frozen=True, slots=True)
class Link:
    """A declared tie from one artifact to another (whose id need not be in the catalogue)."""

    kind: LinkKind
    target: Id


@dataclass(config=_STRICT_FIELDS, frozen=True, slots=True)
class Capability:
    """One thing an artifact can do. `unique` and `vs_alternatives` are claims of its maker."""

    capability_id: Annotated[str, StringConstraints(min_length=1, max_length=400)]  # artifact_id#its-name
    name: Text
    description: Text
    unique: Text | None = None
    vs_alternatives: Text | None = None
    intents: tuple[Text, ...] = ()
    best_for: tuple[Text, ...] = ()
    limitations: tuple[Text, ...] = ()
    requires: tuple[Text, ...] = ()
    input_types: tuple[Text, ...] = ()
    output_types: tuple[Text, ...] = ()


@dataclass(config=_STRICT_FIELDS, frozen=True, slots=True)
class Artifact:
    """One AI artifact, taken apart into capabilities."""

    artifact_id: Id
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    type: ArtifactType
    description: Text = ""
    job: tuple[Text, ...] = ()
    maker: Text | None = None
    url: Text | None = None
    license: Text | None = None
    pricing: Pricing = Pricing.UNKNOWN
    pricing_detail: dict[str, object] = Field(default_factory=dict)
    inputs: tuple[Text, ...] = ()
    outputs: tuple[Text, ...] = ()
    aliases: tuple[Text, ...] = ()
    tags: tuple[Text, ...] = ()
    source: Text | None = None
    source_license: Text | None = None
    facts: dict[str, Fact] = Field(default_factory=dict)
    links: tuple[Link, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    remarks: Annotated[tuple[Text, ...], Field(max_length=MOST_REMARKS)] = ()  # of its text; no abilities
