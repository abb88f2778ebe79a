"""What search has learned from choices: how to turn a query towards what is chosen, and a memory of past queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from matchgraph.searches.memory import Memory
from matchgraph.vectors.grid import to_grid

UNIT = 1e-6  # of an adapter: in whole numbers of it every product is exact, in any order of summation


@dataclass(frozen=True, eq=False, slots=True)
class Learned:
    """Held by the scorer; without both it is search as it is where nobody has chosen anything."""

    adapter: np.ndarray | None = None  # int32, (dim, dim), in millionths
    memory: Memory | None = None
    report: dict[str, Any] = field(default_factory=dict)  # what was fitted, on how many hits, with what gain

    def adapted(self, asked: np.ndarray) -> np.ndarray:
        """The grid rows of a query, turned towards what is chosen for such queries."""
        if self.adapter is None:
            return asked
        return to_grid(asked.astype(np.float64) @ self.adapter.astype(np.float64))


COLD = Learned()
