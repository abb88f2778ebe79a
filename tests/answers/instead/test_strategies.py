"""Strategies by example: what they promise, and that they are those of Qdrant's own local mode."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from qdrant_client import QdrantClient, models

from matchgraph.answers.instead import strategies
from matchgraph.answers.instead.strategies import (
    Similarity,
    Strategy,
    average,
    best,
    best_score,
    context,
    cosine,
    discover,
    dot,
    sum_of,
)

NONE = np.zeros((0, 2))
LIKE, UNLIKE = np.array([[1.0, 0.0]]), np.array([[np.cos(np.pi / 6), np.sin(np.pi / 6)]])


def circle(*degrees: float) -> np.ndarray:
    turned = np.deg2rad(degrees)
    return np.stack([np.cos(turned), np.sin(turned)], axis=1)


def euclid(rows: np.ndarray, examples: np.ndarray) -> np.ndarray:
    return -np.square(np.asarray(rows, float)[:, None] - np.asarray(examples, float)[None]).sum(axis=2)


def manhattan(rows: np.ndarray, examples: np.ndarray) -> np.ndarray:
    return -np.abs(np.asarray(rows, float)[:, None] - np.asarray(examples, float)[None]).sum(axis=2)


METRICS: dict[str, tuple[models.Distance, Similarity]] = {
    "cosine": (models.Distance.COSINE, cosine),
    "dot": (models.Distance.DOT, dot),
    "euclid": (models.Distance.EUCLID, euclid),
    "manhattan": (models.Distance.MANHATTAN, manhattan),
}


def test_something_unrelated_wins_where_something_is_not_liked() -> None:
    degrees = np.array([10, 20, 40, 270])
    every = np.ones(4, bool)
    by_sum = best(sum_of(circle(*degrees), LIKE, UNLIKE), 4, every)
    by_best = best(best_score(circle(*degrees), LIKE, UNLIKE), 4, every)
    assert degrees[by_sum][0] == 270
    assert degrees[by_best].tolist()[:2] == [10, 270]


def test_the_average_moves_away_from_what_is_not_liked() -> None:
    rows = circle(0, 30, 330)
    assert average(rows, LIKE, NONE).argmax() == 0
    assert average(rows, LIKE, UNLIKE).argmax() == 2


def test_of_equals_the_first_in_order_stands_first() -> None:
    assert best(np.array([1.0, 2.0, 1.0 + 1e-12, 2.0]), 3, np.array([True, True, True, False])).tolist() == [1, 0, 2]


def test_what_is_as_near_to_both_sides_is_on_the_unliked_one() -> None:
    rows = circle(15, 77)
    assert best_score(rows, LIKE, LIKE).max() < 0
    assert discover(rows, LIKE[0], LIKE, LIKE) == pytest.approx(discover(rows, LIKE[0], NONE, NONE))
    assert (context(rows, LIKE, LIKE) < 0).all()


def test_a_zero_vector_is_near_to_nothing() -> None:
    assert cosine(np.zeros((1, 2)), LIKE).tolist() == [[0.0]]


vectors = arrays(float, st.tuples(st.integers(1, 6), st.just(3)), elements=st.floats(-9, 9, width=16))


@given(rows=vectors, like=vectors, unlike=vectors)
def test_the_best_score_keeps_the_order_of_the_liked_side_and_turns_that_of_the_other(
    rows: np.ndarray, like: np.ndarray, unlike: np.ndarray
) -> None:
    scores = best_score(rows, like, unlike)
    near, far = (cosine(rows, each).max(axis=1).round(9) for each in (like, unlike))
    liked = near > far
    assert (scores[liked] > 0).all()
    assert (scores[~liked] < 0).all()
    for one in range(len(rows)):
        for other in range(len(rows)):
            if liked[one] and liked[other] and near[one] > near[other]:
                assert scores[one] > scores[other]
            if not liked[one] and not liked[other] and far[one] > far[other]:
                assert scores[one] < scores[other]
            if liked[one] and not liked[other]:
                assert scores[one] > scores[other]


@given(rows=vectors, target=arrays(float, 3, elements=st.floats(-9, 9, width=16)), pairs=st.data())
def test_discover_counts_pairs_in_whole_numbers_and_nearness_in_the_fraction(
    rows: np.ndarray, target: np.ndarray, pairs: st.DataObject
) -> None:
    count = pairs.draw(st.integers(0, 4))
    shape = arrays(float, (count, 3), elements=st.floats(-9, 9, width=16))
    like, unlike = pairs.draw(shape), pairs.draw(shape)
    scores = discover(rows, target, like, unlike)
    whole = np.floor(scores)
    assert (whole == strategies.won(rows, like, unlike).sum(axis=1)).all()
    assert (abs(whole) <= count).all()
    nearness = cosine(rows, target[None])[:, 0]
    assert scores - whole == pytest.approx((nearness / (1 + abs(nearness)) + 1) / 2)


@given(rows=vectors, pairs=st.data())
def test_context_is_never_above_zero_and_zero_on_the_liked_side_of_every_pair(
    rows: np.ndarray, pairs: st.DataObject
) -> None:
    shape = arrays(float, (pairs.draw(st.integers(1, 4)), 3), elements=st.floats(-9, 9, width=16))
    like, unlike = pairs.draw(shape), pairs.draw(shape)
    scores = context(rows, like, unlike)
    assert (scores <= 0).all()
    inside = (cosine(rows, like) - cosine(rows, unlike) > 2e-7).all(axis=1)
    assert (scores[inside] == 0).all()
    assert (scores[~inside & (strategies.won(rows, like, unlike) < 1).any(axis=1)] < 0).all()


class Case:
    """One random set of points, some of them named, and a filter."""

    def __init__(self, number: int) -> None:
        dice = np.random.default_rng(number)
        self.metric = list(METRICS)[number % len(METRICS)]
        self.rows = dice.standard_normal((int(dice.integers(12, 30)), 6)).astype(np.float32)
        self.kinds = dice.integers(3, size=len(self.rows))
        self.kind = int(dice.integers(4))  # 3: no filter
        named = dice.choice(len(self.rows), 8, replace=False).tolist()
        self.like, self.unlike = named[: dice.integers(1, 4)], named[3 : 3 + dice.integers(4)]
        self.target, self.pairs = named[7], [named[0:2], named[2:4], named[4:6]][: dice.integers(1, 4)]
        self.k = int(dice.integers(1, 15))
        distance, self.similarity = METRICS[self.metric]
        self.stored = self.rows / np.linalg.norm(self.rows, axis=1, keepdims=True) if number % 4 == 0 else self.rows
        self.client = QdrantClient(":memory:")
        self.client.create_collection("points", vectors_config=models.VectorParams(size=6, distance=distance))
        points = [
            models.PointStruct(id=place, vector=row.tolist(), payload={"kind": int(kind)})
            for place, (row, kind) in enumerate(zip(self.rows, self.kinds, strict=True))
        ]
        self.client.upsert("points", points)

    def ours(self, strategy: Strategy) -> tuple[np.ndarray, np.ndarray]:
        """Places and scores, as `by_example` asks for them."""
        liked, unliked = ([pair[side] for pair in self.pairs] for side in (0, 1))
        paired = self.stored[liked], self.stored[unliked]
        named, scores = {
            Strategy.AVERAGE: lambda: (self.like + self.unlike, self._score(average)),
            Strategy.BEST_SCORE: lambda: (self.like + self.unlike, self._score(best_score)),
            Strategy.SUM: lambda: (self.like + self.unlike, self._score(sum_of)),
            Strategy.DISCOVER: lambda: (
                [*liked, *unliked, self.target],
                discover(self.stored, self.stored[self.target], *paired, self.similarity),
            ),
            Strategy.CONTEXT: lambda: (liked + unliked, context(self.stored, *paired, self.similarity)),
        }[strategy]()
        allowed = (self.kinds == self.kind) if self.kind < 3 else np.ones(len(self.rows), bool)
        allowed[named] = False
        return best(scores, self.k, allowed), scores

    def theirs(self, strategy: Strategy) -> list[tuple[int, float]]:
        of_kind = models.FieldCondition(key="kind", match=models.MatchValue(value=self.kind))
        kept = models.Filter(must=[of_kind]) if self.kind < 3 else None
        found = self.client.query_points("points", query=self._query(strategy), query_filter=kept, limit=self.k)
        return [(int(point.id), point.score) for point in found.points]

    def _score(self, rule: Callable[..., np.ndarray]) -> np.ndarray:
        return rule(self.stored, self.stored[self.like], self.stored[self.unlike], self.similarity)

    def _query(self, strategy: Strategy) -> models.Query:
        pairs = [models.ContextPair(positive=one, negative=other) for one, other in self.pairs]
        if strategy is Strategy.DISCOVER:
            return models.DiscoverQuery(discover=models.DiscoverInput(target=self.target, context=pairs))
        if strategy is Strategy.CONTEXT:
            return models.ContextQuery(context=pairs)
        names = {
            Strategy.AVERAGE: models.RecommendStrategy.AVERAGE_VECTOR,
            Strategy.BEST_SCORE: models.RecommendStrategy.BEST_SCORE,
            Strategy.SUM: models.RecommendStrategy.SUM_SCORES,
        }
        asked = models.RecommendInput(positive=self.like, negative=self.unlike, strategy=names[strategy])
        return models.RecommendQuery(recommend=asked)


@pytest.mark.parametrize("block", range(8))
def test_every_strategy_agrees_with_qdrants_local_mode_on_random_sets_with_filters(block: int) -> None:
    for number in range(25 * block, 25 * block + 25):
        case = Case(number)
        for strategy in Strategy:
            if strategy is Strategy.AVERAGE and case.metric in ("euclid", "manhattan"):
                continue  # there it shows the distance, where less is nearer
            places, scores = case.ours(strategy)
            theirs = case.theirs(strategy)
            said = f"set {number}, {strategy} by {case.metric}"
            assert [score for _, score in theirs] == pytest.approx(scores[places].tolist(), abs=1e-5), said
            # The same artifacts in the same order, but for those whose scores tie.
            for place, (other, score) in zip(places.tolist(), theirs, strict=True):
                assert place == other or scores[place] == pytest.approx(score, abs=1e-5), said
                assert scores[other] == pytest.approx(score, abs=1e-5), said
