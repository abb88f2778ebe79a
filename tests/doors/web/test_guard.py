"""What stands before a door: bodies and addresses have an end, and nobody asks without one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from matchgraph.doors.web.guard import Guard, Rules


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(await request.body())


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def guarded(rules: Rules, clock: Clock, caller: str = "192.0.2.1") -> TestClient:
    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])])
    return TestClient(Guard(app, rules, clock), client=(caller, 1))


def test_a_body_within_the_rules_arrives_whole(clock: Clock) -> None:
    assert guarded(Rules(body=10), clock).post("/", content=b"x" * 10).text == "x" * 10


def test_a_longer_body_is_refused_whether_its_length_is_stated_or_not(clock: Clock) -> None:
    def pieces() -> Iterator[bytes]:
        yield from [b"x" * 4] * 3

    client = guarded(Rules(body=10), clock)
    assert client.post("/", content=b"x" * 11).status_code == 413
    assert client.post("/", content=pieces()).status_code == 413


@pytest.mark.parametrize("stated", ["-1", "many", "1e3", "²"])
def test_a_length_that_is_no_number_is_refused(clock: Clock, stated: str) -> None:
    headers = {"Content-Length": stated.encode()}
    assert guarded(Rules(), clock).post("/", content=b"", headers=headers).status_code == 413


def test_a_burst_is_let_through_and_then_the_rate(clock: Clock) -> None:
    client = guarded(Rules(rate=2, burst=3), clock)
    assert [client.get("/").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert client.get("/").headers["retry-after"] == "1"
    clock.now = 1.0
    assert [client.get("/").status_code for _ in range(3)] == [200, 200, 429]


def test_callers_are_counted_apart_and_the_oldest_forgotten(clock: Clock) -> None:
    rules = Rules(rate=1, burst=1, callers=2)
    app = guarded(rules, clock).app
    ask = lambda caller: TestClient(app, client=(caller, 1)).get("/").status_code  # noqa: E731 - one line says it
    assert [ask("a"), ask("a"), ask("b"), ask("c"), ask("a")] == [200, 429, 200, 200, 200]


def test_a_rate_of_none_is_no_limit(clock: Clock) -> None:
    client = guarded(Rules(rate=0, burst=1), clock)
    assert {client.get("/").status_code for _ in range(20)} == {200}


def test_an_address_without_end_is_refused(clock: Clock) -> None:
    assert guarded(Rules(query=10), clock).get("/?" + "a" * 11).status_code == 414
