"""Ids as parts of an address, and back: readable, reversible, and safe as names of files.

`/` is written `--`, `:` is written `~~`, and any other character that an address or a file name may not carry plainly
is `~` and a byte in hex. A slug never holds `-vs-`, so two of them make one address: `clip-vs-siglip`.
"""

from __future__ import annotations

import re

_VS = "-vs-"
_BYTES = "surrogatepass"
# A dash beside another, or beside what becomes one, is odd; so is a dot in front, which file systems hide or climb by.
_ODD = re.compile(r"(?<=[-/])-|-(?=[-/])|^\.|[^A-Za-z0-9._-]")
_WORD_VS = re.compile(r"(?:^|(?<=-))vs(?=-|$)")
_TOKEN = re.compile(r"--|~~|~([0-9a-f]{2})|([A-Za-z0-9._-])")


def slug(artifact_id: str) -> str:
    """The id as one part of an address.

    >>> slug("hf:openai/clip"), slug("a-vs-b"), slug("..")
    ('hf~~openai--clip', 'a-~76s-b', '~2e.')
    """
    return _WORD_VS.sub("~76s", _ODD.sub(_written, artifact_id))


def unslug(written: str) -> str | None:
    """The id that is written so; None where nothing is."""
    found, at = bytearray(), 0
    while at < len(written):
        token = _TOKEN.match(written, at)
        if token is None:
            return None
        found += _read(token)
        at = token.end()
    try:
        return found.decode("utf-8", _BYTES) or None
    except UnicodeDecodeError:
        return None


def pair_slug(left: str, right: str) -> str:
    """Two ids as one part of an address.

    >>> pair_slug("clip", "siglip")
    'clip-vs-siglip'
    """
    return slug(left) + _VS + slug(right)


def unpair(written: str) -> tuple[str, str] | None:
    """The two ids that are written so; None where there are not two."""
    ids = [unslug(part) for part in written.split(_VS)]
    return (ids[0], ids[1]) if len(ids) == 2 and ids[0] and ids[1] else None


def _written(odd: re.Match[str]) -> str:
    if odd[0] in "/:":
        return "--" if odd[0] == "/" else "~~"
    return "".join(f"~{byte:02x}" for byte in odd[0].encode("utf-8", _BYTES))


def _read(token: re.Match[str]) -> bytes:
    if token[0] in ("--", "~~"):
        return b"/" if token[0] == "--" else b":"
    return bytes.fromhex(token[1]) if token[1] else token[0].encode()
