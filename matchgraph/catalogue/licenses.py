"""What a licence lets people do, from its name: the SPDX families, in four classes.

A list of licences counts as its strictest one, because which of them governs what is not said.
"""

from __future__ import annotations

import re
from enum import StrEnum


class LicenseClass(StrEnum):
    """What one may do with the thing."""

    PERMISSIVE = "permissive"
    COPYLEFT = "copyleft"
    NON_COMMERCIAL = "non-commercial"
    CLOSED = "closed"


# The first pattern that any part of the name meets decides: what forbids most comes first.
_PATTERNS = (
    (LicenseClass.CLOSED, r"proprietary|closed|all rights reserved|(?<!non)(?<!non[- ])\bcommercial license"),
    (LicenseClass.NON_COMMERCIAL, r"\bnc\b|non-?commercial|research only|research use"),
    (
        LicenseClass.COPYLEFT,
        r"\b(a|l)?gpl|\b(mpl|epl|osl|eupl|cddl|sspl|odbl)\b|\bcc-by(-[\d.]+)?-sa|\bby-sa\b|share-?alike"
        r"|(general|mozilla|eclipse|union) public",
    ),
    (
        LicenseClass.PERMISSIVE,
        r"\b(mit|apache|bsd|isc|cc0|unlicense|zlib|wtfpl|0bsd|ms-pl|postgresql|psf|python|boost|bsl-1\.0|ncsa|artistic"
        r"|cc-by(?!.*\bnd\b)|odc-by|cdla-permissive|public domain|pddl)\b",
    ),
)


def license_class(license: str | None) -> LicenseClass | None:
    """The class of a licence by its name; None where there is none or it is of no known family.

    >>> license_class("Apache 2.0"), license_class("MIT,GPL-2.0"), license_class("Gemma Terms of Use")
    (<LicenseClass.PERMISSIVE: 'permissive'>, <LicenseClass.COPYLEFT: 'copyleft'>, None)
    """
    name = re.sub(r"[\s_]+", "-", (license or "").lower())
    spaced = name.replace("-", " ")
    for kind, pattern in _PATTERNS:
        if re.search(pattern, name) or re.search(pattern, spaced):
            return kind
    return None
