"""The search log: what is acknowledged is kept, whoever writes beside or is killed; no name stands in it."""

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy

import matchgraph as mg
from matchgraph.errors import QuestionError, SearchLogError, UnknownArtifact
from matchgraph.searches.events import Channel, Outcome, SearchEvent
from matchgraph.searches.hits import read_hits
from matchgraph.searches.log import SearchLog, Where, _postgres, counted, events_of, times_matched
from tests.conftest import TODAY, WordEncoder
from tests.searches.postgres_server import programs, server
from tests.snapshot.faults import child

MAY = datetime(2026, 5, 1, tzinfo=UTC)
WRITER = """
import sys
from pathlib import Path
from matchgraph.searches.events import SearchEvent
from matchgraph.searches.log import SearchLog

path, name, wanted = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
log = SearchLog(path)
for number in range(wanted):
    log.record(SearchEvent(f"{name} {number}", chosen=name, actor=name))
    print(number, flush=True)
"""


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server of our own."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with server() as url:
        yield url


def emptied(url: str) -> str:
    engine = sqlalchemy.create_engine(url.replace("postgresql", "postgresql+psycopg"))
    with engine.begin() as base:
        base.execute(sqlalchemy.text("DROP TABLE IF EXISTS events, meta"))
    engine.dispose()
    _postgres.cache_clear()
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def where(request, tmp_path) -> Where:
    """Where a log may be: the same is asked of every base."""
    return tmp_path / "searches.sqlite" if request.param == "sqlite" else emptied(request.getfixturevalue("postgres"))


@pytest.fixture
def any_log(where) -> SearchLog:
    return SearchLog(where)


@pytest.fixture
def log(tmp_path) -> SearchLog:
    return SearchLog(tmp_path / "searches.sqlite")


