"""Hit files: every shape that tells a choice is read; every other is refused by file and line."""

import gzip
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from matchgraph.errors import SearchLogError
from matchgraph.searches.events import Channel, Outcome, SearchEvent
from matchgraph.searches.hits import read_hits, read_labelled
from matchgraph.searches.log import SearchLog

GOOD = {"query": "sort mail", "chosen": "mail-sorter"}


def written(tmp_path: Path, *rows: object, name: str = "hits.jsonl") -> Path:
    """A hit file of these rows; a text stands as its own line."""
    path = tmp_path / name
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def choices(path: Path) -> list[str | None]:
    return [event.chosen for event in read_hits([path])]


@pytest.mark.parametrize(
    ("told", "chosen"),
    [
        ({"chosen": "a"}, ["a"]),
        ({"chosen": None}, [None]),
        ({}, [None]),
        ({"gold": ["a"]}, ["a"]),
        ({"gold": ["a", "b"]}, ["a", "b"]),
        ({"gold": "a"}, ["a"]),
        ({"gold": ["a", "b", "a"]}, ["a", "b"]),  # one search ends in an artifact once
        ({"gold": []}, [None]),
        ({"shown": ["b", "a"], "chosen": "a"}, ["a"]),
        ({"shown": None, "chosen": "a"}, ["a"]),
        ({"shown": [], "chosen": "a"}, ["a"]),
        ({"chosen": "a", "outcome": None, "actor": None, "channel": None, "at": None}, ["a"]),
        ({"chosen": "a", "colour": "a field that no hit has"}, ["a"]),
    ],
)
def test_every_shape_of_a_hit_gives_its_choices(tmp_path, told, chosen):
    assert choices(written(tmp_path, {"query": "sort mail", **told})) == chosen


def test_a_choice_beside_an_empty_gold_column_is_read(tmp_path):
    assert choices(written(tmp_path, {"query": "sort mail", "gold": None, "chosen": "a"})) == ["a"]


def test_every_field_of_a_hit_is_read(tmp_path):
    row = {"query": "sort mail", "shown": ["b", "a"], "chosen": "a", "outcome": "did-not", "actor": "ada"}
    row |= {"channel": "agent", "at": "2026-05-01T12:00:00+02:00"}
    (event,) = read_hits([written(tmp_path, row)])
    noon = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert event == SearchEvent("sort mail", ("b", "a"), "a", Outcome.DID_NOT, "ada", Channel.AGENT, noon)


def test_a_labelled_query_knows_when_it_was_asked_where_that_is_stated(tmp_path):
    path = written(tmp_path, GOOD | {"at": "2026-05-01T12:00:00+02:00"}, GOOD)
    assert [each.at for each in read_labelled([path])] == [datetime(2026, 5, 1, 10, tzinfo=UTC), None]


@pytest.mark.parametrize("at", ["2026-05-01", "2026-05-01T00:00:00", "2026-05-01T00:00:00Z", "2026-05-01 00:00"])
def test_a_time_without_a_zone_is_taken_as_utc(tmp_path, at):
    (event,) = read_hits([written(tmp_path, GOOD | {"at": at})])
    assert event.at == datetime(2026, 5, 1, tzinfo=UTC)


def test_files_are_read_one_after_the_other(tmp_path):
    first = written(tmp_path, {"query": "one"}, {"query": "two"})
    second = written(tmp_path, {"query": "three"}, name="more.jsonl")
    assert [event.query for event in read_hits([second, first])] == ["three", "one", "two"]


def test_a_packed_file_reads_like_a_plain_one(tmp_path):
    plain = written(tmp_path, GOOD, {"query": "müll", "gold": ["b"]})
    packed = tmp_path / "hits.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert list(read_hits([packed])) == list(read_hits([plain]))


def test_empty_lines_are_passed_over_but_counted(tmp_path):
    path = written(tmp_path, "", GOOD, "   ", {"query": 5})
    hits = read_hits([path])
    assert next(hits).chosen == "mail-sorter"
    with pytest.raises(SearchLogError, match=f"{path} line 4"):
        next(hits)


def test_a_byte_order_mark_is_no_part_of_the_first_row(tmp_path):
    path = tmp_path / "hits.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode())
    assert choices(path) == ["mail-sorter"]


