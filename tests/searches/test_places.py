"""How likely a place is looked at, told by what was drawn by lot."""

from __future__ import annotations

import numpy as np
import pytest

from matchgraph.searches.events import SearchEvent
from matchgraph.searches.places import Curve, curve_of

SHOWN = tuple("abcdefghij")


def draws(steepness: float, searches: int) -> list[SearchEvent]:
    """Searches with one result drawn by lot each, chosen as often as its place is looked at."""
    dice = np.random.default_rng(4)
    events = []
    for _ in range(searches):
        place = int(dice.integers(10))
        looked = dice.random() < (place + 1) ** -steepness
        events.append(SearchEvent("q", SHOWN, SHOWN[place] if looked else None, explored=(SHOWN[place],)))
    return events


@pytest.mark.parametrize("steepness", [0.3, 0.7, 1.4])
def test_the_curve_by_which_choices_were_drawn_is_found_again(steepness: float) -> None:
    found = curve_of(draws(steepness, 6_000))
    assert found.steepness == pytest.approx(steepness, abs=0.08)
    assert str(found).startswith(f"estimated 1/rank^{found.steepness:.2f} from ")


def test_too_few_choices_of_draws_leave_the_curve_assumed() -> None:
    assert curve_of(draws(0.7, 200)) == Curve()
    assert str(curve_of([])) == "assumed 1/rank"


def test_choices_of_results_that_were_not_drawn_tell_nothing() -> None:
    events = [SearchEvent("q", SHOWN, SHOWN[n % 10]) for n in range(2_000)]
    assert curve_of(events) == Curve()


def test_draws_at_one_place_only_tell_nothing() -> None:
    assert curve_of([SearchEvent("q", SHOWN, "c", explored=("c",))] * 500) == Curve()
