"""Why an artifact is recommended: capabilities in common, what differs, evidence, and the gap that it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from matchgraph.answers.align import Ability, Alignment
from matchgraph.answers.instead.held import Held
from matchgraph.answers.instead.wanted import Wanted
from matchgraph.answers.values import Reason

_NAMED = 3  # of a list of capabilities
_LENGTH = 90  # characters of a capability's text
_TERMS = {
    "whole": "its description as a whole is about the same",
    "words": "words in common, the rarer the more they count",
    "shelf": "tags or jobs in common",
    "ability": "one ability of each is about the same",
    "likely": "one states no tags or jobs: those of what it is closest to are like the other's",
    "company": "the nearest of each are near to the other",
    "walk": "walks over the match graph lead from one to the other",
    "need": "answers the need",
    "unlike": "near to what is not liked",
    "variety": "like what stands above it",
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
    "variety": "like what stands above",
    "novelty": "seldom come by",
    "draw": "the draw",
    "shared": "one capability in common",
}
UNSPOKEN = frozenset(_TERMS) - {"unlike"}  # in the value with its points, not in a text for a person


def reasons_for(
    held: Held,
    pairing: Alignment | None,
    differs: Sequence[str],
    jobs: Sequence[str],
    terms: Mapping[str, float],
    places: tuple[int, int],
) -> tuple[Reason, ...]:
    """The reasons in the order in which they are read; those that have points carry a part of the score."""
    reasons = [Reason("job", "the same job: " + ", ".join(jobs))] if jobs else []
    reasons += _of_graph(held, terms, places)
    if pairing is not None:
        reasons += _of_capabilities(pairing, terms.get("cover"))
    if differs or "differs" in terms:
        facets = ", ".join(differs) or "some of this from another that is liked"
        reasons.append(Reason("differs", f"differs in {facets}", terms.get("differs")))
    if pairing is not None:
        reasons += _changes(pairing)
    said = {reason.kind for reason in reasons}
    reasons += [Reason(name, text, terms[name]) for name, text in _TERMS.items() if name in terms and name not in said]
    return tuple(reasons)


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


def _of_capabilities(pairing: Alignment, cover: float | None) -> list[Reason]:
    found = []
    if pairing.shared:
        found.append(
            Reason("shares", "comes near in: " + "; ".join(p.left.name for p in pairing.shared[:_NAMED]), cover)
        )
        best = pairing.shared[0]
        found.append(Reason("pair", f"{_short(best.left)} / {_short(best.right)} (cosine {best.cosine:.2f})"))
    else:
        found.append(Reason("shares", "near as a whole, though no single capability is called the same", cover))
    return found


def _changes(pairing: Alignment) -> list[Reason]:
    """What is gained and what is given up."""
    found = []
    for kind, word, abilities in (("gains", "gains", pairing.only_right), ("lacks", "gives up", pairing.only_left)):
        if abilities:
            found.append(Reason(kind, f"{word}: " + "; ".join(each.name for each in abilities[:_NAMED])))
    return found


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
            if ids[places[0]] in (edge["source"], edge["target"]) and edge["kind"] not in ("likeness", "choice")
        ]
        said = "; ".join(f"{edge['source']} {edge['kind'].replace('_', ' ')} {edge['target']}" for edge in edges)
        found.append(Reason("linked", f"declared: {said}" if said else "declared for another liked", terms["linked"]))
    return found


def _short(ability: Ability) -> str:
    text = ability.description
    return f"“{text if len(text) <= _LENGTH else text[: _LENGTH - 3].rsplit(' ', 1)[0] + '...'}”"
