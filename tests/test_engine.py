"""`MatchGraph`: one snapshot, opened; its tables, its graph, its versions."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.errors import EncoderError, QuestionError, SearchLogError, SnapshotError
from matchgraph.searches.events import Channel, Outcome
from tests.conftest import TODAY, WordEncoder, eight

FILLED = ("artifacts", "capabilities", "facts", "links", "edges", "ranking", "rank_lines")
EMPTY = ("remarks", "query_kinds", "evidence")  # nobody has remarked or searched anything
TABLES = (*FILLED, *EMPTY)


def opened(rows: list[dict[str, object]], store: Path) -> mg.MatchGraph:
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """The small world, opened once: nothing here changes it."""
    return opened(eight(), tmp_path_factory.mktemp("world"))


@pytest.fixture
def fresh(store: Path) -> mg.MatchGraph:
    """The small world, opened anew, to be changed."""
    return mg.open(store, encoder=WordEncoder())


def test_the_graph_holds_every_artifact_once(world: mg.MatchGraph) -> None:
    drawn = world.networkx()
    assert isinstance(drawn, nx.MultiDiGraph)
    assert sorted(drawn) == sorted(row["artifact_id"] for row in eight())
    assert drawn.nodes["mail-sorter"]["name"] == "Mail Sorter"
    assert drawn.nodes["mail-sorter"]["license"] == "MIT"
    assert "license" not in drawn.nodes["speech-writer"]


def test_edges_of_different_kinds_between_two_stand_side_by_side(world: mg.MatchGraph) -> None:
    between = world.networkx()["mail-server-tool"]["mail-sorter"]
    assert set(between) == {"likeness", "requires"}
    assert between["requires"]["weight"] == 1.0


def test_likeness_goes_both_ways_and_a_declared_link_one_way(world: mg.MatchGraph) -> None:
    drawn = world.networkx()
    assert drawn.has_edge("mail-sorter", "letter-sorter", "likeness")
    assert drawn.has_edge("letter-sorter", "mail-sorter", "likeness")
    assert drawn.has_edge("mail-sorter", "mail-corpus", "trained_on")
    assert not drawn.has_edge("mail-corpus", "mail-sorter", "trained_on")


def test_the_other_way_of_a_likeness_tells_it_from_the_other_side(world: mg.MatchGraph) -> None:
    drawn = world.networkx()
    there, back = (drawn[one][other]["likeness"] for one, other in
                   (("mail-server-tool", "mail-sorter"), ("mail-sorter", "mail-server-tool")))  # fmt: skip
    assert there["weight"] == back["weight"]
    assert (there["cover"], there["covered"]) == (back["covered"], back["cover"])
    assert there["source_capability"] == back["target_capability"]
    assert there["source_capability"].startswith("mail-server-tool#")


def test_networkx_can_walk_the_graph(world: mg.MatchGraph) -> None:
    assert sum(nx.pagerank(world.networkx(), weight="weight").values()) == pytest.approx(1.0)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_a_frame(world: mg.MatchGraph, name: str) -> None:
    frame = world.frame(name)
    assert len(frame) or name in EMPTY
    key = "source" if name == "edges" else "artifact_id"
    assert set(frame[key]) <= set(world.snapshot.catalogue.ids)


def test_the_tables_have_the_rows_of_the_world(world: mg.MatchGraph) -> None:
    counts = {name: len(world.frame(name)) for name in TABLES}
    assert (counts["artifacts"], counts["capabilities"], counts["links"], counts["ranking"]) == (8, 16, 3, 8)
    assert counts["facts"] == sum(len(row.get("facts", {})) for row in eight())


def test_changing_a_frame_changes_nothing_else(world: mg.MatchGraph) -> None:
    frame = world.frame("ranking")
    frame["rank"] = 0.0
    assert world.frame("ranking")["rank"].min() > 0


def test_a_table_that_there_is_not_is_refused_with_those_there_are(world: mg.MatchGraph) -> None:
    with pytest.raises(QuestionError, match=re.escape(f"no table 'vectors': wanted one of {', '.join(TABLES)}.")):
        world.frame("vectors")


def test_its_length_is_the_number_of_artifacts(world: mg.MatchGraph) -> None:
    assert len(world) == 8


def test_repr_has_the_version_and_the_counts(world: mg.MatchGraph) -> None:
    assert repr(world).startswith("<MatchGraph v000001: 8 artifacts, 16 capabilities, 10 facts, ")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose second snapshot has one artifact fewer."""
    path = tmp_path_factory.mktemp("grown")
    opened(eight(), path)
    opened([row for row in eight() if row["artifact_id"] != "photo-tagger"], path)
    return path


