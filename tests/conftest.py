"""One small world: eight artifacts that a reader can hold in mind, and an encoder that hashes words."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from threadpoolctl import threadpool_limits

import matchgraph as mg
from matchgraph.catalogue.read import Track
from matchgraph.vectors.encoder import Task
from matchgraph.vectors.words import words_of

TODAY = date(2026, 11, 21)

collect_ignore = ["bench/build_txtai.py"]  # run by another Python, that has txtai

# The same examples every time, so that a red suite means the change and not the dice; `make soak` throws new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None)  # time is no claim of a test
settings.register_profile("soak", max_examples=500, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

_DIM = 64
_TOGETHER = ("tests/engines/", "tests/snapshot/test_remote")  # these start a Ray cluster, and a server that speaks S3


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Workers share the tests out by file; files that use one cluster or one server stay together."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return next((start for start in _TOGETHER if file.startswith(start)), file)

    return ByFile(config, log)


@pytest.fixture(scope="session", autouse=True)
def small_searches_by_one_thread() -> Iterator[None]:
    """What is searched here is small: threads that share it wait longer for one another than they work."""
    with threadpool_limits(1, user_api="openmp"):  # of what is loaded by now: the model, which has work for all, is not
        yield


def named(parameter: object) -> str:
    """A name for what a test is given, the same in every process: what is in a set is told in order."""
    return str(sorted(parameter) if isinstance(parameter, set) else parameter)


class WordEncoder:
    """Each word a fixed random direction, a text the sum of its words: quick, and the same everywhere."""

    def __init__(self, name: str = "words") -> None:
        self.name = name
        self.digest = hashlib.sha256(name.encode()).hexdigest()
        self.calls = 0
        self.texts: list[str] = []

    def encode(
        self, texts: Sequence[str], *, task: Task = "document", track: Track = iter
    ) -> Iterator[tuple[list[int], np.ndarray]]:
        self.calls += 1
        self.texts += texts
        for start in track(range(0, len(texts), 8)):
            places = list(range(start, min(start + 8, len(texts))))
            yield places, np.stack([self._vector(texts[place]) for place in places])

    def _vector(self, text: str) -> np.ndarray:
        words = words_of(text) or ["nothing"]
        return np.sum([_direction(self.name + word) for word in words], axis=0).astype(np.float32)


@cache
def _direction(word: str) -> np.ndarray:
    """A random direction, for one word always the same."""
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
    return np.random.default_rng(seed).standard_normal(_DIM)


def artifact(artifact_id: str, kind: str, maker: str, does: list[str], **more: object) -> dict[str, object]:
    return {
        "artifact_id": artifact_id,
        "name": artifact_id.replace("-", " ").title(),
        "type": kind,
        "maker": maker,
        "description": does[0],
        "capabilities": [{"name": " ".join(text.split()[:2]), "description": text} for text in does],
        **more,
    }


def eight() -> list[dict[str, object]]:
    """Two mail sorters, two image labellers, a speech recogniser, two corpora and a mail server tool."""
    return [
        artifact(
            "mail-sorter",
            "model",
            "Acme",
            ["sort incoming mail into folders by topic", "flag spam mail before anyone reads it"],
            license="MIT",
            job=["mail sorting"],
            links=[{"kind": "trained_on", "target": "mail-corpus"}],
            facts={"stars": 900, "released": "2024-05", "parameters": {"value": 1e6, "source": "paper"}},
            aliases=["sorter"],
        ),
        artifact(
            "letter-sorter",
            "model",
            "Beta",
            ["sort mail into folders by topic of the letter", "flag spam before anyone reads the mail"],
            license="GPL-3.0-only",
            job=["mail sorting"],
            links=[{"kind": "trained_on", "target": "mail-corpus"}],
            facts={"stars": 100, "parameters": 5e6},
        ),
        artifact(
            "image-labeller",
            "model",
            "Acme",
            ["label photos with names of the objects seen", "draw boxes around every object in photos"],
            license="Apache-2.0",
            facts={"stars": 400, "parameters": 9e6},
        ),
        artifact(
            "photo-tagger",
            "model",
            "Gamma",
            ["tag photos with names of objects seen in them", "find faces of people in photos"],
            license="proprietary",
            pricing="paid",
        ),
        artifact(
            "speech-writer",
            "api",
            "Delta",
            ["write down recorded speech as text", "mark who speaks when in recorded speech"],
            pricing="freemium",
        ),
        artifact(
            "mail-corpus",
            "dataset",
            "Beta",
            ["train mail models on labelled letters", "measure spam filters on held back letters"],
            license="CC-BY-4.0",
            facts={"rows": 100000, "downloads_month": 50},
        ),
        artifact(
            "photo-corpus",
            "dataset",
            "Gamma",
            ["train object detectors on labelled photos", "measure photo labelling on held back photos"],
            license="CC-BY-NC-4.0",
            facts={"downloads_month": 500},
        ),
        artifact(
            "mail-server-tool",
            "mcp-server",
            "Delta",
            ["read mail from a server for an agent", "send mail through a server for an agent"],
            links=[{"kind": "requires", "target": "mail-sorter"}],
        ),
    ]


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def catalogue_file(tmp_path: Path) -> Path:
    return written(tmp_path / "eight.jsonl")


def written(path: Path) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in eight()))
    return path


@pytest.fixture(scope="session")
def eight_stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one snapshot of the small world, made once: only to be copied."""
    folder = tmp_path_factory.mktemp("eight")
    mg.rebuild(written(folder / "eight.jsonl"), store=folder / "store", encoder=WordEncoder(), today=TODAY)
    return folder / "store"


@pytest.fixture
def store(tmp_path: Path, catalogue_file: Path, eight_stored: Path) -> Path:
    """A store with one snapshot of the small world."""
    return shutil.copytree(eight_stored, tmp_path / "store")


@pytest.fixture
def world(store: Path) -> mg.MatchGraph:
    """The small world, opened."""
    return mg.open(store, encoder=WordEncoder())
