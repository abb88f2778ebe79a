"""Whether an artifact's record mentions a thing: in its texts, its facts or its links. Silence is no promise."""

from __future__ import annotations

import re
from collections.abc import Iterator

from matchgraph.answers.instead.denials import denied
from matchgraph.answers.stated import Told

_WORD = re.compile(r"[^\W_]+")
_OF_OTHERS = frozenset({"vs_alternatives"})  # where a maker speaks of what others have and need


def mention(told: Told, thing: str) -> str | None:
    """The first place where the record mentions a thing, in words; None where nothing does.

    >>> import re; bool(_pattern("scikit learn").search("built on Scikit-Learn."))
    True
    """
    pattern = _pattern(thing)
    return next((f"{where}: {text}" for where, text in _said(told) if _mentions(text, pattern)), None)


def _mentions(text: str, pattern: re.Pattern[str]) -> bool:
    return any(not denied(text, found.start(), found.end()) for found in pattern.finditer(text))


def _pattern(thing: str) -> re.Pattern[str]:
    """The thing as whole words, however they are joined; not the end of a longer name, as in sentence-transformers."""
    return re.compile(
        r"(?<![^\W_])(?<![^\W_]-)" + r"[\W_]*".join(map(re.escape, _WORD.findall(thing))) + r"(?![^\W_])", re.I
    )


def _said(told: Told) -> Iterator[tuple[str, str]]:
    """What the record says, and where it says it: what is declared first."""
    record = told.artifact
    yield from (("it declares", f"{link.kind.replace('_', ' ')} {link.target}") for link in record.links)
    yield "its name", record.name
    for part in ("job", "inputs", "outputs", "tags"):
        yield from ((f"its {part}", text) for text in getattr(record, part))
    for text in told.texts:
        if text.part not in _OF_OTHERS:
            where = "it requires" if text.part == "requires" else f"its {text.part}"
            yield from ((where, sentence) for sentence in text.sentences)
    for each in record.capabilities:
        yield from (("a capability", text) for text in (each.name, *each.intents, *each.best_for))
    for key, fact in sorted(record.facts.items()):
        if isinstance(fact.value, str):
            yield f"its fact {key.replace('_', ' ')}", fact.value
