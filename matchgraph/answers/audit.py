"""What the texts of artifacts do not let stand together: numbers, claims and capabilities, each with its quotations.

Precision comes before recall, for a false accusation costs more than a missed one. Two numbers of one artifact are set
side by side only where the noun, the words that narrow it before and behind, and the word that leads to it are the
same; where neither clause names another thing, a part (train, subset, variant) or a comparison; and where no single
text gives two numbers of that noun, for then its author means two things by them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, permutations

import numpy as np

from matchgraph.answers.stated import Statement, Text, Told, told
from matchgraph.catalogue.claims import ComparativeClaim, comparative_claims, presences, superlatives
from matchgraph.catalogue.quantities import NumericClaim, numeric_claims
from matchgraph.catalogue.records import Capability, Fact, FactStatus, LinkKind
from matchgraph.graph.graph import NAMED_RIVAL
from matchgraph.snapshot.snapshot import Snapshot
from matchgraph.vectors.grid import products
from matchgraph.vectors.texts import capability_text, opens_with
from matchgraph.vectors.words import words_of

NEIGHBOURS = 12  # others that one artifact's texts are held against

_FACTS = {
    "parameter": ("parameters",),
    "weight": ("parameters",),
    "language": ("languages", "n_languages"),
    "class": ("classes",),
    "category": ("classes",),
    "tool": ("n_tools",),
    "dimensional": ("embedding_dimensions",),
    "token": ("tokens",),
    "image": ("images",),
    "record": ("rows",),
    "row": ("rows",),
}
_MANY = 1000  # from here on a number is one of size, and a tenth is rounding
_SLACK = 0.1
_EVALUATED = re.compile(r"accuracy|performance|benchmark|(^|_)(f1|bleu|wer|map|mmlu|score|elo)($|_)")
_MEASURED_ON = re.compile(r"\b(?:on|against|over|across)\s+(?:[\w-]+\s+){0,5}[\w-]*[A-Z0-9]|\bbenchmarks?\b")
_NEXT_TO = re.compile(r"(?:['’]s)?(?:\s+(?:has|with|contains|counts))?\s*\(?\s*")
_SAME, _NEAR = 0.8, 0.5  # cosines of capabilities that may tell the same thing in the same, or in other words
_FEWEST_WORDS = 4
_TOPICS, _RARE = 2, 0.005  # rare words in common; share of the artifacts that may say a rare word


class FindingKind(StrEnum):
    """What is wrong between two statements, or with one."""

    CONTRADICTION = "contradiction"
    CONFLICT_WITH_FACT = "conflict-with-fact"
    CONFLICT_ACROSS = "conflict-across"
    DUPLICATE_CAPABILITY = "duplicate-capability"
    UNSUPPORTED_SUPERLATIVE = "unsupported-superlative"
    MUTUAL_CLAIM = "mutual-claim"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to doubt, with the words to judge it by; `sentence` says no more than the quotations carry."""

    kind: FindingKind
    artifact_ids: tuple[str, ...]
    capability_ids: tuple[str, ...]
    spans: tuple[str, ...]  # as the texts have them
    sentence: str


def audit(snapshot: Snapshot, artifact_ids: Sequence[str]) -> tuple[Finding, ...]:
    """The findings on these artifacts and between them; a single one is held against its neighbours in the graph."""
    asked = [told(snapshot.catalogue, artifact_id) for artifact_id in sorted(set(artifact_ids))]
    found = [finding for one in asked for finding in _on(snapshot, one)]
    others = asked[1:] if len(asked) > 1 else []
    if len(asked) == 1:
        others = [told(snapshot.catalogue, other) for other in _neighbours(snapshot, asked[0].artifact_id)]
        pairs = [(asked[0], other) for other in others]
    else:
        pairs = list(combinations(asked, 2))
    found += [finding for pair in pairs for finding in _between(*pair)]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: (list(FindingKind).index(each.kind), each.sentence)))


def _on(snapshot: Snapshot, one: Told) -> Iterator[Finding]:
    yield from _numbers(one)
    yield from _denials(one)
    yield from _against_facts(one)
    yield from _duplicates(snapshot, one)
    yield from _unsupported(one)


def _between(left: Told, right: Told) -> Iterator[Finding]:
    for one, other in permutations((left, right)):
        yield from _about_other(one, other)
    yield from _mutual(left, right)


def _neighbours(snapshot: Snapshot, artifact_id: str) -> list[str]:
    """The artifacts that edges join to this one: named rivals first, then the strongest edges."""
    edges = sorted(snapshot.graph.of(artifact_id), key=lambda e: (e["kind"] != NAMED_RIVAL, -e["weight"]))
    ends = (edge["target"] if edge["source"] == artifact_id else edge["source"] for edge in edges)
    return list(dict.fromkeys(ends))[:NEIGHBOURS]


