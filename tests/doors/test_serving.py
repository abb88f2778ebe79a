"""`serve` and `export site` from the shell."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from matchgraph.doors import cli


def ran(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["matchgraph", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_without_the_web_extra_serve_says_what_to_install_and_all_else_works(store: Path) -> None:
    script = (
        "import sys\n"
        "for name in ('starlette', 'uvicorn', 'fastapi'): sys.modules[name] = None\n"
        "from matchgraph.doors.cli import main\n"
        "main()\n"
    )

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=False)

    refused = run("serve", "--store", str(store))
    assert refused.returncode == 1
    assert "pip install 'matchgraph[web]'" in refused.stderr
    assert "Traceback" not in refused.stderr
    helped = run("--help")
    assert helped.returncode == 0
    assert "serve" in helped.stdout


def test_serve_says_where_there_is_no_snapshot(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pytest.importorskip("starlette")
    assert ran(monkeypatch, "serve", "--store", tmp_path / "nothing") == 1
    assert "no snapshot" in capsys.readouterr().err


@pytest.mark.parametrize("door", [("serve",), ("mcp", "--http")])
def test_a_port_that_is_taken_is_one_clear_line(
    door: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], store: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert ran(monkeypatch, *door, "--store", store, "--port", port) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"matchgraph: nothing can listen at 127.0.0.1:{port} (")
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "hosts", "address"),
    [
        ((), ("127.0.0.1", "::1", "[::1]", "localhost"), "127.0.0.1"),
        (("--host", "0.0.0.0"), ("*",), "0.0.0.0"),  # noqa: S104 - what is asked for here
        (("--name", "mg.example"), ("127.0.0.1", "::1", "[::1]", "localhost", "mg.example"), "127.0.0.1"),
    ],
)
def test_serve_listens_on_this_machine_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    store: Path,
    words: tuple[str, ...],
    hosts: tuple[str, ...],
    address: str,
) -> None:
    uvicorn = pytest.importorskip("uvicorn")
    import matchgraph.doors.web.app as web

    told: dict[str, object] = {}
    monkeypatch.setattr(web, "application", lambda store, settings: settings)
    monkeypatch.setattr(uvicorn, "run", lambda app, **given: told.update(given, settings=app))
    assert ran(monkeypatch, "serve", "--store", store, "--port", 0, *words) == 0
    assert told["host"] == address
    assert told["settings"].hosts == hosts  # type: ignore[attr-defined]
    assert told["proxy_headers"] is False
    assert ("without the JSON API" in capsys.readouterr().err) is (len(words) > 0)


def test_export_says_what_it_wrote(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], store: Path, tmp_path: Path
) -> None:
    assert ran(monkeypatch, "export", "site", tmp_path / "site", "--store", store, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["version"] == "v000001"
    assert told["pages"] == len(list((tmp_path / "site").rglob("*.html")))
    assert told["bytes"] > 500_000
    assert (tmp_path / "site" / "index.html").is_file()
