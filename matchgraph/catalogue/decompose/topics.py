"""What stands under a heading, told by its words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from enum import Enum
from functools import cache
from importlib.resources import files

from matchgraph.catalogue.decompose.found import Reason
from matchgraph.catalogue.outline import Outline, Section


class Topic(Enum):
    """What the lines of a section are about, as `headings.toml` calls it."""

    THING = "thing"
    ABILITIES = "abilities"
    ASKED = "asked"
    LIMITS = "limits"
    INSTALLATION = "installation"
    LICENCE = "licence"
    FACTS = "facts"
    OTHER = "other"


# Nothing under such a heading is a capability.
REASONS = {
    Topic.INSTALLATION: Reason.INSTALLATION,
    Topic.LICENCE: Reason.LICENCE,
    Topic.FACTS: Reason.FACT,
    Topic.OTHER: Reason.OTHER,
}


def topic_of(title: str) -> Topic:
    """What a heading announces.

    >>> topic_of("Available tools"), topic_of("How to install")
    (<Topic.ABILITIES: 'abilities'>, <Topic.INSTALLATION: 'installation'>)
    """
    return next((topic for topic, words in _headings().items() if words.search(title)), Topic.THING)


def topics_of(parts: Outline) -> Iterator[tuple[Section, Topic]]:
    """Each section with its topic; what stands below a heading that speaks of something else is of that too."""
    held, level = Topic.THING, 0
    for section in parts.sections:
        if not level or section.level <= level:
            is_title = section.title == parts.title and section.level == 1
            held = Topic.THING if is_title else topic_of(section.title)
            level = 0 if held in (Topic.THING, Topic.ABILITIES) else section.level
        yield section, held


@cache
def _headings() -> dict[Topic, re.Pattern[str]]:
    stated = tomllib.loads((files(__package__ or "") / "headings.toml").read_text(encoding="utf-8"))
    return {Topic(name): re.compile(rf"\b({'|'.join(words)})\b", re.IGNORECASE) for name, words in stated.items()}
