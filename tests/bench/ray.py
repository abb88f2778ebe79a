"""`make bench-ray`: what a rebuild costs on Ray beside one process, and whether it comes to the same.

MATCHGRAPH_RAY_SIZES names the numbers of capabilities (60,000 where nothing is said; the bar is for 300,000, which
takes half an hour on two cores). A cheap encoder stands in for the model; MATCHGRAPH_RAY_TEXTS real texts (5,000) are
encoded by the model itself, by one worker and by two; and they are a tenth of the smallest catalogue whose neighbours
are looked for in cells, which is rebuilt here, by one worker, by two, by four, and with its rows dealt anew to files.
Each run has a process, and a Ray, of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from random import Random
from subprocess import PIPE, run
from typing import Any

from matchgraph.estimate import Machine, Size, reckoned
from matchgraph.graph.candidates import EVERY_PAIR_UP_TO
from matchgraph.snapshot.store import Store
from matchgraph.vectors.texts import texts_of
from tests.bench.rebuild import bar
from tests.bench.standin import PartlyReal, StandIn, line, made_up, pool, written

SIZES = [int(size) for size in os.environ.get("MATCHGRAPH_RAY_SIZES", "60000").split(",")]
TEXTS = int(os.environ.get("MATCHGRAPH_RAY_TEXTS", "5000"))
WORKERS = 2
FILES = 5  # that the smallest catalogue is dealt to
CORES = 16  # of each node of a plan

Figures = dict[str, Any]


def begun(workers: int) -> None:
    """A Ray of so many workers, for this process."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray

    quiet = {"include_dashboard": False, "log_to_driver": False, "logging_level": "ERROR"}
    ray.init(address="local", num_cpus=workers, object_store_memory=200 << 20, **quiet)


def spent() -> float:
    """CPU seconds of this process and of all that it began, those included that are gone."""
    import psutil

    every = [psutil.Process(), *psutil.Process().children(recursive=True)]
    times = [each.cpu_times() for each in every]
    return sum(each.user + each.system + each.children_user + each.children_system for each in times)


def rebuild(engine: str, catalogue: str, store: str) -> Figures:
    """What one rebuild costs, in this process and those it begins."""
    import matchgraph as mg

    if engine == "ray":
        begun(WORKERS)
    start, encoder = time.perf_counter(), StandIn()
    report = mg.rebuild(catalogue, store=store, encoder=encoder, today=date(2026, 11, 21), engine=engine)
    told = {"digest": report.digest, "wall_s": time.perf_counter() - start, "cpu_s": spent()}
    stages = {name: cost.cpu_s for name, cost in report.stages.items()}
    return told | {"stages": stages, "worked": report.to_dict()["worked"]}


def encoded(workers: str, texts: str, folder: str) -> Figures:
    """What encoding some real texts takes so many workers, the model loaded by each of them before; 0 is no engine."""
    from matchgraph.engines.on_ray import OnRay
    from matchgraph.snapshot.blocks import SharedOut
    from matchgraph.snapshot.disk import DISK
    from matchgraph.snapshot.shelf import DiskShelf
    from matchgraph.snapshot.stages import Stages
    from matchgraph.vectors.cache import VectorCache
    from matchgraph.vectors.encoder import SentenceEncoder
    from matchgraph.vectors.vectors import embed

    some, encoder = pool()[: int(texts) + 600], SentenceEncoder()
    if workers == "0":
        made = embed(some[: int(texts)], encoder, VectorCache(Path(folder), encoder.digest))
        return {"vectors": hashlib.sha256(made.grid.tobytes()).hexdigest()}
    begun(int(workers))
    shared_out = SharedOut(Stages(DiskShelf(Path(folder) / "stages", DISK)), OnRay(workers=int(workers)))
    cache, each = VectorCache(Path(folder), encoder.digest), shared_out.of(encoder.digest)
    embed(some[int(texts) :], encoder, cache, each=each)  # one block a worker: that loads the model
    warm, start = shared_out.worked["embed"].cpu_s, time.perf_counter()
    made = embed(some[: int(texts)], encoder, cache, each=each)
    took, worked = time.perf_counter() - start, shared_out.worked["embed"]
    figures = {"wall_s": took, "cpu_s": worked.cpu_s - warm, "peak_mb": worked.peak_mb}
    return figures | {"vectors": hashlib.sha256(made.grid.tobytes()).hexdigest()}


def partly_real(workers: str, store: str, *files: str) -> Figures:
    """What some files come to, by so many workers; 0 is no engine."""
    import matchgraph as mg

    if workers != "0":
        begun(int(workers))
    engine = {"engine": "ray", "workers": int(workers)} if workers != "0" else {}
    start, encoder = time.perf_counter(), PartlyReal(pool()[:TEXTS])
    report = mg.rebuild(files, store=store, encoder=encoder, today=date(2026, 11, 21), **engine)
    took, made = {"wall_s": time.perf_counter() - start, "cpu_s": spent()}, Store(store).manifest()
    told = set(texts_of(mg.open(store, encoder=encoder).snapshot.catalogue).texts)
    files_made = {name: made.files[f"{name}.parquet"]["sha256"] for name in ("edges", "ranking")}
    counted = {"capabilities": made.counts["capabilities"], "real": len(told & encoder.real)}
    return took | counted | files_made | {"digest": report.digest, "looked": made.quality["likeness"]}


