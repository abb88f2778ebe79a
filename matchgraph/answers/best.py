"""One artifact for an intent: the best there is, how sure that is, on what evidence, and what else would do.

The confidence is the chance that what people meant by such a query is the artifact named, of all that are here. It
rests on how far the first stands ahead of the second and of the tenth:

    log odds = 3.06 + .71 log(first - second + .01) + 1.35 log(first - tenth + .01)

where the score that nonsense reaches stands in for what is not found. Measured on eight families of labelled queries
over 9,985 artifacts, each family told by the other seven (`make bench-best`), what is said is off by .03 on the
average, and of a right and a wrong answer the right one has the higher confidence in four pairs of five. The score
itself adds nothing. Where several would do as well, each of them can only have its share of the chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log

from matchgraph.answers.audit import audit
from matchgraph.answers.search import Found, SearchAnswer
from matchgraph.answers.values import Answer, Reason
from matchgraph.snapshot.snapshot import Snapshot

TENTH = 10  # results that the confidence looks at

_CONSTANT, _SECOND, _FURTHER, _LEAST = 3.06, 0.71, 1.35, 0.01
_FACETS = ("type", "maker", "license", "pricing")
_MATCHES = ("capability", "job", "remark")
_SAME = 0.0005  # points that are printed as none


@dataclass(frozen=True, slots=True)
class Standing:
    """What the snapshot knows of an artifact, whatever was asked."""

    url: str | None
    maker: str | None
    license: str | None
    pricing: str
    rank: float
    low: float  # 90% interval of the rank
    high: float
    evidence: str  # none, low, medium or high: how much of the rank rests on observed facts
    times_matched: int
    doubts: tuple[str, ...]  # what its texts say that does not stand together, or without evidence


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another artifact for the intent, and what speaks for and against it."""

    artifact_id: str
    name: str
    type: str
    score: float
    capability: str | None
    why: tuple[Reason, ...]


@dataclass(frozen=True, repr=False)
class Best(Answer):
    """The one artifact for an intent; none where nothing here answers it, as `note` says."""

    intent: str
    best: Found | None
    confidence: float  # 0 to 1
    standing: Standing | None
    alternatives: tuple[Alternative, ...]
    note: str | None

    def lines(self) -> list[str]:
        """The answer as text."""
        if self.best is None or self.standing is None:
            return [self.note or ""]
        said = [f"{self.intent}: {self.best.name} [{self.best.artifact_id}, {self.best.type}]"]
        said.append(f"   the chance that this one is meant is {self.confidence:.0%}")
        said += [f"   {reason.points:.3f} {reason.text}" for reason in self.best.reasons if reason.points]
        known = self.standing
        said.append(f"   rank {known.rank:.1f} ({known.low:.0f}-{known.high:.0f}), evidence {known.evidence}")
        said += [f"   to be doubted: {doubt}" for doubt in known.doubts]
        for other in self.alternatives:
            said.append(f"or {other.name} [{other.artifact_id}, {other.type}]")
            said += [f"   {reason.text}" for reason in other.why]
        return said + ([self.note] if self.note else [])


def best_of(snapshot: Snapshot, found: SearchAnswer, matched: int, others: int) -> Best:
    """The first of what was found, with `others` that come after it; `matched` counts its choices up to now."""
    if not found.items:
        return Best(found.query, None, 0.0, None, (), found.note)
    first, *rest = found.items
    alternatives = tuple(_alternative(snapshot, first, other) for other in rest[:others])
    confidence = confidence_of([item.score for item in found.items[:TENTH]], snapshot.floor)
    standing = _standing(snapshot, first.artifact_id, matched)
    return Best(found.query, first, confidence, standing, alternatives, found.note)


def confidence_of(scores: Sequence[float], floor: float) -> float:
    """The chance that the first is meant, by the scores of the first ten; `floor` is what nonsense reaches.

    >>> [round(confidence_of(scores, floor=0.3), 2) for scores in ([0.9, 0.5, 0.4], [0.9, 0.88, 0.4], [0.32])]
    [0.85, 0.48, 0.02]
    """
    first, second, *_, tenth = *scores, *[min(floor, *scores)] * (TENTH - len(scores))
    odds = _CONSTANT + _SECOND * log(first - second + _LEAST) + _FURTHER * log(first - tenth + _LEAST)
    return 1 / (1 + exp(-odds))


def _standing(snapshot: Snapshot, artifact_id: str, matched: int) -> Standing:
    place, ranked = snapshot.catalogue.place[artifact_id], snapshot.ranking.of(artifact_id)
    columns = ["url", "maker", "license", "pricing"]
    return Standing(
        **snapshot.catalogue.artifacts.slice(place, 1).select(columns).to_pylist()[0],
        **{name: ranked[name] for name in ("rank", "low", "high", "evidence")},
        times_matched=matched,
        doubts=tuple(finding.sentence for finding in audit(snapshot, [artifact_id])),
    )


def _alternative(snapshot: Snapshot, first: Found, other: Found) -> Alternative:
    why = (*_terms(first, other), *_facets(snapshot, first.artifact_id, other.artifact_id))
    return Alternative(other.artifact_id, other.name, other.type, other.score, other.capability, why)


def _terms(first: Found, other: Found) -> Iterator[Reason]:
    """In what it comes nearer to the intent than the first, and in what less near."""
    behind = other.score - first.score
    yield Reason("score", f"{-behind:.3f} behind in all", behind)
    mine, theirs = _points(other), _points(first)
    for kind in dict.fromkeys([*theirs, *mine]):
        gap = mine.get(kind, 0.0) - theirs.get(kind, 0.0)
        if abs(gap) >= _SAME:
            yield Reason(kind, f"{abs(gap):.3f} {'ahead' if gap > 0 else 'behind'} in {kind}", gap)
    yield from (reason for reason in other.reasons if reason.kind in _MATCHES)


def _points(found: Found) -> dict[str, float]:
    """The points of each kind of reason; a job or a remark stands where another has a capability."""
    return {"capability" if each.kind in _MATCHES else each.kind: each.points or 0.0 for each in found.reasons}


def _facets(snapshot: Snapshot, first: str, other: str) -> Iterator[Reason]:
    places = [snapshot.catalogue.place[first], snapshot.catalogue.place[other]]
    old, new = snapshot.catalogue.artifacts.select(list(_FACETS)).take(places).to_pylist()
    for facet in _FACETS:
        if old[facet] and new[facet] and old[facet] != new[facet] and "unknown" not in (old[facet], new[facet]):
            yield Reason("differs", f"{facet} {new[facet]} instead of {old[facet]}")
