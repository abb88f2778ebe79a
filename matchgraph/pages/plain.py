"""Texts from outside as they may be shown: of bounded length, without what reorders, hides or says more than is seen.

For eyes, what hides or turns other text is taken out. A reader of tokens also sees what eyes do not: marks without
width, letters of the tag block, whole sentences in variation selectors. They can carry orders and carry no meaning, so
for agents they are taken out too; joiners stay, as some scripts need them.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

LONGEST = 2_000  # characters of one text that an agent reads

# Marks that turn the direction of what stands around them, controls but line breaks and tabs, and lone surrogates.
_HIDING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
_WIDTHLESS = (
    "\xad\u115f\u1160\u180e\u200b\u2028\u2029\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
_HIDDEN, _UNSEEN = re.compile(f"[{_HIDING}]"), re.compile(f"[{_HIDING}{_WIDTHLESS}]")
_SCHEMES = {"http", "https"}


def plain(text: str) -> str:
    r"""The text without characters that are no text.

    >>> plain("safe\u202egnp.exe")
    'safegnp.exe'
    """
    return _HIDDEN.sub("", text)


def clipped(text: str, most: int = 400) -> str:
    """The text, or its beginning where it is longer than that many characters.

    >>> clipped("one two three four", 12)
    'one two…'
    """
    flat = " ".join(plain(text[: 4 * most]).split())
    if len(flat) <= most and len(text) <= 4 * most:
        return flat
    return flat[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def web_address(text: str | None) -> str | None:
    """The address, if it is one that a link may lead to: of the web, with a host.

    >>> web_address("https://example.org/a"), web_address("javascript:alert(1)")
    ('https://example.org/a', None)
    """
    if not text or plain(text) != text or len(text) > 2_000:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme.lower() in _SCHEMES and parts.hostname else None


def all_seen(value: Any) -> Any:
    r"""The value with every text in it as an agent may read it.

    >>> all_seen({"name": "Mail\u202e Sorter", "tags": ["a\u200bb"]})
    {'name': 'Mail Sorter', 'tags': ['ab']}
    """
    if isinstance(value, str):
        return seen(value)
    if isinstance(value, dict):
        return {seen(str(key)): all_seen(part) for key, part in value.items()}
    return [all_seen(part) for part in value] if isinstance(value, list | tuple) else value


def seen(text: str, longest: int = LONGEST) -> str:
    """The text as an agent may read it: without what nobody sees, cut where it is too long."""
    told = _UNSEEN.sub("", text)
    return told if len(told) <= longest else told[: longest - 3] + "..."
