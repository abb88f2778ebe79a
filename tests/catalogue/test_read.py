"""Files and frames become one catalogue; every row is kept, merged or refused, and none is lost."""

import datetime
import gzip
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import zstandard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from matchgraph.catalogue.catalogue import Catalogue, catalogue_of
from matchgraph.catalogue.once.merge import mergers
from matchgraph.catalogue.origin import stated_facts
from matchgraph.catalogue.read import read
from matchgraph.catalogue.report import Outcome, ReadReport
from matchgraph.catalogue.rows import row_of
from matchgraph.errors import CatalogueError

Rows = list[dict[str, Any]]
TABLES = ("artifacts", "capabilities", "facts", "links")
ANCHOR: dict[str, Any] = {"artifact_id": "anchor", "name": "Anchor", "type": "model", "capabilities": ["hold ships"]}
MAIL: dict[str, Any] = {"artifact_id": "mail", "name": "Mail", "type": "model", "capabilities": ["sort mail"]}


def lines(rows: Iterable[object]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def reads(tmp_path: Path):
    """Reads rows through a JSONL file."""

    def reading(rows: Iterable[object], **options: bool) -> tuple[Catalogue, ReadReport]:
        path = tmp_path / "rows.jsonl"
        path.write_text(lines(rows))
        return read(path, **options)

    return reading


@pytest.fixture
def rows(catalogue_file: Path) -> Rows:
    """The eight artifacts of the small world as rows."""
    return [json.loads(line) for line in catalogue_file.read_text().splitlines()]


def same(left: Catalogue, right: Catalogue) -> bool:
    return all(getattr(left, table).equals(getattr(right, table)) for table in TABLES)


def adds_up(report: ReadReport) -> bool:
    return report.rows_in == report.rows_kept + report.rows_merged + report.rows_refused


def counts(report: ReadReport) -> tuple[int, int, int, int]:
    return report.rows_in, report.rows_kept, report.rows_merged, report.rows_refused


# -- The small world, by every road


def test_the_small_world_is_read_without_a_word(catalogue_file: Path):
    catalogue, report = read(catalogue_file)
    assert counts(report) == (8, 8, 0, 0)
    assert report.problems == ()
    assert catalogue.ids == sorted(catalogue.ids)


def test_the_small_world_comes_back_artifact_by_artifact(catalogue_file: Path, rows: Rows):
    catalogue, _ = read(catalogue_file)
    sorter = catalogue.artifact(catalogue.place["mail-sorter"])
    told = rows[0]
    assert (sorter.name, sorter.type, sorter.maker, sorter.license) == ("Mail Sorter", "model", "Acme", "MIT")
    assert [part.description for part in sorter.capabilities] == [part["description"] for part in told["capabilities"]]
    assert [part.capability_id for part in sorter.capabilities] == [
        "mail-sorter#sort-incoming",
        "mail-sorter#flag-spam",
    ]
    assert {key: fact.value for key, fact in sorter.facts.items()} == {
        "stars": 900.0,
        "released": "2024-05",
        "parameters": 1e6,
    }
    assert sorter.facts["parameters"].source == "paper"
    assert [(link.kind, link.target) for link in sorter.links] == [("trained_on", "mail-corpus")]


def test_the_same_eight_read_the_same_from_every_format(catalogue_file: Path, rows: Rows, tmp_path: Path):
    text = catalogue_file.read_text()
    nested = [field for row in rows for field, value in row.items() if isinstance(value, list | dict)]
    cells = [{key: json.dumps(value) if key in nested else value for key, value in row.items()} for row in rows]
    facts_as_json = [row | ({"facts": json.dumps(row["facts"])} if "facts" in row else {}) for row in rows]

    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "b.jsonl.zst").write_bytes(zstandard.ZstdCompressor().compress(text.encode()))
    pd.DataFrame(cells).to_csv(tmp_path / "c.csv", index=False)
    pd.DataFrame(cells).to_csv(tmp_path / "d.csv.gz", index=False)
    pd.DataFrame(facts_as_json).to_parquet(tmp_path / "e.parquet")
    pd.DataFrame(cells).to_parquet(tmp_path / "f.parquet")
    (tmp_path / "g").mkdir()
    for number, row in enumerate(rows):
        (tmp_path / "g" / f"{number}.json").write_text(json.dumps(row))

    wanted, _ = read(catalogue_file)
    sources: list[Any] = [
        path for path in sorted(tmp_path.iterdir()) if path.name[0] in "abcdefg" and path != catalogue_file
    ]
    for source in [*sources, pd.DataFrame(rows), pd.DataFrame(cells)]:
        catalogue, report = read(source)
        assert [str(problem) for problem in report.problems] == []
        assert same(catalogue, wanted), source


