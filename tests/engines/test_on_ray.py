"""On Ray a rebuild comes to what it comes to here, however many work on it, and in whatever order files are read."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import pytest

from tests.engines.conftest import ROOT
from tests.engines.worlds import CELLS, built, looked, small_blocks, written
from tests.snapshot.places import SERVER, fresh, s3_server


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return written(tmp_path_factory.mktemp("catalogue") / "many.jsonl")


@pytest.fixture(scope="module")
def digest(catalogue, tmp_path_factory):
    """What neighbours in cells come to where nobody shares anything out."""
    store = tmp_path_factory.mktemp("clean")
    with pytest.MonkeyPatch.context() as patch:
        small_blocks(patch)
        found = built(catalogue, store).digest
    assert looked(store) == "cells and words"
    return found


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_any_number_of_workers_comes_to_what_one_process_comes_to(
    cluster, workers, catalogue, digest, tmp_path, monkeypatch
):
    small_blocks(monkeypatch)
    report = built(catalogue, tmp_path / "store", engine="ray", workers=workers)
    assert report.digest == digest
    assert list(report.worked) == CELLS
    assert all(each.blocks > 1 and each.bytes > 0 and each.peak_mb > 50 for each in report.worked.values())
    assert report.encoded > 700
    blocks = sum(each.blocks for each in report.worked.values())
    assert f"CPU s on workers ({blocks:,} blocks, " in str(report)


@pytest.mark.skipif(not SERVER.exists(), reason="no S3 server here: `make test` brings one")
def test_a_store_at_a_url_comes_to_the_same(catalogue, digest, tmp_path):
    script = (
        "import sys\nimport pytest\nfrom tests.engines.worlds import built, small_blocks\n"
        "small_blocks(pytest.MonkeyPatch())\n"
        "print(built(sys.argv[1], sys.argv[2], engine='ray', workers=2).digest)\n"
    )
    with s3_server():  # before Ray begins, whose workers know of it by their environment
        told = {
            "PYTHONPATH": str(ROOT),
            "MATCHGRAPH_CACHE": str(tmp_path),
            "MATCHGRAPH_LOG": str(tmp_path / "log.sqlite"),
        }
        command = [sys.executable, "-W", "ignore", "-c", script, str(catalogue), fresh("s3")]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | told, check=True, stdout=subprocess.PIPE, text=True)
    assert done.stdout.split()[-1] == digest


def test_every_pair_comes_to_the_same_too(cluster, catalogue, tmp_path, monkeypatch):
    small_blocks(monkeypatch, every_pair_up_to=10_000)
    shared = built(catalogue, tmp_path / "shared", engine="ray")
    assert (shared.digest, looked(tmp_path / "shared")) == (built(catalogue, tmp_path / "here").digest, "every pair")


def test_files_in_another_order_come_to_the_same(cluster, catalogue, digest, tmp_path, monkeypatch):
    small_blocks(monkeypatch)
    lines = catalogue.read_text().splitlines(keepends=True)
    random.Random(3).shuffle(lines)
    files = [tmp_path / f"{number}.jsonl" for number in (2, 0, 1)]
    for number, file in enumerate(files):
        file.write_text("".join(lines[number::3]))
    assert built(files, tmp_path / "store", engine="ray").digest == digest
