"""`make bench-recommend`: is what is recommended instead what people call an alternative? One run, all bars.

Everything is read from the public data beside the repository (see `tests/bench/rebuild.py`). Two stores are made once
and kept: the catalogue as it is, and the same with every label withheld that a task is judged by (tags, capabilities
that only name one). Rivals get the same artifacts and vectors. txtai is asked in an environment of its own where
MATCHGRAPH_TXTAI names that environment's Python; without, its row is left out.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

import matchgraph as mg
from matchgraph.answers.instead.modes import candidates, others
from matchgraph.answers.instead.scoring import score
from matchgraph.answers.instead.wanted import Wanted
from matchgraph.answers.recommend import ranked
from matchgraph.catalogue.licenses import license_class
from matchgraph.catalogue.read import read
from matchgraph.vectors.grid import products
from tests.bench.pairs import alternatives, labelled, withheld
from tests.bench.rebuild import DATA, REAL, ROOT

FOLDER = Path(os.environ.get("MATCHGRAPH_BENCH_STORES", ROOT / ".bench" / "recommend"))
CATALOGUES = [REAL, DATA / "catalogue" / "ccbysa.jsonl.gz"]
TRIALS = 400

Ranker = Callable[[Wanted, np.ndarray], list[int]]  # a question and a mask to the places that answer, best first


class World:
    """One opened store with everything that is asked of it."""

    def __init__(self, store: Path, sources: Sequence[Path]) -> None:
        mg.rebuild(list(sources), store=store, merge=False)
        self.graph = mg.open(store)
        self.held, self.catalogue = self.graph.held, self.graph.snapshot.catalogue
        self.words = self.graph.snapshot.words
        first = self.catalogue.capabilities.num_rows
        self.wholes = self.graph.snapshot.vectors.grid[first : first + len(self.catalogue)]

    def mask(self, ids: Iterable[str]) -> np.ndarray:
        mask = np.zeros(len(self.catalogue), bool)
        mask[[self.catalogue.place[each] for each in ids]] = True
        return mask

    def ours(self, wanted: Wanted, mask: np.ndarray) -> list[int]:
        scored, rows, _ = ranked(self.held, wanted, others(self.held, wanted) & mask)
        return scored.places[rows].tolist()

    def plain(self, wanted: Wanted, mask: np.ndarray) -> list[int]:
        """Ours by the score alone: no floor, nothing spread, no clones or makers held back."""
        scored = score(self.held, wanted, candidates(self.held, wanted, others(self.held, wanted) & mask))
        return scored.places[np.lexsort((scored.places, -scored.score))].tolist()

    def bm25(self, wanted: Wanted, mask: np.ndarray) -> list[int]:
        return self._sorted(
            np.mean([self.words.shares(self._said(each)) for each in wanted.liked], axis=0), wanted, mask
        )

    def cosine(self, wanted: Wanted, mask: np.ndarray) -> list[int]:
        places = [self.catalogue.place[each] for each in wanted.liked]
        return self._sorted(products(self.wholes[places], self.wholes).mean(axis=0), wanted, mask)

    def knn(self, wanted: Wanted, mask: np.ndarray) -> list[int]:
        """Neighbours in the plain graph of ten nearest, by what joins them; who is not joined comes by two steps."""
        near = np.zeros(len(self.catalogue))
        for each in wanted.liked:
            one = self.nearest[self.catalogue.place[each]]
            for other, cosine in one.items():
                near[other] += cosine
                for further, next_cosine in self.nearest[other].items():
                    near[further] += 0.01 * cosine * next_cosine
        near[near == 0] = -np.inf
        return self._sorted(near, wanted, mask)

    @cached_property
    def nearest(self) -> list[dict[int, float]]:
        joined: list[dict[int, float]] = [{} for _ in range(len(self.catalogue))]
        for start in range(0, len(self.catalogue), 1000):
            cosines = products(self.wholes[start : start + 1000], self.wholes)
            for row, values in enumerate(cosines):
                values[start + row] = -1
                for other in np.argpartition(-values, 10)[:10]:
                    joined[start + row][int(other)] = joined[int(other)][start + row] = float(values[other])
        return joined

    def _said(self, artifact_id: str) -> str:
        one = self.catalogue.artifact(self.catalogue.place[artifact_id])
        return " ".join([one.name, one.description or "", *(each.description for each in one.capabilities), *one.tags])

    def _sorted(self, values: np.ndarray, wanted: Wanted, mask: np.ndarray) -> list[int]:
        allowed = mask & np.isfinite(values)
        allowed[[self.catalogue.place[each] for each in (*wanted.liked, *wanted.unlike)]] = False
        places = np.flatnonzero(allowed)
        return places[np.lexsort((places, -values[places]))].tolist()


@dataclass(frozen=True)
class Task:
    """Questions with the places that answer them, in one mask of candidates."""

    wanted: list[Wanted]
    right: list[set[int]]
    mask: np.ndarray


def ndcg(found: Sequence[int], right: set[int]) -> float:
    gained = sum(1 / np.log2(at + 2) for at, place in enumerate(found[:10]) if place in right)
    return float(gained / sum(1 / np.log2(at + 2) for at in range(min(10, len(right)))))


def interval(values: Sequence[float]) -> str:
    drawn = np.asarray(values)[np.random.default_rng(0).integers(0, len(values), (2000, len(values)))].mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return f"{np.mean(values):.3f} [{low:.3f}, {high:.3f}]"


def of_alternatives(world: World) -> Task:
    gold = alternatives(DATA / "alternatives" / "alternatives_train.jsonl")
    apps = [each for each in world.catalogue.ids if each.startswith("app:")]
    asked = sorted(set(gold) & set(apps))
    right = [{world.catalogue.place[each] for each in gold[one]} for one in asked]
    return Task([Wanted(like=(one,), k=10) for one in asked], right, world.mask(apps))


def of_targets(world: World) -> Task:
    """Of a product's alternatives the first is liked, the others are wanted."""
    rows = map(json.loads, (DATA / "alternatives" / "targets_train.jsonl").read_text(encoding="utf-8").splitlines())
    apps = {each for each in world.catalogue.ids if each.startswith("app:")}
    listed = sorted({tuple(sorted(set(row["alternatives"]) & apps)) for row in rows})
    listed = [each for each in listed if len(each) > 1]
    place = world.catalogue.place
    right = [{place[each] for each in rest} for _, *rest in listed]
    return Task([Wanted(like=(first,), k=10) for first, *_ in listed], right, world.mask(apps))


