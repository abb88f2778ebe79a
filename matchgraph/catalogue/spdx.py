"""Licences as SPDX knows them: their ids, other spellings of those, versions, and expressions like `MIT OR ISC`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeAlias, TypeVar

from license_expression import get_license_index

Value = TypeVar("Value")

_LONGEST = 500  # characters that are read as an expression
_IN_FULL = {
    "affero general public": "agpl",
    "lesser general public": "lgpl",
    "general public": "gpl",
    "mozilla public": "mpl",
    "eclipse public": "epl",
    "european union public": "eupl",
}
_OPERATORS = re.compile(r"(\(|\)|\b(?:and|or|with)\b(?!-))")
_LATER = re.compile(r"[\s,-]*\bor[\s-]+(any[\s-]+)?(later|newer)([\s-]+version)?\b")
_LIST = re.compile(r",(?!\s*v(?:ersion)?\b)|[;/|]")
_IDLE = re.compile(r"\b(the|gnu|licen[sc]ed?|under|version)\b|\bv\.?(?=\s*\d)|[^a-z0-9.+]+")
_VERSIONED = re.compile(r"(?P<family>.+)-(?P<version>\d+(\.\d+)*)-(only|or-later)")


@dataclass(frozen=True, slots=True)
class Joined:
    """Several licences: one may choose any of the ones, or all of the others bind."""

    any_of: tuple[Expression, ...] = ()
    all_of: tuple[Expression, ...] = ()


Expression: TypeAlias = str | Joined  # an id is one licence


@lru_cache(maxsize=4096)
def spdx_id(name: str) -> str | None:
    """The id that SPDX has for a licence, in whatever spelling; None where it has none.

    >>> spdx_id("Apache License, Version 2.0"), spdx_id("GPLv3"), spdx_id("gpl-2 or later"), spdx_id("see website")
    ('Apache-2.0', 'GPL-3.0-only', 'GPL-2.0-or-later', None)
    """
    known = _known()
    return next((known[each] for each in _spellings(name.strip().lower()) if each in known), None)


@lru_cache(maxsize=4096)
def expression_of(license: str) -> Expression | None:
    """The licence as an expression of ids, a list read as "all of these"; None where a part is no SPDX licence.

    >>> expression_of("mit or gplv3")
    Joined(any_of=('MIT', 'GPL-3.0-only'), all_of=())
    """
    if len(license) > _LONGEST:
        return None
    parts = [_parsed(_tokens(part)) for part in _LIST.split(_LATER.sub("+", license.lower())) if part.strip()]
    return _joined(parts, "and")


def folded(
    tree: Expression,
    leaf: Callable[[str], Value],
    one: Callable[[list[Value]], Value],
    every: Callable[[list[Value]], Value],
) -> Value:
    """What an expression comes to, where `one` of several may be chosen and where `every` one binds."""
    if isinstance(tree, str):
        return leaf(tree)
    parts = [folded(part, leaf, one, every) for part in tree.any_of or tree.all_of]
    return one(parts) if tree.any_of else every(parts)


@cache
def covered(spdx: str) -> frozenset[str]:
    """The ids that a licence may be taken as: itself, and where it says "or later" the later ones too.

    >>> sorted(covered("LGPL-2.1-or-later"))
    ['LGPL-2.1-only', 'LGPL-2.1-or-later', 'LGPL-3.0-only', 'LGPL-3.0-or-later']
    """
    if not spdx.endswith("-or-later") or not (mine := _VERSIONED.fullmatch(spdx)):
        return frozenset({spdx})
    rivals = ((each, _VERSIONED.fullmatch(each)) for each in set(_known().values()))
    return frozenset(
        each
        for each, match in rivals
        if match and match["family"] == mine["family"] and _number(match) >= _number(mine)
    )


@cache
def category_of(spdx: str) -> str:
    """The kind of terms that the licence index files an id under."""
    return str(_index()[spdx.lower()])


def _tokens(part: str) -> list[str]:
    return [token.strip() for token in _OPERATORS.split(part) if token.strip()]


def _parsed(tokens: list[str]) -> Expression | None:
    """The expression of these tokens; None where they are none. `or` binds least, `with` most."""
    for word in ("or", "and"):
        parts = _split(tokens, word)
        if len(parts) > 1:
            return _joined([_parsed(part) for part in parts], word)
    if tokens[:1] == ["("] and tokens[-1] == ")":
        return _parsed(tokens[1:-1])
    if len(tokens) == 3 and tokens[1] == "with" and tokens[2] in _exceptions():
        tokens = tokens[:1]  # an exception only ever permits more
    return spdx_id(tokens[0]) if len(tokens) == 1 else None


def _split(tokens: list[str], word: str) -> list[list[str]]:
    """The parts between a word, where it stands outside of parentheses."""
    parts: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token, 0)
        if token == word and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _joined(parts: list[Expression | None], word: str) -> Expression | None:
    known = tuple(part for part in parts if part is not None)
    if not known or len(known) < len(parts):
        return None
    if len(known) == 1:
        return known[0]
    return Joined(any_of=known) if word == "or" else Joined(all_of=known)


def _spellings(name: str) -> Iterator[str]:
    """The name as SPDX may write it."""
    yield name
    for long, short in _IN_FULL.items():
        name = name.replace(long, short)
    plain = _IDLE.sub(" ", re.sub(r"(?<=[a-z]{2})v?(?=\d)", " ", _LATER.sub("+", name)))
    slug = "-".join(plain.split()).removesuffix("-only")
    base = slug.rstrip("+-")
    stems = [base, f"{base}.0", f"{base}-clause"]
    if slug.endswith("+"):
        yield from (f"{stem}-or-later" for stem in stems)
    yield from stems


def _number(match: re.Match[str]) -> tuple[int, ...]:
    return tuple(map(int, match["version"].split(".")))


@cache
def _known() -> dict[str, str]:
    """Every id and alias of a licence in lower case, with the id it stands for."""
    rows = [row for row in get_license_index() if row["spdx_license_key"] and not row["is_exception"]]
    known = {alias.lower(): str(row["spdx_license_key"]) for row in rows for alias in row["other_spdx_license_keys"]}
    return known | {row["spdx_license_key"].lower(): str(row["spdx_license_key"]) for row in rows}


@cache
def _exceptions() -> frozenset[str]:
    """The ids in lower case that are exceptions to a licence."""
    return frozenset(str(row["spdx_license_key"]).lower() for row in get_license_index() if row["is_exception"])


@cache
def _index() -> dict[str, str]:
    return {str(row["spdx_license_key"]).lower(): str(row["category"]) for row in get_license_index()}
