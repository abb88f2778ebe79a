"""What the texts of artifacts do not let stand together: numbers, claims and capabilities, each with its quotations.

Precision comes before recall, for a false accusation costs more than a missed one. Two numbers of one artifact are set
side by side only where the noun, the words that narrow it before and behind, and the word that leads to it are the
same; where neither clause names another thing, a part (train, subset, variant) or a comparison; and where no single
text gives two numbers of that noun, for then its author means two things by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from matchgraph.answers.disputes import disputes
from matchgraph.answers.doubts import doubts
from matchgraph.answers.findings import Finding, FindingKind
from matchgraph.answers.stated import told
from matchgraph.graph.graph import NAMED_RIVAL
from matchgraph.snapshot.snapshot import Snapshot

__all__ = ["Finding", "FindingKind", "audit"]

NEIGHBOURS = 12  # others that one artifact's texts are held against

_ORDER = {kind: place for place, kind in enumerate(FindingKind)}


def audit(snapshot: Snapshot, artifact_ids: Sequence[str]) -> tuple[Finding, ...]:
    """The findings on these artifacts and between them; a single one is held against its neighbours in the graph."""
    asked = [told(snapshot.catalogue, artifact_id) for artifact_id in sorted(set(artifact_ids))]
    pairs = list(combinations(asked, 2))
    if len(asked) == 1:
        near = _neighbours(snapshot, asked[0].artifact_id)
        pairs = [(asked[0], told(snapshot.catalogue, other)) for other in near]
    found = [finding for one in asked for finding in doubts(snapshot, one)]
    found += [finding for pair in pairs for finding in disputes(*pair)]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: (_ORDER[each.kind], each.sentence)))


def _neighbours(snapshot: Snapshot, artifact_id: str) -> list[str]:
    """The artifacts that edges join to this one: named rivals first, then the strongest edges."""
    edges = sorted(snapshot.graph.of(artifact_id), key=lambda e: (e["kind"] != NAMED_RIVAL, -e["weight"]))
    ends = (edge["target"] if edge["source"] == artifact_id else edge["source"] for edge in edges)
    return list(dict.fromkeys(ends))[:NEIGHBOURS]
