"""The shell: answers on stdout, complaints on stderr, 0 for good, 1 for a clear no, 2 for wrong usage."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.evaluate import SYSTEMS
from matchgraph.doors import cli
from tests.conftest import TODAY, WordEncoder, eight
from tests.vectors.tiny import cross_encoder


class Said(NamedTuple):
    """What a command gave back."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


Shell = Callable[..., Said]


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """The command line, in this process and with an encoder that hashes words."""
    for room in ("matchgraph.rebuild", "matchgraph.engine"):
        monkeypatch.setattr(importlib.import_module(room), "SentenceEncoder", WordEncoder)

    def run(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["matchgraph", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Said(int(ended.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one snapshot of the small world, to be copied."""
    path = tmp_path_factory.mktemp("built") / "store"
    mg.rebuild(pd.DataFrame(eight()), store=path, encoder=WordEncoder(), today=TODAY)
    return path


@pytest.fixture
def store(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "store"))


@pytest.fixture
def graph(built: Path) -> mg.MatchGraph:
    """The same world from Python, to compare with."""
    return mg.open(built, encoder=WordEncoder())


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    path = tmp_path / "queries.jsonl"
    path.write_text('{"query": "sort incoming mail", "gold": ["mail-sorter"], "family": "mail"}\n')
    return path


QUESTIONS = {
    "search": (["search", "sort incoming mail"], lambda graph: graph.search("sort incoming mail")),
    "no match": (["search", "xqzv blorf"], lambda graph: graph.search("xqzv blorf")),
    "similar": (["similar", "mail-sorter", "-k", "3"], lambda graph: graph.similar("mail-sorter", k=3)),
    "compare": (["compare", "sorter", "Letter Sorter"], lambda graph: graph.compare("mail-sorter", "letter-sorter")),
    "recommend": (["recommend", "mail-sorter", "-k", "1"], lambda graph: graph.recommend("mail-sorter", k=1)),
    "explain": (["explain", "mail-sorter"], lambda graph: graph.explain("mail-sorter")),
    "lessons": (["explain", "--search"], lambda graph: graph.lessons()),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_as_python_answers_it(
    shell: Shell, store: Path, graph: mg.MatchGraph, question: str
) -> None:
    words, asked = QUESTIONS[question]
    said = shell(*words, "--store", store)
    assert (said.status, said.out, said.err) == (0, str(asked(graph)) + "\n", "")


@pytest.mark.parametrize("question", QUESTIONS)
def test_json_is_one_document_on_stdout_and_nothing_else(
    shell: Shell, store: Path, graph: mg.MatchGraph, question: str
) -> None:
    words, asked = QUESTIONS[question]
    said = shell(*words, "--store", store, "--json")
    assert (said.status, said.err) == (0, "")
    assert said.json == asked(graph).to_dict()


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_comes_as_markdown_and_html_too(shell: Shell, store: Path, question: str) -> None:
    words, _ = QUESTIONS[question]
    html, markdown = (shell(*words, "--store", store, "--format", form) for form in ("html", "markdown"))
    assert html.out.startswith('<section class="matchgraph')
    assert html.out.endswith("</section>\n")
    assert "<section" not in markdown.out
    assert (html.status, markdown.status, html.err, markdown.err) == (0, 0, "", "")


def test_search_takes_a_second_look_where_a_cross_encoder_is_named(
    shell: Shell, store: Path, graph: mg.MatchGraph, tmp_path: Path
) -> None:
    folder = cross_encoder(tmp_path / "tiny")
    said = shell("search", "sort incoming mail", "--store", store, "--rerank", folder, "--json")
    assert (said.status, said.err) == (0, "")
    assert said.json == graph.search("sort incoming mail", rerank=str(folder)).to_dict()
    assert all(item["reasons"][0]["kind"] == "rerank" for item in said.json["items"])
    missing = shell("search", "sort incoming mail", "--store", store, "--rerank", tmp_path / "nowhere")
    assert (missing.status, missing.out) == (1, "")
    assert "no cross-encoder at" in missing.err


@pytest.mark.parametrize("words", [["explain"], ["explain", "mail-sorter", "--search"]])
def test_explain_is_of_an_artifact_or_of_search(shell: Shell, store: Path, words: list[str]) -> None:
    said = shell(*words, "--store", store)
    assert (said.status, said.out) == (2, "")
    assert "name an artifact, or say --search" in said.err


def test_evaluate_prints_a_table_or_json(shell: Shell, store: Path, queries: Path) -> None:
    text = shell("evaluate", "--queries", queries, "--store", store)
    assert text.status == 0
    assert text.out.splitlines()[1].split()[:3] == ["mail", "all", "matchgraph"]
    said = shell("evaluate", "--queries", queries, "--store", store, "--scope", "family", "--json")
    assert (said.status, said.err) == (0, "")
    assert said.json["scope"] == "family"
    assert [item["system"] for item in said.json["items"]] == list(SYSTEMS)


def test_evaluate_holds_out_by_a_split_and_learns_from_hits(
    shell: Shell, store: Path, queries: Path, tmp_path: Path
) -> None:
    hits = tmp_path / "hits.jsonl"
    hits.write_text('{"query": "flag spam", "chosen": "mail-sorter"}\n{"query": "sort incoming mail", "chosen": "b"}\n')
    words = ["evaluate", "--queries", queries, "--store", store, "--hits", hits, "--json"]
    for split, learned in (("none", 1), ("query", 1)):
        said = shell(*words, "--split", split)
        assert (said.status, said.err, said.json["split"]) == (0, "", split)
        assert [taught["hits"] for taught in said.json["learned"]] == [learned]
        assert {item["population"] for item in said.json["items"]} == {"all", "seen"}
    late = shell(*words, "--split", "time")
    assert (late.status, late.out) == (1, "")
    assert "a split by time needs one of every search" in late.err
    assert shell(*words, "--split", "luck").status == 2


def test_evaluate_takes_a_form_and_an_encoder(shell: Shell, store: Path, queries: Path) -> None:
    said = shell("evaluate", "--queries", queries, "--store", store, "--format", "markdown")
    assert said.out.startswith("| Family | Population | System |")
    other = shell("evaluate", "--queries", queries, "--store", store, "--encoder", "others")
    assert "this snapshot was made by encoder 'words'" in other.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--type", "dataset"], {"mail-corpus", "photo-corpus"}),
        (["--type", "dataset", "--type", "api"], {"mail-corpus", "photo-corpus", "speech-writer"}),
        (["--license", "copyleft"], {"letter-sorter"}),
        (["--pricing", "paid"], {"photo-tagger"}),
        (["--maker", "gamma"], {"photo-tagger", "photo-corpus"}),
        (["--at-least", "stars=400"], {"mail-sorter", "image-labeller"}),
        (["--at-least", "stars=400", "--at-most", "parameters=1e6"], {"mail-sorter"}),
        (["--at-least", " stars = 400 "], {"mail-sorter", "image-labeller"}),
        (["--at-least", "released=2024-04"], {"mail-sorter"}),
        (["--offline", "--type", "dataset", "--license", "CC BY 4.0"], {"mail-corpus"}),
        (["--no-offline"], {"speech-writer", "photo-tagger"}),
    ],
    ids=lambda each: " ".join(each if isinstance(each, list) else sorted(each)),
)
def test_conditions_take_out_the_others(shell: Shell, store: Path, words: list[str], expected: set[str]) -> None:
    said = shell("search", "sort incoming mail", "--store", store, "--json", *words)
    assert {item["artifact_id"] for item in said.json["items"]} == expected


def test_similar_and_recommend_take_conditions_too(shell: Shell, store: Path) -> None:
    similar = shell("similar", "mail-sorter", "--maker", "Gamma", "--store", store, "--json")
    assert {item["maker"] for item in similar.json["items"]} == {"Gamma"}
    none = shell("recommend", "mail-sorter", "--type", "api", "--store", store, "--json")
    assert (none.status, none.json["items"]) == (0, [])


def test_recommend_avoids_prefers_and_relaxes(shell: Shell, store: Path) -> None:
    def told(*words: str) -> dict[str, list[str]]:
        said = shell("recommend", "mail-sorter", "--store", store, "--json", *words)
        kinds = ("avoids", "prefers", "relaxed")
        return {
            item["artifact_id"]: [each["text"] for each in item["reasons"] if each["kind"] in kinds]
            for item in said.json["items"]
        }

    assert told() == {"letter-sorter": []}
    assert told("--avoid-license", "copyleft", "--avoid-maker", "Gamma") == {}
    assert told("--avoid-pricing", "paid") == {"letter-sorter": ["avoids pricing paid: pricing not stated"]}
    assert told("--prefer-type", "model") == {"letter-sorter": ["prefers type model: met"]}
    broken = ["breaks license permissive: not met (GPL-3.0-only)", "breaks maker Acme: not met (Beta)"]
    asked = ("--license", "permissive", "--maker", "Acme")
    assert told(*asked, "--relax", "license") == {}
    assert told(*asked, "--relax", "license, maker") == {"letter-sorter": broken}
    wrong = shell("recommend", "sorter", "--type", "model", "--relax", "license", "--store", store)
    assert (wrong.status, wrong.err) == (
        1,
        "matchgraph: nothing to relax: no condition is about 'license'; there are: type.\n",
    )
    both = shell("recommend", "sorter", "--type", "model", "--avoid-type", "model", "--store", store)
    assert "must asks for type 'model', which avoid excludes" in both.err


def test_recommend_takes_several_liked_and_unliked(shell: Shell, store: Path) -> None:
    said = shell("recommend", "sorter", "image-labeller", "--unlike", "photo-tagger", "--store", store, "--json")
    assert said.json["like"] == ["mail-sorter", "image-labeller"]
    assert said.json["unlike"] == ["photo-tagger"]


def test_lists_and_pairs_are_named_once_each_or_with_commas_between(shell: Shell, store: Path) -> None:
    commas = ("recommend", "sorter", "--unlike", "photo-tagger,speech-writer", "--type", "model,dataset")
    repeated = ("recommend", "sorter", "--unlike", "photo-tagger", "--unlike", "speech-writer")
    repeated += ("--type", "model", "--type", "dataset")
    one, other = (shell(*words, "--store", store, "--json") for words in (commas, repeated))
    assert one.json == other.json
    assert one.json["unlike"] == ["photo-tagger", "speech-writer"]
    pair = shell("recommend", "--neither", "sorter,letter-sorter", "-k", 2, "--store", store, "--json")
    assert pair.json["like"] == ["mail-sorter", "letter-sorter"]
    again = shell("recommend", "--neither", "sorter", "--neither", "letter-sorter", "-k", 2, "--store", store, "--json")
    assert again.json == pair.json
    three = shell("recommend", "--neither", "sorter", "-k", 2, "--store", store)
    assert "--neither has sorter: wanted two, like clip,siglip" in three.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["search", "sort mail", "--at-least", "size=3"], "no artifact states 'size' as a number; facts here: "),
        (["search", "sort mail", "--at-least", "=3"], "no artifact states '' as a number; facts here: "),
        (["search", "sort mail", "--at-most", "stars=nan"], "the limit of stars is nan; wanted a number, or a day"),
        (["search", "sort mail", "--maker", "gama"], "states the maker 'gama'. Did you mean Gamma?"),
        (["search", " "], "an empty query: say what the artifact should do."),
        (["search", "sort mail", "-k", "2000"], "k is 2000: wanted 1 to 1000."),
        (["search", "sort mail", "--encoder", "others"], "this snapshot was made by encoder 'words' "),
        (["search", "sort mail", "--snapshot", "v000009"], "no snapshot v000009 in "),
        (["similar", "mail-sortr"], "no artifact 'mail-sortr' in this snapshot. Did you mean mail-sorter"),
        (["explain", "zzzzqqqq"], "no artifact 'zzzzqqqq' in this snapshot.\n"),
        (["explain", "two\nlines"], "no artifact 'two\\nlines' in this snapshot."),
        (["compare", "sorter", "mail-sorter"], "'mail-sorter' is compared with itself: "),
        (["recommend", "sorter", "--unlike", "mail-sorter"], "mail-sorter is both liked and unliked: "),
        (["record", "--query", "sort", "--chosen", "mail-sortr"], "no artifact 'mail-sortr' in this snapshot."),
        (
            ["record", "--query", "sort", "--shown", "photo-tagger", "--chosen", "sorter"],
            "'mail-sorter' was chosen but ",
        ),
        (["evaluate", "--queries", "nowhere.jsonl"], "no file of searches at nowhere.jsonl: wanted one with `query`"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_what_cannot_be_done_is_one_line_on_stderr_and_status_1(
    shell: Shell, store: Path, words: list[str], message: str
) -> None:
    for more in ([], ["--json"]):
        said = shell(*words, "--store", store, *more)
        assert (said.status, said.out) == (1, "")
        assert said.err.startswith("matchgraph: ")
        assert message in said.err
        assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["dance"],
        ["search"],
        ["search", "sort mail", "-k", "0"],
        ["search", "sort mail", "-k", "few"],
        ["search", "sort mail", "--format", "pdf"],
        ["search", "sort mail", "--at-least", "stars"],
        ["search", "sort mail", "--at-least", "stars=many"],
        ["search", "sort mail", "--unknown"],
        ["compare", "mail-sorter"],
        ["recommend"],
        ["evaluate"],
        ["record"],
        ["rebuild"],
        ["rebuild", "x.jsonl", "--today", "yesterday"],
        ["gc", "--keep", "0"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_status_2(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built: Path, words: list[str]
) -> None:
    shutil.copytree(built, tmp_path / "store")
    monkeypatch.chdir(tmp_path)
    said = shell(*words)
    assert said.status == 2
    assert "Usage: matchgraph" in said.err + (said.out if not words else "")


@pytest.mark.parametrize(
    ("words", "choices"),
    [
        (["search", "sort mail", "--type", "modell"], "'model', 'fine-tune', 'dataset'"),
        (["search", "sort mail", "--pricing", "cheap"], "'free', 'freemium', 'paid', 'unknown'"),
        (["recommend", "sorter", "--mode", "sideways"], "'same-job'"),
        (["record", "--query", "sort", "--channel", "fax"], "'human', 'agent', 'api', 'synthetic'"),
        (["record", "--query", "sort", "--chosen", "sorter", "--outcome", "fine"], "'worked', 'did-not'"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_a_word_that_is_none_of_the_choices_is_status_2_with_the_choices(
    shell: Shell, store: Path, words: list[str], choices: str
) -> None:
    said = shell(*words, "--store", store)
    assert (said.status, said.out) == (2, "")
    assert choices in " ".join(said.err.split())


def test_a_condition_that_cannot_be_read_is_shown_with_one_that_can(shell: Shell, store: Path) -> None:
    said = shell("search", "sort mail", "--at-least", "stars", "--store", store)
    assert "'stars': wanted a fact and a number, like stars=1000" in said.err


NEED_A_SNAPSHOT = [
    ["search", "sort mail"],
    ["similar", "a"],
    ["compare", "a", "b"],
    ["recommend", "a"],
    ["explain", "a"],
    ["evaluate", "--queries", "q.jsonl"],
    ["record", "--query", "q"],
    ["verify"],
]


@pytest.mark.parametrize("words", NEED_A_SNAPSHOT, ids=" ".join)
def test_where_no_store_is_a_question_says_how_to_make_one(shell: Shell, tmp_path: Path, words: list[str]) -> None:
    said = shell(*words, "--store", tmp_path / "nothing")
    path = tmp_path / "nothing"
    assert said == (1, "", f"matchgraph: no snapshot in {path}: run `matchgraph rebuild CATALOGUE --store {path}`.\n")
    assert not path.exists()


@pytest.mark.parametrize("words", NEED_A_SNAPSHOT, ids=" ".join)
def test_a_file_in_the_place_of_a_store_is_said_to_be_one(shell: Shell, tmp_path: Path, words: list[str]) -> None:
    path = tmp_path / "file"
    path.write_text("no store")
    said = shell(*words, "--store", path)
    assert said == (1, "", f"matchgraph: {path} is a file, and a store is a folder: name one, or one that is to be.\n")


def test_the_shell_says_which_matchgraph_it_is(shell: Shell) -> None:
    assert shell("--version").out == f"matchgraph {version('matchgraph')}\n"


def test_where_no_store_is_there_are_no_snapshots(shell: Shell, tmp_path: Path) -> None:
    assert shell("snapshots", "--store", tmp_path / "nothing").out == f"no snapshot in {tmp_path / 'nothing'}\n"
    assert shell("snapshots", "--store", tmp_path / "nothing", "--json").json == []


def test_gc_of_a_store_that_is_not_there_makes_none(shell: Shell, tmp_path: Path) -> None:
    shell("gc", "--store", tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """The small world with a row that is refused, a row that is mended and one that is no JSON."""
    rows = [json.dumps(row) for row in eight()]
    rows += ['{"artifact_id": "broken", "name": "Broken", "type": "spaceship", "capabilities": ["fly"]}']
    rows += ['{"artifact_id": "mended", "name": "Mended", "type": "model", "capabilities": ["sew"], "colour": "red"}']
    rows += ["{not json"]
    path = tmp_path / "catalogue.jsonl"
    path.write_text("\n".join(rows) + "\n")
    return path


def test_rebuild_reports_on_stdout_and_problems_on_stderr(shell: Shell, catalogue: Path, tmp_path: Path) -> None:
    said = shell("rebuild", catalogue, "--store", tmp_path / "new", "--today", "2026-11-21")
    assert said.status == 0
    assert said.out.startswith("published v000001: 9 artifacts, ")
    assert "2 rows refused" in said.out
    assert said.out.count("\n") == 1
    assert f"{catalogue} line 9 type: 'spaceship'; wanted one of " in said.err
    assert f"{catalogue} line 10 colour: " in said.err
    assert f"{catalogue} line 11 row: " in said.err
    assert shell("similar", "mended", "--store", tmp_path / "new").status == 0


def test_rebuild_as_json_is_one_document_with_every_problem(shell: Shell, catalogue: Path, tmp_path: Path) -> None:
    report = shell("rebuild", catalogue, "--store", tmp_path / "new", "--json").json
    assert (report["version"], report["published"], report["counts"]["artifacts"]) == ("v000001", True, 9)
    assert (report["read"]["rows_in"], report["read"]["rows_refused"]) == (11, 2)
    assert {problem["line"] for problem in report["read"]["problems"]} >= {9, 10, 11}


def test_only_the_first_twenty_problems_are_shown(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.jsonl"
    path.write_text(json.dumps(eight()[0]) + "\n" + "{broken\n" * 25)
    said = shell("rebuild", path, "--store", tmp_path / "new")
    assert said.err.count("\n") == 21
    assert said.err.endswith("... and 5 more; --json lists all\n")


def test_strict_stops_at_the_first_problem_and_publishes_nothing(shell: Shell, catalogue: Path, tmp_path: Path) -> None:
    said = shell("rebuild", catalogue, "--store", tmp_path / "new", "--strict")
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith(f"matchgraph: {catalogue} line 9 type: 'spaceship'; wanted one of ")
    assert said.err.count("\n") == 1
    assert shell("snapshots", "--store", tmp_path / "new", "--json").json == []


def test_rebuilding_the_same_says_unchanged(shell: Shell, catalogue: Path, tmp_path: Path) -> None:
    words = ("rebuild", catalogue, "--store", tmp_path / "new", "--today", "2026-11-21")
    shell(*words)
    again = shell(*words).out
    assert again.startswith("unchanged, still v000001: ")
    assert "; 0 texts encoded" in again
    full = shell(*words, "--full").out
    assert full.startswith("unchanged, still v000001: ")
    assert "; 0 texts encoded" not in full


def test_rebuild_takes_hits_into_the_log_once(shell: Shell, catalogue: Path, tmp_path: Path) -> None:
    hits = tmp_path / "hits.jsonl"
    hits.write_text('{"query": "sort mail", "chosen": "mail-sorter"}\n' * 2)
    words = ("rebuild", catalogue, "--store", tmp_path / "new", "--hits", hits, "--json")
    assert [shell(*words).json["new_events"] for _ in range(2)] == [2, 0]
    assert shell("explain", "mail-sorter", "--store", tmp_path / "new", "--json").json["times_matched"] == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere"], "no catalogue at nowhere: name a file or a folder of files.\n"),
        (["empty"], "no catalogue files found: wanted .jsonl"),
        (["good.jsonl", "--weights", "nowhere.toml"], "the weights in nowhere.toml cannot be read: "),
        (["good.jsonl", "--hits", "nowhere.jsonl"], "no file of searches at nowhere.jsonl: "),
        (["good.jsonl", "--store", "good.jsonl"], ""),
    ],
    ids=" ".join,
)
def test_a_rebuild_that_cannot_be_done_is_one_line_and_status_1(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("good.jsonl").write_text(json.dumps(eight()[0]) + "\n")
    said = shell("rebuild", *words)
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith("matchgraph: ")
    assert message in said.err
    assert said.err.count("\n") == 1


def test_a_recorded_choice_is_counted_by_the_next_explain(shell: Shell, store: Path) -> None:
    assert "chosen in 0 real searches" in shell("explain", "sorter", "--store", store).out
    words = ("record", "--query", "sort my mail", "--shown", "sorter, letter-sorter,", "--chosen", "sorter")
    said = shell(*words, "--store", store)
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("recorded; ")
    assert shell(*words, "--store", store, "--json").json == {
        "query": "sort my mail",
        "shown": ["mail-sorter", "letter-sorter"],
        "chosen": "mail-sorter",
        "times_matched": 2,
    }
    assert shell("explain", "sorter", "--store", store, "--json").json["times_matched"] == 2
    compared = shell("compare", "sorter", "letter-sorter", "--store", store).out
    assert "Real searches that ended in Mail Sorter: 2; in Letter Sorter: 0." in compared


def test_a_search_without_a_choice_can_be_recorded(shell: Shell, store: Path) -> None:
    said = shell("record", "--query", "sort my mail", "--shown", "sorter", "--store", store)
    assert said == (0, "recorded; nothing chosen\n", "")


def test_a_synthetic_choice_counts_for_nothing(shell: Shell, store: Path) -> None:
    shell("record", "--query", "sort", "--chosen", "sorter", "--channel", "synthetic", "--store", store)
    assert shell("explain", "sorter", "--store", store, "--json").json["times_matched"] == 0


@pytest.fixture
def grown(shell: Shell, store: Path, tmp_path: Path) -> Path:
    """A store of three snapshots: of eight, seven and six artifacts."""
    for count in (7, 6):
        path = tmp_path / "fewer.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in eight()[:count]))
        assert shell("rebuild", path, "--store", store, "--today", "2026-11-21").status == 0
    return store


def test_snapshots_lists_all_with_a_star_at_the_live_one(shell: Shell, grown: Path) -> None:
    lines = shell("snapshots", "--store", grown).out.splitlines()
    assert [line.split()[:1] for line in lines[:2]] == [["v000001"], ["v000002"]]
    assert lines[2].startswith("* v000003")
    assert "6 artifacts" in lines[2]
    listed = shell("snapshots", "--store", grown, "--json").json
    assert [(each["version"], each["live"], each["counts"]["artifacts"]) for each in listed] == [
        ("v000001", False, 8),
        ("v000002", False, 7),
        ("v000003", True, 6),
    ]


def test_one_bad_manifest_does_not_hide_the_other_snapshots(shell: Shell, grown: Path) -> None:
    (grown / "snapshots" / "v000002" / "manifest.json").write_text("{")
    said = shell("snapshots", "--store", grown)
    assert said.status == 0
    first, second, third = said.out.splitlines()
    assert ("8 artifacts" in first, "6 artifacts" in third) == (True, True)
    assert second.startswith("  v000002  ")
    assert "manifest.json is no manifest" in second
    listed = shell("snapshots", "--store", grown, "--json").json
    assert [sorted(each)[:2] for each in listed][1] == ["error", "live"]
    assert [each["live"] for each in listed] == [False, False, True]


def test_an_older_snapshot_can_still_be_asked(shell: Shell, grown: Path) -> None:
    words = ("similar", "mail-sorter", "-k", "100", "--store", grown, "--json")
    assert len(shell(*words).json["items"]) == 5
    assert len(shell(*words, "--snapshot", "v000001").json["items"]) == 7


def test_verify_finds_a_sound_store_sound(shell: Shell, grown: Path) -> None:
    assert shell("verify", "--store", grown) == (0, "v000001: sound\nv000002: sound\nv000003: sound\n", "")
    told = shell("verify", "--store", grown, "--json").json
    assert told["v000003"] == {"sound": True, "error": None}


def test_verify_names_the_damaged_file_and_ends_with_status_1(shell: Shell, grown: Path) -> None:
    damaged = grown / "snapshots" / "v000002" / "edges.parquet"
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    text = shell("verify", "--store", grown)
    assert text.status == 1
    assert [line.endswith(": sound") for line in text.out.splitlines()] == [True, False, True]
    assert str(damaged) in text.out
    told = shell("verify", "--store", grown, "--json")
    assert told.status == 1
    assert [told.json[version]["sound"] for version in sorted(told.json)] == [True, False, True]


def test_gc_deletes_the_oldest_and_keeps_the_live_one(shell: Shell, grown: Path) -> None:
    assert shell("gc", "--store", grown) == (0, "removed nothing\n", "")
    assert shell("gc", "--keep", "2", "--store", grown) == (0, "removed v000001\n", "")
    assert shell("gc", "--keep", "1", "--store", grown, "--json").json == {"removed": ["v000002"], "read": []}
    assert [each["version"] for each in shell("snapshots", "--store", grown, "--json").json] == ["v000003"]
    assert shell("explain", "mail-sorter", "--store", grown).status == 0


@pytest.mark.parametrize("more", [[], ["--json"], ["--format", "html"]], ids=str)
def test_a_query_of_broken_bytes_gets_an_answer_that_can_be_printed(shell: Shell, store: Path, more: list[str]) -> None:
    said = shell("search", "sort incoming mail \udcff", "--store", store, *more)
    assert said.status == 0
    assert "mail-sorter" in said.out


@pytest.mark.parametrize("more", [[], ["--json"]], ids=str)
def test_a_recorded_query_of_broken_bytes_can_be_printed(shell: Shell, store: Path, more: list[str]) -> None:
    said = shell("record", "--query", "sort \udcff", "--chosen", "sorter", "--store", store, *more)
    assert (said.status, said.err) == (0, "")
    assert "mail-sorter" in said.out
    assert not more or said.json["query"] == "sort ?"


@pytest.mark.parametrize("more", [[], ["--json"]], ids=str)
def test_a_terminal_that_lacks_a_letter_gets_the_answer_without_it(store: Path, more: list[str]) -> None:
    words = ["record", "--query", "сортировать почту", "--store", store, *more]
    done = command(*words, PYTHONIOENCODING="latin-1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "recorded" in done.stdout or json.loads(done.stdout)["query"] == "??????????? ?????"


def test_texts_in_any_script_are_printed_as_they_are(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.jsonl"
    path.write_text(json.dumps(eight()[0] | {"name": "Почта 邮件 فرز"}) + "\n" + json.dumps(eight()[2]) + "\n")
    shell("rebuild", path, "--store", tmp_path / "new")
    for more in ([], ["--json"], ["--format", "markdown"]):
        assert "Почта 邮件 فرز" in shell("explain", "mail-sorter", "--store", tmp_path / "new", *more).out


@pytest.mark.parametrize("words", [["--help"], ["search", "--help"], ["rebuild", "--help"]], ids=" ".join)
def test_help_is_on_stdout_with_status_0(shell: Shell, words: list[str]) -> None:
    said = shell(*words)
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("Usage: matchgraph")


def command(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "matchgraph.doors.cli", *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=os.environ | environment,
    )


def test_the_installed_command_answers_in_json_alone(store: Path, graph: mg.MatchGraph) -> None:
    done = command("compare", "mail-sorter", "letter-sorter", "--store", store, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == graph.compare("mail-sorter", "letter-sorter").to_dict()


def test_the_installed_command_says_no_in_one_line(store: Path) -> None:
    done = command("explain", "mail-sortr", "--store", store)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("matchgraph: no artifact 'mail-sortr' in this snapshot. Did you mean mail-sorter")
    assert done.stderr.count("\n") == 1
