"""Blocks worked on by a Ray cluster, or by one that is started here for as long as the rebuild takes.

Plain tasks, not Ray Data and not actors: a block is in a file with its own name before Ray hears that it is done, so
there is nothing for Ray to hold, to order or to make again but a few numbers. A worker's process keeps what it opened
last, so a model is loaded once a process. A task whose process or node dies is begun again elsewhere.

An actor pool of Ray Data gave the same vectors, in 42 to 52 CPU seconds where tasks took 32 to 36 (1,500 texts, two
workers, twice each).
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, redirect_stdout, suppress
from itertools import islice
from typing import Any

from matchgraph.engines.address import refuse_silent
from matchgraph.engines.runner import Block, Made
from matchgraph.engines.versions import refuse_other, versions
from matchgraph.errors import EngineError, MatchGraphError

_ON_GPU = "embed"  # the stage that a graphics processor is asked for, where there is one
_TRIES = 5  # of a block, when the process or the node that works on it dies
_HELD = 80 << 20  # bytes for what Ray moves; blocks are in files
_AGAIN = "Blocks that are finished are kept: rebuild again, and it goes on from there."


class OnRay:
    """Held during a rebuild: a cluster that was reached, and whose nodes all run what runs here."""

    def __init__(self, address: str | None = None, workers: int | None = None) -> None:
        self._ray, self._mine = _library(), False
        self._wanted, self._most = versions(), workers
        self._aside = ExitStack()
        if address and address != "auto":
            refuse_silent(address)
        if not self._ray.is_initialized():
            self._connect(address, workers)
            self._mine = True
            # Ray prints what befalls a cluster, and a program may be reading what is printed here.
            self._aside.enter_context(redirect_stdout(sys.stderr))
        elif address not in (None, "auto", here := self._ray.get_runtime_context().gcs_address):
            raise EngineError(f"this process is connected to the Ray cluster at {here} already, not to {address}.")
        try:
            self._refuse_strangers()
        except MatchGraphError:
            self.close()
            raise

    def run(self, stage: str, work: Callable[[Block], Made], blocks: Sequence[Block]) -> Iterator[Made]:
        """What the work of each block comes to, in their order."""
        task = self._task(name=f"matchgraph {stage}", num_gpus=int(stage == _ON_GPU and self._has("GPU") > 0))
        waiting, carried = iter(enumerate(blocks)), self._ray.put(work)
        running: dict[Any, int] = {}
        finished: dict[int, Made] = {}
        for number in range(len(blocks)):
            while number not in finished:
                most = self._most or 2 * max(1, self._has("CPU"))
                for at, block in islice(waiting, most - len(running)):
                    running[task.remote(self._wanted, carried, block)] = at
                (done, *_), _ = self._ray.wait(list(running))
                finished[running.pop(done)] = self._got(done)
            yield finished.pop(number)

    def close(self) -> None:
        """Let go of the cluster; one that was started here ends."""
        if self._mine:
            self._ray.shutdown()
        self._aside.close()

    def _connect(self, address: str | None, workers: int | None) -> None:
        quiet = {"include_dashboard": False, "log_to_driver": False, "logging_level": logging.ERROR}
        here = {} if address else {"num_cpus": workers, "object_store_memory": _HELD}
        try:
            self._ray.init(address=address or "local", **quiet, **here)
        except (OSError, RuntimeError, ValueError, self._ray.exceptions.RayError) as error:
            raise EngineError(
                f"no Ray cluster at {address or 'this machine'}: {error}. Name the head of a running one "
                "(--ray-address HOST:6379), with the same versions of Python and Ray as here. One that asks for a "
                "token, as Ray does where it finds ~/.ray/auth_token, is reached with RAY_AUTH_MODE=token and that "
                "file, or with RAY_AUTH_TOKEN."
            ) from error

    def _refuse_strangers(self) -> None:
        """Raise unless every node can work, with the versions that are here; who joins later is asked with a block."""
        on = self._ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy
        for node in (each["NodeID"] for each in self._ray.nodes() if each["Alive"]):
            asked = self._task(num_cpus=0, scheduling_strategy=on(node, soft=False))
            with suppress(self._ray.exceptions.TaskUnschedulableError):  # it left the cluster meanwhile
                self._got(asked.remote(self._wanted, str, ""))
        if not self._has("CPU"):
            raise EngineError("the Ray cluster has no node that works (its CPUs are 0): add one, then rebuild.")

    def _task(self, **options: Any) -> Any:
        return self._ray.remote(max_retries=_TRIES, max_calls=0, **options)(_done)

    def _has(self, what: str) -> int:
        """How many of these the cluster has now."""
        return int(self._ray.cluster_resources().get(what, 0))

    def _got(self, done: Any) -> Any:
        """The result of a task; an error of ours as it was raised, any other as one."""
        failed = self._ray.exceptions
        try:
            return self._ray.get(done)
        except failed.RayTaskError as error:
            if isinstance(error.cause, MatchGraphError):
                raise error.cause from None
            raise EngineError(f"a block broke off on a worker: {error}. {_AGAIN}") from error
        except failed.TaskUnschedulableError:
            raise
        except failed.RayError as error:
            raise EngineError(f"the Ray cluster lost a block, {_TRIES + 1} times over: {error}. {_AGAIN}") from error


def _done(wanted: str, work: Callable[[Block], Made], block: Block) -> Made:
    """What the work comes to, on a worker that is as it should be."""
    refuse_other(wanted)
    return work(block)


def _library() -> Any:
    """Ray, which nothing else here imports."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
        import ray.util.scheduling_strategies
    except ImportError as error:
        raise EngineError(f"Ray is not installed ({error}): pip install 'matchgraph[ray]'.") from error
    return ray
