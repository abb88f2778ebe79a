"""`make bench-faults`: what survives, and what a log bears, in numbers; full size, some minutes on two cores."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.searches.load import Load, load, lost_by_kill
from tests.searches.postgres_server import programs, server
from tests.snapshot import faults
from tests.snapshot.faults import FaultyDisk, published, refusing, survives

SEEDS = int(os.environ.get("MATCHGRAPH_SEEDS", "20"))
SECONDS = float(os.environ.get("MATCHGRAPH_LOAD_SECONDS", "60"))
KILLS = int(os.environ.get("MATCHGRAPH_KILLS", "100"))


def bar(name: str, value: float, holds: bool, wanted: str) -> None:
    print(f"  bar: {name}: {value:,.2f}, wanted {wanted}  {'met' if holds else 'NOT MET'}", flush=True)


def publishing(folder: Path) -> None:
    """Every point, every fault, every seed."""
    counted = FaultyDisk(-1, faults.kill)
    published(folder / "count", 1)
    published(folder / "count", 2, counted)
    print(f"publish: {len(counted.points)} points, {SEEDS} seeds")
    for fault in ("kill -9", *faults.ERRORS):
        began, survived, news = time.perf_counter(), 0, 0
        for seed in range(SEEDS):
            for number in range(len(counted.points)):
                path = folder / f"{fault}-{seed}-{number}"
                published(path, 1)
                cut = Random(seed).random()
                disk = FaultyDisk(number, faults.kill if fault == "kill -9" else refusing(faults.ERRORS[fault]), cut)
                if fault == "kill -9":
                    news += survives(path, 1, 2, lambda: faults.killed(path, 2, number, cut))  # noqa: B023
                else:
                    news += survives(path, 1, 2, lambda: faults.refused(path, 2, disk))  # noqa: B023
                survived += 1
        took = time.perf_counter() - began
        print(f"  {fault:8} {survived:,} of {survived:,} old or new, {news:,} of them new; {took:.0f} s", flush=True)


def told(name: str, done: Load) -> None:
    print(f"log, {name}: {sum(done.acknowledged):,} events in {done.seconds:.0f} s; {done.reads:,} reads beside them")
    bar("events not stored", sum(done.acknowledged) - done.stored, done.stored == sum(done.acknowledged), "0")
    bar("gaps and reads that went back", done.torn + done.wrong_reads, not done.torn + done.wrong_reads, "0")
    print(f"  {done.rate:,.0f} a second, slowest {done.fairness:.2f} of the mean, p99 {done.p99 * 1000:.1f} ms")
    bar("events a second", done.rate, done.rate >= 5_000, ">= 5,000")
    bar("slowest writer of the mean", done.fairness, done.fairness >= 0.5, ">= .5")
    bar("p99 of a commit, ms", done.p99 * 1000, done.p99 <= 0.25, "<= 250")


def main() -> None:
    """All of it, in a folder that goes afterwards."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    if sys.argv[1:] in ([], ["publish"]):
        with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as here:
            publishing(Path(here))
    if sys.argv[1:] in ([], ["log"]):
        with tempfile.TemporaryDirectory() as here:
            for batch in (1, 20):
                told(f"8 writers, {batch} a call", load(Path(here) / f"{batch}.sqlite", 8, SECONDS, batch))
            lost = [lost_by_kill(Path(here) / f"kill{turn}.sqlite", Random(turn)) for turn in range(KILLS)]
            print(f"log, {KILLS} writers killed: {sum(each[0] for each in lost):,} events acknowledged")
            bar("acknowledged events lost", sum(each[1] for each in lost), not any(each[1] for each in lost), "0")
        if programs() is not None:
            with server() as url:
                told("PostgreSQL, 8 writers, 20 a call", load(url, 8, SECONDS / 6, 20))


if __name__ == "__main__":
    main()
