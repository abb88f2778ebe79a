"""Hubs: by hand, whatever the blocks, and never where there is too little to tell by."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.searches.hubs import BANK, FEWEST_QUERIES, bank_of, hubs_of


def test_what_comes_near_to_every_query_gives_up_a_share_of_what_is_above_the_usual() -> None:
    near_to_all, near_to_ten, far = np.full(20, 0.8), np.r_[np.full(10, 0.5), np.zeros(10)], np.full(20, 0.2)
    # Of the ten nearest queries the means are .8, .5 and .2: .3 above the usual, the usual, .3 below.
    assert hubs_of([np.stack([near_to_all, near_to_ten, far])], 0.25).tolist() == [75_000, 0, -75_000]


@given(st.integers(0, 1000), st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_the_blocks_make_no_difference(seed: int, cuts: list[int]) -> None:
    nearness = np.random.default_rng(seed).random((5, 60))
    blocks = np.split(nearness, sorted({10 + cut for cut in cuts}), axis=1)
    assert hubs_of(blocks, 0.5).tolist() == hubs_of([nearness], 0.5).tolist()


def test_too_few_queries_are_no_bank_and_many_are_drawn_from_the_same_way_each_time() -> None:
    grid = np.arange(2 * BANK)[:, None]
    assert len(bank_of(grid[: FEWEST_QUERIES - 1])) == 0
    assert len(bank_of(grid[:FEWEST_QUERIES])) == FEWEST_QUERIES
    assert len(bank_of(grid)) == BANK
    assert bank_of(grid).tolist() == bank_of(grid).tolist()
