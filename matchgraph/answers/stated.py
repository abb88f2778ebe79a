"""What one artifact states of itself: its texts read for numbers, and which of them can be set side by side."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.claims import sentences_of
from matchgraph.catalogue.quantities import NumericClaim, listed, numeric_claims
from matchgraph.catalogue.records import Artifact, Fact, FactStatus
from matchgraph.graph.rivals import Names, mentions, names_of

Key = tuple[str, frozenset[str], str, str]

_WORD = re.compile(r"[^\W_]+")
_NAMED = re.compile(r"\b(?:[A-Z][\w-]*|[a-z]+[A-Z]\w*)")
_HOLDS = listed(
    "has have having contains contain containing comprises comprise comprising combines combine combining covers cover"
    " covering spans span spanning holds hold totals the its all these full whole entire consists composed enumerates"
    " naming enumerate"
)
_THINGS = listed(
    "model network encoder decoder transformer checkpoint dataset corpus collection benchmark library suite archive"
    " embedding embeddings vector vectors window context"
)
_ARTICLES = frozenset(["a", "an", "the", "this", "its", "single", "full", "one", ""])
_RELATIVE = re.compile(r"([\w-]+),?\s+(?:that|which|who|whose)\s+(?:[\w-]+\s+){1,4}$", re.IGNORECASE)
_ARE = listed("are is were was be")
_DESCRIBES = listed("a an the it this")
_PART = re.compile(
    r"\b(?:than|versus|vs|against|compared|unlike|instead|rather|variants?|versions?|siblings?|base|large|small|mini|each"
    r"|per|every|another|others?|earlier|previous|original|default|subsets? of|splits?|tests?|train|training|trained"
    r"|tuned|validation|dev|development|held|pre-?trained|limit|limited|maximum|max|minimum|average|first|second"
    r"|remaining|additional|selected|sampled?|requests?|calls?|examples?|e\.g)\b",
    re.IGNORECASE,
)
# Amounts of these change with every sentence: a wait, a size on a screen, a length of an answer.
_AMOUNTS = listed(
    "second minute hour day week month year millisecond pixel bit point character page item result step example time"
    " token degree line cent dollar user people person star point number row column gpu core thread"
)


@dataclass(frozen=True, slots=True)
class Text:
    """One text of an artifact, and the capability that tells it; None for the whole."""

    part: str  # description, unique, vs_alternatives, limitations
    capability_id: str | None
    text: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A number that an artifact states, and where."""

    text: Text
    claim: NumericClaim


