"""What facts say of each measure: counters, checks, figures and dates, each by hand."""

from datetime import date, timedelta

import numpy as np
import pytest

from matchgraph.catalogue.records import Fact, FactStatus
from matchgraph.ranking.measures import Status
from matchgraph.ranking.values import FLOOR
from tests.conftest import TODAY
from tests.ranking.worlds import made, measured, values

SUSPECT = Fact(1_000_000, status=FactStatus.SUSPECT)
MISSING = Fact(None, status=FactStatus.MISSING)
NOT_APPLICABLE = Fact(None, status=FactStatus.NOT_APPLICABLE)


def one(name, *artifacts, key=0):
    """The first of the measures that may speak for a name."""
    return measured(list(artifacts))[1][name][key]


# Counters


def test_a_counter_says_its_number_its_words_and_where_they_come_from():
    stars = one("stars", made("a", stars=Fact(1234, "2026-05-01", "GitHub")))
    assert (stars.amount.tolist(), stars.raw) == ([1234], ["stars 1,234"])
    assert (stars.source, stars.observed_at) == (["GitHub"], ["2026-05-01"])


def test_a_counter_compares_within_its_type_and_key():
    usage = measured([made("a", downloads=1), made("b", "package", pulls=1)])[1]["usage"]
    pools = [pool for each in usage for pool in each.pool[each.status == Status.OBSERVED]]
    assert pools == ["usage|model|downloads", "usage|package|pulls"]


@pytest.mark.parametrize("fact", [MISSING, Fact(-5), Fact("many"), Fact(True)])
def test_a_count_that_counts_nothing_is_missing(fact):
    stars = one("stars", made("a", stars=fact))
    assert (np.isnan(stars.amount).tolist(), stars.status.tolist()) == ([True], [Status.MISSING])


def test_a_suspect_count_keeps_its_number_and_is_called_suspect():
    stars = one("stars", made("a", stars=SUSPECT))
    assert (stars.amount.tolist(), stars.status.tolist()) == ([1_000_000], [Status.SUSPECT])


def test_a_count_that_cannot_apply_is_neither_known_nor_missing():
    assert values([made("a", stars=NOT_APPLICABLE), made("b", stars=1)], "stars") == {"a": -1, "b": 0.5}


# What the maker states


@pytest.mark.parametrize("license", ["MIT", "proprietary", "CC-BY-4.0"])
def test_a_stated_licence_counts_in_full(license):
    assert values([made("a", license=license)], "license_stated") == {"a": 1}


@pytest.mark.parametrize("license", [None, "unknown", "Unknown", "none", "other", "not stated", "(not found)"])
def test_a_licence_that_says_nothing_is_missing(license):
    assert values([made("a", license=license)], "license_stated") == {"a": None}


def test_one_stated_limitation_is_enough():
    assert values([made("a", limitations=["only English"]), made("b")], "limitations_stated") == {"a": 1, "b": None}


@pytest.mark.parametrize("key", ["accuracy", "top1_accuracy", "f1", "macro_f1", "wer", "bleu_score", "map"])
def test_a_measured_figure_is_a_stated_evaluation(key):
    assert values([made("a", **{key: 0.9}), made("b")], "evaluation_stated") == {"a": 1, "b": None}


@pytest.mark.parametrize("key", ["stars", "power", "wera", "answer"])
def test_any_other_fact_is_no_evaluation(key):
    world = [made("a", **{key: 0.9})]
    assert values(world, "evaluation_stated") == values(world, "evaluation_result") == {"a": None}


@pytest.mark.parametrize("fact", [SUSPECT, MISSING, NOT_APPLICABLE], ids=lambda fact: fact.status)
def test_an_evaluation_that_was_not_observed_is_not_stated(fact):
    assert values([made("a", accuracy=fact)], "evaluation_stated")["a"] is None


@pytest.mark.parametrize("benchmark", ["glue", "other-people-s-benchmark", "none-of-the-above", "unknown-speakers"])
def test_a_link_to_a_benchmark_is_a_stated_evaluation_whatever_its_name(benchmark):
    assert values([made("a", links=[("evaluated_on", benchmark)])], "evaluation_stated") == {"a": 1}


# Figures


def test_a_figure_compares_among_those_that_state_the_same():
    # (below + half of the equals + 5) / (pool + 10)
    world = [made("a", accuracy=0.9), made("b", accuracy=0.8), made("c", f1=0.1), made("d")]
    found = values(world, "evaluation_result")
    assert found == {"a": round(6.5 / 12, 4), "b": round(5.5 / 12, 4), "c": 0.5, "d": None}


def test_of_an_error_less_is_better():
    found = values([made("a", wer=4.2), made("b", wer=9.9)], "evaluation_result")
    assert found["a"] > found["b"]


# Time


@pytest.mark.parametrize(("days", "fresh"), [(0, 1), (365, 0.5), (3650, FLOOR)])
def test_freshness_halves_each_year_and_stays_at_the_floor(days, fresh):
    changed = (TODAY - timedelta(days=days)).isoformat()
    assert values([made("a", "mcp-server", last_update=changed)], "last_change") == {"a": fresh}


def test_a_day_that_has_not_come_is_no_change():
    ahead = (TODAY + timedelta(days=30)).isoformat()
    assert values([made("a", "mcp-server", last_update=ahead)], "last_change") == {"a": None}


@pytest.mark.parametrize(
    ("written", "day"), [("2026", date(2026, 1, 1)), ("2025-12", date(2025, 12, 1)), (2026, date(2026, 1, 1))]
)
def test_a_date_means_its_first_day(written, day):
    expected = round(0.5 ** ((TODAY - day).days / 365), 4)
    assert values([made("a", released=written)], "last_change") == {"a": expected}


@pytest.mark.parametrize("fact", ["last May", MISSING, True])
def test_a_day_that_is_not_known_is_missing(fact):
    assert values([made("a", last_update=fact)], "last_change") == {"a": None}


@pytest.mark.parametrize("keys", [("released", "last_update"), ("last_update", "released")])
def test_the_newest_date_counts_whatever_it_is_called(keys):
    old, new = keys
    assert values([made("a", **{old: "2020-01-01", new: TODAY.isoformat()})], "last_change") == {"a": 1}


@pytest.mark.parametrize("off", [MISSING, Fact("2020", status=FactStatus.SUSPECT), Fact("last May")])
def test_a_day_that_says_nothing_does_not_hide_another(off):
    assert values([made("a", released=TODAY.isoformat(), last_update=off)], "last_change") == {"a": 1}


def test_an_empty_catalogue_is_measured_too():
    catalogue, found, reference = measured([])
    assert (len(catalogue), reference.pools) == (0, {})
    assert all(len(measure.amount) == 0 for several in found.values() for measure in several)
