"""A text taken apart by rules, step by step: outline, lines, judgement, actions, conditions, merging.

Nothing here knows the network or the clock, and the same text always gives the same result.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from matchgraph.catalogue.decompose.actions import partner_of
from matchgraph.catalogue.decompose.candidates import capabilities_in
from matchgraph.catalogue.decompose.conditions import Field, condition_in, placed
from matchgraph.catalogue.decompose.foreign import in_other_language
from matchgraph.catalogue.decompose.found import Decomposed, Found, Left, Reason
from matchgraph.catalogue.decompose.judge import LONGEST_LINE, refused
from matchgraph.catalogue.decompose.lines import Line, leads_elsewhere, lines_of
from matchgraph.catalogue.decompose.merge import Alike, merged
from matchgraph.catalogue.outline import LONGEST_PROSE, Kind, Outline, outline

_MOST = 500  # capabilities of one text
_MAY_BE_ABLE = frozenset({Reason.FACT, Reason.MARKETING, Reason.ORDER, Reason.VAGUE})  # to who cannot read the line
_LIST = re.compile(
    r"^awesome \w|(?:^|\. )(?:(?:this is )?an? |the )?(?:curated|awesome|opinionated) (?:list|collection|directory)"
    r" of\b",
    re.IGNORECASE,
)
_FRONT = re.compile(r"\s*---[ \t]*\n.*?\n---[ \t]*(?=\n|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as its outline and its lines, and what was left unread of it."""

    parts: Outline
    lines: tuple[Line, ...]
    unread: tuple[Left, ...]


def reading_of(text: str) -> Reading:
    """The text, read line by line."""
    source, front = _without_front(text.replace("\r\n", "\n").replace("\r", "\n"))
    parts = _with_first_words(outline(source))
    return Reading(parts, tuple(lines_of(parts, source)), (*front, *_cut(source)))


def _with_first_words(parts: Outline) -> Outline:
    """The outline, described by its first paragraph that is no bar of links."""
    every = (said for section in parts.sections for said in section.said)
    prose = (said.text for said in every if said.kind is Kind.PROSE and not leads_elsewhere(said))
    return replace(parts, description=next(prose, ""))


def by_rules(reading: Reading, alike: Alike | None = None) -> Decomposed:
    """What the rules find."""
    partner = partner_of(reading.parts.description[:LONGEST_LINE])
    lines, entries = _without_entries(reading)
    found, stated, left = _judged(lines, partner, reading.parts.title)
    left += [Left(each.text, each.first, each.last, Reason.OTHER) for each in entries]
    left += [Left(each.quote, each.first, each.last, Reason.TOO_LONG) for each in found[_MOST:]]
    found, folded = merged(found[:_MOST], alike)
    found, unplaced = placed(found, stated)
    every = sorted([*reading.unread, *left, *folded, *unplaced], key=lambda each: (each.first, each.last))
    return Decomposed(reading.parts.title, reading.parts.description, tuple(found), tuple(every), _notices(every))


def _notices(left: Sequence[Left]) -> tuple[str, ...]:
    """That abilities may be missing, where lines are in a language that is not read."""
    unread = sum(each.reason is Reason.LANGUAGE for each in left)
    if not unread:
        return ()
    told = "1 line is" if unread == 1 else f"{unread} lines are"
    return (f"{told} in another language than English: abilities that stand there are not found.",)


def _without_front(text: str) -> tuple[str, list[Left]]:
    """The text with its front matter blanked, so that no line moves."""
    front = _FRONT.match(text)
    if front is None:
        return text, []
    lines = front[0].count("\n")
    return "\n" * lines + text[front.end() :], [Left(front[0].strip(), 1, lines + 1, Reason.FRONT_MATTER)]


def _without_entries(reading: Reading) -> tuple[Sequence[Line], Sequence[Line]]:
    """The lines without the entries of a list of other things, and those."""
    if not _LIST.search(f"{reading.parts.title}. {reading.parts.description}"[:LONGEST_LINE]):
        return reading.lines, ()
    entries = [line for line in reading.lines if line.kind is Kind.POINT]
    return [line for line in reading.lines if line.kind is not Kind.POINT], entries


def _judged(
    lines: Sequence[Line], partner: str, title: str
) -> tuple[list[Found], list[tuple[Field, Line]], list[Left]]:
    """What each line is: capabilities, a condition of some, or left out."""
    found, stated, left = list[Found](), list[tuple[Field, Line]](), list[Left]()
    for line, foreign in zip(lines, in_other_language(lines), strict=True):
        if refused(line) is None and (condition := condition_in(line)) is not None:
            stated.append((condition, line))
            continue
        here, reason = capabilities_in(line, partner, title)
        found += here
        if reason is not None:
            reason = Reason.LANGUAGE if foreign and reason in _MAY_BE_ABLE else reason
            left.append(Left(line.text, line.first, line.last, reason))
    return found, stated, left


def _cut(text: str) -> list[Left]:
    """What stands beyond the length that is read."""
    if len(text) <= LONGEST_PROSE:
        return []
    first = text.count("\n", 0, LONGEST_PROSE) + 1
    return [Left(text[LONGEST_PROSE:][:200], first, text.count("\n") + 1, Reason.TOO_LONG)]
