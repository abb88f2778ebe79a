"""Blocks worked on side by side in this process; the results come in the order of the blocks, whatever threads do."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from threadpoolctl import threadpool_limits

from matchgraph.catalogue.track import Track
from matchgraph.engines.runner import Arrays, Block, Made


def in_threads(work: Callable[[Block], Made], blocks: Iterable[Block]) -> Iterator[Made]:
    """`work` of every block, in order, with only a few blocks in memory at a time.

    One thread a core, each with a matrix library of one thread: numpy releases the lock where it counts, and a
    library's own threads would spin while this one adds up.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(cores) as pool:
        ahead: deque[Future[Made]] = deque()
        for block in blocks:
            ahead.append(pool.submit(work, block))
            if len(ahead) > cores:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def here(
    stage: str,  # noqa: ARG001 - there is nothing to name: what is made here is handed on
    work: Callable[[Any, Block], Arrays],
    shared: Any,
    blocks: Sequence[Block],
    track: Track = iter,
) -> Iterator[Arrays]:
    """What each block comes to, done in threads on what is held in memory."""
    return in_threads(partial(work, shared), track(blocks))
