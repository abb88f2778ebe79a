"""The jobs of an artifact: stated ones as they are, else one that is inferred and says so wherever it is shown."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import matchgraph as mg
from matchgraph.answers.job_tags import LEAST, Basis
from matchgraph.engine import MatchGraph
from tests.conftest import WordEncoder, artifact

JOBS = {"summarization": "shorten reports and minutes", "translation": "carry letters into another tongue"}
PLACES = ["harbours", "rivers", "meadows", "towns", "islands", "valleys"]


def rows() -> list[dict[str, object]]:
    """Thirty models of each of two jobs, stated by a tag; two models and an agent without, and one with its own."""
    told = [
        artifact(f"{tag}-{n}", "model", f"Maker {n}", [f"{does} about {PLACES[n % 6]} {n}"], tags=[tag])
        for tag, does in JOBS.items()
        for n in range(30)
    ]
    return [
        *told,
        artifact("silent", "model", "Otters", ["shorten reports and minutes about harbours"]),
        artifact("strange", "model", "Otters", ["welding pipes under water"]),
        artifact("agent", "agent", "Otters", ["shorten reports and minutes about harbours"]),
        artifact("own", "model", "Otters", ["count"], job=["otter counting", "OCR"]),
        artifact("tagged", "model", "Otters", ["draw"], job=["OCR"], tags=["otters", "git", "ocr"]),
    ]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MatchGraph]:
    folder = tmp_path_factory.mktemp("jobs")
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows()))
    mg.rebuild(folder / "rows.jsonl", store=folder / "store", encoder=WordEncoder(), today=date(2026, 6, 1))
    with mg.open(folder / "store", encoder=WordEncoder()) as opened:
        yield opened


def test_what_the_source_states_is_said_as_stated(graph: MatchGraph) -> None:
    tags = graph.jobs("own").tags
    assert [tag.job for tag in tags] == ["otter counting", "read text in images"]
    assert str(tags[0]) == "otter counting (stated by the source)"


def test_what_a_tag_alone_says_is_told_as_a_tag(graph: MatchGraph) -> None:
    tags = graph.jobs("tagged").tags
    assert [(tag.job, tag.basis, tag.tag) for tag in tags] == [
        ("read text in images", Basis.STATED, None),
        ("keep versions of programs", Basis.TAGGED, "git"),
    ]
    told = "summarization-3:\n  summarize texts (its source tags it 'summarization')"
    assert str(graph.jobs("summarization-3")) == told


def test_what_is_inferred_says_so_and_how_sure_it_is(graph: MatchGraph) -> None:
    (tag,) = graph.jobs("silent").tags
    assert (tag.job, tag.basis) == ("summarize texts", Basis.INFERRED)
    assert tag.confidence is not None
    assert LEAST <= tag.confidence < 1
    assert f"summarize texts (inferred, {tag.confidence:.0%} sure; no source states it)" in str(graph.jobs("silent"))
    assert graph.jobs("silent").to_dict()["tags"][0]["basis"] == "inferred"


@pytest.mark.parametrize("name", ["strange", "agent"])
def test_nothing_is_inferred_far_from_all_or_for_a_type_that_states_none(graph: MatchGraph, name: str) -> None:
    assert graph.jobs(name).tags == ()
    assert "no job is stated, and none is near" in str(graph.jobs(name))


def test_what_is_inferred_is_no_part_of_the_record(graph: MatchGraph) -> None:
    graph.jobs("silent")
    assert graph.artifact("silent").job == ()
    assert not any("summarize" in reason.text for found in graph.search("summarize texts") for reason in found.reasons)


def test_the_shell_lists_every_job_and_those_of_one(graph: MatchGraph, capsys: pytest.CaptureFixture[str]) -> None:
    from matchgraph.doors.jobs import jobs_command

    store = Path(graph.store.path)
    jobs_command(None, store)
    jobs_command("silent", store, as_json=True)
    said = capsys.readouterr().out
    assert "summarize texts                            text > text" in said
    assert '"basis": "inferred"' in said
    jobs_command(None, store, as_json=True)
    assert len(json.loads(capsys.readouterr().out)) > 150
