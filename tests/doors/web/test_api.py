"""The JSON API: the engine's answers as they are, tags by snapshot, problems in one form, doors with keys."""

from __future__ import annotations

import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from pydantic import TypeAdapter
from starlette.testclient import TestClient

import matchgraph as mg
from matchgraph.answers.explain import Explanation
from matchgraph.answers.recommend import RecommendAnswer
from matchgraph.answers.search import SearchAnswer
from matchgraph.doors.keys import Keys, Scope
from matchgraph.doors.live import Live
from matchgraph.doors.web.api import PLACE, alone
from matchgraph.doors.web.desk import Answers
from matchgraph.doors.web.examples import EXAMPLES
from matchgraph.doors.web.guard import Rules
from tests.conftest import TODAY, WordEncoder, eight
from tests.vectors.test_remembered import SlowEncoder

HOSTILE = "<script>alert(1)</script> \u202e \x00 javascript:alert(1) '; DROP TABLE events; --"


def built(store: Path, rows: list[dict[str, object]]) -> Live:
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    return Live(store, encoder=WordEncoder(), pause=1e9)


def client_of(live: Live, rules: Rules | None = None) -> TestClient:
    return TestClient(alone(live, rules or Rules(rate=0)), base_url="http://testserver" + PLACE)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Live:
    """The small world behind a door: nothing here changes it."""
    return built(tmp_path_factory.mktemp("api"), eight())


@pytest.fixture(scope="module")
def client(live: Live) -> TestClient:
    return client_of(live)


@pytest.fixture
def store(live: Live, tmp_path: Path) -> Path:
    """A copy of the small world, to be changed."""
    return Path(shutil.copytree(live.store.path, tmp_path / "store"))


@pytest.fixture
def fresh(store: Path) -> Live:
    return Live(store, encoder=WordEncoder(), pause=1e9)


ASKED = {
    "search?q=sort+mail&without=words&without=best": lambda graph: graph.search("sort mail", without=["words", "best"]),
    "search?q=sort+mail+into+folders&k=3": lambda graph: graph.search("sort mail into folders", 3),
    "search?q=sort+mail&type=model&license=permissive&at_least=stars%3D500": lambda graph: graph.search(
        "sort mail", 10, mg.where(type="model", license="permissive", at_least={"stars": 500})
    ),
    "similar?artifact=sorter&k=2": lambda graph: graph.similar("mail-sorter", 2),
    "compare?left=mail-sorter&right=letter-sorter&need=MIT": lambda graph: graph.compare(
        "mail-sorter", "letter-sorter", need="MIT"
    ),
    "recommend?like=mail-sorter&avoid_license=MIT&prefer_maker=Beta&k=2": lambda graph: graph.recommend(
        "mail-sorter", avoid=mg.where(license="MIT"), prefer=mg.where(maker="Beta"), k=2
    ),
    "recommend?neither=mail-sorter&neither=letter-sorter&mode=adjacent": lambda graph: graph.recommend(
        neither=("mail-sorter", "letter-sorter"), mode="adjacent"
    ),
    "recommend?need=tag+photos&k=2": lambda graph: graph.recommend(need="tag photos", k=2),
    "explain?artifact=mail-sorter": lambda graph: graph.explain("mail-sorter"),
    "resolve?intent=sort+mail&alternatives=1": lambda graph: graph.best("sort mail", alternatives=1),
}


