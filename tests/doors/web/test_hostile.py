"""A catalogue that means harm: its texts are shown, never run, and turn no page around."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import matchgraph as mg
from matchgraph.doors.exporting import export_site
from matchgraph.pages.site.slugs import pair_slug, slug
from tests.conftest import WordEncoder, eight
from tests.doors.web.conftest import HOSTILE, Client

IDS = [str(row["artifact_id"]) for row in HOSTILE]
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Tags(HTMLParser):
    """Every tag of a page with its attributes, as a browser would read them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def web(client: Client) -> TestClient:
    return client([*eight(), *HOSTILE])


def harmless(page: str) -> None:
    for tag, attributes in Tags(page).found:
        assert tag not in ("img", "iframe", "object", "style", "i", "base")
        assert tag != "script" or str(attributes["src"]).lstrip("./").startswith(("assets/", "map-points.js"))
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action"):
            leads = attributes.get(name) or ""
            assert re.match(r"$|/(?!/)|\.\./|#|\?|https://|[a-z]+(/|\.html)|map-points\.js$", leads), leads
    assert not _TURNS.search(page)


def paths() -> list[str]:
    pages = [f"/artifact/{slug(each)}" for each in IDS]
    pages += [f"/compare/{pair_slug(one, other)}" for one, other in pairwise(IDS)]
    pages += ["/", "/browse/model", "/browse/dataset", "/recommend", "/status"]
    return [*pages, "/?q=sort+mail", "/?q=read+mail+of+others"]


@pytest.mark.parametrize("path", paths())
def test_no_text_of_the_catalogue_becomes_markup_or_turns_other_text(web: TestClient, path: str) -> None:
    page = web.get(path)
    assert page.status_code == 200
    harmless(page.text)


@pytest.mark.parametrize("path", paths())
def test_a_text_of_a_megabyte_makes_no_heavy_page(web: TestClient, path: str) -> None:
    assert len(web.get(path).content) < 90_000


@pytest.mark.parametrize(
    "asked",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "\u202email",
        "' OR 1=1 --",
        "{{7*7}}",
        "\x00mail",
        "%s%n",
        "../../etc/passwd",
        "mail\r\nSet-Cookie: a=b",
    ],
)
def test_no_query_becomes_markup_or_a_header(web: TestClient, asked: str) -> None:
    for path in ("/", "/results", "/compare", "/recommend"):
        page = web.get(path, params={"q": asked, "left": asked, "right": "x", "like": asked, "maker": asked})
        assert page.status_code in (200, 303, 422)
        assert "set-cookie" not in page.headers
        harmless(page.text)
    page = web.get("/artifact/" + asked.replace("/", "%2F").replace("\x00", "%00").replace("\r\n", ""))
    assert page.status_code in (307, 308, 404)
    harmless(page.text)


def test_the_map_holds_harmful_names_as_text_only(web: TestClient) -> None:
    answer = web.get("/map.json")
    assert answer.headers["content-type"] == "application/json"
    assert not _TURNS.search(answer.text)


def test_an_export_of_harmful_ids_stays_in_its_folder(web: TestClient, tmp_path: Path) -> None:
    graph = mg.open(web.store, encoder=WordEncoder())  # type: ignore[attr-defined]
    export_site(graph, tmp_path / "in" / "site")
    assert [each.name for each in tmp_path.iterdir()] == ["in"]
    assert [each.name for each in (tmp_path / "in").iterdir()] == ["site"]
    for page in (tmp_path / "in" / "site").rglob("*.html"):
        harmless(page.read_text())
    for name in ("map-points.js", "words-index.js"):
        told = (tmp_path / "in" / "site" / name).read_text()
        assert not _TURNS.search(told)
        assert json.loads(re.sub(r"^globalThis\.[A-Z]+ = |;$", "", told.strip()))  # data and nothing else
