"""The first second of a process: what is imported, and what is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

import matchgraph as mg
from matchgraph.doors import (
    agents,
    choices,
    decomposing,
    doubles,
    exports,
    imports,
    jobs,
    locksmith,
    questions,
    search,
    serving,
    upkeep,
)
from matchgraph.doors.cli import _ROOMS
from matchgraph.vectors.encoder import SentenceEncoder

# What takes its time to load, and what neither a search nor a rebuild that encodes nothing needs.
MODEL = {"torch", "sentence_transformers", "transformers", "huggingface_hub"}
NOT_ASKED = {"pandas", "networkx", "scipy.optimize", "scipy.linalg", "bm25s", "ir_measures", "jinja2", "rich", "yaml"}
NOT_ASKED |= {"fastapi", "starlette", "uvicorn", "mcp", "fsspec", "obstore"}
ANY = {"numpy", "pyarrow", "faiss", "scipy", "pydantic", "typer"}


def loaded_by(code: str, *words: object) -> set[str]:
    """The names of the modules that are loaded when a new process has run this."""
    told = f"import sys\n{code}\nprint('\\n' + '\\n'.join(sys.modules), file=sys.stderr)"
    command = [sys.executable, "-c", told, *map(str, words)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, env=os.environ)
    return set(done.stderr.split("\n"))


def loaded_by_command(*words: object) -> set[str]:
    shell = (
        "from matchgraph.doors.cli import main\ntry:\n    main()\nexcept SystemExit as end:\n    assert not end.code"
    )
    return loaded_by(shell, *words)


@pytest.fixture
def encoded(tmp_path: Path, catalogue_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store whose every text has a vector by the digest of the packaged model, though another one made them."""

    def encode(self: SentenceEncoder, texts: Sequence[str], **more: object) -> Iterator[tuple[list[int], np.ndarray]]:
        yield list(range(len(texts))), np.random.default_rng(len(texts)).standard_normal((len(texts), 384))

    with monkeypatch.context() as patched:
        patched.setattr(SentenceEncoder, "encode", encode)
        mg.rebuild(catalogue_file, store=tmp_path / "encoded")
    return tmp_path / "encoded"


def test_importing_the_package_loads_no_library() -> None:
    loaded = loaded_by("import matchgraph")
    assert "matchgraph" in loaded
    assert not loaded & (MODEL | NOT_ASKED | ANY)


def test_a_search_at_the_shell_loads_neither_the_model_library_nor_what_other_questions_need(encoded: Path) -> None:
    loaded = loaded_by_command("search", "sort my mail, and label photos", "--store", encoded)
    assert {"faiss", "tokenizers"} <= loaded
    assert not loaded & (MODEL | NOT_ASKED)


def test_a_rebuild_with_nothing_new_to_encode_loads_no_model_library(encoded: Path, catalogue_file: Path) -> None:
    loaded = loaded_by_command("rebuild", catalogue_file, "--store", encoded, "--json")
    assert "matchgraph.rebuild" in loaded
    assert not loaded & MODEL


def test_every_name_that_the_package_offers_is_there() -> None:
    assert {*mg._ROOMS} < {*mg.__all__} <= {*dir(mg)}
    assert all(getattr(mg, name) is not None for name in mg.__all__)
    with pytest.raises(AttributeError, match="no attribute 'embed'"):
        mg.embed  # noqa: B018 - asking is the test


def test_rebuild_is_the_function_whatever_was_imported_before() -> None:
    loaded_by("import matchgraph.rebuild\nimport matchgraph\nassert matchgraph.rebuild.__name__ == 'rebuild'")
    loaded_by("import matchgraph\nassert callable(matchgraph.rebuild)\nfrom matchgraph.rebuild import RebuildReport")
    assert callable(mg.rebuild)


def test_every_command_of_every_room_is_found_at_the_shell() -> None:
    rooms = {"search": search, "questions": questions, "choices": choices, "upkeep": upkeep, "imports": imports}
    rooms |= {"serving": serving, "agents": agents, "decomposing": decomposing, "doubles": doubles, "jobs": jobs}
    groups = {"exports": exports, "locksmith": locksmith}
    for name, room in rooms.items():
        assert [command.name for command in room.app.registered_commands] == [*_ROOMS[name]]
    for name, room in groups.items():
        assert (room.app.info.name,) == _ROOMS[name]
    assert {*_ROOMS} == {*rooms, *groups}


def test_a_command_that_is_none_is_told_from_the_nearest_one() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "matchgraph.doors.cli", "serch"], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 2
    assert "Did you mean 'search', 'serve'?" in done.stderr


def test_a_search_in_a_new_process_gives_the_scores_of_one_that_has_long_been_running(encoded: Path) -> None:
    graph = mg.open(encoded)
    graph.search("find faces")
    command = [sys.executable, "-m", "matchgraph.doors.cli", "search", "sort my mail", "--store", encoded, "--json"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, env=os.environ)
    assert json.loads(done.stdout) == graph.search("sort my mail").to_dict()
