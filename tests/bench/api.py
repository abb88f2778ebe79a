"""`make bench-api`: how many searches a second the JSON API answers on loopback, and how late the latest come.

A hundred clients each keep one connection and ask again as soon as they are answered. The server is a process of its
own; per core means per second of its processor time, so that what else runs here counts for little.
Three rounds, by what is held of a question: its answer, as it was asked before; the vectors of its query; nothing.
MATCHGRAPH_BENCH_SECONDS says how long each round lasts (60 in a soak), MATCHGRAPH_BENCH_STORE which store is asked.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote_plus

import matchgraph as mg
from tests.bench.rebuild import REAL, ROOT

STORE = Path(os.environ.get("MATCHGRAPH_BENCH_STORE", ROOT / ".bench" / "store"))
SECONDS = float(os.environ.get("MATCHGRAPH_BENCH_SECONDS", "8"))
CLIENTS, PORT = 100, 8797
WORDS = (
    "sort mail detect toxic comments german translate speech image classify database query agent browser weather "
    "finance music code review summarise calendar pdf chart video search legal photos tables poems contracts maps"
)
SERVER = f"""
import sys, uvicorn
from matchgraph.doors.live import Live
from matchgraph.doors.web.api import alone
from matchgraph.doors.web.guard import Rules
uvicorn.run(alone(Live(sys.argv[1]), Rules(rate=0)), port={PORT}, log_level="warning", access_log=False)
"""


@contextmanager
def served() -> Iterator[int]:
    """The process that answers, once it does."""
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(STORE)], env=one_thread, cwd=ROOT)
    try:
        for _ in range(600):
            if server.poll() is not None:
                raise SystemExit("the server ended before it answered.")
            try:
                asyncio.run(one("/api/v1/health"))
                break
            except OSError:
                time.sleep(0.2)
        yield server.pid
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)


async def one(path: str) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    status = await asked(reader, writer, path)
    writer.close()
    return status


async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> int:
    """The status of one answer, read to its end."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    await reader.readexactly(int(head.split("content-length:")[1].split("\r\n")[0]))
    return int(head.split()[1])


async def client(number: int, fresh: bool, anew: bool, until: float, times: list[float], errors: list[str]) -> None:
    draw = random.Random(number)
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    while time.perf_counter() < until:
        seed = draw.randrange(10**9 if fresh else 50)
        words = random.Random(seed).choices(WORDS.split(), k=5)
        query = " ".join([*words, str(seed)] if fresh else words)
        start = time.perf_counter()
        try:
            draws = f"&seed={draw.randrange(10**9)}" if anew else ""  # without lots it changes nothing but the address
            status = await asked(reader, writer, f"/api/v1/search?q={quote_plus(query)}{draws}")
        except (OSError, asyncio.IncompleteReadError) as error:
            errors.append(repr(error))
            return
        if status != 200:
            errors.append(str(status))
        times.append(time.perf_counter() - start)
    writer.close()


def processor_seconds(pid: int) -> float:
    """What the process has used of the processors so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(pid: int, name: str, seconds: float, *, fresh: bool = False, anew: bool = False) -> None:
    """One round: with `fresh` queries nothing is held, with answers made `anew` the vectors of queries are."""
    times: list[float] = []
    errors: list[str] = []

    async def every() -> None:
        until = time.perf_counter() + seconds
        await asyncio.gather(*(client(number, fresh, anew, until, times, errors) for number in range(CLIENTS)))

    used, start = processor_seconds(pid), time.perf_counter()
    asyncio.run(every())
    used, took = processor_seconds(pid) - used, time.perf_counter() - start
    at = sorted(times)
    late = {share: at[min(len(at) - 1, int(share * len(at)))] for share in (0.5, 0.99)}
    print(
        f"{name:8} {len(times):6,} searches, {len(errors)} errors, {len(times) / took:6.1f}/s, "
        f"{len(times) / used:6.1f}/s/core, p50 {late[0.5]:.2f} s, p99 {late[0.99]:.2f} s"
    )
    if errors:
        raise SystemExit(f"errors: {errors[:5]}")


def main() -> None:
    if not (STORE / "CURRENT").exists():
        mg.rebuild(REAL if REAL.exists() else ROOT / "data" / "catalogue", store=STORE)
    with served() as pid:
        measured(pid, "warm up", 2)
        measured(pid, "again", SECONDS)
        measured(pid, "vectors", SECONDS, anew=True)
        measured(pid, "nothing", SECONDS, fresh=True)


if __name__ == "__main__":
    main()
