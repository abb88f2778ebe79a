"""How an artifact's rank went from snapshot to snapshot, and the line to draw of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyarrow.compute as pc

from matchgraph.errors import SnapshotError
from matchgraph.snapshot.files import table_in
from matchgraph.snapshot.place import store_at
from matchgraph.snapshot.remote import RemoteStore
from matchgraph.snapshot.store import Store

_RANKING = "ranking.parquet"
_LATEST = 12  # snapshots told
_WIDE, _HIGH = 240.0, 72.0  # of the drawing


@dataclass(frozen=True, slots=True)
class Standing:
    """Where it stood in one snapshot."""

    version: str
    today: str
    rank: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A line and the band of doubt around it, in a box of that size."""

    wide: float
    high: float
    line: str
    band: str
    dots: tuple[tuple[float, float], ...]
    top: float  # rank at the upper edge
    bottom: float


def history(store: Store | RemoteStore, artifact_id: str, live: str) -> tuple[Standing, ...]:
    """Its ranks up to the live version, oldest first; a snapshot that cannot be read any more is left out."""
    found = (_standing(str(store.where), version, artifact_id) for version in told_of(store, live))
    return tuple(each for each in found if each is not None)


def told_of(store: Store | RemoteStore, live: str) -> list[str]:
    """The versions that a history tells of, oldest first: the latest up to the live one."""
    return [version for version in store.versions() if version <= live][-_LATEST:]


def drawn(told: tuple[Standing, ...]) -> Drawing | None:
    """The history as a line; None where there is no way to see in it."""
    if len(told) < 2:
        return None
    top = min(100.0, max(each.high for each in told) + 2)
    bottom = max(0.0, min(each.low for each in told) - 2)

    def at(place: int, rank: float) -> tuple[float, float]:
        return round(_WIDE * place / (len(told) - 1), 1), round(_HIGH * (top - rank) / (top - bottom), 1)

    dots = tuple(at(place, each.rank) for place, each in enumerate(told))
    upper = [at(place, each.high) for place, each in enumerate(told)]
    lower = [at(place, each.low) for place, each in enumerate(told)]
    return Drawing(_WIDE, _HIGH, _points(dots), _points([*upper, *reversed(lower)]), dots, top, bottom)


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in places)


@lru_cache(maxsize=4_096)
def _standing(path: str, version: str, artifact_id: str) -> Standing | None:
    store = store_at(path)
    try:
        manifest = store.manifest(version)
        table = table_in({_RANKING: store.file(manifest, _RANKING)}, _RANKING)
    except SnapshotError:  # of another format, damaged, or just deleted
        return None
    rows = table.filter(pc.equal(table["artifact_id"], artifact_id)).to_pylist()
    if not rows:
        return None
    return Standing(version, manifest.today, *(float(rows[0][part]) for part in ("rank", "low", "high")))
