"""Hit files: searches that happened elsewhere, or a labelled set of queries with their right answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from matchgraph.catalogue.clean import has_unfit
from matchgraph.catalogue.json_text import Unreadable
from matchgraph.catalogue.sources import json_lines
from matchgraph.errors import CatalogueError, SearchLogError
from matchgraph.searches.events import Channel, Outcome, SearchEvent


def _fit(text: str) -> str:
    if has_unfit(text) or not text.strip():
        raise ValueError("wanted some plain text without control or broken characters")
    return text


Plain = Annotated[str, AfterValidator(_fit)]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A query and the artifacts that answer it."""

    query_id: str
    query: str
    gold: tuple[str, ...]
    family: str
    at: datetime | None = None

    def under(self, stands_for: Mapping[str, str]) -> Labelled:
        """The same query, its answers under the ids that stand for them."""
        return replace(self, gold=tuple(dict.fromkeys(stands_for.get(each, each) for each in self.gold)))


@checked(config=ConfigDict(extra="ignore"), frozen=True)
class _Row:
    """One line of a hit file, as it has to be."""

    query: Plain
    gold: list[Plain | None] | Plain | None = None
    chosen: list[Plain | None] | Plain | None = None
    shown: list[Plain] | None = None
    explored: list[Plain] | None = None
    outcome: str | None = None
    actor: str | None = None
    channel: str | None = None
    at: str | None = None
    query_id: str | int | None = None
    family: str | None = None

    def answers(self) -> list[str | None]:
        """What was chosen, or would have been right."""
        given = self.chosen if self.gold is None else self.gold
        return list(dict.fromkeys(given or [None])) if isinstance(given, list) else [given]


_ROW = TypeAdapter(_Row)


def read_hits(paths: Iterable[str | Path]) -> Iterator[SearchEvent]:
    """Every row as a choice: `chosen`, or each of `gold`; optional: shown, explored, outcome, actor, channel, at."""
    for place, row in _rows(paths):
        for chosen in row.answers():
            try:
                yield SearchEvent(
                    row.query,
                    tuple(row.shown or ()),
                    chosen,
                    Outcome(row.outcome) if row.outcome else None,
                    row.actor,
                    Channel(row.channel or Channel.HUMAN),
                    _time(row.at),
                    tuple(row.explored or ()),
                )
            except (SearchLogError, ValueError, OverflowError) as error:
                raise SearchLogError(f"{place}: {error}") from error


def read_labelled(paths: Iterable[str | Path]) -> list[Labelled]:
    """Every row as a query with its right answers (none where nothing was chosen), for measuring search."""
    labelled = []
    for place, row in _rows(paths):
        try:
            at = _time(row.at)
        except (ValueError, OverflowError) as error:
            raise SearchLogError(f"{place}: {error}") from error
        answers = tuple(filter(None, row.answers()))
        labelled.append(Labelled(str(row.query_id or place), row.query, answers, row.family or "all", at))
    return labelled


def _rows(paths: Iterable[str | Path]) -> Iterator[tuple[str, _Row]]:
    for path in map(Path, paths):
        if not path.is_file():
            raise SearchLogError(
                f"no file of searches at {path}: wanted one with `query` and `gold` or `chosen` a line."
            )
        try:
            for file, line, row in json_lines(path):
                yield f"{file} line {line}", _row(row, f"{file} line {line}")
        except CatalogueError as error:
            raise SearchLogError(f"no hits: {error}") from error


def _row(row: Any, place: str) -> _Row:
    if isinstance(row, Unreadable):
        raise SearchLogError(f"{place}: {row.found}; {row.wanted}.")
    if not isinstance(row, dict):
        raise SearchLogError(f"{place}: {type(row).__name__}; wanted an object with `query` and `gold` or `chosen`.")
    try:
        return _ROW.validate_python(row)
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        wanted = {
            "query": "a text",
            "gold": "artifact ids",
            "chosen": "artifact ids",
            "shown": "a list of artifact ids",
            "explored": "a list of artifact ids",
        }
        found = repr(row.get(field))
        found = found if len(found) <= 60 else found[:57] + "..."
        raise SearchLogError(f"{place}: {field} is {found}; wanted {wanted.get(field, 'a text')}.") from error


def _time(value: str | None) -> datetime | None:
    if value is None:
        return None
    at = datetime.fromisoformat(value)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
