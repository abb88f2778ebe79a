"""Metadata of GitHub repositories: the REST API's JSON, one object, a list, a search result, or one a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from matchgraph.catalogue.documents import Document
from matchgraph.catalogue.importers.fields import Fields
from matchgraph.catalogue.importers.importer import Imported, Importer, one_by_one
from matchgraph.catalogue.importers.words import leave_rest, records_in, stated
from matchgraph.catalogue.json_text import Unreadable
from matchgraph.catalogue.records import ArtifactType, LinkKind
from matchgraph.catalogue.report import Ledger

_COUNTS = {
    "stars": "stargazers_count",
    "forks": "forks_count",
    "watchers": "subscribers_count",
    "open_issues": "open_issues_count",
    "size_kb": "size",
}
_UNCLEAR = ("NOASSERTION", "Other")  # a licence that GitHub could not tell


def _recognises(document: Document) -> bool:
    return document.inner.suffix.lower() in (".json", ".jsonl") and '"full_name"' in document.head()


def _read(document: Document, ledger: Ledger) -> Iterator[Imported]:
    for line, record in records_in(document, "items", "repositories"):
        if isinstance(record, Unreadable):
            yield Imported(record, document, line)
            continue
        fields = Fields(record)
        name = fields.text("full_name")
        if name is None or "/" not in name:
            yield Imported(Unreadable("no full_name", "wanted the JSON of a repository"), document, line)
            continue
        row = _row(name, fields)
        leave_rest(fields, document, ledger, line)
        yield Imported(stated(row), document, line)


def _row(name: str, fields: Fields) -> dict[str, Any]:
    licence, parent = fields.inside("license"), fields.inside("parent").text("full_name")
    named = licence.text("spdx_id", "key", "name")
    address = fields.text("html_url") or f"https://github.com/{name}"
    facts: dict[str, Any] = {key: fields.count(field) for key, field in _COUNTS.items()}
    facts |= {
        "github": name.lower(),
        "created_at": fields.day("created_at"),
        "last_update": fields.day("pushed_at", "updated_at"),
        "archived": fields.flag("archived") or None,
        "programming_language": fields.text("language"),
        "homepage": fields.text("homepage"),
    }
    return {
        "artifact_id": f"github:{name.lower()}",
        "name": fields.text("name") or name.rpartition("/")[2],
        "type": str(ArtifactType.TEMPLATE if fields.flag("is_template") else ArtifactType.REPOSITORY),
        "description": fields.text("description"),
        "maker": fields.inside("owner").text("login") or name.partition("/")[0],
        "url": address,
        "license": None if named in _UNCLEAR else named,
        "tags": fields.texts("topics"),
        "aliases": [name],
        "source": "GitHub",
        "links": [{"kind": LinkKind.DERIVED_FROM, "target": f"github:{parent.lower()}"}] if parent else [],
        "facts": stated(facts),
    }


IMPORTER = Importer("github", "Metadata of GitHub repositories: the API's JSON.", _recognises, one_by_one(_read))
