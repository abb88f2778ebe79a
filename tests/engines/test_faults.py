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
LAST = CELLS if SOAK else SOME[-1:]


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
@pytest.mark.parametrize("stage", LAST)
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
    """What a rebuild in a process of its own said, that was killed in that stage, or whose head was."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.engines.faults"]
    arguments = [catalogue, store, address, stage, note]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "RAY_gcs_rpc_server_reconnect_timeout_s": "5"}
    done = subprocess.run(
        [*command, *map(str, arguments)], cwd=ROOT, env=environment, check=False, capture_output=True, timeout=300
    )
    assert json.loads(note.read_text()) == {"stage": stage, "who": "rebuild" if address else "head"}
    return done


def goes_on(catalogue, store, stage, patch):
    """The digest of the next rebuild, which makes no finished stage again and not the finished blocks of this one."""
    small_blocks(patch)
    asked = {}
    run = on_ray.OnRay.run

    def counted(self, at, work, blocks):
        asked[at] = [number for number, _ in blocks]
        return run(self, at, work, blocks)

    patch.setattr(on_ray.OnRay, "run", counted)
    report = built(catalogue, store, engine="ray", workers=2)
    assert [at for at in CELLS[: CELLS.index(stage)] if asked.get(at)] == []
    assert min(asked.get(stage, ()), default=AT + 1) > AT
    return report.digest


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("stage", LAST)
def test_after_the_rebuild_itself_is_killed_the_next_goes_on_in_that_stage(
    cluster, catalogue, digest, stage, trial, tmp_path, monkeypatch
):
    done = killed(catalogue, tmp_path / "store", cluster.address, stage, tmp_path / "who.json")
    assert done.returncode == -signal.SIGKILL
    assert goes_on(catalogue, tmp_path / "store", stage, monkeypatch) == digest


@pytest.mark.skipif(not SOAK, reason="each takes a Ray of its own, and time until it knows that its head is gone")
@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("stage", CELLS)
def test_after_the_head_is_killed_the_next_rebuild_goes_on_in_that_stage(
    cluster, catalogue, digest, stage, trial, tmp_path, monkeypatch
):
    done = killed(catalogue, tmp_path / "store", "", stage, tmp_path / "who.json")
    assert done.returncode != 0
    assert goes_on(catalogue, tmp_path / "store", stage, monkeypatch) == digest
