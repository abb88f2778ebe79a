"""The classic page: published values as they were, computed ones that claim no more than there is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings

import matchgraph as mg
from matchgraph.answers.chances import Lead
from matchgraph.answers.compare import Comparison
from matchgraph.catalogue.from_page import records_of
from matchgraph.catalogue.layout import NONE
from matchgraph.catalogue.page import read_page
from matchgraph.catalogue.read import read
from matchgraph.catalogue.records import Artifact
from matchgraph.errors import QuestionError
from matchgraph.pages.classic import Values, classic, computed, published, starting_price, written
from tests.catalogue.page_texts import Half, halves, page_text, pages
from tests.conftest import TODAY, WordEncoder, eight

OTTER = Half("Otter", rank=41, count=3, leads=("ecosystem",))
LAKE = Half("Lake", "Dataset", rank=60, count=11, axes=("1", "1", "0", "0"), leads=("adoption", "quality"))
HERON = Half("Heron", "MCP Server", rank=70, count=9, pricing="Paid", price="$9 a month")


def artifacts_of(*texts: str) -> list[Artifact]:
    made, _ = read(pd.DataFrame(records_of(map(read_page, texts))))
    return list(made)


def marked(each: Artifact) -> bool:
    """Whether it stood on the left of the page."""
    return any(key.startswith("published_vs:") for key in each.facts)


def comparison(world: mg.MatchGraph, left: dict[str, Any], right: dict[str, Any]) -> Comparison:
    """Mail sorter and letter sorter with these values in place of their own."""
    made = world.compare("mail-sorter", "letter-sorter")
    made = replace(made, left=replace(made.left, **left), right=replace(made.right, **right))
    pairs = {name: (made.left.signals[name], made.right.signals[name]) for name in made.left.signals}
    leads = tuple(Lead(name, *both, 0.5, ahead(*both)) for name, both in pairs.items() if None not in both)
    return replace(made, chances=replace(made.chances, leads=leads))


def ahead(left: float, right: float) -> str | None:
    """Who leads, were every difference as sure as it is clear."""
    return None if abs(left - right) <= 0.05 else "left" if left > right else "right"


def page(world: mg.MatchGraph, left: dict[str, Any], right: dict[str, Any]) -> str:
    place = world.snapshot.catalogue.place
    both = [world.snapshot.catalogue.artifact(place[each]) for each in ("mail-sorter", "letter-sorter")]
    return written(computed(comparison(world, left, right), *both))


def signals(**values: float | None) -> dict[str, Any]:
    return {
        "signals": {"adoption": 0.5, "quality": 0.5, "ecosystem": 0.5, "match_graph": 0.5, "freshness": 0.5} | values
    }


@settings(max_examples=60, deadline=None)
@given(pages(halves()))
def test_a_page_asked_the_other_way_round_has_its_sides_swapped_and_the_same_rules(text: str) -> None:
    given_page = read_page(text)
    left, right = sorted(artifacts_of(text), key=marked, reverse=True)
    mirrored = published(right, left)
    assert published(left, right) == given_page
    assert mirrored is not None
    assert (mirrored.left, mirrored.right) == (given_page.right, given_page.left)
    assert mirrored.winner == (given_page.winner and given_page.winner.other)
    assert read_page(written(mirrored)) == mirrored


def test_the_mirrored_page_of_one_by_the_rules_is_by_the_rules_too() -> None:
    lake, otter = artifacts_of(page_text(OTTER, LAKE))
    mirrored = published(lake, otter)
    assert mirrored is not None
    assert written(mirrored) == page_text(LAKE, OTTER)


def test_artifacts_of_two_pages_have_none_of_their_own() -> None:
    heron, _, otter = artifacts_of(page_text(OTTER, LAKE), page_text(HERON, LAKE))
    assert published(heron, otter) is None
    assert published(otter, heron) is None


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """The small world and two imported pages in one snapshot."""
    store = tmp_path_factory.mktemp("classic") / "store"
    rows = records_of(map(read_page, [page_text(OTTER, LAKE), page_text(HERON, LAKE)]))
    mg.rebuild([pd.DataFrame(rows), pd.DataFrame(eight())], store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


def test_published_values_come_first_and_either_can_be_asked_for(graph: mg.MatchGraph) -> None:
    shown, values = classic(graph, "otter", "Lake")
    assert (written(shown), values) == (page_text(OTTER, LAKE), Values.PUBLISHED)
    assert classic(graph, "otter", "lake", Values.PUBLISHED) == (shown, values)
    ours, values = classic(graph, "otter", "lake", Values.COMPUTED)
    assert values is Values.COMPUTED
    assert ours != shown
    assert classic(graph, "otter", "heron")[1] is Values.COMPUTED


def test_published_values_that_no_page_has_are_a_clear_no(graph: mg.MatchGraph) -> None:
    with pytest.raises(QuestionError, match="no imported page compares 'otter' with 'heron'"):
        classic(graph, "otter", "heron", Values.PUBLISHED)
    with pytest.raises(QuestionError, match="itself"):
        classic(graph, "otter", "otter")


def test_every_computed_page_is_of_the_grammar(graph: mg.MatchGraph) -> None:
    ids = graph.snapshot.catalogue.ids
    for left in ids:
        for right in ids:
            if left != right:
                shown, _ = classic(graph, left, right, Values.COMPUTED)
                assert read_page(written(shown)) == shown


def test_a_computed_page_cites_searches_only_where_some_were_counted(world: mg.MatchGraph) -> None:
    ahead = {"rank": 60.0}
    assert "search data" not in page(world, {"rank": 40.0, "times_matched": 0}, ahead | {"times_matched": 0})
    assert "search data" in page(world, {"rank": 40.0, "times_matched": 0}, ahead | {"times_matched": 1})
    assert page(world, {"rank": 40.0}, ahead).split("\n")[1] == "Side-by-side comparison to help you choose."


def test_ranks_are_rounded_half_up_and_equal_ones_win_nothing(world: mg.MatchGraph) -> None:
    text = page(world, {"rank": 41.5} | signals(adoption=0.9), {"rank": 42.4} | signals(quality=0.9))
    assert "| UnfragileRank | 42/100 | 42/100 |" in text
    said = "Mail Sorter and Letter Sorter score the same at 42/100."
    assert f"{said} Mail Sorter leads on adoption, while Letter Sorter is stronger on quality." in text


def test_leads_need_both_sides_and_a_sure_difference(world: mg.MatchGraph) -> None:
    low, high = {"rank": 40.0}, {"rank": 60.0}
    one_sided = page(world, low | signals(), high | signals(quality=0.9))
    assert "\nLetter Sorter scores higher at 60/100 vs Mail Sorter at 40/100.\n" in one_sided
    close = page(world, low | signals(adoption=0.54), high | signals(quality=0.9))
    assert "leads on" not in close
    unknown = page(world, low | signals(adoption=0.9), high | signals(adoption=None, quality=0.9))
    assert "leads on" not in unknown
    assert f"| Adoption | 1 | {NONE} |" in unknown
    both = page(world, low | signals(adoption=0.9, match_graph=0.7), high | signals(quality=0.9))
    assert "Mail Sorter leads on adoption and match graph, while Letter Sorter is stronger on quality." in both


def test_no_page_prints_a_price_with_an_exponent(tmp_path: Path) -> None:
    rows = eight()
    rows[0]["pricing_detail"] = {"input_usd_per_mtok_min": 0.00002, "basis": "a list"}
    mg.rebuild(pd.DataFrame(rows), store=tmp_path / "store", encoder=WordEncoder(), today=TODAY)
    graph = mg.open(tmp_path / "store", encoder=WordEncoder())
    text = written(classic(graph, "mail-sorter", "letter-sorter")[0])
    assert f"| Starting Price | $0.00002 per million input tokens | {NONE} |" in text


@pytest.mark.parametrize(
    ("detail", "shown"),
    [
        ({}, NONE),
        ({"basis": "open weights"}, NONE),
        ({"starting_price": "  "}, NONE),
        ({"starting_price": "$3.00e-5 per prompt token"}, "$0.00003 per prompt token"),
        ({"starting_price": "from $1e3 | year"}, "from $1000 / year"),
        ({"starting_price": 12}, "$12"),
        ({"starting_price": 0.5}, "$0.50"),
        ({"starting_price": True}, NONE),
        ({"input_usd_per_mtok_min": None, "input_usd_per_mtok_median": 1.6}, "$1.60 per million input tokens"),
        ({"input_usd_per_mtok_min": 0, "input_usd_per_mtok_median": 3e-05}, "$0.00003 per million input tokens"),
        ({"input_usd_per_mtok_min": float("inf")}, NONE),
        ({"starting_price": "model 4e999999"}, "model 4e999999"),
    ],
)
def test_a_starting_price_is_the_one_stated_in_plain_figures(detail: dict[str, Any], shown: str) -> None:
    assert starting_price(detail) == shown
