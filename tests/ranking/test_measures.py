"""Each measure by hand: percentiles among few are drawn to the middle, and nothing unknown is zero."""

import re
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.catalogue.records import Artifact, Fact, FactStatus
from matchgraph.ranking.measures import NEUTRAL, WITHHELD, _percentiles
from matchgraph.searches.searches import Searches
from tests.conftest import TODAY
from tests.ranking.worlds import made, measured, values

SUSPECT = Fact(1_000_000, status=FactStatus.SUSPECT)
MISSING = Fact(None, status=FactStatus.MISSING)
NOT_APPLICABLE = Fact(None, status=FactStatus.NOT_APPLICABLE)


def chosen(**times: int) -> Searches:
    return Searches({("sort mail", artifact_id): count for artifact_id, count in times.items()}, sum(times.values()))


def counted(artifacts: list[Artifact], name: str, **more: object) -> dict[str, int]:
    """The number that stands in what was found, by artifact."""
    catalogue, measures = measured(artifacts, **more)
    numbers = [int(re.sub(r"\D", "", raw or "0")) for raw in measures[name].raw]
    return dict(zip(catalogue.ids, numbers, strict=True))


# Percentiles: (how many are below + half of the equals and itself + 5) / (pool + 10)


def test_three_counts_stand_at_their_mid_ranks_drawn_to_the_middle():
    found = values([made("a", stars=1), made("b", stars=5), made("c", stars=900)], "stars")
    assert found == {"a": round(5.5 / 13, 4), "b": round(6.5 / 13, 4), "c": round(7.5 / 13, 4)}


def test_equal_counts_have_equal_percentiles():
    found = values([made("a", stars=7), made("b", stars=7), made("c", stars=8)], "stars")
    assert found == {"a": round(6 / 13, 4), "b": round(6 / 13, 4), "c": round(7.5 / 13, 4)}


def test_one_alone_in_its_pool_stands_in_the_middle():
    assert values([made("a", stars=10**9)], "stars") == {"a": 0.5}


def test_a_count_in_a_large_pool_nears_its_plain_percentile():
    found = values([made(f"a{number:03}", stars=number) for number in range(190)], "stars")
    assert found["a000"] == round(5.5 / 200, 4)
    assert found["a189"] == round(194.5 / 200, 4)


def test_counts_of_other_types_and_other_counters_do_not_compare():
    found = values(
        [
            made("model", stars=5),
            made("package", "package", stars=50_000),
            made("pulled", pulls=10**9),
            made("downloaded", downloads=3),
        ],
        "stars",
    )
    assert found == {"downloaded": None, "model": 0.5, "package": 0.5, "pulled": None}
    assert values([made("pulled", pulls=10**9), made("downloaded", downloads=3)], "usage") == {
        "downloaded": 0.5,
        "pulled": 0.5,
    }


@given(st.lists(st.floats(0, 1e12) | st.just(np.nan), min_size=1, max_size=30))
def test_percentiles_keep_the_order_and_stay_inside(numbers):
    numbers = np.array(numbers)
    found = _percentiles(numbers, np.zeros(len(numbers)))
    assert np.array_equal(np.isnan(found), np.isnan(numbers))
    known = ~np.isnan(numbers)
    assert ((found[known] > 0) & (found[known] < 1)).all()
    above = numbers[known][:, None] > numbers[known]
    assert (found[known][:, None] > found[known])[above].all()
    same = numbers[known][:, None] == numbers[known]
    assert (found[known][:, None] == found[known])[same].all()
    assert found[known].mean() == pytest.approx(0.5) if known.any() else True


# Facts


@pytest.mark.parametrize("fact", [SUSPECT, MISSING, Fact(-5), Fact("many"), Fact(True)])
def test_a_count_that_is_not_to_be_used_is_unknown_and_leaves_the_pool(fact):
    found = values([made("a", stars=fact), made("b", stars=1), made("c", stars=2)], "stars")
    assert found == values([made("a"), made("b", stars=1), made("c", stars=2)], "stars")
    assert found["a"] is None


def test_missing_is_not_zero():
    found = values([made("silent"), made("zero", stars=0), made("some", stars=9)], "stars")
    assert found == {"silent": None, "some": round(6.5 / 12, 4), "zero": round(5.5 / 12, 4)}
    assert measured([made("silent")])[1]["stars"].instead == NEUTRAL


