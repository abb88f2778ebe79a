"""What search learns from choices, and only where held-out choices show that it helps.

Candidates are an adapter of queries, and the adapter with a memory of past queries. Each is fitted on one half of the
queries and judged on the other, both ways round; and once with a fifth of the artifacts hidden, of which one query
each shows what learning does to what nobody has chosen yet. A candidate is accepted where the gain in mean reciprocal
rank is above zero with 99% confidence (so that the luckiest of five is not taken for a good one), and hidden artifacts
lose no more than .01. Of the accepted the one of largest gain is fitted on all hits; without any, search stays as it
is where nobody has chosen anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matchgraph.answers.scoring import BEST, USUAL_SHARE, WHOLE, WORDS, Scorer
from matchgraph.searches.adapter import Lesson, fit
from matchgraph.searches.learned import COLD, Learned
from matchgraph.searches.memory import Hits, memory_of
from matchgraph.vectors.grid import LENGTH, cosines_of

FEWEST_HITS = 50
MOST_LOST = 0.01  # mean reciprocal rank that hidden artifacts may lose

_KAPPAS = (0.05, 0.02, 0.005, 0.0005)  # the larger, the nearer a past query has to be
_HIDDEN = 5  # one artifact in so many is hidden
_MOST_JUDGED = 300  # queries of one fold
_BLOCK = 50  # queries scored at once
_RESAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Trial:
    """How one candidate did on choices that it had not seen."""

    name: str
    kappa: float | None  # of its memory, where it has one
    gain: float  # mean reciprocal rank, against search without learning
    low: float  # 99% interval of the gain
    high: float
    hidden: float | None  # change for artifacts that were hidden from it; None where that cannot be told
    accepted: bool


class Road:
    """Held while learning: the cold scorer, all hits, and what words add to each of their queries."""

    def __init__(self, scorer: Scorer, hits: Hits, queries: Sequence[str], public: Sequence[Sequence[str]]) -> None:
        self.scorer, self.hits, self.queries, self.public = scorer, hits, queries, public
        self.chosen = [hits.weights[[row]].indices for row in range(len(queries))]
        texts, grid = scorer.texts, scorer.index.rows
        first, last = texts.capabilities, texts.capabilities + texts.wholes
        self.wholes = grid[first:last]
        rows = scorer.rows[(scorer.rows < first) | (scorer.rows >= last)]
        self.abilities = grid[rows]
        self.begins = np.searchsorted(texts.owner[rows], np.arange(texts.wholes + 1))
        self.known = np.flatnonzero(hits.held)  # the artifacts with hits
        self.said = np.zeros((len(queries), len(self.known)), np.float32)
        for row, query in enumerate(queries):
            self.said[row] = self._words(query)[self.known]

    def learned(self, rows: np.ndarray, *, kappa: float | None) -> Learned:
        """What the hits of some queries teach: an adapter, and a memory where it has a kappa."""
        part = self.hits.of(rows)
        memory = None if kappa is None else memory_of(part, [self.public[row] for row in rows], kappa)
        return Learned(fit(self._lesson(part, rows)), memory)

    def ranks(self, rows: np.ndarray, learned: Sequence[Learned]) -> np.ndarray:
        """The reciprocal rank of what was chosen for each query, by search with each of these; (rows, learned)."""
        asked, near = self.hits.grid[rows], dict[int, np.ndarray]()
        for each in learned:
            if id(each.adapter) not in near:
                near[id(each.adapter)] = self._nearness(each.adapted(asked))
        found = np.zeros((len(rows), len(learned)))
        for at, row in enumerate(rows.tolist()):
            words = self._words(self.queries[row])
            for column, each in enumerate(learned):
                score = near[id(each.adapter)][:, at] + words
                if each.memory is not None:
                    past = each.memory.of(self.queries[row], asked[[at]])
                    score = score + past.chosen + past.said
                score = np.round(score, 9)
                found[at, column] = 1 / min(_rank(score, place) for place in self.chosen[row].tolist())
        return found

    def _nearness(self, asked: np.ndarray) -> np.ndarray:
        """What the cosines add to the score of every artifact, a column a query."""
        rows = asked.astype(np.float32).T
        best = np.maximum.reduceat(self.abilities @ rows, self.begins[:-1], axis=0)
        return np.asarray(WHOLE * cosines_of(self.wholes @ rows) + BEST * cosines_of(best))

    def _words(self, query: str) -> np.ndarray:
        shares = self.scorer.words.shares(query)
        return np.asarray(WORDS * shares / (1 + shares.max(initial=0.0) / USUAL_SHARE))

    def _lesson(self, part: Hits, rows: np.ndarray) -> Lesson:
        taught = np.flatnonzero(part.held)
        sizes = np.diff(self.begins)[taught]
        begins = np.concatenate([[0], np.cumsum(sizes)])
        abilities = np.arange(begins[-1]) + np.repeat(self.begins[taught] - begins[:-1], sizes)
        words = self.said[np.ix_(rows, np.searchsorted(self.known, taught))]
        unit = part.grid / np.float32(LENGTH)
        targets = self.wholes[taught] / np.float32(LENGTH), self.abilities[abilities] / np.float32(LENGTH)
        return Lesson(unit, part.weights[:, taught], words, *targets, begins, (WHOLE, BEST))


def learn(scorer: Scorer, hits: Hits, queries: Sequence[str], public: Sequence[Sequence[str]]) -> Learned:
    """What the choices teach, where it is shown to help.

    `queries` are the texts of the hits' rows, `public` the words of each that may be kept.
    """
    count = int(hits.weights.nnz)
    if count < FEWEST_HITS:
        return Learned(report=_report(count, "nothing", f"fewer than {FEWEST_HITS} choices to learn from", ()))
    road = Road(scorer, hits, queries, public)
    trials = _trials(road)
    accepted = [trial for trial in trials if trial.accepted]
    if not accepted:
        return Learned(report=_report(count, "nothing", "no candidate was shown to help without harm", trials))
    best = max(accepted, key=lambda trial: trial.gain)
    learned = road.learned(np.arange(len(queries)), kappa=best.kappa)
    why = f"gains {best.gain:+.3f} in mean reciprocal rank; hidden artifacts change by {best.hidden or 0.0:+.3f}"
    return Learned(learned.adapter, learned.memory, _report(count, best.name, why, trials) | {"kappa": best.kappa})


def _report(hits: int, fitted: str, why: str, trials: Sequence[Trial]) -> dict[str, Any]:
    stated = [{name: getattr(trial, name) for name in Trial.__slots__} for trial in trials]
    return {"hits": hits, "fitted": fitted, "why": why, "trials": stated}


def _trials(road: Road) -> list[Trial]:
    """Every candidate judged by query and by hidden artifacts."""
    dice = np.random.default_rng(0)
    order = dice.permutation(len(road.queries))
    halves = np.sort(order[::2]), np.sort(order[1::2])
    gains = np.concatenate([_gains(road, *halves), _gains(road, *halves[::-1])])
    hidden = np.zeros(road.scorer.texts.wholes, bool)
    hidden[dice.permutation(np.flatnonzero(road.hits.held))[::_HIDDEN]] = True
    share = np.array([hidden[chosen].mean() for chosen in road.chosen])
    lost = _gains(road, np.flatnonzero(share == 0), _one_each(road, dice.permutation(np.flatnonzero(share == 1))))
    names = ["adapter", *("adapter and memory" for _ in _KAPPAS)]
    return [
        _trial(name, kappa, gains[:, at], lost[:, at])
        for at, (name, kappa) in enumerate(zip(names, (None, *_KAPPAS), strict=True))
    ]


def _one_each(road: Road, rows: np.ndarray) -> np.ndarray:
    """One query for each artifact, so that those of many queries do not speak for the others."""
    first: dict[int, int] = {}
    for row in rows.tolist():
        first.setdefault(int(road.chosen[row][0]), row)
    return np.array(sorted(first.values()), np.int64)


def _gains(road: Road, taught: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """By held-out query and candidate: the reciprocal rank gained against search without learning."""
    judged = judged[np.random.default_rng(0).permutation(len(judged))[:_MOST_JUDGED]]
    if not len(taught) or not len(judged):
        return np.zeros((0, 1 + len(_KAPPAS)))
    full = road.learned(taught, kappa=_KAPPAS[0])
    candidates = [COLD, Learned(full.adapter)]
    if full.memory is not None:
        candidates += [Learned(full.adapter, replace(full.memory, kappa=kappa)) for kappa in _KAPPAS]
    blocks = np.array_split(judged, -(-len(judged) // _BLOCK))
    ranks = np.concatenate([road.ranks(block, candidates) for block in blocks])
    return np.asarray(ranks[:, 1:] - ranks[:, :1])


def _trial(name: str, kappa: float | None, gains: np.ndarray, lost: np.ndarray) -> Trial:
    dice = np.random.default_rng(0)
    means = gains[dice.integers(0, len(gains), (_RESAMPLES, len(gains)))].mean(axis=1)
    low, high = np.quantile(means, [0.005, 0.995])
    hidden = _rounded(lost.mean()) if len(lost) else None
    accepted = bool(low > 0 and hidden is not None and hidden >= -MOST_LOST)
    return Trial(name, kappa, _rounded(gains.mean()), _rounded(low), _rounded(high), hidden, accepted)


def _rounded(number: float) -> float:
    return round(float(number), 4)


def _rank(score: np.ndarray, place: int) -> int:
    """The place in the list, counted from one; equals stand in the order of the artifacts."""
    return 1 + int((score > score[place]).sum() + (score[:place] == score[place]).sum())
