"""Pages as catalogue rows: what they say becomes facts, and every page comes back from what is kept of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import matchgraph as mg
from matchgraph.catalogue.catalogue import catalogue_of
from matchgraph.catalogue.from_page import import_page, records_of
from matchgraph.catalogue.page import read_page
from matchgraph.catalogue.published import page_of
from matchgraph.catalogue.read import read
from matchgraph.catalogue.records import Artifact
from matchgraph.catalogue.report import Ledger
from matchgraph.errors import CatalogueError
from matchgraph.pages.classic import published, written
from tests.catalogue.page_texts import Half, halves, page_text, pages
from tests.conftest import TODAY, WordEncoder

OTTER = Half("Otter v1.2", rank=41, count=3, leads=("ecosystem",))
LAKE = Half("Big Lake", "Dataset", rank=60, count=11, axes=("1", "1", "0", "0"), leads=("adoption", "quality"))
HERON = Half("Heron", "MCP Server", rank=70, count=9, pricing="Paid", price="$9 a month")
SEEDS = sorted((Path(__file__).parents[2].parent / "shared" / "pages").glob("*.txt"))


def rows_of(*texts: str, ledger: Ledger | None = None) -> dict[str, dict[str, Any]]:
    """The rows, once through JSON as an import writes them."""
    rows = json.loads(json.dumps(records_of([read_page(text) for text in texts], ledger)))
    return {row["artifact_id"]: row for row in rows}


def kept(rows: dict[str, dict[str, Any]], tmp: Path) -> dict[str, Artifact]:
    """The artifacts as a snapshot's tables hold them."""
    file = tmp / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows.values()))
    catalogue, report = read(file)
    assert report.rows_refused == 0
    return {artifact.artifact_id: artifact for artifact in catalogue}


def values(row: dict[str, Any]) -> dict[str, Any]:
    assert all(fact["source"] == "page" for fact in row["facts"].values())
    return {key: fact["value"] for key, fact in row["facts"].items()}


def test_what_a_page_says_of_an_artifact_becomes_its_record() -> None:
    rows = rows_of(page_text(OTTER, LAKE))
    assert list(rows) == ["big-lake", "otter-v1-2"]
    lake, otter = rows["big-lake"], rows["otter-v1-2"]
    assert (lake["name"], lake["type"], lake["pricing"]) == ("Big Lake", "dataset", "free")
    assert {key: value for key, value in values(lake).items() if ":" not in key or "lead" in key} == {
        "published_rank": 60,
        "published_adoption": 1,
        "published_quality": 1,
        "published_ecosystem": 0,
        "published_match_graph": 0,
        "published_times_matched": 0,
        "published_capabilities": 11,
        "published_lead_over:otter-v1-2": "adoption, quality",
    }
    assert values(otter)["published_lead_over:big-lake"] == "ecosystem"
    assert len(lake["capabilities"]) == 8
    assert otter["capabilities"][0] == {
        "name": "Thing number 0 of many that",
        "description": "Thing number 0 of many that Otter v1.2 does",
        "unique": "only 0",
        "vs_alternatives": "better 0",
    }


def test_a_page_by_the_rules_keeps_only_its_mark_beside_the_plain_facts() -> None:
    rows = rows_of(page_text(OTTER, LAKE))
    assert read(pd.DataFrame(rows.values()))[1].problems == ()
    own = [key for row in rows.values() for key in row["facts"] if key.startswith("published_vs")]
    assert own == ["published_vs:big-lake"]


def test_a_price_is_a_fact_only_where_one_is_stated() -> None:
    rows = rows_of(page_text(HERON, OTTER))
    assert values(rows["heron"])["published_starting_price"] == "$9 a month"
    assert rows["heron"]["pricing_detail"] == {"starting_price": "$9 a month"}
    assert "published_starting_price" not in rows["otter-v1-2"]["facts"]
    assert rows["heron"]["pricing"] == "paid"


def test_no_lead_is_kept_where_the_verdict_names_none() -> None:
    rows = rows_of(page_text(replace(OTTER, leads=()), LAKE))
    assert not [key for row in rows.values() for key in row["facts"] if "lead_over" in key]


def test_artifacts_whose_names_give_one_slug_get_their_type_appended() -> None:
    texts = [page_text(OTTER, LAKE), page_text(replace(OTTER, type="Product"), LAKE)]
    assert (
        list(rows_of(*texts)) == list(rows_of(*texts[::-1])) == ["big-lake", "otter-v1-2-model", "otter-v1-2-product"]
    )
    texts = [page_text(OTTER, LAKE), page_text(replace(OTTER, name="otter: v1.2"), LAKE)]
    assert list(rows_of(*texts)) == ["big-lake", "otter-v1-2-model", "otter-v1-2-model-2"]
    assert list(rows_of(page_text(replace(OTTER, name="???"), LAKE))) == ["artifact", "big-lake"]


