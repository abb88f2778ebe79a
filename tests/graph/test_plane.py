from __future__ import annotations

import numpy as np
import pytest

from matchgraph.graph import plane as room
from matchgraph.graph.plane import plane_of
from matchgraph.vectors.grid import to_grid


def three_groups(each: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Rows around three directions, and which group each is of."""
    dice = np.random.default_rng(5)
    middles = dice.standard_normal((3, 16))
    groups = np.repeat(np.arange(3), each)
    return to_grid(middles[groups] + 0.25 * dice.standard_normal((3 * each, 16))), groups


def none() -> np.ndarray:
    return np.zeros((0, 2), np.int64)


def test_what_is_alike_lies_together() -> None:
    grid, groups = three_groups()
    places = plane_of(grid, none())
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    same = groups[:, None] == groups[None]
    np.fill_diagonal(apart, np.inf)
    assert (groups[apart.argmin(axis=1)] == groups).all()
    np.fill_diagonal(apart, 0)
    assert apart[same].mean() < 0.5 * apart[~same].mean()


def test_the_same_rows_give_the_same_map() -> None:
    grid, _ = three_groups()
    assert np.array_equal(plane_of(grid, none()), plane_of(grid, none()))


def test_what_the_graph_joins_is_drawn_nearer() -> None:
    grid, _ = three_groups()
    joined = np.array([(0, other) for other in range(40, 60)])
    loose, tied = plane_of(grid, none()), plane_of(grid, joined)
    assert np.linalg.norm(tied[0] - tied[40:].mean(axis=0)) < np.linalg.norm(loose[0] - loose[40:].mean(axis=0))


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5])
def test_few_artifacts_have_places_too(size: int) -> None:
    places = plane_of(three_groups()[0][:size], none())
    assert places.shape == (size, 2)
    assert np.isfinite(places).all()
    assert (np.abs(places) <= 1).all()


def test_copies_have_places_too() -> None:
    places = plane_of(np.repeat(three_groups()[0][:1], 12, axis=0), none())
    assert np.isfinite(places).all()


def test_a_map_of_many_looks_around_each_and_still_puts_together_what_is_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    grid, groups = three_groups()
    exact = plane_of(grid, none())
    monkeypatch.setattr(room, "EVERY_PAIR_UP_TO", 10)
    monkeypatch.setattr(room, "_AT_ONCE", 7)
    places = plane_of(grid, none())
    assert places.shape == exact.shape
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    assert (groups[apart.argmin(axis=1)] == groups).all()


def test_how_many_are_moved_together_changes_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    grid, _ = three_groups()
    joined = np.array([(0, other) for other in range(40, 60)])
    together = plane_of(grid, joined)
    monkeypatch.setattr(room, "_AT_ONCE", 7)
    assert np.array_equal(plane_of(grid, joined), together)
