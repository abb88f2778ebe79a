"""Whoever asks while others record and publish is answered, from one snapshot."""

from __future__ import annotations

from pathlib import Path

from tests.doors.load import PROCESSES, load


def test_answers_under_load_are_all_of_the_one_snapshot_that_they_name(tmp_path: Path) -> None:
    done = load(tmp_path / "store", artifacts=30, idle=0.5, seconds=6, every=1.5)
    for heard in done.heard:
        assert heard.errors == []
        assert heard.mixed == []
        assert heard.back == 0
        assert len(heard.versions) >= 2
        assert heard.idle
        assert heard.loaded
    assert len(done.heard) == PROCESSES
    assert done.published >= 2
    assert done.stored == sum(heard.recorded for heard in done.heard) > 0
