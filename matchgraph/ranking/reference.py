"""With what an amount is compared: pools of amounts, frozen so that a rank does not move because others came or went.

A pool holds what the artifacts of one type state of one fact. It is kept from snapshot to snapshot until its size has
doubled or halved; then it is drawn anew, and `matchgraph diff` puts what moves by that down to the reference, not to
the artifact. Near-copies count once in a pool, so a flock of clones shifts nobody.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from matchgraph.ranking.measures import Found, Scale, Status

_PRIOR = 10  # artifacts: small pools are drawn to the middle
_KEPT_WITHIN = 2.0  # times as large or as small
_SCHEMA = pa.schema([("pool", pa.string()), ("amounts", pa.list_(pa.float64())), ("weights", pa.list_(pa.float64()))])


@dataclass(frozen=True, eq=False, slots=True)
class Pool:
    """Distinct amounts, sorted, and how many artifacts state each; both float64."""

    amounts: np.ndarray
    weights: np.ndarray

    @property
    def size(self) -> float:
        """How many artifacts it holds, near-copies once."""
        return float(self.weights.sum())

    def percentiles(self, amounts: np.ndarray) -> np.ndarray:
        """Mid-rank percentile of each amount, drawn to .5 where the pool is small.

        >>> pool_of(np.array([1.0, 5.0, 5.0, 9.0]), np.ones(4)).percentiles(np.array([1.0, 5.0, 9.0])).round(3).tolist()
        [0.393, 0.5, 0.607]
        """
        upto = np.concatenate([[0.0], np.cumsum(self.weights)])
        below = upto[np.searchsorted(self.amounts, amounts, side="left")]
        through = upto[np.searchsorted(self.amounts, amounts, side="right")]
        return np.asarray(((below + through) / 2 + _PRIOR / 2) / (self.size + _PRIOR))


def pool_of(amounts: np.ndarray, weights: np.ndarray) -> Pool:
    """The pool of these amounts."""
    distinct, where = np.unique(amounts, return_inverse=True)
    return Pool(distinct, np.round(np.bincount(where, weights, len(distinct)), 9))


@dataclass(frozen=True, eq=False, slots=True)
class Reference:
    """Every pool by name."""

    pools: dict[str, Pool]

    @property
    def reference_id(self) -> str:
        """A short name that says which reference this is: equal for equal pools."""
        stated = [(name, pool.amounts.tolist(), pool.weights.tolist()) for name, pool in sorted(self.pools.items())]
        return hashlib.sha256(json.dumps(stated).encode()).hexdigest()[:12]

    def percentiles(self, pools: np.ndarray, amounts: np.ndarray) -> np.ndarray:
        """The percentile of each amount in its pool; nan where there is no amount, .5 where there is no pool."""
        found = np.full(len(amounts), np.nan)
        for name, inside in _places(pools, ~np.isnan(amounts)):
            pool = self.pools.get(name)
            found[inside] = 0.5 if pool is None else pool.percentiles(amounts[inside])
        return found

    def sizes(self, pools: np.ndarray) -> np.ndarray:
        """How many artifacts the pool of each holds."""
        return np.array([self.pools[name].size if name in self.pools else 0.0 for name in pools.tolist()])

    def stated(self) -> set[tuple[str, str]]:
        """Which measure somebody of which type states: (measure, type)."""
        parts = [name.split("|") for name in self.pools]
        return {(part[0], part[1]) for part in parts if len(part) > 1}

    def table(self) -> pa.Table:
        """The reference as it is stored."""
        rows: list[dict[str, Any]] = [
            {"pool": name, "amounts": pool.amounts.tolist(), "weights": pool.weights.tolist()}
            for name, pool in sorted(self.pools.items())
        ]
        return pa.Table.from_pylist(rows, schema=_SCHEMA)


def reference_in(table: pa.Table) -> Reference:
    """The reference of a stored table."""
    return Reference({r["pool"]: Pool(np.array(r["amounts"]), np.array(r["weights"])) for r in table.to_pylist()})


def reference_of(found: Found, copies: np.ndarray, held: Reference | None = None) -> Reference:
    """The pools of what was found, those of `held` where they still fit; `copies` is equal for near-copies."""
    gathered: dict[str, list[tuple[np.ndarray, np.ndarray]]] = defaultdict(list)
    for measure in (measure for name in sorted(found) for measure in found[name]):
        if measure.kind.scale is Scale.STATED:
            continue
        # Of an age it is enough to know that somebody states one.
        amount = np.zeros(len(copies)) if measure.kind.scale is Scale.AGE else measure.amount
        for name, inside in _places(measure.pool, measure.status == Status.OBSERVED):
            gathered[name].append((amount[inside], _weights(copies[inside])))
    made = {name: pool_of(*map(np.concatenate, zip(*parts, strict=True))) for name, parts in sorted(gathered.items())}
    return Reference({name: _fitting(pool, held.pools.get(name) if held else None) for name, pool in made.items()})


def _fitting(pool: Pool, held: Pool | None) -> Pool:
    """The held pool while it is neither twice nor half the size of what there is now."""
    if held is None or not held.size:
        return pool
    return held if 1 / _KEPT_WITHIN <= pool.size / held.size <= _KEPT_WITHIN else pool


def _weights(copies: np.ndarray) -> np.ndarray:
    """Near-copies share the weight of one."""
    _, where, count = np.unique(copies, return_inverse=True, return_counts=True)
    return np.asarray(1.0 / count[where])


def _places(pools: np.ndarray, wanted: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """The wanted places of each pool."""
    places = np.flatnonzero(wanted)
    names, where = np.unique(pools[places].astype(str), return_inverse=True)
    return [(str(name), places[where == number]) for number, name in enumerate(names)]
