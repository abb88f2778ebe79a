"""One artifact for an intent: how sure it is, what it rests on, what else would do."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import matchgraph as mg
from matchgraph.answers.best import confidence_of
from matchgraph.pages.render import render

scores = st.lists(st.floats(0.01, 3.0), min_size=1, max_size=10).map(lambda given: sorted(given, reverse=True))


def test_the_best_is_the_first_of_a_search(world: mg.MatchGraph) -> None:
    intent = "sort incoming mail into folders by topic"
    assert world.best(intent).best == world.search(intent)[0]


def test_alternatives_are_what_search_finds_next_and_as_many_as_asked(world: mg.MatchGraph) -> None:
    found = world.best("sort mail into folders", alternatives=2)
    listed = [item.artifact_id for item in world.search("sort mail into folders")]
    assert [other.artifact_id for other in found.alternatives] == listed[1:3]
    assert world.best("sort mail into folders", alternatives=0).alternatives == ()


def test_what_sets_an_alternative_back_adds_up_to_its_distance(world: mg.MatchGraph) -> None:
    found = world.best("sort mail into folders by topic")
    for other in found.alternatives:
        whole, *parts = [reason.points for reason in other.why if reason.kind not in ("job", "differs")]
        gaps = [points for reason, points in zip(other.why[1:], parts, strict=False) if "in " in reason.text]
        assert whole == pytest.approx(other.score - found.best.score)
        assert sum(gaps) == pytest.approx(whole, abs=0.003)


def test_facets_that_differ_are_told_and_those_not_stated_are_not(world: mg.MatchGraph) -> None:
    found = world.best("sort incoming mail into folders by topic")
    letter = next(other for other in found.alternatives if other.artifact_id == "letter-sorter")
    told = [reason.text for reason in letter.why if reason.kind == "differs"]
    assert told == ["maker Beta instead of Acme", "license GPL-3.0-only instead of MIT"]


def test_nonsense_has_no_best_and_no_confidence(world: mg.MatchGraph) -> None:
    found = world.best("qwlrk zzvxt")
    assert (found.best, found.standing, found.confidence, found.alternatives) == (None, None, 0.0, ())
    assert "No match" in str(found)


def test_conditions_hold_for_the_best_and_the_others(world: mg.MatchGraph) -> None:
    found = world.best("sort mail into folders", mg.where(type="dataset"))
    assert {found.best.type, *(other.type for other in found.alternatives)} == {"dataset"}


def test_choices_made_since_the_snapshot_are_counted(world: mg.MatchGraph) -> None:
    assert world.best("sort incoming mail").standing.times_matched == 0
    world.record(query="sort incoming mail", chosen="mail-sorter")
    assert world.best("sort incoming mail").standing.times_matched == 1


@given(scores, st.floats(0.0, 1.0))
def test_a_confidence_is_a_chance_and_grows_with_the_lead(found: list[float], share: float) -> None:
    floor = share * found[0]  # one alone that is no better than nonsense is ahead of nothing
    ahead = [confidence_of([found[0] + more, *found[1:]], floor) for more in (0.0, 0.1, 0.5)]
    assert all(0 < chance < 1 for chance in ahead)
    assert all(less < more for less, more in pairwise(ahead))


def test_ten_twins_share_the_chance() -> None:
    assert confidence_of([0.9] * 10, 0.3) < 0.1
    assert confidence_of([0.9, *[0.3] * 9], 0.3) > 0.8


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_every_form_names_the_best_and_the_chance(world: mg.MatchGraph, form: str) -> None:
    found = world.best("sort incoming mail into folders by topic")
    page = render(found, form)
    assert "Mail Sorter" in page
    assert f"{found.confidence:.0%}" in page
    assert "No match" in render(world.best("qwlrk zzvxt"), form)
