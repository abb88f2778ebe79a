"""Whoever dies in whatever stage, a rebuild on Ray comes to the same: at once, or when it is begun again."""

from __future__ import annotations

import os
import signal
from threading import Thread

import pytest

from matchgraph.engines import on_ray
from tests.engines.conftest import node
from tests.engines.faults import AT, gone, heard, noted, rebuilt
from tests.engines.worlds import CELLS, built, small_blocks, written

TRIALS = range(int(os.environ.get("MATCHGRAPH_TRIALS", "1")))
SOAK = len(TRIALS) > 1
EMBEDDING, SEARCHING = (CELLS if SOAK else [stage] for stage in ("embed", "in-cells"))


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return written(tmp_path_factory.mktemp("catalogue") / "many.jsonl", 240, 24)


@pytest.fixture(scope="module")
def digest(catalogue, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        small_blocks(patch)
        return built(catalogue, tmp_path_factory.mktemp("clean")).digest


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("stage", EMBEDDING)
def test_a_worker_that_is_killed_is_made_up_for(cluster, catalogue, digest, stage, trial, tmp_path):
    done = rebuilt(catalogue, tmp_path / "store", cluster.address, stage, "worker")
    victim = heard(noted(tmp_path / "store"))
    assert victim["stage"] == stage
    assert victim["node"] in {each.node_id for each in cluster.worker_nodes}
    assert gone(victim["pid"])
    assert (done.returncode, done.stdout) == (0, digest)


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("stage", SEARCHING)
def test_a_node_that_is_killed_is_made_up_for(cluster, catalogue, digest, stage, trial, tmp_path):
    struck = []

    def kill_node():
        victim = heard(noted(tmp_path / "store"))
        (on,) = (each for each in cluster.worker_nodes if each.node_id == victim["node"])
        struck.append((victim, on is not cluster.head_node))
        cluster.remove_node(on, allow_graceful=False)

    watch = Thread(target=kill_node)
    watch.start()
    try:
        done = rebuilt(catalogue, tmp_path / "store", cluster.address, stage, "node")
    finally:
        watch.join()
        cluster.add_node(**node(2))
    ((victim, is_worker),) = struck
    assert is_worker
    assert victim["stage"] == stage
    assert gone(victim["pid"])
    assert (done.returncode, done.stdout) == (0, digest)


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
@pytest.mark.parametrize("stage", SEARCHING)
def test_after_the_rebuild_itself_is_killed_the_next_goes_on_in_that_stage(
    cluster, catalogue, digest, stage, trial, tmp_path, monkeypatch
):
    done = rebuilt(catalogue, tmp_path / "store", cluster.address, stage, "rebuild")
    assert heard(noted(tmp_path / "store")) == {"stage": stage, "who": "rebuild"}
    assert done.returncode == -signal.SIGKILL
    assert goes_on(catalogue, tmp_path / "store", stage, monkeypatch) == digest


@pytest.mark.skipif(not SOAK, reason="each takes a Ray of its own, and time until it knows that its head is gone")
@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("stage", CELLS)
def test_after_the_head_is_killed_the_next_rebuild_goes_on_in_that_stage(
    cluster, catalogue, digest, stage, trial, tmp_path, monkeypatch
):
    done = rebuilt(catalogue, tmp_path / "store", "", stage, "head")
    assert heard(noted(tmp_path / "store")) == {"stage": stage, "who": "head"}
    assert done.returncode not in {0, -signal.SIGKILL}
    assert goes_on(catalogue, tmp_path / "store", stage, monkeypatch) == digest
