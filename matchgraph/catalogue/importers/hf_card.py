"""Model and dataset cards: README.md files with YAML front matter, read by huggingface_hub's own card classes.

The id of a card is that of its repository: the one or two folders it stands in, or the name of a hub cache's folder.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from matchgraph.catalogue.documents import Document, UnfitError
from matchgraph.catalogue.importers.fields import Fields
from matchgraph.catalogue.importers.importer import Imported, Importer, one_by_one
from matchgraph.catalogue.importers.words import leave_rest, stated, told_in
from matchgraph.catalogue.records import ArtifactType, LinkKind
from matchgraph.catalogue.report import Ledger
from matchgraph.catalogue.yaml_text import OtherYamlError, YamlError, yaml_of

if TYPE_CHECKING:
    from huggingface_hub import DatasetCard, EvalResult, ModelCard

_FRONT = re.compile(r"\s*---[ \t]*\n(|.*?\n)---[ \t]*(?:\n|$)", re.DOTALL)
_CARD = re.compile(r"(?:\w+ )?card for\b|model card", re.IGNORECASE)  # a title that names the card
_OWN = ("original", "extended")  # what a source is called that is no other dataset
_RESULTS = "model-index"
_BEGINS = re.compile(r"\s*---[ \t]*\r?\n")
_CACHED = re.compile(r"(models|datasets)--(.+)")
_OF_DATASETS = re.compile(
    r"(?:task_categories|task_ids|size_categories|annotations_creators|language_creators|dataset_info|configs"
    r"|source_datasets|pretty_name|multilinguality)"
)
_INTO = re.compile(r"(?P<takes>[a-z]+(?:-[a-z]+)?)-to-(?P<gives>[a-z]+)")
_BROKEN = (OtherYamlError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)


def _recognises(document: Document) -> bool:
    return document.inner.name.lower() == "readme.md" and _BEGINS.match(document.head()) is not None


def _read(document: Document, ledger: Ledger) -> Iterator[Imported]:
    text, written = _parted(document.text())
    front = _front(written)
    is_dataset = any(map(_OF_DATASETS.fullmatch, map(str, front))) or "datasets" in _parents(document)
    card = _card(f"---\n{written}\n---\n{text}", is_dataset)
    told: dict[str, Any] = card.data.to_dict()  # type: ignore[no-untyped-call]  # the hub's, of plain values
    fields = Fields({name: _worded(value) for name, value in told.items()})
    results = getattr(card.data, "eval_results", None) or []
    row = told_in(card.text, document, ledger) | (_dataset(fields) if is_dataset else _model(fields, results))
    repository = _repository(document)
    row["artifact_id"] = f"{'hfds' if is_dataset else 'hf'}:{repository}"
    row["maker"] = repository.rpartition("/")[0]
    row["url"] = f"https://huggingface.co/{'datasets/' * is_dataset}{repository}"
    if _CARD.match(row.get("name", "card for")):
        row["name"] = repository.rpartition("/")[2]
    if not row.keys() & {"description", "capabilities"}:
        row["capabilities"] = [{"description": task} for task in row.get("job", ())]  # all that the card says of it
    leave_rest(fields, document, ledger)
    if _RESULTS in front and not results:  # the hub's class has passed over what it cannot read
        ledger.leave(document.name, 1, _RESULTS, front[_RESULTS])
    yield Imported(stated(row | {"source": "huggingface card"}), document)


def _parted(text: str) -> tuple[str, str]:
    """The text after the front matter, and the front matter, which may be empty but not without its end."""
    front = _FRONT.match(text)
    if front is None and _BEGINS.match(text):
        raise UnfitError("front matter that is never closed", "wanted a line of --- after the last of its fields")
    return (text[front.end() :], front[1]) if front else (text, "")


def _front(written: str) -> dict[Any, Any]:
    """The front matter, where it is plain YAML."""
    try:
        known = yaml_of(written)
    except YamlError as error:
        raise UnfitError(f"front matter that is no plain YAML: {error}", "wanted YAML between the --- lines") from error
    if not isinstance(known, dict | None):
        raise UnfitError("front matter that is no mapping", "wanted names with values between the --- lines")
    return known or {}


def _card(text: str, is_dataset: bool) -> ModelCard | DatasetCard:
    """The card by the hub's own class; its front matter is known to be plain YAML."""
    from huggingface_hub import DatasetCard, ModelCard

    try:
        with _silence("huggingface_hub"):
            return (DatasetCard if is_dataset else ModelCard)(text, ignore_metadata_errors=True)
    except _BROKEN as error:
        found = f"front matter that huggingface_hub refuses: {error}"
        raise UnfitError(found, "wanted a model or dataset card") from error


