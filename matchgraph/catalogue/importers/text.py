"""Plain READMEs, HTML pages and texts: what they call themselves, what they say first, and what they can do."""

from __future__ import annotations

from collections.abc import Iterator

from matchgraph.catalogue.documents import Document, UnfitError
from matchgraph.catalogue.importers.importer import Imported, Importer, one_by_one
from matchgraph.catalogue.importers.words import slug, told_in
from matchgraph.catalogue.outline import is_html
from matchgraph.catalogue.records import ArtifactType
from matchgraph.catalogue.report import Ledger

_SUFFIXES = (".md", ".markdown", ".txt", ".rst", ".html", ".htm")
_UNNAMED = ("readme", "index")  # files that are called after what they are, not after what they speak of


def _recognises(document: Document) -> bool:
    return document.inner.suffix.lower() in _SUFFIXES or document.inner.name.lower() == "readme"


def _read(document: Document, ledger: Ledger) -> Iterator[Imported]:
    text = document.text()
    told = told_in(text, document, ledger)
    if not told.keys() & {"description", "capabilities"}:
        raise UnfitError("no sentence and no point", "wanted a text that says what the thing does")
    stem = document.inner.stem
    called = document.folder if stem.lower() in _UNNAMED else stem
    kind = ArtifactType.PRODUCT if is_html(text) else ArtifactType.REPOSITORY
    row = {"artifact_id": slug(called) or "artifact", "name": called, "type": str(kind), "source": "text"} | told
    yield Imported(row, document)


IMPORTER = Importer(
    "text",
    "READMEs, HTML pages and plain texts: title, first words, points and sentences.",
    _recognises,
    one_by_one(_read),
    general=True,
)
