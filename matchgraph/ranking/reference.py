"""With what an amount is compared: pools of amounts, frozen so that a rank does not move because others came or went.

A pool holds what the artifacts of one type state of one fact. It is kept from snapshot to snapshot until its size has
doubled or halved; then it is drawn anew, and `matchgraph diff` puts what moves by that down to the reference, not to
the artifact. Near-copies weigh as one in a pool, and so does what one owner lists, so that no flock shifts anybody.
What nobody links to is in no pool of links: to be linked to is compared among those that are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from matchgraph.ranking.measures import Measures, Scale, Status

_PRIOR = 10  # artifacts: small pools are drawn to the middle
_KEPT_WITHIN = 2.0  # times as large or as small
POOLS = pa.schema([("pool", pa.string()), ("amounts", pa.list_(pa.float64())), ("weights", pa.list_(pa.float64()))])


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
        return pa.Table.from_pylist(rows, schema=POOLS)


def reference_in(table: pa.Table) -> Reference:
    """The reference of a stored table."""
    return Reference({r["pool"]: Pool(np.array(r["amounts"]), np.array(r["weights"])) for r in table.to_pylist()})


def reference_of(found: Measures, kin: Sequence[np.ndarray], held: Reference | None = None) -> Reference:
    """The pools of what was found, those of `held` where they still fit.

    Each of `kin` holds equal numbers for artifacts that weigh as one. A held pool of which nothing is left stays, so
    that the last one who withdraws a fact does not turn what is withheld into what nobody states.
    """
    made = dict(held.pools) if held else {}
    for measure in (measure for name in sorted(found) for measure in found[name]):
        scale = measure.kind.scale
        if scale not in (Scale.PERCENTILE, Scale.CROWD, Scale.VOICES):
            continue
        wanted = measure.status == Status.OBSERVED
        if scale is Scale.CROWD:
            wanted &= measure.amount > 0
        for name, inside in _places(measure.pool, wanted):
            pool = pool_of(measure.amount[inside], _weights([each[inside] for each in kin]))
            made[name] = _fitting(pool, made.get(name))
    return Reference(dict(sorted(made.items())))


def _fitting(pool: Pool, held: Pool | None) -> Pool:
    """The held pool while it is neither twice nor half the size of what there is now."""
    if held is None or not held.size:
        return pool
    return held if 1 / _KEPT_WITHIN <= pool.size / held.size <= _KEPT_WITHIN else pool


def _weights(kin: Sequence[np.ndarray]) -> np.ndarray:
    """What each weighs when those that are kin share the weight of one."""
    return np.asarray(1.0 / np.max([_counts(each) for each in kin], axis=0))


def _counts(numbers: np.ndarray) -> np.ndarray:
    """How often the number of each occurs."""
    _, where, count = np.unique(numbers, return_inverse=True, return_counts=True)
    return np.asarray(count[where])


def _places(pools: np.ndarray, wanted: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """The wanted places of each pool."""
    places = np.flatnonzero(wanted)
    names, where = np.unique(pools[places].astype(str), return_inverse=True)
    return [(str(name), places[where == number]) for number, name in enumerate(names)]
