"""What search has learned from choices: where to turn a query, what comes near to everything, and past queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from matchgraph.searches.memory import Memory
from matchgraph.vectors.grid import to_grid

UNIT = 1e-6  # what adapters and hubs are whole numbers of, so that every product is exact, in any order of summation


@dataclass(frozen=True, eq=False, slots=True)
class Learned:
    """Held by the scorer; without any part it is search as it is where nobody has chosen anything."""

    adapter: np.ndarray | None = None  # int32, (dim, dim), in millionths
    hubs: np.ndarray | None = None  # int32, one an artifact, in millionths: what coming near to every query takes off
    memory: Memory | None = None
    report: dict[str, Any] = field(default_factory=dict)  # what was fitted, on how many hits, with what gain

    @property
    def nothing(self) -> bool:
        """Whether no part was learned."""
        return self.adapter is None and self.hubs is None and self.memory is None

    def adapted(self, asked: np.ndarray) -> np.ndarray:
        """The grid rows of a query, turned towards what is chosen for such queries."""
        if self.adapter is None:
            return asked
        return to_grid(asked.astype(np.float64) @ self.adapter.astype(np.float64))

    def hub_points(self, places: np.ndarray) -> np.ndarray:
        """What artifacts get for coming near to fewer queries than most; below zero where to more."""
        return np.zeros(len(places)) if self.hubs is None else self.hubs[places] * -UNIT


COLD = Learned()
