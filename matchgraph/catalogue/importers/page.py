"""Comparison pages in the classic layout; `compare --format classic` gives each back byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from matchgraph.catalogue.documents import Document
from matchgraph.catalogue.from_page import records_of, told_first
from matchgraph.catalogue.importers.importer import Imported, Importer
from matchgraph.catalogue.page import parse_page, read_page
from matchgraph.catalogue.report import Ledger


def _recognises(document: Document) -> bool:
    first, _, rest = document.head().partition("\n")
    return " vs " in first and "\n| Feature | " in f"\n{rest}" and document.inner.suffix.lower() != ".md"


def _read(documents: Iterable[Document], ledger: Ledger) -> Iterator[Imported]:
    """Pages speak of each other's artifacts, so all are read before the first row can be told."""
    by_name: dict[str, Document] = {}
    pages = []
    for document in documents:
        by_name[document.name] = document
        pages.append(read_page(document.path) if document.path else parse_page(document.text(), document.name))
    first = told_first(pages)
    for row in records_of(pages, ledger):
        yield Imported(row, by_name[first[row["artifact_id"]]])


IMPORTER = Importer("page", "Comparison pages in the classic layout.", _recognises, _read)
