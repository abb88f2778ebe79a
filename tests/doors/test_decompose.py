"""`decompose` at the shell: what was found and left out, and what asking a language model costs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.catalogue.decompose.llm_server import refuses, said, serving
from tests.catalogue.decompose.texts import README
from tests.doors.test_cli import Shell
from tests.doors.test_cli import shell as shell  # noqa: PLC0414 - a fixture, used by its name


@pytest.fixture
def readme(tmp_path: Path) -> Path:
    path = tmp_path / "otter.md"
    path.write_text(README, encoding="utf-8")
    return path


def test_what_was_found_and_left_out_is_printed_with_its_lines(shell: Shell, readme: Path) -> None:
    said = shell("decompose", readme)
    assert (said.status, said.err) == (0, "")
    assert "Otter Mail: 9 capabilities" in said.out
    assert "     9-10  Sort letters" in said.out
    assert "(installation)" in said.out


def test_one_document_of_json_tells_every_file(shell: Shell, readme: Path, tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("Counts birds.")
    found = shell("decompose", tmp_path, "--json").json
    assert [Path(each["file"]).name for each in found] == ["other.md", "otter.md"]
    assert found[0]["capabilities"][0] == {
        "name": "Count birds",
        "description": "Counts birds.",
        "quote": "Counts birds.",
        "lines": [1, 1],
        "section": "",
    }


def test_it_is_written_where_it_is_asked_for(shell: Shell, readme: Path, tmp_path: Path) -> None:
    said = shell("decompose", readme, "-o", tmp_path / "found.json")
    assert (said.status, said.out) == (0, "")
    assert json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))[0]["title"] == "Otter Mail"


def test_a_file_that_is_no_text_ends_in_one_line(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "x.md").write_bytes(b"\xff\xfe\xfd\x00\xff")
    said = shell("decompose", tmp_path / "x.md")
    assert said.status == 1
    assert said.err.count("\n") == 1


def test_one_file_that_is_no_text_costs_the_others_nothing(shell: Shell, readme: Path) -> None:
    (readme.parent / "x.md").write_bytes(b"Gr\xfc\xdfe")
    said = shell("decompose", readme.parent)
    assert said.status == 0
    assert "Otter Mail: 9 capabilities" in said.out
    assert "x.md line 1: byte 3, 0xfc, is no UTF-8" in said.err


def test_a_folder_without_files_is_an_error(shell: Shell, tmp_path: Path) -> None:
    said = shell("decompose", tmp_path)
    assert (said.status, said.out) == (1, "")
    assert "no file in" in said.err


@pytest.mark.parametrize(("place", "why"), [("", "is a folder"), ("none/found.json", "no folder")])
def test_where_nothing_can_be_written_is_told_before_the_work(shell: Shell, readme: Path, place: str, why: str) -> None:
    for command in (("decompose", readme), ("import", "text", readme)):
        said = shell(*command, "-o", readme.parent / place)
        assert (said.status, said.out, said.err.count("\n")) == (1, "", 1)
        assert why in said.err


def test_the_cost_is_told_before_a_model_is_asked(shell: Shell, readme: Path, tmp_path: Path) -> None:
    with serving(said({"capabilities": []})) as server:
        options = ("--llm", server.url, "--model", "heron-7b", "--cache", tmp_path / "held")
        only = shell("decompose", readme, *options, "--estimate")
        assert only.out.startswith("1 call, about ")
        assert server.asked == []
        ran = shell("decompose", readme, *options)
        assert ran.err.startswith("heron-7b: 1 call, about ")
        assert len(server.asked) == 1
        assert "bears out none" in ran.out


def test_a_model_that_fails_costs_the_answer_nothing_and_the_key_is_never_shown(
    shell: Shell, readme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHGRAPH_LLM_KEY", "swordfish")
    with serving(refuses(403)) as server:
        ran = shell("decompose", readme, "--llm", server.url, "--model", "m", "--cache", tmp_path / "held")
        assert server.headers[0]["Authorization"] == "Bearer swordfish"
    assert ran.status == 0
    assert "! m gave no answer to build on: status 403." in ran.out
    assert "9 capabilities" in ran.out
    assert "swordfish" not in ran.out + ran.err


@pytest.mark.parametrize("options", [("--llm", "http://localhost:1"), ("--model", "m"), ("--estimate",)])
def test_half_a_model_is_refused(shell: Shell, readme: Path, options: tuple[str, ...]) -> None:
    ran = shell("decompose", readme, *options)
    assert (ran.status, ran.out, ran.err.count("\n")) == (1, "", 1)


def test_the_cost_is_told_in_money_where_prices_are_named(shell: Shell, readme: Path, tmp_path: Path) -> None:
    options = ("--llm", "http://127.0.0.1:9", "--model", "m", "--cache", tmp_path / "held", "--estimate")
    figures = shell("decompose", readme, *options, "--price-in", "2", "--price-out", "8", "--json").json
    assert figures["price"] == (2 * figures["tokens"] + 8 * figures["answered"]) / 1e6
    told = shell("decompose", readme, *options, "--price-in", "2", "--price-out", "8").out
    assert told.endswith(f"at most {figures['price']:.4f} at these prices\n")
    assert "price" not in shell("decompose", readme, *options).out
    assert shell("decompose", readme, *options, "--price-in", "2").status == 1
