"""What a snapshot knows of an artifact goes out as a manifest and comes back whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import matchgraph as mg
from matchgraph.catalogue.intake import import_catalogue
from matchgraph.catalogue.yaml_text import yaml_of
from tests.conftest import WordEncoder
from tests.doors.test_cli import Shell
from tests.doors.test_cli import shell as shell  # noqa: PLC0414 - a fixture, used by its name


@pytest.mark.parametrize("form", ["manifest", "passport"])
def test_an_exported_artifact_is_imported_as_it_was(shell: Shell, store: Path, tmp_path: Path, form: str) -> None:
    file = tmp_path / "sorter.yaml"
    said = shell("export", form, "sorter", "-o", file, "--store", store)
    assert (said.status, said.out, said.err) == (0, "", f"written to {file}\n")
    graph = mg.open(store, encoder=WordEncoder())
    kept = graph.artifact("mail-sorter")
    (again,) = import_catalogue("manifest", file).artifacts
    assert kept.facts.items() <= again.facts.items()
    assert (again.capabilities, again.links, again.license, again.job) == (
        kept.capabilities,
        kept.links,
        kept.license,
        kept.job,
    )


def test_without_a_file_it_is_printed(shell: Shell, store: Path) -> None:
    manifest = shell("export", "manifest", "sorter", "--store", store)
    passport = shell("export", "passport", "sorter", "--store", store)
    assert yaml_of(manifest.out) == json.loads(passport.out) == passport.json
    assert passport.json["artifact"]["id"] == "mail-sorter"


def test_an_unknown_artifact_ends_in_one_line(shell: Shell, store: Path) -> None:
    said = shell("export", "manifest", "sortr", "--store", store)
    assert (said.status, said.out) == (1, "")
    assert "no artifact 'sortr'" in said.err
