"""One cluster of several nodes on this machine, for every test that needs one."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def cluster() -> Iterator[object]:
    """A head that works on nothing, and four nodes with a worker each."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])  # of the workers
    from ray.cluster_utils import Cluster

    made = Cluster(initialize_head=True, head_node_args=node(0))
    for _ in range(4):
        made.add_node(**node(1))
    yield made
    made.shutdown()


def node(cores: int) -> dict[str, object]:
    return {"num_cpus": cores, "object_store_memory": 80 << 20, "include_dashboard": False}


@pytest.fixture
def address(cluster) -> Iterator[str]:
    """Where the cluster is reached; whoever connects in this process is let go after."""
    import ray

    yield cluster.address
    ray.shutdown()
    logging.getLogger("ray").handlers.clear()
