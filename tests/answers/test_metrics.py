"""Means and their bounds, and the baselines against their definitions done the slow way."""

from __future__ import annotations

import numpy as np
import pytest

import matchgraph as mg
from matchgraph.answers.asking import encode_query
from matchgraph.answers.baselines import Baselines
from matchgraph.answers.metrics import MEASURES, bounds, measured
from matchgraph.searches.hits import Labelled
from matchgraph.vectors.grid import products
from tests.conftest import WordEncoder

QUERIES = ["sort incoming mail", "label photos. Draw boxes around objects.", "xqzv blorf", "recorded speech"]


def test_a_query_that_found_nothing_is_worth_nothing() -> None:
    queries = [Labelled("1", "sort", ("a",), "f"), Labelled("2", "label", ("b",), "f")]
    values = measured(queries, [[], ["b"]])
    assert values.shape == (2, len(MEASURES))
    assert values.tolist() == [[0] * 5, [1] * 5]


def test_no_measure_looks_past_the_tenth() -> None:
    found = [[*"abcdefghij", "right"]]
    assert measured([Labelled("1", "sort", ("right",), "f")], found).sum() == 0


def test_the_interval_of_a_mean_is_as_wide_as_chance_makes_it() -> None:
    values = np.random.default_rng(1).normal(2.0, 1.0, (400, 1))
    low, high = bounds(values)[:, 0]
    assert low < values.mean() < high
    assert high - low == pytest.approx(2 * 1.96 / np.sqrt(400), rel=0.15)


def test_a_constant_difference_has_no_interval() -> None:
    values = np.random.default_rng(1).normal(size=(50, 1))
    both = np.hstack([values, values + 1, np.ones_like(values)])
    assert np.ptp(bounds(both)[:, 2]) == pytest.approx(0)
    assert bounds(both)[:, 1] - bounds(both)[:, 0] == pytest.approx([1, 1])


@pytest.mark.parametrize("depth", [1, 3, 8, 20])
@pytest.mark.parametrize("places", [[0, 1, 2, 3, 4, 5, 6, 7], [1, 4, 5]])
def test_the_baselines_are_bm25_and_cosines_alone(world: mg.MatchGraph, places: list[int], depth: int) -> None:
    scorer, grid, texts = world.scorer, world.snapshot.vectors.grid, world.scorer.texts
    asked = [encode_query(query, WordEncoder()) for query in QUERIES]
    answers = list(Baselines(scorer, np.array(places)).answers(QUERIES, asked, depth))
    assert len(answers) == len(QUERIES)
    for query, rows, found in zip(QUERIES, asked, answers, strict=True):
        cosines = products(rows[:1], grid)[0]
        whole = cosines[texts.capabilities : texts.capabilities + texts.wholes]
        is_whole = np.isin(np.arange(len(cosines)), texts.capabilities + np.arange(texts.wholes))
        best = np.array([cosines[(texts.owner == place) & ~is_whole].max() for place in range(len(world))])
        expected = {"bm25": scorer.words.shares(query), "vectors": whole, "vectors-best": whole + best}
        for name, points in expected.items():
            order = sorted(places, key=lambda place, points=points: (-points[place], place))
            assert found[name].tolist() == order[:depth], (query, name)
