"""How one artifact stands to another, before anything is said of which is better."""

from __future__ import annotations

from enum import StrEnum

from matchgraph.answers.align import Alignment
from matchgraph.catalogue.records import MATERIAL, LinkKind

SAME_JOB = 0.5  # chance from which two artifacts are said to do the same job
_SURELY = 0.05  # chance below which they are said not to without more ado
_HALF = 0.5  # share of capabilities that has to have a counterpart
_NEARLY_ALL = 0.75  # from this share, both ways, it is the same job whatever else is said

# What one artifact is to another that it works with. To descend from another is no hindrance to replacing it, nor to
# work together with what does the same job.
_NEEDED = frozenset(LinkKind) - {LinkKind.DERIVED_FROM, LinkKind.INTEGRATES_WITH}
_TOGETHER = _NEEDED | {LinkKind.INTEGRATES_WITH}


class Relation(StrEnum):
    """How one artifact stands to another."""

    SUBSTITUTE = "substitute"  # they do the same job
    COVERS = "covers"  # the same job, and the left one does more of the right one's than the other way round
    COVERED_BY = "covered by"
    COMPLEMENT = "complement"  # one declares that it works with the other
    OVERLAPS = "overlaps"  # some capability in common
    UNRELATED = "unrelated"


COMPARABLE = frozenset({Relation.SUBSTITUTE, Relation.COVERS, Relation.COVERED_BY})


def hedge(same_job: float) -> str:
    """What stands before a denial that two do the same job, as far as the chance that they do allows one.

    >>> f"They {hedge(0.39)}are not alternatives.", f"They {hedge(0.01)}are not alternatives."
    ('They probably are not alternatives.', 'They are not alternatives.')
    """
    if same_job < _SURELY:
        return ""
    return "probably " if same_job < SAME_JOB else "perhaps "


def relation_of(alignment: Alignment, types: tuple[str, str], linked: frozenset[str], same_job: float) -> Relation:
    """The relation that the capabilities, the types, the declared links and the chance of the same job make."""
    twins = min(alignment.left_met, alignment.right_met) >= _NEARLY_ALL
    alike = (types[0] in MATERIAL) == (types[1] in MATERIAL) and (same_job >= SAME_JOB or twins)
    left, right = alignment.left_met >= _HALF, alignment.right_met >= _HALF
    if alike and left and right:
        return Relation.SUBSTITUTE
    if linked & (_NEEDED if alike else _TOGETHER):
        return Relation.COMPLEMENT
    if alike and left != right:
        return Relation.COVERED_BY if left else Relation.COVERS
    if alike:
        return Relation.SUBSTITUTE
    return Relation.OVERLAPS if alignment.shared else Relation.UNRELATED