def test_the_artifacts_of_a_catalogue_make_the_same_catalogue_again(catalogue_file: Path):
    catalogue, _ = read(catalogue_file)
    assert same(catalogue_of(reversed(list(catalogue))), catalogue)
    assert list(catalogue_of(catalogue)) == list(catalogue)


def test_a_table_of_plain_words_tells_the_same_as_json(reads, tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text(
        "artifact_id,name,type,capabilities,job,stars,released\n"
        "mail,Mail,model,sort mail;flag spam,mail; news,5,2024-05\n"
    )
    json_row = MAIL | {"capabilities": ["sort mail", "flag spam"], "job": ["mail", "news"]}
    assert same(read(path)[0], reads([json_row | {"facts": {"stars": 5, "released": "2024-05"}}])[0])


def test_files_folders_and_frames_may_be_read_together(tmp_path: Path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_text(lines([MAIL]))
    (tmp_path / "in" / "notes.md").write_text("not a catalogue")
    (tmp_path / "b.jsonl").write_text(lines([ANCHOR]))
    catalogue, report = read([tmp_path / "in", str(tmp_path / "b.jsonl"), pd.DataFrame([MAIL | {"artifact_id": "c"}])])
    assert catalogue.ids == ["anchor", "c", "mail"]
    assert counts(report) == (3, 3, 0, 0)
    assert [Path(name).name for name in report.skipped_files] == ["notes.md"]


def test_progress_is_told_of_every_row(catalogue_file: Path):
    seen = []

    def track(found: Iterable[Any]) -> Iterator[Any]:
        for each in found:
            seen.append(each)
            yield each

    read(catalogue_file, track=track)
    assert [line for _, line, _ in seen] == list(range(1, 9))


# -- What cannot be a catalogue


def test_an_empty_file_is_an_error_that_counts_its_rows(tmp_path: Path):
    (tmp_path / "x.jsonl").write_text("")
    with pytest.raises(CatalogueError, match="none of the 0 rows is a usable artifact"):
        read(tmp_path)


def test_rows_without_one_artifact_are_an_error_with_the_first_problem(reads):
    with pytest.raises(
        CatalogueError, match=r"none of the 2 rows .* first problem: .*rows\.jsonl line 1 name: nothing"
    ):
        reads([MAIL | {"name": None}, 5])


def test_the_first_problem_of_no_catalogue_is_one_that_cost_a_row(reads):
    with pytest.raises(CatalogueError, match=r"first problem: .*rows\.jsonl line 2 name: nothing; wanted a name"):
        reads([{"artifact_id": "mail", "facts": {"stars": float("nan")}}, MAIL | {"name": None, "url": 5}])


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame({"artifact_id": []}), pd.DataFrame(index=range(3))])
def test_a_frame_of_nothing_is_an_error(frame: pd.DataFrame):
    with pytest.raises(CatalogueError, match="none of the"):
        read(frame)


def test_nothing_to_read_is_an_error(tmp_path: Path):
    for nothing in ([], tmp_path, tmp_path / "nowhere.csv", "nowhere"):
        with pytest.raises(CatalogueError):
            read(nothing)


def test_one_damaged_file_among_good_ones_is_an_error_that_names_it(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text(lines([MAIL]))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(lines([ANCHOR] * 50).encode())[:-20])
    with pytest.raises(CatalogueError, match=r"b\.jsonl\.gz cannot be read"):
        read(tmp_path)


