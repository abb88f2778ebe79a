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
    PARAMETERS = "parameters"
    MOTIVES = "motives"
    OTHER = "other"


# Nothing under such a heading is a capability.
REASONS = {
    Topic.INSTALLATION: Reason.INSTALLATION,
    Topic.LICENCE: Reason.LICENCE,
    Topic.FACTS: Reason.FACT,
    Topic.PARAMETERS: Reason.PARAMETER,
    Topic.OTHER: Reason.OTHER,
}
_OPEN = (Topic.THING, Topic.ABILITIES)
_OFFERS = re.compile(
    r"\b(?:can|lets? you|helps? you|able to|allows? (?:you|users) to|used (?:for|to)|offers?|provides?|features?"
    r"|include(?:s|d)?|(?:features|capabilities|abilities|tools|commands|functions|endpoints|actions))\W*:$",
    re.IGNORECASE,
)
_LONGEST_TITLE = 3  # words of a line that stands for a heading


def topic_of(title: str) -> Topic:
    """What a heading announces.

    >>> topic_of("Available tools"), topic_of("How to install")
    (<Topic.ABILITIES: 'abilities'>, <Topic.INSTALLATION: 'installation'>)
    """
    return next((topic for topic, words in _headings().items() if words.search(title)), Topic.THING)


def topic_after(text: str, topic: Topic) -> Topic:
    """What a list is about after a paragraph that leads to it, in a section of that topic.

    >>> topic_after("With it you can:", Topic.THING), topic_after("Parameters:", Topic.ABILITIES)
    (<Topic.ABILITIES: 'abilities'>, <Topic.PARAMETERS: 'parameters'>)
    """
    if topic not in _OPEN or not text.endswith(":"):
        return topic
    told = topic_of(text.strip(" :")) if len(text.split()) <= _LONGEST_TITLE else Topic.THING
    if told is not Topic.THING:
        return told
    return Topic.ABILITIES if _OFFERS.search(text) else topic


def topics_of(parts: Outline) -> Iterator[tuple[Section, Topic]]:
    """Each section with its topic; what stands below a heading that speaks of something else is of that too.

    Below one that announces abilities only a title that says nothing but another topic changes it: a group of tools
    for the links of a team is called "Links of the team".
    """
    held, level, able = Topic.THING, 0, 0
    for section in parts.sections:
        if level and section.level > level:
            yield section, held
            continue
        is_title = section.title == parts.title and section.level == 1
        held = Topic.THING if is_title else topic_of(section.title)
        if able and section.level > able:
            held = _named(section.title) or Topic.ABILITIES
        else:
            able = section.level if held is Topic.ABILITIES else 0
        level = 0 if held in _OPEN else section.level
        yield section, held


def _named(title: str) -> Topic | None:
    """The topic whose words are all of a title."""
    return next((topic for topic, words in _headings().items() if words.fullmatch(title.strip(" :.!?"))), None)


@cache
def _headings() -> dict[Topic, re.Pattern[str]]:
    stated = tomllib.loads((files(__package__ or "") / "headings.toml").read_text(encoding="utf-8"))
    return {Topic(name): re.compile(rf"\b({'|'.join(words)})\b", re.IGNORECASE) for name, words in stated.items()}
