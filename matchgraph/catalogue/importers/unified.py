"""The catalogue's own format: JSON lines (packed or not), a JSON array, CSV or Parquet."""

from __future__ import annotations

from collections.abc import Iterator

from matchgraph.catalogue.documents import Document
from matchgraph.catalogue.importers.importer import Imported, Importer, one_by_one
from matchgraph.catalogue.json_text import values_in
from matchgraph.catalogue.report import Ledger
from matchgraph.catalogue.sources import rows_of

_ENDINGS = (".jsonl", ".ndjson", ".json", ".csv", ".parquet")
_PACKINGS = (".gz", ".zst")


def _recognises(document: Document) -> bool:
    name = document.inner.name.lower()
    for packing in _PACKINGS:
        name = name.removesuffix(packing)
    if name.endswith(".json") and name == document.inner.name.lower():
        return '"artifact_id"' in document.head()
    return name.endswith(_ENDINGS)


def _read(document: Document, _ledger: Ledger) -> Iterator[Imported]:
    if document.inner.suffix.lower() == ".json":
        with document.stream() as text:
            yield from (Imported(value, document, line) for line, value in values_in(text))
        return
    with document.on_disk() as path:
        yield from (Imported(row, document, line) for _, line, row in rows_of(path))


IMPORTER = Importer(
    "unified",
    "The catalogue's own format: .jsonl (.gz, .zst), .json, .csv or .parquet.",
    _recognises,
    one_by_one(_read),
    general=True,
)
