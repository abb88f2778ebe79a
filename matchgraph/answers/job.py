"""The probability that artifacts of a snapshot do the same job, and which evidence says so most."""

from __future__ import annotations

import numpy as np

from matchgraph.graph.likeness import Likeness
from matchgraph.graph.same_job import EVIDENCE, evidence_of, read_same_job
from matchgraph.snapshot.snapshot import Snapshot


def same_job_of(snapshot: Snapshot, likeness: Likeness, left: int, right: np.ndarray) -> np.ndarray:
    """The probability that one artifact does the same job as each of some others, each named once; float64."""
    return read_same_job().probability(_evidence(snapshot, likeness, left, right))


def terms_of(snapshot: Snapshot, likeness: Likeness, left: int, right: int) -> dict[str, float]:
    """What each evidence adds to the log odds that two artifacts do the same job, largest part first."""
    (terms,) = read_same_job().terms(_evidence(snapshot, likeness, left, np.array([right])))
    named = dict(zip(EVIDENCE, terms.tolist(), strict=True))
    return dict(sorted(named.items(), key=lambda term: -abs(term[1])))


def _evidence(snapshot: Snapshot, likeness: Likeness, left: int, right: np.ndarray) -> np.ndarray:
    first = snapshot.catalogue.capabilities.num_rows  # rows of wholes follow those of capabilities
    wholes = snapshot.vectors.grid[first : first + len(snapshot.catalogue)]
    return evidence_of(snapshot.catalogue, wholes, likeness, left, right)
