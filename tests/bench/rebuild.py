"""`make bench`: what a rebuild and a question cost, and what search is worth, in one run on one machine.

Real data is read where it is at hand (MATCHGRAPH_BENCH_DATA, else ../shared/data beside the repository); otherwise
the starter catalogue stands in, and the bars, which are for the real data, are not judged.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("MATCHGRAPH_BENCH_DATA", ROOT.parent / "shared" / "data"))
REAL = DATA / "catalogue" / "permissive.jsonl.gz"
HITS = DATA / "queries" / "search_hits.jsonl.gz"


def rebuilt(catalogue: Path, store: Path, *options: str) -> tuple[dict[str, object], float, float]:
    """The report of a rebuild in a process of its own, its peak memory in MB and its CPU seconds."""
    command = [sys.executable, "-m", "matchgraph.doors.cli", "rebuild", str(catalogue), "--store", str(store), "--json"]
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen([*command, *options], stdout=said, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        report = json.loads(said.read())
    return report, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime


def quantiles(seconds: list[float]) -> str:
    return "p50 {:.2f} ms, p95 {:.2f} ms".format(*(np.quantile(seconds, [0.5, 0.95]) * 1000))


def timed(question, count: int) -> list[float]:
    taken = []
    for turn in range(count):
        start = time.perf_counter()
        question(turn)
        taken.append(time.perf_counter() - start)
    return taken


def bar(name: str, value: float, most: float, unit: str = "") -> None:
    print(f"  bar: {name}: {value:.2f}{unit} <= {most:g}{unit}  {'met' if value <= most else 'NOT MET'}")


def rebuild_costs(catalogue: Path, store: Path) -> None:
    cold, cold_peak, cold_cpu = rebuilt(catalogue, store)
    warm, warm_peak, warm_cpu = rebuilt(catalogue, store)
    print(f"rebuild of {catalogue.name}: {cold['counts']}")
    print(f"  {'stage':10} {'cold wall':>10} {'cold CPU':>10} {'warm wall':>10} {'warm CPU':>10}   seconds")
    for stage, cost in cold["stages"].items():
        again = warm["stages"][stage]
        row = (cost["wall_s"], cost["cpu_s"], again["wall_s"], again["cpu_s"])
        print(f"  {stage:10} " + " ".join(f"{value:10.2f}" for value in row))
    print(f"  texts encoded: cold {cold['encoded']:,}, warm {warm['encoded']:,}")
    print(
        f"  whole process: cold {cold_cpu:.1f} CPU s, peak {cold_peak:,.0f} MB; warm {warm_cpu:.1f}, {warm_peak:,.0f}"
    )
    files = sum(part.stat().st_size for part in (store / "snapshots").rglob("*") if part.is_file())
    print(f"  snapshot: {files / 2**20:.1f} MiB; vector cache {size_of(store / 'cache') / 2**20:.1f} MiB")
    rest = sum(cost["cpu_s"] for stage, cost in cold["stages"].items() if stage != "embed")
    bar("everything but encoding, CPU", rest, 60, " s")
    bar("warm rebuild of the cold one, CPU", 100 * warm_cpu / cold_cpu, 15, " %")
    bar("peak memory", max(cold_peak, warm_peak) / 1024, 3, " GiB")


def size_of(folder: Path) -> int:
    return sum(part.stat().st_size for part in folder.rglob("*") if part.is_file())


def query_costs(store: Path) -> None:
    import matchgraph as mg

    graph = mg.open(store)
    scorer, count = graph.scorer, 300
    dice = np.random.default_rng(0)
    rows = dice.choice(len(scorer.index.rows), count, replace=False)
    asked = [graph.snapshot.vectors.grid[row][None] for row in rows]
    plain = [row.astype(np.float32) for row in asked]
    texts = [scorer.texts.texts[row][:150] for row in rows]
    timed(lambda turn: scorer.score(texts[turn], asked[turn], 10), 50)
    raw = timed(lambda turn: scorer.index.faiss.search(plain[turn], 10), count)
    ours = timed(lambda turn: scorer.score(texts[turn], asked[turn], 10), count)
    print(f"queries over {len(graph):,} artifacts, {len(scorer.index.rows):,} vectors, {count} of each")
    print(f"  raw faiss call, k 10             {quantiles(raw)}")
    print(f"  search, vector in, all terms     {quantiles(ours)}")
    graph.search("first")
    print(f"  search, text in, with reasons    {quantiles(timed(lambda turn: graph.search(texts[turn]), count))}")
    ids = [graph.snapshot.catalogue.ids[place] for place in dice.choice(len(graph), 100, replace=False)]
    graph.similar(ids[0])
    print(f"  similar, with aligned reasons    {quantiles(timed(lambda turn: graph.similar(ids[turn]), 100))}")
    print(f"  compare                          {quantiles(timed(lambda t: graph.compare(ids[t], ids[t - 1]), 100))}")
    bar("vector in, of the raw faiss call, p50", float(np.median(ours) / np.median(raw)), 1.5, " x")


def graph_costs(store: Path, capabilities: int = 20_000) -> None:
    """The graph stage alone on the first capabilities, against every pair computed the slow way."""
    import matchgraph as mg
    from matchgraph.catalogue.catalogue import catalogue_of
    from matchgraph.graph.likeness import Likeness
    from matchgraph.graph.neighbours import NEAREST, neighbours
    from matchgraph.vectors.words import words_in

    snapshot = mg.open(store).snapshot
    count = int(np.searchsorted(snapshot.catalogue.offsets, capabilities, side="right")) - 1
    part = catalogue_of(snapshot.catalogue.artifact(place) for place in range(count))
    grid, words = snapshot.vectors.grid[: part.offsets[-1]], words_in(part)
    start = time.process_time()
    likeness = Likeness(part, grid, words)
    near = neighbours(likeness, grid)
    cpu = time.process_time() - start
    print(f"graph of the first {part.offsets[-1]:,} capabilities ({count:,} artifacts): {len(near):,} edges")
    sample = np.random.default_rng(0).choice(count, min(40, count), replace=False)
    found = missed = 0
    edges = set(zip(near.left.tolist(), near.right.tolist(), strict=True))
    for place in map(int, sample):
        for other in slow_nearest(likeness, place, NEAREST):
            if place in slow_nearest(likeness, other, NEAREST):
                hit = (min(place, other), max(place, other)) in edges
                found, missed = found + hit, missed + (not hit)
    print(f"  true mutual neighbours of {len(sample)} artifacts: {found + missed:,}, in the graph: {found:,}")
    bar("graph of 20,000 capabilities, CPU", cpu, 6, " s")
    bar("true neighbours missing", missed, 0)


def slow_nearest(likeness, place: int, most: int) -> list[int]:
    """The nearest of one artifact by the formula, pair by pair in float64, of those that chance does not explain."""
    from matchgraph.graph.neighbours import CHANCE

    rows = likeness.rows.astype(np.float64)
    mine = rows[likeness.offsets[place] : likeness.offsets[place + 1]]
    products = rows @ mine.T / 4000.0**2
    there = np.maximum.reduceat(products, likeness.offsets[:-1], axis=0).mean(axis=1)
    sizes = np.diff(likeness.offsets)
    back = np.add.reduceat(products.max(axis=1), likeness.offsets[:-1]) / sizes
    words = (likeness.said[place] @ likeness.weights.T + likeness.weights[place] @ likeness.said.T).toarray()[0] / 2
    scale = likeness.scale
    raw = 0.7 * (there + back - scale.cover[0]) / scale.cover[1] + 0.3 * (words - scale.words[0]) / scale.words[1]
    value = (raw - scale.mean[place]) / scale.spread[place] / 2 + (raw - scale.mean) / scale.spread / 2
    value[place] = -np.inf
    value = np.round(value, 6)
    order = np.lexsort((np.arange(len(value)), -value))[:most]
    return [int(other) for other in order if value[other] >= scale.cut(CHANCE)]


def quality(store: Path) -> None:
    import matchgraph as mg

    print(mg.open(store).evaluate([HITS], scope="family"))


def main() -> None:
    real = REAL.exists()
    catalogue = REAL if real else ROOT / "data" / "catalogue"
    folder = Path(tempfile.mkdtemp(prefix="matchgraph-bench-"))
    try:
        rebuild_costs(catalogue, folder / "store")
        query_costs(folder / "store")
        if real:
            graph_costs(folder / "store")
            quality(folder / "store")
        else:
            print("no real data at hand: the bars above are for 9,985 artifacts, not for the starter catalogue")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
