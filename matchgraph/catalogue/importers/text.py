"""Plain READMEs, HTML pages and texts: what they call themselves, what they say first, and what they can do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
    unnamed = stem.lower() in _UNNAMED
    called = document.folder if unnamed else stem
    path = (*document.inner.parent.parts, *([] if unnamed else [stem])) or (document.container,)
    kind = ArtifactType.PRODUCT if is_html(text) else ArtifactType.REPOSITORY
    artifact_id = slug("-".join(path)) or "artifact"
    row = {"artifact_id": artifact_id, "name": called, "type": str(kind), "source": "text"} | told
    yield Imported(row, document)


def _read_all(documents: Iterable[Document], ledger: Ledger) -> Iterator[Imported]:
    """The texts; where two folders are called alike, and so what stands in them, that is told."""
    seen = set[str]()
    for each in one_by_one(_read)(documents, ledger):
        artifact_id = each.row["artifact_id"] if isinstance(each.row, dict) else None
        if artifact_id in seen:
            found = f"{artifact_id!r} a second time"
            ledger.mend(each.document.name, 1, "artifact_id", found, "kept, to be read as one thing with the first")
        seen |= {artifact_id} if artifact_id else set()
        yield each


IMPORTER = Importer(
    "text",
    "READMEs, HTML pages and plain texts: title, first words, points and sentences.",
    _recognises,
    _read_all,
    general=True,
)
