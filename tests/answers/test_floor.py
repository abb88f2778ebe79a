"""The floor: what random letters reach, the same every time."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pytest

import matchgraph as mg
from matchgraph.answers.asking import encode_query
from matchgraph.answers.floor import floor_of, nonsense
from tests.conftest import WordEncoder


class Counting:
    """A scorer whose best score is 0 for the first query, 1 for the next, and so on."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def score(self, query: str, rows: np.ndarray, k: int) -> SimpleNamespace:
        self.asked.append(query)
        return SimpleNamespace(score=np.array([float(len(self.asked) - 1)]))


def test_nonsense_is_a_hundred_different_queries_of_random_letters() -> None:
    assert len(set(nonsense())) == 100
    assert all(re.fullmatch(r"[a-z]{3,9}( [a-z]{3,9}){0,5}", query) for query in nonsense())
    assert nonsense() == nonsense()


def test_one_nonsense_query_in_a_hundred_passes_the_floor() -> None:
    scorer = Counting()
    floor = floor_of(scorer, [np.zeros((1, 2))] * 100)
    assert floor == pytest.approx(98.01)  # between the second best, 98, and the best, 99
    assert scorer.asked == nonsense()


def test_where_nothing_is_found_the_floor_is_zero() -> None:
    nothing = SimpleNamespace(score=lambda query, rows, k: SimpleNamespace(score=np.zeros(0)))
    assert floor_of(nothing, [np.zeros((1, 2))] * 100) == 0.0


def test_the_floor_of_a_snapshot_is_that_of_its_own_scorer(world: mg.MatchGraph) -> None:
    asked = [encode_query(query, WordEncoder()) for query in nonsense()]
    assert world.snapshot.floor == floor_of(world.scorer, asked)