def test_a_count_that_cannot_apply_is_neither_known_nor_missing():
    assert values([made("a", stars=NOT_APPLICABLE), made("b", stars=1)], "stars") == {"a": -1, "b": 0.5}


@pytest.mark.parametrize("off", [MISSING, SUSPECT, Fact(-1)])
def test_a_counter_that_says_nothing_does_not_hide_another_of_the_same_artifact(off):
    others = [made("b", downloads=1), made("c", downloads=2)]
    without = values([made("a", downloads=500), *others], "usage")
    assert values([made("a", downloads=500, downloads_month=off), *others], "usage") == without


def test_a_number_says_where_it_comes_from():
    _, measures = measured([made("a", stars=Fact(1234, "2026-05-01", "GitHub"))])
    stars = measures["stars"]
    assert "1,234" in stars.raw[0]
    assert (stars.source, stars.observed_at) == (["GitHub"], ["2026-05-01"])


# What the maker states


@pytest.mark.parametrize("license", ["MIT", "proprietary", "CC-BY-4.0"])
def test_a_stated_licence_counts_in_full(license):
    assert values([made("a", license=license)], "license_stated") == {"a": 1}


@pytest.mark.parametrize("license", [None, "unknown", "Unknown", "none", "other", "not stated", "(not found)"])
def test_a_licence_that_says_nothing_counts_as_withheld(license):
    assert values([made("a", license=license)], "license_stated") == {"a": None}
    assert measured([made("a")])[1]["license_stated"].instead == WITHHELD


def test_one_stated_limitation_is_enough():
    found = values([made("a", limitations=["only English"]), made("b")], "limitations_stated")
    assert found == {"a": 1, "b": None}


@pytest.mark.parametrize("key", ["accuracy", "top1_accuracy", "f1", "macro_f1", "wer", "bleu_score", "map"])
def test_a_measured_figure_is_a_stated_evaluation(key):
    assert values([made("a", **{key: 0.9}), made("b")], "evaluation_stated") == {"a": 1, "b": None}


@pytest.mark.parametrize("key", ["stars", "power", "wera", "answer"])
def test_any_other_fact_is_no_evaluation(key):
    assert values([made("a", **{key: 0.9})], "evaluation_stated") == {"a": None}


@pytest.mark.parametrize("fact", [SUSPECT, MISSING, NOT_APPLICABLE], ids=lambda fact: fact.status)
def test_an_evaluation_that_was_not_observed_is_not_stated(fact):
    assert values([made("a", accuracy=fact)], "evaluation_stated")["a"] is None


@pytest.mark.parametrize("benchmark", ["glue", "other-people-s-benchmark", "none-of-the-above", "unknown-speakers"])
def test_a_link_to_a_benchmark_is_a_stated_evaluation_whatever_its_name(benchmark):
    assert values([made("a", links=[("evaluated_on", benchmark)])], "evaluation_stated") == {"a": 1}


# Declared links


def test_links_by_others_are_counted_by_maker():
    world = [
        made("base", maker="Acme"),
        made("own", maker="Acme", links=[("derived_from", "base")]),
        made("b1", maker="Beta", links=[("derived_from", "base"), ("requires", "base")]),
        made("b2", maker="Beta", links=[("derived_from", "base")]),
        made("c1", maker="Gamma", links=[("requires", "base")]),
    ]
    # Acme's own link is none, Beta's three are one, Gamma's is one.
    assert counted(world, "linked_by_others") == {"base": 2, "own": 0, "b1": 0, "b2": 0, "c1": 0}


def test_a_maker_cannot_lift_its_artifact_by_links_of_its_own():
    world = [made("base", maker="Acme"), made("b", maker="Beta", links=[("requires", "base")])]
    flock = [made(f"own{number}", "package", maker="Acme", links=[("requires", "base")]) for number in range(50)]
    assert values(world + flock, "linked_by_others")["base"] == values(world, "linked_by_others")["base"]


def test_artifacts_without_a_maker_link_each_for_itself():
    world = [made("base"), *(made(f"p{number}", links=[("requires", "base")]) for number in range(3))]
    assert counted(world, "linked_by_others")["base"] == 3


def test_a_link_to_itself_or_out_of_the_catalogue_is_no_link():
    world = [made("a", links=[("requires", "a"), ("requires", "elsewhere")]), made("b")]
    for name in ("linked_by_others", "kinds_of_link"):
        assert values(world, name) == {"a": None, "b": None}