# Within one artifact


def _numbers(one: Told) -> Iterator[Finding]:
    """Different numbers of the same thing in different texts."""
    for statements in one.comparable.values():
        # If any two of them disagree, these two do.
        ends = {min(statements, key=lambda each: each.claim.high), max(statements, key=lambda each: each.claim.low)}
        apart = [each for each in statements if each in ends]
        if not apart[0].claim.agrees(apart[-1].claim):
            words = [each.claim.words for each in apart]
            said = f"{one.name} states {words[0]!r} in one place and {words[-1]!r} in another."
            yield _finding(FindingKind.CONTRADICTION, one, (apart[0], apart[-1]), said)


def _denials(one: Told) -> Iterator[Finding]:
    """The same thing denied in one text and affirmed in another."""
    said = [
        (text, presence)
        for text in one.texts
        if text.part != "vs_alternatives"
        for sentence in text.sentences
        for presence in presences(sentence)
    ]
    affirmed = {(presence.thing, presence.needed): (text, presence) for text, presence in said if not presence.denied}
    for text, presence in said:
        other = affirmed.get((presence.thing, presence.needed)) if presence.denied else None
        if other and other[0].text != text.text:
            sentence = (
                f"{one.name} denies {presence.thing!r} in one place ({presence.words!r}) and affirms it in another "
                f"({other[1].words!r})."
            )
            spans, ids = (presence.words, other[1].words), _ids(text, other[0])
            yield Finding(FindingKind.CONTRADICTION, (one.artifact_id,), ids, spans, sentence)


def _against_facts(one: Told) -> Iterator[Finding]:
    """A stated number that a fact of the same artifact does not bear out."""
    for (noun, kinds, role, tail), statements in one.comparable.items():
        if kinds or tail or role != "has":
            continue
        for key in _fact_keys(statements[0].claim):
            fact = one.fact(key)
            if fact and not any(_bears_out(fact, each.claim) for each in one.statements if each.claim.noun == noun):
                said = f"{one.name} states {statements[0].claim.words!r}; its fact {_fact_words(key, fact)}."
                yield _finding(FindingKind.CONFLICT_WITH_FACT, one, statements[:1], said)
                break


def _fact_keys(claim: NumericClaim) -> tuple[str, ...]:
    """The facts that count the same thing; of tokens, "a 4K-token window" is another thing than "4K tokens"."""
    return ("context_tokens",) if claim.noun == "token" and claim.joined else _FACTS.get(claim.noun, ())


def _bears_out(fact: Fact, claim: NumericClaim) -> bool:
    """Whether the fact lies in what the claim leaves open, rounding included."""
    number = fact.number or 0.0
    slack = _SLACK if number >= _MANY else 0.0
    return claim.low <= number * (1 + slack) and number * (1 - slack) <= claim.high


def _duplicates(snapshot: Snapshot, one: Told) -> Iterator[Finding]:
    """Capabilities near in meaning that say the same words in one order, or come back to the same rare ones."""
    start, stop = snapshot.catalogue.offsets[snapshot.catalogue.place[one.artifact_id] :][:2]
    rows = snapshot.vectors.grid[start:stop]
    cosines = products(rows, rows)
    abilities = one.artifact.capabilities
    words = [words_of(capability_text(each.name, each.description)) for each in abilities]
    topics = _topics(snapshot, one)
    for first, second in combinations(range(len(abilities)), 2):
        pair, cosine = (abilities[first], abilities[second]), float(cosines[first, second])
        about = topics[first] & topics[second]
        same = words[first] == words[second] and len(set(words[first])) >= _FEWEST_WORDS and not _called_apart(*pair)
        if (same and cosine >= _SAME) or (len(about) >= _TOPICS and cosine >= _NEAR):
            left, right = set(words[first]), set(words[second])
            common = f"{len(left & right)} words in common, of {len(left)} and {len(right)}"
            back = f", and both come back to {' and '.join(sorted(about))}" if about else ""
            said = (
                f"{one.name} lists {pair[0].name!r} and {pair[1].name!r} as two capabilities; their cosine is "
                f"{cosine:.2f} and they have {common}{back}."
            )
            spans = tuple(each.description for each in pair)
            ids = tuple(each.capability_id for each in pair)
            yield Finding(FindingKind.DUPLICATE_CAPABILITY, (one.artifact_id,), ids, spans, said)


