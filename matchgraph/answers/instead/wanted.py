"""What is asked for instead: the whole question as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from matchgraph.errors import QuestionError


class Mode(StrEnum):
    """What "instead" means."""

    SAME_JOB = "same-job"  # another that does the same job
    ADJACENT = "adjacent"  # what stands next to the job: complements and neighbours
    SURPRISE = "surprise"  # from elsewhere, with one strong capability in common


MODES = tuple(Mode)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question for something different; artifacts by id, each at most once in a list."""

    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    to_replace: str | None = None  # one whose job has to be done
    neither: tuple[str, str] | None = None  # two just compared: the job of both, and neither of them
    need: str | None = None
    asked: np.ndarray | None = field(default=None, compare=False, repr=False)  # the need's grid rows
    mode: Mode = Mode.SAME_JOB
    k: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.liked and self.need is None:
            raise QuestionError(
                "nothing liked: name at least one artifact to start from, or say what it has to do as a need."
            )
        if self.neither is not None and len(set(self.neither)) < 2:
            raise QuestionError(f"{self.neither[0]!r} is named twice: 'neither' takes two different artifacts.")
        both = sorted(set(self.liked) & set(self.unlike))
        if both:
            raise QuestionError(f"{', '.join(both)} is both liked and unliked: keep it on one side.")
        if self.mode is not Mode.SAME_JOB and not self.liked:
            raise QuestionError(f"{self.mode} starts from something: name an artifact that is liked beside the need.")

    @property
    def liked(self) -> tuple[str, ...]:
        """Everything whose job counts, each once, what is replaced first."""
        replaced = () if self.to_replace is None else (self.to_replace,)
        return tuple(dict.fromkeys((*replaced, *(self.neither or ()), *self.like)))