@pytest.mark.parametrize("address", ASKED)
def test_an_answer_is_what_the_engine_says(client: TestClient, live: Live, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert response.json() == json.loads(json.dumps(ASKED[address](live.graph).to_dict()))


def test_an_artifact_is_what_the_catalogue_has_by_any_of_its_names(client: TestClient) -> None:
    by_id, by_alias = client.get("artifacts/mail-sorter"), client.get("artifacts/sorter")
    assert by_id.json() == by_alias.json()
    assert by_id.json()["facts"]["stars"]["value"] == 900
    assert [each["name"] for each in by_id.json()["capabilities"]] == ["sort incoming", "flag spam"]


def test_an_id_may_hold_slashes(tmp_path: Path) -> None:
    named = eight()[0] | {"artifact_id": "hf:acme/mail sorter#1", "links": []}
    client = client_of(built(tmp_path, [named, *eight()[1:]]))
    for address in ("artifacts/hf:acme/mail%20sorter%231", "artifacts/hf%3Aacme%2Fmail%20sorter%231"):
        assert client.get(address).json()["artifact_id"] == "hf:acme/mail sorter#1"


@pytest.mark.parametrize("address", [*ASKED, "artifacts/mail-sorter"])
def test_what_has_not_changed_comes_without_a_body(client: TestClient, address: str) -> None:
    tag = client.get(address).headers["etag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}"):
        again = client.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_new_snapshot_has_another_tag_and_the_same_again_the_same(store: Path, fresh: Live) -> None:
    client = client_of(fresh)
    tags = [client.get("search?q=sort").headers["etag"]]
    for rows in (eight(), eight()[:7]):
        mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
        fresh.refresh()
        tags.append(client.get("search?q=sort").headers["etag"])
    assert tags[0] == tags[1] != tags[2]


def test_what_was_asked_before_is_answered_without_the_engine(
    store: Path, fresh: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(fresh)
    before = client.get("search?q=sort+mail").json()
    monkeypatch.setattr(mg.MatchGraph, "search", lambda *_, **__: pytest.fail("it was asked again"))
    assert client.get("search?q=sort+mail").json() == before
    monkeypatch.undo()
    mg.rebuild(pd.DataFrame(eight()[2:]), store=store, encoder=WordEncoder(), today=TODAY)
    fresh.refresh()
    assert "mail-sorter" not in {each["artifact_id"] for each in client.get("search?q=sort+mail").json()["items"]}


def test_of_many_searches_at_once_two_are_worked_on_and_those_that_wait_are_encoded_together(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, search = SlowEncoder(), mg.MatchGraph.search
    working, most = list[int](), list[int]()

    def watched(graph: mg.MatchGraph, *given: object, **more: object) -> SearchAnswer:
        working.append(1)
        most.append(len(working))
        time.sleep(0.02)
        try:
            return search(graph, *given, **more)
        finally:
            working.pop()

    inner.go_on.set()
    client = client_of(Live(store, encoder=inner, pause=1e9))
    monkeypatch.setattr(mg.MatchGraph, "search", watched)
    inner.begun.clear(), inner.go_on.clear(), inner.turns.clear()
    with ThreadPoolExecutor(12) as pool:
        answers = [pool.submit(client.get, f"search?q=sort+mail+{number}") for number in range(12)]
        assert inner.begun.wait(10)
        time.sleep(0.5)  # the others come
        inner.go_on.set()
        assert {answer.result().status_code for answer in answers} == {200}
    assert max(most) == 2
    assert len(inner.turns) < 12


def test_only_so_many_answers_are_held_and_no_long_ones() -> None:
    answers = Answers(most=2)
    for asked in "abac":
        answers.keep("tag", asked, answers.get("tag", asked) or asked.encode())
    assert [answers.get("tag", asked) for asked in "abc"] == [b"a", None, b"c"]
    answers.keep("tag", "d", b"d" * 100_000)
    assert answers.get("tag", "d") is None


def test_a_choice_changes_the_tags_of_answers_that_count_choices(fresh: Live) -> None:
    client = client_of(fresh)
    before = {address: client.get(address).headers["etag"] for address in ASKED}
    assert client.post("events", json={"query": "sort", "chosen": "mail-sorter"}).status_code == 201
    after = {address: client.get(address).headers["etag"] for address in ASKED}
    changed = {address.partition("?")[0] for address in ASKED if before[address] != after[address]}
    assert changed == {"compare", "explain", "resolve"}


@pytest.mark.parametrize(
    ("address", "status", "kind"),
    [
        ("search", 422, "parameters"),
        ("search?q=", 422, "parameters"),
        ("search?q=sort&colour=red", 422, "parameters"),
        ("search?q=sort&k=1000", 422, "parameters"),
        ("search?q=%20", 422, "question"),
        ("search?q=sort&maker=nobody", 422, "question"),
        ("search?q=sort&at_least=stars%3D-", 422, "question"),
        ("compare?left=mail-sorter&right=sorter", 422, "question"),
        ("explain?artifact=male-sorter", 404, "unknown-artifact"),
        ("artifacts/..%2F..%2Fetc%2Fpasswd", 404, "unknown-artifact"),
        ("nothing", 404, "not-found"),
        ("search?q=" + "a" * 20_000, 414, "address"),
        ("events", 401, "key"),
    ],
)
def test_what_cannot_be_answered_is_told_in_one_form(client: TestClient, address: str, status: int, kind: str) -> None:
    response = client.get(address)
    told = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, told["status"], told["type"]) == (status, status, f"urn:matchgraph:problem:{kind}")
    assert told["detail"]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("recommend?neither=a", "`neither` names a: wanted the two artifacts that were compared."),
        ("search?q=a&at_least=stars", "'stars': wanted a fact and a number, like stars=1000, or a day, like "),
        ("search?q=a&without=wat", "'wat'"),
    ],
)
def test_a_slip_is_told_in_a_sentence_and_in_the_speech_of_no_language_of_programs(
    client: TestClient, address: str, told: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.json()["errors"]) == (422, [])
    assert told in answer.json()["detail"]
    assert not set("()^[]") & set(answer.json()["detail"])