def _called_apart(left: Capability, right: Capability) -> bool:
    """Whether they have names of their own, as tools do, and not the same one."""
    named = not all(opens_with(each.description, each.name) for each in (left, right))
    return named and left.name != right.name


def _topics(snapshot: Snapshot, one: Told) -> list[frozenset[str]]:
    """The rare words of each capability that its description and the claims made for it have in common.

    A list of tools has no such words: there two descriptions that read alike mostly tell of two tools.
    """
    said: dict[str | None, Counter[str]] = defaultdict(Counter)
    for text in one.texts:
        if text.part in ("description", "unique", "vs_alternatives"):
            said[text.capability_id].update(set(words_of(text.text)))
    said_by = np.diff(snapshot.words.weights.indptr)
    most, own = _RARE * len(snapshot.catalogue), {word for name in one.own_words for word in words_of(name)}

    def tells(word: str) -> bool:
        column = snapshot.words.place.get(word)
        return len(word) > 3 and word not in own and (column is None or int(said_by[column]) <= most)

    return [
        frozenset(word for word, parts in said[each.capability_id].items() if parts >= 2 and tells(word))
        for each in one.artifact.capabilities
    ]


def _unsupported(one: Told) -> Iterator[Finding]:
    """Superlatives without an evaluation, here or in their own sentence."""
    if any(link.kind == LinkKind.EVALUATED_ON for link in one.artifact.links) or any(
        _EVALUATED.search(key) and fact.status == FactStatus.OBSERVED for key, fact in one.artifact.facts.items()
    ):
        return
    seen: set[tuple[str, str]] = set()
    for text in one.texts:
        for sentence in text.sentences if text.part not in ("limitations", "requires") else ():
            for claim in superlatives(sentence):
                if (claim.word, sentence) in seen or (numeric_claims(sentence) and _MEASURED_ON.search(sentence)):
                    continue
                seen.add((claim.word, sentence))
                said = f"{one.name} states {claim.word!r} without evidence here: {sentence!r}."
                ids = _ids(text)
                yield Finding(
                    FindingKind.UNSUPPORTED_SUPERLATIVE, (one.artifact_id,), ids, (claim.word, sentence), said
                )


# Between two artifacts


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
    for key in _fact_keys(claim) if not claim.kinds else ():
        fact = other.fact(key)
        if fact and not _bears_out(fact, claim):
            said = f"{one.name} states {claim.words!r} of {other.name}, whose fact {_fact_words(key, fact)}."
            yield Finding(FindingKind.CONFLICT_ACROSS, ids, _ids(text), (claim.words,), said)
            return
        if fact:
            return
    for (noun, kinds, role, tail), statements in other.comparable.items():
        if (noun, kinds, role, tail) == (claim.noun, claim.kinds, "has", "") and not claim.agrees(statements[0].claim):
            words = statements[0].claim.words
            said = f"{one.name} states {claim.words!r} of {other.name}, which itself states {words!r}."
            spans = (claim.words, words)
            yield Finding(FindingKind.CONFLICT_ACROSS, ids, _ids(text, statements[0].text), spans, said)
            return


def _mutual(left: Told, right: Told) -> Iterator[Finding]:
    """Each says that it is more of the same than the other."""
    theirs = {(claim.kind, claim.of, rest): (text, claim) for text, claim, rest in _over(right, left)}
    for text, claim, rest in _over(left, right):
        back_text, back = theirs.get((claim.kind, claim.of, rest), (None, None))
        if back_text and back:
            said = f"{left.name} says {claim.words!r}, and {right.name} says {back.words!r}."
            ids, both = _ids(text, back_text), (left.artifact_id, right.artifact_id)
            yield Finding(FindingKind.MUTUAL_CLAIM, both, ids, (claim.words, back.words), said)


def _over(one: Told, other: Told) -> Iterator[tuple[Text, ComparativeClaim, str]]:
    """What one says to be more of than the other, and the words that limit it."""
    for text in one.texts:
        for sentence in text.sentences:
            for claim in comparative_claims(sentence):
                for _, end in other.says(claim.than):
                    yield text, claim, claim.than[end:].strip(" ,").lower()


# Words


def _finding(kind: FindingKind, one: Told, statements: Sequence[Statement], sentence: str) -> Finding:
    spans = tuple(each.claim.words for each in statements)
    return Finding(kind, (one.artifact_id,), _ids(*(each.text for each in statements)), spans, sentence)


def _ids(*texts: Text) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.capability_id for text in texts if text.capability_id))


def _fact_words(key: str, fact: Fact) -> str:
    where = ", ".join(part for part in (fact.source, fact.observed_at) if part)
    return f"{key.replace('_', ' ')} is {fact.number:,.10g}{f' ({where})' if where else ''}"
