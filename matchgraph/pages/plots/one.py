"""Pictures of one artifact or two: what a rank is made of, who is joined to it, how two stand beside one another."""

from __future__ import annotations

from collections.abc import Sequence
from math import atan2, cos, pi, sin

import numpy as np
from matplotlib.patches import Rectangle

from matchgraph.answers.align import Ability
from matchgraph.answers.explain import Edge, Explanation
from matchgraph.graph.graph import CHOICE, LIKENESS, NAMED_RIVAL, VARIANT_OF
from matchgraph.pages.plots.picture import COLOURS, INK, LINE, QUIET, SMALL, USUAL, Picture, bare, colour_of, written
from matchgraph.pages.plots.picture import legend as legend_of
from matchgraph.pages.site.history import Standing
from matchgraph.ranking.weights import SIGNALS

_ROW = 0.27  # inches
_AROUND = 24  # artifacts of a neighbourhood
_MARKED = 14  # rows and columns up to which cells are numbered
_KINDS = {
    LIKENESS: "alike",
    CHOICE: "chosen for the same",
    NAMED_RIVAL: "named as a rival",
    VARIANT_OF: "version or size",
}
_DECLARED = "declared link"
_COLOURS = {"alike": COLOURS[0], "chosen for the same": COLOURS[1], "named as a rival": QUIET, _DECLARED: COLOURS[2]}
_COLOURS |= {"version or size": COLOURS[3]}


def contributions(told: Explanation) -> Picture:
    """Every line of a rank as a bar: in full what it gives, in outline what it could give."""
    lines = sorted((line for line in told.rank_lines if line.most > 0), key=lambda line: line.most)
    drawn = Picture(7.2, _ROW * len(lines) + 0.9)
    axes = drawn.sheet(f"What the rank of {told.name} is made of: {told.rank:.1f} of 100")
    places = range(len(lines))
    colours = [colour_of(line.signal, SIGNALS) for line in lines]
    axes.barh(places, [line.most for line in lines], height=0.66, facecolor="none", edgecolor=LINE)
    axes.barh(places, [max(line.points, 0.0) for line in lines], height=0.66, color=colours)
    for place, line in enumerate(lines):
        known = "" if line.status == "observed" else f"  {line.status}"
        axes.text(line.most + 0.15, place, f"{line.points:.1f}{known}", va="center", fontsize=SMALL, color=QUIET)
    axes.set_yticks(places, [f"{line.signal}: {line.measure}".replace("_", " ") for line in lines])
    axes.set_xlabel("points", fontsize=SMALL)
    return drawn


def alignment(
    names: tuple[str, str],
    abilities: tuple[Sequence[Ability], Sequence[Ability]],
    cosines: np.ndarray,
    pairs: Sequence[tuple[int, int]],
) -> Picture:
    """Every capability of one beside every one of the other; what is called the same is framed."""
    rows, columns = cosines.shape
    drawn = Picture(3.2 + 0.42 * columns, 2.2 + 0.3 * rows)
    axes = drawn.sheet("Which capability is which")
    image = axes.imshow(np.clip(cosines, 0, 1), cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_yticks(range(rows), [written(each.name) for each in abilities[0]])
    axes.set_xticks(range(columns), [written(each.name) for each in abilities[1]], rotation=40, ha="right")
    if max(rows, columns) <= _MARKED:
        for row, column in np.ndindex(rows, columns):
            shade = "white" if cosines[row, column] > 0.6 else INK
            axes.text(column, row, f"{cosines[row, column]:.2f}", ha="center", va="center", fontsize=7, color=shade)
    for row, column in pairs:
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=COLOURS[1], linewidth=2))
    axes.set_ylabel(written(names[0]), fontsize=USUAL)
    axes.set_xlabel(written(names[1]), fontsize=USUAL)
    bar = drawn.colorbar(image, ax=axes, shrink=0.7)
    bar.ax.tick_params(labelsize=SMALL)
    bar.set_label("cosine", fontsize=SMALL)
    return drawn


def ego(told: Explanation, places: dict[str, np.ndarray], among: Sequence[tuple[str, str]]) -> Picture:
    """The artifact in the middle, around it what it is joined to, in the direction where the map has it.

    `among` are the edges between those around.
    """
    joined = nearest(told.edges)
    ring = _ring(told.artifact_id, joined, places)
    drawn = Picture(7.2, 5.4)
    axes = bare(drawn.sheet(f"What {told.name} is joined to"))
    for source, target in among:
        axes.plot(*zip(ring[source], ring[target], strict=True), color=LINE, linewidth=0.8, zorder=1)
    for edge in joined:
        x, y = ring[edge.other]
        colour = _COLOURS[_KINDS.get(edge.kind, _DECLARED)]
        wide = 0.8 + 2 * min(max(edge.weight, 0.0), 1.0)
        axes.plot([0, x], [0, y], color=colour, linewidth=wide, zorder=2)
        axes.plot(x, y, "o", color=colour, markersize=6, zorder=3)
        axes.text(
            1.07 * x, 1.07 * y, written(edge.other, 26), ha="left" if x >= 0 else "right", va="center", fontsize=SMALL
        )
    axes.plot(0, 0, "o", color=INK, markersize=11, zorder=4)
    axes.text(
        0,
        -0.13,
        written(told.name),
        ha="center",
        fontsize=USUAL,
        weight="bold",
        zorder=5,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
    )
    for kind in dict.fromkeys(_KINDS.get(edge.kind, _DECLARED) for edge in joined):
        axes.plot([], [], color=_COLOURS[kind], label=kind)
    axes.set(xlim=(-1.9, 1.9), ylim=(-1.2, 1.2))
    if joined:
        legend_of(axes, loc="lower left")
    return drawn


def history(name: str, told: Sequence[Standing]) -> Picture:
    """The rank from snapshot to snapshot, and the band that it is sure to."""
    drawn = Picture(7.2, 2.8)
    axes = drawn.sheet(f"How the rank of {name} went")
    places, ranks = range(len(told)), [each.rank for each in told]
    axes.fill_between(
        places,
        [each.low for each in told],
        [each.high for each in told],
        color=COLOURS[0],
        alpha=0.15,
        linewidth=0,
        label="90% interval",
    )
    axes.vlines(places, [each.low for each in told], [each.high for each in told], color=COLOURS[0], alpha=0.3)
    axes.plot(places, ranks, "o-", color=COLOURS[0], label="rank")
    axes.set_xticks(places, [f"{each.version}\n{each.today}" for each in told])
    axes.set_xlim(-0.4, max(len(told) - 0.6, 0.4))
    legend_of(axes, loc="best")
    return drawn


def nearest(edges: Sequence[Edge]) -> list[Edge]:
    """One edge for each artifact joined, the strongest; the strongest of those."""
    strongest = {edge.other: edge for edge in sorted(edges, key=lambda edge: edge.weight)}
    return sorted(strongest.values(), key=lambda edge: (-edge.weight, edge.other))[:_AROUND]


def _ring(artifact_id: str, joined: Sequence[Edge], places: dict[str, np.ndarray]) -> dict[str, tuple[float, float]]:
    """A place on a circle for each, in the order in which the map has them around the one in the middle."""
    middle = places[artifact_id]
    turned = {edge.other: atan2(*(places[edge.other] - middle)[::-1].tolist()) for edge in joined}
    order = sorted(turned, key=lambda other: (turned[other], other))
    angles = [2 * pi * place / len(order) for place in range(len(order))]
    return {other: (cos(angle), sin(angle)) for other, angle in zip(order, angles, strict=True)}
