"""How good is search? Labelled queries answered by ours, with and without what it learned, and by plain baselines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from matchgraph.answers.baselines import BASELINES, Baselines
from matchgraph.answers.evaluation import Evaluation, Score, Taught
from matchgraph.answers.exams import Exam, Split
from matchgraph.answers.metrics import DEPTH, MEASURES, bounds, measured
from matchgraph.answers.scoring import Scorer
from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.track import Track
from matchgraph.errors import QuestionError
from matchgraph.searches.hits import Labelled
from matchgraph.searches.learned import COLD

Scope = Literal["open", "family"]

SYSTEMS = ("matchgraph", "matchgraph-cold", *BASELINES)
_COLD = SYSTEMS.index("matchgraph-cold")

Answers = dict[str, list[list[str]]]  # by system and query, ids, best first


@dataclass(frozen=True, eq=False, slots=True)
class _Question:
    """A labelled query with its grid rows, and what search had learned before it was asked."""

    query: Labelled
    rows: np.ndarray
    exam: Exam


def evaluate(
    catalogue: Catalogue,
    scorer: Scorer,
    queries: Sequence[Labelled],
    asked: Sequence[np.ndarray],
    exams: Sequence[Exam],
    scope: Scope = "open",
    split: Split = Split.NONE,
    unanswered: int = 0,
    track: Track = iter,
) -> Evaluation:
    """Every family of queries on every system; `asked` holds the grid rows of each query.

    `unanswered` is the number of further queries that have no right answer at all.

    In scope `open` a query is answered from all artifacts; in scope `family` from those that come from the same
    sources as the family's right answers, by ids that start (up to the colon) like theirs.
    """
    answerable = [place for place, query in enumerate(queries) if _here(catalogue, query)]
    sat = {place: exam for exam in exams for place in exam.judged}
    families: dict[str, list[_Question]] = defaultdict(list)
    for place in answerable:
        if place in sat:
            families[queries[place].family].append(_Question(queries[place], asked[place], sat[place]))
    if not families:
        raise QuestionError("no query has a right answer in this snapshot: are they of another catalogue?")
    among = {
        family: _corpus(catalogue, [each for each in queries if each.family == family]) if scope == "family" else None
        for family in families
    }
    scores = [
        score
        for family, questions in families.items()
        for score in _judged(catalogue, scorer, questions, among[family], track)
    ]
    judged = [question for questions in families.values() for question in questions]
    known = sum(each.exam.knows(each.query.query) for each in judged)
    note = _note(len(queries) - len(answerable), unanswered, len(answerable) - len(judged), known, scorer.off)
    left_out = len(queries) - len(answerable) + unanswered
    return Evaluation(tuple(scores), note, scope, split.value, left_out, tuple(_taught(exam, judged) for exam in exams))


def _here(catalogue: Catalogue, query: Labelled) -> list[int]:
    """The places of the right answers that are in the catalogue."""
    return [catalogue.place[answer] for answer in query.gold if answer in catalogue.place]


def _judged(
    catalogue: Catalogue,
    scorer: Scorer,
    questions: Sequence[_Question],
    among: np.ndarray | None,
    track: Track,
) -> list[Score]:
    """The scores of one family, answered from the artifacts in the mask."""
    queries = [each.query for each in questions]
    found = _found(catalogue, scorer, questions, among, track)
    values = np.stack([measured(queries, found[system]) for system in SYSTEMS], axis=1)
    seen = np.array([each.exam.chosen[_here(catalogue, each.query)].any() for each in questions])
    learned = any(each.exam.chosen.any() for each in questions)
    candidates = len(catalogue) if among is None else int(among.sum())
    return [
        score
        for population, which in _populations(seen, learned).items()
        for score in _scores(queries[0].family, population, values[which], candidates)
    ]


def _corpus(catalogue: Catalogue, queries: Sequence[Labelled]) -> np.ndarray:
    """The artifacts that stand beside the right answers in a catalogue of their own."""
    sources = catalogue.texts("source")
    beside = [(source, _prefix(artifact_id)) for source, artifact_id in zip(sources, catalogue.ids, strict=True)]
    kin = {beside[place] for query in queries for place in _here(catalogue, query)}
    return np.array([each in kin for each in beside])


def _prefix(artifact_id: str) -> str:
    return artifact_id.split(":", 1)[0] if ":" in artifact_id else ""


def _found(
    catalogue: Catalogue, scorer: Scorer, questions: Sequence[_Question], among: np.ndarray | None, track: Track
) -> Answers:
    """What every system finds for every question."""
    warm = {id(each.exam): scorer.knowing(each.exam.learned) for each in questions}
    cold = scorer.knowing(COLD)
    corpus = np.arange(len(catalogue)) if among is None else np.flatnonzero(among)
    texts, rows = [each.query.query for each in questions], [each.rows for each in questions]
    found: Answers = {system: [] for system in SYSTEMS}
    plain = Baselines(scorer, corpus).answers(texts, rows, DEPTH)
    for each, places in zip(track(questions), plain, strict=True):
        ours = {"matchgraph": warm[id(each.exam)], "matchgraph-cold": cold}
        for system, asked in ours.items():
            places[system] = asked.score(each.query.query, each.rows, DEPTH, among).places
        for system in SYSTEMS:
            found[system].append([catalogue.ids[place] for place in places[system]])
    return found


def _populations(seen: np.ndarray, learned: bool) -> dict[str, np.ndarray]:
    """All queries; and where choices were learned from, those with and without a right answer chosen before."""
    parts = {"all": np.ones(len(seen), bool)} | ({"seen": seen, "unseen": ~seen} if learned else {})
    return {population: which for population, which in parts.items() if which.any()}


def _scores(family: str, population: str, values: np.ndarray, candidates: int) -> list[Score]:
    """The scores of every system; `values` are (queries, systems, measures)."""
    over_cold = values[:, :, 0] - values[:, [_COLD], 0]
    numbers = np.concatenate([values, over_cold[:, :, None]], axis=2)
    limits = bounds(numbers.reshape(len(numbers), -1)).reshape(2, *numbers.shape[1:])
    stated = np.stack([numbers.mean(axis=0), *limits], axis=-1).round(4)  # (systems, measures, mean and bounds)
    names = [name + end for name in (*MEASURES, "over_cold") for end in ("", "_low", "_high")]
    return [
        Score(family, population, system, len(values), candidates, **dict(zip(names, each, strict=True)))
        for system, each in zip(SYSTEMS, stated.reshape(len(SYSTEMS), -1).tolist(), strict=True)
    ]


def _note(elsewhere: int, unanswered: int, learned_from: int, known: int, off: frozenset[str]) -> str | None:
    """Which queries were left out, and why; which were not held out; and what was switched off."""
    counts = (
        (elsewhere, "left out: no right answer is here"),
        (unanswered, "left out: no right answer is stated"),
        (learned_from, "not judged: on this side of the split they may be learned from"),
        (known, "not held out: search has learned from the very same, a split by query would keep them apart"),
    )
    without = [f"Scored without {', '.join(sorted(off))}."] if off else []
    return " ".join([*without, *(f"{n:,} quer{'y' if n == 1 else 'ies'} {said}." for n, said in counts if n)]) or None


def _taught(exam: Exam, judged: Sequence[_Question]) -> Taught:
    report = exam.learned.report
    queries = sum(each.exam is exam for each in judged)
    return Taught(queries, report.get("hits", 0), report.get("fitted", "nothing"))
