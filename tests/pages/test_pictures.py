"""Pictures of answers, and what a notebook shows: well formed, true to the numbers, safe with any name."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

import matchgraph as mg
from matchgraph.pages.pictures import contributions, neighbourhood

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert('x')</script> & \"both\""


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314 - it is our own


def test_a_bar_is_as_long_as_its_points(world: mg.MatchGraph) -> None:
    told = world.explain("mail-sorter")
    bars = [each for each in parsed(contributions(told)).iter(f"{SVG}rect") if each.get("fill") != "none"]
    given = sum(line.points for line in told.rank_lines if line.most > 0 and line.points > 0)
    assert sum(float(bar.get("width")) for bar in bars) == pytest.approx(8 * given, abs=0.05 * len(bars))


def test_everything_joined_is_drawn_once(world: mg.MatchGraph) -> None:
    told = world.explain("mail-sorter")
    drawn = parsed(neighbourhood(told))
    assert len(list(drawn.iter(f"{SVG}line"))) == len({edge.other for edge in told.edges})


def test_who_is_joined_to_nothing_stands_alone(world: mg.MatchGraph) -> None:
    drawn = parsed(neighbourhood(replace(world.explain("mail-sorter"), edges=())))
    assert len(list(drawn.iter(f"{SVG}circle"))) == 1


@pytest.mark.parametrize("picture", [contributions, neighbourhood])
def test_no_name_breaks_a_picture(world: mg.MatchGraph, picture) -> None:
    told = world.explain("mail-sorter")
    edges = tuple(replace(edge, other=HOSTILE) for edge in told.edges)
    drawn = parsed(picture(replace(told, name=HOSTILE, edges=edges)))
    assert not list(drawn.iter(f"{SVG}script"))


def test_a_notebook_shows_the_page_and_for_an_explanation_the_pictures(world: mg.MatchGraph) -> None:
    assert "<section" in world.search("sort mail")._repr_html_()
    assert "<section" in world.best("sort mail")._repr_html_()
    explained = world.explain("mail-sorter")._repr_html_()
    assert explained.count("<svg") == 2
    assert "<section" in explained
