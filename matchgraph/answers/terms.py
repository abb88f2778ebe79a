"""What a user demands, wishes, avoids and would rather give up, put to a catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from matchgraph.answers.condition import Condition
from matchgraph.answers.contradictions import check_sides
from matchgraph.answers.relaxation import Eligible, relaxed
from matchgraph.answers.values import Reason
from matchgraph.answers.where import Where, conditions, wishes
from matchgraph.catalogue.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Terms:
    """Conditions by what they are for."""

    must: Where | None = None
    prefer: Where | None = None
    avoid: Where | None = None
    relax: str | tuple[str, ...] = ()  # facets to give up where too few are left, the first first


@dataclass(frozen=True, eq=False, slots=True)
class Settled:
    """Terms as they come out: who may answer, who comes first, and what to say of each."""

    eligible: Eligible
    wished: tuple[Condition, ...]
    avoided: tuple[Condition, ...]

    def reasons(self, place: int) -> Iterator[Reason]:
        """What the terms have to say of one artifact."""
        yield from (Reason("relaxed", said) for said in self.eligible.breaches(place))
        yield from (Reason("prefers", wish.answer(place)) for wish in self.wished)
        given_up = {each.facet for each in self.eligible.relaxed}
        doubts = (each.doubt(place) for each in self.avoided if each.facet not in given_up)
        yield from (Reason("avoids", doubt) for doubt in doubts if doubt is not None)


def settle(catalogue: Catalogue, terms: Terms, enough: Callable[[np.ndarray], int], k: int) -> Settled:
    """The terms put to a catalogue; `enough` counts the results that a mask leaves, of which k are wanted."""
    check_sides(terms.must, terms.prefer, terms.avoid)
    return Settled(
        relaxed(catalogue, terms.must, terms.avoid, terms.relax, enough, k),
        wishes(catalogue, terms.prefer),
        conditions(catalogue, terms.avoid, avoided=True),
    )
