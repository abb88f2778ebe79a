"""What search has learned, from how many choices and with what gain: the manifest's account as an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matchgraph.answers.learning import Trial
from matchgraph.answers.values import Answer


@dataclass(frozen=True, repr=False)
class Lessons(Answer):
    """What was tried when the snapshot was made, and what of it search goes by."""

    hits: int  # choices there were to learn from
    fitted: str  # nothing, adapter, or adapter and memory
    why: str
    trials: tuple[Trial, ...]

    def lines(self) -> list[str]:
        """The account as text."""
        return [self.headline(), *(f"  {trial_words(trial)}" for trial in self.trials)]

    def headline(self) -> str:
        """What search goes by, in words."""
        return f"search has learned {self.fitted} from {self.hits:,} choice{'' if self.hits == 1 else 's'}: {self.why}"


def lessons_of(report: Mapping[str, Any]) -> Lessons:
    """The account that a manifest gives."""
    trials = tuple(Trial(**stated) for stated in report["trials"])
    return Lessons(report["hits"], report["fitted"], report["why"], trials)


def trial_words(trial: Trial) -> str:
    """One candidate as a line."""
    name = trial.name if trial.kappa is None else f"{trial.name} (kappa {trial.kappa:g})"
    hidden = "not to be told" if trial.hidden is None else f"{trial.hidden:+.3f}"
    return (
        f"{name}: {'accepted' if trial.accepted else 'refused'}, gain {trial.gain:+.3f} "
        f"[{trial.low:+.3f}, {trial.high:+.3f}], hidden artifacts {hidden} (mean reciprocal rank, held-out choices)"
    )
