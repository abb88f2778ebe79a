"""Workers that are struck while they work on a block of a stage, and say so first: who they are, and at what."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from matchgraph.engines.on_ray import OnRay

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


def main(catalogue: str, store: str, address: str, stage: str, note: str) -> None:
    """A rebuild that is killed when a block of a stage is worked on; where no address is given, its head is."""
    import pytest

    from matchgraph.engines import on_ray
    from tests.engines.worlds import built, small_blocks

    class Killed(OnRay):
        def run(self, at: str, work: Callable[[Any], Any], blocks: Sequence[Any]) -> Iterator[Any]:
            for number, made in enumerate(super().run(at, work, blocks)):
                if at == stage and number == AT:
                    Path(note).write_text(json.dumps({"stage": at, "who": "rebuild" if address else "head"}))
                    kill_me() if address else kill_head()
                yield made

    on_ray.OnRay = Killed  # type: ignore[misc]
    small_blocks(pytest.MonkeyPatch())
    built(Path(catalogue), Path(store), engine="ray", ray_address=address or None, workers=2)


if __name__ == "__main__":
    import sys

    main(*sys.argv[1:])
