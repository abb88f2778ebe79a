"""The web app in a real browser: what only a browser can tell. Skipped where there is no Chromium."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

import matchgraph as mg
from matchgraph.doors.exporting import export_site
from matchgraph.searches.log import SearchLog
from tests.conftest import WordEncoder, eight
from tests.doors.web.conftest import built

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
uvicorn = pytest.importorskip("uvicorn", reason="the web extra is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
FLAGS += ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
PAGES = ["/", "/?q=sort+mail&type=model", "/artifact/mail-sorter", "/compare/mail-sorter-vs-letter-sorter?need=MIT"]
PAGES += ["/compare", "/recommend?like=mail-sorter", "/browse/model", "/map", "/method", "/status", "/counting", "/no"]
PAGES += ["/artifact/speech-writer", "/compare/mail-sorter-vs-speech-writer", "/api", "/?q=sort+mail&without=words"]
# Remembers what was last written on each canvas, and where.
WRITTEN = """
const plain = CanvasRenderingContext2D.prototype.fillText, clear = CanvasRenderingContext2D.prototype.clearRect;
globalThis.written = [];
CanvasRenderingContext2D.prototype.clearRect = function (...box) {
  globalThis.written = globalThis.written.filter((each) => each.on !== this.canvas.className);
  return clear.apply(this, box);
};
CanvasRenderingContext2D.prototype.fillText = function (words, x, y) {
  globalThis.written.push({ words, x, y, wide: this.measureText(words).width, on: this.canvas.className });
  return plain.call(this, words, x, y);
};
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [row | {"name": "n" * 400} if row["artifact_id"] == "speech-writer" else row for row in eight()]
    return built(tmp_path_factory.mktemp("browsed"), rows)


@pytest.fixture(scope="module")
def address(store: Path) -> Iterator[str]:
    """A server of its own on a free port."""
    from matchgraph.doors.web.app import application
    from matchgraph.doors.web.settings import Settings

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = application(store, Settings(per_minute=100_000), encoder=WordEncoder())
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """A tab in which nothing may be said on the console."""
    with browser.new_context(base_url=address, viewport={"width": 1280, "height": 900}) as context:
        tab = context.new_page()
        said: list[str] = []
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("console", lambda line: said.append(line.text) if "Content Security" in line.text else None)
        yield tab
        assert said == []


@pytest.mark.parametrize(
    ("scheme", "rules", "paths"),
    [("light", "wcag2a wcag2aa wcag21aa best-practice", PAGES), ("dark", "wcag2aa", PAGES[1:])],
    ids=["light", "dark"],
)
def test_axe_finds_nothing(browser: Any, address: str, scheme: str, rules: str, paths: list[str]) -> None:
    found = []
    with browser.new_context(base_url=address, color_scheme=scheme, bypass_csp=True) as context:
        tab = context.new_page()
        for path in paths:
            tab.goto(path)
            tab.add_script_tag(path=str(AXE))
            result = tab.evaluate(f"axe.run({{runOnly: {rules.split()}, resultTypes: ['violations']}})")
            found += [(path, each["id"], each["nodes"][0]["html"][:160]) for each in result["violations"]]
    assert found == []


@pytest.mark.parametrize("width", [1280, 320])
def test_no_page_is_wider_than_its_window(browser: Any, address: str, width: int) -> None:
    with browser.new_context(base_url=address, viewport={"width": width, "height": 800}) as context:
        tab = context.new_page()
        for path in PAGES:
            tab.goto(path)
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, path


def test_results_come_while_one_types_and_the_address_follows(page: Any) -> None:
    page.goto("/")
    page.locator("#q").press_sequentially("tag photos", delay=20)
    page.locator("ol.results h3 a").first.wait_for()
    assert page.locator("ol.results h3 a").first.inner_text() == "Photo Tagger"
    playwright.expect(page).to_have_url(re.compile(r"/\?q=tag\+photos$"))
    assert not page.locator("#starts").is_visible()
    page.get_by_text("Conditions").click()
    page.get_by_label("mcp-server").check()
    playwright.expect(page.locator("ol.results h3 a", has_text="Photo Tagger")).to_have_count(0)
    page.get_by_text("Parts of the score").click()
    page.get_by_label("words in common").check()
    page.get_by_text("Scored without words.").wait_for()


