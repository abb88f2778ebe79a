"""Every answer, whatever it is about: frozen, plain as JSON, a table where it is a list, and readable."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, dataclass, replace
from enum import StrEnum
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.values import Answer, Listing, Reason
from tests.conftest import TODAY, WordEncoder, eight

HOSTILE = "<script>alert('x')</script> & \"co\""


def opened(rows: list[dict[str, object]], store: Path) -> mg.MatchGraph:
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """The small world, opened once: its answers are shared."""
    return opened(eight(), tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def answers(world: mg.MatchGraph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    """One answer of every kind."""
    queries = tmp_path_factory.mktemp("queries") / "queries.jsonl"
    queries.write_text('{"query": "sort mail", "gold": ["mail-sorter"], "family": "mail"}\n')
    world.record(query="sort mail", chosen="mail-sorter")
    return {
        "search": world.search("sort mail"),
        "search with two results": world.search("sort mail", k=2),
        "search without a match": world.search("xqzv blorf"),
        "similar": world.similar("mail-sorter"),
        "compare": world.compare("mail-sorter", "mail-corpus"),
        "recommend": world.recommend("mail-sorter"),
        "recommend nothing": world.recommend("speech-writer"),
        "explain": world.explain("speech-writer"),
        "evaluate": world.evaluate([queries]),
    }


def test_every_answer_is_plain_json(answers: dict[str, Answer]) -> None:
    for name, answer in answers.items():
        text = json.dumps(answer.to_dict(), allow_nan=False)
        assert json.loads(text) == answer.to_dict(), name


def test_a_dict_of_an_answer_holds_no_enum_or_tuple(answers: dict[str, Answer]) -> None:
    def plain(value: object) -> bool:
        if type(value) is dict:
            return all(type(key) is str and plain(part) for key, part in value.items())
        if type(value) is list:
            return all(map(plain, value))
        return type(value) in (str, int, float, bool, type(None))

    for name, answer in answers.items():
        assert plain(answer.to_dict()), name


def test_a_list_has_one_row_an_item(answers: dict[str, Answer]) -> None:
    for name, answer in answers.items():
        if isinstance(answer, Listing):
            frame = answer.to_frame()
            assert len(frame) == len(answer) == len(list(answer)) == len(answer.to_dict()["items"]), name
            if "artifact_id" in frame:
                assert list(frame["artifact_id"]) == [item.artifact_id for item in answer]
                assert list(frame["score"]) == [item.score for item in answer]


def test_reasons_stand_in_the_table_as_one_text(answers: dict[str, Answer]) -> None:
    answer = answers["search"]
    assert answer.to_frame()["reasons"][0] == "; ".join(reason.text for reason in answer[0].reasons)


def test_repr_is_the_readable_text(answers: dict[str, Answer]) -> None:
    for name, answer in answers.items():
        assert repr(answer) == str(answer) == "\n".join(answer.lines()), name
        assert "items=(" not in repr(answer), name
        assert type(answer).__name__ not in repr(answer), name


def test_an_empty_answer_says_why(answers: dict[str, Answer]) -> None:
    for name in ("search without a match", "recommend nothing"):
        answer = answers[name]
        assert len(answer) == 0
        assert answer.note
        assert answer.note in repr(answer)
        assert answer.note in answer.to_dict()["note"]


def test_nothing_in_an_answer_can_be_changed(answers: dict[str, Answer]) -> None:
    for answer in answers.values():
        with pytest.raises(FrozenInstanceError):
            answer.note = "changed"
    with pytest.raises(FrozenInstanceError):
        answers["search"][0].score = 9.0


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags(html: str) -> list[str]:
    parser = _Tags()
    parser.feed(html)
    parser.close()
    assert parser.open == [], html
    return parser.seen


def test_notebook_html_is_well_formed(answers: dict[str, Answer]) -> None:
    for answer in answers.values():
        assert tags(answer._repr_html_())


def test_notebook_html_escapes_what_the_catalogue_says(answers: dict[str, Answer]) -> None:
    search = answers["search"]
    bad_item = replace(search[0], name=HOSTILE, reasons=(Reason("capability", HOSTILE, 0.5),))
    compared = answers["compare"]
    hostile = [
        replace(search, items=(bad_item,), query=HOSTILE, note=HOSTILE),
        replace(answers["similar"], items=(replace(answers["similar"][0], name=HOSTILE),), note=HOSTILE),
        replace(answers["search without a match"], note=HOSTILE),
        replace(answers["explain"], name=HOSTILE, description=HOSTILE),
        replace(compared, left=replace(compared.left, name=HOSTILE)),
        replace(answers["evaluate"], items=(replace(answers["evaluate"][0], family=HOSTILE),)),
    ]
    for answer in hostile:
        html = answer._repr_html_()
        assert "script" not in tags(html)
        assert "&lt;script&gt;" in html


def test_a_query_that_is_a_tag_does_not_become_one(world: mg.MatchGraph) -> None:
    answer = world.search("<script>alert(1)</script> xqzv blorf")
    assert "script" not in tags(answer._repr_html_())


class _Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class _Thing:
    artifact_id: str
    colours: tuple[_Colour, ...]
    reasons: tuple[Reason, ...]


def test_a_list_can_be_walked_counted_and_indexed() -> None:
    things = tuple(_Thing(name, (_Colour.RED,), (Reason("a", "first", 0.5), Reason("b", "second"))) for name in "xyz")
    listing = Listing(things, None)
    assert [thing.artifact_id for thing in listing] == ["x", "y", "z"]
    assert (len(listing), listing[1].artifact_id, listing[-1].artifact_id) == (3, "y", "z")
    assert listing.to_frame().to_dict("records")[0] == {
        "artifact_id": "x",
        "colours": "red",
        "reasons": "first; second",
    }
    assert listing.to_dict()["items"][0]["colours"] == ["red"]
    assert listing.to_dict()["items"][0]["reasons"][1] == {"kind": "b", "text": "second", "points": None}
