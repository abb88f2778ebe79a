"""What a licence lets people do, in four classes: from its SPDX id where it has one, else from its name.

A list of licences counts as its strictest one, because which of them governs what is not said. Where an expression
says OR, one may choose.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache, reduce
from itertools import product

from matchgraph.catalogue.spdx import category_of, covered, expression_of, folded, spdx_id


class LicenseClass(StrEnum):
    """What one may do with the thing."""

    PERMISSIVE = "permissive"
    COPYLEFT = "copyleft"
    NON_COMMERCIAL = "non-commercial"
    CLOSED = "closed"


_CATEGORIES = {
    "Permissive": LicenseClass.PERMISSIVE,
    "Public Domain": LicenseClass.PERMISSIVE,
    "Copyleft": LicenseClass.COPYLEFT,
    "Copyleft Limited": LicenseClass.COPYLEFT,
}
# Terms of no known family beside free ones may take away what those give, but nothing from stricter ones.
_STRICTNESS = (
    LicenseClass.PERMISSIVE,
    None,
    LicenseClass.COPYLEFT,
    LicenseClass.NON_COMMERCIAL,
    LicenseClass.CLOSED,
)
# The first pattern that any part of the name meets decides: what forbids most comes first.
_PATTERNS = (
    (LicenseClass.CLOSED, r"proprietary|closed|all rights reserved|(?<!non)(?<!non[- ])\bcommercial license"),
    (LicenseClass.NON_COMMERCIAL, r"\bnc\b|non-?commercial|research only|research use"),
    (
        LicenseClass.COPYLEFT,
        r"\b(a|l)?gpl|\b(mpl|epl|osl|eupl|cddl|sspl|odbl)\b|\bcc-by(-[\d.]+)?-sa|\bby-sa\b|share-?alike"
        r"|(general|mozilla|eclipse|union) public",
    ),
    (None, r"\bcommons clause|\bpolyform|\bwith conditions|\bfair source|\bno military"),
    (
        LicenseClass.PERMISSIVE,
        r"\b(mit|apache|bsd|isc|cc0|unlicense|zlib|wtfpl|0bsd|ms-pl|postgresql|psf|python|boost|bsl-1\.0|ncsa|artistic"
        r"|cc-by(?!.*\bnd\b)|odc-by|cdla-permissive|public domain|pddl)\b",
    ),
)
_PUBLISHED = re.compile(r"https?://(?:www\.)?(?:opensource|spdx)\.org/licenses?/([\w.-]+)\S*")
_ADDRESS = re.compile(r"\w+://\S+")  # the words of an address name a project, not its licence
_Option = tuple[bool, LicenseClass | None]
_SAYS_NOTHING = re.compile(
    r"\W*(not (given|found|stated|specified)|n/?a|tb[ad]|unknown|unspecified|undisclosed|none|other|various)\b",
    re.IGNORECASE,
)


def said(license: str | None) -> str | None:
    """The licence, where what stands in its place is one."""
    return None if license and _SAYS_NOTHING.match(license) else license


def spelt(license: str) -> str:
    """The licence in the spelling of SPDX, where that has it.

    >>> spelt("mit"), spelt("apache 2.0"), spelt("our own terms")
    ('MIT', 'Apache-2.0', 'our own terms')
    """
    return spdx_id(license) or license


def license_class(license: str | None) -> LicenseClass | None:
    """The class of a licence, of a choice the freest; None where there is none or it is of no known family.

    >>> license_class("Apache 2.0"), license_class("MIT,GPL-2.0"), license_class("Gemma Terms of Use")
    (<LicenseClass.PERMISSIVE: 'permissive'>, <LicenseClass.COPYLEFT: 'copyleft'>, None)
    """
    return min(license_classes(license), key=_STRICTNESS.index, default=None)


@lru_cache(maxsize=4096)
def license_classes(license: str | None) -> frozenset[LicenseClass]:
    """The classes of a licence that one may choose between: one for most, none where it is of no known family.

    >>> [sorted(map(str, license_classes(f"MIT {word} GPL-3.0-only"))) for word in ("OR", "AND")]
    [['copyleft', 'permissive'], ['copyleft']]
    """
    return frozenset(kind for _, kind in _options(license or "", lambda _: False, any) if kind is not None)


def same_license(left: str, right: str) -> bool:
    """Whether two names mean one licence.

    >>> same_license("Apache 2.0", "Apache-2.0"), same_license("MIT", "mit"), same_license("MIT", "BSD-3-Clause")
    (True, True, False)
    """
    names = [accepted_names(each) for each in (left, right)]
    return left.strip().casefold() == right.strip().casefold() or (names[0] == names[1] != frozenset())


def accepted_names(wanted: str) -> frozenset[str]:
    """What a wanted licence stands for: its class, its SPDX ids, or its name in lower case; none where it says AND.

    >>> sorted(accepted_names("MIT or apache2")), sorted(accepted_names("Copyleft")), sorted(accepted_names("Llama 2"))
    (['Apache-2.0', 'MIT'], ['copyleft'], ['llama 2'])
    """
    plain = wanted.strip().lower()
    tree = expression_of(plain)
    if tree is None:
        return frozenset({plain})
    family = not re.search(r"\d", plain)  # "GPL" is any of its versions
    return folded(
        tree,
        lambda spdx: covered(spdx) if family else frozenset({spdx}),
        lambda parts: frozenset().union(*parts),
        lambda _: frozenset(),
    )


@lru_cache(maxsize=16_384)
def grants(license: str, wanted: frozenset[str]) -> bool:
    """Whether a licence may be taken as one of the wanted: classes, SPDX ids, or names in lower case.

    >>> grants("MIT OR GPL-2.0-or-later", frozenset({"GPL-3.0-only"}))
    True
    """
    options = _options(license, lambda spdx: bool(covered(spdx) & wanted) or _class_of(spdx) in wanted, all)
    return license.lower() in wanted or any(hit or kind in wanted for hit, kind in options)


@lru_cache(maxsize=16_384)
def binds(license: str, unwanted: frozenset[str]) -> bool:
    """Whether no choice is left but one of the unwanted.

    >>> [binds(f"MIT {word} GPL-3.0-only", frozenset({"copyleft"})) for word in ("OR", "AND")]
    [False, True]
    """
    options = _options(license, lambda spdx: spdx in unwanted, any)
    return license.lower() in unwanted or all(hit or kind in unwanted for hit, kind in options)


def _options(
    license: str, hits: Callable[[str], bool], joined: Callable[[tuple[bool, bool]], bool]
) -> frozenset[_Option]:
    """The ways to use a licence: whether what binds in it hits, and its strictest class. Never more than ten."""
    tree = expression_of(license)
    if tree is None:
        return frozenset({(False, _class_by_name(license))})

    def both(one: frozenset[_Option], other: frozenset[_Option]) -> frozenset[_Option]:
        return frozenset(
            (joined((hit, more)), max(kind, stricter, key=_STRICTNESS.index))
            for (hit, kind), (more, stricter) in product(one, other)
        )

    return folded(
        tree,
        lambda spdx: frozenset({(hits(spdx), _class_of(spdx))}),
        lambda ways: frozenset().union(*ways),
        lambda parts: reduce(both, parts),
    )


def _class_of(spdx: str) -> LicenseClass | None:
    """The class of one SPDX licence: the index knows what is free, the name what the rest forbids."""
    if free := _CATEGORIES.get(category_of(spdx)):
        return free
    named = _class_by_name(spdx)
    return None if named is LicenseClass.PERMISSIVE else named


def _class_by_name(license: str) -> LicenseClass | None:
    named = _ADDRESS.sub(" ", _PUBLISHED.sub(r"\1", license.lower()))
    name = re.sub(r"[\s_]+", "-", named)
    spaced = name.replace("-", " ")
    for kind, pattern in _PATTERNS:
        if re.search(pattern, name) or re.search(pattern, spaced):
            return kind
    return None
