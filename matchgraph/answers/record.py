"""Two artifacts as the snapshot holds them: all that a comparison may speak from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from matchgraph.answers.align import Alignment, align
from matchgraph.answers.chances import Chances, chances
from matchgraph.answers.need import Need
from matchgraph.answers.relation import COMPARABLE, Relation, relation_of
from matchgraph.catalogue.records import LinkKind
from matchgraph.ranking.doubt import SURE
from matchgraph.ranking.weights import SIGNALS
from matchgraph.snapshot.snapshot import Snapshot

CLEAR = 3.0  # points of rank below which a difference decides nothing


class Record:
    """Asked by whoever wants to say something of the two."""

    def __init__(
        self,
        snapshot: Snapshot,
        left: str,
        right: str,
        same_job: float,
        matched: Mapping[str, int],
        need: Need | None = None,
    ) -> None:
        self.snapshot, self.left, self.right, self.need = snapshot, left, right, need
        self.same_job = same_job  # the chance that they do the same job
        self.matched = matched
        self.rows = {each: snapshot.ranking.of(each) for each in (left, right)}
        place = snapshot.catalogue.place
        names = snapshot.catalogue.texts("name")
        self.names = {each: str(names[place[each]]) for each in (left, right)}
        if self.names[left] == self.names[right]:
            self.names = {each: f"{name} ({each})" for each, name in self.names.items()}
        self.ids = {name: each for each, name in self.names.items()}

    @cached_property
    def alignment(self) -> Alignment:
        """Which capability of one is which of the other."""
        place = self.snapshot.catalogue.place
        return align(self.snapshot, place[self.left], place[self.right])

    @cached_property
    def chances(self) -> Chances:
        """Who is ahead, and how surely."""
        return chances(self.snapshot, self.left, self.right)

    @cached_property
    def declared(self) -> tuple[tuple[str, str, str], ...]:
        """What one declares of the other: (source, kind, target)."""
        edges = self.snapshot.graph.of(self.left)
        both = {self.left, self.right}
        found = [e for e in edges if {e["source"], e["target"]} == both and e["kind"] in tuple(LinkKind)]
        return tuple((str(e["source"]), str(e["kind"]), str(e["target"])) for e in found)

    @cached_property
    def relation(self) -> Relation:
        """How the left one stands to the right one."""
        linked = frozenset(kind for _, kind, _ in self.declared)
        types = str(self.rows[self.left]["type"]), str(self.rows[self.right]["type"])
        return relation_of(self.alignment, types, linked, self.same_job)

    @property
    def gap(self) -> float:
        """Points of rank between the left one and the right one."""
        return float(round(self.rows[self.left]["rank"] - self.rows[self.right]["rank"], 1))

    @property
    def comparable(self) -> bool:
        """Whether their ranks answer the same question."""
        return self.relation in COMPARABLE and self.rows[self.left]["type"] == self.rows[self.right]["type"]

    @property
    def leader(self) -> str | None:
        """The one that ranks higher, where they compare, the gap is clear and the draws carry it."""
        if not self.comparable or abs(self.gap) < CLEAR:
            return None
        chance = self.chances.rank
        if max(chance, 1 - chance) < SURE or (chance > 0.5) != (self.gap > 0):
            return None
        return self.left if self.gap > 0 else self.right

    def chance_above(self, artifact_id: str) -> float:
        """The chance that this one of the two ranks above the other."""
        return self.chances.rank if artifact_id == self.left else 1 - self.chances.rank

    def ahead_on(self, artifact_id: str) -> tuple[str, ...]:
        """The signals that this one of the two leads on."""
        side = "left" if artifact_id == self.left else "right"
        return tuple(words_of_name(lead.signal) for lead in self.chances.leads if lead.ahead == side)

    def jobs(self, artifact_id: str) -> tuple[str, ...]:
        """What this one of the two is said to be for."""
        catalogue = self.snapshot.catalogue
        return tuple(catalogue.artifacts["job"][catalogue.place[artifact_id]].as_py())

    def silent(self) -> tuple[str, ...]:
        """The signals of which nothing is observed in either."""
        rows = self.rows.values()
        return tuple(
            words_of_name(name)
            for name in SIGNALS
            if all(row[name] is not None for row in rows) and not any(row[f"{name}_coverage"] for row in rows)
        )


def words_of_name(name: str) -> str:
    """A name of the code as a reader says it."""
    return name.replace("_", " ")
