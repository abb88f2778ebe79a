"""Metadata of Python packages as the index's JSON has it: one object with `info`, or many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from matchgraph.catalogue.documents import Document
from matchgraph.catalogue.importers.fields import Fields
from matchgraph.catalogue.importers.importer import Imported, Importer, one_by_one
from matchgraph.catalogue.importers.words import leave_rest, package_id, records_in, repository_of, stated, told_in
from matchgraph.catalogue.json_text import Unreadable
from matchgraph.catalogue.records import ArtifactType, LinkKind
from matchgraph.catalogue.report import Ledger

_NAME = re.compile(r"\s*([A-Za-z0-9][\w.-]*)")
_EXTRA = re.compile(r";.*\bextra\s*==")
_LONGEST_LICENCE = 100  # characters; a longer one is the licence's text
_TOPIC = re.compile(r"(?:Topic|Framework|Intended Audience|Natural Language) :: (?:.* :: )?(.+)")
_LICENCE = re.compile(r"License :: (?:OSI Approved :: )?(.+)")


def _recognises(document: Document) -> bool:
    head = document.head()
    return document.inner.suffix.lower() in (".json", ".jsonl") and '"info"' in head and '"classifiers"' in head


def _read(document: Document, ledger: Ledger) -> Iterator[Imported]:
    for line, record in records_in(document):
        if isinstance(record, Unreadable):
            yield Imported(record, document, line)
            continue
        fields = Fields(record)
        info = fields.inside("info")
        name = info.text("name")
        if name is None:
            yield Imported(Unreadable("no info.name", "wanted the JSON of a package"), document, line)
            continue
        row = _row(name, info, document, ledger, line)
        row["facts"] |= stated(_releases(fields))
        leave_rest(fields, document, ledger, line)
        yield Imported(stated(row), document, line)


def _row(name: str, info: Fields, document: Document, ledger: Ledger, line: int) -> dict[str, Any]:
    body = told_in(info.text("description") or "", document, ledger, line)
    info.text("description_content_type")
    classifiers = info.texts("classifiers")
    addresses = info.inside("project_urls")
    pages = [url for key in addresses.stated if (url := addresses.text(key))]
    url = info.text("home_page", "project_url", "package_url") or (pages[0] if pages else None)
    found = next(filter(None, map(repository_of, [url, *pages])), None)
    keywords = re.split(r"[,;\s]+", info.text("keywords") or "")
    return {
        "artifact_id": package_id(name),
        "name": name,
        "type": str(ArtifactType.PACKAGE),
        "description": info.text("summary") or body.get("description"),
        "capabilities": body.get("capabilities"),
        "maker": info.text("author", "maintainer", "author_email", "maintainer_email"),
        "url": url,
        "license": _licence(info, classifiers),
        "tags": [*filter(None, keywords), *_matched(_TOPIC, classifiers)],
        "links": [{"kind": LinkKind.REQUIRES, "target": needed} for needed in _needed(info)],
        "source": "PyPI",
        "facts": stated(
            {
                "version": info.text("version"),
                "requires_python": info.text("requires_python"),
                "github": "/".join(found).lower() if found else None,
                "yanked": info.flag("yanked") or None,
            }
        ),
    }


def _licence(info: Fields, classifiers: list[str]) -> str | None:
    written = info.text("license_expression", "license")
    if written and len(written) <= _LONGEST_LICENCE:
        return written
    return next(iter(_matched(_LICENCE, classifiers)), None)


def _matched(pattern: re.Pattern[str], classifiers: list[str]) -> list[str]:
    return [found[1] for each in classifiers if (found := pattern.fullmatch(each))]


def _needed(info: Fields) -> list[str]:
    """The packages that it cannot do without; those of an extra are not."""
    needed = [each for each in info.texts("requires_dist") if not _EXTRA.search(each)]
    return list(dict.fromkeys(package_id(found[1]) for each in needed if (found := _NAME.match(each))))


def _releases(fields: Fields) -> dict[str, Any]:
    releases, files = fields.inside("releases"), fields.each("urls")
    days = sorted(day for file in files if (day := file.day("upload_time_iso_8601", "upload_time")))
    dated = [name for name in releases.stated if releases.take(name)]
    return {
        "latest_release": days[-1] if days else None,
        "releases": len(dated) or None,
        "known_vulnerabilities": len(fields.each("vulnerabilities")) or None,
    }


IMPORTER = Importer("pypi", "Metadata of Python packages: the index's JSON.", _recognises, one_by_one(_read))
