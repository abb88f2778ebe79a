"""A walk between queries and what was chosen for them: by hand, and against a walk taken step by step."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.graph.walks import walk_over_choices

choices = st.dictionaries(
    st.tuples(st.sampled_from("uvwxy"), st.sampled_from("abcdef")), st.integers(1, 64).map(lambda n: n / 8), min_size=1
)


def stepped(chosen: dict[tuple[str, str], float], steps: int = 400) -> dict[str, float]:
    """The same walk as a matrix, step by step: 15 of 100 steps start again at a query."""
    queries, artifacts = (sorted({pair[side] for pair in chosen}) for side in (0, 1))
    joined = np.zeros((len(queries), len(artifacts)))
    for (query, artifact_id), weight in chosen.items():
        joined[queries.index(query), artifacts.index(artifact_id)] = weight
    start = np.minimum(joined.sum(axis=1), 1)
    start /= start.sum()
    at_queries, at_artifacts = start, np.zeros(len(artifacts))
    forth, back = joined / joined.sum(axis=1, keepdims=True), (joined / joined.sum(axis=0)).T
    for _ in range(steps):
        at_queries, at_artifacts = 0.85 * at_artifacts @ back + 0.15 * start, 0.85 * at_queries @ forth
    return dict(zip(artifacts, at_artifacts / at_artifacts.sum(), strict=True))


def test_without_choices_there_is_no_walk():
    assert walk_over_choices({}) == {}


def test_for_one_query_a_share_is_a_share_of_its_choices():
    assert walk_over_choices({("sort mail", "a"): 6, ("sort mail", "b"): 3, ("sort mail", "c"): 1}) == {
        "a": 0.6,
        "b": 0.3,
        "c": 0.1,
    }


def test_two_separate_queries_of_a_voice_or_more_lead_to_halves():
    # The restart does not ask how often: a query of five hundred voices is one query.
    assert walk_over_choices({("sort mail", "a"): 500, ("find spam", "b"): 1}) == {"a": 0.5, "b": 0.5}


def test_a_query_of_less_than_one_voice_is_as_much_less_of_a_restart():
    # Nine tenths of a voice spread over nine queries, and one voice: .9 to 1.
    thin = {(f"query {number}", "a"): 0.1 for number in range(9)}
    found = walk_over_choices(thin | {("find spam", "b"): 1})
    assert found == pytest.approx({"a": 0.9 / 1.9, "b": 1 / 1.9}, abs=1e-9)


def test_where_more_queries_lead_is_more_central():
    # a and b are chosen as often, a for two queries and b for one.
    found = walk_over_choices({("sort mail", "a"): 2, ("find spam", "a"): 2, ("draw maps", "b"): 4})
    assert found == pytest.approx({"a": 2 / 3, "b": 1 / 3}, abs=1e-9)


def test_a_small_walk_agrees_with_networkx_by_hand():
    chosen = {("sort mail", "a"): 3, ("sort mail", "b"): 1, ("find spam", "b"): 2, ("draw maps", "c"): 1}
    drawn = nx.Graph()
    for (query, artifact_id), weight in chosen.items():
        drawn.add_edge(query, artifact_id, weight=weight)
    restart = {"sort mail": 1, "find spam": 1, "draw maps": 1}
    shares = nx.pagerank(drawn, alpha=0.85, personalization=restart, tol=1e-13, max_iter=1000)
    total = sum(shares[each] for each in "abc")
    assert walk_over_choices(chosen) == pytest.approx({each: shares[each] / total for each in "abc"}, abs=1e-8)


@settings(deadline=None, max_examples=60)
@given(choices)
def test_the_walk_is_that_of_a_matrix_step_by_step(chosen):
    assert walk_over_choices(chosen) == pytest.approx(stepped(chosen), abs=1e-6)


@settings(deadline=None, max_examples=60)
@given(choices, st.randoms())
def test_the_order_of_the_choices_changes_no_digit_and_shares_add_up(chosen, dice):
    found = walk_over_choices(chosen)
    shuffled = dict(dice.sample(list(chosen.items()), len(chosen)))
    assert walk_over_choices(shuffled) == found
    assert list(found) == sorted(found)
    assert sum(found.values()) == pytest.approx(1, abs=1e-7)
