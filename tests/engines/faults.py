"""Workers that are struck while they work on a block of a stage, and say so first: who they are, and at what."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess, run
from typing import Any

from matchgraph.engines.on_ray import OnRay
from tests.engines.conftest import ROOT

AT = 1  # the block at which somebody is struck


class Struck(OnRay):
    """A cluster of which somebody is struck at a block of a stage."""

    stage, note = "", Path()
    blow: Callable[[Path, str, Any, Any], Any]

    def run(self, stage: str, work: Callable[[Any], Any], blocks: Sequence[Any]) -> Iterator[Any]:
        if stage == self.stage:
            work = partial(type(self).blow, self.note, stage, work)
        return super().run(stage, work, blocks)


def said(note: Path, stage: str) -> bool:
    """Whether this is the first to come by; then it says who it is."""
    import ray

    who = {"stage": stage, "pid": os.getpid(), "node": ray.get_runtime_context().get_node_id()}
    try:
        note.with_suffix(".taken").open("x").close()
    except FileExistsError:
        return False
    note.with_suffix(".draft").write_text(json.dumps(who))
    note.with_suffix(".draft").rename(note)
    return True


def dies(note: Path, stage: str, work: Callable[[Any], Any], block: Any) -> Any:
    """Work, but for the one worker that is killed at it."""
    if block[0] == AT and said(note, stage):
        os.kill(os.getpid(), signal.SIGKILL)
    return work(block)


def waits(note: Path, stage: str, work: Callable[[Any], Any], block: Any) -> Any:
    """Work, but for the one worker that waits for its whole node to be killed."""
    if block[0] == AT and said(note, stage):
        time.sleep(600)
    return work(block)


def heard(note: Path) -> dict[str, Any]:
    """Who was struck, once somebody was."""
    for _ in range(1200):
        if note.exists():
            return dict(json.loads(note.read_text()))
        time.sleep(0.1)
    raise TimeoutError(f"nobody came by {note}")


def gone(pid: int) -> bool:
    """Whether there is no such process any more."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def kill_me() -> int:
    """Kill this process."""
    os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def kill_head() -> int:
    """Kill the head of the cluster that this process has begun; its number."""
    import psutil

    (head,) = [each for each in psutil.Process().children(recursive=True) if each.name() == "gcs_server"]
    head.kill()
    head.wait(30)
    return int(head.pid)


def rebuilt(catalogue: Path, store: Path, address: str, stage: str, struck: str) -> CompletedProcess[str]:
    """What came of a rebuild in a process of its own, of which somebody was struck at a stage: `noted` says who.

    That is a worker, the node that a worker waits on to be killed, the rebuild itself, or the head that it began.
    """
    told = {"PYTHONPATH": str(ROOT), "RAY_gcs_rpc_server_reconnect_timeout_s": "5"}
    words = [sys.executable, "-W", "ignore", "-m", "tests.engines.faults", catalogue, store, address, stage, struck]
    command, environment = list(map(str, words)), os.environ | told
    return run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True, timeout=300)


def noted(store: Path) -> Path:
    """Where it is said who was struck."""
    return store.with_name("who.json")


def main(catalogue: str, store: str, address: str, stage: str, struck: str) -> str:
    """The digest of a rebuild of which somebody is struck."""
    import pytest

    from matchgraph.engines import on_ray
    from tests.engines import faults
    from tests.engines.worlds import built, small_blocks

    faults.Struck.stage, faults.Struck.note = stage, noted(Path(store))

    class Killed(OnRay):
        def run(self, at: str, work: Callable[[Any], Any], blocks: Sequence[Any]) -> Iterator[Any]:
            for number, made in enumerate(super().run(at, work, blocks)):
                if at == stage and number == AT:
                    faults.Struck.note.write_text(json.dumps({"stage": at, "who": struck}))
                    kill_head() if struck == "head" else kill_me()
                yield made

    blows = {"worker": faults.dies, "node": faults.waits}
    if struck in blows:
        faults.Struck.blow = staticmethod(blows[struck])  # type: ignore[assignment]
    on_ray.OnRay = faults.Struck if struck in blows else Killed  # type: ignore[misc]
    small_blocks(pytest.MonkeyPatch())
    return built(Path(catalogue), Path(store), engine="ray", ray_address=address or None, workers=2).digest


if __name__ == "__main__":
    sys.stdout.write(main(*sys.argv[1:]))
