"""The web app as its visitors meet it, on the small world."""

from __future__ import annotations

import re
import time
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import matchgraph as mg
from matchgraph.answers.scoring import PARTS
from matchgraph.doors.keys import Keys, Scope
from matchgraph.doors.web.app import application
from matchgraph.doors.web.settings import Settings
from matchgraph.searches.log import SearchLog
from tests.conftest import TODAY, WordEncoder, artifact, eight
from tests.doors.web.conftest import HOME, HOSTILE, SAME, Client

PAGES = [
    "/",
    "/?q=sort+mail",
    "/artifact/mail-sorter",
    "/compare",
    "/compare/mail-sorter-vs-letter-sorter",
    "/recommend",
    "/recommend?like=mail-sorter",
    "/browse/model",
    "/map",
    "/method",
    "/status",
    "/counting",
    "/api",
    "/?q=sort+mail&without=words",
]


@pytest.fixture(scope="module")
def web(client: Client) -> TestClient:
    return client(writes_per_minute=10_000)


def results(page: str) -> list[str]:
    return re.findall(r'data-choice="([^"]+)"', page)


def ticket(page: str) -> str:
    return re.findall(r'name="ticket" value="([^"]+)"', page)[0]


def chosen(web: TestClient) -> list[str | None]:
    return [event.chosen for event in SearchLog(web.store / "searches.sqlite").events()]  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_a_title_a_description_and_one_heading(web: TestClient, path: str) -> None:
    page = web.get(path)
    assert page.status_code == 200
    assert re.search(r"<title>[^<]{3,} · matchgraph</title>", page.text)
    assert re.search(r'<meta name="description" content="[^"]{20,}">', page.text)
    assert len(re.findall(r"<h1[ >]", page.text)) == 1
    assert '<html lang="en">' in page.text


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_a_script_or_a_style_or_leads_a_browser_elsewhere(web: TestClient, path: str) -> None:
    page = web.get(path).text
    assert not re.search(r"<script(?![^>]* src=\"/assets/)", page)
    assert not re.search(r"<style| style=| on[a-z]+=", page)
    assert not re.search(r'(src|href|action)="(https?:)?//', page)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_with_all_it_needs_weighs_less_than_150_kilobytes_but_for_the_map(web: TestClient, path: str) -> None:
    page = web.get(path).text
    needed = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)
    weight = len(page.encode()) + sum(len(web.get(each).content) for each in needed)
    assert weight <= (420_000 if path == "/map" else 150_000)
    assert len(needed) <= 6


def test_search_finds_with_reasons_that_add_up(web: TestClient, world: mg.MatchGraph) -> None:
    page = web.get("/?q=sort+incoming+mail").text
    assert results(page) == [item.artifact_id for item in world.search("sort incoming mail")]
    assert "words in common: incoming, sort, mail" in page or "words in common" in page


def test_results_alone_are_those_of_the_page_and_name_its_address(web: TestClient) -> None:
    part = web.get("/results?q=sort+mail&type=model&maker=")
    assert results(part.text) == results(web.get("/?q=sort+mail&type=model").text)
    assert "<html" not in part.text
    assert part.headers["hx-replace-url"] == "/?q=sort+mail&type=model"


def test_filters_keep_what_meets_them_and_stay_in_the_form(web: TestClient) -> None:
    page = web.get("/?q=sort+mail&license=permissive&type=model").text
    assert "letter-sorter" not in results(page)
    assert "<option selected>permissive</option>" in page
    assert 'value="model" checked' in page


def test_a_condition_that_nothing_states_is_said_and_not_swallowed(web: TestClient) -> None:
    page = web.get("/?q=sort+mail&maker=Acmee")
    assert page.status_code == 422
    assert "Did you mean Acme?" in page.text


def test_more_results_are_a_link_away_until_there_are_no_more(client: Client) -> None:
    sorters = [artifact(f"sorter-{n}", "model", f"M{n}", ["sort incoming mail"], license="MIT") for n in range(35)]
    web, address, shown = client(sorters), "/?q=sort+mail&license=permissive", []
    while address:
        page = web.get(address).text
        shown.append(results(page))
        address = next(iter(re.findall(r'href="([^"]+)">Show more results', unescape(page))), "")
        assert not address or "license=permissive" in address
    assert [len(each) for each in shown] == [10, 30, 35]
    assert shown[2][:30] == shown[1]
    assert 'id="result-11"' in web.get("/?q=sort+mail&k=30").text


