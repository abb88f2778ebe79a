"""Answers as words: plain text, Markdown or an HTML fragment."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal

from matchgraph.answers.best import Best
from matchgraph.answers.compare import ROWS, Comparison, cell
from matchgraph.answers.evaluation import Evaluation
from matchgraph.answers.explain import Explanation, edge_words
from matchgraph.answers.lessons import Lessons, trial_words
from matchgraph.answers.values import Answer, Listing

if TYPE_CHECKING:
    from jinja2 import Environment

Format = Literal["text", "markdown", "html"]

_ESCAPED = re.compile(r"([\\`*_~\[\]<>|#])")
_OPENS_A_BLOCK = re.compile(r"^(\d*)([-+=.)])")


def render(answer: Answer, form: Format = "text") -> str:
    """The answer in that form."""
    if form == "text":
        return str(answer)
    ending = {"markdown": "md", "html": "html"}[form]
    template = _environment(form).get_template(f"{_template(answer)}.{ending}")
    return template.render(answer=answer, rows=ROWS).strip() + "\n"


def _template(answer: Answer) -> str:
    if isinstance(answer, Best):
        return "best"
    if isinstance(answer, Comparison):
        return "comparison"
    if isinstance(answer, Explanation):
        return "explanation"
    if isinstance(answer, Evaluation):
        return "evaluation"
    if isinstance(answer, Listing):
        return "listing"
    if isinstance(answer, Lessons):
        return "lessons"
    raise TypeError(f"no page for {type(answer).__name__}")


def _markdown(text: str) -> str:
    """The text on one line, every mark of Markdown in it escaped."""
    return _OPENS_A_BLOCK.sub(r"\1\\\2", _ESCAPED.sub(r"\\\1", " ".join(text.split())))


@cache
def _environment(form: Format) -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    pages = Environment(
        loader=PackageLoader("matchgraph.pages"),
        autoescape=form == "html",  # noqa: S701 - Markdown is escaped by `finalize` below
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    if form == "markdown":
        # In Markdown every text from the catalogue is escaped on its way out, as autoescape does it for HTML.
        pages.finalize = lambda value: _markdown(value) if isinstance(value, str) else value
    pages.filters["cell"] = cell
    pages.filters["edge"] = edge_words
    pages.filters["trial"] = trial_words
    pages.filters["words"] = lambda value: str(value).replace("_", " ")
    return pages
