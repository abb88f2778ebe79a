"""The adapter: its gradient against finite differences, what it turns, and the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import scipy.sparse as sp

from matchgraph.searches import adapter
from matchgraph.searches.adapter import Lesson, by_contrast, closed_form


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def lesson(seed: int = 0, queries: int = 40, artifacts: int = 6, dim: int = 8) -> Lesson:
    """Random queries, each with one artifact; every query is its artifact's whole, turned by one map for all."""
    dice = np.random.default_rng(seed)
    wholes = unit(dice.standard_normal((artifacts, dim)))
    sizes = dice.integers(1, 4, artifacts)
    begins = np.concatenate([[0], np.cumsum(sizes)])
    abilities = unit(np.repeat(wholes, sizes, axis=0) + 0.3 * dice.standard_normal((begins[-1], dim)))
    chosen = dice.integers(0, artifacts, queries)
    hits = sp.csr_matrix((np.ones(queries), (np.arange(queries), chosen)), (queries, artifacts))
    turn = np.linalg.qr(dice.standard_normal((dim, dim)))[0]
    asked = unit(wholes[chosen] @ turn + 0.05 * dice.standard_normal((queries, dim)))
    return Lesson(asked, hits, np.zeros((queries, artifacts), np.float32), wholes, abilities, begins, (0.4, 0.6))


def loss(given: Lesson, moved: np.ndarray) -> float:
    """The cross-entropy, one pair at a time, straight from the formula."""
    total = 0.0
    for row, chosen in enumerate(given.hits.indices):
        asked = given.queries[row].astype(float) @ (np.eye(len(moved)) + moved)
        asked /= np.linalg.norm(asked)
        cosines = given.abilities.astype(float) @ asked
        best = np.array([cosines[low:high].max() for low, high in zip(given.begins, given.begins[1:], strict=False)])
        score = (0.4 * (given.wholes.astype(float) @ asked) + 0.6 * best) / 0.05
        total += np.log(np.exp(score - score.max()).sum()) + score.max() - score[chosen]
    return total / len(given.queries)


def test_the_gradient_is_that_of_the_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "_FELT", 0.0)
    given = lesson()
    dice = np.random.default_rng(1)
    moved = 0.1 * dice.standard_normal((8, 8))
    count = len(given.queries)
    found = adapter._slope(
        given, moved.astype(np.float32), np.arange(count), given.hits.indices, np.full(count, 1 / count)
    )
    for row, column in dice.integers(0, 8, (10, 2)):
        step = np.zeros((8, 8))
        step[row, column] = 1e-5
        expected = (loss(given, moved + step) - loss(given, moved - step)) / 2e-5
        assert found[row, column] == pytest.approx(expected, rel=2e-2, abs=2e-3)


def turned_by(fitted: np.ndarray) -> np.ndarray:
    return fitted * 1e-6 - np.eye(8)


@pytest.mark.parametrize("fit", [by_contrast, lambda given: closed_form(given, 1.0)])
def test_queries_are_turned_towards_what_was_chosen(fit: Callable[[Lesson], np.ndarray]) -> None:
    given = lesson()
    assert loss(given, turned_by(fit(given))) < loss(given, np.zeros((8, 8))) - 0.3


@pytest.mark.parametrize("fit", [by_contrast, lambda given: closed_form(given, 10.0)])
def test_the_same_hits_give_the_same_bytes(fit: Callable[[Lesson], np.ndarray]) -> None:
    assert fit(lesson()).tobytes() == fit(lesson()).tobytes()


def test_what_else_was_chosen_for_a_query_is_no_negative() -> None:
    given = lesson(artifacts=2)
    both = sp.csr_matrix(np.ones((40, 2)))
    alone = Lesson(given.queries, both, given.words, given.wholes, given.abilities, given.begins, given.shares)
    assert np.abs(turned_by(by_contrast(alone))).max() <= 1e-6


def test_the_closed_form_is_the_ridge_regression_of_what_was_chosen() -> None:
    given = lesson(artifacts=4)
    held = np.asarray(given.hits.sum(axis=0)).ravel()
    pull = np.array([held[chosen] ** -0.5 for chosen in given.hits.indices])
    pull /= pull.mean()
    rows, targets = [], []
    for asked, chosen, weight in zip(given.queries.astype(float), given.hits.indices, pull, strict=True):
        mine = given.abilities[given.begins[chosen] : given.begins[chosen + 1]].astype(float)
        rows.append(np.sqrt(weight) * asked)
        targets.append(np.sqrt(weight) * (0.4 * given.wholes[chosen] + 0.6 * mine[np.argmax(mine @ asked)]))
    stay = np.sqrt(10.0) * np.eye(8)  # ridge as eight more rows that ask to be left as they are
    expected = np.linalg.lstsq(np.vstack([*rows, stay]), np.vstack([*targets, stay]), rcond=None)[0]
    assert closed_form(given, 10.0) * 1e-6 == pytest.approx(expected, abs=1e-5)


def test_much_shrinking_leaves_queries_as_they_are() -> None:
    assert np.abs(turned_by(closed_form(lesson(), 1e9))).max() < 1e-5
