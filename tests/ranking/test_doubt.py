"""How far a rank can be trusted: draws that follow from the id alone, and groups of those that cannot be told apart."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.catalogue.records import Fact, FactStatus
from matchgraph.ranking.doubt import SURE, TIED, above, doubt_of, draws, level_of
from matchgraph.ranking.measures import KINDS, Status
from matchgraph.ranking.values import FLOOR, NEUTRAL, Values
from matchgraph.ranking.weights import read_weights
from tests.ranking.worlds import chosen, made, only, ranked, valued

OURS = read_weights()
NAMES = tuple(KINDS)


def drawn(artifact_id, name, value, *, status=Status.OBSERVED, doubt=0.0, names=None):
    """The draws of one value."""
    names = names or (name,)
    cells = [np.full((1, len(names)), each) for each in (value, doubt)]
    found = draws([artifact_id], names, cells[0], np.full((1, len(names)), status, object), cells[1])
    return found[0, :, names.index(name)]


def doubts(ids, value, doubt, kind="model", status=Status.OBSERVED):
    """The doubt of artifacts that state nothing but stars, of which the whole rank is made."""
    value, doubt = (np.array(each, float)[:, None] for each in (value, doubt))
    values = Values(("stars",), value, 0 * value, np.full(value.shape, status, object), doubt)
    share = np.ones_like(value)
    return doubt_of(ids, [kind] * len(ids), values, share, np.round(100 * value[:, 0], 1), share[:, 0])


# Draws


def test_the_draws_of_an_artifact_follow_from_its_id_alone():
    names = ("stars", "dependents")
    counted, doubt = np.array([[0.4, 0.6], [0.5, 0.9], [0.4, 0.6]]), np.full((3, 2), 0.1)
    status = np.full((3, 2), Status.OBSERVED, object)
    three = draws(["a", "b", "c"], names, counted, status, doubt)
    assert np.array_equal(three, draws(["a", "b", "c"], names, counted, status, doubt))
    assert np.array_equal(three[1:2], draws(["b"], names, counted[1:2], status[1:2], doubt[1:2]))
    assert not np.array_equal(three[0], three[2])


def test_a_draw_does_not_depend_on_which_measures_there_are():
    one, among = (drawn("a", "stars", 0.5, doubt=0.1, names=names) for names in (("stars",), NAMES))
    assert np.array_equal(one, among)


@pytest.mark.parametrize("name", ["license_stated", "last_change", "hard_to_replace"])
def test_what_is_stated_dated_or_measured_on_texts_does_not_move(name):
    assert set(drawn("a", name, 0.7)) == {0.7}


@pytest.mark.parametrize("name", ["chosen", "central", "breadth"])
def test_to_be_chosen_by_nobody_is_known(name):
    assert set(drawn("a", name, NEUTRAL, status=Status.MISSING)) == {NEUTRAL}


@given(st.floats(FLOOR, 0.99), st.floats(0.001, 0.5))
def test_a_value_moves_around_itself_and_stays_inside(value, doubt):
    found = drawn("a", "stars", value, doubt=doubt)
    assert ((found >= FLOOR) & (found <= 1)).all()
    assert found.max() > value
    assert np.median(found) == pytest.approx(value, abs=0.2 * doubt)


def test_a_percentile_may_be_off_as_a_share_of_its_pool_is():
    # sqrt(.5 * .5 / (pool + 10))
    for number in (1, 5, 90):
        found = valued([made(f"a{n}", maker=f"a{n}", dependents=7) for n in range(number)])[1]
        column = found.names.index("dependents")
        assert found.doubt[:, column] == pytest.approx(0.5 / (number + 10) ** 0.5)


def test_voices_may_be_off_by_their_root_and_all_that_they_say_with_them():
    # Of nine voices six to twelve: .5 + .5 * percentile * voices / (voices + 20).
    world = [made(f"a{n}") for n in range(3)]
    found = valued(world, searches=chosen(a0=3, a1=9, a2=30))[1]
    column = found.names.index("chosen")
    most, least = (0.5 * (1.0 + below + 5) / 13 * n / (n + 20) for n, below in ((12, 1), (6, 0)))
    assert found.plain[1, column] == pytest.approx(0.5 + 0.5 * (1.5 + 5) / 13 * 9 / 29)
    assert found.doubt[1, column] == pytest.approx((most - least) / 2)


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 60))
def test_voices_are_never_drawn_below_neutral(first, second, third):
    world = [made(f"a{n}") for n in range(3)]
    catalogue, found = valued(world, searches=chosen(a0=first, a1=second, a2=third))
    columns = [found.names.index(name) for name in ("chosen", "central", "breadth")]
    assert (found.doubt[:, columns] >= 0).all()
    drew = draws(catalogue.ids, found.names, found.counted, found.status, found.doubt)[:, :, columns]
    assert (drew >= NEUTRAL).all()


def test_what_the_same_voices_say_moves_together():
    names = ("chosen", "central", "breadth", "stars")
    cells = np.full((1, 4), 0.7), np.full((1, 4), Status.OBSERVED, object), np.full((1, 4), 0.05)
    found = draws(["a"], names, *cells)[0]
    assert np.array_equal(found[:, 0], found[:, 1])
    assert np.array_equal(found[:, 0], found[:, 2])
    assert abs(np.corrcoef(found[:, 0], found[:, 3])[0, 1]) < 0.2


def test_of_equals_with_the_noise_of_counting_hardly_any_is_surely_above():
    # Two hundred pairs, each of one true number of voices, heard twice.
    dice = np.random.default_rng(0)
    true = dice.gamma(0.7, 30, 200)
    heard = {f"{side}{n:03}": int(dice.poisson(each)) for n, each in enumerate(true) for side in "ab"}
    catalogue, found = valued([made(each) for each in heard], searches=chosen(**heard))
    drew = draws(catalogue.ids, found.names, found.counted, found.status, found.doubt)
    signal = drew[:, :, [found.names.index(name) for name in ("chosen", "central", "breadth")]].mean(axis=2)
    chances = np.array([above(signal[n], signal[n + 200]) for n in range(200)])
    assert np.mean(np.maximum(chances, 1 - chances) >= 0.95) <= 0.13  # one in ten by chance, from either side
    assert np.mean(np.maximum(chances, 1 - chances) >= 0.9875) <= 0.05


@pytest.mark.parametrize("counts_as", [FLOOR, NEUTRAL])
def test_what_is_missing_may_be_anything_around_what_it_counts_as(counts_as):
    found = drawn("a", "stars", counts_as, status=Status.MISSING)
    assert counts_as - 0.3 <= found.min() < counts_as - 0.28
    assert counts_as + 0.28 < found.max() <= counts_as + 0.3


# Intervals and levels


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["stars", "downloads", "dependents", "accuracy"]),
            st.builds(Fact, st.integers(0, 10**6), status=st.sampled_from(list(FactStatus))),
        ),
        min_size=1,
        max_size=6,
    ),
    st.integers(0, 50),
)
def test_the_interval_contains_the_rank(facts, voices):
    world = [made(f"a{n}", "package", **each) for n, each in enumerate(facts)]
    for row in ranked(world, OURS, chosen(a0=voices)).table.to_pylist():
        assert 0 <= row["low"] <= row["rank"] <= row["high"] <= 100


def test_more_evidence_narrows_the_interval():
    found = doubts(["a"] * 4, [0.6] * 4, [0.2, 0.1, 0.05, 0.01])
    widths = (found.high - found.low).tolist()
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 5 * widths[-1]


def test_nothing_stated_is_wider_than_everything_stated():
    crowd = [made(f"c{n}", maker=f"c{n}", stars=n, dependents=n, downloads=n, contributors=n) for n in range(60)]
    world = [*crowd, made("silent"), made("told", stars=30, dependents=30, downloads=30, contributors=30)]
    silent, told = (ranked(world, only(adoption=OURS.measures["adoption"])).of(each) for each in ("silent", "told"))
    assert silent["high"] - silent["low"] > told["high"] - told["low"]
    assert (silent["evidence"], told["evidence"]) == ("none", "high")


@pytest.mark.parametrize(
    ("coverage", "level"), [(0, "none"), (0.01, "low"), (1 / 3, "low"), (0.34, "medium"), (0.67, "high"), (1, "high")]
)
def test_the_level_follows_from_how_much_was_observed(coverage, level):
    assert level_of(coverage) == level


# Above, and tied


def test_of_equals_each_is_above_the_other_half_the_time():
    left, right = (drawn(name, "stars", 0.6, doubt=0.1) for name in ("a", "b"))
    assert above(left, right) == pytest.approx(0.5, abs=0.1)
    assert above(left, right) + above(right, left) == pytest.approx(1)
    assert above(left, left) == 0.5
    assert above(left + 1, right) == 1


def test_identical_artifacts_are_tied():
    found = doubts([f"a{n}" for n in range(12)], [0.6] * 12, [0.1] * 12)
    assert set(found.tie_group) == {1}


def test_what_is_surely_apart_is_not_tied():
    assert doubts(["a", "b"], [0.9, 0.5], [0.02, 0.02]).tie_group.tolist() == [1, 2]


def test_some_that_are_surely_above_are_never_tied():
    assert SURE > TIED > 0.5


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.tuples(st.sampled_from(["model", "package", "dataset"]), st.integers(0, 10**6), st.booleans()),
        min_size=1,
        max_size=25,
    )
)
def test_tie_groups_part_each_type_in_the_order_of_rank(rows):
    world = [
        made(f"a{n}", kind, maker=f"m{n}", dependents=number, license="MIT" if stated else None)
        for n, (kind, number, stated) in enumerate(rows)
    ]
    table = ranked(world, OURS).table.to_pylist()
    for kind in {row["type"] for row in table}:
        inside = sorted((row for row in table if row["type"] == kind), key=lambda row: -row["rank"])
        groups = [row["tie_group"] for row in inside]
        assert groups == sorted(groups)
        assert set(groups) == set(range(1, max(groups) + 1))
