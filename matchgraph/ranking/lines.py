"""What adds up to every rank, in parts of so many artifacts: of a million there are fifteen million lines.

Nobody needs them all at once but who writes or exports them, so a part is made or read when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("artifact_id", "signal", "measure")]
    + [(name, pa.float64()) for name in ("points", "most", "value")]
    + [(name, pa.string()) for name in ("status", "raw", "source", "observed_at", "pool")]
    + [(name, pa.float64()) for name in ("amount", "share", "doubt", "voices")]
)
_KEPT = 2  # parts: as many as artifacts that are compared

Span = tuple[str, str]  # the first and the last artifact id of a part


@dataclass(frozen=True, eq=False)
class Lines:
    """Every line, artifact by artifact in the order of their ids."""

    stated: Callable[[], Sequence[Span]]  # the span of every part; found out when it is first needed
    read: Callable[[int], pa.Table]  # the lines of one part

    def parts(self) -> Iterator[pa.Table]:
        """The lines of each part, one part in memory at a time."""
        return map(self.read, range(len(self._spans)))

    def table(self) -> pa.Table:
        """All lines as one table."""
        return pa.concat_tables([SCHEMA.empty_table(), *self.parts()]).combine_chunks()

    def of(self, artifact_id: str) -> list[dict[str, Any]]:
        """The lines of one artifact, in the order of the weights."""
        holding = (part for part, (first, last) in enumerate(self._spans) if first <= artifact_id <= last)
        tables = map(self._kept, holding)
        return [
            row for lines in tables for row in lines.filter(pc.equal(lines["artifact_id"], artifact_id)).to_pylist()
        ]

    @cached_property
    def _spans(self) -> Sequence[Span]:
        return self.stated()

    @cached_property
    def _kept(self) -> Callable[[int], pa.Table]:
        return lru_cache(_KEPT)(self.read)
