"""The classic comparison page, as an imported page published it or from our own ranks and signals.

The layout names a winner and leads, and gives no reasons: `compare` in its other forms has those. What is computed
here claims no more than it can: no search evidence is cited where there is none, and equal ranks win nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from matchgraph.answers.compare import Comparison, Side
from matchgraph.catalogue import layout
from matchgraph.catalogue.layout import AXES, DISPLAYED, NONE, SHOWN, Page, PageCapability, PageSide
from matchgraph.catalogue.published import page_of
from matchgraph.catalogue.records import Artifact, ArtifactType
from matchgraph.engine import MatchGraph
from matchgraph.errors import QuestionError

_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?[eE][-+]?\d{1,2}(?!\d)")
_PER_MILLION = ("input_usd_per_mtok_min", "input_usd_per_mtok_median")


class Values(StrEnum):
    """Whose values a classic page shows."""

    PUBLISHED = "published"
    COMPUTED = "computed"


def classic(graph: MatchGraph, left: str, right: str, values: Values | None = None) -> tuple[Page, Values]:
    """The page of the two and whose values it shows: a published page's where there is one, else our own."""
    ids = graph.resolve(left), graph.resolve(right)
    catalogue = graph.snapshot.catalogue
    artifacts = [catalogue.artifact(catalogue.place[artifact_id]) for artifact_id in ids]
    page = None if values is Values.COMPUTED else published(*artifacts)
    if page is not None:
        return page, Values.PUBLISHED
    if values is Values.PUBLISHED:
        raise QuestionError(
            f"no imported page compares {ids[0]!r} with {ids[1]!r} as this snapshot has them: "
            "take one in with `matchgraph import page`, or ask for computed values."
        )
    return computed(graph.compare(*ids), *artifacts), Values.COMPUTED


def written(page: Page) -> str:
    """The page as text, byte for byte what `read_page` would read it from."""
    left, right = page.left, page.right
    lines = [layout.title(left.name, right.name), layout.subtitle(page), layout.header(left.name, right.name)]
    lines += [layout.RULE, *(layout.row(row.label, row.cell(left), row.cell(right)) for row in page.rows)]
    lines += [*_block(left), *_block(right), layout.VERDICT, layout.score(page) + layout.leads(page)]
    return "\n".join([*lines, *layout.CLOSING]) + page.ending


def published(left: Artifact, right: Artifact) -> Page | None:
    """The imported page of the two, with its sides swapped where it had them the other way round; None without one."""
    page = page_of(left, right)
    if page is None and (mirrored := page_of(right, left)) is not None:
        winner = mirrored.winner.other if mirrored.winner else None
        page = replace(layout.ruled(mirrored.right, mirrored.left), winner=winner, first=layout.leads_first(winner))
        page = replace(page, ending=mirrored.ending, file=mirrored.file)
    return page


def computed(comparison: Comparison, left: Artifact, right: Artifact) -> Page:
    """The page of the two from our own ranks and signals."""
    sides = _side(comparison.left, left), _side(comparison.right, right)
    leads = _leads(comparison, "left"), _leads(comparison, "right")
    if all(leads):
        sides = replace(sides[0], leads=leads[0]), replace(sides[1], leads=leads[1])
    page = layout.ruled(*sides)
    searched = comparison.left.times_matched or comparison.right.times_matched
    return page if searched else replace(page, headline=None)


def _block(side: PageSide) -> list[str]:
    lines = [layout.heading(side)]
    for each in side.capabilities:
        lines.append(each.description)
        lines += [f"{layout.UNIQUE}{each.unique}"] if each.unique is not None else []
        lines += [f"{layout.VERSUS}{each.vs_alternatives}"] if each.vs_alternatives is not None else []
    rest = layout.rest(side)
    return lines if rest is None else [*lines, rest]


def _side(side: Side, artifact: Artifact) -> PageSide:
    shown: dict[str, Any] = {
        axis: _rounded(side.signals.get(axis) if side.known.get(axis) else None)
        for axis in (name.replace(" ", "_") for name in AXES)
    }
    blocks = [PageCapability(each.description, each.unique, each.vs_alternatives) for each in artifact.capabilities]
    return PageSide(
        name=side.name,
        type=DISPLAYED[ArtifactType(side.type)],
        rank=math.floor(side.rank + 0.5),
        pricing=str(side.pricing).title(),
        starting_price=starting_price(artifact.pricing_detail),
        decomposed=side.capabilities,
        times_matched=str(side.times_matched),
        capabilities=tuple(blocks[:SHOWN]),
        **shown,
    )


def _rounded(signal: float | None) -> str:
    """The signal as 0 or 1, as this layout has it."""
    return NONE if signal is None else str(math.floor(signal + 0.5))


def _leads(comparison: Comparison, side: str) -> tuple[str, ...]:
    """The axes on which one is surely ahead of the other, as far as the layout names them."""
    ahead = {lead.signal.replace("_", " ") for lead in comparison.chances.leads if lead.ahead == side}
    return tuple(axis for axis in AXES if axis in ahead)


def starting_price(detail: Mapping[str, Any]) -> str:
    """The lowest price that the pricing detail states, in figures that a person can read.

    >>> starting_price({"input_usd_per_mtok_min": 0.5}), starting_price({"starting_price": "$3.00e-5 per token"})
    ('$0.50 per million input tokens', '$0.00003 per token')
    """
    stated = detail.get("starting_price")
    if isinstance(stated, str) and stated.strip():
        plain = _SCIENTIFIC.sub(lambda number: _figures(number[0]), stated)
        return " ".join(plain.split()).replace(" | ", " / ")
    prices = [(stated, "")] + [(detail.get(key), " per million input tokens") for key in _PER_MILLION]
    for price, unit in prices:
        if isinstance(price, int | float) and not isinstance(price, bool) and 0 < price < math.inf:
            return f"${_figures(repr(price))}{unit}"
    return NONE


def _figures(number: str) -> str:
    """The number with no exponent: whole, or with two places and more."""
    plain = f"{Decimal(number):f}"
    whole, _, places = plain.partition(".")
    places = places.rstrip("0")
    return f"{whole}.{places.ljust(2, '0')}" if places else whole
