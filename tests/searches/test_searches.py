"""What the log says as counts: all of them by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.searches.events import Channel, SearchEvent
from matchgraph.searches.searches import Searches, count


def chose(query: str, *chosen: str, by: str | None = None, channel: Channel = Channel.HUMAN) -> list[SearchEvent]:
    return [SearchEvent(query, chosen=each, actor=by, channel=channel) for each in chosen]


def test_an_empty_log_counts_nothing():
    nothing = count([])
    assert nothing == Searches()
    assert not nothing.times_matched()
    assert not nothing.together()


def test_times_matched_counts_every_search_that_ended_in_the_artifact():
    found = count([*chose("sort mail", "a", "a", "b"), *chose("flag spam", "a"), SearchEvent("sort mail", ("a", "b"))])
    assert found.times_matched() == {"a": 3, "b": 1}
    assert found.queries() == ["flag spam", "sort mail"]
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


# Voices


def test_one_actor_is_one_voice_however_often_and_for_however_many_queries_it_chose():
    often = chose("sort mail", *["a"] * 100, by="ada")
    wide = [event for number in range(100) for event in chose(f"query {number}", "a", by="ada")]
    for events in (often, wide, often + wide):
        assert count(events).voices() == {"a": 1}
        assert sum(count(events).voiced.values()) == pytest.approx(1)


def test_an_actor_is_a_voice_for_each_artifact_that_it_chose():
    assert count([*chose("sort mail", "a", "b", by="ada"), *chose("sort mail", "a", by="bob")]).voices() == {
        "a": 2,
        "b": 1,
    }


def test_where_no_actor_is_known_every_different_query_is_one():
    events = [*chose("sort mail", "a", "a", "a"), *chose("Sort  mail", "a"), *chose("flag spam", "a")]
    assert count(events).voices() == {"a": 2}


def test_a_known_actor_and_an_unknown_one_are_two():
    assert count([*chose("sort mail", "a", by="ada"), *chose("sort mail", "a")]).voices() == {"a": 2}


def test_a_voice_is_shared_among_its_queries():
    events = [
        *chose("sort mail", "a", by="ada"),
        *chose("flag spam", "a", by="ada"),
        *chose("sort mail", "a", by="bob"),
    ]
    assert count(events).voiced == {("flag spam", "a"): 0.5, ("sort mail", "a"): 1.5}


names = st.sampled_from(["ada", "bob", "cy", None])
events = st.lists(
    st.builds(
        lambda query, chosen, by: chose(query, chosen, by=by)[0],
        st.sampled_from(["sort mail", "flag spam", "draw maps", "find faces"]),
        st.sampled_from("abc"),
        names,
    ),
    max_size=30,
)


@given(events)
def test_shares_add_up_to_the_voices(log):
    found = count(log)
    for artifact_id in "abc":
        mine = [event for event in log if event.chosen == artifact_id]
        voices = len({event.actor or f"query {event.query}" for event in mine})
        assert found.voices()[artifact_id] == voices
        total = sum(share for (_, each), share in found.voiced.items() if each == artifact_id)
        assert total == pytest.approx(voices)


# Breadth and kinds


def test_breadth_is_one_for_one_query_and_n_for_n_alike():
    for number in (1, 2, 7):
        log = [event for n in range(number) for event in chose(f"query {n}", "a", by=f"actor {n}")]
        assert count(log).breadth() == {"a": pytest.approx(number)}


def test_breadth_of_three_and_one_by_hand():
    # exp(-(3/4 ln 3/4 + 1/4 ln 1/4)) = 1.7548
    log = [*(chose("sort mail", "a", by=f"m{n}")[0] for n in range(3)), *chose("flag spam", "a", by="s")]
    assert count(log).breadth() == {"a": pytest.approx(1.754765, abs=1e-6)}


@given(events)
def test_breadth_is_between_one_and_the_number_of_queries(log):
    found = count(log)
    for artifact_id, breadth in found.breadth().items():
        queries = {query for query, each in found.chosen if each == artifact_id}
        assert 1 <= breadth <= len(queries) + 1e-6


def test_queries_of_one_kind_are_counted_together():
    log = [*chose("sort mail", "a", by="ada"), *chose("sort my mail", "a", "b", by="ada"), *chose("flag spam", "b")]
    found = count(log).by_kind({"sort my mail": "sort mail", "sort mail": "sort mail"})
    assert found.chosen == {("flag spam", "b"): 1, ("sort mail", "a"): 2, ("sort mail", "b"): 1}
    assert found.voiced == {("flag spam", "b"): 1, ("sort mail", "a"): 1, ("sort mail", "b"): 1}
    assert found.breadth() == {"a": 1, "b": 2}
    assert (found.voices(), found.times_matched()) == (count(log).voices(), count(log).times_matched())
    assert found.queries() == ["flag spam", "sort mail"]


EVENTS = [
    *chose("sort mail", "a", "b", "a"),
    *chose("flag spam", "b", "c", by="ada"),
    *chose("sort mail", "c", by="ada"),
    *chose("q", "c", channel=Channel.SYNTHETIC),
]


@given(st.permutations(EVENTS))
def test_the_order_of_the_log_changes_no_count(events):
    assert count(events) == count(EVENTS)
    assert list(count(events).chosen) == sorted(count(events).chosen)
