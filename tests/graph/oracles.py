"""Small worlds of numbers, and what the graph should be in them, worked out slowly from the definitions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations
from statistics import fmean, pstdev

import numpy as np
import pyarrow as pa

from matchgraph.catalogue.catalogue import Catalogue, catalogue_of
from matchgraph.catalogue.records import Artifact, ArtifactType, Capability, Link
from matchgraph.graph.likeness import Likeness
from matchgraph.graph.neighbours import Neighbours
from matchgraph.graph.seen import Seen
from matchgraph.vectors.grid import LENGTH, to_grid
from matchgraph.vectors.words import Words, words_in

SPOKEN = [f"{what}{which}" for what in ("mail", "photo", "speech", "label") for which in ("er", "box", "land", "like")]


def made(
    artifact_id: str,
    does: Sequence[str] = ("does it",),
    *,
    maker: str | None = None,
    links: Sequence[tuple[str, str]] = (),
) -> Artifact:
    """An artifact called "it" that says nothing but what its capabilities do."""
    abilities = (Capability(f"{artifact_id}#{number}", f"c{number}", text) for number, text in enumerate(does))
    tied = tuple(Link(*link) for link in links)
    return Artifact(artifact_id, "it", ArtifactType.MODEL, maker=maker, links=tied, capabilities=tuple(abilities))


@dataclass(frozen=True, eq=False)
class World:
    """A catalogue with its grid, one row a capability."""

    catalogue: Catalogue
    grid: np.ndarray

    @property
    def words(self) -> Words:
        return words_in(self.catalogue)

    @property
    def likeness(self) -> Likeness:
        return Likeness(self.catalogue, self.grid, self.words)


def world_of(sizes: Sequence[int], seed: int = 7, dim: int = 12, makers: int = 4) -> World:
    """One artifact a size, with that many random capabilities, a few random words and one of a few makers."""
    dice = np.random.default_rng(seed)
    artifacts = [
        made(
            f"a{place:03d}",
            [" ".join(dice.choice(SPOKEN, 3)) for _ in range(size)],
            maker=f"maker {dice.integers(makers)}" if dice.random() < 0.9 else None,
        )
        for place, size in enumerate(sizes)
    ]
    return World(catalogue_of(artifacts), to_grid(dice.standard_normal((sum(sizes), dim)) + 0.5))


def some_world(seed: int, artifacts: int, most: int = 4) -> World:
    """That many artifacts with one to `most` capabilities each."""
    return world_of(np.random.default_rng(seed).integers(1, most + 1, artifacts).tolist(), seed)


def with_twins(seed: int, artifacts: int, kinds: int) -> World:
    """Artifacts of just a few kinds: those of one kind say the same and stand at the same place. No maker is a word."""
    model = some_world(seed, kinds)
    kind_of = np.random.default_rng(seed).integers(0, kinds, artifacts)
    cloned, rows = [], []
    for place, kind in enumerate(kind_of):
        told = model.catalogue.artifact(int(kind))
        does = [ability.description for ability in told.capabilities]
        cloned.append(made(f"a{place:03d}", does, maker="!?+"[place % 3]))
        rows.append(model.grid[slice(*model.catalogue.offsets[kind : kind + 2])])
    return World(catalogue_of(cloned), np.concatenate(rows))


# Likeness, from the formula in the first lines of likeness.py


def centred_rows(grid: np.ndarray) -> list[list[int]]:
    mean = [fmean(column) for column in grid.T.tolist()]
    rows = []
    for row in grid.tolist():
        rest = [value - usual for value, usual in zip(row, mean, strict=True)]
        length = sum(value * value for value in rest) ** 0.5 or 1.0
        rows.append([round(value * LENGTH / length) for value in rest])
    return rows


def slow_parts(world: World, common: int = 200) -> dict[tuple[int, int], tuple[float, float, float]]:
    """Cover, covered and words of every pair, both ways round."""
    rows, offsets = centred_rows(world.grid), world.catalogue.offsets.tolist()
    weights = world.words.weights.toarray().tolist()
    telling = [2 <= sum(weight > 0 for weight in said) <= common for said in zip(*weights, strict=True)]
    abilities = [rows[start:stop] for start, stop in pairwise(offsets)]

    def cover(mine: list[list[int]], theirs: list[list[int]]) -> float:
        best = (max(sum(x * y for x, y in zip(one, other, strict=True)) for other in theirs) for one in mine)
        return min(fmean(best) / LENGTH**2, 1.0)  # rounding may leave a row with its like just above 1

    def shared(left: list[float], right: list[float]) -> float:
        both = (x + y for x, y, tells in zip(left, right, telling, strict=True) if tells and x and y)
        return sum(both) / 2

    return {
        (a, b): (cover(abilities[a], abilities[b]), cover(abilities[b], abilities[a]), shared(weights[a], weights[b]))
        for a, b in permutations(range(len(abilities)), 2)
    }


def slow_likeness(world: World, partners: int = 1000, common: int = 200) -> tuple[np.ndarray, list[float]]:
    """The likeness of every pair as a matrix (-inf with itself), and the likenesses drawn by chance."""
    ids = world.catalogue.ids
    hashes = {place: hashlib.sha256(ids[place].encode()).digest() for place in range(len(ids))}
    at_large = set(sorted(hashes, key=hashes.__getitem__)[:partners])
    parts = slow_parts(world, common)
    drawn = [pair for pair in parts if pair[1] in at_large]

    def units(part: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
        usual = [part[pair] for pair in drawn]
        return {pair: (value - fmean(usual)) / (pstdev(usual) or 1) for pair, value in part.items()}

    cover = units({pair: (mine + theirs) / 2 for pair, (mine, theirs, _) in parts.items()})
    words = units({pair: shared for pair, (_, _, shared) in parts.items()})
    raw = {pair: 0.7 * cover[pair] + 0.3 * words[pair] for pair in parts}
    own = [[raw[pair] for pair in drawn if pair[0] == place] for place in range(len(ids))]
    mean = [fmean(values) for values in own]
    spread = [pstdev(values) if pstdev(values) >= 1e-9 else 1.0 for values in own]
    found = np.full((len(ids), len(ids)), -np.inf)
    for (a, b), value in raw.items():
        found[a, b] = ((value - mean[a]) / spread[a] + (value - mean[b]) / spread[b]) / 2
    makers = [maker or place for place, maker in enumerate(world.catalogue.texts("maker"))]
    return found, sorted(found[a, b] for a, b in drawn if makers[a] != makers[b])


# Neighbours, from all pairs


def slow_edges(likeness: Likeness, nearest: int, chance: float) -> dict[tuple[int, int], tuple[float, bool]]:
    """Every edge with its likeness and whether it is weak: mutual nearest above the cut, one for who has none."""
    all_pairs = np.stack([likeness.of(place) for place in range(len(likeness))])
    cut = likeness.scale.cut(chance)
    places = range(len(likeness))
    ranked = [sorted(set(places) - {place}, key=lambda other: (-all_pairs[place, other], other)) for place in places]
    near = [{other for other in ranked[place][:nearest] if all_pairs[place, other] >= cut} for place in places]
    strong = {(a, b) for a in places for b in near[a] if a < b and a in near[b]}
    lonely = set(places) - {place for pair in strong for place in pair}
    weak = {(min(a, ranked[a][0]), max(a, ranked[a][0])) for a in lonely if ranked[a]}
    return {pair: (float(all_pairs[pair]), pair in weak) for pair in sorted(strong | weak)}


def digest(table: pa.Table) -> str:
    """One hash of every byte of a table."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


def all_numbers(near: Neighbours) -> dict[str, bytes]:
    """Every array of the neighbours as bytes."""
    return {name: getattr(near, name).tobytes() for name in Neighbours.__dataclass_fields__}


def told(seen: Seen) -> list[list[object]]:
    """All that is made of what was seen."""
    return [
        *(part.tolist() for part in seen.nearest.found()),
        seen.best.likeness.tolist(),
        seen.best.partner.tolist(),
        seen.best.cover.tolist(),
        seen.best.flocks().tolist(),
    ]
