"""All pages as files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

import matchgraph as mg
from matchgraph.doors.exporting import export_site
from matchgraph.errors import QuestionError
from tests.conftest import WordEncoder, eight
from tests.doors.web.conftest import built


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    return mg.open(built(tmp_path_factory.mktemp("copied"), eight()), encoder=WordEncoder())


@pytest.fixture(scope="module")
def folder(world: mg.MatchGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("copy") / "site"
    export_site(world, path)
    return path


def test_every_link_of_every_page_leads_to_a_file(folder: Path) -> None:
    pages = list(folder.rglob("*.html"))
    assert len(pages) > 8 * 4
    for page in pages:
        for link in re.findall(r'(?:href|src|data-points|data-index)="([^"#?]+)', page.read_text()):
            assert (page.parent / unquote(link)).resolve().is_file(), f"{page.name}: {link}"


def test_a_copy_asks_no_server_for_anything(folder: Path) -> None:
    for page in folder.rglob("*.html"):
        text = page.read_text()
        assert not re.search(r"<form[^>]+(method|action)=", text), page.name
        assert 'href="/' not in text


def test_the_copy_has_a_page_for_each_artifact_and_for_the_pairs_that_they_offer(
    folder: Path, world: mg.MatchGraph
) -> None:
    assert {page.stem for page in (folder / "artifact").iterdir()} == set(world.snapshot.catalogue.ids)
    assert (folder / "compare" / "letter-sorter-vs-mail-sorter.html").is_file()


def test_its_words_say_where_each_artifact_is(folder: Path) -> None:
    rows = json.loads((folder / "words-index.js").read_text().removeprefix("globalThis.INDEX = ").removesuffix(";\n"))
    assert ["Mail Sorter", "model", "artifact/mail-sorter.html"] in [row[:3] for row in rows]
    assert all((folder / row[2]).is_file() for row in rows)


def test_points_of_the_map_are_a_script_that_stands_before_the_one_that_draws_them(folder: Path) -> None:
    told = (folder / "map-points.js").read_text().removeprefix("globalThis.POINTS = ").removesuffix(";\n")
    assert len(json.loads(told)["slug"]) == 8
    scripts = re.findall(r'<script src="([^"]+)"', (folder / "map.html").read_text())
    assert scripts[-2:] == ["map-points.js", "assets/map.js"]


def test_licences_come_with_what_they_license(folder: Path) -> None:
    for name in ("htmx", "sigma", "graphology"):
        assert (folder / "assets" / f"{name}.LICENSE.txt").stat().st_size > 300


def test_an_export_may_be_written_over_and_nothing_else(folder: Path, world: mg.MatchGraph, tmp_path: Path) -> None:
    assert export_site(world, folder).pages > 30
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(QuestionError, match="something else"):
        export_site(world, tmp_path / "mine")
    assert [each.name for each in (tmp_path / "mine").iterdir()] == ["thesis.txt"]
