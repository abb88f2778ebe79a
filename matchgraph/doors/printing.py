"""What the shell prints: answers on stdout, progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from matchgraph.answers.values import Answer
from matchgraph.catalogue.track import Track
from matchgraph.doors.options import Form
from matchgraph.errors import QuestionError


def show_answer(answer: Answer, form: Form, as_json: bool) -> None:
    """Print an answer in its form."""
    if as_json:
        show(answer.to_dict())
    elif form.value == "text":
        show(str(answer))
    else:
        from matchgraph.pages.render import render  # which imports every answer that has a page

        show(render(answer, form.value))


def show(what: Any) -> None:
    """Print a text, or anything else as JSON."""
    text = what if isinstance(what, str) else json.dumps(what, indent=2, ensure_ascii=False, default=str)
    speaks = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.rstrip("\n").encode(speaks, "replace").decode(speaks) + "\n")


def check_writable(output: Path) -> None:
    """Raise where no file can be written there, before any work is done for it."""
    if output.is_dir():
        raise QuestionError(f"{output} is a folder: name a file in it to write.")
    if not output.parent.is_dir():
        raise QuestionError(f"no folder {output.parent} to write {output.name} in: make it first.")


def tracked(stage: str) -> Track:
    """A bar on stderr where somebody looks at it, else nothing."""
    from rich.console import Console
    from rich.progress import track as draw

    stderr = Console(stderr=True)

    def track(items: Iterable[Any]) -> Iterable[Any]:
        return draw(items, description=stage, console=stderr, transient=True, disable=not stderr.is_terminal)

    return track