def writer(path: Path, name: str, wanted: int) -> subprocess.Popen[str]:
    """A process that waits to be told, then records that many events and says so after each."""
    command = [sys.executable, "-c", WRITER, str(path), name, str(wanted)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def told(process: subprocess.Popen[str]) -> None:
    process.stdin.write("go\n")
    process.stdin.flush()


def everything_in(folder: Path) -> bytes:
    """All bytes of all files: the log, what SQLite keeps beside it, anything else."""
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_an_event_comes_back_as_it_was_recorded(any_log):
    event = SearchEvent("Sörting  mail", ("b", "a"), "a", Outcome.WORKED, None, Channel.AGENT, MAY)
    any_log.record(event)
    assert list(any_log.events()) == [event]


def test_an_event_without_a_time_gets_the_time_it_was_recorded_at(any_log):
    before = datetime.now(UTC)
    any_log.record(SearchEvent("sort mail"))
    (event,) = any_log.events()
    assert before <= event.at <= datetime.now(UTC)


def test_events_come_in_the_order_they_were_written(any_log):
    for query in ("c", "a", "b"):
        any_log.record(SearchEvent(query, at=MAY))
    assert [event.query for event in any_log.events()] == ["c", "a", "b"]


def test_a_log_opened_again_holds_what_it_held(any_log):
    any_log.record(SearchEvent("sort mail", chosen="a", actor="ada", at=MAY))
    assert list(SearchLog(any_log.where).events()) == list(any_log.events())


def test_a_record_is_visible_at_once_to_whoever_has_the_log_open(any_log):
    other = SearchLog(any_log.where)
    assert other.times_matched("a") == 0
    any_log.record(SearchEvent("sort mail", chosen="a"))
    assert other.times_matched("a") == 1


def test_a_synthetic_choice_is_no_match(any_log):
    any_log.record(SearchEvent("sort mail", chosen="a", channel=Channel.SYNTHETIC))
    any_log.take_in([SearchEvent("sort mail", chosen="a", channel=Channel.SYNTHETIC)])
    assert any_log.times_matched("a") == 0


def test_text_that_is_no_unicode_is_kept_as_far_as_it_goes(any_log):
    any_log.record(SearchEvent("sort \ud800 mail", actor="\udfff", at=MAY))
    assert [event.query for event in any_log.events()] == ["sort ? mail"]


def files_in(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def test_counting_in_a_log_that_is_not_there_makes_none(tmp_path):
    assert times_matched(tmp_path / "searches.sqlite", "a") == 0
    assert files_in(tmp_path) == {}


@pytest.mark.parametrize("writable", [True, False])
def test_counting_needs_no_file_beside_the_log(log, monkeypatch, writable):
    log.record(SearchEvent("sort mail", chosen="a"))
    log.close()
    log.path.with_name(log.path.name + ".lock").unlink()
    monkeypatch.setattr(os, "access", lambda *_: writable)
    before = files_in(log.path.parent)
    assert times_matched(log.path, "a") == 1
    assert files_in(log.path.parent) == before


def test_what_a_writer_has_not_yet_folded_into_the_log_is_counted_by_who_may_only_read(log, monkeypatch):
    with closing(sqlite3.connect(log.path)) as base:  # as long as it is open, new events stand beside the log
        base.execute("SELECT count(*) FROM events")
        log.record(SearchEvent("sort mail", chosen="a"))
        monkeypatch.setattr(os, "access", lambda *_: False)
        assert times_matched(log.path, "a") == 1


# Who searched


def test_a_recorded_actor_is_never_stored_in_the_clear(log):
    log.record(SearchEvent("sort mail", actor="ada@example.org"))
    (event,) = log.events()
    assert event.actor not in (None, "ada@example.org")
    assert b"ada@example.org" not in everything_in(log.path.parent)


def test_an_imported_actor_is_never_stored_in_the_clear(log):
    log.take_in([SearchEvent("sort mail", actor="ada@example.org")])
    (event,) = log.events()
    assert event.actor not in (None, "ada@example.org")
    assert b"ada@example.org" not in everything_in(log.path.parent)


def test_one_person_has_one_hash_however_the_event_came(any_log):
    any_log.record(SearchEvent("sort mail", actor="ada"))
    any_log.record(SearchEvent("flag spam", actor="ada"))
    any_log.take_in([SearchEvent("tag photos", actor="ada")])
    any_log.record(SearchEvent("sort mail", actor="bob"))
    ada, again, imported, bob = (event.actor for event in any_log.events())
    assert ada == again == imported != bob


def test_the_hash_of_an_actor_is_salted_by_the_log(log, tmp_path):
    other = SearchLog(tmp_path / "other.sqlite")
    for each in (log, other):
        each.record(SearchEvent("sort mail", actor="ada"))
    (here,), (there,) = log.events(), other.events()
    assert here.actor != there.actor
    assert not hashlib.sha256(b"ada").hexdigest().startswith(here.actor)


def test_no_actor_stays_no_actor(any_log):
    any_log.record(SearchEvent("sort mail"))
    any_log.take_in([SearchEvent("flag spam")])
    assert [event.actor for event in any_log.events()] == [None, None]


# Imports


def test_the_same_import_twice_is_once(any_log):
    rows = [SearchEvent("sort mail", chosen="a", actor="ada"), SearchEvent("flag spam", ("b", "a"), "b", at=MAY)]
    assert [any_log.take_in(rows), any_log.take_in(rows), SearchLog(any_log.where).take_in(rows)] == [2, 0, 0]
    assert len(list(any_log.events())) == 2


def test_the_same_row_twice_in_an_import_is_two_searches(any_log):
    twice = [SearchEvent("sort mail", chosen="a")] * 2
    assert [any_log.take_in(twice), any_log.take_in(twice)] == [2, 0]
    assert any_log.times_matched("a") == 2


def test_a_grown_import_adds_what_is_new(any_log):
    one, two = SearchEvent("sort mail", chosen="a"), SearchEvent("flag spam", chosen="a")
    assert [any_log.take_in([one]), any_log.take_in([two, one, one])] == [1, 2]
    assert any_log.times_matched("a") == 3


@pytest.mark.parametrize(
    "other",
    [
        SearchEvent("sort  mail", ("a",), "a", None, "ada", Channel.HUMAN, MAY),
        SearchEvent("sort mail", ("a", "b"), "a", None, "ada", Channel.HUMAN, MAY),
        SearchEvent("sort mail", ("a",), None, None, "ada", Channel.HUMAN, MAY),
        SearchEvent("sort mail", ("a",), "a", Outcome.WORKED, "ada", Channel.HUMAN, MAY),
        SearchEvent("sort mail", ("a",), "a", None, "bob", Channel.HUMAN, MAY),
        SearchEvent("sort mail", ("a",), "a", None, "ada", Channel.API, MAY),
        SearchEvent("sort mail", ("a",), "a", None, "ada", Channel.HUMAN, MAY.replace(second=1)),
    ],
)
def test_rows_that_differ_in_any_field_are_different_searches(any_log, other):
    any_log.take_in([SearchEvent("sort mail", ("a",), "a", None, "ada", Channel.HUMAN, MAY)])
    assert any_log.take_in([other]) == 1


def test_an_import_of_nothing_changes_nothing(any_log):
    assert any_log.take_in([]) == 0


def test_an_import_that_breaks_off_leaves_nothing_behind(any_log, tmp_path):
    path = tmp_path / "hits.jsonl"
    path.write_text('{"query": "sort mail", "chosen": "a"}\n{"query": 5}\n')
    with pytest.raises(SearchLogError):
        any_log.take_in(read_hits([path]))
    assert list(any_log.events()) == []


def test_an_import_does_not_swallow_a_recorded_search_that_looks_the_same(any_log):
    event = SearchEvent("sort mail", chosen="a", at=MAY)
    any_log.record(event)
    any_log.record(event)
    assert any_log.take_in([event]) == 1
    assert any_log.times_matched("a") == 3


# Many writers, killed writers, damaged files


def test_four_processes_writing_at_once_lose_no_event(tmp_path):
    path = SearchLog(tmp_path / "searches.sqlite").path
    writers = [writer(path, name, 200) for name in "abcd"]
    for process in writers:
        assert process.stdout.readline() == "ready\n"
    for process in writers:
        told(process)
    for process in writers:
        process.communicate()
    assert [process.returncode for process in writers] == [0] * 4
    wanted = {f"{name} {number}" for name in "abcd" for number in range(200)}
    events = list(SearchLog(path).events())
    assert len(events) == 800
    assert {event.query for event in events} == wanted
    assert [SearchLog(path).times_matched(name) for name in "abcd"] == [200] * 4


def test_a_log_that_many_open_at_the_same_moment_is_made_once(tmp_path):
    def opened(path: Path) -> SearchLog:
        together.wait()
        return SearchLog(path)

    together = Barrier(8)
    with ThreadPoolExecutor(8) as threads:
        for number in range(30):
            logs = list(threads.map(opened, [tmp_path / str(number) / "searches.sqlite"] * 8))
    for log in logs:
        log.record(SearchEvent("sort mail", actor="ada"))
    (ada,) = {event.actor for event in logs[0].events()}
    assert ada is not None, "one log with one salt"


def test_a_writer_killed_outright_loses_no_event_that_it_acknowledged(tmp_path):
    rounds = {tmp_path / str(kill_after) / "searches.sqlite": kill_after for kill_after in (1, 2, 5, 13, 40)}
    writers = {path: writer(path, "a", 1_000_000) for path in rounds}
    for path, process in writers.items():
        with process:
            assert process.stdout.readline() == "ready\n"
            told(process)
            said = [process.stdout.readline() for _ in range(rounds[path])]
            process.kill()
            # Not by `communicate`: it passes over the lines that readline has taken in and not yet given.
            said += process.stdout.read().splitlines()
        assert process.returncode == -signal.SIGKILL
        log = SearchLog(path)
        kept = [event.query for event in log.events()]
        assert len(kept) - len(said) in (0, 1), "the last one may be kept and not yet acknowledged"
        assert kept == [f"a {number}" for number in range(len(kept))]
        log.record(SearchEvent("after", chosen="b"))
        assert log.times_matched("b") == 1


def filled(log: SearchLog) -> Path:
    log.take_in(SearchEvent(f"query number {number}", chosen="a") for number in range(500))
    log.close()
    return log.path


@pytest.mark.parametrize(
    "content", [b"this is no database, whatever its name says" * 50, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_a_file_that_is_no_database_is_refused_by_name(tmp_path, content):
    path = tmp_path / "searches.sqlite"
    path.write_bytes(content)
    with pytest.raises(SearchLogError, match=str(path)):
        SearchLog(path)


def test_a_log_that_cannot_be_written_to_is_refused_by_name(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SearchLogError, match=r"the search log .*searches\.sqlite cannot be written to: "):
        SearchLog(tmp_path / "file" / "searches.sqlite")


def test_a_folder_in_the_place_of_the_log_is_refused_by_name(tmp_path):
    with pytest.raises(SearchLogError, match=str(tmp_path)):
        SearchLog(tmp_path)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_a_log_cut_short_is_refused(log, kept):
    content = filled(log).read_bytes()
    log.path.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(SearchLogError, match=str(log.path)):
        list(SearchLog(log.path).events())


def test_a_log_with_an_overwritten_page_is_refused(log):
    content = filled(log).read_bytes()
    log.path.write_bytes(content[:4096] + b"\xaa" * 8192 + content[3 * 4096 :])
    with pytest.raises(SearchLogError, match=str(log.path)):
        list(SearchLog(log.path).events())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("channel", "robot"),
        ("outcome", "great"),
        ("shown", "[not json"),
        ("shown", "5"),
        ("at", "last May"),
        ("at", "2026-05-01T00:00:00"),
        ("query", " "),
    ],
)
def test_a_row_that_is_no_event_is_refused_as_damage_of_the_log(log, column, value):
    log.record(SearchEvent("sort mail", chosen="a"))
    with closing(sqlite3.connect(log.path)) as base, base:
        base.execute(f"UPDATE events SET {column} = ?", (value,))
    with pytest.raises(SearchLogError):
        list(log.events())


# Together, in line, and from wherever


def test_many_events_are_kept_together_or_not_at_all(any_log):
    kept = any_log.record_many(SearchEvent(f"query {number}", actor="ada") for number in range(100))
    assert list(any_log.events()) == kept
    with pytest.raises(SearchLogError):
        any_log.record_many([SearchEvent("fine"), SearchEvent("  ")])
    assert len(list(any_log.events())) == 100
    assert any_log.record_many([]) == []


def test_threads_that_share_a_log_write_together_and_lose_nothing(any_log):
    def records(number: int) -> None:
        for turn in range(20):
            any_log.record(SearchEvent(f"{number} {turn}"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(records, range(8)))
    assert sorted(event.query for event in any_log.events()) == sorted(f"{n} {t}" for n in range(8) for t in range(20))


def test_what_cannot_be_written_is_said_to_every_thread_that_waited(log, monkeypatch):
    def refuses(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    def refused(number: int) -> bool:
        with pytest.raises(SearchLogError, match="disk is full"):
            log.record(SearchEvent(f"query {number}"))
        return True

    with monkeypatch.context() as patch:
        patch.setattr("matchgraph.searches.sqlite._Writer.append", refuses)
        with ThreadPoolExecutor(4) as threads:
            assert all(threads.map(refused, range(8)))
    log.record(SearchEvent("with room again"))
    assert [event.query for event in log.events()] == ["with room again"]


def test_a_log_that_was_deleted_is_made_again_and_nothing_is_written_to_the_deleted_one(log):
    log.record(SearchEvent("before"))
    for path in log.path.parent.glob("searches.sqlite*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    log.record(SearchEvent("after"))
    assert [event.query for event in SearchLog(log.path).events()] == ["after"]


def test_a_forked_child_records_beside_its_parent(any_log):
    any_log.record(SearchEvent("parent"))
    process = child(lambda: any_log.record(SearchEvent("child")))
    process.join(30)
    any_log.record(SearchEvent("parent again"))
    assert process.exitcode == 0
    assert [event.query for event in any_log.events()] == ["parent", "child", "parent again"]


def test_a_closed_log_opens_again_when_it_is_needed(any_log):
    any_log.close()
    any_log.record(SearchEvent("sort mail", chosen="a"))
    any_log.close()
    assert any_log.times_matched("a") == 1


def test_a_nul_is_no_reason_to_lose_a_search(any_log):
    any_log.record(SearchEvent("sort\0mail"))
    assert [event.query for event in any_log.events()] == ["sort?mail"]


def test_a_file_may_be_named_as_a_url(tmp_path):
    SearchLog(f"sqlite:///{tmp_path}/s.sqlite").record(SearchEvent("sort mail", chosen="a"))
    assert times_matched(tmp_path / "s.sqlite", "a") == times_matched(str(tmp_path / "s.sqlite"), "a") == 1


@pytest.mark.parametrize("where", ["mysql://host/base", "sqlite://relative", "http://host"])
def test_another_kind_of_base_is_refused_with_what_is_wanted(where):
    with pytest.raises(SearchLogError, match="wanted a file, sqlite:///FILE or postgresql://HOST/BASE"):
        SearchLog(where)


def test_a_server_that_is_not_there_is_named_without_its_password():
    with pytest.raises(
        SearchLogError, match=r"postgresql\+psycopg://ada:\*\*\*@127\.0\.0\.1:1/base cannot be used"
    ) as error:
        SearchLog("postgresql://ada:secret@127.0.0.1:1/base")
    assert "secret" not in str(error.value)


def test_a_store_may_keep_its_searches_elsewhere(store, catalogue_file, where, monkeypatch):
    monkeypatch.setenv("MATCHGRAPH_LOG", str(where))
    mg.open(store, encoder=WordEncoder()).record(query="sort mail", chosen="mail-sorter")
    assert mg.open(store, encoder=WordEncoder()).times_matched("mail-sorter") == 1
    report = mg.rebuild(catalogue_file, store=store, encoder=WordEncoder(), today=TODAY)
    assert report.counts["real searches"] == 1
    monkeypatch.delenv("MATCHGRAPH_LOG")
    assert mg.open(store, encoder=WordEncoder()).times_matched("mail-sorter") == 0
    assert mg.open(store, encoder=WordEncoder(), log=where).times_matched("mail-sorter") == 1


# The door: graph.record


def test_a_recorded_search_counts_at_once_in_every_open_graph(world, store):
    other = mg.open(store, encoder=WordEncoder())
    event = world.record(query="sort mail", shown=["letter-sorter", "mail-sorter"], chosen="mail-sorter")
    assert event.chosen == "mail-sorter"
    for graph in (world, other):
        assert graph.times_matched("mail-sorter") == 1
        assert graph.explain("mail-sorter").times_matched == 1
        assert graph.times_matched("letter-sorter") == 0


def test_a_recorded_search_may_use_names_and_aliases(world):
    event = world.record(query="sort mail", shown=["Mail Sorter", "LETTER SORTER"], chosen="sorter")
    assert (event.shown, event.chosen) == (("mail-sorter", "letter-sorter"), "mail-sorter")


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        ({"chosen": "mail-sortr"}, UnknownArtifact, "Did you mean .*mail-sorter"),
        ({"shown": ["mail-sorter", "nothing-like-it"]}, UnknownArtifact, "nothing-like-it"),
        ({"chosen": "mail-sorter", "outcome": "great"}, QuestionError, "'great': wanted one of worked, did-not"),
        ({"channel": "robot"}, QuestionError, "'robot': wanted one of human, agent, api, synthetic"),
        ({"outcome": "worked"}, SearchLogError, "nothing was chosen"),
        ({"shown": ["mail-sorter"], "chosen": "photo-tagger"}, SearchLogError, "not among the shown mail-sorter"),
        ({"shown": ["mail-sorter", "sorter"]}, SearchLogError, "shown twice"),
        ({"query": " "}, SearchLogError, "without a query"),
    ],
)
def test_a_wrong_search_is_refused_and_leaves_no_trace(world, wrong, error, says):
    with pytest.raises(error, match=says):
        world.record(**({"query": "sort mail"} | wrong))
    assert list(world.log.events()) == []


def test_every_field_of_a_recorded_search_reaches_the_log(world):
    world.record(query="q", shown=["mail-sorter"], chosen="mail-sorter", outcome="worked", actor="x", channel="agent")
    (event,) = world.log.events()
    assert (event.query, event.shown, event.chosen) == ("q", ("mail-sorter",), "mail-sorter")
    assert (event.outcome, event.channel) == (Outcome.WORKED, Channel.AGENT)
    assert event.actor not in (None, "x")


def test_synthetic_searches_change_neither_counts_nor_graph_nor_rank(store, catalogue_file, tmp_path):
    hits = tmp_path / "hits.jsonl"
    row = {"query": "sort mail", "gold": ["mail-sorter", "letter-sorter"], "channel": "synthetic"}
    hits.write_text(f"{json.dumps(row)}\n" * 50)
    world = mg.open(store, encoder=WordEncoder())
    world.record(query="sort mail", chosen="mail-sorter", channel="synthetic")
    report = mg.rebuild(catalogue_file, store=store, hits=[hits], encoder=WordEncoder(), today=TODAY)
    assert (report.new_events, report.published, report.digest) == (100, False, world.manifest.digest)
    after = mg.open(store, encoder=WordEncoder())
    assert after.times_matched("mail-sorter") == 0
    assert after.snapshot.graph.of("mail-sorter", "choice") == []
    assert after.snapshot.ranking.table.equals(world.snapshot.ranking.table)
    assert after.manifest.counts["real searches"] == 0


def test_a_log_of_before_there_were_lots_is_read_and_written_on(tmp_path: Path) -> None:
    log = SearchLog(tmp_path / "log.sqlite")
    imported = [SearchEvent("sort mail", chosen="a"), SearchEvent("flag spam", ("a", "b"), "b")]
    log.take_in(imported)
    with sqlite3.connect(log.path) as base:
        base.execute("ALTER TABLE events DROP COLUMN explored")
    assert [event.explored for event in events_of(log.path)] == [(), ()]
    again = SearchLog(log.path)
    assert again.take_in(imported) == 0
    again.record(SearchEvent("tag photos", ("a", "b"), "b", explored=("b",)))
    assert [event.explored for event in again.events()] == [(), (), ("b",)]


def test_what_was_drawn_by_lot_has_to_be_among_the_shown() -> None:
    with pytest.raises(SearchLogError, match="c drawn by lot, but not among the shown a, b"):
        SearchEvent("q", ("a", "b"), explored=("c",))


def test_events_are_counted_by_channel(any_log) -> None:
    assert counted(any_log.where) == {}
    any_log.record(SearchEvent("sort mail", ("a", "b"), "a"))
    any_log.record(SearchEvent("sort mail", ("a", "b")))
    any_log.record(SearchEvent("sort mail", ("a",), "a", channel=Channel.SYNTHETIC))
    assert counted(any_log.where) == {Channel.HUMAN: (2, 1), Channel.SYNTHETIC: (1, 1)}


def test_counting_what_is_not_there_makes_nothing(tmp_path: Path) -> None:
    assert counted(tmp_path / "log") == {}
    assert not list(tmp_path.iterdir())
