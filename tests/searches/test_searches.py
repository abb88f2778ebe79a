"""What the log says as counts: all of them by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.searches.events import Channel, SearchEvent
from matchgraph.searches.searches import Searches, count


def chose(query: str, *chosen: str, channel: Channel = Channel.HUMAN) -> list[SearchEvent]:
    return [SearchEvent(query, chosen=each, channel=channel) for each in chosen]


def test_an_empty_log_counts_nothing():
    nothing = count([])
    assert nothing == Searches()
    assert not nothing.times_matched()
    assert not nothing.together()


def test_times_matched_counts_every_search_that_ended_in_the_artifact():
    found = count([*chose("sort mail", "a", "a", "b"), *chose("flag spam", "a"), SearchEvent("sort mail", ("a", "b"))])
    assert found.times_matched() == {"a": 3, "b": 1}
    assert found.queries() == {"a": 2, "b": 1}
    assert (found.real, found.synthetic) == (5, 0)


def test_being_shown_is_no_match():
    assert count([SearchEvent("sort mail", ("a", "b"), "a")]).times_matched() == {"a": 1}


def test_a_query_in_other_case_and_spaces_is_the_same_query():
    found = count([*chose("sort mail", "a"), *chose(" Sort  MAIL ", "a")])
    assert found.chosen == {("sort mail", "a"): 2}


def test_two_artifacts_are_together_once_a_query_that_both_were_chosen_for():
    # sort mail: a twice, b once -> one shared query, one search of the rarer. flag spam: a once, b three times.
    found = count([*chose("sort mail", "a", "a", "b"), *chose("flag spam", "a", "b", "b", "b"), *chose("x", "c")])
    assert found.together() == {("a", "b"): (2, 2)}


def test_three_artifacts_of_one_query_are_three_pairs():
    found = count(chose("sort mail", "b", "c", "c", "a", "c"))
    assert found.together() == {("a", "b"): (1, 1), ("a", "c"): (1, 1), ("b", "c"): (1, 1)}


def test_artifacts_of_different_queries_are_not_together():
    assert count([*chose("sort mail", "a"), *chose("flag spam", "b")]).together() == {}


@pytest.mark.parametrize(("artifacts", "pairs"), [(50, 50 * 49 // 2), (51, 0)])
def test_a_query_that_ends_in_more_than_fifty_artifacts_joins_none(artifacts, pairs):
    found = count(chose("best ai", *(f"a{number:02}" for number in range(artifacts))))
    assert len(found.together()) == pairs
    assert len(found.times_matched()) == artifacts


def test_a_synthetic_search_is_counted_only_as_left_out():
    real = [*chose("sort mail", "a"), *chose("flag spam", "b")]
    made = [*chose("sort mail", "b", "b", channel=Channel.SYNTHETIC), *chose("new", "c", channel=Channel.SYNTHETIC)]
    found, without = count(real + made), count(real)
    assert (found.real, found.synthetic) == (2, 3)
    assert found.chosen == without.chosen
    assert found.times_matched() == {"a": 1, "b": 1}
    assert found.queries() == without.queries()
    assert found.together() == without.together() == {}


def test_agents_and_programs_count_like_people():
    found = count([*chose("q", "a", channel=Channel.AGENT), *chose("q", "a", channel=Channel.API), *chose("q", "a")])
    assert found.times_matched() == {"a": 3}


EVENTS = [
    *chose("sort mail", "a", "b", "a"),
    *chose("flag spam", "b", "c"),
    *chose("q", "c", channel=Channel.SYNTHETIC),
]


@given(st.permutations(EVENTS))
def test_the_order_of_the_log_changes_no_count(events):
    assert count(events) == count(EVENTS)
    assert list(count(events).chosen) == sorted(count(events).chosen)