def test_an_older_version_can_still_be_opened(grown: Path) -> None:
    assert len(mg.open(grown)) == len(mg.open(grown, version="v000002")) == 7
    older = mg.open(grown, version="v000001", encoder=WordEncoder())
    assert len(older) == 8
    assert "photo-tagger" in [item.artifact_id for item in older.search("tag photos with names")]


@pytest.mark.parametrize("version", ["v000009", "9", "../v000001", "CURRENT"])
def test_a_version_that_there_is_not_is_refused_with_those_there_are(grown: Path, version: str) -> None:
    with pytest.raises(SnapshotError, match=r"no snapshot .*; there is: v000001, v000002\."):
        mg.open(grown, version=version)


def test_a_folder_without_a_snapshot_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"no snapshot in .*: run `matchgraph rebuild"):
        mg.open(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_another_encoder_is_refused_when_it_is_needed(store: Path) -> None:
    graph = mg.open(store, encoder=WordEncoder("others"))
    assert len(graph.similar("mail-sorter"))  # asks the encoder nothing
    with pytest.raises(EncoderError, match=r"made by encoder 'words' .* the engine was given 'others'"):
        graph.search("sort mail")


def test_similar_compare_recommend_and_explain_never_call_the_encoder(store: Path) -> None:
    encoder = WordEncoder()
    graph = mg.open(store, encoder=encoder)
    graph.similar("mail-sorter")
    graph.compare("mail-sorter", "letter-sorter")
    graph.recommend("mail-sorter")
    graph.explain("mail-sorter")
    assert encoder.calls == 0
    graph.search("sort mail")
    assert encoder.texts == ["sort mail"]


def test_a_recorded_search_is_the_event_that_is_logged(fresh: mg.MatchGraph) -> None:
    event = fresh.record(
        query="sort my mail",
        shown=["Letter Sorter", "sorter"],
        chosen="sorter",
        outcome="worked",
        actor="someone",
        channel="agent",
    )
    assert (event.shown, event.chosen) == (("letter-sorter", "mail-sorter"), "mail-sorter")
    assert (event.outcome, event.channel) == (Outcome.WORKED, Channel.AGENT)
    (logged,) = fresh.log.events()
    assert (logged.query, logged.shown, logged.chosen) == (event.query, event.shown, event.chosen)
    assert logged.actor == event.actor != "someone"
    assert logged == event


def test_questions_leave_a_store_as_it_was(store: Path) -> None:
    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}

    for part in store.glob("searches.sqlite*"):
        shutil.rmtree(part) if part.is_dir() else part.unlink()
    before, graph = files(), mg.open(store, encoder=WordEncoder())
    graph.compare("mail-sorter", "letter-sorter")
    assert graph.explain("mail-sorter").times_matched == graph.times_matched("sorter") == 0
    graph.search("sort mail")
    assert files() == before


def test_a_search_in_which_nothing_was_chosen_is_kept_and_counts_for_nobody(fresh: mg.MatchGraph) -> None:
    fresh.record(query="sort my mail", shown=["mail-sorter"])
    assert len(list(fresh.log.events())) == 1
    assert fresh.times_matched("mail-sorter") == 0


@pytest.mark.parametrize(
    ("more", "error", "message"),
    [
        ({"channel": "fax"}, QuestionError, "no channel 'fax': wanted one of human, agent, api, synthetic"),
        ({"outcome": "fine"}, QuestionError, "no outcome 'fine': wanted one of worked, did-not"),
        ({"query": " "}, SearchLogError, "a search without a query"),
        ({"shown": ["photo-tagger"]}, SearchLogError, "'mail-sorter' was chosen but is not among the shown"),
    ],
)
def test_an_event_that_is_none_is_refused_and_not_logged(
    fresh: mg.MatchGraph, more: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        fresh.record(**({"query": "sort mail", "chosen": "mail-sorter"} | more))
    assert list(fresh.log.events()) == []


def test_every_search_of_a_list_is_seen_by_another_engine_at_once(store: Path) -> None:
    one, other = mg.open(store), mg.open(store)
    for count in range(1, 4):
        one.record(query="sort mail", chosen="mail-sorter")
        assert other.times_matched("mail-sorter") == count


def test_questions_of_the_wrong_form_are_refused_with_what_was_wanted(world: mg.MatchGraph, tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="an exploration rate of 'a'"):
        world.search("sort mail", explore="a")  # type: ignore[arg-type]
    with pytest.raises(QuestionError, match="relax is 3"):
        world.recommend("mail-sorter", relax=3)  # type: ignore[arg-type]
    with pytest.raises(QuestionError, match="no scope 'zz': wanted one of open, family"):
        world.evaluate(tmp_path / "none.jsonl", scope="zz")  # type: ignore[arg-type]
