"""`make bench-load`: how late answers come, and what memory they take, while searches are recorded and published.

Two processes of four threads ask; every 5 s a snapshot is published. MATCHGRAPH_BENCH_SECONDS says for how long (60;
600 in a soak). Idle means the same questions at the same pace, with nothing recorded and nothing published.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.bench.faults import bar
from tests.doors.load import PROCESSES, THREADS, load

SECONDS = float(os.environ.get("MATCHGRAPH_BENCH_SECONDS", "60"))
ARTIFACTS, EVERY = 200, 5.0


def main() -> None:
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as here:
        done = load(Path(here) / "store", artifacts=ARTIFACTS, idle=min(SECONDS / 3, 60), seconds=SECONDS, every=EVERY)
    asked = {phase: sum(len(getattr(each, phase)) for each in done.heard) for phase in ("idle", "loaded")}
    print(
        f"{PROCESSES} processes of {THREADS} threads, {ARTIFACTS} artifacts: {asked['idle']:,} questions idle, "
        f"{asked['loaded']:,} under load in {SECONDS:.0f} s; {done.published} snapshots published, "
        f"{done.stored:,} searches recorded; others' load {before:.1f} before"
    )
    errors, mixed = ([said for each in done.heard for said in getattr(each, what)] for what in ("errors", "mixed"))
    lost = sum(each.recorded for each in done.heard) - done.stored
    seen, growth = min(len(each.versions) for each in done.heard), max(each.growth for each in done.heard)
    late = {phase: 1000 * done.late(phase) for phase in ("idle", "loaded")}
    print(f"  p99 {late['idle']:.0f} ms idle, {late['loaded']:.0f} ms under load; at least {seen} snapshots answered")
    for each in done.heard:
        tenths = [each.memory[len(each.memory) * part // 10] / 2**20 for part in range(10)]
        print(f"  memory by tenths of the time, MB: {', '.join(f'{size:.0f}' for size in tenths)}")
    bar("errors", len(errors), not errors, "0")
    bar("answers of more than one snapshot", len(mixed), not mixed, "0")
    bar(
        "answers older than the one before",
        sum(each.back for each in done.heard),
        not any(each.back for each in done.heard),
        "0",
    )
    bar("searches acknowledged and not stored", lost, lost == 0, "0")
    bar("p99 of the p99 idle", late["loaded"] / late["idle"], late["loaded"] <= 2 * late["idle"], "<= 2")
    bar("growth of memory, %", 100 * growth, growth < 0.05, "< 5")
    if errors or mixed:
        raise SystemExit(f"{(errors + mixed)[:5]}")


if __name__ == "__main__":
    main()
