"""What texts claim: that one thing is more than another, that it is the most of all, that something is there or not.

Each claim keeps the words it was read from. Where a phrase may mean something harmless ("best for", "first words",
"at most", "returns the best match"), no claim is read: a claim missed costs less than a false accusation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from matchgraph.catalogue.quantities import listed

_SENTENCE_ENDS = re.compile(
    r"[.!?](?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\bcf\.)(?<!\bal\.)(?<![:,]\s\d\.)\s+(?=[\"'(]?[A-Z0-9])|[;•|\n]\s*|\s-\s"
)

_COMPARED = re.compile(
    r"\b(?P<kind>(?:more|less)\s+[a-z-]{3,20}|fewer\s+[a-z-]{3,20}|faster|slower|smaller|larger|bigger|lighter|heavier"
    r"|cheaper|better|worse|easier|simpler|broader|safer|stronger|quicker|leaner|higher\s+[a-z-]{3,20}"
    r"|lower\s+[a-z-]{3,20})\b(?P<of>[^.;:()]{0,60}?)\bthan\s+(?P<than>[^.;:,()]{2,80})",
    re.IGNORECASE,
)
_BEATS = re.compile(
    r"\b(?P<kind>outperforms?|beats?|surpass(?:es)?|superior to)\s+(?P<than>[^.;:,()]{2,80})", re.IGNORECASE
)

_HIGHEST = (
    r"fastest|quickest|cheapest|easiest|simplest|greatest|strongest|smartest|safest|lightest|finest|highest-quality"
    r"|best|leading|most\s+(?!recent|common|likely|probable|frequent|relevant|similar|of\b|suitable|appropriate|used\b)"
    r"[a-z][a-z-]{3,20}(?:\s+and\s+[a-z-]{4,20})?"
)
_LARGEST = r"largest|biggest|smallest|longest|tiniest"
_NOT_FOR = r"(?!\s+(?:for|known|suited|used|when|with|if|practice|practices|effort|to|as|described|matched?|fit))"
_SELF = r"(?:^|\b(?:is|as|are|remains|becomes|itself|it)\s+)(?:currently\s+|still\s+|arguably\s+|by\s+far\s+)?"
_ART = re.compile(
    r"(?P<word>state[- ]of[- ]the[- ]art|\bSOTA)\b(?=\s+(?!(?:on|in|of|for|at|and|to|by|is|when)\b)[a-z])",
    re.IGNORECASE,
)
_SUPERLATIVES = (
    _ART,
    *(
        re.compile(pattern, flags)
        for pattern, flags in (
            (
                r"\b(?P<word>unmatched|unrivall?ed|unparalleled|unsurpassed|world-class|best-in-class|second to none"
                r"|(?:industry|market|world|class)-leading)\b",
                re.IGNORECASE,
            ),
            (
                rf"\b(?P<word>(?:world|industry|market)['’]s\s+(?:first|only|{_HIGHEST}|{_LARGEST}))\b"
                r"(?!\s+(?:[\w-]+\s+)?[a-z]{3,}s\b)",
                re.IGNORECASE,
            ),
            (rf"{_SELF}(?:the|our|your)\s+(?P<word>{_HIGHEST})\b{_NOT_FOR}(?=\s+\w)", re.IGNORECASE),
            (
                rf"{_SELF}the\s+(?P<word>{_LARGEST})\s+(?=(?:[a-z-]+\s+){{0,2}}(?:public|open|available|known|existing|free"
                r"|community|curated|collection|dataset|corpus|library|database|platform|network)\b)",
                re.IGNORECASE,
            ),
            (
                rf"{_SELF}the\s+(?P<word>first|only)\s+(?!(?:[\w-]+\s+){{1,4}}of\s+[A-Z]|(?:required|parameter|option)\b)"
                r"(?=(?:[\w-]+\s+){1,6}(?:that|to|which|with|for|of its)\b)",
                0,
            ),
            (
                r"\b(?P<word>first|only|best|fastest|largest)\s+(?:[a-z-]+\s+){1,3}(?:ever|in\s+the\s+world)\b",
                re.IGNORECASE,
            ),
        )
    ),
)
_HINTS = ("est", "most", "only", "first", "leading", "state", "sota", "un", "world", "second to")  # in each of them
_TAKEN_BACK = re.compile(
    r"^\s*if\b.*|\b(?:not|no longer|never|isn['’]t|aren['’]t|one of|among|some of|than|against|compared|versus|vs|if"
    r"|whether|pick|picks|choose|select|find|finds|get|what|which|beyond|earlier|previous|former|behind|approach(?:es|ing)?|near)\s*"
    r"(?:the\s+|a\s+|an\s+|[a-z]+\s+){0,2}$",
    re.IGNORECASE,
)

_OF_OTHERS = re.compile(
    r"\b(?:using|uses|use|current|existing|all|other|with|between|by|on|many|several|recent|these|to|advances?"
    r"|reproduc(?:e|ing))(?:\s+the)?\s*$",
    re.IGNORECASE,
)

_ITEM = r"(?:[\w-]+\s+){0,3}?[\w-]+"
_LIST = rf"(?P<things>{_ITEM}(?:(?:,\s+(?:and\s+|or\s+)?|\s+(?:or|and|nor)\s+|/){_ITEM}){{0,5}})"
_ENDS = (
    r"(?=[.,;:()!]|\s*$|\s+(?:of|in|for|from|on|at|by|with|to|than|that|which|is|are|was|were|via|through|over|using"
    r"|as|when|if|so|but|because)\b)"
)
_DENIED = re.compile(
    rf"\b(?:(?:does not|doesn['’]t|do not|don['’]t|cannot|can['’]t|without)\s+(?P<verb>support|include|provide|apply"
    rf"|offer|perform|contain|require|need|requiring|needing|providing|applying)\s+(?:any\s+|an?\s+|the\s+|for\s+)*"
    rf"|(?P<lacks>lacks|lacking|without\s+(?:any\s+)?(?:documented|built-in|native|explicit))\s+(?:any\s+|an?\s+)?"
    rf"|\b(?P<no>no)\s+(?=(?:[\w-]+\s+){{1,3}}(?:support|required|needed|provided|included|available|necessary)\b))"
    rf"{_LIST}{_ENDS}",
    re.IGNORECASE,
)
_AFFIRMED = re.compile(
    rf"\b(?:(?P<verb>supports?|includes?|provides?|applies|applying|offers?|performs?|performing|contains?|requires?"
    rf"|needs?|requiring|including|providing|supporting)|(?P<explicit>explicit|built-in|native|with automatic))\s+"
    rf"(?:an?\s+|the\s+|both\s+|built-in\s+|native\s+|full\s+|explicit\s+)*{_LIST}{_ENDS}",
    re.IGNORECASE,
)
_SOMETIMES = re.compile(
    r"\b(?:if|unless|when|where|only|optional(?:ly)?|except|some|older|earlier|previous|future|until|default|yet|instead"
    r"|rather|than|unlike|alternatives?|others?|either|whether|may|might|can be|could|variant|version|free|paid|plan"
    r"|not all|certain|most|mode|sometimes|currently|additional|extra|local|remote)\b",
    re.IGNORECASE,
)
_OF_A_PART = re.compile(
    r"\s*(?:note|if|when|unless|this (?:tool|endpoint|method|function|call|command|does|doesn))\b", re.IGNORECASE
)
_NEEDS = re.compile(r"(?:requir|need|necessary)", re.IGNORECASE)
_TRAILING = re.compile(
    r"\s+(?:support|required|needed|provided|included|available|necessary|is|are)\b.*$", re.IGNORECASE
)
_SPLIT = re.compile(r",\s+(?:and\s+|or\s+)?|\s+(?:or|and|nor)\s+|/", re.IGNORECASE)
_NOT_THINGS = listed("the a an any of its their this it all more data support use you your them users")


@dataclass(frozen=True, slots=True)
class ComparativeClaim:
    """A text says that it is more of something than a rival."""

    kind: str  # faster, smaller, more accurate, outperforms
    of: str  # what it is faster at, where the text says so
    than: str  # the rival's part of the sentence
    words: str


@dataclass(frozen=True, slots=True)
class Superlative:
    """A text says that it is the most of something."""

    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Presence:
    """A text says that something is there, or needed; or that it is not."""

    thing: str  # lower case: deduplication, api key
    needed: bool  # said of what it needs, not of what it has
    denied: bool
    words: str
    sentence: str


def sentences_of(text: str) -> Iterator[str]:
    """The sentences of a text, each as written."""
    at = 0
    for end in _SENTENCE_ENDS.finditer(text):
        if said := text[at : end.start() + 1].strip():
            yield said
        at = end.end()
    if said := text[at:].strip():
        yield said


def comparative_claims(sentence: str) -> tuple[ComparativeClaim, ...]:
    """What a sentence says to be more, and than what.

    >>> comparative_claims("Much faster than Parrot, and free.")[0].than
    'Parrot'
    """
    found = [
        ComparativeClaim(_plain(match["kind"]), match["of"].strip(), match["than"].strip(), match[0].strip())
        for match in _COMPARED.finditer(sentence)
    ]
    found += [ComparativeClaim("better", "", m["than"].strip(), m[0].strip()) for m in _BEATS.finditer(sentence)]
    return tuple(found)


def superlatives(sentence: str) -> tuple[Superlative, ...]:
    """What a sentence says to be the most of all; one a word.

    >>> superlatives("It is the fastest parser of mail."), superlatives("Returns the first words; best for mail.")
    ((Superlative(word='fastest', sentence='It is the fastest parser of mail.'),), ())
    """
    found: dict[str, Superlative] = {}
    spoken = sentence.lower()
    if not any(hint in spoken for hint in _HINTS):
        return ()
    for pattern in _SUPERLATIVES:
        for match in pattern.finditer(sentence):
            before = sentence[: match.start("word")]
            if not (_TAKEN_BACK.search(before) or (pattern is _ART and _OF_OTHERS.search(before))):
                found.setdefault(match["word"].lower(), Superlative(match["word"], sentence))
    return tuple(found.values())


def presences(sentence: str) -> tuple[Presence, ...]:
    """What a sentence says without condition to be there or needed, and what not.

    >>> [(each.thing, each.denied) for each in presences("It does not support streaming.")]
    [('streaming', True)]
    """
    denied = [match for match in _DENIED.finditer(sentence) if not _conditional(sentence, match)]
    affirmed = [match for match in _AFFIRMED.finditer(sentence) if not _conditional(sentence, match)]
    affirmed = [yes for yes in affirmed if not any(no.start() < yes.end() and yes.start() < no.end() for no in denied)]
    found = [each for match in denied for each in _things(match, sentence, denied=True)]
    found += [each for match in affirmed for each in _things(match, sentence, denied=False)]
    return tuple(found)


def _things(match: re.Match[str], sentence: str, *, denied: bool) -> Iterator[Presence]:
    """One presence for each thing of a list."""
    needed = bool(
        _NEEDS.search(match["verb"] or "") or (denied and match["no"] and _NEEDS.search(sentence[match.end("no") :]))
    )
    for part in _SPLIT.split(_TRAILING.sub("", match["things"])):
        words = [word for word in part.lower().split() if word not in _NOT_THINGS]
        if words and len(words[-1]) > 3:
            yield Presence(" ".join(words), needed, denied, match[0].strip(), sentence)


def _conditional(sentence: str, match: re.Match[str]) -> bool:
    """Whether the part of the sentence that the match stands in, or what the sentence opens with, sets a condition."""
    begin = max(sentence.rfind(stop, 0, match.start()) for stop in (",", ";", ":", "("))
    ends = [at for stop in (",", ";", ")") if (at := sentence.find(stop, match.end())) >= 0]
    return bool(_SOMETIMES.search(sentence[begin + 1 : min(ends, default=len(sentence))]) or _OF_A_PART.match(sentence))


def _plain(kind: str) -> str:
    return " ".join(kind.lower().split())
