"""Whether a sentence denies a thing that it names: "without X", "does not need X", "X-free". To deny is not to need.

Read narrowly: between the denial and the thing stand only words that carry the one to the other, so that "without a
GPU it runs on X" and "no-code X" deny nothing of X, and "not only X" affirms it.
"""

from __future__ import annotations

import re

_VERBS = (
    r"needs?|needed|needing|requires?|required|requiring|uses?|used|using|depends?|depending|reli(?:es|ance)|rely|want"
    r"|includes?|contains?|ships?|bundles?|supports?|supported|offers?|provides?|have|has|call|calls|install(?:ing|s)?"
    r"|import(?:ing|s)?|runs?|running|works?|writing|relying|touch(?:es|ing)?|connect(?:s|ing)?|reach(?:es)?|export(?:s|ed)?|built|based|written|dependency|dependence|support"
)
_SMALL = (
    r"a|an|any|the|for|on|upon|to|of|with|in|from|by|be|it|even|yet|longer|currently|either|as|extra|full|further"
    r"|separate"
)
_BETWEEN = rf"(?:(?:{_VERBS}|{_SMALL}|original|native|additional|external)\s+){{0,5}}"
_LISTED = r"(?:(?:[\w.+-]+,\s+)*[\w.+-]+,?\s+(?:or|nor)\s+)?"  # "without this, that or X"
_NOT = r"(?:\b(?:not|never)|\bcannot|n['’]t)\b(?!\s+(?:only|just|merely|solely|limited|restricted|necessarily))"
_BEFORE = re.compile(
    rf"(?:{_NOT}|\b(?:no|without|unlike|instead of|rather than|free of|avoids|avoiding)\b(?!-))\s+{_BETWEEN}{_LISTED}$",
    re.I,
)
_AFTER = re.compile(
    r"-(?:free|less)\b"
    r"|(?:\s+(?:and|or|nor)\s+[\w.+-]+)?\s+(?:(?:is|are|was|were|does|do)\s*(?:not|n['’]t|never|no longer)|not)\s+"
    r"(?:be\s+|been\s+|yet\s+|a\s+)?"
    r"(?:required|needed|necessary|used|supported|available|included|bundled|involved|requirement|dependency)\b"
    r"|\s+(?:is|are)\s+(?:unnecessary|unsupported|unavailable)\b",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]{4,}")


def denied(text: str, start: int, end: int) -> bool:
    """Whether what stands there in a text is denied.

    >>> denied("It runs without jax.", 16, 19), denied("Without a GPU it runs on jax.", 25, 28)
    (True, False)
    """
    return bool(_BEFORE.search(text[:start]) or _AFTER.match(text[end:]))


def words_of(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The longer words that a text says, and those that it denies wherever it names them.

    >>> [sorted(words) for words in words_of("Embeds photos, has no text encoder.")]
    [['embeds', 'encoder', 'photos'], ['text']]
    """
    found = [(word[0].lower(), denied(text, word.start(), word.end())) for word in _WORD.finditer(text)]
    said = frozenset(word for word, is_denied in found if not is_denied)
    return said, frozenset(word for word, _ in found) - said
