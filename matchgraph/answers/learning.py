"""What search learns from choices, part by part, and each part only where held-out choices show that it helps.

The parts are tried in turn, each on top of those accepted before it: an adapter that turns queries (fitted by
contrast, or where hits are few perhaps in closed form), a correction of hubs, and a memory of past queries. Every
candidate is fitted on one half of the queries and judged on the other, both ways round; and once with a fifth of the
artifacts hidden, of which one query each shows what learning does to what nobody has chosen yet. A candidate is
accepted where its gain in mean reciprocal rank over what was accepted before is above zero with 99% confidence (so
that the luckiest of several is not taken for a good one), and hidden artifacts lose no more than .01 in all. Of the
accepted the most cautious is taken that is as good as the best but for one standard error. What is accepted is then
fitted on all hits; without any, search stays as it is where nobody has chosen anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from matchgraph.answers.road import Candidate, Road, parts_for
from matchgraph.answers.scoring import Scorer
from matchgraph.searches.adapter import BALANCE
from matchgraph.searches.learned import COLD, Learned
from matchgraph.searches.said import Said

FEWEST = 30.0  # choices of equal weight that the evidence has to be worth
MOST_LOST = 0.01  # mean reciprocal rank that hidden artifacts may lose

_HIDDEN = 5  # one artifact in so many is hidden
_FEWEST_HIDDEN = 5  # artifacts: what fewer say of harm is too little
_MOST_JUDGED = 300  # queries of one fold
_RESAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Trial:
    """How one candidate did on choices that it had not seen."""

    part: str  # adapter, hubs or memory
    setting: str
    gain: float  # mean reciprocal rank, against what was accepted before
    low: float  # 99% interval of the gain
    high: float
    hidden: float | None  # change in all for artifacts that were hidden from it; None where that cannot be told
    accepted: bool


def learn(scorer: Scorer, said: Said) -> Learned:
    """What the choices of a log teach, where it is shown to help."""
    count, worth = int(said.hits.weights.nnz), said.evidence.effective_size
    if worth < FEWEST:
        why = f"worth {worth:,.1f} equal choices, and fewer than {FEWEST:g} are too few to learn from"
        return Learned(report=_report(count, [], why, ()))
    road = Road(scorer, said.hits, said.queries, said.words)
    course = Course(road)
    for part in parts_for(count):
        course.take(part)
    if not course.taken:
        return Learned(report=_report(count, [], "no candidate was shown to help without harm", course.trials))
    learned = COLD
    for each in course.taken:
        learned = each.add(road, np.arange(len(said.queries)), learned)
    kappa = {} if learned.memory is None else {"kappa": learned.memory.kappa}
    return replace(learned, report=_report(count, course.taken, course.why(), course.trials) | kappa)


def _report(hits: int, taken: Sequence[Candidate], why: str, trials: Sequence[Trial]) -> dict[str, Any]:
    fitted = ", ".join(f"{each.part} ({each.setting})" for each in taken) or "nothing"
    return {"hits": hits, "fitted": fitted, "why": why, "trials": [asdict(trial) for trial in trials]}


@dataclass(frozen=True, eq=False, slots=True)
class Fold:
    """Queries that are learned from, and others that show what it was worth."""

    taught: np.ndarray
    judged: np.ndarray
    shares: np.ndarray  # how much each of those judged says


class Course:
    """Held while learning: the folds, what was accepted, and what it has taught in each of them so far."""

    def __init__(self, road: Road) -> None:
        self.road = road
        self.folds = _folds(road)
        shares = np.concatenate([fold.shares for fold in self.folds[:2]])
        self.shares = shares / shares.sum()
        self.learned = [COLD for _ in self.folds]
        self.taken: list[Candidate] = []
        self.trials: list[Trial] = []
        self._gained = self._changed = 0.0

    def take(self, part: Sequence[Candidate]) -> None:
        """Try every candidate of a part, and take the one to go on with, if any."""
        tried = [
            [each.add(self.road, fold.taught, learned) if len(fold.taught) else learned for each in part]
            for fold, learned in zip(self.folds, self.learned, strict=True)
        ]
        *halves, hidden = (
            self.road.ranks(fold.judged, [COLD, before, *after])
            for fold, before, after in zip(self.folds, self.learned, tried, strict=True)
        )
        known = np.concatenate(halves)
        trials = [_trial(each, known, hidden, self.shares, at) for at, each in enumerate(part, start=2)]
        self.trials += trials
        best = _chosen(trials, known[:, 2:], self.shares)
        if best is None:
            return
        self.taken.append(part[best])
        self.learned = [after[best] for after in tried]
        self._gained = float(self.shares @ (known[:, 2 + best] - known[:, 0]))
        self._changed = float((hidden[:, 2 + best] - hidden[:, 0]).mean())

    def why(self) -> str:
        """What it is worth in all."""
        changed = f"hidden artifacts change by {self._changed:+.3f}"
        return f"gains {self._gained:+.3f} in mean reciprocal rank; {changed}"


def _folds(road: Road) -> list[Fold]:
    """Two halves of the queries, each judged by the other; and at last the queries of hidden artifacts."""
    dice = np.random.default_rng(0)
    order = dice.permutation(len(road.queries))
    halves = np.sort(order[::2]), np.sort(order[1::2])
    hidden = np.zeros(road.scorer.texts.wholes, bool)
    hidden[dice.permutation(np.flatnonzero(road.hits.held))[::_HIDDEN]] = True
    share = np.array([hidden[chosen].mean() for chosen in road.chosen])
    of_hidden = _one_each(road, dice.permutation(np.flatnonzero(share == 1)))
    known = [Fold(taught, *_some(road, judged)) for taught, judged in (halves, halves[::-1])]
    seen = np.flatnonzero(share == 0)
    told = of_hidden if len(seen) and len(of_hidden) >= _FEWEST_HIDDEN else of_hidden[:0]
    return [*known, Fold(seen, told, np.ones(len(told)))]


def _one_each(road: Road, rows: np.ndarray) -> np.ndarray:
    """One query for each artifact, so that those of many queries do not speak for the others."""
    first: dict[int, int] = {}
    for row in rows.tolist():
        first.setdefault(int(road.chosen[row][0]), row)
    return np.array(sorted(first.values()), np.int64)


def _shares(road: Road, rows: np.ndarray) -> np.ndarray:
    """How much each query says: by the weight of its choices, and what is chosen often for less.

    The same is done where an adapter is fitted.
    """
    weight = np.asarray(road.hits.weights[rows].sum(axis=1)).ravel()
    often = np.array([road.hits.held[road.chosen[row]].mean() for row in rows.tolist()])
    shares = weight * often**-BALANCE
    return np.asarray(shares / shares.sum())


def _some(road: Road, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The queries to judge by, with their shares: all, or a draw in which each is as likely as it says much."""
    if len(rows) <= _MOST_JUDGED:
        return rows, _shares(road, rows)
    drawn = np.random.default_rng(0).choice(rows, _MOST_JUDGED, replace=False, p=_shares(road, rows))
    return np.sort(drawn), np.full(_MOST_JUDGED, 1 / _MOST_JUDGED)


