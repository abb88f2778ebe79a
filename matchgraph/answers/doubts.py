"""What is to be doubted in the texts of one artifact: numbers, denials, boasts, and capabilities told twice."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from matchgraph.answers.findings import Finding, FindingKind, bears_out, fact_keys, fact_words, ids_of
from matchgraph.answers.stated import Statement, Told
from matchgraph.catalogue.claims import presences, superlatives
from matchgraph.catalogue.quantities import numeric_claims
from matchgraph.catalogue.records import Capability, FactStatus, LinkKind
from matchgraph.snapshot.snapshot import Snapshot
from matchgraph.vectors.grid import products
from matchgraph.vectors.texts import capability_text, opens_with
from matchgraph.vectors.words import words_of

_WORD = re.compile(r"[^\W_]+")
_EVALUATED = re.compile(r"accuracy|performance|benchmark|(^|_)(f1|bleu|wer|map|mmlu|score|elo)($|_)")
_MEASURED_ON = re.compile(r"\b(?:on|against|over|across)\s+(?:[\w-]+\s+){0,5}[\w-]*[A-Z0-9]|\bbenchmarks?\b")
_SAME, _NEAR = 0.8, 0.5  # cosines of capabilities that may tell the same thing in the same, or in other words
_FEWEST_WORDS = 4
_TOPICS, _RARE = 2, 0.005  # rare words in common; share of the artifacts that may say a rare word: below 200, none is


def doubts(snapshot: Snapshot, one: Told) -> Iterator[Finding]:
    """Every finding on one artifact alone."""
    yield from _numbers(one)
    yield from _denials(one)
    yield from _against_facts(one)
    yield from _duplicates(snapshot, one)
    yield from _unsupported(one)


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
            spans, ids = (presence.words, other[1].words), ids_of(text, other[0])
            yield Finding(FindingKind.CONTRADICTION, (one.artifact_id,), ids, spans, sentence)


def _against_facts(one: Told) -> Iterator[Finding]:
    """A stated number that a fact of the same artifact does not bear out."""
    for (noun, kinds, role, tail), statements in one.comparable.items():
        if kinds or tail or role != "has":
            continue
        for key in fact_keys(statements[0].claim):
            fact = one.fact(key)
            if fact and not any(bears_out(fact, each.claim) for each in one.statements if each.claim.noun == noun):
                said = f"{one.name} states {statements[0].claim.words!r}; its fact {fact_words(key, fact)}."
                yield _finding(FindingKind.CONFLICT_WITH_FACT, one, statements[:1], said)
                break


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
            back = f", and both come back to {' and '.join(_written(about, pair[0]))}" if about else ""
            said = (
                f"{one.name} lists {pair[0].name!r} and {pair[1].name!r} as two capabilities; their cosine is "
                f"{cosine:.2f} and they have {common}{back}."
            )
            spans = tuple(each.description for each in pair)
            ids = tuple(each.capability_id for each in pair)
            yield Finding(FindingKind.DUPLICATE_CAPABILITY, (one.artifact_id,), ids, spans, said)


def _written(stems: frozenset[str], ability: Capability) -> list[str]:
    """The words as the capability writes them, each once."""
    text = f"{ability.description} {ability.unique or ''} {ability.vs_alternatives or ''}"
    written = {stem: word.lower() for word in reversed(_WORD.findall(text)) for stem in words_of(word)}
    return [written[stem] for stem in sorted(stems)]


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
                ids = ids_of(text)
                yield Finding(
                    FindingKind.UNSUPPORTED_SUPERLATIVE, (one.artifact_id,), ids, (claim.word, sentence), said
                )


def _finding(kind: FindingKind, one: Told, statements: Sequence[Statement], sentence: str) -> Finding:
    spans = tuple(each.claim.words for each in statements)
    return Finding(kind, (one.artifact_id,), ids_of(*(each.text for each in statements)), spans, sentence)
