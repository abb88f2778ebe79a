"""Estimates: counts that are right, arithmetic by hand, and what is assumed said."""

from __future__ import annotations

import errno
import json
import os
import re
import sqlite3
from importlib import import_module
from pathlib import Path

import pytest

import matchgraph as mg
from matchgraph.estimate import Machine, Size, reckoned
from tests.conftest import WordEncoder, eight

HERE = Machine(words=1.0, matrix=1.0, cores=2)


def test_the_small_world_is_counted_as_it_is(catalogue_file: Path, tmp_path: Path, encoder: WordEncoder) -> None:
    size = mg.estimate(catalogue_file, store=tmp_path / "none", encoder=encoder).size
    assert (size.artifacts, size.capabilities) == (8, 16)
    assert size.texts == 8 + 16 + 2  # two artifacts name a job,
    assert size.new_texts == 8 + 16 + 1  # which is the same


def test_what_the_store_has_vectors_of_is_not_encoded_again(
    store: Path, catalogue_file: Path, encoder: WordEncoder
) -> None:
    found = mg.estimate(catalogue_file, store=store, encoder=encoder)
    assert found.size.new_texts == 0
    assert found.stages["encode"] == 0


def test_nothing_is_made_by_an_estimate(catalogue_file: Path, tmp_path: Path, encoder: WordEncoder) -> None:
    mg.estimate(catalogue_file, store=tmp_path / "none", encoder=encoder)
    assert not (tmp_path / "none").exists()


def test_of_many_rows_some_are_read_and_all_are_counted(
    tmp_path: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("matchgraph.estimate"), "_LOOKED_AT", 4)
    path = tmp_path / "many.jsonl"
    rows = [row | {"artifact_id": f"{row['artifact_id']}-{turn}"} for turn in range(30) for row in eight()]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    size = mg.estimate(path, store=tmp_path / "none", encoder=encoder).size
    assert size.artifacts == 240
    assert size.capabilities == 480  # each has two


def test_with_every_row_what_a_rebuild_will_encode_is_counted_as_it_is(
    store: Path, tmp_path: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("matchgraph.estimate"), "_LOOKED_AT", 2)
    texts = [f"{verb} what comes in by {kind}" for verb in ("sort", "read", "label") for kind in ("mail", "sea", "air")]
    rows = [
        {"artifact_id": f"new-{number}", "name": f"New {number}", "type": "model", "description": text}
        for number, text in enumerate(texts)
    ]
    refused = {"artifact_id": "nameless", "type": "model", "description": "has no name to be listed under"}
    more = tmp_path / "more.jsonl"
    more.write_text("".join(json.dumps(row) + "\n" for row in [*eight(), *rows, rows[0], refused]))
    some, every = (mg.estimate(more, store=store, encoder=encoder, every_row=told) for told in (False, True))
    report = mg.rebuild(more, store=store, encoder=encoder)
    assert (every.size.artifacts, every.size.new_texts) == (report.counts["artifacts"], report.encoded)
    assert (some.size.artifacts, some.size.new_texts) != (every.size.artifacts, every.size.new_texts)
    assert 0 < every.size.new_texts < every.size.texts
    assert "nothing else runs" in every.assumed


