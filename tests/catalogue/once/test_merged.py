"""Read from files: one thing once, every id still known, nothing that a row states lost, and every merge told."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import matchgraph as mg
from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.read import read
from matchgraph.catalogue.records import MOST_REMARKS
from matchgraph.catalogue.report import ReadReport
from matchgraph.catalogue.rows import row_of
from matchgraph.errors import CatalogueError
from tests.bench.once import hidden, measured
from tests.bench.rebuild import REAL
from tests.bench.variants import OTHER
from tests.conftest import WordEncoder, artifact

REPOSITORY = "https://github.com/otters/holt"

HOLT = artifact(
    "app:holt",
    "app",
    "Otters",
    ["keep a diary of tides", "warn before a spring tide"],
    name="Holt",
    url=REPOSITORY,
    license="MIT",
    source="list one",
    facts={"stars": {"value": 10, "observed_at": "2026-01-01"}, "forks": 2},
)
TWIN = artifact(
    "pypi:holt",
    "package",
    "Otters",
    ["a diary of tides"],
    name="Holt Diary",
    url=REPOSITORY,
    license="Apache-2.0",
    source="list two",
    tags=["tides"],
    facts={"stars": {"value": 30, "observed_at": "2026-05-01"}, "forks": 3, "downloads": 700},
)
WEIR = artifact("weir", "app", "Voles", ["build weirs"], links=[{"kind": "requires", "target": "pypi:holt"}])


@pytest.fixture
def reads(tmp_path: Path):
    def reading(*rows: dict[str, Any], same: str = "", **options: Any) -> tuple[Catalogue, ReadReport]:
        if same:
            (tmp_path / "same.yaml").write_text(same)
            options["same"] = tmp_path / "same.yaml"
        return read(written(tmp_path, *rows), **options)

    return reading


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def tables(catalogue: Catalogue) -> list[Any]:
    return [catalogue.artifacts, catalogue.capabilities, catalogue.facts, catalogue.links, catalogue.remarks]


def test_two_rows_of_one_repository_are_one_artifact(reads) -> None:
    catalogue, report = reads(HOLT, TWIN, WEIR)
    assert catalogue.ids == ["app:holt", "weir"]
    assert (report.rows_in, report.rows_kept, report.rows_merged) == (3, 2, 1)
    assert "'pypi:holt' is 'app:holt': the repository of both is github.com/otters/holt" in str(report.problems[0])
    assert [(pair.left, pair.right) for pair in report.pairs] == [("app:holt", "pypi:holt")]


def test_what_either_states_is_kept_and_what_they_dispute_is_told(reads) -> None:
    catalogue, _ = reads(HOLT, TWIN)
    holt = catalogue.artifact(0)
    assert holt.aliases == ("Holt Diary", "pypi:holt")
    assert (holt.license, holt.tags) == ("MIT", ("tides",))
    assert {key: holt.facts[key].value for key in ("stars", "forks", "downloads")} == {
        "stars": 30,
        "forks": 2,
        "downloads": 700,
    }
    told = json.loads(str(holt.facts["same_as:pypi:holt"].value))
    assert told["otherwise"]["license"] == "Apache-2.0"
    assert told["otherwise"]["facts.forks"] == 3
    assert told["before"] == {"facts.stars": 10}
    assert (told["source"], told["confidence"]) == ("list two", 0.97)


def test_remarks_of_all_sources_are_kept_but_for_what_is_said_already(reads) -> None:
    said = ["Was built on a Sunday.", "Runs on 3 ponds."]
    again = ["Built was on a Sunday!", "Runs on 4 ponds.", "Warn before a spring tide.", "Its logo is an otter."]
    holt, twin = HOLT | {"remarks": said}, TWIN | {"remarks": again}
    catalogue, report = reads(holt, twin)
    assert catalogue.artifact(0).remarks == (*said, "Runs on 4 ponds.", "Its logo is an otter.")
    assert "remarks" in report.problems[0].wanted
    assert tables(reads(twin, holt)[0]) == tables(catalogue)
    assert reads(*map(row_of, catalogue), holt, twin)[0].remarks == catalogue.remarks


def test_of_more_remarks_than_one_may_have_the_fuller_ones_come_first_and_the_rest_is_told(reads) -> None:
    holt = HOLT | {"remarks": [f"Has stood by pond {number} since." for number in range(MOST_REMARKS - 1)]}
    twin = TWIN | {"remarks": ["Its logo is an otter.", "Was built on a Sunday."]}
    catalogue, report = reads(holt, twin)
    assert catalogue.artifact(0).remarks == (*holt["remarks"], "Its logo is an otter.")
    assert "dropped" in report.problems[0].wanted
    assert "1 of its remarks" in report.problems[0].wanted


def test_links_lead_to_the_id_that_is_kept(reads) -> None:
    catalogue, _ = reads(HOLT, TWIN, WEIR)
    assert catalogue.links.to_pylist() == [{"artifact_id": "weir", "kind": "requires", "target": "app:holt"}]
    assert catalogue.stands_for == {"pypi:holt": "app:holt"}


def test_the_order_of_rows_changes_nothing(reads) -> None:
    assert tables(reads(HOLT, TWIN, WEIR)[0]) == tables(reads(WEIR, TWIN, HOLT)[0])


def test_a_catalogue_that_was_merged_reads_as_it_is_and_takes_its_sources_in_again(reads) -> None:
    catalogue, _ = reads(HOLT, TWIN, WEIR)
    rows = [row_of(each) for each in catalogue]
    again, report = reads(*rows)
    assert tables(again) == tables(catalogue)
    assert report.problems == ()
    assert reads(*rows, HOLT, TWIN, WEIR)[0].ids == catalogue.ids


def test_ids_stay_as_they_are_where_none_shall_be_merged(reads) -> None:
    catalogue, report = reads(HOLT, TWIN, merge=False)
    assert catalogue.ids == ["app:holt", "pypi:holt"]
    assert len(report.pairs) == 1


def test_who_wants_no_surprise_is_told_of_a_merge(reads) -> None:
    with pytest.raises(CatalogueError, match="'pypi:holt' is 'app:holt'"):
        reads(HOLT, TWIN, strict=True)


def test_people_say_which_id_is_kept(reads) -> None:
    catalogue, _ = reads(HOLT, TWIN, same="same:\n  - [pypi:holt, app:holt]\n")
    assert catalogue.ids == ["pypi:holt"]
    assert {each.capability_id.partition("#")[0] for each in catalogue.artifact(0).capabilities} == {"pypi:holt"}
    assert catalogue.stands_for == {"app:holt": "pypi:holt"}
    again, _ = reads(*map(row_of, catalogue))
    assert tables(again) == tables(catalogue)


def test_people_say_what_is_different(reads) -> None:
    catalogue, report = reads(HOLT, TWIN, same="different:\n  - [app:holt, pypi:holt]\n")
    assert catalogue.ids == ["app:holt", "pypi:holt"]
    assert report.pairs[0].finding.reason == "said to be different"


def test_an_id_that_people_name_in_vain_is_told(reads) -> None:
    _, report = reads(HOLT, same="same:\n  - [app:holt, app:gone]\n")
    assert [(each.line, each.found) for each in report.problems] == [(2, "no artifact 'app:gone' in this catalogue")]


@pytest.mark.parametrize(
    "text", ["[a, b]", "alike: []", "same: [a, b]", "same: [[a]]", "same: [[a, a]]", "same: [", "same: [[a, 1]]"]
)
def test_a_file_of_another_shape_is_an_error_that_says_the_shape(reads, text: str) -> None:
    with pytest.raises(CatalogueError, match="wanted"):
        reads(HOLT, same=text)


def test_searches_and_labels_of_a_merged_id_are_those_of_the_one_that_is_kept(tmp_path: Path) -> None:
    hits = tmp_path / "hits.jsonl"
    hits.write_text(
        json.dumps({"query": "tides", "gold": ["pypi:holt", "app:holt"], "family": "x", "query_id": "1"}) + "\n"
    )
    report = mg.rebuild(
        written(tmp_path, HOLT, TWIN, WEIR),
        store=tmp_path / "s",
        hits=hits,
        encoder=WordEncoder(),
        today=date(2026, 6, 1),
    )
    assert report.counts["artifacts"] == 2
    with mg.open(tmp_path / "s", encoder=WordEncoder()) as graph:
        assert graph.resolve("PYPI:holt") == graph.resolve("holt diary") == "app:holt"
        assert graph.times_matched("pypi:holt") == 2
        assert graph.frame("ranking").set_index("artifact_id")["times_matched"]["app:holt"] == 2
        assert graph.evaluate(hits).left_out == 0


@pytest.mark.skipif(not OTHER.exists(), reason="the public data is not at hand")
def test_of_the_ids_in_two_public_catalogues_nearly_all_are_found_and_nothing_else() -> None:
    one, other = (read(path, merge=False)[0] for path in (REAL, OTHER))
    both = set(one.ids) & set(other.ids)
    told = [[each.artifact(each.place[artifact_id]) for artifact_id in sorted(both)] for each in (one, other)]
    rows = [*hidden(told[0], "a"), *hidden(told[1], "b")]
    gold = {(f"a {each}", f"b {each}") for each in both}
    groups = set(measured("the ids in both files", rows, gold, judged=True).groups)
    assert len(groups & gold) / len(gold) >= 0.95
    assert len(groups & gold) / len(groups) >= 0.99
