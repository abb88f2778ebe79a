"""What two artifacts say of each other and cannot both be right about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import permutations

from matchgraph.answers.findings import Finding, FindingKind, bears_out, fact_keys, fact_words, ids_of
from matchgraph.answers.stated import Text, Told
from matchgraph.catalogue.claims import ComparativeClaim, comparative_claims
from matchgraph.catalogue.quantities import NumericClaim, numeric_claims

_NEXT_TO = re.compile(r"(?:['’]s)?(?:\s+(?:has|with|contains|counts))?\s*\(?\s*")


def disputes(left: Told, right: Told) -> Iterator[Finding]:
    """Every finding on two artifacts together."""
    for one, other in permutations((left, right)):
        yield from _about_other(one, other)
    yield from _mutual(left, right)


def _about_other(one: Told, other: Told) -> Iterator[Finding]:
    """Numbers that one states of the other, which the other's facts or texts do not bear out."""
    for text in one.texts:
        for sentence in text.sentences:
            named = list(other.says(sentence))
            for claim in _beside(sentence, named) if named else ():
                yield from _refuted(one, other, text, claim)


def _beside(sentence: str, named: Sequence[tuple[int, int]]) -> Iterator[NumericClaim]:
    """The numbers that stand right behind a name, or joined right before it."""
    claims = numeric_claims(sentence)
    starts = {claim.at: claim for claim in claims}
    ends = {claim.at + len(claim.words): claim for claim in claims if claim.joined}
    for start, end in named:
        behind = _NEXT_TO.match(sentence, end)
        found = starts.get(behind.end()) if behind else None
        if found or (found := ends.get(start - 1)):
            yield found


def _refuted(one: Told, other: Told, text: Text, claim: NumericClaim) -> Iterator[Finding]:
    ids = (one.artifact_id, other.artifact_id)
    for key in fact_keys(claim) if not claim.kinds else ():
        fact = other.fact(key)
        if fact and not bears_out(fact, claim):
            said = f"{one.name} states {claim.words!r} of {other.name}, whose fact {fact_words(key, fact)}."
            yield Finding(FindingKind.CONFLICT_ACROSS, ids, ids_of(text), (claim.words,), said)
            return
        if fact:
            return
    for (noun, kinds, role, tail), statements in other.comparable.items():
        if (noun, kinds, role, tail) == (claim.noun, claim.kinds, "has", "") and not claim.agrees(statements[0].claim):
            words = statements[0].claim.words
            said = f"{one.name} states {claim.words!r} of {other.name}, which itself states {words!r}."
            spans = (claim.words, words)
            yield Finding(FindingKind.CONFLICT_ACROSS, ids, ids_of(text, statements[0].text), spans, said)
            return


def _mutual(left: Told, right: Told) -> Iterator[Finding]:
    """Each says that it is more of the same than the other."""
    theirs = {(claim.kind, claim.of, rest): (text, claim) for text, claim, rest in _over(right, left)}
    for text, claim, rest in _over(left, right):
        back_text, back = theirs.get((claim.kind, claim.of, rest), (None, None))
        if back_text and back:
            said = f"{left.name} says {claim.words!r}, and {right.name} says {back.words!r}."
            ids, both = ids_of(text, back_text), (left.artifact_id, right.artifact_id)
            yield Finding(FindingKind.MUTUAL_CLAIM, both, ids, (claim.words, back.words), said)


def _over(one: Told, other: Told) -> Iterator[tuple[Text, ComparativeClaim, str]]:
    """What one says to be more of than the other, and the words that limit it."""
    for text in one.texts:
        for sentence in text.sentences:
            for claim in comparative_claims(sentence):
                for _, end in other.says(claim.than):
                    yield text, claim, claim.than[end:].strip(" ,").lower()