def test_a_store_that_is_read_only_is_estimated_by_and_left_as_it_is(
    store: Path, catalogue_file: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    opened: list[str] = []
    connect = sqlite3.connect
    monkeypatch.setattr(Path, "mkdir", made)
    monkeypatch.setattr(sqlite3, "connect", lambda path, **how: opened.append(str(path)) or connect(path, **how))
    before = sorted((path, path.stat().st_mtime_ns) for path in store.rglob("*"))
    assert mg.estimate(catalogue_file, store=store, encoder=encoder).size.new_texts == 0
    assert sorted((path, path.stat().st_mtime_ns) for path in store.rglob("*")) == before
    assert [path.rpartition("?")[2] for path in opened] == ["immutable=1"], "else SQLite makes files of its own"


def test_the_arithmetic_is_that_of_the_formula_by_hand() -> None:
    # 1,000 artifacts, 2,000 capabilities, 3,000 texts of 100 letters, half of them new.
    found = reckoned(Size(1_000, 2_000, 3_000, 1_500, 300_000), HERE)
    assert found.stages["likeness"] == pytest.approx((2_000**2 * 20e-9 + 1_000**2 * 33e-9) / 2, abs=0.01)
    assert found.stages["encode"] == pytest.approx(8 + 150_000 * 0.21e-3, abs=0.01)
    assert found.stages["rank"] == pytest.approx(0.2, abs=0.01)
    assert found.stages["map"] == pytest.approx(0.13 + 0.0031, abs=0.01)
    assert found.stages["cells"] == 0  # search looks at every row
    # What many cores share takes half as long on two.
    assert found.wall_s == pytest.approx(found.cpu_s - (0.0565 + 31.5) / 2, abs=0.1)
    assert found.memory_mb == round(650 + 3.8 + 8.0 + 120)


def test_a_machine_twice_as_slow_takes_twice_as_long() -> None:
    size = Size(1_000, 2_000, 3_000, 1_500, 300_000)
    slow = reckoned(size, Machine(words=2.0, matrix=2.0, cores=2))
    assert slow.cpu_s == pytest.approx(2 * reckoned(size, HERE).cpu_s, rel=0.01)


def test_beyond_a_size_time_grows_with_the_size_and_no_longer_with_its_square() -> None:
    few, many = (reckoned(Size(n, n, 2 * n, 0, 200 * n), HERE) for n in (100_000, 1_000_000))
    assert 10 < many.cpu_s / few.cpu_s < 16  # there are more cells to tell apart, and more inside each
    assert any("candidates" in each for each in many.assumed)


def test_more_nodes_take_less_time_and_more_work_and_leave_what_one_machine_does() -> None:
    size = Size(1_000_000, 1_000_000, 2_000_000, 2_000_000, 200_000_000)
    here, *there = (reckoned(size, Machine(1.0, 1.0, 16, nodes=nodes)) for nodes in (0, 1, 4, 1_000))
    assert [each.nodes for each in (here, *there)] == [0, 1, 4, 1_000]
    assert there[0].wall_s > here.wall_s > there[1].wall_s
    assert there[0].cpu_s < there[1].cpu_s < there[2].cpu_s
    rest = sum(here.stages[stage] for stage in ("read", "vectors", "words", "map", "rank", "publish"))
    assert there[2].wall_s > rest  # no number of nodes does what is not shared out
    assert there[2].memory_mb == here.memory_mb
    assert there[1].moved_mb > 4 * 768
    assert "nodes   4" in str(there[1])
    assert "nodes" not in str(here)


def test_each_figure_stands_with_the_least_and_the_most_it_may_come_to() -> None:
    found = reckoned(Size(100_000, 100_000, 200_000, 200_000, 20_000_000), HERE)
    told, minutes = json.loads(json.dumps(found.to_dict())), found.wall_s / 60
    assert set(told["ranges"]) == {"wall_s", "cpu_s", "memory_mb", "disk_mb"} <= set(told)
    for name, between in told["ranges"].items():
        assert between == pytest.approx({"low": 0.7 * told[name], "high": 1.3 * told[name]}, abs=0.1)
    assert f"time    {minutes:.0f} min ({0.7 * minutes:.0f} to {1.3 * minutes:.0f})\n" in str(found)
    assert f"MB ({0.7 * found.memory_mb:,.0f} to {1.3 * found.memory_mb:,.0f}) at most" in str(found)
    shared_out = reckoned(found.size, Machine(1.0, 1.0, 2, nodes=3))
    assert {"node_memory_mb", "moved_mb"} < set(shared_out.ranges)
    assert re.search(r"nodes   3, [\d,]+ MB \([\d,]+ to [\d,]+\) at most on each", str(shared_out))


def test_what_is_assumed_is_said(catalogue_file: Path, tmp_path: Path, encoder: WordEncoder) -> None:
    found = mg.estimate(catalogue_file, store=tmp_path / "none", encoder=encoder)
    assert "assumed" in str(found)
    assert json.loads(json.dumps(found.to_dict()))["assumed"] == list(found.assumed)
    assert not any("encoder" in each for each in found.assumed)  # it was at hand, and timed


def test_the_command_prints_one_document(store: Path, catalogue_file: Path) -> None:
    from typer.testing import CliRunner

    from matchgraph.doors.upkeep import app

    done = CliRunner().invoke(app, ["estimate", str(catalogue_file), "--store", str(store), "--json"])
    told = json.loads(done.stdout)
    assert (told["size"]["artifacts"], told["size"]["new_texts"]) == (
        8,
        25,
    )  # the store's vectors are another encoder's
    assert told["cpu_s"] == pytest.approx(sum(told["stages"].values()), abs=0.1)
    assert {"wall_s", "memory_mb", "disk_mb", "assumed"} <= set(told)


def test_nodes_without_a_cluster_are_refused(catalogue_file: Path) -> None:
    with pytest.raises(mg.QuestionError, match="--engine ray"):
        mg.estimate(catalogue_file, encoder=WordEncoder(), nodes=4)
