"""Best-of lists: `projects.yaml`, and the CSV files of its history, which state counts and the day they were taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from matchgraph.catalogue.documents import Document, UnfitError
from matchgraph.catalogue.importers.fields import Fields
from matchgraph.catalogue.importers.importer import Imported, Importer, one_by_one
from matchgraph.catalogue.importers.words import leave_rest, package_id, repository_of, slug, stated
from matchgraph.catalogue.json_text import Unreadable
from matchgraph.catalogue.records import ArtifactType
from matchgraph.catalogue.report import Ledger
from matchgraph.catalogue.sources import rows_of
from matchgraph.catalogue.yaml_text import YamlError, yaml_of

_COUNTS = {
    "stars": "star_count",
    "forks": "fork_count",
    "watchers": "watchers_count",
    "contributors": "contributor_count",
    "commits": "commit_count",
    "recent_commits": "recent_commit_count",
    "open_issues": "open_issue_count",
    "closed_issues": "closed_issue_count",
    "pull_requests": "pr_count",
    "releases": "release_count",
    "dependents": "dependent_project_count",
    "downloads_month": "monthly_downloads",
    "docker_pulls": "dockerhub_pulls",
    "projectrank": "projectrank",
}
_DAYS = {
    "created_at": ("created_at",),
    "last_update": ("last_commit_pushed_at", "updated_at"),
    "latest_release_at": ("latest_stable_release_published_at",),
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LABEL = re.compile(r"[\w.+-]+")


def _recognises(document: Document) -> bool:
    name = document.inner.name.lower()
    if name.endswith(".csv"):
        return "github_id" in document.head().partition("\n")[0]
    return name in ("projects.yaml", "projects.yml")


def _read(document: Document, ledger: Ledger) -> Iterator[Imported]:
    if document.inner.suffix.lower() == ".csv":
        yield from _history(document, ledger)
        return
    try:
        listed = yaml_of(document.text())
    except YamlError as error:
        raise UnfitError(str(error), "wanted the list of projects as plain YAML") from error
    fields = Fields(listed)
    titles = {each.text("category"): each.text("title") for each in fields.each("categories")}
    projects = fields.stated.get("projects")
    if not isinstance(projects, list):
        raise UnfitError("no list under `projects`", "wanted the projects.yaml of a best-of list")
    fields.take("projects")
    for place, project in enumerate(projects, start=1):
        yield _project(Fields(project), titles, document, ledger, place)
    leave_rest(fields, document, ledger)


def _history(document: Document, ledger: Ledger) -> Iterator[Imported]:
    taken = _DAY.search(document.inner.name)
    with document.on_disk() as path:
        for _, line, row in rows_of(path):
            if isinstance(row, Unreadable):
                yield Imported(row, document, line)
                continue
            found = _project(Fields(row.pop("facts", {}) | row), {}, document, ledger, line)
            if taken and isinstance(found.row, dict):
                facts = found.row.get("facts", {})
                seen = {"source": document.name, "observed_at": taken[0]}
                found.row["facts"] = {key: {"value": value} | seen for key, value in facts.items()}
            yield found


def _project(
    fields: Fields, titles: dict[str | None, str | None], document: Document, ledger: Ledger, line: int
) -> Imported:
    name, repository, package = fields.text("name"), fields.text("github_id"), fields.text("pypi_id")
    if name is None:
        return Imported(Unreadable("a project without a name", "wanted name, category and an id"), document, line)
    if str(fields.stated.get("resource")).lower() == "true":
        fields.take("resource")
    category = fields.text("category")
    url = fields.text("homepage", "docs_url", "github_url")
    found = repository or "/".join(repository_of(fields.text("github_url")) or ())
    facts: dict[str, Any] = {key: fields.count(column) for key, column in _COUNTS.items()}
    facts |= {key: fields.day(*columns) for key, columns in _DAYS.items()}
    facts |= {
        "latest_release": fields.text("latest_stable_release_number"),
        "github": found.lower(),
        "category": category,
    }
    facts |= {f"{index}_package": fields.text(f"{index}_id") for index in ("conda", "npm", "dockerhub", "maven")}
    row: dict[str, Any] = {
        "artifact_id": package_id(package)
        if package
        else f"github:{found.lower()}"
        if found
        else f"best-of:{slug(name)}",
        "name": name,
        "type": str(ArtifactType.PACKAGE if package else ArtifactType.REPOSITORY),
        "description": fields.text("description"),
        "license": fields.text("license"),
        "maker": found.partition("/")[0],
        "url": url or (f"https://github.com/{found}" if found else None),
        "tags": [*filter(None, [titles.get(category)]), *_labels(fields)],
        "aliases": [found] if found else [],
        "source": "best-of list",
        "facts": stated(facts),
    }
    if not row["description"] and (title := titles.get(category)):
        row["capabilities"] = [{"description": title}]  # all that the list says of it
    leave_rest(fields, document, ledger, line)
    return Imported(stated(row), document, line)


def _labels(fields: Fields) -> list[str]:
    """The labels, which a CSV cell writes as ['one', 'two']."""
    return [label for text in fields.texts("labels") for label in _LABEL.findall(text)]


IMPORTER = Importer(
    "best-of", "Best-of lists: projects.yaml and the CSV of its history.", _recognises, one_by_one(_read)
)
