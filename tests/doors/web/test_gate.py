"""What stands before the pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from matchgraph.doors.web.bounds import Buckets, same_origin
from matchgraph.doors.web.gate import HEADERS
from matchgraph.doors.web.visitors import Shown, Visitors
from tests.doors.web.conftest import SAME, Client


@pytest.fixture(scope="module")
def web(client: Client) -> TestClient:
    return client(most_body=2_000, writes_per_minute=10_000)


@pytest.mark.parametrize("path", ["/", "/nowhere", "/assets/site.css", "/map.json", "/?q=" + "a" * 9_000])
def test_every_answer_carries_the_headers_that_keep_browsers_safe(web: TestClient, path: str) -> None:
    answer = web.get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/choose", "/counting"])
def test_a_page_elsewhere_cannot_write_here(web: TestClient, path: str, headers: dict[str, str]) -> None:
    assert web.post(path, data={"count": "no"}, headers=headers).status_code == 403


def test_a_browser_that_says_same_origin_may_write() -> None:
    assert same_origin(Headers({"sec-fetch-site": "same-origin", "host": "a"}))
    assert same_origin(Headers({"origin": "http://a:1", "host": "a:1"}))


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "localhost@evil.example:80"])
def test_a_name_that_was_pointed_here_by_somebody_else_is_refused(web: TestClient, host: str) -> None:
    assert web.get("/", headers={"Host": host}).status_code == 421
    told = web.get("/api/v1/health", headers={"Host": host})
    assert (told.status_code, told.headers["content-type"]) == (421, "application/problem+json")
    assert told.json()["type"] == "urn:matchgraph:problem:host"


@pytest.mark.parametrize("host", ["localhost", "localhost:9", "[::1]:8000", "127.0.0.1"])
def test_the_names_of_this_machine_are_answered(web: TestClient, host: str) -> None:
    assert web.get("/method", headers={"Host": host}).status_code == 200


def test_a_body_that_is_too_large_is_refused_whether_or_not_it_says_so(web: TestClient) -> None:
    def told_in_parts() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 100

    assert web.post("/choose", content=b"x" * 3_000, headers=SAME).status_code == 413
    assert web.post("/choose", content=told_in_parts(), headers=SAME).status_code == 413
    assert web.post("/choose", content=b"x", headers=SAME | {"Content-Length": "9" * 400}).status_code == 413


def test_an_address_that_is_too_long_is_refused(web: TestClient) -> None:
    assert web.get("/?q=" + "a" * 9_000).status_code == 414
    assert web.get("/artifact/" + "a" * 9_000).status_code == 414


def test_a_query_of_more_than_its_length_is_refused_in_words(web: TestClient) -> None:
    page = web.get("/?q=" + "a" * 600)
    assert page.status_code == 422
    assert "500 characters" in page.text


def test_who_asks_too_often_is_told_to_wait(client: Client) -> None:
    eager = client(per_minute=5, writes_per_minute=1)
    found = [eager.get("/method").status_code for _ in range(7)]
    assert found == [200] * 5 + [429] * 2
    assert eager.get("/method").headers["retry-after"]
    assert eager.get("/assets/site.css").status_code == 200


def test_a_bucket_fills_again_with_time_and_is_one_for_each() -> None:
    now = [0.0]
    bucket = Buckets(2 / 60, 2, clock=lambda: now[0])
    assert [bucket.take("a") for _ in range(3)] == [0, 0, 30]
    assert bucket.take("b") == 0
    now[0] = 30.0
    assert [bucket.take("a") for _ in range(2)] == [0, 30]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/..%2f..%2fsite.py",
        "/assets/%2e%2e/site.py",
        "/assets/../site.py",
        "/artifact/..%2f..%2f..%2fetc%2fpasswd",
        "/browse/..%2f..%2fetc",
        "/compare/..-vs-%2e%2e",
        "/artifact/%00",
        "/artifact/~2e~2e--etc--passwd",
    ],
)
def test_no_address_leads_to_a_file(web: TestClient, path: str) -> None:
    answer = web.get(path)
    assert answer.status_code == 404
    assert "root:" not in answer.text
    assert "import " not in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_ways_of_asking_are_refused(web: TestClient, method: str) -> None:
    assert web.request(method, "/", headers=SAME).status_code == 405


def test_a_ticket_that_was_changed_opens_nothing() -> None:
    visitors = Visitors()
    shown = Shown("a query", ("a", "b"), ("b",))
    held = visitors.ticket(shown)
    assert visitors.shown(held) == shown
    assert Visitors().shown(held) is None
    for at in range(0, len(held), 7):
        changed = held[:at] + ("A" if held[at] != "A" else "B") + held[at + 1 :]
        assert visitors.shown(changed) != Shown("a query", ("a", "b"), ())
        assert visitors.shown(changed) in (None, shown)
