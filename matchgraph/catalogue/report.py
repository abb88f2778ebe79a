"""What reading found: every row is kept, merged or refused, and every change has a line here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pandas as pd

from matchgraph.catalogue.near import near_names
from matchgraph.catalogue.once.pairs import Pair


class Outcome(StrEnum):
    """What became of the row."""

    MENDED = "mended"  # kept, after the change that `wanted` names
    MERGED = "merged"  # a further row of an artifact already read: its facts were added
    REFUSED = "refused"
    UNPLACED = "unplaced"  # nothing here goes with it: a part of a source without a field, or an id without a row


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one row: where, what was found, what is wanted or was done."""

    file: str
    line: int
    field: str
    found: str
    wanted: str
    outcome: Outcome

    def is_mended(self, file: str, line: int) -> bool:
        """Whether this is a change to that row."""
        return (self.file, self.line, self.outcome) == (file, line, Outcome.MENDED)

    def __str__(self) -> str:
        return f"{self.file} line {self.line} {self.field}: {self.found}; {self.wanted} ({self.outcome})"


@dataclass(frozen=True, slots=True)
class ReadReport:
    """The account of one reading; `rows_in` always equals kept + merged + refused."""

    rows_in: int
    rows_kept: int
    rows_merged: int
    rows_refused: int
    problems: tuple[Problem, ...] = ()
    skipped_files: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()  # of ids that something says are one thing, with what was found

    def to_dict(self) -> dict[str, object]:
        """The report as plain JSON values."""
        return {
            "rows_in": self.rows_in,
            "rows_kept": self.rows_kept,
            "rows_merged": self.rows_merged,
            "rows_refused": self.rows_refused,
            "skipped_files": list(self.skipped_files),
            "pairs": [pair.to_dict() for pair in self.pairs],
            "problems": [dict(zip(_COLUMNS, _cells(problem), strict=True)) for problem in self.problems],
        }

    def to_frame(self) -> pd.DataFrame:
        """The problems as a table, one a row."""
        return pd.DataFrame([_cells(problem) for problem in self.problems], columns=list(_COLUMNS))


_LONGEST = 150  # characters of one part of a problem
_MOST_FIELDS = 10_000  # that are told one by one
_COLUMNS = ("file", "line", "field", "found", "wanted", "outcome")


def _cells(problem: Problem) -> tuple[str | int, ...]:
    return (problem.file, problem.line, problem.field, problem.found, problem.wanted, str(problem.outcome))


@dataclass(slots=True)
class Ledger:
    """Held while reading: counts rows and collects problems."""

    rows_in: int = 0
    merged: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)
    unplaced: dict[tuple[str, str], list[Any]] = field(default_factory=dict)  # line and sight of the first, and count

    def refuse(self, file: str, line: int, problems: Iterable[tuple[str, str, str]]) -> None:
        """Write down a row that is not taken, with each (field, found, wanted) that is wrong with it.

        What was mended in it before is struck out: nobody has the row that was mended.
        """
        self.refused += 1
        while self.problems and self.problems[-1].is_mended(file, line):
            self.problems.pop()
        self.problems += [_problem(file, line, *problem, Outcome.REFUSED) for problem in problems]

    def mend(self, file: str, line: int, field: str, found: str, done: str) -> None:
        """Write down a change to a row that is kept."""
        self.problems.append(_problem(file, line, field, found, done, Outcome.MENDED))

    def merge(self, file: str, line: int, found: str, done: str) -> None:
        """Write down a row that was folded into another of the same id."""
        self.merged += 1
        self.problems.append(_problem(file, line, "artifact_id", found, done, Outcome.MERGED))

    def miss(self, file: str, line: int, artifact_id: str, known: Iterable[str]) -> None:
        """Write down an id that is spoken of and that no row has, with one that comes near."""
        near = near_names(artifact_id, known)
        hint = f"did you mean {near[0]}?" if near else "wanted an id that some row has"
        found = f"no artifact {artifact_id!r} in this catalogue"
        self.problems.append(_problem(file, line, "artifact_id", found, hint, Outcome.UNPLACED))

    def leave(self, file: str, line: int, field: str, found: object) -> None:
        """Write down a part of a source that the catalogue has no place for: once a file and field, with its count."""
        if len(self.unplaced) >= _MOST_FIELDS:
            field = "further fields"
        self.unplaced.setdefault((file, field), [line, _glance(found), 0])[-1] += 1

    def left(self) -> list[Problem]:
        """What was not placed."""
        done = "no field for it; left out"
        return [
            _problem(file, line, field, found, done + f" of {n:,} rows" * (n > 1), Outcome.UNPLACED)
            for (file, field), (line, found, n) in self.unplaced.items()
        ]

    def report(self, kept: int, skipped_files: Iterable[str] = (), pairs: tuple[Pair, ...] = ()) -> ReadReport:
        """The account, once everything is read."""
        problems = (*self.problems, *self.left())
        return ReadReport(self.rows_in, kept, self.merged, self.refused, problems, tuple(skipped_files), pairs)


def _problem(file: str, line: int, field: str, found: str, wanted: str, outcome: Outcome) -> Problem:
    return Problem(file, line, _fit(field), _fit(found), wanted, outcome)


def _glance(found: object) -> str:
    """What was found, no longer than is looked at; a large value is not written out for it."""
    if isinstance(found, str):
        return repr(found[:_LONGEST])
    return f"{type(found).__name__} of {len(found)}" if isinstance(found, list | dict) else repr(found)


def _fit(text: str) -> str:
    """Short enough for a line, and writable anywhere: rows may hold what no file can."""
    plain = text.encode("utf-8", "backslashreplace").decode()
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 3] + "..."
