"""Whoever dies in whatever stage, a rebuild on Ray comes to the same: at once, or when it is begun again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from threading import Thread

import pytest

from matchgraph.engines import on_ray
from tests.engines.conftest import ROOT, node
from tests.engines.faults import AT, Struck, dies, gone, heard, waits
from tests.engines.worlds import CELLS, built, small_blocks, written

SOAK = "MATCHGRAPH_SEEDS" in os.environ
TRIALS = range(3 if SOAK else 1)
SOME = CELLS if SOAK else ["embed", "in-cells"]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return written(tmp_path_factory.mktemp("catalogue") / "many.jsonl", 240, 24)


@pytest.fixture(scope="module")
def digest(catalogue, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        small_blocks(patch)
        return built(catalogue, tmp_path_factory.mktemp("clean")).digest


@pytest.fixture
def strike(monkeypatch, tmp_path):
    """Have somebody struck in a stage; where it is said who."""

    def at(stage, blow):
        monkeypatch.setattr(Struck, "stage", stage)
        monkeypatch.setattr(Struck, "note", tmp_path / "who.json")
        monkeypatch.setattr(Struck, "blow", staticmethod(blow), raising=False)
        monkeypatch.setattr(on_ray, "OnRay", Struck)
        small_blocks(monkeypatch)
        return tmp_path / "who.json"

    return at


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("stage", SOME)
def test_a_worker_that_is_killed_is_made_up_for(cluster, catalogue, digest, strike, stage, trial, tmp_path):
    note = strike(stage, dies)
    report = built(catalogue, tmp_path / "store", engine="ray", workers=2)
    victim = heard(note)
    assert victim["stage"] == stage
    assert victim["pid"] != os.getpid()
    assert gone(victim["pid"])
    assert report.digest == digest


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("stage", SOME[-1:] if not SOAK else SOME)
def test_a_node_that_is_killed_is_made_up_for(cluster, catalogue, digest, strike, stage, trial, tmp_path):
    note, struck = strike(stage, waits), []

    def kill_node():
        victim = heard(note)
        (on,) = (each for each in cluster.worker_nodes if each.node_id == victim["node"])
        struck.append((victim, on is not cluster.head_node))
        cluster.remove_node(on, allow_graceful=False)

    watch = Thread(target=kill_node)
    watch.start()
    try:
        report = built(catalogue, tmp_path / "store", engine="ray", workers=2)
    finally:
        watch.join()
        cluster.add_node(**node(2))
    ((victim, is_worker),) = struck
    assert is_worker
    assert victim["stage"] == stage
    assert gone(victim["pid"])
    assert report.digest == digest


def killed(catalogue, store, address, stage, note):
    """A rebuild in a process of its own that is killed in that stage."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.engines.faults"]
    arguments = [catalogue, store, address, stage, note]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([*command, *map(str, arguments)], cwd=ROOT, env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    assert json.loads(note.read_text())["stage"] == stage


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("stage", SOME)
def test_after_the_rebuild_itself_is_killed_the_next_goes_on_in_that_stage(
    cluster, catalogue, digest, stage, trial, tmp_path, monkeypatch
):
    store = tmp_path / "store"
    killed(catalogue, store, cluster.address, stage, tmp_path / "who.json")
    small_blocks(monkeypatch)
    asked = {}
    run = on_ray.OnRay.run

    def counted(self, at, work, blocks):
        asked[at] = [number for number, _ in blocks]
        return run(self, at, work, blocks)

    monkeypatch.setattr(on_ray.OnRay, "run", counted)
    report = built(catalogue, store, engine="ray", workers=2)
    assert report.digest == digest
    before = CELLS[: CELLS.index(stage)]
    assert {at for at in before if asked.get(at)} == set(), "what was finished is not made again"
    assert min(asked[stage], default=AT + 1) > AT
