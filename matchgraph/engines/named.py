"""Which engine a rebuild is asked to work with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from matchgraph.engines.runner import Runner
from matchgraph.errors import EngineError


class Engine(StrEnum):
    """Where the work of a rebuild is done."""

    LOCAL = "local"
    RAY = "ray"


@contextmanager
def engine_named(name: str, ray_address: str | None = None, workers: int | None = None) -> Iterator[Runner | None]:
    """Where blocks are worked on while the context lasts; None is this process."""
    if name not in list(Engine):
        raise EngineError(f"no engine {name!r}; there is: {', '.join(Engine)}.")
    if name == Engine.LOCAL:
        if ray_address or workers:
            raise EngineError("an address and a number of workers are for the engine ray: name it (--engine ray).")
        yield None
        return
    from matchgraph.engines.on_ray import OnRay

    cluster = OnRay(ray_address, workers)
    try:
        yield cluster
    finally:
        cluster.close()
