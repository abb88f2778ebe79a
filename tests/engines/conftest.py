"""One cluster of several nodes on this machine, and one connection to it, for every test that needs them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="package")
def cluster() -> Iterator[object]:
    """A head that works on nothing, two nodes with two workers each, and this process connected to them."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])  # of the workers
    import ray
    from ray.cluster_utils import Cluster

    made = Cluster(initialize_head=True, head_node_args=node(0))
    for _ in range(2):
        made.add_node(**node(2))
    ray.init(address=made.address, log_to_driver=False, logging_level="ERROR")
    yield made
    ray.shutdown()
    made.shutdown()


def node(cores: int, **environment: str) -> dict[str, object]:
    """What a node is begun with; its environment is that of its workers."""
    quiet = {"include_dashboard": False, "env_vars": environment or None}
    return {"num_cpus": cores, "object_store_memory": 80 << 20, **quiet}
