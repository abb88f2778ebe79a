"""Each extra brings what its part of matchgraph needs, and the plain install all that the rest does.

In a process of its own, every package is hidden that `pip install 'matchgraph[extra]'` would not bring.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HIDING = """
import sys
from hashlib import sha256

class Hiding:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

hidden, here = set(sys.argv[1].split(",")), sys.argv[2]
sys.meta_path.insert(0, Hiding())

class Words:
    name, digest = "words", sha256(b"words").hexdigest()

    def encode(self, texts, **_):
        import numpy as np
        yield range(len(texts)), np.ones((len(texts), 64), np.float32)

def shell(words, store=None):
    from matchgraph.doors.cli import main
    sys.argv = ["matchgraph", *words.split(), "--store", store or f"{here}/store"]
    try:
        main()
    except SystemExit as end:
        return end.code or 0
"""
USED = {
    "": """
        for words in (
            "compare mail-sorter letter-sorter", "similar mail-sorter", "recommend mail-sorter", "explain mail-sorter",
            "verify", "snapshots", "gc", f"estimate {here}/eight.jsonl", f"export site {here}/site",
        ):
            assert shell(words) == 0, words
    """,
    "web": """
        import asyncio
        from matchgraph.doors.web.app import application

        async def answer(path, query=b""):
            told = []
            async def receive():
                return {"type": "http.request", "body": b"", "more_body": False}
            async def send(message):
                told.append(message)
            await app({
                "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "root_path": "",
                "path": path, "raw_path": path.encode(), "query_string": query, "headers": [(b"host", b"localhost")],
                "server": ("localhost", 80), "client": ("127.0.0.1", 1),
            }, receive, send)
            return told[0]["status"]

        app = application(f"{here}/store", encoder=Words())
        for path in ("/", "/artifact/mail-sorter", "/compare/mail-sorter-vs-letter-sorter", "/status",
                     "/api/v1/health", "/api/v1/artifacts/mail-sorter", "/api/v1/openapi.json"):
            assert asyncio.run(answer(path)) == 200, path
    """,
    "mcp": """
        import asyncio
        from matchgraph.doors.live import Live
        from matchgraph.doors.mcp.server import server
        from matchgraph.doors.mcp.transport import over_http

        live = Live(f"{here}/store", encoder=Words())
        assert asyncio.run(server(live).list_tools())
        over_http(live)
    """,
    "plot": """
        import matchgraph as mg
        assert mg.open(f"{here}/store").plot.ego("mail-sorter")
    """,
    "remote": """
        import shutil
        import matchgraph as mg
        from matchgraph.snapshot.place import store_at
        assert mg.open(f"file://{here}/store").compare("mail-sorter", "letter-sorter")
        assert store_at("memory://somewhere").versions() == []
    """,
    "postgres": """
        from matchgraph.errors import SearchLogError
        from matchgraph.searches.log import SearchLog
        try:
            SearchLog("postgresql://localhost:1/nobody")
        except SearchLogError as error:
            assert "driver" not in str(error), error
    """,
    "ray": """
        from matchgraph.engines.on_ray import _library
        assert _library().is_initialized() is False
    """,
}
WITHOUT = {
    "web": 'shell("serve")',
    "mcp": 'shell("mcp")',
    "plot": """
        import matchgraph as mg
        mg.open(f"{here}/store").plot
    """,
    "remote": 'shell("snapshots", "s3://bucket/folder")',
    "postgres": 'shell(f"rebuild {here}/eight.jsonl --log postgresql://localhost:1/nobody")',
    "ray": 'shell(f"rebuild {here}/eight.jsonl --engine ray")',
}


def brought(name: str, extras: frozenset[str] = frozenset()) -> Iterator[str]:
    """The distributions that an install of one brings along, as far as they are here."""
    waiting, seen = [(name, extras)], set[tuple[str, frozenset[str]]]()
    while waiting:
        if (one := waiting.pop()) in seen:
            continue
        seen.add(one)
        name, extras = one
        yield canonicalize_name(name)
        try:
            wanted = map(Requirement, requires(name) or ())
        except PackageNotFoundError:  # for another system, or built in
            continue
        waiting += [
            (each.name, frozenset(each.extras))
            for each in wanted
            if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in extras | {""})
        ]


def hidden(extra: str) -> list[str]:
    """The modules here that an install with that extra would not bring."""
    there = set(brought("matchgraph", frozenset({extra} - {""})))
    owners = packages_distributions().items()
    others = {module for module, of in owners if not there & set(map(canonicalize_name, of))}
    return sorted(others - brought_by_ray())


def brought_by_ray() -> set[str]:
    """The packages that Ray has copies of, and uses where it finds no others."""
    ray = find_spec("ray")
    copies = [Path(folder) / "thirdparty_files" for folder in (ray and ray.submodule_search_locations) or ()]
    return {part.stem for folder in copies if folder.is_dir() for part in folder.iterdir()}


def run(extra: str, code: str, here: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", HIDING + dedent(code), ",".join(hidden(extra)), str(here)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("extra", USED)
def test_an_extra_brings_all_that_its_part_needs(extra: str, store: Path, tmp_path: Path) -> None:
    done = run(extra, USED[extra], tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("extra", WITHOUT)
def test_without_an_extra_its_part_says_what_to_install(extra: str, store: Path, tmp_path: Path) -> None:
    done = run("", WITHOUT[extra], tmp_path)
    assert f"pip install 'matchgraph[{extra}]'" in done.stderr