@pytest.mark.parametrize("ids", [[7, 8], [7, None], [7.0, 8.0]], ids=str)
def test_ids_of_a_frame_may_be_whole_numbers(ids: list[Any], tmp_path: Path):
    frame = pd.DataFrame([MAIL | {"artifact_id": each} for each in ids])
    frame.to_parquet(tmp_path / "x.parquet")
    wanted = [str(int(each)) for each in ids if each is not None]
    assert read(frame)[0].ids == read(tmp_path / "x.parquet")[0].ids == wanted


@pytest.mark.parametrize("wrong", [True, 1.5, -math.inf])
def test_an_id_that_is_no_whole_number_is_no_id(wrong: object):
    _, report = read(pd.DataFrame([ANCHOR, MAIL | {"artifact_id": wrong}], dtype=object))
    assert counts(report) == (2, 1, 0, 1)


@pytest.mark.parametrize(
    "value", [datetime.date(2024, 5, 1), {1, 2}, Decimal("1.5"), b"bytes", {5: 6, "a": 7}, object()]
)
@pytest.mark.parametrize("field", ["pricing_detail", "facts", "links", "capabilities", "job", "name", "maker", "stars"])
def test_a_value_that_json_does_not_know_costs_no_other_row(field: str, value: object):
    wrapped = {"a": value} if field in ("pricing_detail", "facts") else [value]
    for cell in (value, wrapped):
        rows = [ANCHOR, MAIL | {field: cell}]
        columns = [*ANCHOR, field] if field not in ANCHOR else [*ANCHOR]
        frame = pd.DataFrame([[row.get(name) for name in columns] for row in rows], columns=columns, dtype=object)
        catalogue, report = read(frame)
        assert "anchor" in catalogue.place
        assert adds_up(report)


# -- The account


def test_each_kind_of_row_is_counted_once(tmp_path: Path):
    content = lines([MAIL, MAIL | {"description": "sorts"}, ANCHOR, {"artifact_id": "mail", "facts": {"stars": 5}}, 5])
    content += '\n{"broken\n\n' + lines([{"artifact_id": "nobody", "facts": {}}, MAIL | {"artifact_id": "b", "url": 5}])
    (tmp_path / "x.jsonl").write_text(content)
    _, report = read(tmp_path)
    assert counts(report) == (8, 3, 2, 3)
    assert {(problem.line, str(problem.outcome)) for problem in report.problems} == {
        (1, "merged"),
        (4, "merged"),
        (5, "refused"),
        (7, "refused"),
        (9, "refused"),
        (10, "mended"),
    }


def test_the_report_is_plain_json_and_a_table(reads):
    _, report = reads([MAIL | {"url": 5, "name": "Ma\0il"}, 5])
    plain = json.loads(json.dumps(report.to_dict()))
    assert (plain["rows_in"], plain["rows_kept"], plain["rows_merged"], plain["rows_refused"]) == (2, 1, 0, 1)
    assert [problem["outcome"] for problem in plain["problems"]] == ["mended", "mended", "refused"]
    frame = report.to_frame()
    assert list(frame.columns) == ["file", "line", "field", "found", "wanted", "outcome"]
    assert frame.to_dict("records") == plain["problems"]


def test_of_a_refused_row_nothing_is_told_as_mended(reads):
    _, report = reads([MAIL | {"url": 5}, ANCHOR | {"url": 5, "colour": "red", "name": None, "artifact_id": None}])
    assert [(problem.line, problem.field, str(problem.outcome)) for problem in report.problems] == [
        (1, "url", "mended"),
        (2, "artifact_id", "refused"),
        (2, "name", "refused"),
    ]
    assert report.problems[1].wanted == "wanted an artifact_id"


def test_a_report_without_problems_is_an_empty_table_with_its_columns(reads):
    frame = reads([MAIL])[1].to_frame()
    assert frame.shape == (0, 6)


def test_a_problem_says_file_line_field_found_and_wanted(reads):
    _, report = reads([ANCHOR, MAIL | {"type": "modle"}])
    (problem,) = report.problems
    assert problem.outcome is Outcome.REFUSED
    assert str(problem).endswith("(did you mean model?) (refused)")
    assert "rows.jsonl line 2 type: 'modle'; wanted one of model, " in str(problem)


# -- Rows of the same id


