"""Capability manifests in YAML, and passports: the same content in JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from matchgraph.catalogue.documents import Document, UnfitError
from matchgraph.catalogue.importers.fields import Fields
from matchgraph.catalogue.importers.importer import Imported, Importer, one_by_one
from matchgraph.catalogue.importers.words import leave_rest
from matchgraph.catalogue.json_text import Unreadable, parsed
from matchgraph.catalogue.manifest import row_of_content
from matchgraph.catalogue.report import Ledger
from matchgraph.catalogue.yaml_text import YamlError, yaml_of


def content_in(document: Document) -> dict[str, Any]:
    """What the document states, as a mapping with an `artifact` block."""
    text = document.text()
    try:
        content = (
            parsed(text.encode("utf-8"), "one whole JSON object") if text.lstrip().startswith("{") else yaml_of(text)
        )
    except YamlError as error:
        raise UnfitError(str(error), "wanted plain YAML") from error
    if isinstance(content, Unreadable):
        raise UnfitError(content.found, content.wanted)
    if not isinstance(content, dict) or not isinstance(content.get("artifact"), dict):
        raise UnfitError("no `artifact` block", "wanted a manifest with `artifact` and `capabilities`")
    return content


def _recognises(document: Document) -> bool:
    head = f"\n{document.head()}"
    if document.inner.suffix.lower() == ".json":
        return '"artifact"' in head and '"manifest_version"' in head
    return document.inner.suffix.lower() in (".yaml", ".yml") and "\nartifact:" in head


def _read(document: Document, ledger: Ledger) -> Iterator[Imported]:
    fields = Fields(content_in(document))
    row = row_of_content(fields)
    leave_rest(fields, document, ledger)
    yield Imported(row, document)


IMPORTER = Importer("manifest", "Capability manifests in YAML, and passports in JSON.", _recognises, one_by_one(_read))
