"""Free text taken apart into capabilities: structure first, sentences where there is none.

This is the plainest sound form: points under headings that do not speak of something else, else the sentences of
what stands before the second heading. What it leaves out it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from matchgraph.catalogue.claims import sentences_of
from matchgraph.catalogue.outline import Outline, Section, outline

_OTHER = re.compile(
    r"\b(install\w*|set-?up|requirements?|prerequisites?|licen[sc]\w+|contribut\w+|citation|cit(e|ing)|change-?log|"
    r"releases?|credits?|acknowledg\w+|authors?|contact|support|links?|references?|contents|roadmap|faq|sponsors?|"
    r"data (structure|fields|splits|instances)|dataset (structure|creation|description|info)|languages?|curat\w+|"
    r"considerations|additional information|training|evaluation|results?|hyperparameters?|versions?|limitations?|"
    r"bias\w*|disclaimer|build\w*|develop\w*)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(r"(?P<name>[^:.]{3,60}?)(?:: | [-\u2013\u2014] )(?P<rest>\S.*)", re.DOTALL)
_FEWEST_WORDS, _MOST_WORDS_OF_A_NAME = 3, 6


@dataclass(frozen=True, slots=True)
class Decomposed:
    """What a text says that its thing can do, and the lines that were not taken for that."""

    capabilities: tuple[dict[str, str], ...]  # name (where the text has one) and description
    left: tuple[str, ...]


def capabilities_of(text: str | Outline) -> Decomposed:
    r"""The capabilities that a text states.

    >>> capabilities_of("# Otter\n\n* Flags: marks spam before it is read\n* fast").capabilities
    ({'name': 'Flags', 'description': 'marks spam before it is read'},)
    """
    parts = outline(text) if isinstance(text, str) else text
    lines = list(_abilities(parts))
    taken = dict.fromkeys(lines) or dict.fromkeys(_sentences(parts))
    every = [line for section in parts.sections for line in (*section.points, *section.prose)]
    left = [line for line in every if line not in taken and not set(sentences_of(line)) <= taken.keys()]
    return Decomposed(tuple(map(_capability, taken)), tuple(left))


def _on_it(parts: Outline) -> Iterator[Section]:
    """The sections that do not speak of something else, and do not stand below one that does."""
    other = 0  # the level of the heading that led away
    for section in parts.sections:
        if not other or section.level <= other:
            is_other = section.title != parts.title and _OTHER.search(section.title)
            other = section.level if is_other else 0
        if not other:
            yield section


def _abilities(parts: Outline) -> Iterator[str]:
    for section in _on_it(parts):
        yield from (point for point in section.points if len(point.split()) >= _FEWEST_WORDS)


def _sentences(parts: Outline) -> Iterator[str]:
    for section in islice(_on_it(parts), 2):
        for said in section.prose:
            yield from (each for each in sentences_of(said) if len(each.split()) >= _FEWEST_WORDS)


def _capability(line: str) -> dict[str, str]:
    led = _LEAD.fullmatch(line)
    if led and len(led["name"].split()) <= _MOST_WORDS_OF_A_NAME and len(led["rest"].split()) >= _FEWEST_WORDS:
        return {"name": led["name"].strip(), "description": led["rest"].strip()}
    return {"description": line}
