"""Who can do this? Artifacts by what they say they can do, each with the terms of its score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral

import numpy as np

from matchgraph.answers.align import ability
from matchgraph.answers.rerank import DEEP, reranked
from matchgraph.answers.scoring import Scored, Scorer
from matchgraph.answers.values import Listing, Reason
from matchgraph.answers.where import Where, allowed
from matchgraph.errors import QuestionError
from matchgraph.snapshot.snapshot import Snapshot
from matchgraph.vectors.reranker import Reranker

MOST = 1_000  # results of one question

_LINE = 110  # characters of a reason shown on one line of text; the value has all


@dataclass(frozen=True, slots=True)
class Found:
    """One artifact that answers the query."""

    artifact_id: str
    name: str
    type: str
    score: float
    capability: str | None  # the text that matched best: a capability, or a job
    reasons: tuple[Reason, ...]  # their points add up to the score


@dataclass(frozen=True, repr=False)
class SearchAnswer(Listing[Found]):
    """The artifacts that answer a query, best first; empty with a note where nothing does."""

    query: str

    def lines(self) -> list[str]:
        """The list as text, the leading reason under each name."""
        if not self.items:
            return [self.note or ""]
        head = [self.query, *([self.note] if self.note else [])]
        for place, item in enumerate(self.items, start=1):
            head.append(f"{place:2}. {item.name} [{item.artifact_id}, {item.type}]  {item.score:.3f}")
            head += [f"      {_said(reason)}" for reason in item.reasons if reason.points != 0]
        return head


def search(
    snapshot: Snapshot,
    scorer: Scorer,
    query: str,
    asked: np.ndarray,
    k: int,
    conditions: Where | None,
    reranker: Reranker | None = None,
) -> SearchAnswer:
    """The k artifacts that answer best; none where the query means nothing here or no artifact may answer.

    `asked` is the grid row of the query. A reranker decides the order of the first, and their score stays.
    """
    k = how_many(k)
    among = allowed(snapshot.catalogue, conditions)
    if among is not None and not among.any():
        return SearchAnswer((), "No artifact here meets the conditions.", query)
    found = scorer.score(query, asked, k if reranker is None else max(k, DEEP), among)
    best = found.score[0] if len(found.score) else 0.0
    note = None
    if among is not None and best < snapshot.floor:
        # A filter does not make sense of nonsense, nor nonsense of a query that others answer.
        best = scorer.score(query, asked, 1).score[0]
        note = "Nothing that meets the conditions comes nearer to this than random letters do; these come nearest."
    if best < snapshot.floor:
        note = f"No match: nothing here comes nearer to {query!r} than random letters do."
        return SearchAnswer((), note, query)
    found, second = (found, []) if reranker is None else reranked(scorer, query, found, reranker)
    items = tuple(
        _found(snapshot, scorer, query, found, at, second[at : at + 1]) for at in range(min(k, len(found.places)))
    )
    return SearchAnswer(items, note, query)


def how_many(k: int) -> int:
    """The number of results asked for, where it is one that can be given."""
    if not isinstance(k, Integral) or isinstance(k, bool) or not 1 <= k <= MOST:
        raise QuestionError(f"k is {k!r}: wanted 1 to {MOST}.")
    return int(k)


def _said(reason: Reason) -> str:
    """A reason on one line, its points in front where it has any."""
    points = "" if reason.points is None else f"{reason.points:.3f} "
    return points + _short(reason.text)


def _short(text: str) -> str:
    return text if len(text) <= _LINE else text[: _LINE - 3].rsplit(" ", 1)[0] + "..."


def _found(
    snapshot: Snapshot, scorer: Scorer, query: str, found: Scored, at: int, second: Sequence[Reason] = ()
) -> Found:
    """One result; `second` is what a reranker says of it."""
    place, row = int(found.places[at]), int(found.best_row[at])
    record = snapshot.catalogue.artifacts.slice(place, 1).select(["artifact_id", "name", "type"]).to_pylist()[0]
    is_job = row >= scorer.texts.capabilities
    matched = scorer.texts.texts[row] if is_job else str(ability(snapshot, row))
    said = ", ".join(scorer.words.common(query, place)[:6])
    reasons = [
        Reason(
            "job" if is_job else "capability", f"{'its job' if is_job else 'can'}: {matched}", float(found.best[at])
        ),
        Reason("whole", "its description as a whole is about this", float(found.whole[at])),
        Reason("words", f"words in common: {said}" if said else "no words in common", float(found.words[at])),
    ]
    if found.chosen[at]:
        often = f"chosen in {found.ended[at]:,} of {found.similar[at]:,} similar searches"
        reasons.append(Reason("chosen", often, float(found.chosen[at])))
    if found.said[at] and scorer.learned.memory is not None:
        used = ", ".join(scorer.learned.memory.words.common(query, place)[:6])
        text = f"people who searched for similar things used these words: {used}"
        reasons.append(Reason("past words", text, float(found.said[at])))
    reasons.sort(key=lambda reason: -(reason.points or 0.0))
    return Found(**record, score=float(found.score[at]), capability=matched, reasons=(*second, *reasons))