@pytest.mark.parametrize("k", ["0", "51", "ten", "-1", "1e3", "9" * 30])
def test_more_results_than_a_page_shows_are_refused_in_words(web: TestClient, k: str) -> None:
    page = web.get("/", params={"q": "sort mail", "k": k})
    assert page.status_code == 422
    assert "wanted 1 to 50" in page.text


def test_parts_of_the_score_can_be_switched_off_and_stay_so_in_the_form(web: TestClient) -> None:
    page = web.get("/?q=sort+mail&without=words&without=hubs").text
    assert "Scored without hubs, words." in page
    assert "words in common" not in page[page.index('<section id="results"') :]
    assert 'value="words" checked' in page
    assert 'value="best" checked' not in page
    assert "without=words" in web.get("/results?q=sort+mail&without=words").headers["hx-replace-url"]
    assert web.get("/?q=sort+mail&without=luck").status_code == 422


def test_every_part_of_the_score_is_told_on_the_page_of_methods(web: TestClient) -> None:
    page = web.get("/method").text
    assert all(f"<code>{part}</code>" in page for part in PARTS)


def test_what_is_chosen_by_a_score_with_parts_off_is_no_evidence(web: TestClient) -> None:
    assert 'name="ticket"' in web.get("/?q=sort+mail").text
    assert 'name="ticket"' not in web.get("/?q=sort+mail&without=words").text


def test_terms_of_a_result_stand_above_their_sum(web: TestClient, world: mg.MatchGraph) -> None:
    best = next(iter(world.search("sort mail")))
    page = web.get("/?q=sort+mail").text
    assert f'<span class="points">{best.score:.2f}</span> <span class="quiet">together</span>' in page


def test_the_page_for_programs_tells_every_address_and_its_examples_answer(web: TestClient) -> None:
    page = web.get("/api").text
    account = web.get("/api/v1/openapi.json").json()
    assert all(f"/api/v1{path}" in page for path in account["paths"])
    examples = [unescape(link) for link in re.findall(r'href="(/api/v1/[^"]+)"', page)]
    assert len(examples) == 9
    assert [web.get(link).status_code for link in examples] == [200] * 9
    assert "<dt><code>without</code></dt>" in page


@pytest.mark.parametrize("rows", [HOSTILE, HOSTILE[2:], HOSTILE[2:3]], ids=["four", "two", "one"])
def test_examples_answer_whatever_the_store_holds_and_where_no_two_are_much_alike(
    client: Client, rows: list[dict[str, object]]
) -> None:
    web = client(rows)
    examples = [unescape(link) for link in re.findall(r'For example <a href="([^"]+)"', web.get("/api").text)]
    assert len(examples) == 8 - (len(rows) == 1)  # one alone is not compared
    assert [web.get(link).status_code for link in examples] == [200] * len(examples)


def test_the_page_of_methods_is_found_under_its_longer_name(web: TestClient) -> None:
    moved = web.get("/methodology")
    assert (moved.status_code, moved.headers["location"]) == (308, "/method")


def test_the_map_says_in_english_what_lies_together(web: TestClient) -> None:
    said = "Artifacts that can do similar things lie near each other."
    assert said in web.get("/map").text
    assert said in web.get("/assets/map.js").text


def test_what_is_gained_and_given_up_has_marks_of_its_own(web: TestClient) -> None:
    styled = set(re.findall(r"\.reasons \.([a-z-]+)::before", web.get("/assets/site.css").text))
    page = web.get("/compare/mail-sorter-vs-photo-tagger").text + web.get("/recommend?like=mail-sorter").text
    assert {"gained", "lost"} <= styled & set(re.findall(r'<li class="([a-z-]+)"', page))


def test_nonsense_finds_nothing_and_says_so(web: TestClient) -> None:
    assert "No match" in web.get("/?q=qwlrk+zzvxt").text


def test_search_answers_within_300_milliseconds(web: TestClient) -> None:
    web.get("/?q=warm+up")
    began = time.perf_counter()
    web.get("/?q=tag+photos")
    assert time.perf_counter() - began < 0.3


def test_a_name_leads_on_to_the_page_of_its_artifact(web: TestClient) -> None:
    moved = web.get("/artifact/Mail%20Sorter")
    assert (moved.status_code, moved.headers["location"]) == (308, "/artifact/mail-sorter")
    assert web.get("/artifact/Mail/Sorter").status_code == 404
    assert web.get("/compare/sorter-vs-Letter%20Sorter").headers["location"] == "/compare/mail-sorter-vs-letter-sorter"


