"""A graph as arrays: what measures count on, whoever holds the graph."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp


@dataclass(frozen=True, eq=False)
class Arrays:
    """Nodes by place, and every edge once; of parallel ones each."""

    nodes: Sequence[Hashable]
    source: np.ndarray  # int32, places
    target: np.ndarray
    weight: np.ndarray  # float64
    directed: bool

    def __len__(self) -> int:
        return len(self.nodes)

    @cached_property
    def steps(self) -> sp.csr_array:
        """What weighs from each node to each other one; without directions both ways, a loop once."""
        source, target, weight = self.source, self.target, self.weight
        if not self.directed:
            back = source != target
            source, target = np.concatenate([source, target[back]]), np.concatenate([target, source[back]])
            weight = np.concatenate([weight, weight[back]])
        return sp.csr_array((weight, (source, target)), (len(self), len(self)))

    @cached_property
    def ends(self) -> sp.csr_array:
        """The same with a loop counted at both of its ends, where it has no direction."""
        return self.steps if self.directed else (self.steps + sp.diags_array(self.steps.diagonal())).tocsr()

    @cached_property
    def canonical(self) -> sp.csr_array:
        """`ends` with the nodes in the order of `ranks`, bit for bit the same in whatever order all came."""
        ends = self.ranks[self.source], self.ranks[self.target]
        first, second = ends if self.directed else (np.minimum(*ends), np.maximum(*ends))
        key = first.astype(np.int64) * len(self) + second
        order = np.argsort(key, kind="stable")
        starts = np.flatnonzero(np.diff(key[order], prepend=-1))
        if len(starts) < len(key):  # sums of parallel edges are of the same order too
            order = np.lexsort((self.weight, key))
        weight = np.add.reduceat(self.weight[order], starts) if len(starts) else self.weight
        places = np.divmod(key[order[starts]], max(len(self), 1))
        found = sp.csr_array((weight, places), (len(self), len(self)))
        return found if self.directed else (found + found.T).tocsr()

    @cached_property
    def ranks(self) -> np.ndarray:
        """The place of each node when all are sorted, those of one type together."""
        names: Sequence[Any] = self.nodes if set(map(type, self.nodes)) <= {str} else [*map(_name, self.nodes)]
        order = sorted(range(len(self)), key=names.__getitem__)
        ranks = np.empty(len(self), np.int64)
        ranks[order] = np.arange(len(self))
        return ranks


def _name(node: Hashable) -> tuple[str, int | float, str]:
    number = node if isinstance(node, int | float) else 0
    return type(node).__name__, number, str(node)
