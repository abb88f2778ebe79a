"""What can be asked through the JSON API: every question's parameters, checked before the engine hears of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

from matchgraph.answers.recommend import Mode
from matchgraph.answers.scoring import PARTS
from matchgraph.answers.where import Where, where
from matchgraph.catalogue.records import ArtifactType, Pricing
from matchgraph.doors.limits import limits_of
from matchgraph.searches.events import Channel, Outcome

MOST = 100  # results of one question

Query = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Names = Annotated[list[Name], Field(max_length=20)]

Wanted = Annotated[list[Annotated[str, StringConstraints(min_length=1, max_length=200)]], Field(max_length=20)]
# What is no part or no limit is refused further in, in a sentence: here the pattern is only told.
Parts = Annotated[
    list[Annotated[str, Field(json_schema_extra={"pattern": f"^({'|'.join(PARTS)})$"})]], Field(max_length=len(PARTS))
]
Count = Annotated[int, Field(ge=1, le=MOST)]
Limits = Annotated[
    list[Annotated[str, Field(max_length=200, json_schema_extra={"pattern": r"^[^=]+=\s*[-+0-9.e]+\s*$"})]],
    Field(max_length=20),
]

_SIDES = {"must": "Only", "avoid": "Not", "prefer": "First"}


class Asked(BaseModel):
    """A question; a parameter that it does not have is refused rather than passed over."""

    model_config = ConfigDict(extra="forbid")


class Facets(Asked):
    """Conditions, of which all must hold; of the values of one, any."""

    type: Annotated[list[ArtifactType], Field(max_length=20)] = Field([], description="These types.")
    license: Wanted = Field([], description="SPDX ids, or permissive, copyleft, non-commercial, closed.")
    pricing: Annotated[list[Pricing], Field(max_length=4)] = Field([], description="These prices.")
    maker: Wanted = Field([], description="These makers.")
    at_least: Limits = Field([], description="From a fact's value up: `stars=1000` or `released=2024-06`.")
    at_most: Limits = Field([], description="Up to a fact's value: `parameters=1e9`.")
    language: Wanted = Field([], description="`de` or `German`; `multilingual` for more than one.")
    inputs: Wanted = Field([], description="Takes one of these: text, image, audio.")
    outputs: Wanted = Field([], description="Gives one of these.")
    offline: bool | None = Field(None, description="Whether it runs on one's own machine.")

    def where(self, side: str = "must") -> Where | None:
        """The conditions of one side; None where it states none."""
        given = {facet: getattr(self, _name(side, facet)) for facet in Facets.model_fields}
        given |= {facet: limits_of(given[facet]) for facet in ("at_least", "at_most")}
        return where(**given) if any(value not in ([], {}, None) for value in given.values()) else None


def _name(side: str, facet: str) -> str:
    return facet if side == "must" else f"{side}_{facet}"


def _fields(side: str) -> dict[str, Any]:
    """The facets once more, under the name of a side."""
    found: dict[str, Any] = {}
    for facet, field in Facets.model_fields.items():
        told = Field(field.default, description=f"{_SIDES[side]}: {field.description}")
        found[_name(side, facet)] = (Facets.__annotations__[facet], told)
    return found


class SearchAsked(Facets):
    """Who can do this?"""

    q: Query = Field(description="What the artifact should do.", examples=["detect toxic comments in German"])
    k: Count = Field(10, description="How many results.")
    explore: float = Field(0.0, ge=0, le=1, description="Share of places drawn by lot from what is rarely shown.")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="Which draw.")
    without: Parts = Field(
        [], description=f"Parts of the score to switch off, to see what they do: {', '.join(PARTS)}."
    )


class SimilarAsked(Facets):
    """Who does what this one does?"""

    artifact: Name = Field(description="Id, name or alias.", examples=["clip"])
    k: Count = Field(10, description="How many results.")


class CompareAsked(Asked):
    """This or that, and why?"""

    left: Name = Field(description="Id, name or alias.", examples=["clip"])
    right: Name = Field(description="Id, name or alias.", examples=["siglip"])
    need: Query | None = Field(None, description="What it is for, in parts between commas.")
    force: bool = Field(False, description="Give the two scores even where they do not compare.")


class _Recommend(Facets):
    """I need something different: what, and how does it differ?"""

    like: Names = Field([], description="What you have or like: ids, names or aliases.", examples=[["clip"]])
    unlike: Names = Field([], description="What it should not be like.")
    to_replace: Name | None = Field(None, description="The one whose job has to be done.")
    neither: Annotated[list[Name], Field(max_length=2)] = Field([], description="Two just compared: neither of them.")
    need: Query | None = Field(None, description="What it has to do, in words.")
    mode: Mode = Field(Mode.SAME_JOB, description="The same job, next to the job, or a surprise from elsewhere.")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="The same seed, the same surprise.")
    relax: Wanted = Field([], description="Conditions to give up where too few are left, the first first.")
    k: Count = Field(5, description="How many results.")


RecommendAsked = create_model(
    "RecommendAsked", __base__=_Recommend, __doc__=_Recommend.__doc__, **_fields("avoid"), **_fields("prefer")
)


class ExplainAsked(Asked):
    """Why does it stand where it stands?"""

    artifact: Name = Field(description="Id, name or alias.", examples=["clip"])


class ResolveAsked(Facets):
    """Which one artifact is best for this, and how sure is that?"""

    intent: Query = Field(description="What has to be done.", examples=["detect toxic comments in German"])
    alternatives: int = Field(3, ge=0, le=20, description="How many others to name.")


class EventTold(Asked):
    """One search that happened, and what came of it."""

    query: Query = Field(description="What was searched for.", examples=["detect toxic comments"])
    shown: Annotated[list[Name], Field(max_length=MOST)] = Field([], description="What was shown, best first.")
    explored: Annotated[list[Name], Field(max_length=MOST)] = Field([], description="Those drawn by lot.")
    chosen: Name | None = Field(None, description="What was chosen.")
    outcome: Outcome | None = Field(None, description="Whether it did what was wanted.")
    actor: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        None, description="Who searched; kept as a salted hash."
    )
    channel: Channel = Field(Channel.API, description="`human` takes a key; `synthetic` counts for nothing.")


class Recorded(BaseModel):
    """A search as it is now in the log."""

    query: str
    shown: list[str]
    explored: list[str]
    chosen: str | None
    outcome: Outcome | None
    channel: Channel
    at: datetime
    times_matched: int | None = Field(description="How many real searches have now ended in what was chosen.")


class Health(BaseModel):
    """Whether the door answers, and from which snapshot."""

    status: str = Field(description="`ok`, or `stale` where a newer snapshot could not be opened.")
    snapshot: str
    digest: str
    built_at: str
    encoder: str
    counts: dict[str, int]


class Heard(BaseModel):
    """What the search log holds, counted."""

    events: int
    chosen: int = Field(description="Events in which something was chosen.")
    by_channel: dict[Channel, int]
