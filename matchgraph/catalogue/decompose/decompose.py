"""A text taken apart into capabilities, step by step: outline, lines, judgement, actions, conditions, merging.

Nothing here knows the network or the clock, and the same text always gives the same result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from matchgraph.catalogue.decompose.actions import partner_of
from matchgraph.catalogue.decompose.candidates import capabilities_in, whole
from matchgraph.catalogue.decompose.conditions import Field, condition_in, placed
from matchgraph.catalogue.decompose.found import Decomposed, Found, Left, Reason
from matchgraph.catalogue.decompose.judge import refused
from matchgraph.catalogue.decompose.lines import Line, lines_of
from matchgraph.catalogue.decompose.merge import Alike, merged
from matchgraph.catalogue.outline import LONGEST_PROSE, Kind, outline

_FRONT = re.compile(r"\s*---[ \t]*\n.*?\n---[ \t]*(?=\n|$)", re.DOTALL)


def decompose(text: str, *, alike: Alike | None = None) -> Decomposed:
    r"""The capabilities that a Markdown, HTML or plain text states, with their lines, and what was left out and why.

    `alike` tells how near texts are in meaning, so that the same ability in other words is found to be one.

    >>> found = decompose("# Otter\n\nReads and sorts letters.\n\n## License\n\nMIT")
    >>> [(each.name, each.first) for each in found.capabilities], [each.reason.value for each in found.left]
    ([('Read letters', 3), ('Sort letters', 3)], ['licence'])
    """
    source, front = _without_front(text.replace("\r\n", "\n").replace("\r", "\n"))
    parts = outline(source)
    lines = list(lines_of(parts, source))
    found, stated, left = _judged(lines)
    if not found:
        found, left = _at_least(lines, left)
    found, folded = merged(found, alike)
    found, unplaced = placed(found, stated)
    every = sorted([*front, *left, *folded, *unplaced, *_cut(source)], key=lambda each: (each.first, each.last))
    return Decomposed(parts.title, parts.description, tuple(found), tuple(every))


def _without_front(text: str) -> tuple[str, list[Left]]:
    """The text with its front matter blanked, so that no line moves."""
    front = _FRONT.match(text)
    if front is None:
        return text, []
    lines = front[0].count("\n")
    return "\n" * lines + text[front.end() :], [Left(front[0].strip(), 1, lines + 1, Reason.FRONT_MATTER)]


def _judged(lines: Iterable[Line]) -> tuple[list[Found], list[tuple[Field, Line]], list[Left]]:
    """What each line is: capabilities, a condition of some, or left out."""
    found, stated, left = list[Found](), list[tuple[Field, Line]](), list[Left]()
    partner = ""
    for line in lines:
        condition = condition_in(line)
        if condition is not None and refused(line) is None:
            stated.append((condition, line))
            continue
        partner = partner or partner_of(line.text)
        here, reason = capabilities_in(line, partner)
        found += here
        if reason is not None:
            left.append(Left(line.text, line.first, line.last, reason))
    return found, stated, left


def _at_least(lines: Iterable[Line], left: list[Left]) -> tuple[list[Found], list[Left]]:
    """Of a text that states no ability, the first sentence that says anything of its thing."""
    vague = next((each for each in left if each.reason is Reason.VAGUE), None)
    line = next((each for each in lines if vague and (each.text, each.first) == (vague.text, vague.first)), None)
    if line is None or line.kind is not Kind.PROSE:
        return [], left
    return [whole(line)], [each for each in left if each is not vague]


def _cut(text: str) -> list[Left]:
    """What stands beyond the length that is read."""
    if len(text) <= LONGEST_PROSE:
        return []
    first = text.count("\n", 0, LONGEST_PROSE) + 1
    return [Left(text[LONGEST_PROSE:][:200], first, text.count("\n") + 1, Reason.TOO_LONG)]
