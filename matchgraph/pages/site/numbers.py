"""The bars and constants that the methodology page tells, taken from where they are used."""

from __future__ import annotations

from matchgraph.answers.record import CLEAR
from matchgraph.answers.relation import SAME_JOB
from matchgraph.graph.neighbours import CHANCE
from matchgraph.ranking.doubt import SURE, TIED
from matchgraph.ranking.values import FLOOR, NEUTRAL, VOICES_HALFWAY

METHOD_NUMBERS = {
    "same_job": SAME_JOB,
    "apart": CLEAR,
    "sure": SURE,
    "tied": TIED,
    "floor": FLOOR,
    "neutral": NEUTRAL,
    "voices_halfway": VOICES_HALFWAY,
    "edge_chance": CHANCE,
}
