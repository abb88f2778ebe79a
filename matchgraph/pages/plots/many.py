"""Pictures of all artifacts: the map, and how search gets better with what it learns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.text import Text

from matchgraph.answers.evaluation import Evaluation, Score
from matchgraph.errors import QuestionError
from matchgraph.graph.plane import pairs_of
from matchgraph.pages.plots.picture import COLOURS, INK, LINE, QUIET, SMALL, USUAL, Picture, bare, legend, written
from matchgraph.pages.site.atlas import FAMILIES, Region, family_of, places_of, regions
from matchgraph.snapshot.snapshot import Snapshot

_MOST_EDGES = 20_000  # drawn; more would be a grey field
_SYSTEMS = {"matchgraph": COLOURS[0], "matchgraph-cold": COLOURS[1], "bm25": QUIET}
_GLOW = [patheffects.withStroke(linewidth=2.5, foreground="white")]


def map_of(snapshot: Snapshot, marked: Sequence[str] = ()) -> Picture:
    """Every artifact where the map has it, what it is joined to, and what regions are about; some can be marked."""
    places, place = places_of(snapshot), snapshot.catalogue.place
    drawn = Picture(9.0, 6.4)
    axes = bare(drawn.sheet(f"The match graph: {len(places):,} artifacts"))
    pairs = pairs_of(snapshot.catalogue, snapshot.graph)[0][:_MOST_EDGES]
    faint = float(np.clip(700 / max(len(pairs), 1), 0.06, 0.7))
    axes.add_collection(LineCollection(list(places[pairs]), colors=LINE, linewidths=0.4, alpha=faint, zorder=1))
    families = np.array([family_of(kind) for kind in snapshot.catalogue.texts("type")])
    size = float(np.clip(4_000 / max(len(places), 1), 2, 22))
    for family, colour in zip(FAMILIES, COLOURS, strict=True):
        of = families == family
        if of.any():
            axes.scatter(places[of, 0], places[of, 1], s=size, color=colour, linewidths=0, zorder=2, label=family)
    at = [(artifact_id, places[place[artifact_id]]) for artifact_id in marked]
    names = [_marked(axes, artifact_id, x, y) for artifact_id, (x, y) in at]
    words = [_about(axes, each) for each in regions(snapshot, places)]
    _clear(drawn, names, words)
    legend(axes, loc="upper left", ncols=len(FAMILIES), bbox_to_anchor=(0, 0), markerscale=max(1, 4 / size**0.5))
    return drawn


def _marked(axes: Axes, artifact_id: str, x: float, y: float) -> Text:
    """The name beside a point with a ring around it."""
    axes.plot(x, y, "o", markersize=9, markerfacecolor="none", markeredgecolor=INK, zorder=4)
    name = axes.annotate(written(artifact_id), (x, y), (6, 6), textcoords="offset points", path_effects=_GLOW)
    name.set(fontsize=USUAL, weight="bold", zorder=5)
    return name


def _about(axes: Axes, region: Region) -> Text:
    """What a region is about, in its middle."""
    words = axes.text(region.x, region.y, written(region.text), ha="center", path_effects=_GLOW)
    words.set(fontsize=SMALL, color=INK, zorder=3)
    return words


def _clear(drawn: Picture, names: Sequence[Text], words: Sequence[Text]) -> None:
    """Take away the words that would lie on a name or on earlier words."""
    drawn.draw_without_rendering()
    taken = [each.get_window_extent() for each in names]
    for each in words:
        box = each.get_window_extent().padded(3)
        if any(box.overlaps(other) for other in taken):
            each.remove()
        else:
            taken.append(box)


def learning_curve(evaluations: Sequence[Evaluation], family: str | None = None) -> Picture:
    """How good search is by how many choices it had learned from, beside what learns nothing."""
    told = sorted(((_choices(each), each) for each in evaluations), key=lambda pair: pair[0])
    if not told:
        raise QuestionError("no evaluations: give those of graph.evaluate, each with more hits.")
    drawn = Picture(7.2, 3.4)
    axes = drawn.sheet("How search gets better with what people choose")
    choices = [learned for learned, _ in told]
    for system, colour in _SYSTEMS.items():
        scores = [_score(each, system, family) for _, each in told]
        low, high = ([getattr(score, f"ndcg_10_{end}") for score in scores] for end in ("low", "high"))
        axes.plot(choices, [score.ndcg_10 for score in scores], "o-", color=colour, label=system)
        if system == "matchgraph":
            axes.fill_between(choices, low, high, color=colour, alpha=0.15, linewidth=0, label="95% interval")
    axes.set_xlabel("choices learned from", fontsize=SMALL)
    axes.set_ylabel("nDCG@10", fontsize=SMALL)
    legend(axes, loc="best")
    return drawn


def _choices(evaluation: Evaluation) -> float:
    """How many choices search had learned from, as a mean over its exams."""
    return float(np.mean([lesson.hits for lesson in evaluation.learned])) if evaluation.learned else 0.0


def _score(evaluation: Evaluation, system: str, family: str | None) -> Score:
    for score in evaluation:
        if score.system == system and score.population == "all" and family in (None, score.family):
            return score
    raise QuestionError(f"no score of {system} for the family {family!r} in this evaluation.")
