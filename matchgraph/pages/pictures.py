"""Pictures of answers as SVG: what a rank is made of, and what an artifact is joined to."""

from __future__ import annotations

from html import escape
from itertools import groupby
from math import cos, pi, sin

from matchgraph.answers.explain import Edge, Explanation, Line

_ROW, _LABEL, _WIDE = 22, 190, 620  # pixels
_PER_POINT = 8.0  # pixels
_AROUND, _CENTRE = 24, 210  # artifacts of a neighbourhood, pixels from its edge to its middle
_COLOURS = {"likeness": "#5b7fa6", "choice": "#b07030"}  # of an edge; declared ones are green
_STYLE = 'font-family="system-ui, sans-serif" font-size="12" fill="currentColor"'


def contributions(told: Explanation) -> str:
    """Every line of a rank as a bar: in full what it gives, in outline what it could give."""
    lines = sorted((line for line in told.rank_lines if line.most > 0), key=lambda line: -line.most)
    bars = "".join(_bar(line, place * _ROW) for place, line in enumerate(lines))
    return _svg(f"What the rank of {told.name} is made of", _WIDE, len(lines) * _ROW + 4, bars)


def neighbourhood(told: Explanation) -> str:
    """The artifact in the middle, what it is joined to around it, the nearest first; by colour how."""
    joined = _nearest(told.edges)
    spokes = "".join(_spoke(edge, turn, len(joined)) for turn, edge in enumerate(joined))
    middle = f'<circle cx="{_CENTRE * 1.6}" cy="{_CENTRE}" r="7"/>'
    name = f'<text x="{_CENTRE * 1.6}" y="{_CENTRE - 12}" text-anchor="middle" {_STYLE}>{_short(told.name, 40)}</text>'
    return _svg(f"What {told.name} is joined to", _CENTRE * 3.2, _CENTRE * 2, spokes + middle + name)


def _bar(line: Line, top: int) -> str:
    full, most = max(line.points, 0.0) * _PER_POINT, line.most * _PER_POINT
    label = f"{line.signal}: {line.measure}".replace("_", " ")
    return (
        f"<g><title>{escape(str(line))}</title>"
        f'<text x="{_LABEL - 6}" y="{top + 15}" text-anchor="end" {_STYLE}>{_short(label, 34)}</text>'
        f'<rect x="{_LABEL}" y="{top + 4}" width="{most:.1f}" height="{_ROW - 8}" fill="none" stroke="#8a8a8a"/>'
        f'<rect x="{_LABEL}" y="{top + 4}" width="{full:.1f}" height="{_ROW - 8}" fill="#5b7fa6"/>'
        f'<text x="{_LABEL + most + 6:.1f}" y="{top + 15}" {_STYLE}>{line.points:.1f} of {line.most:.1f}</text></g>'
    )


def _nearest(edges: tuple[Edge, ...]) -> list[Edge]:
    """One edge for each artifact joined, the strongest, in an order that keeps kinds together."""
    strongest = {edge.other: edge for edge in sorted(edges, key=lambda edge: edge.weight)}
    kept = sorted(strongest.values(), key=lambda edge: (-edge.weight, edge.other))[:_AROUND]
    grouped = groupby(sorted(kept, key=lambda edge: (edge.kind, -edge.weight)), key=lambda edge: edge.kind)
    return [edge for _, each in grouped for edge in each]


def _spoke(edge: Edge, turn: int, turns: int) -> str:
    angle = 2 * pi * turn / turns
    x, y = _CENTRE * (1.6 + 0.75 * cos(angle)), _CENTRE * (1 + 0.75 * sin(angle))
    colour = _COLOURS.get(edge.kind, "#4d8a5b")
    anchor = "start" if cos(angle) >= 0 else "end"
    aside = x + (9 if anchor == "start" else -9)
    return (
        f"<g><title>{escape(edge.kind.replace('_', ' '))} {escape(edge.other)}: {edge.weight:.2f}</title>"
        f'<line x1="{_CENTRE * 1.6}" y1="{_CENTRE}" x2="{x:.1f}" y2="{y:.1f}" stroke="{colour}" '
        f'stroke-width="{1 + 2 * min(max(edge.weight, 0.0), 1.0):.1f}"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>'
        f'<text x="{aside:.1f}" y="{y + 4:.1f}" text-anchor="{anchor}" {_STYLE}>{_short(edge.other, 22)}</text></g>'
    )


def _short(text: str, longest: int) -> str:
    return escape(text if len(text) <= longest else text[: longest - 3] + "...")


def _svg(title: str, width: float, height: float, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img"><title>{escape(title)}</title>{inside}</svg>'
    )
