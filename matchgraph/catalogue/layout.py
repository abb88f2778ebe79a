"""The classic comparison page: what it says, as a value, and the sentences it says it in.

The writer (`pages/classic.py`) prints the very sentences that the reader (`page.py`) expects, so that each is the
other's inverse. What the layout leaves open (whom the subtitle praises, whose list comes first) is a field of `Page`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from matchgraph.catalogue.records import ArtifactType

SHOWN = 8  # capabilities a side; a line counts the rest
MORE = "capabilities"
NONE = "\N{EM DASH}"  # a cell with nothing in it
AXES = ("adoption", "quality", "ecosystem", "match graph")
DISPLAYED = {kind: kind.value.replace("-", " ").title() for kind in ArtifactType} | {
    ArtifactType.FINE_TUNE: "Fine-tune",
    ArtifactType.MCP_SERVER: "MCP Server",
    ArtifactType.API: "API",
    ArtifactType.APP: "Web App",
    ArtifactType.CLI: "CLI",
}
SIDE_BY_SIDE = "Side-by-side comparison to help you choose."
RULE = "|---|---|---|"
UNIQUE, VERSUS = "Unique: ", "vs alternatives: "
VERDICT = "Verdict"
CLOSING = ("Need something different?", "Search the match graph \N{RIGHTWARDS ARROW}")

BACKED = "Capability-level comparison backed by match graph evidence from real search data."


class Position(StrEnum):
    """Where one of the two stands."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> Position:
        """Where the other one stands."""
        return Position.RIGHT if self is Position.LEFT else Position.LEFT


@dataclass(frozen=True, slots=True)
class PageCapability:
    """One block of a side, as printed; the layout has no names of capabilities."""

    description: str
    unique: str | None = None
    vs_alternatives: str | None = None


@dataclass(frozen=True, slots=True)
class PageSide:
    """What the page says of one of the two; every text as displayed."""

    name: str
    type: str
    rank: int
    adoption: str
    quality: str
    ecosystem: str
    match_graph: str
    pricing: str
    starting_price: str
    decomposed: int  # capabilities counted, of which the page shows the first few
    times_matched: str
    capabilities: tuple[PageCapability, ...] = ()
    leads: tuple[str, ...] = ()  # axes that the verdict gives it, in the table's order
    more: str = MORE  # the last word of "+1 more capabilities"


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that a page says."""

    left: PageSide
    right: PageSide
    headline: Position | None  # whom the subtitle ranks higher; None for the side-by-side subtitle
    winner: Position | None  # who the verdict says scores higher
    first: Position  # whose list of leads comes first
    ending: str = ""  # what follows the last line
    file: str = field(default="page", compare=False)

    def side(self, position: Position) -> PageSide:
        """The side that stands there."""
        return self.left if position is Position.LEFT else self.right

    @property
    def rows(self) -> list[Row]:
        """The rows of the table; a starting price has one only where either side states it."""
        priced = any(side.starting_price != NONE for side in (self.left, self.right))
        return [row for row in TABLE if priced or row.field != "starting_price"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: the field it shows, its label, what a cell looks like."""

    field: str
    label: str
    wanted: str
    pattern: re.Pattern[str]
    form: str = "{}"

    def cell(self, side: PageSide) -> str:
        """The side's cell in this row."""
        return self.form.format(getattr(side, self.field))


_TEXT = re.compile(r"(\S(?:.*\S)?)")
_COUNT = r"(?:0|[1-9][0-9]{0,14})"
_RANK = re.compile(r"(100|[1-9]?[0-9])/100")
_AXIS = re.compile(rf"({_COUNT}(?:\.[0-9]{{1,15}})?|{NONE})")
_DECOMPOSED = re.compile(rf"({_COUNT}) decomposed")
_TIMES = re.compile(rf"({_COUNT}|[1-9][0-9]{{0,2}}(?:,[0-9]{{3}}){{1,4}}|{NONE})")
TABLE = (
    Row("type", "Type", "a type", _TEXT),
    Row("rank", "UnfragileRank", "a rank like 45/100", _RANK, "{}/100"),
    *(Row(axis.replace(" ", "_"), axis.title(), "a number", _AXIS) for axis in AXES),
    Row("pricing", "Pricing", "a pricing", _TEXT),
    Row("starting_price", "Starting Price", f"a price or {NONE}", _TEXT),
    Row("decomposed", "Capabilities", "a count like 5 decomposed", _DECOMPOSED, "{} decomposed"),
    Row("times_matched", "Times Matched", "a count", _TIMES),
)


def ruled(left: PageSide, right: PageSide) -> Page:
    """The page of the two as the layout's own rules have it: the higher rank wins, the loser's leads come first."""
    higher = Position.LEFT if left.rank > right.rank else Position.RIGHT
    winner = None if left.rank == right.rank else higher
    return Page(left, right, None if winner is Position.LEFT else winner, winner, leads_first(winner))


def leads_first(winner: Position | None) -> Position:
    """Whose leads come first: the loser's, or the left one's where nobody wins."""
    return winner.other if winner else Position.LEFT


def title(left: str, right: str) -> str:
    """The first line."""
    return f"{left} vs {right}"


def subtitle(page: Page) -> str:
    """The second line."""
    if page.headline is None:
        return SIDE_BY_SIDE
    return f"{_against(page, page.headline, 'ranks')} {BACKED}"


def header(left: str, right: str) -> str:
    """The first row of the table."""
    return f"| Feature | {left} | {right} |"


def row(label: str, left: str, right: str) -> str:
    """A further row of the table."""
    return f"| {label} | {left} | {right} |"


def heading(side: PageSide) -> str:
    """The line above a side's capabilities."""
    return f"{side.name} Capabilities"


def rest(side: PageSide) -> str | None:
    """The line that counts the capabilities not shown, where there are any."""
    return f"+{side.decomposed - SHOWN} more {side.more}" if side.decomposed > SHOWN else None


def score(page: Page) -> str:
    """The verdict's first sentence."""
    if page.winner is None:
        return f"{page.left.name} and {page.right.name} score the same at {page.left.rank}/100."
    return _against(page, page.winner, "scores")


def leads(page: Page) -> str:
    """The verdict's second sentence, with the space before it; empty unless each side leads on something."""
    first, second = page.side(page.first), page.side(page.first.other)
    if not (first.leads and second.leads):
        return ""
    return f" {first.name} leads on {listed(first.leads)}, while {second.name} is stronger on {listed(second.leads)}."


def listed(axes: tuple[str, ...]) -> str:
    """The axes in words.

    >>> listed(("adoption", "quality", "ecosystem"))
    'adoption, quality and ecosystem'
    """
    return " and ".join(part for part in (", ".join(axes[:-1]), axes[-1]) if part)


def _against(page: Page, position: Position, verb: str) -> str:
    one, other = page.side(position), page.side(position.other)
    return f"{one.name} {verb} higher at {one.rank}/100 vs {other.name} at {other.rank}/100."
