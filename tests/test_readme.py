"""The README's commands are run, and what they print is what stands there.

`python -m tests.test_readme` writes what they print into the README.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

from matchgraph.doors.cli import main
from tests import notebooks

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
_BLOCK = re.compile(r"```console\n(\$ matchgraph (.*)\n)((?:.*\n)*?)```")
_TOOK = re.compile(r"\d+\.\d s$", re.MULTILINE)
_NUMBER = re.compile(r"-?\d[\d,]*\.?\d*")


def printed(command: str, store: Path) -> str:
    """What a shell shows for the command: stdout and the one line of an error."""
    said = io.StringIO()
    arguments = sys.argv
    sys.argv = ["matchgraph", *shlex.split(command), "--store", str(store)]
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), contextlib.suppress(SystemExit):
            main()
    finally:
        sys.argv = arguments
    return _TOOK.sub("12.3 s", said.getvalue().replace(f"{store}", "store"))


def shown() -> list[tuple[str, str]]:
    return [(block[2], block[3]) for block in _BLOCK.finditer(README.read_text())]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readme") / "store"


@pytest.mark.parametrize(("command", "expected"), shown(), ids=[command for command, _ in shown()])
def test_a_command_of_the_readme_prints_what_stands_there(
    command: str, expected: str, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    found = printed(command, store)
    assert _NUMBER.sub("#", found) == _NUMBER.sub("#", expected)
    pairs = zip(_NUMBER.findall(found), _NUMBER.findall(expected), strict=True)
    far = [(ours, theirs) for ours, theirs in pairs if abs(_value(ours) - _value(theirs)) > 0.02]
    assert not far, "another processor may round the last digit, no more"


def test_the_readme_shows_every_question() -> None:
    commands = " ".join(command for command, _ in shown())
    for question in ("rebuild", "search", "similar", "compare", "recommend", "explain", "record"):
        assert question in commands


def test_the_command_is_on_the_path_before_it_is_used() -> None:
    text = README.read_text()
    assert text.index(". .venv/bin/activate") < text.index("$ matchgraph")


def test_the_pictures_of_the_readme_are_here_and_small() -> None:
    shown = [ROOT / place for place in re.findall(r"!\[[^]]+\]\(([^)]+)\)", README.read_text())]
    assert len(shown) == 2
    assert all(0 < picture.stat().st_size < 100_000 for picture in shown)


def test_cleaning_leaves_the_store_with_its_search_log() -> None:
    recipe = (ROOT / "Makefile").read_text().split("\nclean:\n")[1].split("\n\n")[0]
    assert "store" not in recipe


def test_the_python_of_the_readme_runs(store: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    code = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    monkeypatch.chdir(ROOT)
    for block in code:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(block.replace('"store"', repr(str(store))), {})  # noqa: S102 - our own README


@pytest.fixture(scope="module")
def clean(store: Path) -> Path:
    """A store without snapshots, where what was encoded before is at hand."""
    path = store.with_name("clean")
    if (store / "cache").exists():
        shutil.copytree(store / "cache", path / "cache")
    return path


@pytest.mark.parametrize("path", notebooks.EVERY, ids=lambda path: path.name)
def test_a_notebook_runs_from_top_to_bottom_and_shows_what_stands_in_it(path: Path, clean: Path) -> None:
    kept, found = nbformat.read(path, as_version=4), notebooks.executed(path, clean)
    assert [_NUMBER.sub("#", each) for each in notebooks.told(found)] == [
        _NUMBER.sub("#", each) for each in notebooks.told(kept)
    ]
    assert len(notebooks.pictures(found)) == len(notebooks.pictures(kept))
    assert path.stat().st_size < 300_000, "pictures in git stay small"


def _value(number: str) -> float:
    return float(number.replace(",", "").rstrip(".") or 0)


def write() -> None:
    """Put what the commands print into the README."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        text = _BLOCK.sub(
            lambda block: f"```console\n{block[1]}{printed(block[2], Path(folder) / 'store')}```", README.read_text()
        )
    README.write_text(text)


if __name__ == "__main__":
    write()
