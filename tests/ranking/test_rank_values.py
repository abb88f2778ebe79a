"""What amounts are worth, by hand: to state more never counts less, and cheap counters wait to be borne out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.catalogue.records import Fact, FactStatus
from matchgraph.ranking.values import FLOOR, NEUTRAL
from tests.ranking.worlds import chosen, made, valued, values

SUSPECT = Fact(10**9, status=FactStatus.SUSPECT)
MISSING, NOT_APPLICABLE = Fact(None, status=FactStatus.MISSING), Fact(None, status=FactStatus.NOT_APPLICABLE)
COUNTERS = ("downloads_month", "downloads", "pulls", "stars")


def crowd(number=190, **more):
    """So many models with 0, 1, 2, ... of everything counted, each by its own maker."""
    keys = ("stars", "downloads", "dependents", "contributors")
    return [made(f"c{n:03}", maker=f"c{n}", **dict.fromkeys(keys, n), **more) for n in range(number)]


def plain_and_clipped(artifacts, name, artifact_id="a", **more):
    catalogue, found = valued(artifacts, **more)
    cell = catalogue.place[artifact_id], found.names.index(name)
    return round(float(found.plain[cell]), 4), round(float(found.clipped[cell]), 4)


# The floor


def test_the_least_that_can_be_stated_counts_as_much_as_silence():
    world = [*crowd(), made("zero", stars=0), made("silent")]
    found = valued(world)[1]
    column = found.names.index("stars")
    assert found.counted[-1, column] == found.counted[-2, column] == FLOOR


def test_what_nobody_of_the_type_states_is_neutral():
    world = [*crowd(), made("z", "dataset")]
    found = valued(world)[1]
    assert found.counted[-1, found.names.index("stars")] == NEUTRAL


def test_the_first_to_state_something_is_neither_better_nor_worse_for_it():
    for stars in (0, 10**9):
        assert values([made("a", stars=stars)], "stars") == {"a": NEUTRAL}


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(COUNTERS), st.integers(0, 10**7), st.lists(st.integers(0, 10**7), max_size=8))
def test_to_state_a_counter_is_never_worse_than_to_say_nothing(key, number, others):
    measure = "stars" if key == "stars" else "usage"
    world = [made(f"b{place}", maker=f"b{place}", **{key: each}) for place, each in enumerate(others)]
    stating, silent = (valued([made("a", **facts), *world])[1] for facts in ({key: number}, {}))
    column = stating.names.index(measure)
    assert stating.counted[0, column] >= silent.counted[0, column]


# Several facts for one measure


def test_of_several_facts_the_best_one_counts():
    world = [*crowd(), made("a", downloads=1, pulls=3)]
    assert values(world, "usage")["a"] == 0.5  # pulls are stated by it alone
    world = [*crowd(), made("a", downloads=150, pulls=3, contributors=180)]
    assert values(world, "usage")["a"] == round((150 + 1 + 5) / 201, 4)


@pytest.mark.parametrize("off", [MISSING, SUSPECT, Fact(-1), NOT_APPLICABLE], ids=str)
def test_a_fact_that_counts_less_hides_no_other(off):
    world = [*crowd(), made("a", downloads=150, pulls=off, contributors=180)]
    assert values(world, "usage")["a"] == round((150 + 1 + 5) / 201, 4)


def test_to_withdraw_a_low_fact_does_not_uncover_a_suspect_one():
    low, suspect = {"downloads": 0}, {"pulls": Fact(9, status=FactStatus.SUSPECT)}
    pulled = [made(f"p{n}", maker=f"p{n}", pulls=n) for n in range(30)]
    both = values([*crowd(), *pulled, made("a", **low, **suspect)], "usage")["a"]
    assert values([*crowd(), *pulled, made("a", **suspect)], "usage")["a"] <= both


# Suspect, and not applicable


def test_a_suspect_fact_counts_at_most_as_neutral_and_what_is_above_is_clipped():
    world = [*crowd(), made("a", dependents=Fact(10**9, status=FactStatus.SUSPECT))]
    assert plain_and_clipped(world, "dependents") == (round(195 / 200, 4), round(195 / 200 - NEUTRAL, 4))
    low = [*crowd(), made("a", dependents=Fact(0, status=FactStatus.SUSPECT))]
    assert plain_and_clipped(low, "dependents") == (FLOOR, 0)


def test_a_suspect_fact_bears_nothing_out():
    world = [*crowd(), made("a", stars=10**6, dependents=Fact(10**9, status=FactStatus.SUSPECT))]
    assert values(world, "stars")["a"] == FLOOR + 0.25


def test_a_measure_does_not_apply_where_none_of_its_facts_does():
    assert values([*crowd(), made("a", stars=NOT_APPLICABLE)], "stars")["a"] == -1
    assert values([*crowd(), made("a", pulls=NOT_APPLICABLE)], "usage")["a"] is None
    none = dict.fromkeys(("downloads_month", "downloads", "pulls"), NOT_APPLICABLE)
    assert values([*crowd(), made("a", **none)], "usage")["a"] == -1


def test_to_withdraw_the_fact_beside_one_that_does_not_apply_does_not_end_the_measure():
    stating, silent = ({"downloads": 0, "pulls": NOT_APPLICABLE}, {"pulls": NOT_APPLICABLE})
    assert values([*crowd(), made("a", **stating)], "usage")["a"] == FLOOR
    assert values([*crowd(), made("a", **silent)], "usage")["a"] is None


# Corroboration


def test_a_cheap_counter_alone_counts_a_quarter_above_the_floor():
    assert plain_and_clipped([*crowd(), made("a", stars=10**6)], "stars") == (
        round(195.5 / 201, 4),
        round(195.5 / 201 - (FLOOR + 0.25), 4),
    )


def test_a_cheap_counter_counts_a_quarter_above_what_bears_it_out():
    # 100 contributors: (100 + .5 + .5 + 5) / 201 = .5274; .25 above it is .7774.
    world = [*crowd(), made("a", stars=10**6, contributors=100)]
    assert values(world, "stars")["a"] == round(106 / 201 + 0.25, 4)


def test_borne_out_by_many_a_cheap_counter_counts_in_full():
    world = [*crowd(), made("a", stars=10**6, dependents=180)]
    assert plain_and_clipped(world, "stars") == (round(195.5 / 201, 4), 0)


def test_one_cheap_counter_does_not_bear_out_another():
    world = [*crowd(), made("a", stars=10**6, downloads=10**9)]
    assert values(world, "stars")["a"] == values(world, "usage")["a"] == FLOOR + 0.25


def test_nothing_counted_bears_nothing_out():
    world = [*crowd(), made("a", stars=10**6, dependents=0)]
    assert values(world, "stars")["a"] == FLOOR + 0.25


def test_voices_bear_out_as_far_as_they_carry():
    world = [*crowd(), made("a", stars=10**6)]
    counts = [values(world, "stars", searches=chosen(a=n) if n else chosen())["a"] for n in (0, 1, 20, 400)]
    assert counts[0] == FLOOR + 0.25
    assert counts[1] == pytest.approx(counts[0], abs=0.01)
    assert sorted(counts) == counts
    assert counts[2] > counts[1] + 0.05


def test_a_link_by_another_owner_bears_out_and_one_of_its_own_does_not():
    model = made("a", maker="A", stars=10**6)
    other, own = (made("z", maker=maker, links=[("requires", "a")]) for maker in ("Z", "A"))
    assert values([*crowd(), model, own], "stars")["a"] == FLOOR + 0.25
    assert values([*crowd(), model, other], "stars")["a"] == 0.75


def test_what_is_missing_is_never_clipped():
    catalogue, found = valued([*crowd(), made("silent")])
    assert (found.clipped[catalogue.place["silent"]] == 0).all()


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["stars", "downloads", "pulls", "dependents", "contributors", "accuracy", "last_update"]),
            st.builds(Fact, st.integers(0, 10**6), status=st.sampled_from(list(FactStatus))),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_every_value_is_inside_and_nothing_is_clipped_below_the_floor(facts):
    world = [made(f"a{n}", maker=f"a{n}", **each) for n, each in enumerate(facts)]
    found = valued(world)[1]
    assert ((found.plain >= 0) & (found.plain <= 1)).all()
    assert (found.clipped >= 0).all()
    assert (found.counted >= np.where(found.clipped > 0, FLOOR - 1e-12, 0)).all()
