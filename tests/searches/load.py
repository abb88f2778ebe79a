"""Many writers at one log, and writers that are killed: what was acknowledged, what is kept, and how fair it was."""

import os
import signal
import time
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random

import numpy as np

from matchgraph.searches.events import SearchEvent
from matchgraph.searches.log import SearchLog, Where
from tests.snapshot.faults import child


@dataclass(frozen=True)
class Load:
    """What writers were told, and what the log holds."""

    seconds: float
    acknowledged: list[int]  # events, by writer
    p99: float  # seconds of one call of record
    stored: int
    torn: int  # writers whose events have gaps
    reads: int
    wrong_reads: int  # that saw fewer events than a read before, or a part of a call

    @property
    def rate(self) -> float:
        """Events acknowledged in a second, by all writers."""
        return sum(self.acknowledged) / self.seconds

    @property
    def fairness(self) -> float:
        """What the slowest writer wrote, as a share of the mean."""
        return min(self.acknowledged) / np.mean(self.acknowledged)


def load(where: Where, writers: int, seconds: float, batch: int) -> Load:
    """Writers at once, each a process that records so many events a call, and one that reads all the while."""
    fork = get_context("fork")
    SearchLog(where).close()
    ready, said, seen, over = fork.Barrier(writers + 1), fork.SimpleQueue(), fork.SimpleQueue(), fork.Event()
    started = [child(partial(_write, where, n, batch, seconds, ready, said)) for n in range(writers)]
    reader = child(partial(_read, where, batch, over, seen))
    ready.wait()
    told = dict(said.get() for _ in started)
    for each in started:
        each.join()
    over.set()
    reads, wrong = seen.get()
    reader.join()
    assert [each.exitcode for each in (*started, reader)] == [0] * (writers + 1)
    kept = _kept(where)
    torn = sum(numbers != list(range(len(numbers))) for numbers in kept.values())
    took = np.concatenate([told[number][1] for number in range(writers)])
    acknowledged = [told[number][0] for number in range(writers)]
    return Load(seconds, acknowledged, float(np.quantile(took, 0.99)), sum(map(len, kept.values())), torn, reads, wrong)


def _write(where, number, batch, seconds, ready, said) -> None:
    log, events, took = SearchLog(where), 0, []
    ready.wait()
    end = time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        log.record_many(SearchEvent(f"{number} {events + turn}", chosen=f"w{number}") for turn in range(batch))
        took.append(time.perf_counter() - began)
        events += batch
    said.put((number, (events, np.array(took))))
    log.close()


def _read(where, batch, over, seen) -> None:
    log, before, reads, wrong = SearchLog(where), 0, 0, 0
    while not over.is_set():
        now = log.times_matched("w0")
        wrong, before, reads = wrong + (now < before or now % batch > 0), now, reads + 1
        time.sleep(0.02)
    seen.put((reads, wrong))


def _kept(where: Where) -> dict[str, list[int]]:
    """The numbers that each writer's events have, in the order of the log."""
    kept: dict[str, list[int]] = {}
    for event in SearchLog(where).events():
        writer, number = event.query.split()
        kept.setdefault(writer, []).append(int(number))
    return kept


def lost_by_kill(path: Path, dice: Random) -> tuple[int, int]:
    """Of a writer that is killed at some moment: events acknowledged, and of those the ones that are not kept."""
    told, tell = os.pipe()

    def writes() -> None:
        log, number = SearchLog(path), 0
        while True:
            many = dice.choice([1, 1, 5])
            log.record_many(SearchEvent(f"0 {number + turn}") for turn in range(many))
            number += many
            os.write(tell, number.to_bytes(4, "big"))

    writer = child(writes)
    said = os.read(told, 4)
    time.sleep(dice.random() * 0.05)
    writer.kill()
    writer.join()
    assert writer.exitcode == -signal.SIGKILL
    os.close(tell)
    while more := os.read(told, 1 << 16):
        said = (said + more)[-4:]
    os.close(told)
    numbers = _kept(path).get("0", [])
    assert numbers == list(range(len(numbers))), "torn"
    return int.from_bytes(said, "big"), max(0, int.from_bytes(said, "big") - len(numbers))


def killed_beside_others(path: Path, dice: Random) -> tuple[int, int]:
    """Of writers at one log, all killed at moments of their own: acknowledged events that are not kept, and doubles."""
    pipes = [os.pipe() for _ in range(4)]

    def writes(number: int) -> None:
        log, turn = SearchLog(path), 0
        while True:
            log.record(SearchEvent(f"{number} {turn}"))
            turn += 1
            os.write(pipes[number][1], b".")

    writers = [child(partial(writes, number)) for number in range(len(pipes))]
    for told, tell in pipes:
        os.close(tell)
        os.read(told, 1)
    for writer in dice.sample(writers, len(writers)):
        time.sleep(dice.random() * 0.02)
        writer.kill()
        writer.join()
    kept = _kept(path)
    lost = doubled = 0
    for number, (told, _) in enumerate(pipes):
        acknowledged = 1
        while more := os.read(told, 1 << 16):
            acknowledged += len(more)
        os.close(told)
        numbers = kept.get(str(number), [])
        lost += len(set(range(acknowledged)) - set(numbers))
        doubled += len(numbers) - len(set(numbers))
    return lost, doubled
