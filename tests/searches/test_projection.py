"""Edges from choices: to what was chosen, and between what was chosen for the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.searches.events import SearchEvent
from matchgraph.searches.kinds import Kind
from matchgraph.searches.projection import backbone, choice_edges, co_chosen, disparity
from matchgraph.searches.searches import count


def test_choices_become_edges_from_their_kind_of_query():
    kinds = [Kind(0, "flag spam", 1, 2, None), Kind(1, "sort mail", 2, 6, "sort mail")]
    choices = {("flag spam", "b"): 1.0, ("sort mail", "a"): 1.5, ("sort mail", "b"): 0.5}
    assert choice_edges(choices, kinds).to_pylist() == [
        {"kind": 0, "text": None, "queries": 1, "actors": 2, "artifact_id": "b", "weight": 1.0, "share": 1.0},
        {"kind": 1, "text": "sort mail", "queries": 2, "actors": 6, "artifact_id": "a", "weight": 1.5, "share": 0.75},
        {"kind": 1, "text": "sort mail", "queries": 2, "actors": 6, "artifact_id": "b", "weight": 0.5, "share": 0.25},
    ]


def test_no_choices_are_a_table_without_rows():
    assert choice_edges({}, []).num_rows == 0


def test_co_choice_by_hand():
    # p: a 2, b 1, c 1 -> each pair of it 1/2. q: a 1, b 3 -> 1. a has 3 choices in all, b 4, c 1.
    choices = {("p", "a"): 2.0, ("p", "b"): 1.0, ("p", "c"): 1.0, ("q", "a"): 1.0, ("q", "b"): 3.0}
    found = co_chosen(choices)
    assert {pair: edge.shared for pair, edge in found.items()} == {("a", "b"): 1.5, ("a", "c"): 0.5, ("b", "c"): 0.5}
    assert found["a", "b"].weight == pytest.approx(1.5 / 12**0.5)
    assert found["b", "c"].weight == pytest.approx(0.5 / 2)
    assert found["a", "b"].chance == 0.25  # of a's 2.0 it is three quarters, on two edges: (1 - 3/4)^1
    assert not any(edge.backbone for edge in found.values())


def test_what_is_chosen_for_everything_is_joined_weakly_to_each():
    choices = {(f"query {n}", each): 1.0 for n in range(20) for each in ("hub", f"a{n}")}
    rare = {("other", "x"): 1.0, ("other", "y"): 1.0}
    found = co_chosen(choices | rare)
    assert found["a0", "hub"].weight == pytest.approx(1 / 20**0.5)
    assert found["x", "y"].weight == 1
    assert not any(edge.backbone for edge in found.values())
    assert backbone(found)["x", "y"], "one choice of each is all there is, so the edge stays, and is weak"


def test_voices_and_not_clicks_join():
    events = [SearchEvent("sort mail", chosen=each, actor="ada") for each in "ab" * 50]
    assert co_chosen(count(events).voiced)["a", "b"].shared == 1


def test_the_disparity_filter_by_hand():
    # hub: 20 of 24 to a, 1 to each of four others: (1 - 5/6)^4 = .00077; (1 - 1/24)^4 = .8434.
    # d-e: d has two edges of one each, (1 - 1/2)^1 = .5; e has no other edge. x-y: nothing to be compared with.
    edges = {("a", "hub"): 20.0, ("b", "hub"): 1.0, ("c", "hub"): 1.0, ("d", "hub"): 1.0, ("hub", "z"): 1.0}
    found = disparity(edges | {("d", "e"): 1.0, ("x", "y"): 1.0})
    assert found["a", "hub"] == pytest.approx(6**-4, abs=1e-9)
    assert found["b", "hub"] == pytest.approx((23 / 24) ** 4, abs=1e-9)
    assert found["d", "hub"] == found["d", "e"] == 0.5
    assert found["x", "y"] == 1
    assert disparity({("x", "y"): 2.0})["x", "y"] == 0
    assert {pair for pair, chance in found.items() if chance < 0.05} == {("a", "hub")}


choices = st.dictionaries(
    st.tuples(st.sampled_from("pqrs"), st.sampled_from("abcde")), st.floats(0.01, 50), max_size=15
)


@given(choices, st.randoms())
def test_co_choice_is_from_nought_to_one_and_knows_no_order(world, dice):
    found = co_chosen(world)
    assert all(0 <= edge.weight <= 1 + 1e-9 and 0 <= edge.chance <= 1 for edge in found.values())
    turned = list(world.items())
    dice.shuffle(turned)
    assert co_chosen(dict(turned)) == found
    assert found.keys() == {
        (left, right) for query, left in world for other, right in world if other == query and left < right
    }
