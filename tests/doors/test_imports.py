"""Pages through the shell: taken in, rebuilt, and printed again to the last byte."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.catalogue.importers.samples import SAMPLES, laid_out
from tests.catalogue.page_texts import Half, page_text
from tests.doors.test_cli import Shell
from tests.doors.test_cli import shell as shell  # noqa: PLC0414 - a fixture, used by its name

OTTER = Half("Otter v1.2", rank=41, count=3, leads=("ecosystem",))
LAKE = Half("Big Lake", "Dataset", rank=60, count=11, leads=("adoption", "quality"))
HERON = Half("Heron", "MCP Server", rank=70, count=9, pricing="Paid", price="$9 a month")
PAGES = {
    ("Otter v1.2", "Big Lake"): page_text(OTTER, LAKE),
    ("Heron", "Big Lake"): page_text(HERON, replace(LAKE, rank=48)),
    ("Heron", "Otter v1.2"): page_text(HERON, OTTER, side_by_side=False, left_first=True) + "\n",
    ("größe vs &amp;", "Heron"): page_text(replace(OTTER, name="größe vs &amp;", type="Gadget", rank=70), HERON),
}


@pytest.fixture
def page_files(tmp_path: Path) -> list[Path]:
    files = [tmp_path / f"page-{number}.txt" for number in range(len(PAGES))]
    for file, text in zip(files, PAGES.values(), strict=True):
        file.write_text(text, encoding="utf-8", newline="")
    return files


def test_imported_pages_are_printed_again_byte_for_byte(shell: Shell, page_files: list[Path], tmp_path: Path) -> None:
    said = shell("import", "page", *page_files, "-o", tmp_path / "pages.jsonl")
    assert (said.status, said.out) == (0, "")
    assert f"4 files read: 4 artifacts, 22 capabilities, written to {tmp_path / 'pages.jsonl'}" in said.err
    assert "page-1.txt line 6 Big Lake rank: 48/100;" in said.err
    assert shell("rebuild", tmp_path / "pages.jsonl", "--store", tmp_path / "store").status == 0
    for (left, right), text in PAGES.items():
        ids = [{"größe vs &amp;": "größe-vs-amp"}.get(name, name) for name in (left, right)]
        said = shell("compare", *ids, "--format", "classic", "--store", tmp_path / "store")
        assert (said.status, said.out) == (0, text)
        assert "published" in said.err
        chosen = shell("compare", *ids, "--format", "classic", "--values", "published", "--store", tmp_path / "store")
        assert (chosen.out, chosen.err) == (text, "")
        ours = shell("compare", *ids, "--format", "classic", "--values", "computed", "--store", tmp_path / "store")
        assert (ours.status, ours.err) == (0, "")
        assert ours.out != text


def test_import_tells_its_counts_as_one_document(shell: Shell, page_files: list[Path], tmp_path: Path) -> None:
    said = shell("import", "page", *page_files, "--output", tmp_path / "pages.jsonl", "--json")
    assert {key: said.json[key] for key in ("files", "artifacts", "capabilities")} == {
        "files": 4,
        "artifacts": 4,
        "capabilities": 22,
    }
    assert any("Gadget" in problem for problem in said.json["problems"])
    assert len((tmp_path / "pages.jsonl").read_text(encoding="utf-8").splitlines()) == 4


def test_a_damaged_page_ends_in_one_line_and_writes_nothing(
    shell: Shell, page_files: list[Path], tmp_path: Path
) -> None:
    page_files[1].write_text("Heron vs Big Lake\nSomething else\n", encoding="utf-8")
    said = shell("import", "page", *page_files, "-o", tmp_path / "pages.jsonl")
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith(f"matchgraph: {page_files[1]} line 2: found 'Something else'; wanted the subtitle")
    assert said.err.count("\n") == 1
    assert not (tmp_path / "pages.jsonl").exists()


def test_an_import_does_not_write_over_what_it_reads(shell: Shell, page_files: list[Path]) -> None:
    said = shell("import", "page", *page_files, "-o", page_files[0])
    assert said.status == 1
    assert "is one of the files to read" in said.err
    assert page_files[0].read_text(encoding="utf-8") == next(iter(PAGES.values()))


def test_a_classic_comparison_is_computed_where_no_page_was_imported(shell: Shell, store: Path) -> None:
    said = shell("compare", "mail-sorter", "letter-sorter", "--format", "classic", "--store", store)
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("Mail Sorter vs Letter Sorter\nSide-by-side comparison to help you choose.\n")
    assert said.out.endswith("Search the match graph \u2192")
    asked = shell("compare", "mail-sorter", "letter-sorter", "--format", "classic", "--json", "--store", store)
    assert (asked.json["values"], asked.json["left"]["name"]) == ("computed", "Mail Sorter")


def test_values_are_refused_where_they_mean_nothing(shell: Shell, store: Path) -> None:
    both = ("compare", "mail-sorter", "letter-sorter", "--store", store, "--values", "published")
    said = shell(*both, "--format", "classic")
    assert (said.status, said.out) == (1, "")
    assert "no imported page compares 'mail-sorter' with 'letter-sorter'" in said.err
    assert shell(*both).status == 2


def test_each_format_is_imported_by_its_name(shell: Shell, tmp_path: Path) -> None:
    for name in SAMPLES:
        folder = laid_out(SAMPLES[name], tmp_path / name)
        said = shell("import", name, folder, "-o", tmp_path / f"{name}.jsonl", "--on", "2026-05-01")
        assert (said.status, said.out) == (0, "")
        assert f"written to {tmp_path / name}.jsonl" in said.err
    assert shell("rebuild", *tmp_path.glob("*.jsonl"), "--store", tmp_path / "store").status == 0


def test_what_has_no_field_and_what_was_passed_over_is_said(shell: Shell, tmp_path: Path) -> None:
    folder = laid_out(SAMPLES["github"] | {"notes.txt": "not of this format"}, tmp_path / "in")
    said = shell("import", "github", folder, "-o", tmp_path / "out.jsonl")
    assert f"{folder / 'ponds.json'}: no field for node_id, license.key, owner.id\n" in said.err
    assert f"1 file passed over, of another format: {folder / 'notes.txt'}\n" in said.err
    said = shell("import", "github", folder, "-o", tmp_path / "out.jsonl", "--json")
    assert said.json["skipped_files"] == [str(folder / "notes.txt")]
    assert sum("(unplaced)" in problem for problem in said.json["problems"]) == 3


def test_a_failed_import_leaves_what_stood_there(shell: Shell, tmp_path: Path) -> None:
    folder = laid_out({"otter.json": "{}"}, tmp_path / "in")
    (tmp_path / "out.jsonl").write_text("before")
    said = shell("import", "pypi", folder / "otter.json", "-o", tmp_path / "out.jsonl")
    assert said.status == 1
    assert "no info.name" in said.err
    assert said.err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out.jsonl"]
    assert (tmp_path / "out.jsonl").read_text() == "before"


def test_the_formats_are_listed(shell: Shell) -> None:
    said = shell("import", "--formats")
    assert said.status == 0
    assert [line.split()[0] for line in said.out.splitlines()] == ["auto", *sorted(SAMPLES)]


def test_validation_ends_in_status_one_where_a_manifest_has_errors(shell: Shell, tmp_path: Path) -> None:
    folder = laid_out(SAMPLES["manifest"] | {"bad.yaml": "artifact: {id: x, type: app}\n"}, tmp_path)
    said = shell("validate", folder / "otter.yaml")
    assert (said.status, said.out) == (0, f"{folder / 'otter.yaml'}: valid\n")
    said = shell("validate", folder / "otter.yaml", folder / "bad.yaml", "--json")
    assert said.status == 1
    assert [each["valid"] for each in said.json] == [True, False]
    assert said.json[1]["errors"][0]["field"] == "name"


def test_duplicates_are_listed_with_what_was_seen(shell: Shell, tmp_path: Path) -> None:
    rows = [
        {"artifact_id": f"{n}:otter", "name": name, "type": "app", "description": "sorts mail", "url": url, "source": n}
        for n, name, url in (
            ("a", "Otter", "https://github.com/otters/otter"),
            ("b", "Otter Mail", "https://github.com/otters/otter"),
            ("c", "Otter Mail", "https://github.com/voles/otter"),
        )
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    said = shell("duplicates", path)
    assert "1 the same: a rebuild merges them\n  a:otter and b:otter (0.97): the repository of both" in said.out
    assert "1 apart, though something speaks for it\n  b:otter and c:otter: both have the name" in said.out
    assert "their repositories differ" in said.out
    (tmp_path / "same.yaml").write_text("different:\n  - [a:otter, b:otter]\n")
    found = shell("duplicates", path, "--same", tmp_path / "same.yaml", "--json").json
    assert (found["same"], len(found["apart"])) == ([], 2)


def test_an_import_into_its_own_folder_reads_nothing_that_it_wrote(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "otter.md").write_text("# Otter\n\nReads letters and sorts them by pond.\n", encoding="utf-8")
    for _ in range(2):
        said = shell("import", "auto", tmp_path, "-o", tmp_path / "out.jsonl", "--json")
        assert (said.json["files"], said.json["artifacts"], said.json["skipped_files"]) == (1, 1, [])


def test_an_id_of_no_artifact_is_told_with_its_line_and_what_comes_near(shell: Shell, tmp_path: Path) -> None:
    row = {"artifact_id": "a:otter", "name": "Otter", "type": "app", "description": "sorts mail"}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    same = tmp_path / "same.yaml"
    same.write_text("same:\n  - [a:otter, a:otters]\n", encoding="utf-8")
    said = shell("duplicates", tmp_path / "rows.jsonl", "--same", same)
    told = "no artifact 'a:otters' in this catalogue; did you mean a:otter? (unplaced)"
    assert said.err == f"matchgraph: {same} line 2 artifact_id: {told}\n"
    said = shell("rebuild", tmp_path / "rows.jsonl", "--same", same, "--store", tmp_path / "store")
    assert told in said.err


def test_a_broken_document_is_told_as_broken_and_not_as_of_another_format(shell: Shell, tmp_path: Path) -> None:
    for name, text in {"a.json": '{"b":\n', "b.yaml": "c: [1\n", "c.yaml": "tagged: !d 1\n---\nmore: 2\n"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "otter.md").write_text("# Otter\n\nReads letters.\n", encoding="utf-8")
    said = shell("import", "auto", tmp_path, "-o", tmp_path / "out.jsonl")
    assert f"{tmp_path / 'a.json'} line 1 row: broken JSON at column 6; wanted whole JSON (refused)" in said.err
    assert f"{tmp_path / 'b.yaml'} line 1 row: did not find expected ',' or ']' on line" in said.err
    assert f"1 file passed over, of another format: {tmp_path / 'c.yaml'}\n" in said.err
    assert "3 files read: 1 artifact, 1 capability, " in said.err


def test_a_broken_manifest_is_told_where_it_breaks(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"artifact":\n', encoding="utf-8")
    told = shell("validate", tmp_path / "a.json", "--json").json[0]["errors"][0]
    assert (told["found"], told["wanted"]) == ("broken JSON at column 13", "one whole JSON object")
