"""Rivals that an artifact names in its `vs_alternatives`: a weak hint of its maker, never a finding."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.claims import sentences_of
from matchgraph.catalogue.records import MATERIAL
from matchgraph.vectors.words import words_of

Phrase = tuple[str, ...]  # the words of a name, in small letters
Branch = dict[str, "Branch"]  # the words that go on from here; `_END` where a name may stop

_WORD = re.compile(r"[^\W_]+")
_END = ""
_SHORTEST, _LONGEST = 3, 8  # letters and digits; words
_ORDINARY = 0.002  # share of the artifacts that say a name in small letters, from which it is a word and no name
_ORDINARY_SMALL = 0.0003  # the same for names that are written in small letters anyway
_FEW = 2
_GLUE = "-_./+#@&'’"  # joins a name to a longer one
_GOES_ON = re.compile(r"\s(?:v?\d|[Vv]ersion\b|[A-Z])")  # "Parrot 2", "Parrot Studio"
_BEGAN_BEFORE = re.compile(r"\s[(\"]?[A-Z][\w-]*\s$")  # "the Blue Parrot"


@dataclass(frozen=True, eq=False, slots=True)
class Names:
    """Names to be found in texts: whose each is and how it is written, and their words as a tree."""

    known: dict[Phrase, tuple[int, str]]
    tree: Branch


def named_rivals(catalogue: Catalogue) -> list[tuple[str, str, str, str]]:
    """Who names whom: source id, target id, the capability whose `vs_alternatives` does it, and its sentence.

    What is worked with and what does the work are no rivals: a model that names the data it was measured on does not
    compete with it.
    """
    columns = [catalogue.capabilities[column].to_pylist() for column in ("capability_id", "vs_alternatives")]
    claims = [row for row in zip(catalogue.owner.tolist(), *columns, strict=True) if row[2]]
    if not claims:
        return []
    names = _without_ordinary(names_of(_called(catalogue)), catalogue)
    material = [kind in MATERIAL for kind in catalogue.texts("type")]
    found: dict[tuple[str, str], tuple[str, str, str, str]] = {}
    for owner, capability_id, text in claims:
        for sentence in sentences_of(text):
            for place, _, _ in mentions(sentence, names):
                if place != owner and material[place] == material[owner]:
                    ends = catalogue.ids[owner], catalogue.ids[place]
                    found.setdefault(ends, (*ends, capability_id, sentence))
    return [found[ends] for ends in sorted(found)]


def names_of(called: Iterable[tuple[int, Iterable[str]]]) -> Names:
    """The names by which only one goes, of those that each goes by.

    >>> names_of([(0, ["Mail Sorter", "sorter"]), (1, ["Sorter", "of"])]).known
    {('mail', 'sorter'): (0, 'Mail Sorter')}
    """
    bearers: dict[Phrase, dict[int, str]] = defaultdict(dict)
    for place, names in called:
        for name in names:
            phrase = tuple(word.lower() for word in _WORD.findall(name))
            if phrase and len(phrase) <= _LONGEST and sum(map(len, phrase)) >= _SHORTEST:
                bearers[phrase].setdefault(place, name)
    unique = {phrase: next(iter(by.items())) for phrase, by in bearers.items() if len(by) == 1}
    return _names({phrase: bearer for phrase, bearer in unique.items() if words_of(" ".join(phrase))})


def mentions(text: str, names: Names) -> Iterator[tuple[int, int, int]]:
    """Whose names a text says as whole words, and from where to where; of names that begin together, the longest.

    >>> list(mentions("Lighter than Mail Sorter.", names_of([(7, ["Mail Sorter"])])))
    [(7, 13, 24)]
    """
    words = list(_WORD.finditer(text))
    spoken = [word[0].lower() for word in words]
    at = 0
    while at < len(words):
        for length in _lengths(spoken, at, names):
            bearer = names.known[tuple(spoken[at : at + length])]
            start, end = words[at].start(), words[at + length - 1].end()
            one = _in_one(text, words[at : at + length], bearer[1])
            if one and _stands_alone(text, start, end) and _as_a_name(text[start:end], bearer[1]):
                yield bearer[0], start, end
                at += length - 1
                break
        at += 1


def _lengths(spoken: list[str], at: int, names: Names) -> list[int]:
    """How many words the names have that are said from here on, the longest first."""
    branch: Branch | None = names.tree.get(spoken[at])
    found, length = [], 1
    while branch is not None:
        if _END in branch:
            found.append(length)
        branch = branch.get(spoken[at + length]) if at + length < len(spoken) else None
        length += 1
    return found[::-1]


def _names(known: dict[Phrase, tuple[int, str]]) -> Names:
    tree: Branch = {}
    for phrase in known:
        branch = tree
        for word in phrase:
            branch = branch.setdefault(word, {})
        branch[_END] = {}
    return Names(known, tree)


def _called(catalogue: Catalogue) -> Iterator[tuple[int, list[str]]]:
    rows = zip(catalogue.texts("name"), catalogue.texts("aliases"), strict=True)
    return ((place, [name, *(aliases or ())]) for place, (name, aliases) in enumerate(rows))


def _in_one(text: str, words: Sequence[re.Match[str]], name: str) -> bool:
    """Whether the words are said in one: with no more than a space or a hyphen between them, or as the name has it."""
    gaps = [after.start() - before.end() for before, after in pairwise(words)]
    return max(gaps, default=1) <= 1 or text[words[0].start() : words[-1].end()].lower() == name.lower()


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the words are not part of a longer name, and no version or size of it is meant."""
    glued = (start > 1 and text[start - 1] in _GLUE and text[start - 2].isalnum()) or (
        text[end : end + 1] in _GLUE and text[end + 1 : end + 2].isalnum()
    )
    owned = text[end : end + 2] in ("'s", "’s")
    single = text[start:end].isalnum()
    longer = _GOES_ON.match(text, end) or (single and _BEGAN_BEFORE.search(text[max(0, start - 40) : start]))
    return (owned or not glued) and not longer


def _as_a_name(written: str, name: str) -> bool:
    """Whether a single word is written as a name: small letters may be just the word."""
    return not (written.isalpha() and written.islower()) or name.islower()


def _without_ordinary(names: Names, catalogue: Catalogue) -> Names:
    """The names that are not just words: those which the other artifacts hardly ever say in small letters."""
    said: Counter[Phrase] = Counter()
    # In small letters, so that "Memory" is looked for as the word that it may be.
    small = _names({phrase: (place, " ".join(phrase)) for phrase, (place, _) in names.known.items()})
    for place, text in enumerate(catalogue.texts("description")):
        found = (text[start:end] for other, start, end in mentions(text, small) if other != place)
        said.update({tuple(written.split()) for written in found if written.islower()})
    most = {small: max(_FEW, share * len(catalogue)) for small, share in ((True, _ORDINARY_SMALL), (False, _ORDINARY))}
    return _names({key: bearer for key, bearer in names.known.items() if said[key] < most[bearer[1].islower()]})
