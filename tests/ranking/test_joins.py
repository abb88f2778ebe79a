"""What others say of an artifact: who links to it, who chose it, who could take its place."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matchgraph.catalogue.records import Artifact
from matchgraph.ranking.measures import Status
from matchgraph.ranking.values import FLOOR, NEUTRAL
from tests.ranking.worlds import chosen, made, measured, values


def counted(artifacts: list[Artifact], name: str, **more: object) -> dict[str, int]:
    """The number that stands in what was found, by artifact."""
    catalogue, found, _ = measured(artifacts, **more)
    numbers = [int(re.sub(r"\D", "", raw or "0")) for raw in found[name][0].raw]
    return dict(zip(catalogue.ids, numbers, strict=True))


# Declared links


def test_links_by_others_are_counted_by_owner():
    world = [
        made("base", maker="Acme"),
        made("own", maker="Acme", links=[("derived_from", "base")]),
        made("b1", maker="Beta", links=[("derived_from", "base"), ("requires", "base")]),
        made("b2", maker="Beta", links=[("derived_from", "base")]),
        made("c1", maker="Gamma", links=[("requires", "base")]),
    ]
    # Acme's own link is none, Beta's three are one, Gamma's is one.
    assert counted(world, "linked_by_others") == {"base": 2, "own": 0, "b1": 0, "b2": 0, "c1": 0}


def test_one_account_is_one_owner_whatever_makers_it_names():
    url = "https://github.com/acme/{}".format
    world = [
        made("base", maker="Acme", url=url("base")),
        made("own", maker="Helper", url=url("own"), links=[("requires", "base")]),
        made("b1", maker="Beta", url="https://github.com/beta/b1", links=[("requires", "base")]),
        made("b2", maker="Beta two", url="https://github.com/beta/b2", links=[("requires", "base")]),
    ]
    assert counted(world, "linked_by_others")["base"] == 1


def test_a_link_by_nobody_known_counts_for_nothing():
    world = [made("base", maker="Acme"), *(made(f"p{number}", links=[("requires", "base")]) for number in range(3))]
    assert counted(world, "linked_by_others")["base"] == 0
    assert counted(world, "kinds_of_link")["base"] == 0


def test_a_copy_vouches_for_nothing_and_copies_of_a_follower_are_one():
    world = [
        made("base", maker="Acme"),
        *(made(f"clone{n}", maker=f"c{n}", links=[("derived_from", "base")]) for n in range(4)),
        *(made(f"fan{n}", maker=f"f{n}", links=[("requires", "base")]) for n in range(4)),
    ]
    flocks = [["base", *(f"clone{n}" for n in range(4))], [f"fan{n}" for n in range(4)]]
    assert counted(world, "linked_by_others")["base"] == 8
    assert counted(world, "linked_by_others", flocks=flocks)["base"] == 1
    assert counted(world, "kinds_of_link", flocks=flocks)["base"] == 1


def test_a_link_to_itself_or_out_of_the_catalogue_is_no_link():
    world = [made("a", maker="A", links=[("requires", "a"), ("requires", "elsewhere")]), made("b")]
    for name in ("linked_by_others", "kinds_of_link"):
        assert values(world, name) == {"a": None, "b": None}


def test_kinds_of_link_are_counted_by_kind_and_direction():
    world = [
        made("a", maker="A", links=[("requires", "b"), ("requires", "c"), ("trained_on", "c")]),
        made("b", maker="B", links=[("requires", "a")]),
        made("c", maker="C"),
    ]
    # a: requires, trained_on, required by. b: requires, required by. c: required by, trained_on by.
    assert counted(world, "kinds_of_link") == {"a": 3, "b": 2, "c": 2}


def test_to_be_linked_is_compared_among_the_linked_and_to_have_no_link_is_the_floor():
    world = [made("a"), made("b"), made("c", maker="C", links=[("requires", "b")])]
    assert values(world, "linked_by_others") == {"a": FLOOR, "b": 0.5, "c": FLOOR}
    _, _, reference = measured(world + [made(f"z{number}") for number in range(50)])
    assert reference.pools["linked_by_others|model"].size == 1


# Choices


def test_without_any_search_the_measures_of_choices_are_missing_and_neutral():
    for name in ("chosen", "central", "breadth"):
        assert values([made("a"), made("b")], name) == {"a": None, "b": None}


def test_only_what_was_chosen_is_known_to_be_chosen():
    found = values([made("a"), made("b"), made("c")], "chosen", searches=chosen(a=3, c=90, elsewhere=5))
    assert found["b"] is None
    assert found["a"] < found["c"]
    assert counted([made("a")], "chosen", searches=chosen(a=1234)) == {"a": 1234}


def test_what_is_chosen_by_few_stays_near_the_middle():
    # Two voices carry 2 / 22 of the way, and the pool of three is drawn to the middle: .5 + .5 * 6.5 / 13 / 11.
    found = values([made("a"), made("b"), made("c")], "chosen", searches=chosen(a=1, b=2, c=3))
    assert found["b"] == round(0.5 + 0.5 * (6.5 / 13) * 2 / 22, 4)


def test_voices_of_other_types_are_in_the_same_pool():
    one = values([made("a"), made("b", "dataset")], "chosen", searches=chosen(a=5, b=50))
    assert one == values([made("a"), made("b")], "chosen", searches=chosen(a=5, b=50))


@settings(deadline=None, max_examples=20)
@example(37, 0, 1)  # 37 of 38 voices is a share that 37 / 37 of it must not miss
@given(st.integers(1, 60), st.integers(0, 40), st.integers(0, 40))
def test_one_more_voice_never_lowers_the_measure_nor_falls_below_neutral(times, second, third):
    world = [made("a"), made("b"), made("c")]
    for name in ("chosen", "central", "breadth"):
        before, after = (values(world, name, searches=chosen(a=n, b=second, c=third))["a"] for n in (times, times + 1))
        assert NEUTRAL <= before <= after


# The match graph


def test_hard_to_replace_is_what_the_nearest_other_one_leaves_undone():
    found = values([made("a"), made("b"), made("c")], "hard_to_replace", best_cover={"a": 0.9, "b": 0.2, "c": -0.1})
    assert found == {"a": 0.1, "b": 0.8, "c": 1}


def test_hard_to_replace_does_not_ask_who_else_there_is():
    world = [made("a"), made("b")]
    crowd = [made(f"z{number}") for number in range(20)]
    assert values(world + crowd, "hard_to_replace", best_cover={"a": 0.4})["a"] == 0.6


@pytest.mark.parametrize("name", ["linked_by_others", "chosen", "hard_to_replace"])
def test_every_amount_says_where_it_comes_from(name):
    world = [made("a", maker="A", links=[("requires", "b")]), made("b")]
    _, found, _ = measured(world, searches=chosen(a=1, b=1))
    (measure,) = found[name]
    assert all(measure.source)
    assert set(measure.status) == {Status.OBSERVED}
