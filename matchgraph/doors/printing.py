"""What the shell prints: answers on stdout, progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import typer

from matchgraph.answers.values import Answer
from matchgraph.catalogue.track import Track
from matchgraph.doors.options import Form
from matchgraph.engine import MatchGraph
from matchgraph.pages.classic import Values, classic, written
from matchgraph.pages.render import render


def show_answer(answer: Answer, form: Form, as_json: bool) -> None:
    """Print an answer in its form."""
    show(answer.to_dict() if as_json else render(answer, form.value))


def show_classic(graph: MatchGraph, left: str, right: str, values: Values | None, as_json: bool) -> None:
    """Print the page as it is, to the last byte; what its values are is said on stderr."""
    page, shown = classic(graph, left, right, values)
    if as_json:
        show({"values": shown, **asdict(page)})
        return
    if values is None and shown is Values.PUBLISHED:
        typer.echo("values as an imported page published them; --values computed shows our own", err=True)
    sys.stdout.write(written(page))


def show(what: Any) -> None:
    """Print a text, or anything else as JSON."""
    text = what if isinstance(what, str) else json.dumps(what, indent=2, ensure_ascii=False, default=str)
    speaks = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.rstrip("\n").encode(speaks, "replace").decode(speaks) + "\n")


def tracked(stage: str) -> Track:
    """A bar on stderr where somebody looks at it, else nothing."""
    from rich.console import Console
    from rich.progress import track as draw

    stderr = Console(stderr=True)

    def track(items: Iterable[Any]) -> Iterable[Any]:
        return draw(items, description=stage, console=stderr, transient=True, disable=not stderr.is_terminal)

    return track
