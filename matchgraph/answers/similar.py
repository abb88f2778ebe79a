"""Who does what this one does? Artifacts by likeness, with the capabilities that they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matchgraph.answers.align import Alignment, align
from matchgraph.answers.instead.held import Held
from matchgraph.answers.instead.modes import candidates
from matchgraph.answers.instead.scoring import score
from matchgraph.answers.instead.wanted import Wanted
from matchgraph.answers.search import how_many
from matchgraph.answers.values import Listing, Reason
from matchgraph.answers.where import Where, allowed
from matchgraph.snapshot.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Alike:
    """One artifact that does much of the same."""

    artifact_id: str
    name: str
    type: str
    maker: str | None
    score: float  # how close it is, as `recommend` counts it
    chance: float  # share of chance pairs that are at least as alike
    meets: float  # share of the asked one's capabilities that this one has too
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, repr=False)
class SimilarAnswer(Listing[Alike]):
    """The artifacts most like one, best first."""

    items: tuple[Alike, ...]
    artifact_id: str

    def lines(self) -> list[str]:
        """The list as text, with reasons."""
        said = [f"like {self.artifact_id}", *([self.note] if self.note else [])]
        for place, item in enumerate(self.items, start=1):
            said.append(f"{place:2}. {item.name} [{item.artifact_id}, {item.type}]  {item.score:.2f}")
            said += [f"      {reason.text}" for reason in item.reasons]
        return said


def similar(held: Held, artifact_id: str, k: int, conditions: Where | None) -> SimilarAnswer:
    """The k artifacts most like one: what `recommend` starts from, with nothing left out and nothing spread."""
    k = how_many(k)
    snapshot, place = held.snapshot, held.snapshot.catalogue.place[artifact_id]
    among = allowed(snapshot.catalogue, conditions)
    mask = np.ones(len(snapshot.catalogue), bool) if among is None else among.copy()
    mask[place] = False
    wanted = Wanted(like=(artifact_id,), k=k)
    found = score(held, wanted, candidates(held, wanted, mask))
    order = np.lexsort((found.places, -found.score))[:k]
    chance = snapshot.scale.share_above(found.likeness[0])
    items = tuple(
        alike(snapshot, place, int(found.places[at]), float(found.score[at]), float(chance[at])) for at in order
    )
    return SimilarAnswer(items, None if items else "No other artifact here meets the conditions.", artifact_id)


def alike(snapshot: Snapshot, place: int, other: int, score: float, chance: float) -> Alike:
    """One artifact seen from another, with what they share."""
    columns = ["artifact_id", "name", "type", "maker"]
    record = snapshot.catalogue.artifacts.slice(other, 1).select(columns).to_pylist()[0]
    pairing = align(snapshot, place, other)
    return Alike(**record, score=score, chance=chance, meets=pairing.left_met, reasons=_reasons(pairing, chance))


def _reasons(pairing: Alignment, chance: float) -> tuple[Reason, ...]:
    rare = f"{chance:.2%} of chance pairs are as alike" if chance else "no chance pair is as alike"
    reasons = [Reason("likeness", rare)]
    if pairing.shared:
        best = pairing.shared[0]
        names = dict.fromkeys((best.left.name, best.right.name))
        reasons.append(Reason("capability", f"both: {' / '.join(names)} (cosine {best.cosine:.2f})"))
        count = len(pairing.shared) + len(pairing.only_left)
        told = f"shares {len(pairing.shared)} of its {count} capabilities" if count > 1 else "shares its one capability"
        reasons.append(Reason("cover", told))
    else:
        reasons.append(Reason("cover", "no single capability of the two is called the same"))
    return tuple(reasons)