def test_a_name_that_nothing_has_is_not_found_and_near_ones_are_offered(web: TestClient) -> None:
    page = web.get("/artifact/mail-sorte")
    assert page.status_code == 404
    assert 'href="/artifact/mail-sorter"' in page.text


@pytest.mark.parametrize("path", ["/nowhere", "/compare/mail-sorter", "/browse/nothing", "/browse/model?page=9"])
def test_what_is_not_there_is_a_page_that_says_so(web: TestClient, path: str) -> None:
    page = web.get(path)
    assert page.status_code == 404
    assert "<h1>Not here</h1>" in page.text


def test_a_comparison_with_itself_is_refused_in_words(web: TestClient) -> None:
    page = web.get("/compare/mail-sorter-vs-mail-sorter")
    assert page.status_code == 422
    assert "compared with itself" in page.text


def test_a_need_is_weighed_on_the_page_of_two(web: TestClient) -> None:
    page = web.get("/compare/mail-sorter-vs-letter-sorter?need=MIT").text
    assert "For this need Mail Sorter fits better" in page
    assert 'value="MIT"' in page


def test_two_names_lead_on_to_their_page(web: TestClient) -> None:
    assert web.get("/compare?left=sorter&right=letter-sorter").headers["location"] == (
        "/compare/mail-sorter-vs-letter-sorter"
    )
    assert (
        web.get("/compare?pick=mail-sorter&pick=photo-tagger")
        .headers["location"]
        .endswith("mail-sorter-vs-photo-tagger")
    )
    assert "no artifact" in web.get("/compare?left=sorter&right=nothing").text


def test_recommendations_keep_must_and_avoid(web: TestClient) -> None:
    page = web.get("/recommend?like=mail-sorter&unlike=photo-tagger&must.license=copyleft").text
    assert 'not like <a href="/artifact/photo-tagger">' in page
    assert "/artifact/letter-sorter" in page
    assert "None found" in web.get("/recommend?like=mail-sorter&avoid.license=copyleft").text
    assert web.get("/recommend?like=nothing-such").status_code == 422


def test_an_empty_form_of_recommendations_offers_what_to_begin_with(web: TestClient) -> None:
    page = web.get("/recommend").text
    begin = re.findall(r'href="(/recommend\?like=[^"]+)"', page)
    assert begin
    assert all(web.get(link).status_code == 200 for link in begin)
    assert not re.search(r'href="/recommend\?like=', web.get(begin[0]).text)


def test_what_is_recommended_may_start_from_a_need_or_from_neither_of_two(web: TestClient) -> None:
    assert "/artifact/photo-tagger" in web.get("/recommend?need=tag+photos").text
    both = web.get("/recommend?neither=mail-sorter,letter-sorter&mode=adjacent")
    assert both.status_code == 200
    assert '<option value="adjacent" selected>' in both.text
    for wrong in ("neither=mail-sorter", "like=mail-sorter&mode=none", "need=tag+photos&mode=surprise"):
        assert web.get(f"/recommend?{wrong}").status_code == 422


def test_the_page_of_recommendations_replaces_relaxes_and_draws(web: TestClient) -> None:
    page = web.get("/recommend?to_replace=sorter&must.maker=Gamma&must.type=model&relax=maker").text
    assert "given up, in this order: maker Gamma" in page
    assert "/artifact/letter-sorter" in page
    assert 'name="to_replace" value="sorter"' in page
    assert 'name="relax" value="maker"' in page
    drawn = web.get("/recommend?like=mail-sorter&mode=surprise&seed=5")
    assert drawn.status_code == 200
    assert 'name="seed" value="5"' in drawn.text
    for wrong in ("like=mail-sorter&seed=five", "like=mail-sorter&relax=maker", "to_replace=nobody"):
        assert web.get(f"/recommend?{wrong}").status_code == 422


def test_beyond_this_machine_the_api_answers_only_where_there_are_keys(client: Client) -> None:
    assert client().get("/api/v1/health").status_code == 200
    world = client(hosts=("*",))
    assert world.get("/api/v1/health").status_code == 404
    store = Path(world.store)  # type: ignore[attr-defined]
    Keys(store).make("a robot", [Scope.READ])
    app = application(store, Settings(hosts=("*",)), encoder=WordEncoder())
    with TestClient(app, base_url=HOME) as keyed:
        assert keyed.get("/api/v1/search?q=mail").status_code == 401


