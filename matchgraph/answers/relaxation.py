"""Who may answer where too few meet every condition: conditions are given up one after another, as the user orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from matchgraph.answers.condition import Condition, passing
from matchgraph.answers.given import texts_given
from matchgraph.answers.where import Where, conditions
from matchgraph.answers.wording import listed
from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.errors import QuestionError


@dataclass(frozen=True, eq=False, slots=True)
class Eligible:
    """Who may answer, and at what price."""

    mask: np.ndarray  # bool, one an artifact
    step: np.ndarray  # int: 0 for who meets every condition, n for who may stay only since the nth was given up
    relaxed: tuple[Condition, ...]  # what was given up, in that order
    in_full: int | None  # how many results meet every condition; None where none may be given up: then it is not asked
    bound: bool  # whether there was any condition at all

    def breaches(self, place: int) -> tuple[str, ...]:
        """Which of the conditions that were given up the artifact breaks, and how."""
        return tuple(said for each in self.relaxed if (said := each.breach(place)) is not None)

    @property
    def note(self) -> str | None:
        """What was given up, in words; None where nothing was."""
        if not self.relaxed:
            return None
        do = "1 result meets" if self.in_full == 1 else f"{self.in_full} results meet"
        return f"{do} every condition; given up, in this order: {listed(tuple(map(str, self.relaxed)))}."


def relaxed(
    catalogue: Catalogue,
    must: Where | None,
    avoid: Where | None,
    order: str | Sequence[str],
    enough: Callable[[np.ndarray], int],
    k: int,
) -> Eligible:
    """Who may answer, with as few of the facets in `order` given up as bring k results.

    `enough` counts the results that a mask leaves. What is not named in the order is never given up.
    """
    held = [*conditions(catalogue, must), *conditions(catalogue, avoid, avoided=True)]
    facets = list(dict.fromkeys(texts_given(order, "relax", "the facets to give up, the first first")))
    _check_order(facets, held)
    mask = passing(held, len(catalogue))
    step = np.where(mask, 0, len(facets) + 1)
    given_up: list[Condition] = []
    in_full = enough(mask) if facets else None
    count = k if in_full is None else in_full
    for facet in facets:
        if count >= k:
            break
        given_up += [each for each in held if each.facet == facet]
        held = [each for each in held if each.facet != facet]
        mask = passing(held, len(catalogue))
        step[mask] = np.minimum(step[mask], facets.index(facet) + 1)
        count = enough(mask)
    return Eligible(mask, step, tuple(given_up), in_full, bool(held or given_up))


def _check_order(facets: list[str], held: list[Condition]) -> None:
    there = list(dict.fromkeys(each.facet for each in held))
    for facet in facets:
        if facet not in there:
            raise QuestionError(
                f"nothing to relax: no condition is about {facet!r}; there are: {', '.join(there) or 'none'}."
            )
