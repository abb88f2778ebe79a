"""Other people's formats become artifacts: found, read, checked at the door of any catalogue, and accounted for."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from matchgraph.catalogue.check import check
from matchgraph.catalogue.documents import Document, UnfitError, documents_of
from matchgraph.catalogue.importers.apart import ids_apart
from matchgraph.catalogue.importers.importer import Imported, Importer, importer_of, importers, recognised
from matchgraph.catalogue.json_text import Unreadable, values_in
from matchgraph.catalogue.origin import origin_fact
from matchgraph.catalogue.records import Artifact
from matchgraph.catalogue.report import Ledger, ReadReport
from matchgraph.catalogue.rows import row_of
from matchgraph.catalogue.yaml_text import broken
from matchgraph.errors import CatalogueError

_FIELDS = Artifact.__dataclass_fields__.keys() - {"artifact_id", "facts"}  # facts lead to their source themselves
_MOST_TOLD = 4  # problems, or files, of an import that came to nothing
ANY = "auto"  # in place of a format: each document is read by the importer that knows it


@dataclass(frozen=True, slots=True, repr=False)
class Intake:
    """What an import brought: the artifacts in the order of their documents, and the account of every row."""

    artifacts: tuple[Artifact, ...]
    report: ReadReport

    def __len__(self) -> int:
        return len(self.artifacts)

    def __iter__(self) -> Iterator[Artifact]:
        return iter(self.artifacts)

    def __repr__(self) -> str:
        report = self.report
        return f"Intake({len(self)} artifacts, {report.rows_refused} rows refused, {len(report.problems)} problems)"

    def to_rows(self) -> list[dict[str, Any]]:
        """The artifacts as rows of the catalogue format."""
        return [row_of(artifact) for artifact in self.artifacts]

    def to_frame(self) -> pd.DataFrame:
        """The artifacts as a table that `rebuild` reads."""
        return pd.DataFrame(self.to_rows())

    def write(self, path: str | Path) -> None:
        """Write the artifacts as a catalogue file."""
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in self.to_rows())
        Path(path).write_text("".join(lines), encoding="utf-8")


@dataclass(slots=True)
class Account:
    """Held while importing: the problems, and which documents were read or passed over."""

    ledger: Ledger = field(default_factory=Ledger)
    files: dict[str, None] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    def count(self, document: Document) -> Document:
        """The document, counted as read."""
        self.files[document.name] = None
        return document

    def report(self, kept: int) -> ReadReport:
        """The account, once everything is read."""
        return self.ledger.report(kept, self.skipped)


def import_catalogue(
    format: str, sources: str | Path | Iterable[str | Path], *, observed_on: date | None = None
) -> Intake:
    """The artifacts that files, folders or zip archives of a format tell of.

    `format` is an importer's name, or "auto"; `observed_on` is the day the sources were fetched, else a file's own day.
    """
    account = Account()
    listed = [sources] if isinstance(sources, str | Path) else list(sources)
    artifacts = tuple(imported(format, listed, account, observed_on))
    return Intake(artifacts, account.report(len(artifacts)))


def imported(
    format: str,
    sources: Sequence[str | Path],
    account: Account,
    observed_on: date | None = None,
    unread: Collection[Path] = (),
) -> Iterator[Artifact]:
    """The artifacts one by one, so that a long source need not be held; the account fills as they come.

    `unread` are files that are no sources though they may lie among them, such as the one that this is written to.
    """
    importer = None if format == ANY else importer_of(format)
    ledger, kept = account.ledger, 0
    named = {str(Path(source)) for source in sources}
    asked = [importer] if importer else list(importers().values())
    ids = _ids_apart([each for each in asked if each.by_path], _documents(sources, observed_on, unread), named)
    documents = (replace(each, apart=ids.get(each.name)) for each in _documents(sources, observed_on, unread))
    for each, name in _read(importer, documents, named, account):
        artifact = _checked(each, name, ledger)
        if artifact is not None:
            kept += 1
            yield artifact
    if not kept:
        raise CatalogueError(f"nothing to import as {format}: {_why_nothing(account)}.")


def _why_nothing(account: Account) -> str:
    """What became of what was there, with the first problems."""
    ledger, passed = account.ledger, account.skipped
    if ledger.rows_in:
        told = "; ".join(map(str, ledger.problems[:_MOST_TOLD]))
        more = f"; and {len(ledger.problems) - _MOST_TOLD} more" if len(ledger.problems) > _MOST_TOLD else ""
        return f"none of the {ledger.rows_in} rows is a usable artifact. What is wrong: {told}{more}"
    if account.files:
        return f"{_some(list(account.files))} tells of nothing by itself: name the folder that it belongs to"
    if not passed:
        return "no file is there"
    known = "`matchgraph import --formats` lists those that are known"
    return f"no document of it is there; {_some(passed)} is of another format: {known}"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_TOLD]) + (f" and {len(names) - _MOST_TOLD} more" if len(names) > _MOST_TOLD else "")


def _documents(sources: Sequence[str | Path], on: date | None, unread: Collection[Path]) -> Iterator[Document]:
    """The documents of the sources, but for those in files that are not to be read."""
    closed = {path.resolve() for path in unread}
    return (each for each in documents_of(sources, on) if each.path is None or each.path.resolve() not in closed)


def _ids_apart(by_path: list[Importer], documents: Iterable[Document], named: Collection[str]) -> dict[str, str]:
    """By name, the ids of documents that would be called alike, of all that are known by their place."""
    if not by_path:
        return {}
    return ids_apart(each for each in documents if each.name in named or any(one.recognises(each) for one in by_path))


def _read(
    importer: Importer | None, documents: Iterator[Document], named: Collection[str], account: Account
) -> Iterator[tuple[Imported, str]]:
    """The rows of each run of documents of one format, with its name."""
    known = ((_importer(importer, each, each.name in named), each) for each in documents)
    for found, run in groupby(known, key=lambda each: each[0]):
        of_one = (document for _, document in run)
        if found is None:
            for document in of_one:
                fault = document.fault or (_fault(document) if importer is None else None)
                if fault is None:
                    account.skipped.append(document.name)
                else:
                    told = Unreadable(fault.found, fault.wanted)
                    yield Imported(told, account.count(document), fault.line), ANY
        else:
            counted = map(account.count, of_one)
            yield from ((row, found.name) for row in found.read(counted, account.ledger))


def _fault(document: Document) -> UnfitError | None:
    """Why a document that nobody knows cannot even be read, where its name says that it is JSON or YAML."""
    ending = document.inner.suffix.lower()
    try:
        if ending == ".json":
            with document.stream() as text:
                wrong = ((line, value) for line, value in values_in(text) if isinstance(value, Unreadable))
                return next((UnfitError(value.found, "wanted whole JSON", line) for line, value in wrong), None)
        found = broken(document.text()) if ending in (".yaml", ".yml") else None
    except UnfitError as error:
        return error
    return UnfitError(found, "wanted plain YAML") if found else None


def _importer(importer: Importer | None, document: Document, is_named: bool) -> Importer | None:
    """Who reads the document, if it can be read: who is asked to, where it was named itself or is of the kind."""
    if document.fault:
        return None
    if importer is None:
        return recognised(document)
    return importer if is_named or importer.recognises(document) else None


def _checked(each: Imported, format: str, ledger: Ledger) -> Artifact | None:
    """The artifact of a row, with where its fields come from."""
    ledger.rows_in += 1
    file, day = each.document.name, each.document.day
    if isinstance(each.row, Unreadable):
        ledger.refuse(file, each.line, [("row", each.row.found, each.row.wanted)])
        return None
    if not isinstance(each.row, dict):
        return check(each.row, file, each.line, ledger)
    facts = each.row.get("facts")
    stated = facts if isinstance(facts, dict) else {}
    if facts and not stated:
        ledger.mend(file, each.line, "facts", type(facts).__name__, "wanted names with values; left out")
    fields = [name for name, value in each.row.items() if name in _FIELDS and value]
    row = each.row | {
        "facts": {key: _dated(fact, file, day) for key, fact in stated.items()} | origin_fact(format, file, day, fields)
    }
    return check(row, file, each.line, ledger)


def _dated(fact: Any, file: str, day: str | None) -> Any:
    """A fact with its document as its source and day, unless it states them itself."""
    return fact if isinstance(fact, dict) else {"value": fact, "source": file, "observed_at": day}
