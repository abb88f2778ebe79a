"""What pairs come to is the same however they are cut into blocks, and in whatever order blocks are put together."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.graph.likeness import Likeness
from matchgraph.graph.pairs import Pairs
from matchgraph.graph.seen import Seen, among, among_all
from tests.graph.oracles import some_world, told, with_twins

unhurried = settings(deadline=None, max_examples=40)
SEEDS = st.integers(0, 2**32 - 1)


def some_pairs(seed: int, artifacts: int, count: int) -> tuple[Pairs, np.ndarray]:
    """Pairs in any order, some of them more than once; likeness of few values, so that there are ties."""
    dice = np.random.default_rng(seed)
    ends = np.sort(dice.integers(0, artifacts, (2, count)), axis=0)
    left, right = ends[:, ends[0] != ends[1]]
    same = left * artifacts + right
    of_pair = np.random.default_rng(seed + 1)
    likeness, cover, covered = of_pair.integers(0, 8, (3, artifacts**2)) / 4
    copied = of_pair.random(artifacts**2) < 0.1
    cover, covered = np.where(copied, 0.95, cover / 4), np.where(copied, 0.95, covered / 4)
    return Pairs(left, right, cover[same], covered[same], np.zeros(len(left))), likeness[same]


def part_of(
    rule: tuple[int, float, int], pairs: Pairs, likeness: np.ndarray, rows: np.ndarray
) -> dict[str, np.ndarray]:
    seen = Seen(*rule)
    some = (getattr(pairs, name)[rows] for name in ("left", "right", "cover", "covered", "words"))
    seen.see_each(Pairs(*some), likeness[rows])
    return seen.arrays()


@unhurried
@given(SEEDS, st.integers(2, 30), st.integers(0, 200), st.integers(1, 4), st.integers(1, 12), st.randoms())
def test_pairs_cut_anyhow_and_put_together_in_any_order_come_to_the_same(seed, artifacts, count, most, blocks, order):
    rule = artifacts, 0.5, most
    pairs, likeness = some_pairs(seed, artifacts, count)
    whole = Seen(*rule)
    whole.take(part_of(rule, pairs, likeness, np.arange(len(pairs.left))))
    block_of = np.random.default_rng(seed).integers(0, blocks, len(pairs.left))
    parts = [part_of(rule, pairs, likeness, np.flatnonzero(block_of == block)) for block in range(blocks)]
    while len(parts) > 1:  # any two of them, until one is left
        order.shuffle(parts)
        both = Seen(*rule)
        for _ in range(2):
            both.take(parts.pop())
        parts.append(both.arrays())
    put_together = Seen(*rule)
    put_together.take(parts[0])
    assert told(put_together) == told(whole)


@unhurried
@given(SEEDS, st.integers(2, 30), st.integers(0, 60), st.integers(1, 4))
def test_what_is_seen_among_those_that_are_met_is_what_is_seen_among_all(seed, artifacts, count, most):
    pairs, likeness = some_pairs(seed, artifacts, count)
    met = np.union1d(np.concatenate([pairs.left, pairs.right]), [seed % artifacts])
    some = Seen(len(met), 0.5, most)
    some.see_each(among(met, pairs), likeness)
    wanted = part_of((artifacts, 0.5, most), pairs, likeness, np.arange(len(pairs.left)))
    assert {name: (part.dtype, part.tolist()) for name, part in among_all(met, some).items()} == {
        name: (part.dtype, part.tolist()) for name, part in wanted.items()
    }


@unhurried
@given(SEEDS, st.booleans(), st.randoms())
def test_tiles_of_every_pair_in_any_order_come_to_what_they_come_to_at_once(seed, twins, order):
    likeness = (with_twins(seed, 12, 4) if twins else some_world(seed, 12)).likeness
    rule = len(likeness), likeness.scale.cut(0.5), 3
    whole = Seen(*rule)
    for pairs, values in likeness.blocks():
        whole.see(pairs, values)
    left = likeness.tiles()
    order.shuffle(left)
    together = Seen(*rule)
    for tile in left:
        part = Seen(*rule)
        for pairs, values in likeness.blocks(tile):
            part.see(pairs, values)
        together.take(part.arrays())
    assert told(together) == told(whole)


@unhurried
@given(SEEDS, st.integers(1, 9))
def test_a_likeness_that_went_through_its_arrays_says_the_same(seed, artifacts):
    likeness = some_world(seed, artifacts).likeness
    again = Likeness.of_arrays(likeness.arrays())
    for one, other in zip(likeness.blocks(), again.blocks(), strict=True):
        assert one[1].tobytes() == other[1].tobytes()
    assert again.scale.cut(0.1) == likeness.scale.cut(0.1)
