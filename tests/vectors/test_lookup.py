"""Looking into some cells: what is found is exact, what is missed is measured, and a filter never leaves too few."""

from __future__ import annotations

import numpy as np
import pytest

from matchgraph.vectors import lookup as room
from matchgraph.vectors.cells import cells_of
from matchgraph.vectors.grid import to_grid
from matchgraph.vectors.index import Index
from matchgraph.vectors.lookup import Lookup, lookup_of


def bundles(rows: int = 600, middles: int = 60, seed: int = 4) -> np.ndarray:
    dice = np.random.default_rng(seed)
    return to_grid(
        dice.standard_normal((middles, 12))[np.arange(rows) % middles] + 0.3 * dice.standard_normal((rows, 12))
    )


GRID = bundles()
TEXTS = [f"text {row}" for row in range(len(GRID))]


def all_cells() -> Lookup:
    cells = cells_of(GRID, 20, np.arange(len(GRID)))
    return Lookup(cells, len(cells))


@pytest.mark.parametrize("k", [1, 10, 700])
@pytest.mark.parametrize("share", [None, 0.01, 0.4])
def test_with_every_cell_looked_into_it_is_the_exact_search(k: int, share: float | None) -> None:
    among = None if share is None else np.random.default_rng(1).random(len(GRID)) < share
    exact, looked = Index(GRID), Index(GRID, all_cells())
    for one, other in zip(exact.nearest(GRID[:7], k, among), looked.nearest(GRID[:7], k, among), strict=True):
        assert np.array_equal(one, other)


def test_the_first_choice_is_the_nearest_in_their_order_and_filled_up() -> None:
    index = Index(GRID, all_cells())
    assert index.about(GRID[:3], 5).tolist() == index.nearest(GRID[:3], 5)[1].tolist()
    among = np.zeros(len(GRID), bool)
    among[[5, 9]] = True
    assert (index.about(GRID[5], 4, among) >= 0).sum() == 2


def test_a_filter_that_few_pass_is_looked_for_further_away() -> None:
    lookup = Lookup(all_cells().cells, 1)
    among = np.zeros(len(GRID), bool)
    among[np.random.default_rng(2).permutation(len(GRID))[:60]] = True
    assert Index(GRID, lookup).nearest(GRID[:4], 40, among)[1].shape == (4, 40)


def test_the_stated_share_of_the_true_ten_nearest_is_found() -> None:
    lookup, looked = lookup_of(GRID, TEXTS)
    assert lookup is not None
    assert looked.recall >= looked.at_least >= 0.95
    exact, by_cells = (Index(GRID, each).nearest(GRID, 11)[1].tolist() for each in (None, lookup))
    found = [len(set(one) & set(other) - {row}) for row, (one, other) in enumerate(zip(exact, by_cells, strict=True))]
    assert sum(found) / 10 / len(GRID) == pytest.approx(looked.recall, abs=0.002)  # equals may change places


def test_the_same_rows_are_looked_up_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    (first, said), _ = lookup_of(GRID, TEXTS), monkeypatch.setattr(room, "_AT_ONCE", 7)
    again, told = lookup_of(GRID, TEXTS)
    assert first is not None
    assert again is not None
    assert said == told
    assert np.array_equal(first.cells.rows, again.cells.rows)


def test_where_cells_would_miss_too_many_every_row_is_looked_at_and_it_is_said() -> None:
    anywhere = to_grid(np.random.default_rng(5).standard_normal((400, 60)))
    lookup, looked = lookup_of(anywhere, TEXTS[:400])
    assert lookup is None
    assert looked.way == "every row"
    assert "95%" in looked.note
