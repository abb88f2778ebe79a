"""`make bench-scale`: what a rebuild, opening and a first question cost as a catalogue grows, everything but the model.

MATCHGRAPH_SCALE_SIZES names the numbers of capabilities (20,000 and 100,000 where nothing is said; the bars are for
1,000,000, which takes most of an hour on two cores). Texts are those of MATCHGRAPH_SCALE_LISTS where it names a folder
of package lists, else put together from the real or the starter catalogue; a cheap encoder stands in for the model.
Each rebuild and each opening has a process of its own.
"""

from __future__ import annotations

import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from tests.bench.rebuild import bar, size_of
from tests.bench.standin import StandIn, written

SIZES = [int(size) for size in os.environ.get("MATCHGRAPH_SCALE_SIZES", "20000,100000").split(",")]
LARGE = 1_000_000
ASKED = "read a table of numbers and draw a picture of it"

Figures = dict[str, Any]


def rebuild(catalogue: Path, store: Path) -> Figures:
    """What one rebuild costs, in this process; the encoder's part is told apart."""
    import matchgraph as mg

    report = mg.rebuild(catalogue, store=store, encoder=StandIn(), today=date(2026, 11, 21))
    return {"report": report.to_dict() | {"read": None}}


def opened(store: Path) -> Figures:
    """What opening and the first questions cost, in this process."""
    import matchgraph as mg

    mg.MatchGraph  # noqa: B018 - what importing costs, bench-cold says
    encoder, start = StandIn(), time.perf_counter()
    graph = mg.open(store, encoder=encoder)
    after = time.perf_counter()
    graph.search(ASKED)
    first = time.perf_counter()
    for _ in range(5):
        graph.search(ASKED)
    return {"open_s": after - start, "first_s": first - after, "next_s": (time.perf_counter() - first) / 5}


def alone(*arguments: object) -> Figures:
    """The figures of one of these in a process of its own, and what that used."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.scale", *map(str, arguments)]
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(command, stdout=said)
        start = time.perf_counter()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        told = json.loads(said.read().splitlines()[-1])
    figures = {"wall_s": time.perf_counter() - start, "cpu_s": used.ru_utime + used.ru_stime}
    return told | figures | {"peak_mb": used.ru_maxrss / 1024}


def measured(size: int, folder: Path) -> Figures:
    """The figures of one size, printed."""
    catalogue, store = written(folder / f"{size}.jsonl", size), folder / f"store-{size}"
    made, asked = alone("rebuild", catalogue, store), alone("open", store)
    report = made["report"]
    snapshot = store / "snapshots" / report["version"]
    manifest = json.loads((snapshot / "manifest.json").read_text())
    reach, files = manifest["quality"]["likeness"], manifest["files"]
    rest = {name: cost for name, cost in report["stages"].items() if name != "embed"}
    figures = {
        "size": size,
        "wall_s": sum(cost["wall_s"] for cost in rest.values()),
        "cpu_s": sum(cost["cpu_s"] for cost in rest.values()),
        "peak_mb": made["peak_mb"],
        "bytes": size_of(snapshot),
        "least_bytes": files["vectors.npy"]["bytes"] + files["edges.parquet"]["bytes"],
        **{name: asked[name] for name in ("open_s", "first_s", "next_s")},
    }
    print(f"{size:,} capabilities: {report['counts']['likeness edges']:,} likeness edges; {reach}")
    print("  CPU s: " + ", ".join(f"{name} {cost['cpu_s']:.1f}" for name, cost in report["stages"].items()))
    print(
        f"  but for embedding {figures['wall_s']:.0f} s, {figures['cpu_s']:.0f} CPU s; whole process "
        f"{made['wall_s']:.0f} s, {made['cpu_s']:.0f} CPU s, peak {made['peak_mb']:,.0f} MB"
    )
    print(
        f"  snapshot {figures['bytes'] / 2**20:,.0f} MiB; open {asked['open_s']:.2f} s, first query "
        f"{asked['first_s'] * 1000:.0f} ms, then {asked['next_s'] * 1000:.0f} ms; {asked['peak_mb']:,.0f} MB",
        flush=True,
    )
    shutil.rmtree(store)
    catalogue.unlink()
    return figures


def exponent(few: Figures, many: Figures, of: str) -> float:
    """By which power of the size a cost grows."""
    return math.log(many[of] / few[of]) / math.log(many["size"] / few["size"])


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="matchgraph-bench-", dir=os.environ.get("MATCHGRAPH_SCALE_FOLDER")))
    try:
        every = [measured(size, folder) for size in sorted(SIZES)]
    finally:
        shutil.rmtree(folder)
    few, many = every[0], every[-1]
    if len(every) > 1:
        first = next((each for each in every if each["size"] >= 100_000), few)
        few = first if first is not many else few
        print(f"from {few['size']:,} to {many['size']:,} capabilities")
        bar("growth exponent of CPU time", exponent(few, many, "cpu_s"), 1.25)
    bar("snapshot, of its vectors and edges", many["bytes"] / many["least_bytes"], 1.5, " x")
    if many["size"] < LARGE:
        print(f"  the bars below are for {LARGE:,}; here they are for {many['size']:,}")
    bar("rebuild without encoding", many["wall_s"] / 60, 40, " minutes")
    bar("peak memory", many["peak_mb"] / 1024, 10, " GiB")
    bar("open", many["open_s"], 3, " s")
    bar("first query", many["first_s"] * 1000, 100, " ms")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        figures = {"rebuild": rebuild, "open": opened}[sys.argv[1]](*map(Path, sys.argv[2:]))
        print(json.dumps(figures | {"own_peak_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}, default=str))
    else:
        main()