def test_to_open_a_result_is_written_down_by_the_script(page: Any, store: Path) -> None:
    page.goto("/?q=sort+mail")
    before = len(list(SearchLog(store / "searches.sqlite").events()))
    name = page.locator("ol.results h3 a").first.inner_text()
    with page.expect_request("**/choose"):
        page.locator("ol.results h3 a").first.click()
    page.wait_for_url("**/artifact/*")
    assert page.locator("h1").inner_text() == name
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if len(told := list(SearchLog(store / "searches.sqlite").events())) > before:
            break
        time.sleep(0.05)
    assert told[-1].query == "sort mail"


def test_without_scripts_one_searches_chooses_and_compares(browser: Any, address: str, store: Path) -> None:
    with browser.new_context(base_url=address, java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto("/")
        tab.locator("#q").fill("sort mail")
        tab.get_by_role("button", name="Search").click()
        assert "q=sort+mail" in tab.url
        before = len(list(SearchLog(store / "searches.sqlite").events()))
        tab.get_by_role("button", name="This is it").nth(1).click()
        assert "/artifact/" in tab.url
        assert len(list(SearchLog(store / "searches.sqlite").events())) == before + 1
        tab.goto("/?q=sort+mail")
        tab.locator("input[name=pick]").nth(0).check()
        tab.locator("input[name=pick]").nth(1).check()
        tab.get_by_role("button", name="Compare the two").click()
        assert "-vs-" in tab.url
        assert tab.locator("#verdict").is_visible()


def test_the_keyboard_leads_from_the_top_to_the_first_result(page: Any) -> None:
    page.goto("/?q=sort+mail")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = []
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.dataset.choice || ''"))
    assert any(reached)


def test_the_map_draws_finds_and_tells_what_a_point_is_joined_to(page: Any) -> None:
    page.goto("/map")
    page.locator("#sky canvas").first.wait_for(state="attached")
    page.locator("#where").fill("Mail Sorter")
    page.locator("#near h2").wait_for()
    assert page.locator("#near h2").inner_text() == "Mail Sorter"
    assert "Letter Sorter" in page.locator("#near ul").inner_text()
    assert page.url.endswith("/map#mail-sorter")
    page.locator("#sky").focus()
    page.keyboard.press("Escape")
    assert page.locator("#near h2").count() == 0
    page.goto("/artifact/photo-tagger")
    page.get_by_role("link", name="See it on the map").click()
    page.locator("#near h2").wait_for()
    assert page.locator("#near h2").inner_text() == "Photo Tagger"


def test_names_on_the_map_stand_clear_of_one_another(page: Any) -> None:
    page.add_init_script(WRITTEN)
    page.goto("/map#mail-sorter")
    page.locator("#near h2").wait_for()
    page.wait_for_timeout(800)
    boxes = [box for box in page.evaluate("globalThis.written") if box["words"]]
    assert len(boxes) >= 2
    for one, other in combinations(boxes, 2):
        apart_x = one["x"] + one["wide"] <= other["x"] or other["x"] + other["wide"] <= one["x"]
        assert apart_x or abs(one["y"] - other["y"]) >= 11, (one, other)


def test_a_copy_opened_from_its_folder_searches_and_draws_the_map(browser: Any, store: Path, tmp_path: Path) -> None:
    export_site(mg.open(store, encoder=WordEncoder()), tmp_path / "site")
    with browser.new_context() as context:
        tab = context.new_page()
        tab.goto((tmp_path / "site" / "index.html").as_uri())
        tab.locator("#q").fill("photo tags")
        tab.locator("ol.results a", has_text="Photo Tagger").click()
        assert tab.locator("h1").inner_text() == "Photo Tagger"
        tab.get_by_role("link", name="See it on the map").click()
        tab.locator("#near h2").wait_for()
        assert tab.locator("#near h2").inner_text() == "Photo Tagger"


def test_without_scripts_the_map_shows_no_empty_frame(browser: Any, address: str) -> None:
    with browser.new_context(base_url=address, java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto("/map")
        assert not tab.locator("#sky").is_visible()
        assert tab.get_by_role("link", name="model").is_visible()


def test_who_declines_to_be_counted_is_told_so(page: Any) -> None:
    page.goto("/")
    page.get_by_role("link", name="Choices are counted without names.").click()
    page.get_by_role("button", name="Do not count mine").click()
    assert page.get_by_text("Your choices are not counted.").is_visible()
    page.goto("/?q=sort+mail")
    assert page.locator("input[name=ticket]").count() == 0


def test_nothing_is_asked_of_any_other_machine(browser: Any, address: str) -> None:
    asked: list[str] = []
    with browser.new_context(base_url=address) as context:
        tab = context.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        for path in PAGES:
            tab.goto(path)
    assert asked
    assert not [each for each in asked if not re.match(re.escape(address) + "/|data:", each)]
