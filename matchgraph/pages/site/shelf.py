"""The templates of the site: every text escaped on its way out, and freed of what is no text."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from matchgraph.answers.compare import cell
from matchgraph.answers.instead.reasons import UNSPOKEN
from matchgraph.pages.plain import clipped, plain, web_address


@cache
def shelf() -> Environment:
    """The environment that every page is made in."""
    made = Environment(
        loader=PackageLoader("matchgraph.pages.site"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "cell": cell,
        "clipped": clipped,
        "web_address": web_address,
        "spoken": lambda reasons: [reason for reason in reasons if reason.kind not in UNSPOKEN],
        "words": lambda value: str(value).replace("_", " "),
        "count": lambda number: f"{number:,}",
        "one": lambda number: f"{number:.1f}",
        "two": lambda number: f"{number:.2f}",
        "percent": lambda share: f"{share:.0%}",
    }
    return made


def filled(name: str, **values: Any) -> str:
    """The template of that name with these values."""
    return shelf().get_template(name).render(**values)


def _shown(value: Any) -> Any:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value