def several(*rows: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return [list(rows), list(reversed(rows))]


POOR = MAIL | {"maker": "Poor", "facts": {"stars": 1, "forks": 2}}
RICH = MAIL | {"maker": "Rich", "capabilities": ["sort mail", "flag spam"], "facts": {"stars": 9}}


@pytest.mark.parametrize("told", several(POOR, RICH))
def test_of_two_rows_the_fuller_is_kept_with_the_facts_of_both(reads, told: Rows):
    catalogue, report = reads(told)
    (mail,) = catalogue
    assert (mail.maker, len(mail.capabilities)) == ("Rich", 2)
    assert {key: fact.value for key, fact in stated_facts(mail).items()} == {"stars": 9.0, "forks": 2.0}
    assert counts(report) == (2, 1, 1, 0)
    (problem,) = report.problems
    assert problem.line == told.index(POOR) + 1
    assert "'mail' a second time" in problem.found
    assert f"line {told.index(RICH) + 1}, and took facts.forks of this one" in problem.wanted
    assert problem.wanted.endswith("dropped maker, facts.stars of this one")


@pytest.mark.parametrize("order", [1, -1])
def test_the_poorer_row_adds_what_the_fuller_leaves_open(reads, order: int):
    links = [{"kind": "requires", "target": "post"}]
    fuller = RICH | {"aliases": ["m"], "tags": ["post"], "links": links, "pricing": "unknown"}
    poorer = MAIL | {
        "license": "MIT",
        "pricing": "free",
        "pricing_detail": {"a": 1},
        "url": "https://mail.example",
        "aliases": ["post", "m"],
        "job": ["sorting"],
        "tags": ["mail"],
        "inputs": ["text"],
        "links": [*links, {"kind": "trained_on", "target": "news"}],
    }
    catalogue, report = reads([fuller, poorer][::order])
    (mail,) = catalogue
    assert (mail.license, str(mail.pricing), mail.pricing_detail) == ("MIT", "free", {"a": 1})
    assert (mail.maker, mail.url) == ("Rich", "https://mail.example")
    assert (mail.aliases, mail.job, mail.tags, mail.inputs) == (
        ("m", "post"),
        ("sorting",),
        ("post", "mail"),
        ("text",),
    )
    assert [(str(link.kind), link.target) for link in mail.links] == [("requires", "post"), ("trained_on", "news")]
    (problem,) = report.problems
    assert "took url, license, pricing, pricing_detail, job, inputs, aliases, tags and 1 more of this" in problem.wanted
    assert "dropped" not in problem.wanted


def test_the_detail_of_another_price_is_not_taken(reads):
    poorer = MAIL | {"pricing": "paid", "pricing_detail": {"a month": 5}}
    (mail,) = reads([RICH | {"pricing": "free"}, poorer])[0]
    assert (str(mail.pricing), mail.pricing_detail) == ("free", {})
    (mail,) = reads([RICH | {"pricing": "paid"}, poorer])[0]
    assert mail.pricing_detail == {"a month": 5}


@pytest.mark.parametrize("order", [1, -1])
def test_what_both_state_otherwise_is_named(reads, order: int):
    other = MAIL | {"name": "Post", "license": "MIT", "capabilities": ["carry letters"], "facts": {"stars": 8}}
    _, report = reads([RICH | {"license": "BSD", "facts": {"stars": 8}}, other][::order])
    (problem,) = report.problems
    assert problem.wanted.endswith("took nothing of this one; where both state something else, "
                                   "dropped name, license, 1 of its capabilities of this one")  # fmt: skip


def test_a_row_of_facts_states_nothing_else_that_could_be_dropped(reads):
    _, report = reads([POOR, RICH, {"artifact_id": "mail", "facts": {"stars": 9, "size": 3}}])
    assert [problem.wanted.split("took ")[1] for problem in report.problems if problem.line == 3] == [
        "facts.size of this one"
    ]


@pytest.mark.parametrize(
    ("fuller", "other"),
    [
        ({"capabilities": ["sort mail", "flag spam"]}, {"description": "a much longer text about sorting mail"}),
        ({"description": "a longer text"}, {"description": "short", "facts": {"a": 1, "b": 2}}),
        ({"facts": {"a": 1, "b": 2}}, {"facts": {"a": 1}}),
    ],
    ids=["capabilities", "words", "facts"],
)
def test_fuller_means_capabilities_then_words_then_facts(reads, fuller: dict[str, Any], other: dict[str, Any]):
    for told in several(MAIL | fuller | {"maker": "fuller"}, MAIL | other | {"maker": "other"}):
        assert reads(told)[0].artifact(0).maker == "fuller"


def test_two_rows_equally_full_give_the_same_artifact_in_either_order(reads):
    one, two = several(MAIL | {"maker": "A", "facts": {"stars": 1}}, MAIL | {"maker": "B", "facts": {"stars": 2}})
    assert same(reads(one)[0], reads(two)[0])


def test_of_five_rows_one_is_kept_and_four_are_merged(reads):
    told = [MAIL | {"facts": {f"fact {number}": number}} for number in range(5)]
    catalogue, report = reads(told)
    assert counts(report) == (5, 1, 4, 0)
    assert {key: fact.value for key, fact in catalogue.artifact(0).facts.items()} == {
        f"fact {number}": float(number) for number in range(5)
    }


def test_a_fact_that_is_missing_gives_way_to_one_that_another_row_states(reads):
    missing = RICH | {
        "facts": {"stars": {"value": None, "status": "missing"}, "forks": {"value": None, "status": "missing"}}
    }
    for told in several(missing, {"artifact_id": "mail", "facts": {"stars": 5}}):
        facts = reads(told)[0].artifact(0).facts
        assert (facts["stars"].value, str(facts["stars"].status)) == (5.0, "observed")
        assert (facts["forks"].value, str(facts["forks"].status)) == (None, "missing")


@pytest.mark.parametrize("told", several(POOR, RICH))
def test_what_another_row_of_the_id_states_otherwise_is_kept_beside_it(reads, told: Rows):
    (mail,) = reads([each | {"source": each["maker"]} for each in told])[0]
    (again,) = mergers(mail)
    assert (again.artifact_id, again.source, again.reason) == ("mail", "Poor", "a further row of this id")
    assert again.otherwise == {"maker": "Poor", "source": "Poor", "facts.stars": 1.0}


def test_a_later_fact_of_another_row_leaves_what_stood_there_before(reads):
    stars = [{"stars": {"value": value, "observed_at": f"2026-0{value}-01"}} for value in (3, 4)]
    (mail,) = reads([RICH | {"facts": stars[0]}, MAIL | {"maker": "Rich", "facts": stars[1]}])[0]
    (told,) = (json.loads(str(fact.value)) for key, fact in mail.facts.items() if key.startswith("told_again:"))
    assert (mail.facts["stars"].value, told["before"]) == (4.0, {"facts.stars": 3.0})


def test_every_row_that_contradicts_is_told_and_reading_again_soon_adds_nothing(reads):
    rows = [RICH, POOR, MAIL | {"type": "dataset", "capabilities": ["count stamps"]}]
    once = list(reads(rows)[0])
    assert [each.otherwise for each in mergers(once[0]) if "type" in each.otherwise] == [
        {"type": "dataset", "capabilities": ["count stamps"]}
    ]
    assert list(reads(map(row_of, once))[0]) == once
    again = list(reads([*map(row_of, once), *rows])[0])
    assert list(reads([*map(row_of, again), *rows])[0]) == again


def test_rows_that_agree_leave_nothing_behind(reads):
    (mail,) = reads([RICH, MAIL | {"license": "MIT", "facts": {"stars": 9}}])[0]
    assert mergers(mail) == ()


def test_the_same_row_twice_is_merged_into_itself(reads):
    catalogue, report = reads([RICH, RICH])
    assert same(catalogue, reads([RICH])[0])
    assert counts(report) == (2, 1, 1, 0)


def test_ids_are_compared_after_they_are_cleaned(reads):
    assert counts(reads([MAIL, MAIL | {"artifact_id": " ma\0il "}])[1]) == (2, 1, 1, 0)


def test_no_two_artifacts_share_the_id_of_a_capability(reads):
    """Ids may be long, may differ only at their end, and may have the mark that parts the two halves."""
    ids = ["m" * 299 + "a", "m" * 299 + "b", "c", "c#sort"]
    named = [{"name": "mail", "capability_id": "mail"}, {"name": "sort#mail", "capability_id": "sort#mail"}]
    catalogue, _ = reads(MAIL | {"artifact_id": artifact_id, "capabilities": named} for artifact_id in ids)
    capability_ids = catalogue.capabilities["capability_id"].to_pylist()
    assert len(set(capability_ids)) == len(capability_ids) == 8


def test_ids_that_differ_in_case_are_two_artifacts(reads):
    assert reads([MAIL, MAIL | {"artifact_id": "Mail"}])[0].ids == ["Mail", "mail"]


@pytest.mark.parametrize("deep", [100, 300, 500, 700, 900])
def test_rows_of_one_id_with_deep_values_are_compared_too(reads, deep: int):
    value: list[Any] = []
    for _ in range(deep):
        value = [value]
    told = MAIL | {"pricing_detail": {"a": value}, "facts": {"deep": value}}
    catalogue, report = reads([told, told | {"maker": "Acme"}, {"artifact_id": value, "facts": {}}, ANCHOR])
    assert adds_up(report)
    assert "anchor" in catalogue.place


# -- Rows of facts alone


@pytest.mark.parametrize("told", several(MAIL, {"artifact_id": "mail", "facts": {"stars": 5}}))
def test_a_row_of_facts_joins_its_artifact_before_or_after_it(reads, told: Rows):
    catalogue, report = reads(told)
    assert catalogue.artifact(0).facts["stars"].value == 5.0
    assert catalogue.artifact(0).capabilities[0].name == "sort mail"
    assert counts(report) == (2, 1, 1, 0)


def test_the_artifact_is_believed_before_a_row_of_facts(reads):
    catalogue, _ = reads([{"artifact_id": "mail", "facts": {"stars": 5, "forks": 6}}, MAIL | {"facts": {"stars": 1}}])
    assert {key: fact.value for key, fact in catalogue.artifact(0).facts.items()} == {"stars": 1.0, "forks": 6.0}


def test_many_rows_of_facts_join_one_artifact_in_any_order(reads):
    told = [MAIL] + [{"artifact_id": "mail", "facts": {"stars": number, f"f{number}": number}} for number in range(4)]
    catalogue, report = reads(told)
    assert counts(report) == (5, 1, 4, 0)
    assert set(catalogue.artifact(0).facts) == {"stars", "f0", "f1", "f2", "f3"}
    assert same(catalogue, reads(reversed(told))[0])


@pytest.mark.parametrize("artifact_id", ["nobody", "", None, 5, [], {"a": 1}, "\ud800", "m" * 1_000_000])
def test_a_row_of_facts_for_no_artifact_is_refused(reads, artifact_id: object):
    _, report = reads([MAIL, {"artifact_id": artifact_id, "facts": {"stars": 5}}])
    assert counts(report) == (2, 1, 0, 1)
    (reason,) = (problem for problem in report.problems if problem.outcome is Outcome.REFUSED)
    assert reason.field == "artifact_id"
    assert "wanted an artifact that some row describes" in reason.wanted
    assert all(len(str(problem).encode()) < 500 for problem in report.problems)


@pytest.mark.parametrize("facts", [None, {}, 5, "stars", [], {"stars": float("nan")}, {"stars": {"value": 5, "x": 1}}])
def test_a_row_of_facts_with_poor_facts_is_still_counted(reads, facts: object):
    catalogue, report = reads([MAIL, {"artifact_id": "mail", "facts": facts}])
    assert counts(report) == (2, 1, 1, 0)
    assert len(catalogue) == 1


def test_a_row_of_facts_finds_its_artifact_by_the_cleaned_id(reads):
    assert counts(reads([MAIL, {"artifact_id": " ma\0il ", "facts": {"stars": 5}}])[1]) == (2, 1, 1, 0)


@pytest.mark.parametrize("name", ["&lt;b&gt;", "&lt;!-- mail --&gt;", "The &lt;b&gt; tag"])
def test_a_row_of_facts_joins_an_artifact_whose_name_is_a_tag(reads, name: str):
    catalogue, report = reads([MAIL | {"name": name}, {"artifact_id": "mail", "facts": {"stars": 5}}])
    assert catalogue.artifact(0).facts["stars"].value == 5.0
    assert [problem.outcome for problem in report.problems] == [Outcome.MERGED]


def test_a_fault_in_a_row_of_facts_is_told_with_the_line_of_that_row(reads):
    _, report = reads([MAIL, ANCHOR, {"artifact_id": "mail", "facts": {"stars": float("inf")}}])
    assert [(problem.line, problem.field) for problem in report.problems] == [(3, "facts.stars"), (3, "artifact_id")]


def test_the_columns_of_a_table_can_be_rows_of_facts():
    _, report = read([pd.DataFrame([MAIL]), pd.DataFrame([{"artifact_id": "mail", "stars": 5}])])
    assert counts(report) == (2, 1, 1, 0)


# -- Strict reading


def test_strict_reading_of_good_rows_is_reading(catalogue_file: Path):
    assert same(read(catalogue_file, strict=True)[0], read(catalogue_file)[0])


def test_strict_reading_takes_a_row_of_a_description_alone(reads):
    row = {"artifact_id": "mail", "name": "Mail", "type": "model", "description": "sorts mail"}
    catalogue, report = reads([row, ANCHOR | {"capabilities": [], "description": "holds ships"}], strict=True)
    assert [len(artifact.capabilities) for artifact in catalogue] == [1, 1]
    assert report.problems == ()


@pytest.mark.parametrize(
    "bad",
    [
        5,
        MAIL | {"type": "modle"},
        MAIL | {"url": 5},
        MAIL | {"colour": "red"},
        MAIL | {"name": "M\0ail"},
        MAIL | {"capabilities": [5], "description": "sorts mail"},
        MAIL | {"facts": {"stars": float("nan")}},
        {"artifact_id": "nobody", "facts": {"stars": 5}},
        ANCHOR,
    ],
    ids=["no row", "refused", "wrong", "unknown", "unclean", "mended", "fact", "facts of nobody", "twice"],
)
def test_strict_reading_stops_at_the_first_problem_and_says_where(reads, bad: object):
    with pytest.raises(CatalogueError, match=r"rows\.jsonl line 2 "):
        reads([ANCHOR, bad], strict=True)


def test_strict_reading_stops_before_it_reads_on(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text("{broken\n")
    (tmp_path / "b.jsonl.gz").write_text("not gz")
    with pytest.raises(CatalogueError, match=r"a\.jsonl line 1 row: broken JSON"):
        read(tmp_path, strict=True)


# -- Laws, over rows of any kind

TEXTS = st.sampled_from(["", " ", "mail", "<b>x</b>", "&lt;b&gt;", "\0", "\ud800", "\u202e", "a;b", "2024-13", "2024"])
NUMBERS = st.sampled_from([0, 1, -1, 5.5, 2**53 + 1, 10**30, 10**400, float("nan"), float("inf"), True, False, None])
PLAIN = TEXTS | NUMBERS
NAMES = st.sampled_from(
    ["value", "status", "source", "kind", "target", "name", "description", "str", "float", "\ud800", "x"]
)
ANY = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | TEXTS, inner, max_size=3), max_leaves=6
)