def test_a_type_of_no_known_kind_is_told_and_kept(tmp_path: Path) -> None:
    text, ledger = page_text(replace(OTTER, type="Gadget"), LAKE), Ledger()
    rows = rows_of(text, ledger=ledger)
    assert [(each.line, each.found) for each in ledger.problems] == [(5, "'Gadget', no known type")]
    assert rows["otter-v1-2"]["type"] == "product"
    assert back(rows, tmp_path, "otter-v1-2", "big-lake") == text


def back(rows: dict[str, dict[str, Any]], tmp: Path, left: str, right: str) -> str:
    artifacts = kept(rows, tmp)
    page = published(artifacts[left], artifacts[right])
    assert page is not None
    return written(page)


PAIRS = {
    "loser left": page_text(OTTER, LAKE),
    "winner left": page_text(LAKE, OTTER),
    "winner left, list left first": page_text(LAKE, OTTER, left_first=True),
    "winner left, yet praised": page_text(LAKE, OTTER, side_by_side=False),
    "loser left, side by side": page_text(OTTER, LAKE, side_by_side=True),
    "equal ranks": page_text(OTTER, replace(LAKE, rank=41)),
    "equal ranks with a winner": page_text(OTTER, replace(LAKE, rank=41), tie_winner="right"),
    "no lists": page_text(replace(OTTER, leads=()), LAKE),
    "price": page_text(replace(OTTER, price="$3.00e-5 per token"), LAKE),
    "price like a date that is none": page_text(replace(OTTER, price="2024-13"), LAKE),
    "no claims": page_text(replace(OTTER, blocks=(("a", None, "b"), ("c", "d", None), ("e", None, None))), LAKE),
    "said twice": page_text(replace(OTTER, blocks=(("a", "x", None), ("a", "y", None), ("a", None, None))), LAKE),
    "markup": page_text(replace(OTTER, blocks=(("<b>", "<i>", "&lt;"), ("a  b ", " c", "d\te"))), LAKE),
    "nothing counted": page_text(replace(OTTER, count=0), LAKE),
    "nine, in the singular": page_text(replace(OTTER, count=9, more="capability"), LAKE),
    "line feed at the end": page_text(OTTER, LAKE) + "\n",
    "odd words": page_text(replace(OTTER, pricing="Ask us", matched="1,234", axes=("\u2014", "0.50", "7", "1")), LAKE),
}


@pytest.mark.parametrize("text", PAIRS.values(), ids=PAIRS)
def test_a_page_comes_back_from_its_records(text: str, tmp_path: Path) -> None:
    rows = rows_of(text)
    left, right = ("big-lake", "otter-v1-2") if text.startswith("Big") else ("otter-v1-2", "big-lake")
    assert back(rows, tmp_path, left, right) == text


@settings(max_examples=60, deadline=None)
@given(pages(halves()))
def test_any_page_comes_back_from_its_records(text: str) -> None:
    (page,) = [read_page(text)]
    made, report = read(pd.DataFrame(records_of([page])))
    assert report.rows_refused == 0
    artifacts = list(made)
    found = [page_of(one, other) for one in artifacts for other in artifacts if one is not other]
    assert [written(each) for each in found if each] == [text]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_pages_that_share_artifacts_all_come_back(data: st.DataObject) -> None:
    shared = st.sampled_from(data.draw(st.lists(halves(), min_size=2, max_size=3, unique_by=lambda half: half.name)))
    varied = shared.flatmap(lambda half: st.sampled_from([half, replace(half, rank=45), replace(half, count=1)]))
    texts = data.draw(st.lists(pages(varied), min_size=2, max_size=4))
    read_in = {
        (page.left.name, page.left.type, page.right.name, page.right.type): page for page in map(read_page, texts)
    }
    made, _ = read(pd.DataFrame(records_of(read_in.values())))
    artifacts = list(made)
    found = [page_of(one, other) for one in artifacts for other in artifacts if one is not other]
    assert sorted(written(page) for page in found if page) == sorted(map(written, read_in.values()))


def test_pages_that_differ_on_an_artifact_are_told_apart_and_each_comes_back(tmp_path: Path) -> None:
    other = replace(LAKE, rank=48, count=9, price="$1", blocks=(("Big Lake is new here", None, None),))
    texts, ledger = [page_text(OTTER, LAKE), page_text(HERON, other)], Ledger()
    rows = rows_of(*texts, ledger=ledger)
    assert values(rows["big-lake"])["published_rank"] == 60
    assert [(each.line, each.field, each.found) for each in ledger.problems] == [
        (6, "Big Lake rank", "48/100"),
        (12, "Big Lake starting_price", "$1"),
        (13, "Big Lake decomposed", "9 decomposed"),
        (41, "Big Lake capabilities", "other capabilities"),
    ]
    assert texts[1].split("\n")[40] == "Big Lake Capabilities"
    assert "page has '60/100'; kept this one for this pair alone" in ledger.problems[0].wanted
    assert back(rows, tmp_path, "otter-v1-2", "big-lake") == texts[0]
    assert back(rows, tmp_path, "heron", "big-lake") == texts[1]


