"""`make bench-nearest`: our cells beside faiss's own IVF and HNSW, and beside looking at every row, on the same rows.

Each looks so deep that the lower bound of its recall@10 (Wilson, 95%, a thousand rows) is .95, as our cells must. Rows
are those of the store that MATCHGRAPH_BENCH_STORE names, where it names one, and texts put together and encoded by
the stand-in (MATCHGRAPH_NEAREST_ROWS of them, 100,000 where nothing is said). Queries are asked one by one, by one
thread; times are of the processor. What is built twice, by one thread and by two, answers the same or it does not.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from threadpoolctl import threadpool_limits

from matchgraph.vectors.cells import cells_for
from matchgraph.vectors.grid import to_grid
from matchgraph.vectors.index import Index
from matchgraph.vectors.lookup import lookup_of
from matchgraph.vectors.recall import RECALL, SAMPLE, at_least
from tests.bench.standin import StandIn, written

STORE = os.environ.get("MATCHGRAPH_BENCH_STORE")
ROWS = int(os.environ.get("MATCHGRAPH_NEAREST_ROWS", "100000"))
K = 10
DEPTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
NEIGHBOURS, EFFORT = 32, 120  # of HNSW: edges a row, and how wide it looks while it is built

Ask = Callable[[np.ndarray], np.ndarray]  # the K + 1 nearest of one row


@dataclass(frozen=True, eq=False, slots=True)
class Built:
    """One way to look rows up."""

    bytes: int  # beside the rows themselves
    depths: Iterable[int]
    asked: Callable[[int], Ask]  # at some depth


def every_row(grid: np.ndarray) -> Built:
    index = Index(grid)
    return Built(
        index.rounded.ntotal * index.rounded.code_size, [0], lambda _: lambda row: index.nearest(row, K + 1)[1]
    )


def our_cells(grid: np.ndarray) -> Built:
    lookup, _ = lookup_of(grid, [str(number) for number in range(len(grid))])
    if lookup is None:
        return Built(0, [], lambda _: lambda row: row)
    index, cells = Index(grid, lookup), lookup.cells
    size = cells.centres.nbytes + cells.rows.nbytes + cells.starts.nbytes
    return Built(size, [lookup.depth], lambda _: lambda row: index.nearest(row, K + 1)[1])


def faiss_cells(grid: np.ndarray) -> Built:
    wide, count = grid.astype(np.float32), cells_for(len(grid))
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(grid.shape[1]), grid.shape[1], count, faiss.METRIC_INNER_PRODUCT)
    index.train(wide)
    index.add(wide)

    def asked(depth: int) -> Ask:
        index.nprobe = depth
        return lambda row: np.asarray(index.search(row[None].astype(np.float32), K + 1)[1])

    return Built(len(faiss.serialize_index(index)) - wide.nbytes, [each for each in DEPTHS if each <= count], asked)


def faiss_graph(grid: np.ndarray) -> Built:
    wide = grid.astype(np.float32)
    index = faiss.IndexHNSWFlat(grid.shape[1], NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = EFFORT
    index.add(wide)

    def asked(depth: int) -> Ask:
        index.hnsw.efSearch = depth
        return lambda row: np.asarray(index.search(row[None].astype(np.float32), K + 1)[1])

    return Built(len(faiss.serialize_index(index)) - wide.nbytes, [each for each in DEPTHS if each > K], asked)


WAYS = {"every row": every_row, "our cells": our_cells, "faiss IVF": faiss_cells, "faiss HNSW": faiss_graph}


def built(way: str, grid: np.ndarray, threads: int) -> tuple[Built, float]:
    """A way to look rows up, and the CPU seconds that making it took."""
    faiss.omp_set_num_threads(threads)
    with threadpool_limits(threads):
        start = time.process_time()
        made = WAYS[way](grid)
        return made, time.process_time() - start


def answers(ask: Ask, grid: np.ndarray, sample: np.ndarray) -> tuple[np.ndarray, float]:
    """The K nearest others of each row of the sample, and the CPU milliseconds of the median question."""
    found, taken = np.full((len(sample), K), -1), []
    faiss.omp_set_num_threads(1)
    with threadpool_limits(1):
        for at, place in enumerate(sample):
            start = time.process_time()
            near = ask(grid[place])[0]
            taken.append(time.process_time() - start)
            others = near[near != place][:K]
            found[at, : len(others)] = others
    return found, float(np.median(taken)) * 1000


def measured(name: str, grid: np.ndarray) -> None:
    """One table, printed."""
    sample = np.sort(np.random.default_rng(7).choice(len(grid), min(SAMPLE, len(grid)), replace=False))
    print(f"{name}: {len(grid):,} rows")
    print(f"  {'':12} depth  recall  at least  CPU ms     build CPU s      MB  with one thread and two")
    truth = None
    for way in WAYS:
        made, cost = built(way, grid, 1)
        for depth in made.depths:
            found, took = answers(made.asked(depth), grid, sample)
            truth = found if truth is None else truth
            share = float(np.mean([np.isin(one, other).mean() for one, other in zip(truth, found, strict=True)]))
            if at_least(share, len(sample)) >= RECALL:
                break
        again = answers(built(way, grid, 2)[0].asked(depth), grid, sample)[0]
        alike = "the same" if np.array_equal(found, again) else f"{np.mean(found == again):.1%} the same"
        told = f"{depth:5}  {share:.4f}    {at_least(share, len(sample)):.4f}  {took:9.2f}  {cost:11.1f}"
        print(f"  {way:12} {told}  {made.bytes / 2**20:6.1f}  {alike}", flush=True)


def encoded(rows: int) -> np.ndarray:
    """The stand-in's rows of so many texts."""
    with tempfile.TemporaryDirectory() as folder:
        lines = written(Path(folder) / "texts.jsonl", rows).read_text().splitlines()
    texts = [json.loads(line)["description"] for line in lines]
    return np.concatenate([to_grid(vectors) for _, vectors in StandIn().encode(texts)])


def main() -> None:
    if STORE:
        from matchgraph.snapshot.files import array_in
        from matchgraph.snapshot.store import Store

        measured("real embeddings", array_in(Store(STORE).held().files, "vectors.npy"))
    measured("stand-in", encoded(ROWS))


if __name__ == "__main__":
    main()