def shaped(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with some of these fields, each as it should be or anything, and now and then one field more."""
    some = st.fixed_dictionaries({}, optional={name: good | ANY for name, good in fields.items()})
    return st.builds(lambda row, more: more | row, some, st.dictionaries(NAMES, PLAIN, max_size=1))


FACTS = st.dictionaries(
    NAMES | TEXTS,
    PLAIN | shaped(value=PLAIN, status=st.sampled_from(["missing", "observed"]), source=TEXTS, observed_at=TEXTS),
    max_size=3,
)
LINKS = st.lists(shaped(kind=st.just("requires"), target=TEXTS) | PLAIN, max_size=12)
CAPABILITIES = st.lists(
    TEXTS | shaped(name=TEXTS, description=TEXTS, unique=TEXTS, intents=st.lists(PLAIN)) | ANY, max_size=12
)
IDS = st.sampled_from(["anchor", "mail", "news", " mail", "ma\0il"])
ROWS = st.lists(
    shaped(
        artifact_id=IDS,
        name=st.just("Mail"),
        type=st.sampled_from(["model", "MCP server", "modle"]),
        description=TEXTS,
        job=st.lists(PLAIN, max_size=3),
        url=TEXTS,
        pricing=st.just("free"),
        pricing_detail=ANY,
        facts=FACTS,
        links=LINKS,
        capabilities=CAPABILITIES,
    )
    | st.builds(lambda artifact_id, facts: {"artifact_id": artifact_id, "facts": facts}, IDS, FACTS)
    | st.builds(
        lambda artifact_id, facts, links: MAIL | {"artifact_id": artifact_id, "facts": facts, "links": links},
        IDS,
        FACTS,
        LINKS,
    )
    | ANY,
    max_size=6,
)
LAW = settings(max_examples=80, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def is_lawful(catalogue: Catalogue, report: ReadReport, rows_in: int) -> None:
    assert report.rows_in == rows_in
    assert adds_up(report)
    assert report.rows_kept == len(catalogue) == len(set(catalogue.ids))
    told = Counter(problem.outcome for problem in report.problems)
    assert told[Outcome.MERGED] == report.rows_merged
    assert told[Outcome.REFUSED] >= report.rows_refused
    assert len({(p.file, p.line) for p in report.problems if p.outcome is Outcome.REFUSED}) == report.rows_refused
    json.dumps(report.to_dict(), ensure_ascii=False).encode("utf-8")
    for artifact in catalogue:
        assert artifact.artifact_id
        assert artifact.capabilities
        ids = [part.capability_id for part in artifact.capabilities]
        assert len(set(ids)) == len(ids)
        assert all(part.name and part.description for part in artifact.capabilities)
        assert all(fact.number is None or math.isfinite(fact.number) for fact in artifact.facts.values())
        shown = json.dumps([artifact.name, artifact.description, list(artifact.facts), artifact.pricing_detail])
        assert not any(unfit in shown for unfit in (r"\u0000", r"\ud800", r"\u202e"))


@LAW
@given(ROWS)
@example([{"facts": {"float": {"value": 1, "x": 2}}} | {key: MAIL[key] for key in MAIL}])
def test_no_row_of_a_file_is_ever_lost_and_nothing_but_its_own_error_is_raised(tmp_path: Path, told: list[Any]):
    path = tmp_path / "rows.jsonl"
    path.write_text(lines([ANCHOR, *told]))
    catalogue, report = read(path)
    is_lawful(catalogue, report, 1 + len(told))


@LAW
@given(ROWS)
def test_no_row_of_a_frame_is_ever_lost_and_nothing_but_its_own_error_is_raised(told: list[Any]):
    rows = [ANCHOR, *(row for row in told if isinstance(row, dict))]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    frame = pd.DataFrame(
        [[row.get(name) for name in columns] for row in rows], columns=pd.Index(columns, dtype=object), dtype=object
    )
    catalogue, report = read(frame)
    is_lawful(catalogue, report, len(rows))


@LAW
@given(
    st.lists(
        st.binary(max_size=30) | st.sampled_from([b"{}", b"[", b"\xef\xbb\xbf", b"\r", b"\xff", b"1" * 5000]),
        max_size=8,
    )
)
def test_lines_of_any_bytes_are_each_refused_or_blank(tmp_path: Path, told: Sequence[bytes]):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"\n".join([lines([ANCHOR]).encode().strip(), *told]))
    catalogue, report = read(path)
    assert catalogue.ids == ["anchor"]
    assert report.rows_in == 1 + sum(bool(line.strip()) for line in b"\n".join(told).split(b"\n"))
    assert adds_up(report)


@LAW
@given(st.data())
def test_shuffled_rows_give_the_same_catalogue(tmp_path: Path, data: st.DataObject):
    told = [ANCHOR, *data.draw(ROWS)]
    path, other = tmp_path / "rows.jsonl", tmp_path / "other.jsonl"
    path.write_text(lines(told))
    other.write_text(lines(data.draw(st.permutations(told))))
    (catalogue, report), (shuffled, again) = read(path), read(other)
    assert same(catalogue, shuffled)
    assert counts(report) == counts(again)
