"""Why an artifact is recommended: what it comes near in, what differs, evidence, and the gap that it leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from matchgraph.answers.instead.held import Held
from matchgraph.answers.instead.swap import Swap, reasons_of, several, spoken
from matchgraph.answers.instead.wanted import Mode, Wanted
from matchgraph.answers.values import Reason
from matchgraph.answers.wording import a, cut
from matchgraph.graph.graph import CHOICE, LIKENESS, VARIANT_OF

_NAMED = 3  # of a list of capabilities
_LENGTH = 90  # characters of a capability's text
_TERMS = {
    "cover": "capabilities of the two are about the same",
    "whole": "its description as a whole is about the same",
    "words": "words in common, the rarer the more they count",
    "shelf": "tags or jobs in common",
    "ability": "one ability of each is about the same",
    "likely": "one states no tags or jobs: those of what it is closest to are like the other's",
    "company": "the nearest of each are near to the other",
    "walk": "walks over the match graph lead from one to the other",
    "need": "answers the need",
    "unlike": "near to what is not liked",
    "variety": "how like it is to what stands above it",
    "novelty": "seldom come by",
    "draw": "drawn by the seed",
    "shared": "one capability in common",
}
POINTS = {  # what each term is called where its points are printed
    "whole": "texts alike",
    "cover": "capabilities alike",
    "words": "words in common",
    "shelf": "tags or jobs in common",
    "ability": "one ability alike",
    "likely": "likely on one shelf",
    "company": "near the same others",
    "walk": "walks over the graph",
    "chosen": "chosen for the same",
    "linked": "declared links",
    "differs": "what differs",
    "need": "the need",
    "unlike": "near what is not liked",
    "variety": "variety",
    "novelty": "seldom come by",
    "draw": "the draw",
    "shared": "one capability in common",
}
UNSPOKEN = frozenset(_TERMS) - {"unlike"}  # in the value with its points, not in a text for a person


@dataclass(frozen=True, slots=True)
class Seen:
    """One artifact as it is seen from one that is liked."""

    places: tuple[int, int]  # the liked one's and its own
    jobs: tuple[str, ...]  # that both state
    differs: tuple[str, ...]
    beside: str  # where it differs in nothing from that one: from which other liked one it does, and in what
    kind: str  # its type
    maker: str | None
    swap: Swap


def reasons_for(held: Held, seen: Seen | None, terms: Mapping[str, float], mode: Mode) -> tuple[Reason, ...]:
    """The reasons in the order in which they are read; those that have points carry a part of the score."""
    reasons = []
    if seen is not None:
        reasons += [Reason("job", "the same job: " + ", ".join(seen.jobs))] if seen.jobs else []
        reasons += _of_graph(held, terms, seen.places)
        reasons += _instead(seen, terms) if mode is Mode.SAME_JOB else _beside(seen)
    told = {reason.kind for reason in reasons if reason.points is not None}
    reasons += [Reason(name, text, terms[name]) for name, text in _TERMS.items() if name in terms and name not in told]
    return tuple(reasons)


def _instead(seen: Seen, terms: Mapping[str, float]) -> Iterator[Reason]:
    """What speaks for taking one in the other's place, and what is given up by it."""
    near, *rest = reasons_of(seen.swap, _NAMED)
    yield near
    yield from _best_pair(seen.swap)
    if told := f"differs in {', '.join(seen.differs)}" if seen.differs else seen.beside:
        yield Reason("differs", told, terms.get("differs"))
    yield from rest


def _beside(seen: Seen) -> Iterator[Reason]:
    """What speaks for taking one beside the other: nothing is replaced, and so nothing is given up."""
    yield from (reason for reason in reasons_of(seen.swap, _NAMED) if reason.kind == "kept")
    yield from _best_pair(seen.swap)
    yield Reason("is", f"is {a(seen.kind)}" + (f" by {seen.maker}" if seen.maker else ""))
    if seen.swap.gained:
        yield Reason("adds", "adds: " + several(list(map(spoken, seen.swap.gained)), _NAMED))


def _best_pair(swap: Swap) -> Iterator[Reason]:
    for best in swap.kept[:1]:
        left, right = (f"“{cut(each.description, _LENGTH)}”" for each in (best.left, best.right))
        yield Reason("pair", f"{left} / {right} (cosine {best.cosine:.2f})")


def of_need(held: Held, wanted: Wanted, place: int) -> list[Reason]:
    """By what an artifact answers a need: the text that matched best, and the words in common."""
    if wanted.need is None or wanted.asked is None:
        return []
    scorer = held.scorer
    scored = scorer.every(wanted.need, wanted.asked, np.array([place]))
    if scored.score[0] < held.snapshot.floor:
        return [Reason("capability", "states nothing that comes near the need")]
    row = int(scored.best_row[0])
    telling = held.snapshot.catalogue.telling
    is_label = row < len(telling) and not telling[row]
    found = [Reason("capability", f"{'is listed under' if is_label else 'can'}: {scorer.texts.texts[row]}")]
    common = scorer.words.common(wanted.need, [place])[0][:6]
    said = f"says {', '.join(common)}" if common else "says it in other words than the need"
    return [*found, Reason("said", said)]


def _of_graph(held: Held, terms: Mapping[str, float], places: tuple[int, int]) -> list[Reason]:
    """What people chose and what sources declare, from the edges of the match graph."""
    found = []
    if "chosen" in terms:
        count = int(held.walks.together[places[0], places[1]])
        kinds = f"{count} kind{'s' * (count != 1)} of search" if count else "the same searches as another that is liked"
        found.append(Reason("chosen", f"both were chosen for {kinds}", terms["chosen"]))
    if "linked" in terms:
        ids = held.snapshot.catalogue.ids
        edges = [
            edge
            for edge in held.snapshot.graph.of(ids[places[1]])
            if ids[places[0]] in (edge["source"], edge["target"]) and edge["kind"] not in (LIKENESS, CHOICE, VARIANT_OF)
        ]
        said = "; ".join(f"{edge['source']} {edge['kind'].replace('_', ' ')} {edge['target']}" for edge in edges)
        found.append(Reason("linked", f"declared: {said}" if said else "declared for another liked", terms["linked"]))
    return found
