"""What an importer is, and which there are: every file of this room that has an `IMPORTER` is one.

To add a format, add a file here with a function that yields `Imported` rows of a document, and

    IMPORTER = Importer("name", "What it reads, in one line.", recognises, one_by_one(read))
"""

from __future__ import annotations

import difflib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from matchgraph.catalogue.documents import Document, UnfitError
from matchgraph.catalogue.json_text import Unreadable
from matchgraph.catalogue.report import Ledger
from matchgraph.errors import CatalogueError

Read = Callable[[Iterable[Document], Ledger], Iterator["Imported"]]


@dataclass(frozen=True, slots=True)
class Imported:
    """One row of the catalogue format, or why there is none, and where it stands; it is checked later."""

    row: Any
    document: Document
    line: int = 1


@dataclass(frozen=True, slots=True)
class Importer:
    """One format: its name, what it reads, how a document of it is recognised, and how rows come out of documents."""

    name: str
    about: str
    recognises: Callable[[Document], bool]
    read: Read
    general: bool = False  # it recognises much: asked only where no other knows the document
    by_path: bool = False  # its ids are the places of its documents, which may be alike


def one_by_one(read: Callable[[Document, Ledger], Iterator[Imported]]) -> Read:
    """The reading of many documents of which each stands for itself; one that is unfit costs only itself."""

    def read_all(documents: Iterable[Document], ledger: Ledger) -> Iterator[Imported]:
        for document in documents:
            try:
                yield from read(document, ledger)
            except UnfitError as error:
                yield Imported(Unreadable(error.found, error.wanted), document, error.line)
            except CatalogueError as error:
                yield Imported(Unreadable(str(error), "wanted a sound file"), document)

    return read_all


@cache
def importers() -> dict[str, Importer]:
    """Every importer by its name."""
    room = import_module(__package__ or "")
    modules = (import_module(f"{room.__name__}.{each.name}") for each in pkgutil.iter_modules(room.__path__))
    found = [module.IMPORTER for module in modules if hasattr(module, "IMPORTER")]
    return {importer.name: importer for importer in sorted(found, key=lambda importer: importer.name)}


def importer_of(name: str) -> Importer:
    """The importer of that name."""
    known = importers()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]}?" if near else f" There are {', '.join(known)}."
        raise CatalogueError(f"no format {name!r}.{hint}")
    return known[name]


def recognised(document: Document) -> Importer | None:
    """The importer that knows the document; the special ones are asked before the general."""
    asked = sorted(importers().values(), key=lambda importer: importer.general)
    return next((importer for importer in asked if importer.recognises(document)), None)