def test_a_name_that_is_not_known_comes_with_those_near(client: TestClient) -> None:
    assert client.get("explain?artifact=mail-sortr").json()["near"] == ["mail-sorter"]


def test_head_is_answered_like_get_without_the_body(client: TestClient) -> None:
    for address in ("search?q=sort+mail", "health", "explain?artifact=nothing", "openapi.json"):
        whole, head = client.get(address), client.head(address)
        assert (head.status_code, head.content) == (whole.status_code, b"")
        assert head.headers == whole.headers


def test_an_address_that_is_none_is_named_with_where_all_of_them_are(client: TestClient) -> None:
    told = client.get("serch").json()
    assert told["status"] == 404
    assert told["detail"] == f"there is no {PLACE}/serch here: {PLACE}/openapi.json has every address."


@pytest.mark.parametrize(
    "address", ["search?q=a&q=b", "explain?artifact=a&artifact=b", "compare?left=a&right=b&left=c"]
)
def test_what_is_stated_twice_and_taken_once_is_refused(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:matchgraph:problem:question")
    assert "is stated 2 times: state it once." in answer.json()["detail"]
    assert client.get("search?q=sort+mail&type=model&type=api").status_code == 200


def test_an_empty_name_is_called_empty(client: TestClient) -> None:
    answer = client.get("artifacts/")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "an empty name is no artifact's: wanted an id, a name or an alias."


def test_hostile_words_are_answered_like_any_others(client: TestClient) -> None:
    for address in ("search", "resolve"):
        response = client.get(address, params={"q" if address == "search" else "intent": HOSTILE})
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/json"
        assert response.headers["x-content-type-options"] == "nosniff"
    assert client.get("explain", params={"artifact": HOSTILE}).status_code == 404


def test_an_event_is_recorded_under_a_hashed_name(fresh: Live) -> None:
    told = {"query": "sort mail", "shown": ["Mail Sorter"], "chosen": "sorter", "outcome": "worked", "actor": "Ann"}
    response = client_of(fresh).post("events", json=told)
    assert response.status_code == 201
    assert response.json()["times_matched"] == 1
    (event,) = fresh.graph.log.events()
    assert (event.chosen, event.channel, event.outcome) == ("mail-sorter", "api", "worked")
    assert event.actor is not None
    assert "Ann" not in event.actor


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"query": " "}, 422),
        ({"query": "sort", "chosen": "nobody"}, 404),
        ({"query": "sort", "shown": ["photo-tagger"], "chosen": "mail-sorter"}, 422),
        ({"query": "sort", "outcome": "worked"}, 422),
        ({"query": "sort", "channel": "human"}, 403),
        ({"query": "sort", "at": "2020-01-01"}, 422),
        ({"query": "sort" * 20_000}, 413),
    ],
)
def test_what_is_no_event_is_refused_and_not_logged(fresh: Live, told: dict[str, object], status: int) -> None:
    assert client_of(fresh).post("events", json=told).status_code == status
    assert list(fresh.graph.log.events()) == []


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Content-Type": "text/plain"}]
)
def test_another_site_records_nothing(fresh: Live, headers: dict[str, str]) -> None:
    content = json.dumps({"query": "sort", "chosen": "mail-sorter"})
    response = client_of(fresh).post("events", content=content, headers={"Content-Type": "application/json"} | headers)
    assert response.status_code in (403, 422)
    assert list(fresh.graph.log.events()) == []


