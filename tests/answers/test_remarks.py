"""Remarks, lines that state no ability: search finds an artifact by them, and nothing else knows of them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.snapshot.files import packed_table, table_in
from matchgraph.snapshot.snapshot import packed
from tests.conftest import TODAY, WordEncoder, eight

REMARK = "a quiet companion for beekeepers on rainy mondays"
OF = "letter-sorter"
QUERY = "companion for beekeepers"
NEED = "sort letters for beekeepers on rainy mondays"


def rows(*remarks: str) -> list[dict[str, object]]:
    return [row | {"remarks": list(remarks)} if row["artifact_id"] == OF else row for row in eight()]


def opened(store: Path, *remarks: str) -> mg.MatchGraph:
    mg.rebuild(pd.DataFrame(rows(*remarks)), store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    return opened(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def remarked(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    return opened(tmp_path_factory.mktemp("remarked"), REMARK)


def test_an_artifact_is_found_by_a_remark_and_no_capability_is_named_for_it(remarked: mg.MatchGraph) -> None:
    first = remarked.search(QUERY)[0]
    assert (first.artifact_id, first.capability) == (OF, None)
    (reason,) = [each for each in first.reasons if each.kind == "remark"]
    assert reason.text == f"its text says, stating no ability: {REMARK}"
    assert sum(each.points or 0.0 for each in first.reasons) == pytest.approx(first.score, abs=1e-9)
    assert not [each for each in first.reasons if each.kind in ("capability", "job")]


def test_what_is_nearer_by_a_capability_says_so(plain: mg.MatchGraph, remarked: mg.MatchGraph) -> None:
    query = "sort mail into folders"
    assert remarked.search(query) == plain.search(query)


def test_without_remarks_every_score_is_as_if_there_were_none(plain: mg.MatchGraph, remarked: mg.MatchGraph) -> None:
    bare, without = plain.search(QUERY, without="hubs"), remarked.search(QUERY, without="remarks")
    assert [(each.artifact_id, each.score) for each in bare] == [(each.artifact_id, each.score) for each in without]
    assert remarked.search(QUERY)[0].score > without[0].score


def test_graph_ranks_and_comparisons_know_nothing_of_remarks(plain: mg.MatchGraph, remarked: mg.MatchGraph) -> None:
    for table in ("capabilities", "edges", "ranking", "rank_lines"):
        assert plain.frame(table).equals(remarked.frame(table)), table
    assert len(remarked.frame("remarks")) == 1
    for ask in (
        lambda graph: graph.compare("mail-sorter", OF, need=NEED),
        lambda graph: graph.similar("mail-sorter"),
        lambda graph: graph.explain(OF),
        lambda graph: graph.recommend("mail-sorter", need=NEED),
        lambda graph: graph.recommend(need=NEED),
        lambda graph: graph.cover([QUERY, "sort letters"]),
    ):
        assert ask(plain).to_dict() == ask(remarked).to_dict()


def test_baselines_are_measured_without_remarks(tmp_path: Path, plain: mg.MatchGraph, remarked: mg.MatchGraph) -> None:
    asked = tmp_path / "asked.jsonl"
    asked.write_text(f'{{"query": "{QUERY}", "gold": ["{OF}"]}}\n')
    before, after = ({each.system: each.mrr_10 for each in graph.evaluate(asked)} for graph in (plain, remarked))
    assert after["matchgraph-cold"] == 1.0
    assert all(after[system] == before[system] for system in ("bm25", "vectors", "vectors-best"))


def test_a_rebuild_after_remarks_changed_equals_a_clean_one(tmp_path: Path) -> None:
    for number, remarks in enumerate([(REMARK,), (REMARK, "made by patient hands"), ("made by patient hands",), ()]):
        changed, clean = opened(tmp_path / "store", *remarks), opened(tmp_path / f"clean{number}", *remarks)
        assert changed.manifest.digest == clean.manifest.digest
        assert changed.snapshot.catalogue.artifact(changed.snapshot.catalogue.place[OF]).remarks == remarks


def test_a_snapshot_without_remarks_is_what_it_was_before_there_were_any(
    plain: mg.MatchGraph, remarked: mg.MatchGraph
) -> None:
    assert "remarks.parquet" not in packed(plain.snapshot)
    assert table_in(packed(remarked.snapshot), "remarks.parquet").to_pylist() == [{"artifact_id": OF, "text": REMARK}]
    assert packed_table(plain.snapshot.catalogue.capabilities) == packed_table(remarked.snapshot.catalogue.capabilities)


def test_only_so_many_remarks_are_taken(tmp_path: Path) -> None:
    many = [f"the pond of heron {number}" for number in range(9)]
    report = mg.rebuild(pd.DataFrame(rows(*many)), store=tmp_path, encoder=WordEncoder(), today=TODAY)
    assert [problem.field for problem in report.read.problems] == ["remarks"]
    assert mg.open(tmp_path, encoder=WordEncoder()).frame("remarks")["text"].tolist() == many[:8]
