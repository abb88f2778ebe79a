"""`make bench-cold`: how long the first second of a process takes.

A search at the shell, in a new process each time, over the starter catalogue; MATCHGRAPH_BENCH_STORE names another
store to ask as well. The fastest of the turns is judged: what others do on the same machine only adds to it. CPU
seconds stand beside it, which depend less on them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.bench.rebuild import ROOT, bar, rebuilt

TURNS = int(os.environ.get("MATCHGRAPH_BENCH_TURNS", "9"))
QUERY = "detect toxic comments in German"
SEARCH = ["-m", "matchgraph.doors.cli", "search", QUERY, "-k", "3", "--json", "--store"]
STAGES = """
import time
from pathlib import Path
clock = [time.process_time()]
def lap(name):
    clock.append(time.process_time())
    print(f"    {name:34} {1000 * (clock[-1] - clock[-2]):6.0f} ms CPU")
import numpy, scipy.sparse, scipy.special, pyarrow.parquet, pyarrow.compute, faiss, pydantic, tokenizers, typer
lap("libraries imported")
from matchgraph.doors import search
from matchgraph.engine import MatchGraph, encode_query
from matchgraph.snapshot.snapshot import unpacked
lap("our own modules")
graph = MatchGraph(STORE)
lap("snapshot checked and opened")
graph.scorer
lap("index made")
graph.encoder
lap("model checked")
encode_query(QUERY, graph.encoder)
lap("model loaded, query encoded")
graph.search(QUERY, 3)
lap("search with all that at hand")
"""


def run(*words: str) -> tuple[float, float]:
    """Wall and CPU seconds of a new Python with these arguments."""
    start = time.perf_counter()
    child = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{words} ended with {child.returncode}")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime


def turns(name: str, most: float, *words: str, less: float = 0.0) -> None:
    """What a command takes, turn by turn, against its bar; `less` is what any Python takes to start."""
    run(*words)  # so that files are in the memory of the system
    walls, cpus = zip(*(run(*words) for _ in range(TURNS)), strict=True)
    print(f"{name}: wall best {min(walls):.3f} s, median {median(walls):.3f}; CPU best {min(cpus):.3f} s")
    bar("best wall", 1000 * (min(walls) - less), 1000 * most, " ms")


def main() -> None:
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {TURNS} turns each")
    bare = min(run("-c", "pass")[0] for _ in range(TURNS))
    print(f"python alone: {1000 * bare:.0f} ms, taken off the import")
    turns("import matchgraph", 0.15, "-c", "import matchgraph", less=bare)
    with tempfile.TemporaryDirectory() as folder:
        report, *_ = rebuilt(ROOT / "data" / "catalogue", Path(folder) / "store")
        stores = {f"starter catalogue, {report['counts']['artifacts']:,} artifacts": f"{folder}/store"}
        if other := os.environ.get("MATCHGRAPH_BENCH_STORE"):
            counts = json.loads(max(Path(other).glob("snapshots/v*/manifest.json")).read_text())["counts"]
            stores[f"{other}, {counts['artifacts']:,} artifacts"] = other
        for name, store in stores.items():
            turns(f"matchgraph search, {name}", 1.2, *SEARCH, store)
            subprocess.run([sys.executable, "-c", f"STORE, QUERY = {store!r}, {QUERY!r}\n{STAGES}"], check=True)


if __name__ == "__main__":
    main()
