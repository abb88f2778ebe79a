"""Text as it comes from outside, made fit to show and to embed; every change is named."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

LONGEST_TEXT = 20_000  # characters; no encoder reads further, no page shows more

# Marks that turn the direction of what follows, and what XML cannot hold (a graph is written as GraphML): control
# characters, lone surrogates and the two codes that stand for no character.
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
# What HTML does not show: where it opens and where it closes.
_UNSHOWN = (
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<script\b[^<>]*>", re.IGNORECASE), re.compile(r"</script\s*>", re.IGNORECASE)),
    (re.compile(r"<style\b[^<>]*>", re.IGNORECASE), re.compile(r"</style\s*>", re.IGNORECASE)),
)
# Only names that HTML knows: "<city>" in a prompt is a word of the author, not a tag.
_TAG = re.compile(
    r"</?(?:a|abbr|article|b|big|blockquote|body|br|button|center|code|dd|del|details|div|dl|dt|em|font|footer|form"
    r"|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|li|link|main|mark|meta|nav|ol|p|picture|pre|q|s|samp"
    r"|script|section|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|tfoot|th|thead|title"
    r"|tr|tt|u|ul|var|video)(?:\s[^<>=]*=[^<>]*|\s*/?)>",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")


def has_unfit(text: str) -> bool:
    """Whether the text holds control characters, lone surrogates or marks that turn its direction."""
    return _UNFIT.search(text) is not None


Note = Callable[[str, str], None]  # (what was found, what was done)


def clean(text: str, note: Note = lambda *_: None) -> str:
    """The text without markup, control characters or endless length, in single spaces.

    >>> clean("Sorts <b>mail</b> &amp; news")
    'Sorts mail & news'
    """
    if _UNFIT.search(text):
        note("control or broken characters", "removed them")
        text = _UNFIT.sub("", text)
    if "<" in text or "&" in text:
        text = _without_markup(text, note)
    text = _SPACE.sub(" ", text).strip()
    if len(text) > LONGEST_TEXT:
        note(f"a text of {len(text):,} characters", f"kept the first {LONGEST_TEXT:,}")
        text = text[:LONGEST_TEXT].rstrip()
    return text


def _without_markup(text: str, note: Note) -> str:
    bare = _TAG.sub(" ", shown(text))
    if bare != text:
        note("HTML in the text", "kept the words, removed the tags")
    # Entities last, so that an escaped tag stays the text its author wrote.
    return _UNFIT.sub("", html.unescape(bare))


def shown(text: str) -> str:
    """The text without the parts that HTML does not show: comments, scripts, styles."""
    for opening, closing in _UNSHOWN:
        text = _without_spans(text, opening, closing)
    return text


def _without_spans(text: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> str:
    """The text without what stands between each opening and the closing after it; one pass, and no line is lost."""
    kept, at = [], 0
    while (begin := opening.search(text, at)) and (end := closing.search(text, begin.end())):
        kept += [text[at : begin.start()], "\n" * text.count("\n", begin.start(), end.end()) or " "]
        at = end.end()
    return "".join([*kept, text[at:]])
