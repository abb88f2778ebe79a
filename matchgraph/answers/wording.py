"""Lists, kinds and shares as a reader says them, claiming no more than is known."""

from __future__ import annotations

import math

_SPOKEN = {"api": "API", "mcp-server": "MCP server", "cli": "CLI"}


def listed(items: tuple[str, ...]) -> str:
    """The items as a list in words.

    >>> listed(("adoption", "quality", "ecosystem"))
    'adoption, quality and ecosystem'
    """
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def a(kind: str) -> str:
    """The noun with its article."""
    spoken = _SPOKEN.get(kind, kind)
    return f"{'an' if spoken[0] in 'aeiou' or spoken in ('API', 'MCP server') else 'a'} {spoken}"


def cut(text: str, longest: int) -> str:
    """The text, or as many whole words of it as there is room for.

    >>> cut("sort incoming mail", 30), cut("sort incoming mail", 17)
    ('sort incoming mail', 'sort incoming...')
    """
    return text if len(text) <= longest else text[: longest - 3].rsplit(" ", 1)[0] + "..."


def upwards(share: float) -> str:
    """A share that is enough, to the next whole percent.

    >>> upwards(0.3926)
    '40%'
    """
    return f"{math.ceil(round(100 * share, 6))}%"


def percent(chance: float) -> str:
    """A chance in words that claim no more than the draws can tell.

    >>> percent(1.0), percent(0.934)
    ('more than 99%', '93%')
    """
    if chance > 0.99:
        return "more than 99%"
    return "less than 1%" if chance < 0.01 else f"{chance:.0%}"