def alternatives_table(full: World, bare: World) -> None:
    print("\nalternatives, nDCG@10 (95% interval): labels withheld | as the catalogue says")
    rankers = ("bm25", "cosine", "knn", "plain", "ours")
    for name, make in (("alternatives", of_alternatives), ("shared product", of_targets)):
        tasks = [(world, make(world)) for world in (bare, full)]
        print(f"  {name}: {len(tasks[0][1].wanted)} questions, {int(tasks[0][1].mask.sum()):,} candidates")
        for ranker in rankers:
            said = [measured(getattr(world, ranker), task) for world, task in tasks]
            print(f"    {NAMES[ranker]:34}" + " | ".join(interval(each) for each in said))
        if txtai := os.environ.get("MATCHGRAPH_TXTAI"):
            said = [asked_of_txtai(txtai, world, task) for world, task in tasks]
            print(f"    {'txtai graph':34}" + " | ".join(interval(each) for each in said))
        else:
            print("    txtai graph: left out; MATCHGRAPH_TXTAI names no Python that has it")


NAMES = {
    "bm25": "BM25",
    "cosine": "MiniLM cosine",
    "knn": "kNN graph neighbours",
    "plain": "ours, by the score alone",
    "ours": "ours, as recommended",
}


def measured(ranker: Ranker, task: Task) -> list[float]:
    return [ndcg(ranker(wanted, task.mask), right) for wanted, right in zip(task.wanted, task.right, strict=True)]


