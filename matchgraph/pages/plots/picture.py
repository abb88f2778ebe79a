"""A sheet to draw on: a figure of matplotlib that a notebook shows, safe with any text, of the same bytes each time."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from PIL import Image

from matchgraph.pages.plain import clipped

COLOURS = ("#0068a8", "#b85c00", "#00795a", "#9c4682", "#7d6400", "#b3261e")  # those of the map in the browser
QUIET, LINE, INK = "#8a8f94", "#d8d6d0", "#1c2023"
SMALL, USUAL = 8, 9  # points of a letter

_DOTS = 90  # an inch
_SHADES = 64


class Picture(Figure):
    """A figure of matplotlib that no screen and no global state belongs to."""

    def __init__(self, wide: float, high: float) -> None:
        super().__init__(figsize=(wide, high), dpi=_DOTS, layout="constrained")

    def draw(self, renderer: RendererBase) -> None:
        """Draw it; a letter that no font has becomes a box, and that is no news."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            super().draw(renderer)

    def _repr_png_(self) -> bytes:
        """The picture for a notebook: in few colours, so that notebooks stay small."""
        drawn, made = io.BytesIO(), io.BytesIO()
        self.savefig(drawn, format="png")
        few = Image.open(drawn).convert("RGB").quantize(_SHADES, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(made, "png", optimize=True)
        return made.getvalue()

    def sheet(self, title: str) -> Axes:
        """The one plain pair of axes of the picture."""
        axes = self.add_subplot()
        axes.set_title(written(title, 90), fontsize=USUAL + 1, loc="left", color=INK)
        axes.tick_params(labelsize=SMALL, color=LINE)
        for side, spine in axes.spines.items():
            spine.set_visible(side in {"left", "bottom"})
            spine.set_color(LINE)
        return axes


def bare(axes: Axes) -> Axes:
    """The axes without anything that measures."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    return axes


def legend(axes: Axes, **more: Any) -> None:
    """What the colours of the axes stand for."""
    axes.legend(fontsize=SMALL, frameon=False, labelcolor=INK, **more)


def written(text: str, most: int = 40) -> str:
    r"""A text from outside as a picture may show it: short, and no formula.

    >>> print(written("costs $5 or $6"))
    costs \$5 or \$6
    """
    return clipped(text, most).replace("$", r"\$")


def colour_of(kind: str, kinds: Sequence[str]) -> str:
    """The colour of one kind among all of them."""
    return COLOURS[kinds.index(kind) % len(COLOURS)]
