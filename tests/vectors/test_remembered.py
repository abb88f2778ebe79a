"""Queries on their way to vectors: held once asked, and encoded together when they come together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest

from matchgraph.vectors.remembered import Remembered
from tests.conftest import WordEncoder


def live(encoder: object, *texts: str) -> np.ndarray:
    ((places, rows),) = encoder.encode(list(texts), task="live")
    assert places == list(range(len(texts)))
    return rows


class SlowEncoder(WordEncoder):
    """Waits in its first turn until told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = Event(), Event()
        self.turns: list[list[str]] = []

    def encode(self, texts, *, task="document", track=iter):
        self.turns.append(list(texts))
        self.begun.set()
        assert self.go_on.wait(10)
        yield from super().encode(texts, task=task, track=track)


def test_the_same_query_is_encoded_once_and_gives_the_same_rows() -> None:
    inner = WordEncoder()
    encoder = Remembered(inner)
    first, again = live(encoder, "sort mail", "sort"), live(encoder, "sort mail", "sort")
    assert inner.calls == 1
    assert np.array_equal(first, again)
    assert np.array_equal(first[0], live(WordEncoder(), "sort mail")[0])


def test_what_is_held_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        live(Remembered(WordEncoder()), "sort mail")[0, 0] = 1


def test_only_as_many_are_held_as_asked() -> None:
    inner = WordEncoder()
    encoder = Remembered(inner, most=2)
    for text in ("a", "b", "c", "a"):
        live(encoder, text)
    assert inner.calls == 4


def test_endless_queries_are_not_held() -> None:
    inner = WordEncoder()
    encoder = Remembered(inner)
    for _ in range(2):
        live(encoder, "word " * 1000)
    assert inner.calls == 2


def test_those_who_come_during_a_turn_go_together_in_the_next() -> None:
    inner = SlowEncoder()
    encoder = Remembered(inner)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(live, encoder, "first")
        assert inner.begun.wait(10)
        others = [pool.submit(live, encoder, f"query {n}", f"part {n}") for n in range(5)]
        while len(encoder._waiting) < 5:  # each has joined the queue
            pass
        inner.go_on.set()
        rows = [other.result(10) for other in others]
        assert len(first.result(10)) == 1
    assert [len(turn) for turn in inner.turns] == [1, 10]
    for n, each in enumerate(rows):
        assert np.array_equal(each, live(WordEncoder(), f"query {n}", f"part {n}"))


def test_who_cannot_be_encoded_keeps_nobody_else_from_an_answer() -> None:
    class Picky(SlowEncoder):
        def encode(self, texts, *, task="document", track=iter):
            for places, rows in super().encode(texts, task=task, track=track):
                if "bad" in texts:
                    raise MemoryError
                yield places, rows

    inner = Picky()
    encoder = Remembered(inner)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(live, encoder, "first")
        assert inner.begun.wait(10)
        bad = pool.submit(live, encoder, "bad")
        inner.go_on.set()
        assert len(first.result(10)) == 1
        with pytest.raises(MemoryError):
            bad.result(10)
    assert len(live(encoder, "good")) == 1


def test_documents_go_straight_through() -> None:
    inner = WordEncoder()
    encoder = Remembered(inner)
    for _ in range(2):
        list(encoder.encode(["sort mail"], task="document"))
    assert inner.calls == 2
    assert (encoder.name, encoder.digest) == (inner.name, inner.digest)
