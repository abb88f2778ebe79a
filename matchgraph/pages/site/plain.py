"""Texts from outside as a page may show them: of bounded length, without what reorders or hides other text."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# Marks that turn the direction of what stands around them, controls but line breaks and tabs, and lone surrogates.
_HIDDEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
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
