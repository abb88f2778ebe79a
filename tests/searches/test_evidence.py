"""What a choice weighs: each part by hand, and the whole in a world where the truth is known."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.searches.events import UNDATED, Channel, SearchEvent
from matchgraph.searches.evidence import Evidence, Tally, effective_size, weigh
from matchgraph.searches.searches import count
from matchgraph.searches.trust import Pace, paces, trust_of

TODAY = date(2026, 11, 21)


def chose(
    artifact_id: str,
    query: str = "sort mail",
    by: str | None = "ada",
    *,
    days_ago: int = 0,
    shown: str = "",
    channel: Channel = Channel.HUMAN,
) -> SearchEvent:
    at = datetime.combine(TODAY - timedelta(days_ago), time(12), UTC)
    return SearchEvent(query, tuple(shown), artifact_id, actor=by, channel=channel, at=at)


def about(found: Evidence, artifact_id: str) -> dict[str, float]:
    """The row of one artifact."""
    (row,) = (row for row in found.table().to_pylist() if row.pop("artifact_id") == artifact_id)
    return row


def weights(*events: SearchEvent, kinds: dict[str, str] | None = None) -> dict[tuple[str, str], float]:
    return weigh(events, TODAY, kinds).choices


def test_a_log_of_nothing_is_no_evidence():
    assert weigh([], TODAY) == Evidence()
    assert Evidence().to_dict() == {
        "searches": dict.fromkeys(
            ("real", "synthetic", "bot", "doubted", "undated", "failed", "capped", "counted", "placed"), 0
        ),
        "weight": 0,
        "effective_size": 0.0,
        "position_curve": "assumed 1/rank",
        "half_life_days": 90,
    }


# One count


def test_an_actor_counts_once_a_day_for_an_artifact_and_a_kind_of_query():
    found = weigh([chose("a")] * 40 + [chose("b"), chose("a", by="bob"), chose("a", "flag spam")], TODAY)
    assert found.choices == {("flag spam", "a"): 1, ("sort mail", "a"): 2, ("sort mail", "b"): 1}
    assert (found.tally.capped, found.tally.counted) == (39, 4)


def test_the_next_day_is_another_count():
    found = weigh([chose("a"), chose("a", days_ago=90)], TODAY)
    assert (found.choices, found.tally.capped) == ({("sort mail", "a"): 1.5}, 0)


def test_one_wish_in_two_wordings_is_one_count_shared_between_them():
    events = [chose("a", "sort mail"), chose("a", "Sort my  mail"), chose("a", "flag spam")]
    assert weights(*events, kinds={"sort my mail": "sort mail"}) == {
        ("flag spam", "a"): 1,
        ("sort mail", "a"): 0.5,
        ("sort my mail", "a"): 0.5,
    }


def test_where_no_actor_is_known_a_query_is_one_a_day():
    events = [chose("a", by=None), chose("a", by=None), chose("a", "flag spam", by=None)]
    assert weights(*events) == {("flag spam", "a"): 1, ("sort mail", "a"): 1}


def test_a_synthetic_choice_weighs_nothing_and_is_told():
    made = chose("a", by="eve", channel=Channel.SYNTHETIC, shown="a")
    found = weigh([made, chose("b")], TODAY)
    assert (found.choices, found.impressions) == ({("sort mail", "b"): 1}, {})
    assert (found.tally.synthetic, found.tally.real) == (1, 1)


# Age


@pytest.mark.parametrize(("days_ago", "weight"), [(0, 1), (45, 0.707106781), (90, 0.5), (180, 0.25), (-3, 1)])
def test_a_choice_loses_half_its_weight_in_ninety_days(days_ago, weight):
    assert weights(chose("a", days_ago=days_ago)) == {("sort mail", "a"): weight}


def test_a_choice_without_a_day_keeps_its_weight_and_is_told():
    undated = [SearchEvent("sort mail", chosen="a", actor="ada", at=at) for at in (UNDATED, None)]
    found = weigh(undated, TODAY)
    assert (found.choices, found.tally.undated, found.tally.capped) == ({("sort mail", "a"): 1}, 2, 1)
    assert weights(*undated, chose("a")) == {("sort mail", "a"): 2}


# Place


def test_who_is_chosen_further_down_weighs_more_and_the_mean_is_one():
    # 1 and 1/(1/4) = 4: by their mean of 2.5 that is .4 and 1.6.
    assert weights(chose("a", shown="abcd"), chose("d", shown="abcd")) == {
        ("sort mail", "a"): 0.4,
        ("sort mail", "d"): 1.6,
    }


def test_the_tenth_place_and_those_after_it_weigh_the_same():
    shown = "abcdefghijklmnop"
    found = weights(chose("a", shown=shown), chose("j", shown=shown), chose("p", shown=shown))
    assert found["sort mail", "j"] == found["sort mail", "p"] == pytest.approx(10 * found["sort mail", "a"])


def test_a_choice_whose_place_is_not_known_is_untouched_by_those_whose_is():
    found = weights(chose("a", shown="abcd"), chose("d", shown="abcd"), chose("e"))
    assert found["sort mail", "e"] == 1
    assert sum(found.values()) == pytest.approx(3)


def test_a_repeat_further_down_makes_no_choice_heavier():
    again = [chose("a", shown="ba"), chose("a", shown="ab"), chose("a", shown="cba")]
    other = chose("b", by="bob", shown="ab")
    assert weights(*again, other) == weights(chose("a", shown="ab"), other)
    reworded = weights(
        chose("a", shown="ab"), chose("a", "sort it", shown="cba"), other, kinds={"sort it": "sort mail"}
    )
    assert reworded["sort mail", "b"] == weights(chose("a", shown="ab"), other)["sort mail", "b"]


def test_what_is_shown_further_down_is_looked_at_less():
    found = weigh([SearchEvent("sort mail", ("a", "b"), actor="ada"), chose("b", by="bob", shown="ab")], TODAY)
    assert found.impressions == {"a": 2, "b": 1}
    assert about(found, "b") == {"chosen": 1, "effective": 1, "impressions": 1}


def test_most_of_the_error_by_position_is_taken_away():
    # Eight artifacts stand in nearly the same order each time; a place is looked at 1/rank of the times.
    dice, ids, people = np.random.default_rng(5), list("abcdefgh"), 2_500
    wanted = np.array([0.2, 0.3, 0.2, 0.5, 0.4, 0.6, 0.5, 0.7])
    events = []
    for person in range(people):
        order = np.argsort(np.arange(8) + dice.normal(0, 0.7, 8))
        taken = dice.random(8) < wanted[order] / np.arange(1, 9)
        shown = "".join(ids[each] for each in order)
        events += [chose(shown[place], by=str(person), shown=shown) for place in np.flatnonzero(taken)]
    found, counted = weigh(events, TODAY), Counter(event.chosen for event in events)

    def error(amounts: list[float]) -> float:
        return float(np.abs(np.array(amounts) / sum(amounts) - wanted / wanted.sum()).sum())

    naive = error([counted[each] for each in ids])
    assert naive > 0.5
    assert error([about(found, each)["chosen"] for each in ids]) <= 0.3 * naive
    assert sum(found.choices.values()) == pytest.approx(found.tally.counted)


# Pace


def searched(times: int, apart: timedelta, by: str = "bot") -> list[SearchEvent]:
    start = datetime(2026, 11, 20, tzinfo=UTC)
    return [SearchEvent(f"query {n}", (), "a", actor=by, at=start + n * apart) for n in range(times)]


@pytest.mark.parametrize(
    ("times", "apart", "trust"),
    [
        (10, timedelta(seconds=1), 1.0),
        (11, timedelta(seconds=1), 0.3),
        (30, timedelta(seconds=1), 0.3),
        (31, timedelta(seconds=1), 0.0),
        (100, timedelta(seconds=10), 1.0),
        (101, timedelta(seconds=10), 0.3),
        (500, timedelta(seconds=100), 0.3),
        (501, timedelta(seconds=100), 0.0),
        (18, timedelta(hours=1), 1.0),
        (19, timedelta(hours=1), 0.3),
        (23, timedelta(hours=1), 0.0),
    ],
)
def test_an_actor_is_believed_by_its_busiest_minute_and_day_and_its_hours(times, apart, trust):
    assert trust_of(searched(times, apart)) == {"actor bot": trust}


def test_a_bot_weighs_nothing_and_is_no_voice_while_others_are_untouched():
    events = [*searched(40, timedelta(seconds=1)), chose("a", by="ada")]
    found = weigh(events, TODAY)
    assert (found.choices, found.tally.bot) == ({("sort mail", "a"): 1}, 40)
    assert count(events).voices() == {"a": 1}
    assert count(events).times_matched() == {"a": 41}  # what happened, happened


def test_a_doubtful_actor_counts_for_three_tenths_in_choices_and_in_what_is_looked_at():
    events = [replace(event, shown=("a",)) for event in searched(11, timedelta(seconds=1))]
    found = weigh(events, date(2026, 11, 20))
    assert set(found.choices.values()) == {0.3}
    assert found.impressions == {"a": pytest.approx(3.3)}
    assert found.tally.doubted == 11


def test_synthetic_searches_cost_nobody_trust():
    made = [replace(event, channel=Channel.SYNTHETIC) for event in searched(90, timedelta(seconds=1), by="ada")]
    assert weights(*made, chose("a", by="ada")) == {("sort mail", "a"): 1}


def test_several_choices_of_one_search_are_one_search_and_one_without_a_day_has_no_pace():
    at = datetime(2026, 11, 20, tzinfo=UTC)
    several = [SearchEvent("sort mail", chosen=str(n), actor="ada", at=at) for n in range(200)]
    assert paces(several) == {"actor ada": Pace(1, 1, 1)}
    assert paces([SearchEvent(f"query {n}", actor="ada", at=UNDATED) for n in range(900)]) == {}


# Effective size


def test_effective_size_by_hand():
    assert effective_size([2.0] * 7) == 7
    assert effective_size([10.0, 0.1, 0.1]) == pytest.approx(10.2**2 / 100.02)
    found = weigh([chose("a", shown="abcd"), chose("d", shown="abcd")], TODAY)
    assert found.effective == {"a": 1, "d": 1}
    assert found.effective_size == pytest.approx(4 / (0.4**2 + 1.6**2))


# All of it

some_events = st.lists(
    st.builds(
        lambda artifact_id, query, by, days_ago, shown, channel: chose(
            artifact_id, query, by, days_ago=days_ago, shown=shown if artifact_id in shown else "", channel=channel
        ),
        st.sampled_from("abc"),
        st.sampled_from(["sort mail", "sort my mail", "flag spam"]),
        st.sampled_from(["ada", "bob", None]),
        st.integers(0, 4),
        st.permutations("abc").map("".join),
        st.sampled_from(Channel),
    ),
    max_size=25,
)
KINDS = {"sort my mail": "sort mail"}


@settings(deadline=None, max_examples=60)
@given(events=some_events, data=st.data())
def test_the_order_of_the_log_changes_no_weight(events, data):
    assert weigh(data.draw(st.permutations(events)), TODAY, KINDS) == weigh(events, TODAY, KINDS)


@settings(deadline=None, max_examples=60)
@given(events=some_events)
def test_repeating_the_whole_log_changes_no_weight(events):
    once, thrice = weigh(events, TODAY, KINDS), weigh(events * 3, TODAY, KINDS)
    if not once.tally.doubted + thrice.tally.doubted + thrice.tally.bot:
        assert (thrice.choices, thrice.impressions) == (once.choices, once.impressions)


@settings(deadline=None, max_examples=60)
@given(events=some_events)
def test_every_real_choice_is_counted_capped_or_a_bots(events):
    found = weigh(events, TODAY, KINDS)
    tally: Tally = found.tally
    assert tally.counted + tally.capped + tally.bot == tally.real == len(events) - tally.synthetic
    assert sum(found.choices.values()) <= tally.counted + 1e-6
    assert found.effective_size <= tally.counted + 1e-6