@contextmanager
def _silence(name: str) -> Iterator[None]:
    """No warnings in that log: what a card lacks is told in the account of the import."""
    log = logging.getLogger(name)
    level = log.level
    log.setLevel(max(level, logging.ERROR))
    try:
        yield
    finally:
        log.setLevel(level)


def _model(fields: Fields, results: list[EvalResult]) -> dict[str, Any]:
    task, bases = fields.text("pipeline_tag"), fields.texts("base_model")
    row = _both(fields, [task] if task else [])
    row["type"] = str(ArtifactType.FINE_TUNE if bases else ArtifactType.MODEL)
    found = _INTO.fullmatch(task or "")
    if found:
        row |= {"inputs": found["takes"].split("-"), "outputs": [found["gives"]]}
    if results:
        fields.take(_RESULTS)  # the hub's class has made the results of it
    row["links"] = [
        *({"kind": LinkKind.DERIVED_FROM, "target": f"hf:{base}"} for base in bases),
        *({"kind": LinkKind.TRAINED_ON, "target": f"hfds:{name}"} for name in fields.texts("datasets")),
        *({"kind": LinkKind.EVALUATED_ON, "target": f"hfds:{result.dataset_type}"} for result in results),
    ]
    row["facts"] |= {
        f"{_key(result.metric_type)}_on_{_key(result.dataset_type)}": result.metric_value for result in results
    }
    return row


def _dataset(fields: Fields) -> dict[str, Any]:
    row = _both(fields, fields.texts("task_categories"))
    row["type"] = str(ArtifactType.DATASET)
    row["tags"] += fields.texts("task_ids")
    row["facts"] |= {"size_category": fields.text("size_categories") or ", ".join(fields.texts("size_categories"))}
    named = [name.removeprefix("extended|") for name in fields.texts("source_datasets") if name not in _OWN]
    row["links"] = [{"kind": LinkKind.DERIVED_FROM, "target": f"hfds:{name}"} for name in named]
    return row | stated({"name": fields.text("pretty_name")})


def _both(fields: Fields, tasks: list[str]) -> dict[str, Any]:
    """What either kind of card states."""
    licences = fields.texts("license") or fields.texts("licenses")  # older cards have the second
    named = fields.text("license_name") if licences in ([], ["other"]) else None
    return {
        "job": [task.replace("-", " ") for task in tasks],
        "license": named or ", ".join(licences),
        "tags": fields.texts("tags"),
        "facts": stated(
            {
                "languages": ", ".join(fields.texts("language") or fields.texts("languages")),
                "library": fields.text("library_name"),
                "metrics": ", ".join(fields.texts("metrics")),
                "license_link": fields.text("license_link"),
            }
        ),
    }


def _worded(value: Any) -> Any:
    """YAML's older words as they were written: `no`, the code of Norwegian, is read there as false."""
    if isinstance(value, list):
        return [_worded(part) for part in value]
    return "no" if value is False else value


def _key(name: str) -> str:
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def _parents(document: Document) -> list[str]:
    return [part for part in (document.container, *document.inner.parts[:-1]) if part]


def _repository(document: Document) -> str:
    parents = _parents(document)
    for part in reversed(parents):
        if cached := _CACHED.fullmatch(part):
            return cached[2].replace("--", "/")
    inside = list(document.inner.parts[:-1]) or [document.container]
    return "/".join(part for part in inside[-2:] if part not in ("models", "datasets"))


IMPORTER = Importer(
    "hf-card", "Model and dataset cards: README.md files with YAML front matter.", _recognises, one_by_one(_read)
)
