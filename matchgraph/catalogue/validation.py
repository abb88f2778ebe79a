"""What is wrong with a capability manifest, and what it would be better for: errors and warnings, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matchgraph.catalogue.check import check
from matchgraph.catalogue.documents import Document, UnfitError, documents_of
from matchgraph.catalogue.importers.fields import Fields
from matchgraph.catalogue.importers.manifest import content_in
from matchgraph.catalogue.importers.words import leave_rest
from matchgraph.catalogue.manifest import row_of_content
from matchgraph.catalogue.records import Artifact
from matchgraph.catalogue.report import Ledger, Outcome, Problem
from matchgraph.errors import CatalogueError

_FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Validation:
    """The account of one manifest; without errors it can be imported, and nothing of it is lost without warnings."""

    file: str
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    @property
    def is_valid(self) -> bool:
        """Whether it can be imported."""
        return not self.errors

    def to_dict(self) -> dict[str, Any]:
        """The account as plain JSON values."""
        return {
            "file": self.file,
            "valid": self.is_valid,
            "errors": [_told(problem) for problem in self.errors],
            "warnings": [_told(problem) for problem in self.warnings],
        }

    def __str__(self) -> str:
        told = [f"error: {each.field}: {each.found}; {each.wanted}" for each in self.errors]
        told += [f"warning: {each.field}: {each.found}; {each.wanted}" for each in self.warnings]
        return "\n".join([f"{self.file}: {'valid' if self.is_valid else 'not valid'}", *(f"  {each}" for each in told)])


def validate_manifest(source: str | Path) -> Validation:
    """The errors and warnings of the manifest in that file."""
    documents = list(documents_of([source]))
    if len(documents) != 1:
        raise CatalogueError(f"{source} holds {len(documents) or 'no'} files: name the one that is the manifest.")
    return _validated(documents[0])


def _validated(document: Document) -> Validation:
    ledger = Ledger()
    artifact: Artifact | None = None
    own: list[Problem] = []
    try:
        fields = Fields(content_in(document))
        row = row_of_content(fields)
        leave_rest(fields, document, ledger)
        artifact = check(row, document.name, 1, ledger)
    except UnfitError as error:
        ledger.refuse(document.name, error.line, [("manifest", error.found, error.wanted)])
    else:
        own = [Problem(document.name, 1, *each, Outcome.REFUSED) for each in (*_twice(row), *_mute(row))]
    problems = [*ledger.problems, *own, *ledger.left()]
    errors = [each for each in problems if each.outcome is Outcome.REFUSED]
    warnings = [each for each in problems if each.outcome is not Outcome.REFUSED]
    if artifact is not None:
        lacks = (Problem(document.name, 1, *each, Outcome.MENDED) for each in _lacks(artifact, row))
        warnings += lacks
    return Validation(document.name, tuple(errors), tuple(warnings))


def _twice(row: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Ids that two capabilities share: one of the two would be called otherwise."""
    seen: set[str] = set()
    for place, each in enumerate(row.get("capabilities", ()), 1):
        own = each.get("capability_id") if isinstance(each, dict) else None
        if own in seen:
            yield f"capabilities.{place}.id", repr(own), "wanted an id of its own"
        seen |= {own} if own else set()


def _mute(row: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Capabilities of which nothing is said but an id: nobody could match on them, and they are left out."""
    for place, each in enumerate(row.get("capabilities", ()), 1):
        if isinstance(each, dict) and not (each.get("name") or each.get("description")):
            yield f"capabilities.{place}", "neither a name nor a description", "wanted what it does"


def _lacks(artifact: Artifact, row: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What nobody can match on, or judge by, because it is not stated."""
    if not artifact.license:
        yield "artifact.license", "nothing", "nobody can tell whether it may be used"
    if not artifact.description:
        yield "artifact.description", "nothing", "a sentence would say what it is"
    if not row.get("capabilities"):
        yield "capabilities", "nothing", "the description was taken as the only one"
    for place, each in enumerate(artifact.capabilities, 1):
        if len(each.description.split()) < _FEWEST_WORDS:
            yield f"capabilities.{place}.description", repr(each.description), "too few words to match on"
        if not each.limitations and row.get("capabilities"):
            yield f"capabilities.{place}.conditions.limitations", "nothing", "a stated limit earns trust"


def _told(problem: Problem) -> dict[str, Any]:
    wanted = problem.wanted.removeprefix("wanted ")  # which the name of its field says
    return {"line": problem.line, "field": problem.field, "found": problem.found, "wanted": wanted}
