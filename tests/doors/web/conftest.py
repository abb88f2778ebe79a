from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import matchgraph as mg
from tests.conftest import TODAY, WordEncoder, artifact, eight

pytest.importorskip("starlette", reason="the web extra is not installed")

from starlette.testclient import TestClient

from matchgraph.doors.web.app import application
from matchgraph.doors.web.settings import Settings

HOME = "http://127.0.0.1:8000"
SAME = {"Origin": HOME}
Client = Callable[..., TestClient]

HOSTILE = [
    artifact(
        'x" onload="alert(1)',
        "model",
        '"><img src=x onerror=alert(2)>',
        ["<script>alert(3)</script> sort mail into folders", "{{ 7 * 7 }} flag spam mail"],
        name='" onmouseover=alert(4) x="&lt;script&gt;alert(5)&lt;/script&gt;',
        url="javascript:alert(5)",
        license="<b>bold</b>",
        tags=["<i>tag</i>"],
    ),
    artifact(
        "../../etc/passwd", "model", "Evil", ["read mail of others"], name="\u202egnp.exe\u202c", url="//evil.example"
    ),
    artifact("a-vs-b", "model", "Evil", ["sort mail by weight " + "w" * 1_000_000], name="n" * 500),
    artifact("org/name:1.0 \u05d0", "dataset", "Ma\u2066ker", ["train on mail \u202e reversed"], name="' OR 1=1 --"),
]


def built(folder: Path, rows: list[dict[str, object]]) -> Path:
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    mg.rebuild(folder / "rows.jsonl", store=folder / "store", encoder=WordEncoder(), today=TODAY)
    return folder / "store"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of an app on a store of its own; settings may be given."""
    opened: list[TestClient] = []

    def make(rows: list[dict[str, object]] | None = None, **settings: object) -> TestClient:
        store = built(tmp_path_factory.mktemp("web"), eight() if rows is None else rows)
        app = application(store, Settings(**{"per_minute": 100_000, **settings}), encoder=WordEncoder())  # type: ignore[arg-type]
        made = TestClient(app, base_url=HOME, follow_redirects=False)
        made.store = store  # type: ignore[attr-defined]
        opened.append(made)
        return made

    yield make
    for each in opened:
        each.close()
