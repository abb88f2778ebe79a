"""What is new in a catalogue: artifacts told apart by the digest of all that is stated about them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from matchgraph.catalogue.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Changes:
    """How many artifacts another catalogue states otherwise, has besides, and lacks."""

    changed: int
    added: int
    removed: int

    def __str__(self) -> str:
        counts = {"changed": self.changed, "added": self.added, "removed": self.removed}
        return ", ".join(f"{count:,} {what}" for what, count in counts.items() if count) or "no artifact changed"


def changes(before: Catalogue, after: Catalogue) -> Changes:
    """How many artifacts are stated otherwise than before, are new, and are gone."""
    old, new = contents(before), contents(after)
    both = old.keys() & new.keys()
    return Changes(sum(old[each] != new[each] for each in both), len(new) - len(both), len(old) - len(both))


def contents(catalogue: Catalogue) -> dict[str, bytes]:
    """By artifact id, the digest of everything that is stated about it."""
    made = {artifact_id: hashlib.sha256() for artifact_id in catalogue.ids}
    stated = catalogue.artifacts, catalogue.capabilities, catalogue.facts, catalogue.links, catalogue.remarks
    for table in stated:
        at = table.schema.get_field_index("artifact_id")
        for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
            made[row[at]].update(repr(row).encode("utf-8", "surrogatepass"))
    return {artifact_id: digest.digest() for artifact_id, digest in made.items()}
