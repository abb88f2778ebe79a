"""One thing once: which artifacts of a catalogue are the same thing, whatever source and id they come under."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matchgraph.catalogue.once.judge import Answer, Finding, against
from matchgraph.catalogue.once.marks import marks_of
from matchgraph.catalogue.once.pairs import Known, Pair, known_pairs, named_pairs
from matchgraph.catalogue.once.sayings import Sayings
from matchgraph.catalogue.records import Artifact
from matchgraph.errors import CatalogueError


@dataclass(frozen=True, slots=True)
class Once:
    """Groups of ids that are one thing, every pair that something speaks for, and ids that were named in vain."""

    groups: tuple[tuple[str, ...], ...]
    pairs: tuple[Pair, ...]
    unknown: tuple[str, ...] = ()

    def same(self) -> dict[str, list[Pair]]:
        """By id, the pairs that make it one with others."""
        found: dict[str, list[Pair]] = defaultdict(list)
        for pair in self.pairs:
            if pair.finding.answer is Answer.SAME:
                found[pair.left].append(pair)
                found[pair.right].append(pair)
        return found


def one_each(artifacts: Iterable[Artifact], sayings: Sayings | None = None) -> Once:
    """Which of the artifacts are one thing: as people say, else as what they are known by says.

    The order of the artifacts decides nothing. What speaks against two members keeps their whole groups apart.
    """
    sayings = sayings or Sayings()
    known = {each.artifact_id: marks_of(each) for each in sorted(artifacts, key=lambda each: each.artifact_id)}
    groups = _Groups(known, sayings)
    pairs = [*groups.said(sayings), *groups.joined(known_pairs(known))]
    pairs += groups.joined(named_pairs(known, groups.first))
    kept = {(pair.left, pair.right): pair for pair in reversed(pairs)}  # what was said or found first stays
    return Once(groups.several(), tuple(kept[both] for both in sorted(kept)), tuple(sorted(sayings.ids() - set(known))))


class _Groups:
    """Held while joining: in which group each id is, and which two may never be in one."""

    def __init__(self, known: Known, sayings: Sayings) -> None:
        self.known = known
        self.members = {artifact_id: [artifact_id] for artifact_id in known}
        self.apart = {frozenset(pair) for pair in sayings.apart()}

    def first(self, artifact_id: str) -> str:
        """The id that stands for the group."""
        return self.members[artifact_id][0]

    def several(self) -> tuple[tuple[str, ...], ...]:
        """The groups of more than one."""
        return tuple(sorted({tuple(group) for group in self.members.values() if len(group) > 1}))

    def said(self, sayings: Sayings) -> Iterator[Pair]:
        """What people say, done; an error where they say both of two ids."""
        for group in sayings.same:
            here = [each for each in group if each in self.known]
            for one, other in pairwise(here):
                yield Pair(min(one, other), max(one, other), Finding(Answer.SAME, 1.0, "said to be the same"))
                self._join(one, other)
        for left, right in sorted(map(sorted, self.apart)):
            if left in self.known and right in self.known:
                if right in self.members[left]:
                    raise CatalogueError(f"{left} and {right} are said to be the same and to be different: say one.")
                yield Pair(left, right, Finding(Answer.APART, 0.0, "said to be different"))

    def joined(self, pairs: Iterable[Pair]) -> Iterator[Pair]:
        """The pairs, the surest joined first; those whose groups have something against each other are apart."""
        for pair in sorted(pairs, key=lambda each: (-each.finding.confidence, each.left, each.right)):
            together = pair.right in self.members[pair.left]
            if pair.finding.answer is Answer.APART or together:
                yield pair if not together else _settled(pair)
                continue
            wrong = self._against(pair)
            if pair.finding.answer is Answer.SAME and not wrong:
                self._join(pair.left, pair.right)
            yield Pair(pair.left, pair.right, pair.finding.but(wrong)) if wrong else pair

    def _against(self, pair: Pair) -> str | None:
        """The first thing that forbids to join the groups of two."""
        for one in self.members[pair.left]:
            for other in self.members[pair.right]:
                if {one, other} in self.apart:
                    return f"{one} and {other} are said to be different"
                if wrong := against(self.known[one], self.known[other]):
                    return wrong if (one, other) == (pair.left, pair.right) else f"of {one} and {other}, {wrong}"
        return None

    def _join(self, one: str, other: str) -> None:
        if other not in self.members[one]:
            group = sorted({*self.members[one], *self.members[other]})
            self.members |= dict.fromkeys(group, group)


def _settled(pair: Pair) -> Pair:
    """A pair of one group: the same, whatever was found of these two alone."""
    found = pair.finding
    if found.answer is Answer.SAME:
        return pair
    return Pair(pair.left, pair.right, Finding(Answer.SAME, found.confidence, f"{found.reason}; joined through others"))


def why(same: Sequence[Pair], kept: str) -> Finding:
    """Why an id is the same as the one that is kept, by its pairs: by the two themselves, else by the surest."""
    direct = [each for each in same if kept in (each.left, each.right)]
    return max(direct or same, key=lambda each: each.finding.confidence).finding


def kept_ids(sayings: Sayings) -> Mapping[str, int]:
    """By id, how early people name it among ids that are one thing; the first is the one to keep."""
    return {each: place for group in sayings.same for place, each in reversed(list(enumerate(group)))}
