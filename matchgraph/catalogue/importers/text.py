"""Plain READMEs, HTML pages and texts: what they call themselves, what they say first, and what they can do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from matchgraph.catalogue.documents import Document, UnfitError
from matchgraph.catalogue.importers.apart import UNNAMED, id_by_path
from matchgraph.catalogue.importers.importer import Imported, Importer, one_by_one
from matchgraph.catalogue.importers.words import own_repository, slug, told_in
from matchgraph.catalogue.outline import is_html
from matchgraph.catalogue.records import ArtifactType
from matchgraph.catalogue.report import Ledger

_SUFFIXES = (".md", ".markdown", ".txt", ".rst", ".html", ".htm")


def _recognises(document: Document) -> bool:
    return document.inner.suffix.lower() in _SUFFIXES or document.inner.name.lower() == "readme"


def _read(document: Document, ledger: Ledger) -> Iterator[Imported]:
    text = document.text()
    told = told_in(text, document, ledger)
    if not told.keys() & {"description", "capabilities"}:
        raise UnfitError("no sentence and no point", "wanted a text that says what the thing does")
    stem = document.inner.stem
    called = document.folder if stem.lower() in UNNAMED else stem
    kind = ArtifactType.PRODUCT if is_html(text) else ArtifactType.REPOSITORY
    row = {"name": called, "type": str(kind), "source": "text"} | told
    if repository := own_repository(text, called, str(row["name"])):
        row |= {"url": f"https://github.com/{repository}", "facts": {"github": repository}}
    named_so = repository and slug(repository.partition("/")[2]) == slug(called)
    artifact_id = f"github:{repository}" if repository and named_so else _by_path(document, ledger)
    yield Imported({"artifact_id": artifact_id} | row, document)


def _by_path(document: Document, ledger: Ledger) -> str:
    """The id that its place gives it; where others would have that too, that is told."""
    artifact_id = id_by_path(document)
    if document.apart:
        found = f"{artifact_id!r}, as another text would be called"
        ledger.mend(document.name, 1, "artifact_id", found, f"called {document.apart!r} to tell them apart")
    return document.apart or artifact_id


def _read_all(documents: Iterable[Document], ledger: Ledger) -> Iterator[Imported]:
    """The texts; where two speak of one repository, that is told."""
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
    by_path=True,
)
