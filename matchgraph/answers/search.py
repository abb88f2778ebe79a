"""Who can do this? Artifacts by what they say they can do, each with the terms of its score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matchgraph.answers.align import abilities
from matchgraph.answers.given import whole_given
from matchgraph.answers.rerank import DEEP, reranked
from matchgraph.answers.scoring import Scored, Scorer
from matchgraph.answers.values import Listing, Reason
from matchgraph.answers.where import Where, allowed
from matchgraph.answers.wording import cut
from matchgraph.catalogue.columns import rows_at
from matchgraph.searches.events import query_key
from matchgraph.searches.explore import explore
from matchgraph.searches.memory import DOUBT
from matchgraph.snapshot.snapshot import Snapshot
from matchgraph.vectors.reranker import Reranker

MOST = 1_000  # results of one question

_POOL = 4  # times as many as are shown take part in a draw
_OFTEN = 0.5  # how sure memory has to be of what was chosen often enough to tell
_LINE = 110  # characters of a reason shown on one line of text; the value has all


_MATCHED = {
    "capability": "can: {}",
    "job": "its job: {}",
    "remark": "its text says, stating no ability: {}",
}
_HUB = {
    False: "comes near to more searches than most do, so its nearness says less",
    True: "comes near to fewer searches than most do, so its nearness says more",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One artifact that answers the query."""

    artifact_id: str
    name: str
    type: str
    score: float
    capability: str | None  # the text that matched best, a capability or a job; None where that states no ability
    reasons: tuple[Reason, ...]  # their points add up to the score
    explored: bool = False  # drawn by lot among what comes after the best


@dataclass(frozen=True, repr=False)
class SearchAnswer(Listing[Found]):
    """The artifacts that answer a query, best first; empty with a note where nothing does."""

    items: tuple[Found, ...]
    query: str

    def lines(self) -> list[str]:
        """The list as text, the leading reason under each name."""
        if not self.items:
            return [self.note or ""]
        head = [self.query, *([self.note] if self.note else [])]
        for place, item in enumerate(self.items, start=1):
            drawn = "  drawn by lot" if item.explored else ""
            head.append(f"{place:2}. {item.name} [{item.artifact_id}, {item.type}]  {item.score:.3f}{drawn}")
            head += [f"      {_said(reason)}" for reason in item.reasons if reason.points != 0]
        return head


@dataclass(frozen=True, slots=True)
class Lots:
    """Which share of the places is given by lot to what is rarely shown, and by which draw."""

    rate: float
    seed: int = 0


def search(
    snapshot: Snapshot,
    scorer: Scorer,
    query: str,
    asked: np.ndarray,
    k: int,
    conditions: Where | None,
    lots: Lots | None = None,
    reranker: Reranker | None = None,
) -> SearchAnswer:
    """The k artifacts that answer best; none where the query means nothing here or no artifact may answer.

    `asked` are the grid rows of the query and its clauses. A reranker decides the order of the first; scores stay.
    With parts of the score switched off nothing is too far away: what random letters reach is known of the whole score.
    """
    k = how_many(k)
    among = allowed(snapshot.catalogue, conditions)
    if among is not None and not among.any():
        return SearchAnswer((), "No artifact here meets the conditions.", query)
    found = scorer.score(query, asked, max(k * _POOL if lots else k, DEEP if reranker else 0), among)
    floor = -np.inf if scorer.off else snapshot.floor
    best = found.score[0] if len(found.score) else 0.0
    note = f"Scored without {', '.join(sorted(scorer.off))}." if scorer.off else None
    if among is not None and best < floor:
        # A filter does not make sense of nonsense, nor nonsense of a query that others answer.
        best = scorer.score(query, asked, 1).score[0]
        note = "Nothing that meets the conditions comes nearer to this than random letters do; these come nearest."
    if best < floor:
        note = f"No match: nothing here comes nearer to {query!r} than random letters do."
        return SearchAnswer((), note, query)
    found, second = reranked(scorer, query, found, reranker) if reranker else (found, [])
    some = min(k, len(found.places))
    slots = _slots(snapshot, query, found, k, lots, floor) if lots else [(at, False) for at in range(some)]
    return SearchAnswer(_found(snapshot, scorer, query, found, slots, second), note, query)


def how_many(k: int) -> int:
    """The number of results asked for, where it is one that can be given."""
    return whole_given(k, "k", 1, MOST)