def alone(*words: object) -> Figures:
    """The figures of one of these in a process of its own."""
    done = run([sys.executable, "-W", "ignore", "-m", "tests.bench.ray", *map(str, words)], stdout=PIPE, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def compared(size: int, folder: Path) -> None:
    """One size, here and on Ray."""
    catalogue = written(folder / f"{size}.jsonl", size)
    here, there = (alone("rebuild", engine, catalogue, folder / f"{engine}-{size}") for engine in ("local", "ray"))
    print(f"{size:,} capabilities: {here['digest'][:16]} here, {there['digest'][:16]} on Ray")
    for name, figures in (("here", here), ("on Ray", there)):
        print(f"  {name}: {figures['wall_s']:.0f} s, {figures['cpu_s']:.0f} CPU s")
    for stage, worked in there["worked"].items():
        each = worked["cpu_s"] / size * 1e6
        print(
            f"    {stage}: {worked['blocks']} blocks, {worked['cpu_s']:.1f} CPU s ({each:.1f} us a capability), "
            f"{worked['bytes'] / 1e6:.1f} MB, {worked['peak_mb']:.0f} MB at most"
        )
    bar("digests that differ", float(here["digest"] != there["digest"]), 0)
    bar("CPU on Ray, of that here", there["cpu_s"] / here["cpu_s"], 2, " x")
    shutil.rmtree(folder / f"local-{size}")
    shutil.rmtree(folder / f"ray-{size}")


def dealt(lines: list[str], folder: Path, seed: int) -> list[Path]:
    """The rows in several files, which rows in which of them, and which file first, as chance has it."""
    dice = Random(seed)
    dice.shuffle(lines)
    folder.mkdir()
    files = [folder / f"{number}.jsonl" for number in dice.sample(range(FILES), FILES)]
    for number, file in enumerate(files):
        file.write_text("".join(lines[number::FILES]))
    return files


def agreed(folder: Path) -> None:
    """A catalogue that the model encodes a tenth of, here, on Ray, and from other files.

    What that costs has no bar: a block has few real texts, and the model is given three times as much to fill batches.
    """
    real = [line("real", number, text) for number, text in enumerate(pool()[:TEXTS])]
    lines = [*real, *made_up(EVERY_PAIR_UP_TO + 1 - len(real))]
    files, others = dealt(lines, folder / "files", 1), dealt(lines, folder / "others", 2)
    runs = [("here", 0, files), *((f"{workers} on Ray", workers, files) for workers in (1, 2, 4))]
    made = []
    for name, workers, read in [*runs, ("2 on Ray, other files", 2, others)]:
        figures = alone("partly_real", workers, folder / "partly-real", *read)
        shutil.rmtree(folder / "partly-real")
        made.append(figures)
        kinds = ", ".join(f"{kind} {figures[kind][:16]}" for kind in ("edges", "ranking", "digest"))
        print(f"{name}: {kinds}; {figures['wall_s']:.0f} s, {figures['cpu_s']:.0f} CPU s", flush=True)
    print(f"  {made[0]['capabilities']:,} capabilities, {made[0]['real']:,} by the model; {made[0]['looked']}")
    for kind in ("edges", "ranking", "digest", "looked"):
        bar(f"of {kind}, others than here", float(sum(each[kind] != made[0][kind] for each in made)), 0)
    bar("not looked for in cells", float(made[0]["looked"]["way"] != "cells and words"), 0)
    bar("real texts that the model did not encode", float(len(real) - made[0]["real"]), 0)


def spread(folder: Path) -> None:
    """Real texts encoded here, by one worker and by two."""
    here, one, two = (alone("encoded", workers, TEXTS, folder / f"encoded-{workers}") for workers in (0, 1, 2))
    bar("vectors that differ", float(len({figures["vectors"] for figures in (here, one, two)}) - 1), 0)
    for workers, figures in ((1, one), (2, two)):
        pace = TEXTS / figures["cpu_s"]
        print(f"{TEXTS:,} texts encoded by {workers}: {figures['wall_s']:.1f} s, {pace:.0f} a CPU second")
    efficiency = one["wall_s"] / (2 * two["wall_s"])
    print(
        f"  bar: efficiency from 1 to 2 workers: {efficiency:.2f} >= 0.8  {'met' if efficiency >= 0.8 else 'NOT MET'}"
    )


def planned() -> None:
    """What far more would take, by the costs of estimate.py: measured up to 300,000, reckoned on from there."""
    for count, nodes in ((30_000_000, 4), (1_000_000_000, 64)):
        size = Size(count, count, 2 * count, 2 * count, 400 * count)
        print(f"{nodes} nodes of {CORES} cores:")
        print(reckoned(size, Machine(1.0, 1.0, CORES, nodes=nodes)))


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="matchgraph-bench-"))
    try:
        spread(folder)
        agreed(folder)
        for size in SIZES:
            compared(size, folder)
    finally:
        shutil.rmtree(folder)
    planned()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps({each.__name__: each for each in (rebuild, encoded, partly_real)}[sys.argv[1]](*sys.argv[2:])))
    else:
        main()