def test_where_there_are_keys_each_opens_its_own_doors(fresh: Live, store: Path) -> None:
    client, keys = client_of(fresh), Keys(store)
    shown = {scope: {"Authorization": f"Bearer {keys.make(scope, [scope])[1]}"} for scope in Scope}
    event = {"query": "sort", "chosen": "mail-sorter", "channel": "human"}
    for scope, (search, record, heard) in {
        Scope.READ: (200, 403, 403),
        Scope.RECORD: (403, 201, 403),
        Scope.ADMIN: (200, 201, 200),
    }.items():
        assert client.get("search?q=sort", headers=shown[scope]).status_code == search
        assert client.post("events", json=event, headers=shown[scope]).status_code == record
        assert client.get("events", headers=shown[scope]).status_code == heard
    counted = client.get("events", headers=shown[Scope.ADMIN]).json()
    assert counted == {"events": 2, "chosen": 2, "by_channel": {"human": 2}}
    without = client.get("search?q=sort")
    assert (without.status_code, without.headers["www-authenticate"]) == (401, "Bearer")
    assert client.get("health").status_code == 200


def test_what_is_wrong_with_the_files_stays_inside(fresh: Live, store: Path) -> None:
    (store / "keys.json").write_text("{")
    response = client_of(fresh).get("search?q=sort")
    assert response.status_code == 503
    assert str(store) not in response.text


def test_health_tells_the_snapshot_and_that_a_newer_one_is_damaged(fresh: Live, store: Path) -> None:
    client = client_of(fresh)
    assert client.get("health").json()["status"] == "ok"
    mg.rebuild(pd.DataFrame(eight()[:7]), store=store, encoder=WordEncoder(), today=TODAY)
    (store / "snapshots" / "v000002" / "ranking.parquet").unlink()
    fresh.refresh()
    told = client.get("health").json()
    assert (told["status"], told["snapshot"], told["counts"]["artifacts"]) == ("stale", "v000001", 8)
    assert str(store) not in json.dumps(told)


def test_examples_are_answers_of_their_type_whose_terms_add_up(client: TestClient) -> None:
    for shape, example in EXAMPLES.items():
        told = TypeAdapter(shape)
        assert told.validate_json(told.dump_json(example)) == example
        assert str(example)
    found, instead = EXAMPLES[SearchAnswer][0], EXAMPLES[RecommendAnswer][0]
    assert sum(reason.points for reason in found.reasons) == found.score
    assert sum(term.points for term in instead.terms) == instead.score
    assert sum(line.points for line in EXAMPLES[Explanation].rank_lines) == EXAMPLES[Explanation].rank
    account = client.get("/openapi.json").json()
    read = (asked["get"]["responses"]["200"] for asked in account["paths"].values() if "get" in asked)
    answered = [each["content"]["application/json"] for each in read]
    untold = [each["schema"]["$ref"].rpartition("_")[2] for each in answered if "example" not in each]
    assert [each.rpartition("/")[2] for each in untold] == ["Heard", "Health"]
    shown = account["paths"]["/search"]["get"]["responses"]["200"]["content"]["application/json"]
    assert shown["example"]["items"][0]["artifact_id"] == found.artifact_id
    assert shown["schema"] == {"$ref": "#/components/schemas/SearchAnswer"}