def asked_of_txtai(python: str, world: World, task: Task) -> list[float]:
    """The same vectors in a graph of txtai: by weight among what it joins, then what those join."""
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/vectors.npy", world.wholes[task.mask].astype(np.float32))
        places = np.flatnonzero(task.mask)
        row = {int(place): at for at, place in enumerate(places)}
        asked = [row[world.catalogue.place[each.like[0]]] for each in task.wanted]
        Path(folder, "asked.json").write_text(json.dumps(asked), encoding="utf-8")
        subprocess.run([python, Path(__file__).with_name("ask_txtai.py"), folder], check=True)
        found = json.loads(Path(folder, "found.json").read_text(encoding="utf-8"))
    return [ndcg(places[each].tolist(), right) for each, right in zip(found, task.right, strict=True)]


def lists_table(world: World, labels: dict[str, set[str]]) -> None:
    """Lists of ten for models of a stated task, the task withheld."""
    ids = sorted(each for each, found in labels.items() if found)
    mask = world.mask(ids)
    sizes = Counter(task for each in ids for task in labels[each])
    asked = [each for each in ids if max(sizes[task] for task in labels[each]) >= 11]
    centred = world.held.closeness.wholes / np.linalg.norm(world.held.closeness.wholes, axis=1)[:, None]
    print(f"\nlists of ten, {len(asked)} models with a stated task: precision, intra-list diversity, novelty (bits)")
    for ranker in ("bm25", "cosine", "knn", "plain", "ours"):
        right, apart, novel = [], [], []
        lists = [getattr(world, ranker)(Wanted(like=(each,), k=10), mask)[:10] for each in asked]
        shown = Counter(found for each in lists for found in each)
        for each, found in zip(asked, lists, strict=True):
            if found:
                right.append(np.mean([bool(labels[world.catalogue.ids[at]] & labels[each]) for at in found]))
                novel.append(np.mean([-np.log2(shown[at] / len(asked)) for at in found]))
            if len(found) > 1:
                cosines = centred[found] @ centred[found].T
                apart.append(1 - (cosines.sum() - len(found)) / (len(found) * (len(found) - 1)))
        print(f"    {NAMES[ranker]:34}{interval(right)}  {np.mean(apart):.3f}  {np.mean(novel):.2f}")


def unlike_table(world: World, labels: dict[str, set[str]]) -> None:
    """Some of one task liked, two of a near task unliked: what share of ten is of each."""
    task = {each: min(found) for each, found in labels.items() if found}
    ids = sorted(task)
    mask, sizes = world.mask(ids), Counter(task.values())
    print(f"\nlike and unlike, {TRIALS} trials each: precision, unwanted share")
    for likes in (1, 3):
        for hard in (False, True):
            trials = list(drawn(world, task, sizes, likes, hard))
            for name, unliked in (("likes alone", False), ("with two unlikes", True)):
                right, wrong = [], []
                for like, unlike, wanted, unwanted in trials:
                    found = world.ours(Wanted(like=like, unlike=unlike if unliked else (), k=10), mask)[:12]
                    kept = [world.catalogue.ids[at] for at in found if world.catalogue.ids[at] not in unlike][:10]
                    right.append(sum(task[each] == wanted for each in kept) / 10)
                    wrong.append(sum(task[each] == unwanted for each in kept) / 10)
                which = "nearest" if hard else "any"
                print(f"    {likes} liked, {which} two unliked, {name:18}{interval(right)}  {interval(wrong)}")


