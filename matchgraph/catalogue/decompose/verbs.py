"""The verbs that abilities are told with, in the forms that texts have them in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from importlib.resources import files

from matchgraph.catalogue.quantities import listed

# They tell that something can be done, and leave what it is to what follows them.
FRAMES = listed(
    "access act allow bridge combine connect deliver empower enable enhance equip expose facilitate feature give help "
    "implement include integrate interact introduce leverage let make offer provide serve simplify streamline support "
    "use utilise utilize work"
)
_NO_DOERS = listed(
    "adapter adaptor advisor browser computer conductor container controller copier counter docker driver folder "
    "footer informer instructor layer leader number order paper porter poster presenter printer router runner server "
    "speaker tailor timer trainer user worker"
)
_AGAIN = re.compile(r"(?:re|pre|auto|un|de|co)-(?=[a-z]{3})")
_HISSES = re.compile(r"(?:s|x|z|ch|sh)$")
_SHORT = re.compile(r"[^aeiou][aeiou][bdgklmnprt]$")  # get, cut, program: the last letter doubles


class Form(Enum):
    """How a verb stands in a text."""

    PLAIN = auto()  # send
    THIRD = auto()  # sends
    GERUND = auto()  # sending


@dataclass(frozen=True, slots=True)
class Verbs:
    """Every verb by each of its forms, and by the nouns that say the same."""

    forms: dict[str, dict[Form, str]]
    nouns: dict[str, str]  # detection -> detect
    also_nouns: frozenset[str]  # model, report
    doers: dict[str, str]  # parser -> parse


@cache
def verbs() -> Verbs:
    """The verbs of this package's list.

    >>> verbs().forms["sending"], verbs().nouns["detection"]
    ({<Form.GERUND: 3>: 'send'}, 'detect')
    """
    text = (files(__package__ or "") / "verbs.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    named = {line[0].removesuffix("*"): line[1:] for line in lines}
    forms: dict[str, dict[Form, str]] = {}
    for verb in [*named, *sorted(FRAMES)]:
        for written, form in _forms(verb):
            forms.setdefault(written, {}).setdefault(form, verb)
    starred = frozenset(line[0][:-1] for line in lines if line[0].endswith("*"))
    doers = {doer: verb for verb in named for doer in _doers(verb) if doer not in _NO_DOERS}
    return Verbs(forms, {noun: verb for verb, nouns in named.items() for noun in nouns}, starred, doers)


def known_as(word: str) -> dict[Form, str]:
    """The verbs that a word may be a form of, by the form; what is done again is a verb of its own.

    >>> known_as("reads"), known_as("re-reads"), known_as("otter")
    ({<Form.THIRD: 2>: 'read'}, {<Form.THIRD: 2>: 're-read'}, {})
    """
    low = word.lower()
    forms = verbs().forms.get(low)
    if forms is None and (again := _AGAIN.match(low)):
        forms = {form: again[0] + verb for form, verb in verbs().forms.get(low[again.end() :], {}).items()}
    return forms or {}


def _doers(verb: str) -> list[str]:
    stem = verb[:-1] if verb.endswith("e") else verb
    doubled = [f"{verb}{verb[-1]}er"] if _SHORT.search(verb) else []
    return [f"{stem}er", f"{stem}or", *doubled]


def _forms(verb: str) -> list[tuple[str, Form]]:
    ends_in_y = verb.endswith("y") and verb[-2] not in "aeiou"
    third = verb[:-1] + "ies" if ends_in_y else verb + ("es" if _HISSES.search(verb) else "s")
    stem = verb[:-1] if verb.endswith("e") and not verb.endswith(("ee", "ie")) else verb
    gerunds = [stem + "ing"] + ([verb + verb[-1] + "ing"] if _SHORT.search(verb) else [])
    return [(verb, Form.PLAIN), (third, Form.THIRD), *((gerund, Form.GERUND) for gerund in gerunds)]
