"""Questions from several processes and threads while searches are recorded and snapshots are published.

Every artifact of an edition of the small world bears its number in its name, and edition 7 becomes version v000007. So
an answer shows by itself whether all of it was made from the one snapshot that it names.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd

import matchgraph as mg
from matchgraph.answers.values import Answer
from matchgraph.doors.live import Live
from matchgraph.engine import MatchGraph
from matchgraph.snapshot.store import Store
from tests.conftest import TODAY, WordEncoder, artifact

PROCESSES, THREADS = 2, 4
RATE = 5.0  # questions a second that each thread asks, if it is answered in time
_EDITION = re.compile(r"edition (\d+)")
_KEPT = 2  # versions; older ones are removed unless somebody reads them
_VERBS = re.findall(r"\w+", "sort flag label draw tag find write mark train measure read send translate count")
_THINGS = re.findall(
    r"\w+", "mail spam photos boxes faces speech letters folders voices texts tables maps songs plans bills"
)

QUESTIONS: dict[str, Callable[[MatchGraph, Random], Answer]] = {
    "search": lambda graph, dice: graph.search(f"{dice.choice(_VERBS)} {dice.choice(_THINGS)}", k=5),
    "similar": lambda graph, dice: graph.similar(_one(graph, dice), k=5),
    "compare": lambda graph, dice: graph.compare(*dice.sample(graph.snapshot.catalogue.ids, 2)),
    "recommend": lambda graph, dice: graph.recommend(_one(graph, dice)),
    "explain": lambda graph, dice: graph.explain(_one(graph, dice)),
}


@dataclass
class Heard:
    """What one process was told; times in seconds."""

    idle: list[float] = field(default_factory=list)
    loaded: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)  # answers that are not all of the snapshot they name
    back: int = 0  # times that a thread was answered from an older snapshot than before
    versions: list[str] = field(default_factory=list)
    recorded: int = 0
    memory: list[int] = field(default_factory=list)  # bytes, while loaded

    @property
    def growth(self) -> float:
        """By what share memory grew from the first third of the time under load to the last."""
        third = max(len(self.memory) // 3, 1)
        return float(np.median(self.memory[-third:]) / np.median(self.memory[:third]) - 1)


@dataclass(frozen=True)
class Load:
    """What all were told, what was published meanwhile, and how many searches the log has."""

    heard: list[Heard]
    published: int
    stored: int

    def late(self, phase: str) -> float:
        """The 99th percentile of all answers of a phase, in seconds."""
        return float(np.quantile([took for each in self.heard for took in getattr(each, phase)], 0.99))


def edition(number: int, artifacts: int) -> pd.DataFrame:
    """A world of which every name says the number."""
    dice, rows = Random(1), []
    for place in range(artifacts):
        does = [f"{dice.choice(_VERBS)} {' '.join(dice.sample(_THINGS, 3))} for those who wait" for _ in range(2)]
        row = artifact(f"thing-{place}", dice.choice(["model", "dataset", "api"]), f"maker {place % 9}", does)
        rows.append(row | {"name": f"Thing {place} of edition {number}", "facts": {"stars": place}})
    return pd.DataFrame(rows)


def load(store: Path, *, artifacts: int, idle: float, seconds: float, every: float) -> Load:
    """Ask for some seconds, then ask on while an edition is published every so many seconds."""
    publish(store, 1, artifacts)
    with ExitStack() as stack:
        askers = [stack.enter_context(_asker(store, number, idle, seconds)) for number in range(PROCESSES)]
        for each in askers:
            assert each.stdout.readline() == "ready\n"
        for each in askers:
            each.stdin.write("go\n")
            each.stdin.flush()
        due, number = time.monotonic() + idle, 1
        end = due + seconds
        while due < end:
            time.sleep(max(due - time.monotonic(), 0))
            number += 1
            publish(store, number, artifacts)
            due = max(due + every, time.monotonic())
        heard = [Heard(**json.loads(each.stdout.readline())) for each in askers]
    stored = sum(1 for event in mg.open(store, encoder=WordEncoder()).log.events() if event.query.startswith("heard"))
    return Load(heard, number - 1, stored)


def publish(store: Path, number: int, artifacts: int) -> None:
    made = mg.rebuild(edition(number, artifacts), store=store, encoder=WordEncoder(), today=TODAY)
    assert made.version == f"v{number:06d}"
    with Store(store).writing():
        Store(store).remove_old(_KEPT)


@contextmanager
def _asker(store: Path, number: int, idle: float, seconds: float) -> Iterator[Any]:
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-m", "tests.doors.load", *map(str, (store, number, idle, seconds))]
    environment = os.environ | {"PYTHONPATH": root, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _one(graph: MatchGraph, dice: Random) -> str:
    return dice.choice(graph.snapshot.catalogue.ids)


def _ask(live: Live, dice: Random, until: float, times: list[float], heard: Heard) -> None:
    """One thread's questions."""
    before, due = "", time.monotonic() + dice.random() / RATE
    while due < until:
        time.sleep(max(due - time.monotonic(), 0))
        due = max(due + 1 / RATE, time.monotonic())
        kind = dice.choice(list(QUESTIONS))
        began = time.perf_counter()
        try:
            graph = live.graph
            answer = QUESTIONS[kind](graph, dice)
            told = answer.to_dict()
        except Exception as error:  # whatever it is, it is counted
            heard.errors.append(f"{kind}: {error!r}")
            continue
        times.append(time.perf_counter() - began)
        version = answer.snapshot or ""
        found = {int(number) for number in _EDITION.findall(json.dumps(told, default=str))}
        if version != graph.manifest.version or found - {int(version[1:])} or (kind != "search" and not found):
            heard.mixed.append(f"{kind}: {version} tells of {sorted(found)}")
        heard.back += version < before
        before = version
        if version not in heard.versions:
            heard.versions.append(version)


def _record(live: Live, number: int, until: float, heard: Heard) -> None:
    """One thread's events."""
    dice = Random(number)
    while time.monotonic() < until:
        try:
            graph = live.graph
            live.graph.record(query=f"heard {number} {heard.recorded}", chosen=_one(graph, dice))
            heard.recorded += 1
        except Exception as error:  # whatever it is, it is counted
            heard.errors.append(f"record: {error!r}")
        time.sleep(0.25)


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _together(live: Live, number: int, seconds: float, times: list[float], heard: Heard, *, loaded: bool) -> None:
    until = time.monotonic() + seconds
    dice = [Random(f"{number} {thread} {loaded}") for thread in range(THREADS)]
    threads = [threading.Thread(target=_ask, args=(live, each, until, times, heard)) for each in dice]
    if loaded:
        threads.append(threading.Thread(target=_record, args=(live, number, until, heard)))
    for each in threads:
        each.start()
    while loaded and time.monotonic() < until:
        heard.memory.append(_memory())
        time.sleep(min(1.0, seconds / 20))
    for each in threads:
        each.join()


def main(store: str, number: int, idle: float, seconds: float) -> None:
    live, heard, dice = Live(store, encoder=WordEncoder()), Heard(), Random(number)
    for ask in QUESTIONS.values():
        ask(live.graph, dice)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    _together(live, number, idle, heard.idle, heard, loaded=False)
    _together(live, number, seconds, heard.loaded, heard, loaded=True)
    sys.stdout.write(json.dumps(asdict(heard)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]))
