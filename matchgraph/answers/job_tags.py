"""What artifacts are for: the jobs that their sources state, else the one that those nearest to them state."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np

from matchgraph.answers.values import Answer
from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.jobs.vocabulary import stated_jobs, vocabulary
from matchgraph.snapshot.snapshot import Snapshot
from matchgraph.vectors.nearest_group import Groups, groups_of

LEAST = 0.5  # confidence; what is less sure is not said


class Basis(StrEnum):
    """Who says that it is its job."""

    STATED = "stated"  # the source
    TAGGED = "tagged"  # a tag of the source's, which may name a subject as well as a job
    INFERRED = "inferred"  # only its nearness to others of its type that state it


@dataclass(frozen=True, slots=True)
class JobTag:
    """One job of an artifact; an inferred one with the share of such inferences that were right."""

    job: str
    basis: Basis
    confidence: float | None = None
    tag: str | None = None

    def __str__(self) -> str:
        match self.basis:
            case Basis.STATED:
                said = "stated by the source"
            case Basis.TAGGED:
                said = f"its source tags it {self.tag!r}"
            case Basis.INFERRED:
                said = f"inferred, {self.confidence:.0%} sure; no source states it"
        return f"{self.job} ({said})"


@dataclass(frozen=True, repr=False)
class JobTags(Answer):
    """What one artifact is for; without tags where its source states no job and none is near enough."""

    artifact_id: str
    tags: tuple[JobTag, ...]

    def lines(self) -> list[str]:
        """The tags as text."""
        return [f"{self.artifact_id}:", *(f"  {tag}" for tag in self.tags or ("no job is stated, and none is near",))]


class Jobs:
    """Held by the engine: what artifacts of each type state as their jobs, and where these lie.

    Nothing of it is stored: it follows from the snapshot, the same everywhere.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.catalogue = snapshot.catalogue
        first = snapshot.catalogue.capabilities.num_rows  # rows of wholes follow those of capabilities
        self.wholes = snapshot.vectors.grid[first : first + len(snapshot.catalogue)]
        self.groups: dict[str, Groups | None] = {}

    @cached_property
    def stated(self) -> list[tuple[str, ...]]:
        """By place, the jobs that the source states."""
        return jobs_stated(self.catalogue)

    @cached_property
    def places(self) -> dict[str, np.ndarray]:
        """The places of the artifacts of each type."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, kind in enumerate(self.catalogue.texts("type")):
            found[kind].append(place)
        return {kind: np.array(places) for kind, places in found.items()}

    def of(self, artifact_id: str) -> JobTags:
        """What an artifact is for."""
        place = self.catalogue.place[artifact_id]
        if stated := _stated(*self.catalogue.artifacts.slice(place, 1).select(["job", "tags"]).to_pylist()[0].values()):
            return JobTags(artifact_id, stated)
        groups = self._groups(str(self.catalogue.artifacts["type"][place]))
        (found,) = groups.of(self.wholes[place][None]) if groups else [None]
        sure = found is not None and found[1] >= LEAST
        return JobTags(artifact_id, (JobTag(found[0], Basis.INFERRED, found[1]),) if found and sure else ())

    def _groups(self, kind: str) -> Groups | None:
        """The jobs of a type, by those of it that state one of the vocabulary."""
        if kind not in self.groups:
            places = self.places[kind]
            known = {str(job) for job in vocabulary()}
            stated = [[job for job in self.stated[place] if job in known] for place in places]
            self.groups[kind] = groups_of(self.wholes[places], stated)
        return self.groups[kind]


def _stated(jobs: list[str], tags: list[str]) -> tuple[JobTag, ...]:
    """What a source says that a thing is for, outright and then by tags, each job once."""
    told = {job: JobTag(job, Basis.STATED) for job in stated_jobs(jobs, ())}
    for tag in tags:
        for job in stated_jobs((), (tag,)):
            told.setdefault(job, JobTag(job, Basis.TAGGED, tag=tag))
    return tuple(told.values())


def jobs_stated(catalogue: Catalogue) -> list[tuple[str, ...]]:
    """By place, the jobs that the sources of the artifacts state."""
    rows = zip(catalogue.texts("job"), catalogue.texts("tags"), strict=True)
    return [stated_jobs(jobs or (), tags or ()) for jobs, tags in rows]
