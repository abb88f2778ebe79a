"""Places given by lot: none at rate nought, all at one, the rarely shown rather, and the same for the same seed."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.errors import QuestionError
from matchgraph.searches.explore import explore

RANKED = [f"a{place:02}" for place in range(30)]


@given(rate=st.floats(0, 1), k=st.integers(0, 40), seed=st.integers(0, 99))
def test_the_list_stays_as_long_each_stands_once_and_the_best_keep_their_order(rate, k, seed):
    found = explore(RANKED, {}, k, rate=rate, seed=seed)
    ids = [slot.artifact_id for slot in found]
    assert len(ids) == len(set(ids)) == min(k, 30)
    best = [slot.artifact_id for slot in found if not slot.explored]
    assert best == RANKED[: len(best)]
    assert all(slot.artifact_id in RANKED[k:] for slot in found if slot.explored)


def test_rate_nought_is_the_ranking_and_rate_one_is_all_by_lot():
    assert [slot.artifact_id for slot in explore(RANKED, {}, 5, rate=0, seed=1)] == RANKED[:5]
    assert all(slot.explored for slot in explore(RANKED, {}, 5, rate=1, seed=1))


def test_the_same_seed_and_query_draw_the_same_and_others_do_not():
    drawn = [explore(RANKED, {}, 8, rate=0.5, seed=seed, query=query) for seed, query in [(1, "x"), (1, "x"), (2, "x")]]
    assert drawn[0] == drawn[1] != drawn[2]
    assert drawn[0] != explore(RANKED, {}, 8, rate=0.5, seed=1, query="y")


def test_a_place_is_drawn_as_often_as_the_rate_says_and_the_rarely_shown_rather():
    drawn = Counter(
        slot.artifact_id
        for seed in range(2_000)
        for slot in explore(["a", "b", "rare", "often"], {"often": 3}, 1, rate=0.2, seed=seed)
        if slot.explored
    )
    assert drawn.total() == pytest.approx(400, abs=60)
    # b and rare 1 each, often 1/4
    assert drawn["often"] / drawn.total() == pytest.approx(1 / 9, abs=0.05)


@pytest.mark.parametrize("rate", [-0.1, 1.1])
def test_a_rate_that_is_no_share_is_refused(rate):
    with pytest.raises(QuestionError, match="from 0 to 1"):
        explore(RANKED, {}, 3, rate=rate, seed=1)
