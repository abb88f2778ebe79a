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
    fitted: str  # nothing, or the parts with their settings
    why: str
    trials: tuple[Trial, ...]
    evidence: Mapping[str, Any]  # the searches there were, and how they were weighed

    def lines(self) -> list[str]:
        """The account as text."""
        return [self.headline(), *(f"  {trial_words(trial)}" for trial in self.trials), *self.weighing()]

    def weighing(self) -> list[str]:
        """What the choices are worth as evidence, in words."""
        if not self.evidence:
            return []
        said, real = self.evidence, self.evidence["searches"]["real"]
        return [
            f"evidence of {real:,} real search{'' if real == 1 else 'es'}: weight {said['weight']:,.1f}, worth "
            f"{said['effective_size']:,.1f} equal choices; places in a list are looked at as "
            f"{said['position_curve']}, and a choice counts half after {said['half_life_days']:g} days"
        ]

    def headline(self) -> str:
        """What search goes by, in words."""
        return f"search has learned {self.fitted} from {self.hits:,} choice{'' if self.hits == 1 else 's'}: {self.why}"


def lessons_of(report: Mapping[str, Any], evidence: Mapping[str, Any]) -> Lessons:
    """The account that a manifest gives."""
    trials = tuple(Trial(**stated) for stated in report["trials"])
    return Lessons(report["hits"], report["fitted"], report["why"], trials, evidence)


def trial_words(trial: Trial) -> str:
    """One candidate as a line."""
    hidden = "not to be told" if trial.hidden is None else f"{trial.hidden:+.3f}"
    return (
        f"{trial.part}, {trial.setting}: {'accepted' if trial.accepted else 'refused'}, gain {trial.gain:+.3f} "
        f"[{trial.low:+.3f}, {trial.high:+.3f}], hidden artifacts {hidden} (mean reciprocal rank, held-out choices)"
    )
