"""How good is search? Labelled queries answered by ours and by its two halves alone, in one run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from matchgraph.answers.scoring import Scorer
from matchgraph.answers.values import Listing
from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.track import Track
from matchgraph.errors import QuestionError
from matchgraph.searches.hits import Labelled

Scope = Literal["open", "family"]

_MEASURES = {"ndcg_10": "nDCG@10", "mrr_10": "RR@10", "recall_5": "R@5", "recall_10": "R@10", "hit_1": "Success@1"}
_SYSTEMS = ("matchgraph", "bm25", "vectors", "vectors-best")
_DEPTH = 10
_RESAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Score:
    """One system on one family of queries; `low` and `high` bound nDCG@10 at 95%."""

    family: str
    system: str  # ours, BM25 alone, whole-text vectors alone, whole text and best capability
    queries: int
    candidates: int
    ndcg_10: float
    low: float
    high: float
    mrr_10: float
    recall_5: float
    recall_10: float
    hit_1: float


@dataclass(frozen=True, repr=False)
class Evaluation(Listing[Score]):
    """The scores of every family and system."""

    scope: str
    left_out: int  # queries without a right answer, or none of whose right answers is here

    def lines(self) -> list[str]:
        """The scores as a table."""
        head = f"{'family':22}{'system':14}{'queries':>8}{'among':>7}  nDCG@10 [95%]        MRR@10  R@5    R@10   hit@1"
        rows = [
            f"{s.family:22}{s.system:14}{s.queries:8}{s.candidates:7}  {s.ndcg_10:.3f} [{s.low:.3f}, {s.high:.3f}]"
            f"   {s.mrr_10:.3f}   {s.recall_5:.3f}  {s.recall_10:.3f}  {s.hit_1:.3f}"
            for s in self.items
        ]
        return [head, *rows, *([self.note] if self.note else [])]


def evaluate(
    catalogue: Catalogue,
    scorer: Scorer,
    queries: Sequence[Labelled],
    asked: Sequence[np.ndarray],
    scope: Scope,
    track: Track,
    unanswered: int = 0,
) -> Evaluation:
    """Every family of queries on every system; `asked` holds the grid rows of each query.

    `unanswered` is the number of further queries that have no right answer at all.

    In scope `family` a query is answered from the artifacts whose ids start (up to the colon) like those of the
    family's right answers; in scope `open` from all.
    """
    families: dict[str, list[int]] = defaultdict(list)
    for place, query in enumerate(queries):
        if any(answer in catalogue.place for answer in query.gold):
            families[query.family].append(place)
    if not families:
        raise QuestionError("no query has a right answer in this snapshot: are they of another catalogue?")
    left_out = len(queries) - sum(map(len, families.values()))
    scores: list[Score] = []
    for family, places in families.items():
        chosen = [queries[place] for place in places]
        among = _corpus(catalogue, chosen) if scope == "family" else np.ones(len(catalogue), bool)
        runs = _runs(catalogue, scorer, chosen, [asked[place] for place in places], among, track)
        scores += [_score(family, system, chosen, runs[system], int(among.sum())) for system in _SYSTEMS]
    return Evaluation(tuple(scores), _note(left_out, unanswered), scope, left_out + unanswered)


def _note(elsewhere: int, unanswered: int) -> str | None:
    """Which queries were left out, and why."""
    causes = (elsewhere, "no right answer is here"), (unanswered, "no right answer is stated")
    said = [f"{number} quer{'y' if number == 1 else 'ies'} left out: {cause}." for number, cause in causes if number]
    return " ".join(said) or None


def _corpus(catalogue: Catalogue, queries: Sequence[Labelled]) -> np.ndarray:
    kin = {_prefix(answer) for query in queries for answer in query.gold}
    return np.array([_prefix(artifact_id) in kin for artifact_id in catalogue.ids])


def _prefix(artifact_id: str) -> str:
    return artifact_id.split(":", 1)[0] if ":" in artifact_id else ""


def _runs(
    catalogue: Catalogue,
    scorer: Scorer,
    queries: Sequence[Labelled],
    asked: Sequence[np.ndarray],
    among: np.ndarray,
    track: Track,
) -> dict[str, list[list[str]]]:
    """For every system and query, the ids found, best first."""
    runs: dict[str, list[list[str]]] = {system: [] for system in _SYSTEMS}
    inside, mask = np.flatnonzero(among), None if among.all() else among
    for place in track(range(len(queries))):
        query, rows = queries[place].query, asked[place]
        every = scorer.cold(query, rows[:1], inside)
        ours = scorer.score(query, rows, _DEPTH, mask)
        found = {
            "matchgraph": ours.places,
            "bm25": _top(every.places, every.words),
            "vectors": _top(every.places, every.whole),
            "vectors-best": _top(every.places, every.whole + every.best),
        }
        for system in _SYSTEMS:
            runs[system].append([catalogue.ids[artifact] for artifact in found[system]])
    return runs


def _top(places: np.ndarray, values: np.ndarray) -> np.ndarray:
    return places[np.lexsort((places, -values))[:_DEPTH]]


def _score(family: str, system: str, queries: Sequence[Labelled], found: list[list[str]], candidates: int) -> Score:
    import ir_measures

    names = [str(place) for place in range(len(queries))]
    right = [
        ir_measures.Qrel(name, answer, 1) for name, query in zip(names, queries, strict=True) for answer in query.gold
    ]
    # The place decides, not the score: a tie must not be broken anew by the evaluator.
    run = [
        ir_measures.ScoredDoc(name, artifact_id, float(_DEPTH - place))
        for name, ids in zip(names, found, strict=True)
        for place, artifact_id in enumerate(ids)
    ]
    values: dict[str, dict[str, float]] = {measure: dict.fromkeys(names, 0.0) for measure in _MEASURES}
    by_measure = {ir_measures.parse_measure(measure): name for name, measure in _MEASURES.items()}
    for metric in ir_measures.iter_calc(list(by_measure), right, run):
        values[by_measure[metric.measure]][metric.query_id] = metric.value
    means = {measure: round(float(np.mean(list(each.values()))), 4) for measure, each in values.items()}
    low, high = _interval(np.array(list(values["ndcg_10"].values())))
    return Score(family, system, len(queries), candidates, low=low, high=high, **means)


def _interval(values: np.ndarray) -> tuple[float, float]:
    """The 95% bootstrap interval of a mean, by the same draws every time."""
    dice = np.random.default_rng(0)
    means = [dice.choice(values, len(values)).mean() for _ in range(_RESAMPLES)]
    low, high = np.quantile(means, [0.025, 0.975])
    return round(float(low), 4), round(float(high), 4)