@dataclass(frozen=True, eq=False)
class Told:
    """An artifact with its texts."""

    artifact: Artifact
    texts: tuple[Text, ...]

    @property
    def artifact_id(self) -> str:
        """Its id."""
        return self.artifact.artifact_id

    @property
    def name(self) -> str:
        """Its name."""
        return self.artifact.name

    @cached_property
    def called(self) -> Names:
        """What it goes by."""
        return names_of([(0, (self.artifact.name, *self.artifact.aliases))])

    @cached_property
    def own_words(self) -> frozenset[str]:
        """The words of its names and its maker, in small letters."""
        names = (self.artifact.name, *self.artifact.aliases, self.artifact.maker or "")
        return frozenset(word.lower() for name in names for word in _WORD.findall(name))

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Every number it states, in the order of its texts."""
        return tuple(
            Statement(text, claim)
            for text in self.texts
            for sentence in text.sentences
            for claim in numeric_claims(sentence)
        )

    @cached_property
    def comparable(self) -> dict[Key, list[Statement]]:
        """What it states of itself, by what exactly is counted."""
        found: dict[Key, list[Statement]] = defaultdict(list)
        for statement in self.statements:
            key = self._key(statement) if statement.claim.noun not in self.several else None
            if key:
                found[key].append(statement)
        return dict(found)

    @cached_property
    def several(self) -> frozenset[str]:
        """Nouns of which one of its texts gives numbers that differ: they count different things."""
        by_text: dict[tuple[str, str], list[NumericClaim]] = defaultdict(list)
        for statement in self.statements:
            by_text[statement.claim.noun, statement.text.text].append(statement.claim)
        return frozenset(
            noun for (noun, _), claims in by_text.items() if not all(one.agrees(claims[0]) for one in claims)
        )

    def fact(self, key: str) -> Fact | None:
        """An observed number among its facts."""
        fact = self.artifact.facts.get(key)
        return fact if fact and fact.status == FactStatus.OBSERVED and fact.number else None

    def says(self, sentence: str) -> Iterator[tuple[int, int]]:
        """Where a sentence names it."""
        return ((start, end) for _, start, end in mentions(sentence, self.called))

    def _key(self, statement: Statement) -> Key | None:
        """What exactly is counted; None where another thing, a part or a comparison may be meant."""
        claim = statement.claim
        clause = claim.clause.replace(claim.words, " ", 1)
        if statement.text.part == "vs_alternatives" or _PART.search(clause) or self._names_another(claim, clause):
            return None
        tail = " ".join(
            word for word in claim.tail.lower().split() if word not in self.own_words | {"of", "this", "it"}
        )
        role = self._role(claim)
        window = claim.noun == "token" and claim.joined
        if role is None or (claim.noun in _AMOUNTS and not window):
            return None
        if claim.noun in ("percent", "times") and not (claim.kinds and claim.tail):
            return None
        kinds = claim.kinds
        if claim.noun == "byte":
            if not kinds & _THINGS:
                return None
            kinds = frozenset()
        return claim.noun, kinds, role, tail

    def _names_another(self, claim: NumericClaim, clause: str) -> bool:
        opening = claim.sentence.split(maxsplit=1)[0]
        named = [word for word in _NAMED.findall(clause) if word != opening]
        return any(not set(map(str.lower, _WORD.findall(word))) <= self.own_words for word in named)

    def _role(self, claim: NumericClaim) -> str | None:
        """How the number stands to the artifact: "has", or the words that lead to it."""
        words = claim.role.split()
        opening = claim.sentence.split(maxsplit=1)[0].lower()
        if claim.joined or claim.noun == "byte":
            after = _WORD.findall(claim.sentence[claim.at + len(claim.words) :])[:5]
            lead = words[-1] if words else ""
            known = lead in _ARTICLES or lead in _HOLDS or lead.removesuffix("s").rstrip("'’") in self.own_words
            return "has" if known and _THINGS & set(after) else None
        relative = _RELATIVE.search(claim.sentence[max(0, claim.at - 60) : claim.at])
        of_another = relative is not None and relative[1].lower() not in _THINGS | self.own_words
        if of_another or (words and words[-1] in _ARE):  # "there are": of what is not said
            return None
        if not words or words[-1] in _HOLDS or (len(words) == 2 and words[1] == "of" and words[0] in _HOLDS | _THINGS):
            return "has"
        if words[-1] == "with" and opening in _DESCRIBES | self.own_words:
            return "has"
        return f"{opening} {claim.role}" if len(words) == 2 else claim.role


def told(catalogue: Catalogue, artifact_id: str) -> Told:
    """The artifact with everything that its record says in sentences."""
    artifact = catalogue.artifact(catalogue.place[artifact_id])
    texts: list[tuple[str, str | None, str | None]] = [("description", None, artifact.description)]
    for each in artifact.capabilities:
        does = each.capability_id
        texts += [("description", does, each.description), ("unique", does, each.unique)]
        texts += [("vs_alternatives", does, each.vs_alternatives)]
        texts += [("limitations", does, text) for text in each.limitations]
        texts += [("requires", does, text) for text in each.requires]
    read = (Text(part, does, text, tuple(sentences_of(text))) for part, does, text in texts if text)
    return Told(artifact, tuple(read))