def test_a_page_that_has_not_changed_is_not_sent_again(web: TestClient) -> None:
    first = web.get("/artifact/mail-sorter")
    again = web.get("/artifact/mail-sorter", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_map_comes_as_points(web: TestClient) -> None:
    assert len(web.get("/map.json").json()["slug"]) == 8


def test_a_choice_is_written_down_with_what_was_shown_and_leads_on(web: TestClient) -> None:
    before = len(chosen(web))
    page = web.get("/?q=sort+mail").text
    moved = web.post("/choose", data={"ticket": ticket(page), "chosen": "letter-sorter"}, headers=SAME)
    assert (moved.status_code, moved.headers["location"]) == (303, "/artifact/letter-sorter")
    event = list(SearchLog(web.store / "searches.sqlite").events())[before]  # type: ignore[attr-defined]
    assert (event.query, event.chosen, event.channel) == ("sort mail", "letter-sorter", "human")
    assert list(event.shown) == results(page)
    assert event.actor is not None
    assert re.fullmatch("[0-9a-f]{32}", event.actor)
    assert "chosen in 1 real search" in web.get("/artifact/letter-sorter").text.lower()


def test_a_button_for_each_result_does_the_same_without_a_script(web: TestClient) -> None:
    page = web.get("/?q=sort+mail").text
    assert re.findall(r'<noscript><button name="chosen" value="([^"]+)"', page) == results(page)


@pytest.mark.parametrize("header", ["DNT", "Sec-GPC"])
def test_who_asks_not_to_be_tracked_gets_no_ticket_and_is_not_written_down(web: TestClient, header: str) -> None:
    before = chosen(web)
    assert 'name="ticket"' not in web.get("/?q=sort+mail", headers={header: "1"}).text
    held = ticket(web.get("/?q=sort+mail").text)
    moved = web.post("/choose", data={"ticket": held, "chosen": "mail-sorter"}, headers=SAME | {header: "1"})
    assert moved.status_code == 303
    assert chosen(web) == before


def test_who_declines_is_not_written_down_until_they_agree_again(web: TestClient) -> None:
    before = chosen(web)
    held = ticket(web.get("/?q=sort+mail").text)
    web.post("/counting", data={"count": "no"}, headers=SAME)
    try:
        assert "Your choices are not counted." in web.get("/counting").text
        assert 'name="ticket"' not in web.get("/?q=sort+mail").text
        web.post("/choose", data={"ticket": held, "chosen": "mail-sorter"}, headers=SAME)
        assert chosen(web) == before
    finally:
        web.post("/counting", data={"count": "yes"}, headers=SAME)
    assert 'name="ticket"' in web.get("/?q=sort+mail").text


@pytest.mark.parametrize("held", ["", "x", "AAAA", "ü", "A" * 40_000])
def test_a_choice_without_a_ticket_of_this_server_is_not_written_down(web: TestClient, held: str) -> None:
    before = chosen(web)
    web.post("/choose", data={"ticket": held, "chosen": "mail-sorter"}, headers=SAME)
    assert chosen(web) == before


def test_what_was_not_shown_cannot_be_chosen(web: TestClient) -> None:
    before = chosen(web)
    held = ticket(web.get("/?q=sort+mail&maker=Acme&type=model").text)
    web.post("/choose", data={"ticket": held, "chosen": "letter-sorter"}, headers=SAME)
    assert web.post("/choose", data={"ticket": held, "chosen": "nothing"}, headers=SAME).status_code == 404
    assert chosen(web) == before


def test_a_server_that_records_nothing_gives_no_tickets(client: Client) -> None:
    silent = client(record=False)
    assert 'name="ticket"' not in silent.get("/?q=sort+mail").text
    assert "counted" not in silent.get("/").text


def test_what_is_published_while_serving_is_served(client: Client) -> None:
    web = client()
    assert web.get("/status").text.count("v000001")
    import pandas as pd

    rows = eight()
    rows[0]["description"] = "put every letter in its place"
    mg.rebuild(pd.DataFrame(rows), store=web.store, encoder=WordEncoder(), today=TODAY)  # type: ignore[attr-defined]
    deadline = time.monotonic() + 10
    while "Snapshot v000002, built" not in web.get("/status").text and time.monotonic() < deadline:
        time.sleep(0.2)
    assert "put every letter in its place" in web.get("/artifact/mail-sorter").text