WRONG = {
    "no JSON": "sort mail, mail-sorter",
    "half an object": '{"query": "sort mail", "chosen": ',
    "JSON nested without end": "[" * 100_000,
    "a number of thousands of digits": '{"query": "q", "chosen": ' + "9" * 5_000 + "}",
    "a list": [1, 2],
    "a text": '"sort mail"',
    "null": "null",
    "no query": {"chosen": "a"},
    "a query that is a number": {"query": 5},
    "a query that is a list": {"query": ["sort", "mail"]},
    "a query of spaces": {"query": "  "},
    "a choice that is a number": {"query": "q", "chosen": 5},
    "an empty choice": {"query": "q", "chosen": ""},
    "a choice that is an object": {"query": "q", "chosen": {"id": "a"}},
    "a choice that is no Unicode": '{"query": "q", "chosen": "\\ud800"}',
    "gold of numbers": {"query": "q", "gold": [1, 2]},
    "gold of lists": {"query": "q", "gold": [["a"]]},
    "shown as a number": {"query": "q", "shown": 5},
    "shown as a text": {"query": "q", "shown": "abc"},
    "shown as an object": {"query": "q", "shown": {"a": 1, "b": 2}},
    "shown of numbers": {"query": "q", "shown": [1, 2]},
    "shown of lists": {"query": "q", "shown": [["a"]]},
    "shown twice": {"query": "q", "shown": ["a", "a"]},
    "chosen but not shown": {"query": "q", "shown": ["b"], "chosen": "a"},
    "an unknown outcome": {"query": "q", "chosen": "a", "outcome": "great"},
    "an outcome that is a list": {"query": "q", "chosen": "a", "outcome": ["worked"]},
    "an outcome of no choice": {"query": "q", "outcome": "worked"},
    "an unknown channel": {"query": "q", "channel": "robot"},
    "a channel in capitals": {"query": "q", "channel": "SYNTHETIC"},
    "a channel that is a number": {"query": "q", "channel": 7},
    "a day in words": {"query": "q", "at": "last May"},
    "a time that is a number": {"query": "q", "at": 5},
    "a time before the first year": {"query": "q", "at": "0001-01-01T00:00:00+10:00"},
    "an actor that is a number": {"query": "q", "actor": 5},
    "an actor that is a list": {"query": "q", "actor": ["ada"]},
}


@pytest.mark.parametrize("row", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_row_is_refused_by_file_and_line_and_nothing_is_taken_in(tmp_path, row):
    path = written(tmp_path, GOOD, row)
    log = SearchLog(tmp_path / "searches.sqlite")
    with pytest.raises(SearchLogError) as refused:
        log.take_in(read_hits([path]))
    assert str(refused.value).count(f"{path} line 2") == 1, "the place, and only once"
    assert list(log.events()) == []


def test_a_refusal_says_what_was_found(tmp_path):
    with pytest.raises(SearchLogError, match=r"line 1: chosen is 5; wanted artifact ids"):
        list(read_hits([written(tmp_path, {"query": "q", "chosen": 5})]))


@pytest.mark.parametrize("name", ["missing.jsonl", "folder", "latin.jsonl", "no.jsonl.gz", "half.jsonl.gz", "off.gz"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name):
    whole = gzip.compress(b"".join(json.dumps(GOOD | {"at": f"2026-05-{day:02}"}).encode() for day in range(1, 29)))
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin.jsonl").write_bytes('{"query": "müll"}'.encode("latin-1"))
    (tmp_path / "no.jsonl.gz").write_bytes(b"not packed at all")
    (tmp_path / "half.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "off.gz").write_bytes(whole[:20] + bytes(20) + whole[40:])
    with pytest.raises(SearchLogError, match=name):
        list(read_hits([tmp_path / name]))


def test_a_labelled_query_has_its_answers(tmp_path):
    path = written(tmp_path, {"query": "sort mail", "gold": ["a", "b"], "family": "mail", "query_id": "q1"})
    (labelled,) = read_labelled([path])
    assert (labelled.query_id, labelled.query) == ("q1", "sort mail")
    assert (labelled.gold, labelled.family) == (("a", "b"), "mail")


def test_a_labelled_query_may_name_one_choice_and_nothing_else(tmp_path):
    path = written(tmp_path, GOOD)
    (labelled,) = read_labelled([path])
    assert (labelled.query_id, labelled.gold, labelled.family) == (f"{path} line 1", ("mail-sorter",), "all")


@pytest.mark.parametrize("row", [{"query": "q"}, {"query": "q", "gold": []}, {"query": "q", "gold": [None]}])
def test_a_labelled_query_without_an_answer_has_none(tmp_path, row):
    assert [each.gold for each in read_labelled([written(tmp_path, GOOD, row)])] == [("mail-sorter",), ()]


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_where_no_file_is_a_reader_says_what_it_wanted(tmp_path, name):
    with pytest.raises(SearchLogError, match=r"no file of searches at .*: wanted one with `query` and `gold`"):
        read_labelled([tmp_path / name])
