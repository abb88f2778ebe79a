"""What several formats say in the same way: free text, names as ids, licences, makers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from matchgraph.catalogue.decompose.decompose import decompose
from matchgraph.catalogue.decompose.found import Reason
from matchgraph.catalogue.documents import Document
from matchgraph.catalogue.importers.fields import Fields
from matchgraph.catalogue.json_text import Unreadable, values_in
from matchgraph.catalogue.outline import LONGEST_PROSE
from matchgraph.catalogue.report import Ledger

_REPOSITORY = re.compile(
    r"(?:https?://|git@|git\+https://)?(?:www\.)?github\.com[/:]([\w.-]+)/([\w.-]+)", re.IGNORECASE
)
_BADGE = re.compile(r"shields\.io/github/\S{1,80}?/([\w.-]+)/([\w.-]+)", re.IGNORECASE)
_FOR_ITSELF = re.compile(r"badge|shields\.io|git clone|git\+https", re.IGNORECASE)  # lines that name one's own
_NO_OWNERS = ("sponsors", "orgs", "topics", "apps", "users", "marketplace")  # pages of GitHub itself


def told_in(text: str, document: Document, ledger: Ledger, line: int = 1) -> dict[str, Any]:
    """Name, description, capabilities and remarks of a free text; the lines that were taken for none are told."""
    found = decompose(text)
    remarks = found.remarks()
    for each in found.left:
        if each.reason is Reason.LANGUAGE or each.text not in (found.description, *remarks):
            ledger.leave(document.name, line, f"text ({each.reason})", each.text)
    if len(text) > LONGEST_PROSE:
        ledger.leave(document.name, line, f"text beyond {LONGEST_PROSE:,} characters", text[LONGEST_PROSE:])
    told = {"name": found.title, "description": found.description, "capabilities": found.to_rows()}
    return {name: value for name, value in (told | {"remarks": remarks}).items() if value}


def leave_rest(fields: Fields, document: Document, ledger: Ledger, line: int = 1) -> None:
    """Write down every field that was not taken."""
    for name, value in fields.left():
        ledger.leave(document.name, line, re.sub(r"\.\d+(?=\.|$)", "", name) or "a column without a name", value)


def repository_of(url: str | None) -> tuple[str, str] | None:
    """Owner and name of the GitHub repository at that address.

    >>> repository_of("https://github.com/otters/mail.git")
    ('otters', 'mail')
    """
    found = _REPOSITORY.match(url or "")
    return (found[1], found[2].removesuffix(".git")) if found else None


def own_repository(text: str, *names: str) -> str | None:
    """Owner and name of the GitHub repository that a text names as its own: one that is called like it.

    Of several owners it is the one whom badges and clone lines name most, then whom the text does; none in a tie.

    >>> own_repository("Beside github.com/moles/mail, see https://github.com/otters/dig.", "Dig")
    'otters/dig'
    """
    counts: Counter[str] = Counter()
    wanted = {slug(name) for name in names}
    for line in text[:LONGEST_PROSE].splitlines():
        weight = LONGEST_PROSE if _FOR_ITSELF.search(line) else 1
        for owner, name in (*_REPOSITORY.findall(line), *_BADGE.findall(line)):
            plain = name.rstrip(".").removesuffix(".git")
            if slug(plain) in wanted and owner.lower() not in _NO_OWNERS:
                counts[f"{owner}/{plain}".lower()] += weight
    first, *others = counts.most_common(2) or [("", 0)]
    tie = others and others[0][1] == first[1]
    return None if tie else first[0] or None


def package_id(name: str) -> str:
    """The id of a Python package, by the one spelling that all its spellings come to.

    >>> package_id("Otter_Mail")
    'pypi:otter-mail'
    """
    return "pypi:" + re.sub(r"[-_.]+", "-", name).lower()


def slug(name: str) -> str:
    """A name as an id.

    >>> slug("Otter Mail v1.2")
    'otter-mail-v1-2'
    """
    return re.sub(r"[^\w]+", "-", name.lower()).strip("-")[:200]


def records_in(document: Document, *lists: str) -> Iterator[tuple[int, Any]]:
    """The JSON objects of a document with their lines: one, an array, one a line, or a list under such a name."""
    with document.stream() as text:
        for line, value in values_in(text):
            held = value if isinstance(value, dict) else {}
            within = next((name for name in lists if isinstance(held.get(name), list)), None)
            for each in held[within] if within else [value]:
                wrong = not isinstance(each, dict | Unreadable)
                yield line, Unreadable(f"a {type(each).__name__}", "wanted a JSON object") if wrong else each


def stated(row: dict[str, Any]) -> dict[str, Any]:
    """The row without what says nothing."""
    return {name: value for name, value in row.items() if value not in (None, "", [], {})}
