"""Writers who wait are written for by whoever's turn it is, once, whoever is killed and when."""

import os
import signal
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from random import Random

import pytest

from matchgraph.searches.events import SearchEvent
from matchgraph.searches.line import Line
from matchgraph.searches.log import SearchLog
from matchgraph.searches.sqlite import _Writer
from matchgraph.searches.trays import Trays
from tests.searches.load import killed_beside_others
from tests.snapshot.faults import child


@pytest.fixture
def path(tmp_path):
    SearchLog(tmp_path / "searches.sqlite").close()
    return tmp_path / "searches.sqlite"


def queries(path) -> list[str]:
    return [event.query for event in SearchLog(path).events()]


def dies(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def one_who_waits(path, query: str):
    """Somebody else is in when the query is to be recorded: it is laid, and what is done here is done by who is in."""
    other = SearchLog(path)
    with ThreadPoolExecutor(1) as threads, closing(other):
        line = Line(path)
        with line.turn():
            done = threads.submit(other.record, SearchEvent(query))
            while not any(file.stat().st_size > 100 for file in path.with_name(f"{path.name}.trays").iterdir()):
                assert not done.done(), done.result()
            yield line
        done.result()


def is_in(patch: pytest.MonkeyPatch) -> None:
    """As if the turn that the test has were everybody's."""
    patch.setattr(Line, "enter", lambda self: None)
    patch.setattr(Line, "enter_at_once", lambda self: True)
    patch.setattr(Line, "leave", lambda self: None)


def records_and_is_killed(path, when: Callable[[pytest.MonkeyPatch], None]) -> None:
    """A process of its own that is in, records, and is killed on the way."""

    def task() -> None:
        with pytest.MonkeyPatch.context() as patch:
            is_in(patch)
            log = SearchLog(path)
            when(patch)
            log.record(SearchEvent("of the killed"))

    process = child(task)
    process.join()
    assert process.exitcode == -signal.SIGKILL


def lays_and_is_killed(path) -> None:
    """A process of its own that has to wait, and is killed while it does."""

    def task() -> None:
        with pytest.MonkeyPatch.context() as patch:
            is_in(patch)
            log = SearchLog(path)
            patch.setattr(Line, "enter_at_once", lambda self: False)
            patch.setattr(Line, "wait", dies)
            log.record(SearchEvent("of one who waits"))

    process = child(task)
    process.join()
    assert process.exitcode == -signal.SIGKILL


def test_what_is_laid_by_one_who_waits_is_written_by_whoever_is_in(path, monkeypatch):
    log = SearchLog(path)
    with monkeypatch.context() as forbidden, one_who_waits(path, "of one who waits"):
        with monkeypatch.context() as patch:
            is_in(patch)
            log.record(SearchEvent("of one who is in"))
        forbidden.setattr(_Writer, "commit", None)  # from here on nobody can write
    assert queries(path) == ["of one who is in", "of one who waits"]


def test_a_writer_killed_after_the_commit_leaves_nothing_to_be_written_twice(path):
    with one_who_waits(path, "of one who waits"):
        records_and_is_killed(path, lambda patch: patch.setattr(Line, "leave", dies))
    assert queries(path) == ["of the killed", "of one who waits"]


def test_a_writer_killed_before_the_commit_leaves_everybody_to_write_his_own(path):
    def when(patch) -> None:
        taken = _Writer._append_laid
        patch.setattr(_Writer, "_append_laid", lambda self, base: (taken(self, base), dies()))

    with one_who_waits(path, "of one who waits"):
        records_and_is_killed(path, when)
    assert queries(path) == ["of one who waits"]


def test_what_somebody_killed_while_he_waited_had_laid_is_written_at_most_once(path):
    log = SearchLog(path)
    with Line(path).turn():
        lays_and_is_killed(path)
    log.record(SearchEvent("first"))
    log.record(SearchEvent("second"))
    assert queries(path).count("of one who waits") <= 1
    assert [query for query in queries(path) if query != "of one who waits"] == ["first", "second"]


def test_the_tray_of_the_dead_is_taken_away_by_the_next_who_comes(path):
    with Line(path).turn():
        lays_and_is_killed(path)
    trays = path.with_name(f"{path.name}.trays")
    (dead,) = os.listdir(trays)
    log = SearchLog(path)
    assert dead not in os.listdir(trays)
    log.close()
    assert os.listdir(trays) == []
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("SELECT count(*) FROM trays").fetchone() == (0,)


def test_nothing_of_a_search_stays_in_a_tray(path):
    with one_who_waits(path, "a private matter"):
        pass
    log = SearchLog(path)
    log.record(SearchEvent("another"))
    assert not any(b"private" in file.read_bytes() for file in path.with_name(f"{path.name}.trays").iterdir())


def test_more_than_a_tray_holds_waits_for_its_own_turn(path):
    other = SearchLog(path)
    many = [SearchEvent(f"{number} {'long ' * 100}") for number in range(200)]
    with ThreadPoolExecutor(1) as threads:
        with Line(path).turn():
            done = threads.submit(other.record_many, many)
        done.result()
    assert queries(path) == [event.query for event in many]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda tray: tray.write_bytes(b"no tray at all, whatever stands where trays stand"),
        lambda tray: tray.mkdir(),
        lambda tray: tray.symlink_to("/dev/zero"),
        os.mkfifo,
        lambda tray: tray.write_bytes(b""),
    ],
    ids=["noise", "folder", "link", "pipe", "nothing"],
)
def test_what_is_no_tray_is_in_nobodys_way(path, spoil):
    log = SearchLog(path)
    spoil(path.with_name(f"{path.name}.trays") / "0123456789abcdef")
    log.record(SearchEvent("before"))
    SearchLog(path).record(SearchEvent("after"))
    assert queries(path) == ["before", "after"]


def test_a_tray_half_laid_is_not_read(tmp_path):
    mine, theirs = Trays(tmp_path / "trays"), Trays(tmp_path / "trays")
    theirs.lay([("at", "query", "[]", None, None, None, "human", None)] * 3)
    tray = tmp_path / "trays" / theirs.name
    whole = tray.read_bytes()
    for length in range(len(whole)):
        tray.write_bytes(whole[:length])
        assert list(mine.laid()) == []
    tray.write_bytes(whole[:-1] + b"?")
    assert list(mine.laid()) == []
    tray.write_bytes(whole)
    ((name, number, rows),) = mine.laid()
    assert (name, number, len(rows)) == (theirs.name, 1, 3)
    assert list(mine.laid()) == [], "it was seen"


@pytest.mark.parametrize("seed", range(int(os.environ.get("MATCHGRAPH_KILLS", "10")) // 5))
def test_writers_killed_among_others_lose_and_double_nothing(path, seed):
    assert killed_beside_others(path, Random(seed)) == (0, 0)