def test_kinds_of_link_are_counted_by_kind_and_direction():
    world = [
        made("a", links=[("requires", "b"), ("requires", "c"), ("trained_on", "c")]),
        made("b", links=[("requires", "a")]),
        made("c"),
    ]
    # a: requires, trained_on, required by. b: requires, required by. c: required by, trained_on by.
    assert counted(world, "kinds_of_link") == {"a": 3, "b": 2, "c": 2}


def test_no_link_is_known_to_be_none_only_where_somebody_declares_links():
    assert values([made("a"), made("b")], "linked_by_others") == {"a": None, "b": None}
    found = values([made("a"), made("b"), made("c", links=[("requires", "b")])], "linked_by_others")
    assert found == {"a": round(6 / 13, 4), "b": round(7.5 / 13, 4), "c": round(6 / 13, 4)}


# Choices


def test_without_any_search_times_matched_is_missing_for_all():
    assert values([made("a"), made("b")], "times_matched") == {"a": None, "b": None}


def test_only_what_was_chosen_is_known_to_be_chosen():
    found = values([made("a"), made("b"), made("c")], "times_matched", searches=chosen(a=3, c=90, elsewhere=5))
    assert found["b"] is None
    assert found["a"] < found["c"]
    assert counted([made("a")], "times_matched", searches=chosen(a=1234)) == {"a": 1234}


def test_few_choices_stay_near_the_middle():
    found = values([made(f"a{n}") for n in range(10)], "times_matched", searches=chosen(a0=1, a1=2, a2=3))
    assert all(abs(found[f"a{n}"] - NEUTRAL) < 0.05 for n in range(3))


def test_being_chosen_is_never_worse_than_not_being_chosen():
    world = [made("a"), made("b")]
    assert values(world, "times_matched", searches=chosen(a=1, b=100))["a"] >= NEUTRAL


@given(st.integers(1, 60), st.integers(0, 100), st.integers(0, 100))
def test_one_more_choice_never_lowers_the_measure(times, second, third):
    world = [made("a"), made("b"), made("c")]
    others = {name: count for name, count in (("b", second), ("c", third)) if count}
    before = values(world, "times_matched", searches=chosen(a=times, **others))["a"]
    assert values(world, "times_matched", searches=chosen(a=times + 1, **others))["a"] >= before


# The match graph, and time


def test_the_less_another_covers_the_harder_to_replace():
    found = values([made("a"), made("b"), made("c")], "hard_to_replace", best_cover={"a": 0.9, "b": 0.2, "c": -0.1})
    assert found == {"a": round(5.5 / 13, 4), "b": round(6.5 / 13, 4), "c": round(7.5 / 13, 4)}


@pytest.mark.parametrize(("days", "fresh"), [(0, 1), (365, 0.5), (730, 0.25), (-30, 1)])
def test_freshness_halves_each_year(days, fresh):
    changed = (TODAY - timedelta(days=days)).isoformat()
    assert values([made("a", "mcp-server", last_update=changed)], "last_change") == {"a": fresh}


@pytest.mark.parametrize(
    ("written", "day"), [("2025", date(2025, 1, 1)), ("2025-06", date(2025, 6, 1)), (2025, date(2025, 1, 1))]
)
def test_a_date_means_its_first_day(written, day):
    expected = round(0.5 ** ((TODAY - day).days / 365), 4)
    assert values([made("a", released=written)], "last_change") == {"a": expected}


@pytest.mark.parametrize("fact", ["last May", MISSING, Fact("2026-11-21", status=FactStatus.SUSPECT), True])
def test_a_day_that_is_not_known_is_missing(fact):
    assert values([made("a", last_update=fact)], "last_change") == {"a": None}


def test_the_last_change_is_asked_for_before_the_release():
    old, new = "2020-01-01", TODAY.isoformat()
    assert values([made("a", released=old, last_update=new)], "last_change") == {"a": 1}


@pytest.mark.parametrize("off", [MISSING, Fact("2020", status=FactStatus.SUSPECT), Fact("last May")])
def test_a_day_that_says_nothing_does_not_hide_another(off):
    assert values([made("a", released=TODAY.isoformat(), last_update=off)], "last_change") == {"a": 1}
