"""The whole road: equal data in any form is an equal snapshot, and the report says what was done."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.errors import CatalogueError, QuestionError, SearchLogError
from matchgraph.snapshot.store import Store
from matchgraph.vectors.cells import cells_of
from matchgraph.vectors.lookup import Lookup
from matchgraph.vectors.recall import Looked
from tests.conftest import TODAY, WordEncoder, eight

HERE = Path(__file__).parents[1]


def lines(rows: list[dict[str, object]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def written(path: Path, rows: list[dict[str, object]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(lines(rows))
    return path


def built(catalogue: object, store: Path, **more: object) -> mg.RebuildReport:
    return mg.rebuild(catalogue, store=store, **({"encoder": WordEncoder(), "today": TODAY} | more))


@pytest.fixture(scope="module")
def digest(tmp_path_factory) -> str:
    """What the small world comes to."""
    here = tmp_path_factory.mktemp("digest")
    return built(written(here / "eight.jsonl", eight()), here / "store").digest


# Equal data, equal snapshot


FORMS: dict[str, Callable[[Path], object]] = {
    "rows backwards": lambda here: written(here / "eight.jsonl", eight()[::-1]),
    "rows shuffled": lambda here: written(here / "eight.jsonl", [eight()[n] for n in (3, 7, 0, 5, 1, 6, 2, 4)]),
    "fields backwards": lambda here: written(here / "eight.jsonl", [dict(reversed(row.items())) for row in eight()]),
    "two files": lambda here: [written(here / "a.jsonl", eight()[:3]), written(here / "b.jsonl", eight()[3:])],
    "two files the other way round": lambda here: [
        written(here / "a.jsonl", eight()[3:]),
        written(here / "b.jsonl", eight()[:3]),
    ],
    "another name": lambda here: written(here / "some other name.ndjson", eight()),
    "a folder of folders": lambda here: (
        [written(here / "in" / "y" / "a.jsonl", eight()[:5]), written(here / "in" / "x" / "b.json", eight()[5:])]
        and here / "in"
    ),
    "a path in words": lambda here: str(written(here / "eight.jsonl", eight())),
    "every row twice": lambda here: written(here / "eight.jsonl", eight() + eight()),
    "a table": lambda here: pd.DataFrame(eight()),
    "a table backwards": lambda here: pd.DataFrame(eight()[::-1]),
    "a table beside a file": lambda here: [pd.DataFrame(eight()[4:]), written(here / "eight.jsonl", eight()[:4])],
    "a packed file": lambda here: packed(here / "eight.jsonl.gz"),
    "a generator of files": lambda here: (path for path in [written(here / "eight.jsonl", eight())]),
}


def packed(path: Path) -> Path:
    path.write_bytes(gzip.compress(lines(eight()).encode()))
    return path


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_the_same_data_in_any_form_is_the_same_snapshot(tmp_path, digest, form):
    assert built(form(tmp_path), tmp_path / "other").digest == digest


def test_a_rebuild_from_another_form_publishes_nothing_new(store, tmp_path):
    assert not built(pd.DataFrame(eight()[::-1]), store).published


def test_the_order_of_hash_tables_changes_nothing(tmp_path, digest):
    script = (
        "import sys, json, matchgraph as mg\n"
        "from tests.conftest import TODAY, WordEncoder, eight\n"
        "import pandas as pd\n"
        "print(mg.rebuild(pd.DataFrame(eight()), store=sys.argv[1], encoder=WordEncoder(), today=TODAY).digest)\n"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / seed)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=HERE,
            env=os.environ | {"PYTHONHASHSEED": seed},
        )
        for seed in ("0", "1", "2")
    ]
    assert [process.communicate()[0].strip() for process in started] == [digest] * 3


def test_the_order_of_hits_changes_nothing(tmp_path, catalogue_file):
    hits = [
        {"query": "sort mail", "gold": ["mail-sorter", "letter-sorter"]},
        {"query": "flag spam", "chosen": "letter-sorter"},
        {"query": "Sort  Mail", "chosen": "mail-server-tool"},
        {"query": "flag spam", "chosen": "letter-sorter", "actor": "ada"},
    ]
    one = built(catalogue_file, tmp_path / "one", hits=[written(tmp_path / "hits", hits)])
    parts = [written(tmp_path / "b", hits[3:] + hits[1:2]), written(tmp_path / "a", [hits[2], hits[0]])]
    other = built(catalogue_file, tmp_path / "other", hits=parts)
    assert one.new_events == other.new_events == 5
    assert one.digest == other.digest


def test_a_rebuild_after_changes_equals_a_clean_one_when_the_reference_is_drawn_anew(store, tmp_path):
    for rows in (eight()[:4], [row | {"maker": "Omega"} for row in eight()]):
        after = built(written(tmp_path / "changing.jsonl", rows), store, new_reference=True).digest
        assert after == built(written(tmp_path / "changing.jsonl", rows), tmp_path / f"clean{len(rows)}").digest


def test_ranks_are_compared_with_what_they_were_compared_with_before(store, tmp_path):
    held = mg.open(store).snapshot
    rows = [row | {"facts": {"stars": 7}} if row["artifact_id"] == "photo-tagger" else row for row in eight()]
    built(written(tmp_path / "changed.jsonl", rows), store)
    now = mg.open(store).snapshot
    assert now.reference.reference_id == held.reference.reference_id
    moved = {each for each in held.catalogue.ids if held.ranking.of(each)["rank"] != now.ranking.of(each)["rank"]}
    assert moved == {"photo-tagger"}
    built(written(tmp_path / "changed.jsonl", rows), store, new_reference=True)
    assert mg.open(store).snapshot.reference.reference_id != held.reference.reference_id


def test_a_full_rebuild_encodes_every_text_again_and_comes_to_the_same(store, catalogue_file, digest):
    encoder = WordEncoder()
    report = built(catalogue_file, store, encoder=encoder, full=True)
    assert report.encoded == 25  # sixteen capabilities, eight wholes, one job that two artifacts name
    assert encoder.calls == 2  # those, and the nonsense
    assert (report.published, report.digest) == (False, digest)


# The report


def test_the_report_counts_what_there_is(tmp_path, catalogue_file):
    report = built(catalogue_file, tmp_path / "new")
    named = ("artifacts", "capabilities", "facts", "requires edges", "trained_on edges", "real searches")
    assert [report.counts[name] for name in named] == [8, 16, 10, 1, 2, 0]
    assert report.counts["likeness edges"] == Store(tmp_path / "new").checked()[0].counts["likeness edges"] > 0
    assert (report.version, report.published, report.encoded, report.new_events) == ("v000001", True, 25, 0)
    assert (report.read.rows_in, report.read.rows_kept, report.read.rows_refused) == (8, 8, 0)


def test_the_report_reads_as_a_sentence(tmp_path, catalogue_file):
    first = str(built(catalogue_file, tmp_path / "new"))
    assert first.startswith("published v000001: 8 artifacts, 16 capabilities, 10 facts, ")
    assert "; 25 texts encoded; " in first
    assert first.endswith(" s")
    again = str(built(catalogue_file, tmp_path / "new"))
    assert again.startswith("unchanged, still v000001: 8 artifacts, 16 capabilities, 10 facts, ")
    assert "; 0 texts encoded; " in again


def test_the_report_says_how_many_rows_were_refused(tmp_path):
    rows = written(tmp_path / "rows.jsonl", [*eight(), {"artifact_id": "x"}, {"name": "y"}])
    report = built(rows, tmp_path / "new")
    assert "; 2 rows refused; " in str(report)
    assert (report.read.rows_in, report.read.rows_kept, report.read.rows_refused) == (10, 8, 2)


def test_the_report_is_plain_json(tmp_path, catalogue_file):
    told = json.loads(json.dumps(built(catalogue_file, tmp_path / "new").to_dict()))
    assert (told["version"], told["read"]["rows_kept"], told["counts"]["artifacts"]) == ("v000001", 8, 8)
    stages = ["read", "searches", "embed", "cells", "words", "likeness", "graph", "map"]
    stages += ["rank", "learn", "floor", "publish"]
    assert list(told["stages"]) == stages
    assert all(cost["wall_s"] >= 0 for cost in told["stages"].values())


def test_the_manifest_names_what_the_snapshot_was_made_from(store, catalogue_file):
    manifest = Store(store).manifest()
    assert manifest.inputs == [{"file": "eight.jsonl", "sha256": manifest.inputs[0]["sha256"]}]
    assert manifest.encoder == {"name": "words", "digest": WordEncoder().digest}
    assert (manifest.today, manifest.version) == ("2026-11-21", "v000001")
    assert (manifest.quality["rows_in"], manifest.quality["rows_refused"]) == (8, 0)


def test_the_manifest_says_what_the_searches_weigh_and_none_of_their_words(store, catalogue_file):
    graph = mg.open(store, encoder=WordEncoder())
    for channel in ("human", "human", "synthetic"):
        graph.record(query="Sort Zanzibar mail", chosen="mail-sorter", actor="ada", channel=channel)
    built(catalogue_file, store)
    told = Store(store).manifest().quality["evidence"]
    assert (told["searches"]["real"], told["searches"]["synthetic"], told["searches"]["capped"]) == (2, 1, 1)
    assert told["position_curve"] == "assumed 1/rank"
    assert "zanzibar" not in json.dumps(told).lower()


def test_every_long_stage_can_be_watched(tmp_path, catalogue_file):
    seen: dict[str, int] = {}

    def watch(stage):
        def track(items):
            for item in items:
                seen[stage] = seen.get(stage, 0) + 1
                yield item

        return track

    built(catalogue_file, tmp_path / "new", track=watch)
    assert seen["read"] == 8
    assert {"embed", "likeness"} <= set(seen)


# Searches


def test_hits_are_taken_in_once(store, catalogue_file, tmp_path):
    hits = written(tmp_path / "hits.jsonl", [{"query": "sort mail", "gold": ["mail-sorter", "letter-sorter"]}])
    first, again = (built(catalogue_file, store, hits=[hits]) for _ in range(2))
    assert (first.new_events, first.published) == (2, True)
    assert (again.new_events, again.published) == (0, False)
    assert again.counts["real searches"] == 2
    graph = mg.open(store, encoder=WordEncoder())
    assert graph.times_matched("mail-sorter") == 1
    (edge,) = graph.snapshot.graph.of("mail-sorter", "choice")
    assert (edge["source"], edge["target"], edge["queries"], edge["searches"]) == ("letter-sorter", "mail-sorter", 1, 1)


def test_searches_recorded_since_are_in_the_graph_after_a_rebuild(store, catalogue_file):
    graph = mg.open(store, encoder=WordEncoder())
    for chosen in ("mail-sorter", "letter-sorter"):
        graph.record(query="sort mail", chosen=chosen)
    assert graph.snapshot.graph.of("mail-sorter", "choice") == []
    report = built(catalogue_file, store)
    assert (report.published, report.counts["real searches"], report.counts["choice edges"]) == (True, 2, 1)
    assert mg.open(store).snapshot.ranking.of("mail-sorter")["times_matched"] == 1


def test_a_search_that_ended_in_nothing_is_counted_too(store, catalogue_file):
    mg.open(store).record(query="sort mail", shown=["mail-sorter"])
    assert built(catalogue_file, store).counts["real searches"] == 1


def test_hits_on_artifacts_that_are_not_here_do_no_harm(store, catalogue_file, tmp_path, digest):
    hits = written(tmp_path / "hits.jsonl", [{"query": "sort mail", "gold": ["elsewhere", "nowhere"]}] * 3)
    report = built(catalogue_file, store, hits=[hits])
    assert report.new_events == 6
    assert report.digest == digest


def test_a_wrong_hit_stops_the_rebuild_and_nothing_is_taken_in(store, catalogue_file, tmp_path):
    hits = tmp_path / "hits.jsonl"
    hits.write_text('{"query": "sort mail", "chosen": "mail-sorter"}\n{"query": "flag spam", "channel": "robot"}\n')
    with pytest.raises(SearchLogError, match=r"hits\.jsonl line 2"):
        built(catalogue_file, store, hits=[hits])
    graph = mg.open(store, encoder=WordEncoder())
    assert (graph.manifest.version, graph.times_matched("mail-sorter")) == ("v000001", 0)


# Time


def test_another_day_changes_freshness_and_nothing_else(tmp_path):
    rows = [row | {"facts": {"last_update": "2026-11-21", "stars": 3}} for row in eight()]
    path = written(tmp_path / "rows.jsonl", rows)
    built(path, tmp_path / "now")
    built(path, tmp_path / "later", today=TODAY + timedelta(days=365))
    now, later = (Store(tmp_path / name).checked()[0] for name in ("now", "later"))
    assert {name for name in now.files if now.files[name] != later.files[name]} == {
        "ranking.parquet",
        "rank_lines.parquet",
    }
    was, then = (mg.open(tmp_path / name).frame("ranking").set_index("artifact_id") for name in ("now", "later"))
    moved = {name for name in was if not was[name].equals(then[name])}
    assert moved == {"rank", "low", "high", "freshness"}
    assert (was["freshness"].dropna() == 1).all()
    assert (then["freshness"].dropna() == 0.5).all()
    # Half of the five points that freshness gives; nothing where it gives none.
    fell = (was["rank"] - then["rank"]).round(1)
    assert {kind: set(fell[was["type"] == kind]) for kind in ("model", "dataset", "api", "mcp-server")} == {
        "model": {0.0},
        "dataset": {0.0},
        "api": {2.5},
        "mcp-server": {2.5},
    }


def test_another_day_alone_encodes_nothing(store, catalogue_file):
    encoder = WordEncoder()
    built(catalogue_file, store, encoder=encoder, today=TODAY + timedelta(days=1))
    assert encoder.calls == 0


# What is refused


@pytest.mark.parametrize("text", ["", "\n\n", '{"artifact_id": "x"}\n', "no JSON\n"])
def test_a_catalogue_without_one_usable_row_is_refused(store, tmp_path, text):
    path = tmp_path / "empty.jsonl"
    path.write_text(text)
    with pytest.raises(CatalogueError, match=r"none of the [01] rows is a usable artifact"):
        built(path, store)
    assert Store(store).versions() == ["v000001"]


def test_no_catalogue_at_all_is_refused(store, tmp_path):
    (tmp_path / "folder").mkdir()
    for nothing in ([], tmp_path / "folder", tmp_path / "missing.jsonl", pd.DataFrame()):
        with pytest.raises(CatalogueError):
            built(nothing, store)
    assert len(mg.open(store)) == 8


def test_without_a_catalogue_no_store_is_made(tmp_path):
    (tmp_path / "bad.jsonl").write_text("{}")
    for nothing in (tmp_path / "missing.jsonl", tmp_path / "bad.jsonl"):
        with pytest.raises(CatalogueError):
            built(nothing, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_one_of_a_kind_is_told_as_one(tmp_path, catalogue_file):
    row = eight()[0] | {"capabilities": ["sort mail"], "facts": {"stars": 1}}
    said = str(built(written(tmp_path / "rows.jsonl", [row, {}]), tmp_path / "new"))
    assert said.startswith("published v000001: 1 artifact, 1 capability, 1 fact, 0 real searches; 1 row refused; ")


def test_a_bad_row_is_left_out_unless_reading_is_strict(tmp_path):
    path = written(tmp_path / "rows.jsonl", [*eight(), {"artifact_id": "x", "type": "model"}])
    with pytest.raises(CatalogueError, match=r"rows\.jsonl line 9"):
        built(path, tmp_path / "strict", strict=True)
    assert Store(tmp_path / "strict").versions() == []
    assert built(path, tmp_path / "lenient").counts["artifacts"] == 8


def test_a_good_catalogue_passes_strict_reading(tmp_path, catalogue_file, digest):
    assert built(catalogue_file, tmp_path / "strict", strict=True).digest == digest


def test_wrong_weights_are_refused_before_anything_is_done(tmp_path, catalogue_file):
    (tmp_path / "weights.toml").write_text("[signals.default]\nadoption = -1\n")
    encoder = WordEncoder()
    with pytest.raises(QuestionError, match="weights"):
        built(catalogue_file, tmp_path / "new", weights=tmp_path / "weights.toml", encoder=encoder)
    assert encoder.calls == 0
    assert not (tmp_path / "new").exists()


def test_a_choice_that_did_not_work_counts_as_a_match_but_not_as_evidence(store, catalogue_file):
    graph = mg.open(store, encoder=WordEncoder())
    graph.record(query="sort mail", chosen="mail-sorter", outcome="did-not", actor="ada")
    graph.record(query="sort mail", chosen="letter-sorter", outcome="worked", actor="ada")
    built(catalogue_file, store)
    after = mg.open(store)
    assert after.times_matched("mail-sorter") == 1
    assert after.snapshot.ranking.of("mail-sorter")["voices"] == 0
    assert after.frame("evidence")["artifact_id"].tolist() == ["letter-sorter"]
    assert after.explain("letter-sorter").heard.chosen == 1


def test_queries_are_nodes_where_they_are_asked_for_and_speak_only_when_five_asked_them(store, catalogue_file):
    graph = mg.open(store, encoder=WordEncoder())
    for actor in "abcde":
        graph.record(query="sort mail", shown=["mail-sorter"], chosen="mail-sorter", actor=actor)
    graph.record(query="tag my cat", chosen="photo-tagger", actor="ada")
    built(catalogue_file, store)
    after = mg.open(store)
    drawn = after.networkx(queries=True)
    asked = {node: data for node, data in drawn.nodes(data=True) if data["type"] == "query"}
    assert sorted(data.get("text", "") for data in asked.values()) == ["", "sort mail"]
    assert {(kind, drawn.nodes[left].get("text")) for left, right, kind in drawn.edges(keys=True) if left in asked} == {
        ("chosen_for", "sort mail"),
        ("chosen_for", None),
    }
    assert len(after.networkx()) == len(after)
    assert "100% of what was chosen for: sort mail" in str(after.explain("mail-sorter"))
    assert "tag my cat" not in str(after.explain("photo-tagger"))
    assert "too few people asked" in str(after.explain("photo-tagger"))


Stores = Callable[[int], tuple[Path, Path]]


@pytest.fixture
def by_cells(
    store: Path, catalogue_file: Path, tmp_path: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> Stores:
    """A store without cells, and one that looks into so many of four."""

    def made(depth: int) -> tuple[Path, Path]:
        grid = mg.open(store, encoder=encoder).snapshot.vectors.grid
        told = Lookup(cells_of(grid, 4, np.arange(len(grid))), depth), Looked("cells", 0.97, 0.96, 1_000, 4, depth)
        monkeypatch.setattr(import_module("matchgraph.rebuild"), "EVERY_ROW_UP_TO", 1)
        monkeypatch.setattr(import_module("matchgraph.rebuild"), "lookup_of", lambda *_, **__: told)
        mg.rebuild(catalogue_file, store=tmp_path / "cells", encoder=encoder, today=TODAY)
        return store, tmp_path / "cells"

    return made


def test_a_snapshot_of_cells_answers_as_one_without_them(by_cells: Stores, encoder: WordEncoder) -> None:
    plain, cells = (mg.open(store, encoder=encoder) for store in by_cells(4))
    assert cells.manifest.quality["search"]["way"] == "cells"
    assert cells.snapshot.lookup is not None
    assert cells.search("sort mail").to_dict() == plain.search("sort mail").to_dict()


def test_whoever_trusts_no_index_of_a_snapshot_has_every_row_looked_at(
    by_cells: Stores, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, cells = by_cells(1)
    monkeypatch.setattr(Lookup, "among", None)  # nobody can ask it
    asked = [mg.open(plain, encoder=encoder), mg.open(cells, encoder=encoder, exact=True)]
    wanted, found = (graph.search("sort mail, label photos").to_dict() for graph in asked)
    assert found == wanted


def test_what_finds_too_few_neighbours_is_not_published_and_the_live_snapshot_stays(
    store: Path, catalogue_file: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = mg.open(store, encoder=encoder).manifest.version
    too_few = None, Looked("cells", 0.93, 0.91, 1_000)
    monkeypatch.setattr(import_module("matchgraph.rebuild"), "EVERY_ROW_UP_TO", 1)
    monkeypatch.setattr(import_module("matchgraph.rebuild"), "lookup_of", lambda *_, **__: too_few)
    with pytest.raises(mg.SnapshotError, match=r"93\.0%.*--exact"):
        mg.rebuild(catalogue_file, store=store, encoder=encoder, today=TODAY, full=True)
    assert mg.open(store, encoder=encoder).manifest.version == live
