"""What stands under a heading, told by its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from matchgraph.catalogue.decompose.found import Reason
from matchgraph.catalogue.outline import Outline, Section


class Topic(Enum):
    """What the lines of a section are about."""

    THING = "the thing itself"
    ABILITIES = "what it can do"
    ASKED = "what people ask it"
    LIMITS = "what it cannot do"
    INSTALLATION = Reason.INSTALLATION
    LICENCE = Reason.LICENCE
    FACTS = Reason.FACT
    OTHER = Reason.OTHER

    @property
    def reason(self) -> Reason | None:
        """Why nothing under such a heading is a capability; None where something may be."""
        return self.value if isinstance(self.value, Reason) else None


# The first that a title has words of decides.
_TITLES = (
    (Topic.LICENCE, r"licen[sc]\w*|copyright|terms( of (use|service))?|legal"),
    (
        Topic.ASKED,
        r"(example|sample|suggested|try)\w* (prompts?|quer(y|ies)|questions?|requests?|conversations?|asking)"
        r"|ask \w+",
    ),
    (Topic.LIMITS, r"limitations?|known issues|caveats|out[- ]of[- ]scope( use)?|not supported|non-goals"),
    (
        Topic.INSTALLATION,
        r"install\w*|set-?up|getting started|quick ?-?start|requirements?|pre-?requisites?|dependenc\w+|configur\w+"
        r"|config|build(ing)?|compil\w+|deploy\w*|docker|environment( variables)?|upgrad\w+|uninstall\w*|authentication"
        r"|credentials?|api keys?|troubleshooting|claude desktop|cursor|vs ?code",
    ),
    (
        Topic.FACTS,
        r"training|evaluation|results?|benchmarks?|metrics?|hyper-?parameters?|performance|versions?|change-?log|releases?"
        r"|data(set)? (structure|fields|splits|instances|creation|description|info|summary statistics)|architecture"
        r"|statistics|specifications?|languages?|curat\w+|annotat\w+|considerations|bias\w*|model (details|sources?)"
        r"|environmental impact|technical|comparison",
    ),
    (
        Topic.OTHER,
        r"contribut\w+|citation|cit(e|ing)|bibtex|credits?|acknowledg\w+|authors?|contact|support(ing)?|community|links?"
        r"|references?|contents|road-?map|to-?do|planned|coming soon|faq|sponsors?|star history|develop\w*|testing|tests"
        r"|project structure|additional information|disclaimer|related|see also|security|privacy|glossary"
        r"|about (us|me)|more information|resources|team|history|why\b.*",
    ),
    (
        Topic.ABILITIES,
        r"features?|capabilit\w+|abilit\w+|what (it|you) (does|can do)|what .* can do|tools?|commands?|endpoints?"
        r"|methods|functions?|functionality|usage|use ?cases?|uses?|(intended|direct|downstream) use|highlights"
        r"|api( reference)?|skills|supported (tasks|operations|features)|tasks|actions|operations|available .*|overview",
    ),
)
_PATTERNS = tuple((topic, re.compile(rf"\b({words})\b", re.IGNORECASE)) for topic, words in _TITLES)


def topic_of(title: str) -> Topic:
    """What a heading announces.

    >>> topic_of("Available tools").value, topic_of("How to install").value
    ('what it can do', <Reason.INSTALLATION: 'installation'>)
    """
    return next((topic for topic, pattern in _PATTERNS if pattern.search(title)), Topic.THING)


def topics_of(parts: Outline) -> Iterator[tuple[Section, Topic]]:
    """Each section with its topic; what stands below a heading that speaks of something else is of that too."""
    held, level = Topic.THING, 0
    for section in parts.sections:
        if level and section.level > level:
            yield section, held
            continue
        topic = Topic.THING if section.title == parts.title else topic_of(section.title)
        level = section.level if topic is not Topic.THING and topic is not Topic.ABILITIES else 0
        held = topic
        yield section, topic
