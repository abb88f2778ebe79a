"""Which pairs are looked at where all of them would take too long, and how many of the true neighbours that finds.

The candidates of an artifact are those in the cells nearest to it (`vectors/cells.py`), and those that share the most
telling words with it: likeness counts both. How many of either is not set but measured: the true ten nearest of a
thousand artifacts, drawn by the hash of their ids, are found by looking at every pair of theirs, and then so many
cells and words are taken that the lower bound of the share found (Wilson, 95%) is .95, at the least cost. Where that
takes too many, every pair is looked at after all, and the report says so. Whatever comes out of the search is judged
once more by the same ten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise, product

import numpy as np

from matchgraph.catalogue.track import Track
from matchgraph.engines.local import here
from matchgraph.engines.runner import Arrays, Bounds, Each, spans
from matchgraph.graph.likeness import Likeness
from matchgraph.graph.nearest import Nearest
from matchgraph.graph.neighbours import Neighbours, edges_of, neighbours, rule_of
from matchgraph.graph.seen import Seen, among, among_all, placed
from matchgraph.vectors.cells import Cells, cells_for, cells_of, nearest_cells
from matchgraph.vectors.grid import to_grid
from matchgraph.vectors.recall import DEPTHS, RECALL, SAMPLE, TOO_DEEP, Looked, at_least

# Capabilities. Every pair of so many is looked at in a minute of one core; of twice as many it would take four times
# that, and their candidates, with all that is needed to judge them, take a third of a minute.
EVERY_PAIR_UP_TO = 50_000
_BY_WORDS = (10, 20, 40, 80)  # candidates that share words
_A_PAIR = 25  # what a candidate by words takes, in pairs that are looked at cell by cell
_AT_ONCE = 1_024  # artifacts a block
_CELLS = 8  # a block


@dataclass(frozen=True, eq=False, slots=True)
class Truth:
    """True neighbours: each of some artifacts with each of its nearest."""

    sample: np.ndarray  # int64, artifact places
    of: np.ndarray
    other: np.ndarray

    def recall(self, found: np.ndarray) -> tuple[float, float]:
        """The share of pairs that were found (a mask), and what it is at least.

        The neighbours of one artifact are found or missed together, so an artifact counts as one trial.
        """
        share = float(found.mean()) if len(found) else 1.0
        return round(share, 4), round(at_least(share, len(self.sample)), 4)


@dataclass(frozen=True, eq=False, slots=True)
class Candidates:
    """The pairs that are looked at."""

    likeness: Likeness
    cells: Cells
    near: np.ndarray  # int32, (artifacts, cells looked into)
    by_words: np.ndarray  # int32, (artifacts, some), -1 for none
    truth: Truth

    def seen(self, track: Track = iter, each: Each = here) -> Seen:
        """What the candidates come to."""
        rule, likeness = rule_of(self.likeness), self.likeness
        seen = Seen(len(likeness), *rule)
        cells, some = Beside(likeness, self._by_cell()), spans(len(self.cells), _CELLS)
        for part in each("in-cells", partial(_seen_in_cells, rule), cells, some, track):
            seen.take(part)
        lists, some = Beside(likeness, {"by_words": self.by_words}), spans(len(likeness), _AT_ONCE)
        for part in each("sharing-words", partial(_seen_in_words, rule), lists, some):
            seen.take(part)
        return seen

    def judged(self, seen: Seen) -> Looked:
        """What share of the true neighbours was found."""
        of, other, _ = seen.nearest.found()
        size = len(self.likeness)
        found = np.isin(self.truth.of * size + self.truth.other, of * size + other)
        recall, surely = self.truth.recall(found)
        widths = self.near.shape[1], self.by_words.shape[1]
        return Looked("cells and words", recall, surely, len(self.truth.sample), len(self.cells), *widths)

    def _by_cell(self) -> Arrays:
        """Who is inside each cell and who looks into it, and where those of each cell begin.

        Cells of one neighbourhood come together, for the same artifacts look into them: a block meets the fewer.
        """
        together = cells_of(self.cells.centres, cells_for(len(self.cells)), np.arange(len(self.cells))).rows
        number, told = np.argsort(together).astype(np.int32), {}
        for side, listed in (("inside", self.cells.home[:, None]), ("asking", self.near)):
            cells = number[listed.ravel()]
            order = np.argsort(cells, kind="stable")
            told[side] = (order // listed.shape[1]).astype(np.int32)
            told[f"{side}_begin"] = np.searchsorted(cells[order], np.arange(len(self.cells) + 1))
        return told


@dataclass(frozen=True, eq=False, slots=True)
class Beside:
    """A likeness, and arrays that say which pairs of it to look at."""

    likeness: Likeness
    told: Arrays

    def arrays(self) -> dict[str, np.ndarray]:
        """All that both are made of."""
        return {**self.likeness.arrays(), **self.told}

    @classmethod
    def of_arrays(cls, arrays: Arrays) -> Beside:
        """The same again."""
        return cls(Likeness.of_arrays(arrays), arrays)


def _seen_in_cells(rule: tuple[float, int], given: Beside, block: Bounds) -> Arrays:
    """What all who look into some cells and all who are inside come to."""
    sides = list(zip(*(_cut(given.told, side, block) for side in ("asking", "inside")), strict=True))
    met = np.unique(np.concatenate([part for cell in sides for part in cell]))
    likeness, seen = given.likeness.part(met), Seen(len(met), *rule)
    for cell in sides:
        for pairs, values in likeness.across(*(np.searchsorted(met, side) for side in cell)):
            seen.see(pairs, values)
    return among_all(met, seen)


def _cut(told: Arrays, side: str, block: Bounds) -> list[np.ndarray]:
    """Those on one side of each of some cells."""
    begins = told[f"{side}_begin"][block[0] : block[1] + 1].tolist()
    return [told[side][begin:end].astype(np.int64) for begin, end in pairwise(begins)]


def _seen_in_words(rule: tuple[float, int], given: Beside, block: Bounds) -> Arrays:
    """What some artifacts and those that share words with them come to."""
    others = given.told["by_words"][slice(*block)].astype(np.int64)
    rows, columns = np.nonzero(others >= 0)
    ends = np.sort(np.stack([rows + block[0], others[rows, columns]]), axis=0)
    pairs = given.likeness.each(*np.unique(ends, axis=1))
    values, met = given.likeness.scaled(pairs), np.unique(ends)
    seen = Seen(len(met), *rule)
    seen.see_each(among(met, pairs), values)
    return among_all(met, seen)


def nearest_by_size(
    likeness: Likeness,
    grid: np.ndarray,
    by_chance: np.ndarray,
    track: Track = iter,
    *,
    exact: bool = False,
    each: Each = here,
) -> tuple[Neighbours, Looked]:
    """The likeness edges, looked for among every pair or among candidates, as the size demands.

    `by_chance` are all artifacts in the order of their hash. With `exact` it is every pair, whatever the size.
    """
    if exact or len(likeness.rows) <= EVERY_PAIR_UP_TO:
        return neighbours(likeness, grid, track, each), Looked()
    looked = candidates_of(likeness, by_chance, each)
    if looked is None:
        note = f"looking into one in {TOO_DEEP} cells would not surely find {RECALL:.0%} of the true neighbours"
        return neighbours(likeness, grid, track, each), Looked(note=note)
    seen = looked.seen(track, each)
    return edges_of(likeness, grid, seen), looked.judged(seen)


def candidates_of(likeness: Likeness, by_chance: np.ndarray, each: Each = here) -> Candidates | None:
    """So many candidates that they surely hold most true neighbours; None where that would be too many."""
    points = _points(likeness)
    cells = cells_of(points, cells_for(len(likeness)), by_chance, each)
    truth = _truth(likeness, np.sort(by_chance[:SAMPLE]), each)
    ends = (truth.of, truth.other), (truth.other, truth.of)
    deep = np.min([cells.ranks(points[one], cells.home[other]) for one, other in ends], axis=0)
    wide = np.min([_rank_by_words(likeness, one, other) for one, other in ends], axis=0)
    inside = len(likeness) / len(cells)
    enough = [
        (depth * inside + width * _A_PAIR, depth, width)
        for depth, width in product(DEPTHS, _BY_WORDS)
        if depth * TOO_DEEP <= len(cells) and truth.recall((deep < depth) | (wide < width))[1] >= RECALL
    ]
    if not enough:
        return None
    _, depth, width = min(enough)
    by_words = _by_words(likeness, np.arange(len(likeness)), width, each)
    return Candidates(likeness, cells, nearest_cells(cells, points, depth, each), by_words, truth)


def _rank_by_words(likeness: Likeness, asked: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """At which place each artifact asked for has the one wanted of it; behind its end where it has not."""
    once, at = np.unique(asked, return_inverse=True)
    lists = _by_words(likeness, once, _BY_WORDS[-1])[at]
    there = lists == wanted[:, None]
    return np.asarray(np.where(there.any(axis=1), there.argmax(axis=1), lists.shape[1]))


def _truth(likeness: Likeness, sample: np.ndarray, each: Each) -> Truth:
    rule = rule_of(likeness)
    nearest = Nearest(len(likeness), *rule)
    for part in each("truth", partial(_near_sample, rule, sample), likeness, spans(len(likeness), _AT_ONCE)):
        nearest.take(part["of"], part["other"], part["value"])
    of, other, _ = nearest.found()
    asked = np.isin(of, sample)
    return Truth(sample, of[asked], other[asked])


def _near_sample(rule: tuple[float, int], sample: np.ndarray, likeness: Likeness, block: Bounds) -> Arrays:
    """Whom a sample has near among some artifacts."""
    inside = np.arange(*block)
    places = np.union1d(sample, inside)
    nearest = Nearest(len(places), *rule)
    for pairs, values in likeness.across(sample, inside):
        nearest.see(among(places, pairs), values)
    of, other, value = nearest.found()
    return {"of": placed(places, of), "other": placed(places, other), "value": value}


def _points(likeness: Likeness) -> np.ndarray:
    """One grid row an artifact: the direction in which its capabilities lie on the whole."""
    points = [np.zeros((0, likeness.rows.shape[1]), np.int16)]
    for start in range(0, len(likeness), _AT_ONCE):
        begins = likeness.offsets[start : start + _AT_ONCE + 1]
        rows = likeness.rows[begins[0] : begins[-1]].astype(np.int64)
        points.append(to_grid(np.add.reduceat(rows, begins[:-1] - begins[0], axis=0)))
    return np.concatenate(points)


def _by_words(likeness: Likeness, asked: np.ndarray, most: int, each: Each = here) -> np.ndarray:
    """Per artifact asked for, those whose words in common with it weigh most; -1 where there are fewer."""
    parts = each("by-words", partial(_sharing_most, asked, most), likeness, spans(len(asked), _AT_ONCE))
    return np.concatenate([part["chosen"] for part in parts])


def _sharing_most(asked: np.ndarray, most: int, likeness: Likeness, block: Bounds) -> Arrays:
    """The lists of some of those asked for."""
    said_by, weighed_by = likeness.by_word
    some = asked[slice(*block)]
    shared = (likeness.said[some] @ weighed_by + likeness.weights[some] @ said_by).tocsr()
    chosen = np.full((shared.shape[0], most), -1, np.int32)
    for row, (begin, end) in enumerate(_spans(shared.indptr)):
        others, weights = shared.indices[begin:end], shared.data[begin:end]
        best = np.lexsort((others, -weights))[: most + 1]
        best = others[best][others[best] != some[row]][:most]
        chosen[row, : len(best)] = best
    return {"chosen": chosen}


def _spans(starts: np.ndarray) -> Iterator[tuple[int, int]]:
    return zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
