"""The engine behind a door: what a rebuild publishes takes over, and nobody's question is dropped."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.doors.live import Live
from matchgraph.errors import SnapshotError
from tests.conftest import TODAY, WordEncoder, eight


class Clock:
    """Time that stands still until it is told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def live(store: Path) -> Live:
    return Live(store, encoder=WordEncoder(), clock=Clock())


def publish(store: Path, rows: list[dict[str, object]]) -> None:
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)


def test_what_is_published_takes_over_at_the_next_look(live: Live, store: Path) -> None:
    publish(store, eight()[:7])
    assert live.graph.manifest.version == "v000001"
    live.refresh()
    assert live.graph.manifest.version == "v000002"
    assert len(live.graph) == 7


def test_who_holds_the_old_engine_is_answered_by_it(live: Live, store: Path) -> None:
    held = live.graph
    publish(store, eight()[:7])
    live.refresh()
    assert held is not live.graph
    assert len(held) == 8
    assert held.search("read mail from a server").items


def test_a_look_is_taken_after_the_pause_and_not_before(store: Path) -> None:
    clock = Clock()
    live = Live(store, encoder=WordEncoder(), pause=5.0, clock=clock)
    publish(store, eight()[:7])
    for clock.now in (1.0, 4.9):
        assert len(live.graph) == 8
    assert not refreshing()
    clock.now = 5.0
    assert len(live.graph) == 8
    for thread in refreshing():
        thread.join(20)
    assert len(live.graph) == 7


def test_a_damaged_snapshot_is_told_and_the_old_one_goes_on(live: Live, store: Path) -> None:
    publish(store, eight()[:7])
    (store / "snapshots" / "v000002" / "ranking.parquet").write_bytes(b"no table")
    live.refresh()
    assert live.graph.manifest.version == "v000001"
    assert "ranking.parquet" in (live.fault or "")
    publish(store, eight()[:6])
    live.refresh()
    assert live.graph.manifest.version == "v000003"
    assert live.fault is None


def test_the_model_is_not_loaded_again_for_the_next_snapshot(store: Path) -> None:
    inner = WordEncoder()
    live = Live(store, encoder=inner)
    before = live.graph.encoder
    publish(store, eight()[:7])
    live.refresh()
    assert live.graph.encoder is before


def test_a_store_without_a_snapshot_opens_no_door(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="matchgraph rebuild"):
        Live(tmp_path / "none", encoder=WordEncoder())


def test_many_threads_get_what_one_gets(live: Live) -> None:
    graph = live.graph
    queries = [f"{row['description']} {n}" for n in range(5) for row in eight()]
    alone = [graph.search(query).to_dict() for query in queries]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda query: live.graph.search(query).to_dict(), queries * 3))
    assert together == alone * 3


def test_questions_go_on_while_snapshots_change(live: Live, store: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(lambda: len(live.graph.search("sort mail"))) for _ in range(40)]
        publish(store, eight()[:7])
        live.refresh()
        asked += [pool.submit(lambda: len(live.graph.search("sort mail"))) for _ in range(40)]
        assert all(each.result(20) >= 1 for each in asked)


def test_an_engine_that_nobody_asks_any_more_goes_at_once_and_gives_its_snapshot_free(live: Live, store: Path) -> None:
    graph = live.graph
    graph.search("sort mail"), graph.similar("mail-sorter"), graph.explain("mail-sorter")
    graph.compare("mail-sorter", "letter-sorter"), graph.recommend("mail-sorter", need="sort mail")
    gone = weakref.ref(graph)
    publish(store, eight()[:7])
    gc.disable()
    try:
        live.refresh()
        assert gone() is graph
        del graph
        assert gone() is None
        with live.store.writing():
            assert live.store.remove_old(1) == (["v000001"], [])
    finally:
        gc.enable()


def refreshing() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "matchgraph-refresh"]
