"""One condition on artifacts: which meet it, of which nobody says, and how that reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from matchgraph.catalogue.columns import Known
from matchgraph.catalogue.licenses import said


@dataclass(frozen=True, eq=False, slots=True)
class Condition:
    """One condition that an artifact meets, does not meet, or leaves open."""

    facet: str  # what it is about: license, maker, ... or the name of a fact
    text: str
    known: Known
    values: pa.ChunkedArray | pa.Array | None = None  # what each artifact states, where that is one value
    avoided: bool = False

    @property
    def met(self) -> np.ndarray:
        """Which artifacts are known to meet it."""
        return self.known.met

    @property
    def stated(self) -> np.ndarray:
        """Of which artifacts anybody says whether they do."""
        return self.known.stated

    @property
    def passed(self) -> np.ndarray:
        """Who may stay: what is asked for must be known to hold, what is avoided must not."""
        return ~self.met if self.avoided else self.met

    def answer(self, place: int) -> str:
        """Whether the artifact at that place meets a wish, as far as anybody knows."""
        return f"prefers {self.text}: {'met' if self.met[place] else self._otherwise(place, 'not met')}"

    def doubt(self, place: int) -> str | None:
        """What to say of an artifact of which nobody knows whether it is one to avoid."""
        return None if self.stated[place] else f"avoids {self.text}: {self._otherwise(place, 'not known')}"

    def breach(self, place: int) -> str | None:
        """How the artifact breaks the condition; None where it keeps it."""
        if self.passed[place]:
            return None
        return f"breaks {self}: {self._otherwise(place, 'met' if self.avoided else 'not met')}"

    def __str__(self) -> str:
        return f"not {self.text}" if self.avoided else self.text

    def _otherwise(self, place: int, known: str) -> str:
        value = self.values[place].as_py() if self.values is not None else None
        shown = f"{value:,g}" if isinstance(value, float) else value
        if self.stated[place]:
            return f"{known} ({shown})" if shown else known
        if self.facet == "license" and said(shown):
            return f"license of no known class ({shown})"
        return f"{self.facet} not stated"


def passing(conditions: Iterable[Condition], size: int) -> np.ndarray:
    """A mask of the artifacts that pass every one of the conditions."""
    mask = np.ones(size, bool)
    for each in conditions:
        mask &= each.passed
    return mask