def _said(reason: Reason) -> str:
    """A reason on one line, its points in front where it has any."""
    points = "" if reason.points is None else f"{reason.points:.3f} "
    return points + cut(reason.text, _LINE)


def _slots(snapshot: Snapshot, query: str, found: Scored, k: int, lots: Lots, floor: float) -> list[tuple[int, bool]]:
    """Which of the found stand in the list, and whether by lot: only what answers at all takes part."""
    good = np.flatnonzero(found.score >= floor) if (found.score >= floor).any() else range(min(k, len(found.places)))
    ids = {snapshot.catalogue.ids[int(found.places[at])]: int(at) for at in good}
    looked = dict(zip(*(snapshot.heard[name].to_pylist() for name in ("artifact_id", "impressions")), strict=True))
    drawn = explore(list(ids), looked, k, rate=lots.rate, seed=lots.seed, query=query_key(query))
    return [(ids[slot.artifact_id], slot.explored) for slot in drawn]


def _found(
    snapshot: Snapshot,
    scorer: Scorer,
    query: str,
    found: Scored,
    slots: list[tuple[int, bool]],
    second: Sequence[Reason],
) -> tuple[Found, ...]:
    """The results in those slots, each with its reasons; `second` is what a reranker says of the first."""
    places = [int(found.places[at]) for at, _ in slots]
    records = rows_at(snapshot.catalogue.artifacts.select(["artifact_id", "name", "type"]), places)
    memory = scorer.learned.memory
    said = scorer.words.common(query, places)
    used = memory.words.common(query, places) if memory else [[] for _ in places]
    sure = memory.gate[places].tolist() if memory else [0.0 for _ in places]
    best = _texts(snapshot, scorer, [int(found.best_row[at]) for at, _ in slots])
    items = []
    for (at, explored), record, (kind, text), *told in zip(slots, records, best, said, used, sure, strict=True):
        matched = Reason(kind, _MATCHED[kind].format(text), float(found.best[at]))
        reasons = (*second[at : at + 1], *_reasons(found, at, matched, *told))
        stated = None if kind == "remark" else text
        items.append(
            Found(**record, score=float(found.score[at]), capability=stated, reasons=reasons, explored=explored)
        )
    return tuple(items)


def _texts(snapshot: Snapshot, scorer: Scorer, rows: list[int]) -> list[tuple[str, str]]:
    """Text rows by their kind (capability, job or remark), as they are shown."""
    texts, found = scorer.texts, list[tuple[str, str]]()
    told = iter(abilities(snapshot, [row for row in rows if row < texts.capabilities]))
    for row in rows:
        if row < texts.capabilities:
            found.append(("capability", str(next(told))))
        elif row < texts.stated:
            found.append(("job", texts.job(row)))
        else:
            found.append(("remark", texts.remark(row)))
    return found


def _reasons(
    found: Scored, at: int, matched: Reason, said: list[str], used: list[str], sure: float
) -> tuple[Reason, ...]:
    """What each term gives; `said` and `used` are words in common, `sure` how much memory has of the artifact."""
    words = f"words in common: {', '.join(said[:6])}" if said else "no words in common"
    past = f"people who chose it had searched with these words: {', '.join(used[:6])}"
    reasons = [
        matched,
        Reason("whole", "nearness of its description as a whole", float(found.whole[at])),
        Reason("words", words, float(found.words[at])),
        *([Reason("hub", _HUB[found.hubs[at] > 0], float(found.hubs[at]))] if found.hubs[at] else []),
        *([Reason("chosen", _often(found, at, sure), float(found.chosen[at]))] if found.chosen[at] else []),
        *([Reason("past words", past, float(found.said[at]))] if found.said[at] else []),
    ]
    return tuple(sorted(reasons, key=lambda reason: -(reason.points or 0.0)))


def _often(found: Scored, at: int, sure: float) -> str:
    """How often similar searches ended in it; where none did, what it was taken for."""
    ended, similar = found.ended[at], found.similar[at]
    if ended:
        return f"chosen in {ended:,} of {similar:,} similar searches that ended in a choice"
    chosen = "chosen for other searches" if sure >= _OFTEN else "too rarely chosen to tell"
    return f"{chosen}, in none of {similar:,} similar ones: counts as {(1 - sure) * DOUBT:.1%} of them"