def _trial(candidate: Candidate, known: np.ndarray, hidden: np.ndarray, shares: np.ndarray, at: int) -> Trial:
    """One candidate judged; reciprocal ranks in columns: of nothing learned, of what was accepted before, of each."""
    gains, lost = known[:, at] - known[:, 1], hidden[:, at] - hidden[:, 0]
    size = max(1, round(1 / float(shares @ shares)))  # queries that say equally much would be as many
    means = gains[np.random.default_rng(0).choice(len(gains), (_RESAMPLES, size), p=shares)].mean(axis=1)
    low, high = np.quantile(means, [0.005, 0.995])
    change = _rounded(lost.mean()) if len(lost) else None
    gain, low, high = (_rounded(number) for number in (shares @ gains, low, high))
    accepted = low > 0 and change is not None and change >= -MOST_LOST
    return Trial(candidate.part, candidate.setting, gain, low, high, change, accepted)


def _chosen(trials: Sequence[Trial], ranks: np.ndarray, shares: np.ndarray) -> int | None:
    """The first accepted that is as good as the best but for one standard error; `ranks` has a column a trial."""
    accepted = [at for at, trial in enumerate(trials) if trial.accepted]
    if not accepted:
        return None
    short = ranks[:, [max(accepted, key=lambda at: trials[at].gain)]] - ranks
    mean = shares @ short
    noise = np.sqrt((shares**2) @ (short - mean) ** 2)
    return next(at for at in accepted if mean[at] <= noise[at])


def _rounded(number: float) -> float:
    return round(float(number), 4)
