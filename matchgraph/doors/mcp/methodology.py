"""How answers come about, told from the live snapshot: its weights, its counts, its measures."""

from __future__ import annotations

from matchgraph.engine import MatchGraph
from matchgraph.ranking.weights import SIGNALS
from matchgraph.snapshot.manifest import in_words

_ROAD = """# How matchgraph answers

Every artifact is taken apart into capabilities. Each is turned into a vector; artifacts are joined by likeness, by what
people chose for the same queries, and by links that they declare. An answer lists the reasons it was made from.

- **search**: words in common, the nearest capability, job or other line, the whole text; they add up to the score.
- **compare**: first how the two stand to one another; a winner only within a type, for one job, on enough evidence.
- **recommend**: what comes nearest to the job, with what is gained and given up; what does none of it is told apart.
- **resolve**: the first of a search, with the chance that it is the one meant, measured on labelled queries.
- **explain**: every line of a rank, and every edge.

Absent facts count as unknown, never as zero. Claims of makers are told as claims. Synthetic events count nowhere."""


def methodology(graph: MatchGraph) -> str:
    """The method as Markdown, with the numbers of this snapshot."""
    weights = graph.snapshot.weights
    told = [_ROAD, "", "## What a rank is made of", ""]
    told += [f"Snapshot {graph.manifest.version}: {in_words(graph.manifest.counts)}.", ""]
    told += [f"| type | {' | '.join(name.replace('_', ' ') for name in SIGNALS)} |", "|---" * 6 + "|"]
    for kind, shares in weights.signals.items():
        told.append(f"| {kind} | {' | '.join(f'{shares[name]:.0%}' for name in SIGNALS)} |")
    for signal in SIGNALS:
        parts = ", ".join(f"{name.replace('_', ' ')} {share:.0%}" for name, share in weights.measures[signal].items())
        told += ["", f"**{signal.replace('_', ' ')}**: {parts}."]
    return "\n".join(told) + "\n"
