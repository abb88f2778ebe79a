"""The nearest of groups whose members are known, how sure that is, and nothing where none is near."""

from itertools import pairwise

import numpy as np
import pytest

from matchgraph.vectors.grid import to_grid
from matchgraph.vectors.nearest_group import LEAST_KNOWN, LEAST_MEMBERS, groups_of

NAMES = ["mail", "photos", "tides"]


def world(each: int = 40, spread: float = 0.4, seed: int = 1) -> tuple[np.ndarray, list[list[str]]]:
    """Rows scattered about three middles, with the group of each."""
    dice = np.random.default_rng(seed)
    middles = np.eye(3, 12)
    rows = [middles[place] + dice.normal(0, spread, 12) for place in range(3) for _ in range(each)]
    return to_grid(np.array(rows).reshape(-1, 12)), [[name] for name in NAMES for _ in range(each)]


def test_a_row_at_a_middle_is_of_that_group() -> None:
    groups = groups_of(*world())
    assert groups is not None
    assert [found[0] for found in groups.of(groups.middles) if found] == NAMES


def test_a_row_that_is_like_no_member_is_of_no_group() -> None:
    groups = groups_of(*world())
    assert groups is not None
    assert groups.of(to_grid(-groups.middles.sum(axis=0)[None].astype(float))) == [None]


def test_how_sure_it_is_is_the_share_that_is_right_of_rows_never_seen() -> None:
    groups = groups_of(*world(300, 0.7))
    rows, stated = world(300, 0.7, seed=2)
    assert groups is not None
    found = [(each[1], each[0] in names) for each, names in zip(groups.of(rows), stated, strict=True) if each]
    sure, right = map(np.array, zip(*found, strict=True))
    assert 0.7 < right.mean() < 0.98
    assert abs(sure.mean() - right.mean()) < 0.04
    assert right[sure >= np.median(sure)].mean() > right[sure < np.median(sure)].mean() + 0.1


def test_a_wider_lead_is_never_less_sure() -> None:
    groups = groups_of(*world(60, 0.8))
    assert groups is not None
    assert all(one <= other for one, other in pairwise(groups.sure))
    assert all(one < other for one, other in pairwise(groups.margins))
    assert 0 < groups.sure[0] <= groups.sure[-1] < 1


def test_the_order_of_members_decides_nothing() -> None:
    rows, stated = world(60, 0.8)
    order = np.random.default_rng(3).permutation(len(rows))
    one, other = groups_of(rows, stated), groups_of(rows[order], [stated[place] for place in order])
    assert one is not None
    assert other is not None
    assert one.of(rows) == other.of(rows)
    assert (one.names, one.nearest) == (other.names, other.nearest)


@pytest.mark.parametrize("each", [0, LEAST_MEMBERS - 1, LEAST_KNOWN // 3])
def test_too_few_members_teach_nothing(each: int) -> None:
    assert groups_of(*world(each)) is None


def test_one_group_alone_tells_nothing() -> None:
    rows, _ = world()
    assert groups_of(rows, [["mail"]] * len(rows)) is None


def test_a_group_of_few_is_never_named() -> None:
    rows, stated = world()
    stated[0] = ["rare"]
    groups = groups_of(rows, stated)
    assert groups is not None
    assert groups.names == NAMES


def test_who_is_of_two_groups_is_right_with_either() -> None:
    rows, stated = world()
    groups = groups_of(rows, [[*names, "all"] for names in stated])
    assert groups is not None
    assert groups.names == ["all", *NAMES]
    assert groups.of(rows[:0]) == []
