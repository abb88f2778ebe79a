"""Which lines of a text are in another language than English, the only one that the rules read.

Small words tell: each counts for its language, and so do letters that English has not. A line that says too little
itself goes by its section, and that by the whole text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from matchgraph.catalogue.decompose.lines import Line
from matchgraph.catalogue.outline import Kind
from matchgraph.catalogue.quantities import listed

_ENGLISH = listed("the of and to with your from for that this are can it its by you or into using which their")
_OTHERS = listed(
    "der das und ist mit für ein eine einen einer zu von dem den nach auf werden wird nicht oder aus bei ins sie "  # de
    "le les des et une pour avec dans est du sur vos par qui aux ou "  # fr
    "el los las para una del por su sus desde como "  # es
    "uma da dos das seu sua "  # pt
    "il lo gli della che di nel sono "  # it
    "het een van voor naar niet zijn deze "  # nl
    "och att för som på med av till är eller "  # sv
    "się oraz dla"  # pl
)
_WORD = re.compile(r"[^\W\d_]+")
_ACCENTED = re.compile(r"[\u00c0-\u024f]")
_OTHER_SCRIPT = re.compile(r"[^\W\d_a-zA-Z\u00aa-\u024f]{2,}")  # two letters or more: one alone is a symbol
_SURE = 2  # words, or letters of another script


def in_other_language(lines: Sequence[Line]) -> list[bool]:
    """Of each line, whether it is in another language than English."""
    own = [0 if line.kind is Kind.CODE else _english(line.text) for line in lines]
    sections: dict[str, int] = defaultdict(int)
    for line, balance in zip(lines, own, strict=True):
        sections[line.section] += balance
    around = (sections[line.section] or sum(own) for line in lines)
    return [mine <= -_SURE or (mine <= 0 and other <= -_SURE) for mine, other in zip(own, around, strict=True)]


def _english(text: str) -> int:
    """How many words more are of English than of another language."""
    words = _WORD.findall(text.lower())
    others = sum(word in _OTHERS or _ACCENTED.search(word) is not None for word in words)
    letters = sum(map(len, _OTHER_SCRIPT.findall(text)))
    return sum(word in _ENGLISH for word in words) - others - letters
