"""Memory by hand: past queries on a compass, and what was chosen for them."""

from __future__ import annotations

from math import cos, exp, log, radians, sin

import numpy as np
import pytest

from matchgraph.searches.learned import Learned
from matchgraph.searches.memory import DOUBT, Memory, hits_of, memory_of
from matchgraph.vectors.grid import to_grid
from matchgraph.vectors.words import words_of

PLACE = {"a": 0, "b": 1, "c": 2}
KAPPA = 0.005


def looking(*angles: float) -> np.ndarray:
    """One grid row an angle, in degrees."""
    return to_grid(np.array([[cos(radians(angle)), sin(radians(angle))] for angle in angles]))


def remembering(chosen: dict[tuple[str, str], int], *angles: float) -> Memory:
    weights = {key: float(times) for key, times in chosen.items()}
    hits, queries = hits_of(weights, chosen, sorted({query for query, _ in chosen}), looking(*angles), PLACE)
    return memory_of(hits, [words_of(query) for query in queries], KAPPA)


def test_what_the_same_search_ended_in_gets_points_by_how_sure_it_is() -> None:
    found = remembering({("sort mail", "a"): 15}, 0).of("zzz", looking(0))
    known, unknown = 15 / 20 + 5 / 20 * DOUBT, DOUBT
    assert found.chosen.tolist() == pytest.approx([0.6 * each / (1 + KAPPA) for each in (known, unknown, unknown)])
    assert (found.ended[0], found.similar[0]) == (15, 15)


def test_a_search_for_something_else_brings_nothing() -> None:
    found = remembering({("sort mail", "a"): 15}, 0).of("zzz", looking(90))
    assert found.chosen[0] == pytest.approx(0.6 * (0.75 + 0.25 * DOUBT) * exp(-20) / (exp(-20) + KAPPA), abs=1e-9)
    assert found.chosen[0] < 1e-6


def test_the_nearer_of_two_searches_counts_for_more() -> None:
    found = remembering({("sort mail", "a"): 5, ("flag spam", "b"): 5}, 20, 0).of("zzz", looking(0))
    near, far = 1.0, exp((cos(radians(20)) - 1) / 0.05)  # in the order of their texts: spam looks to 20, mail to 0
    gate = (near + far) / (near + far + KAPPA)
    assert found.chosen[:2].tolist() == pytest.approx(
        [0.3 * gate * (near / (near + far) + DOUBT), 0.3 * gate * (far / (near + far) + DOUBT)], abs=1e-3
    )


def test_a_query_shares_its_weight_among_what_was_chosen_for_it() -> None:
    memory = remembering({("sort mail", "a"): 4, ("sort mail", "b"): 4}, 0)
    assert memory.hits.held.tolist() == [2, 2, 0]


def test_the_clause_that_is_remembered_best_counts() -> None:
    memory = remembering({("sort mail", "a"): 5}, 90)
    alone, in_parts = memory.of("zzz", looking(90)), memory.of("zzz", looking(0, 90))
    assert in_parts.chosen.tolist() == alone.chosen.tolist()
    assert (in_parts.ended[0], in_parts.similar[0]) == (5, 5)


def test_what_no_similar_search_ended_in_gets_no_more_than_the_benefit_of_the_doubt() -> None:
    dice = np.random.default_rng(0)
    chosen = {(f"query {n:02d}", str(dice.choice(list("abc")))): int(dice.integers(1, 9)) for n in range(60)}
    memory = remembering(chosen, *dice.uniform(0, 90, 60))
    for angle in dice.uniform(0, 90, 20):
        found = memory.of("zzz", looking(angle, angle + 40))
        assert (found.chosen[found.ended == 0] <= 0.6 * DOUBT * (1 - memory.gate[found.ended == 0])).all()
        assert (found.ended <= found.similar).all()
        assert found.chosen.max() <= 0.6


def test_words_of_past_searches_are_remembered_by_their_share_squared() -> None:
    memory = remembering({("sort letters", "a"): 5, ("flag spam", "b"): 5}, 90, 0)
    found = memory.of("sort letters", looking(0))
    common = 5 / (5 + 1.2)  # both words, five times each, in a text of the usual length
    assert found.said.tolist() == pytest.approx([0.5 * common**2 / (1 + KAPPA), 0, 0], rel=1e-3)
    assert memory.words.rarity.tolist() == pytest.approx([log(2)] * 4)


def test_what_is_not_in_the_catalogue_is_not_remembered() -> None:
    gone = {("sort mail", "gone"): 2}
    hits, queries = hits_of({("sort mail", "gone"): 2.0}, gone, ["sort mail"], looking(0), PLACE)
    assert (len(hits.grid), queries, hits.weights.nnz) == (0, [], 0)


def test_without_an_adapter_a_query_stays_as_it_is() -> None:
    asked = looking(10, 20)
    assert Learned().adapted(asked) is asked
    turned = np.array([[0, 1_000_000], [-1_000_000, 0]], np.int32)
    assert Learned(turned).adapted(looking(0)).tolist() == looking(90).tolist()