def drawn(
    world: World, task: dict[str, str], sizes: Counter[str], likes: int, hard: bool
) -> Iterable[tuple[tuple[str, ...], tuple[str, ...], str, str]]:
    dice, ids = np.random.default_rng(7), np.array(sorted(task))
    tasks = np.array([task[each] for each in ids])
    wholes = world.wholes[[world.catalogue.place[each] for each in ids]]
    count = 0
    while count < TRIALS:
        wanted = tasks[dice.integers(len(tasks))]
        if sizes[wanted] < 12:
            continue
        liked = dice.choice(np.flatnonzero(tasks == wanted), likes, replace=False)
        near = products(wholes[liked], wholes).mean(axis=0)
        near[liked] = -1
        around = Counter(tasks[np.argsort(-near, kind="stable")[:20]].tolist())
        rivals = {each: often for each, often in around.items() if each != wanted and sizes[each] >= 5}
        if not rivals:
            continue
        unwanted = max(sorted(rivals), key=lambda each: rivals[each])
        those = np.flatnonzero(tasks == unwanted)
        two = those[np.argsort(-near[those], kind="stable")[:2]] if hard else dice.choice(those, 2, replace=False)
        count += 1
        yield tuple(ids[liked].tolist()), tuple(ids[two].tolist()), wanted, unwanted


def catalogue_table(world: World) -> None:
    """Who is ever recommended, how many makers a list has, whether conditions hold, and how long it takes."""
    apps = [each for each in world.catalogue.ids if each.startswith("app:")]
    mask = world.mask(apps)
    shown: set[int] = set()
    for each in apps:
        shown |= set(world.ours(Wanted(like=(each,), k=10), mask)[:10])
    print(f"\ncoverage: {len(shown) / len(apps):.3f} of {len(apps):,} apps are recommended for another")
    dice = np.random.default_rng(3)
    asked = [world.catalogue.ids[at] for at in dice.choice(len(world.catalogue), 300, replace=False)]
    must, broken, makers, took = mg.where(license="permissive"), 0, [], []
    names = zip(world.catalogue.ids, world.catalogue.texts("license"), strict=True)
    permissive = {each for each, name in names if name and license_class(name) == "permissive"}
    for each in asked:
        start = time.process_time()
        answer = world.graph.recommend(each)
        took.append(time.process_time() - start)
        named = [item.maker for item in answer if item.maker]
        makers += [len(set(named)) / len(named)] if named else []
        broken += len({item.artifact_id for item in world.graph.recommend(each, must=must)} - permissive)
    said = f"p50 {1e3 * np.median(took):.1f} ms, p95 {1e3 * np.quantile(took, 0.95):.1f} ms of one core"
    print(f"makers@5: {np.mean(makers) if makers else float('nan'):.3f}; constraint violations: {broken}; {said}")


def bare_rows(target: Path) -> Path:
    """The catalogue without labels, as a file."""
    known = {each.artifact_id: withheld(each) for each in read(CATALOGUES, merge=False)[0]}
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8") as out:
        for path in CATALOGUES:
            for line in gzip.decompress(path.read_bytes()).decode().splitlines():
                row = json.loads(line)
                one = known.pop(row["artifact_id"], None)
                if one is not None:
                    does = [{"name": each.name, "description": each.description} for each in one.capabilities]
                    out.write(json.dumps(row | {"name": one.name, "tags": [], "capabilities": does}) + "\n")
    return target


def main() -> None:
    if not all(path.exists() for path in CATALOGUES):
        sys.exit("the public data is not at hand: MATCHGRAPH_BENCH_DATA names its folder.")
    full = World(FOLDER / "full", CATALOGUES)
    bare = World(FOLDER / "bare", [bare_rows(FOLDER / "bare.jsonl")])
    labels = labelled(list(read(CATALOGUES, merge=False)[0]))["model tasks"]
    alternatives_table(full, bare)
    lists_table(bare, labels)
    unlike_table(bare, labels)
    catalogue_table(full)


if __name__ == "__main__":
    main()
