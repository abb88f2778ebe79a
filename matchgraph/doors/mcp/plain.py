"""Answers made fit for an agent to read: what is said without being seen is taken out, and nothing is endless."""

from __future__ import annotations

import re
from typing import Any

LONGEST = 2_000  # characters of one text

# A reader of tokens sees what a reader of letters does not: marks without width, letters of the tag block, whole
# sentences in variation selectors. They can carry orders, and carry no meaning; joiners stay, some scripts need them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ud800-\udfff\ufff0-\uffff\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def plain(value: Any) -> Any:
    r"""The value with every text in it made plain.

    >>> plain({"name": "Mail\u202e Sorter", "tags": ["a\u200bb"]})
    {'name': 'Mail Sorter', 'tags': ['ab']}
    """
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, dict):
        return {plain_text(str(key)): plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list | tuple) else value


def plain_text(text: str, longest: int = LONGEST) -> str:
    """The text without what nobody sees, cut where it is too long."""
    seen = _UNSEEN.sub("", text)
    return seen if len(seen) <= longest else seen[: longest - 3] + "..."