def test_both_orders_of_a_pair_may_have_pages_of_their_own(tmp_path: Path) -> None:
    texts = [page_text(OTTER, LAKE), page_text(replace(LAKE, rank=12, leads=("quality",)), OTTER)]
    rows = rows_of(*texts)
    assert back(rows, tmp_path, "otter-v1-2", "big-lake") == texts[0]
    assert back(rows, tmp_path, "big-lake", "otter-v1-2") == texts[1]


def test_the_same_page_twice_is_taken_once_and_two_that_disagree_are_refused() -> None:
    text = page_text(OTTER, LAKE)
    assert rows_of(text, text) == rows_of(text)
    with pytest.raises(CatalogueError, match=r"'Otter v1\.2' and 'Big Lake', but says something else of them"):
        rows_of(text, page_text(OTTER, replace(LAKE, rank=61)))


def test_a_text_longer_than_a_catalogue_keeps_is_refused() -> None:
    with pytest.raises(CatalogueError, match="more text in one place than a catalogue keeps"):
        rows_of(page_text(replace(OTTER, count=1, blocks=(("a" * 30_000, None, None),)), LAKE))


def test_records_that_no_longer_say_what_the_page_said_give_no_page(tmp_path: Path) -> None:
    artifacts = kept(rows_of(page_text(OTTER, LAKE)), tmp_path)
    otter, lake = artifacts["otter-v1-2"], artifacts["big-lake"]
    page = page_of(otter, lake)
    assert page == read_page(page_text(OTTER, LAKE))
    assert page_of(lake, otter) is None
    assert page_of(otter, replace(lake, capabilities=(), name="Lake")) == page
    assert page_of(otter, replace(lake, facts={})) is None
    for value in ("no JSON", "[]", "{}", "7", "null"):
        for place in ("right.rank", "left.type", "winner", "left.capabilities.0.description"):
            broken = {f"published_vs:big-lake:{place}": replace(otter.facts["published_rank"], value=value)}
            found = page_of(replace(otter, facts=otter.facts | broken), lake)
            assert found is None or (found == page and value != "7")


def test_a_page_comes_back_where_a_fuller_source_tells_of_the_same_artifact(tmp_path: Path) -> None:
    does = [{"name": f"swim {n}", "description": f"swim in {n} ways"} for n in range(12)]
    fuller = {"artifact_id": "big-lake", "name": "The Big Lake", "type": "dataset", "capabilities": does}
    made, report = read(pd.DataFrame([fuller, *rows_of(page_text(OTTER, LAKE)).values()]))
    artifacts = {each.artifact_id: each for each in made}
    assert (report.rows_merged, artifacts["big-lake"].name) == (1, "The Big Lake")
    page = page_of(artifacts["otter-v1-2"], artifacts["big-lake"])
    assert page == read_page(page_text(OTTER, LAKE))


def test_a_catalogue_of_artifacts_holds_what_a_page_needs(tmp_path: Path) -> None:
    artifacts = kept(rows_of(page_text(OTTER, LAKE)), tmp_path)
    again = {each.artifact_id: each for each in catalogue_of(artifacts.values())}
    assert page_of(again["otter-v1-2"], again["big-lake"]) == read_page(page_text(OTTER, LAKE))


def test_what_pages_published_moves_no_rank_of_ours(tmp_path: Path) -> None:
    """Not even where an artifact's name is a word that facts of evaluations are known by."""
    rows = rows_of(page_text(replace(OTTER, name="top accuracy score"), LAKE))
    assert [key for row in rows.values() for key in row["facts"] if "accuracy" in key]
    ranks = []
    for each in (rows.values(), [row | {"facts": {}} for row in rows.values()]):
        store = tmp_path / str(len(ranks))
        mg.rebuild(pd.DataFrame(each), store=store, encoder=WordEncoder(), today=TODAY)
        ranks.append(mg.open(store, encoder=WordEncoder()).frame("ranking"))
    pd.testing.assert_frame_equal(*ranks)


def test_paths_may_be_one_or_many(tmp_path: Path) -> None:
    file = tmp_path / "otter.txt"
    file.write_text(page_text(OTTER, LAKE), encoding="utf-8", newline="")
    assert import_page(file) == import_page(str(file)) == import_page([file]) == mg.import_page((str(file),))
    with pytest.raises(CatalogueError, match="no page at"):
        import_page("a\nb")


@pytest.mark.skipif(not SEEDS, reason="no reference pages beside the repository")
def test_the_reference_pages_taken_in_together_all_come_back(tmp_path: Path) -> None:
    ledger = Ledger()
    rows = {row["artifact_id"]: row for row in import_page(SEEDS, ledger)}
    assert ledger.problems == []
    assert values(rows["the-pile"])["published_capabilities"] == 12
    artifacts = list(kept(rows, tmp_path).values())
    found = [page_of(one, other) for one in artifacts for other in artifacts if one is not other]
    assert sorted(written(page) for page in found if page) == sorted(file.read_text("utf-8") for file in SEEDS)
