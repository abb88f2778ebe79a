"""What the methodology page says: the weights and measures of the live snapshot, each with what it means."""

from __future__ import annotations

from dataclasses import dataclass

from matchgraph.ranking.measures import KINDS, Scale
from matchgraph.ranking.weights import SIGNALS
from matchgraph.snapshot.snapshot import Snapshot

SIGNAL_WORDS = {
    "adoption": "Who uses it.",
    "quality": "How well it is documented, limited and tested, as far as a reader can check.",
    "ecosystem": "What others build on it and join to it.",
    "match_graph": "What people choose it for, and how hard it is to replace.",
    "freshness": "Whether it is kept up. What is finished once it is published does not go stale.",
}
MEASURE_WORDS = {
    "usage": "Downloads or pulls, stated by a registry.",
    "dependents": "Packages elsewhere that depend on it.",
    "stars": "Likes and stars.",
    "contributors": "People who changed it.",
    "license_stated": "Whether its licence is stated.",
    "limitations_stated": "Whether it says what it does not do.",
    "evaluation_stated": "Whether a measured figure is stated at all.",
    "evaluation_result": "The figure, among those that state the same one.",
    "linked_by_others": "How many other owners declare a link to it; its maker's own and copies of it are none.",
    "kinds_of_link": "In how many ways it joins to things of others.",
    "chosen": "How many different voices chose it in a search.",
    "central": "How often a walk from queries to choices comes by it.",
    "breadth": "For how many kinds of query it was chosen.",
    "hard_to_replace": "What the nearest other one leaves undone.",
    "last_change": "Days since the last dated change; the value halves each year.",
}
PART_WORDS = {
    "whole": "nearness of its description as a whole",
    "best": "its best capability or job",
    "words": "words in common",
    "hubs": "what is taken off for coming near to every query",
    "chosen": "how often similar searches ended in it",
    "said": "words that people searched with who chose it",
    "clauses": "reading each clause of a query by itself",
    "adapter": "turning a query towards what was chosen for such queries",
    "remarks": "lines of its text that state no ability, where one comes nearer than what does",
}
SCALE_WORDS = {
    Scale.PERCENTILE: "percentile among artifacts of its type that state the same",
    Scale.CROWD: "percentile among those that have any",
    Scale.STATED: "1 where stated",
    Scale.SHARE: "the share itself",
    Scale.AGE: "halves with each year",
    Scale.VOICES: "upwards from neutral, as far as the voices carry",
}


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One measure, as the page tells it."""

    name: str
    weight: float  # of its signal
    words: str
    scale: str
    cheap: bool
    corroborates: bool


@dataclass(frozen=True, slots=True)
class SignalBlock:
    """One signal with its measures."""

    name: str
    words: str
    measures: tuple[MeasureLine, ...]


@dataclass(frozen=True, slots=True)
class WeightRow:
    """What each signal weighs for the types that share these weights."""

    types: tuple[str, ...]
    weights: tuple[float, ...]  # in the order of the signals


def signal_blocks(snapshot: Snapshot) -> tuple[SignalBlock, ...]:
    """Every signal with the measures that count in it."""
    return tuple(
        SignalBlock(
            signal,
            SIGNAL_WORDS[signal],
            tuple(_line(*each) for each in sorted(snapshot.weights.measures[signal].items(), key=_heaviest)),
        )
        for signal in SIGNALS
    )


def weight_rows(snapshot: Snapshot) -> tuple[WeightRow, ...]:
    """The weights of the signals; types of the same weights in one row, those of most types first."""
    alike: dict[tuple[float, ...], list[str]] = {}
    for kind, weights in snapshot.weights.signals.items():
        alike.setdefault(tuple(round(weights[signal], 6) for signal in SIGNALS), []).append(str(kind))
    rows = (WeightRow(tuple(types), weights) for weights, types in alike.items())
    return tuple(sorted(rows, key=lambda row: (-len(row.types), row.types)))


def _heaviest(weighed: tuple[str, float]) -> tuple[float, str]:
    return -weighed[1], weighed[0]


def _line(name: str, weight: float) -> MeasureLine:
    kind = KINDS[name]
    return MeasureLine(name, weight, MEASURE_WORDS[name], SCALE_WORDS[kind.scale], kind.cheap, kind.corroborates)
