"""Files, folders and frames become one catalogue, with an account of every row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from matchgraph.catalogue.catalogue import Catalogue, catalogue_of
from matchgraph.catalogue.check import check, check_facts
from matchgraph.catalogue.json_text import Unreadable
from matchgraph.catalogue.once.merge import called, merged, relinked, retold
from matchgraph.catalogue.once.once import Once, kept_ids, one_each, why
from matchgraph.catalogue.once.sayings import Sayings, lines_of, sayings_in
from matchgraph.catalogue.records import Artifact
from matchgraph.catalogue.report import Ledger, Outcome, ReadReport
from matchgraph.catalogue.sources import Found, files_of, rows_of, rows_of_frame
from matchgraph.catalogue.track import Track
from matchgraph.catalogue.unite import united
from matchgraph.errors import CatalogueError

Source = str | Path | pd.DataFrame

_OVERLAY = {"artifact_id", "facts"}  # a row of just these adds facts to an artifact told elsewhere

_MOST_NAMED = 8  # of what was taken or dropped


class _Told(NamedTuple):
    artifact: Artifact
    file: str
    line: int
    adds: bool = False  # a row of facts alone, which is there to bring newer ones


class _Overlay(NamedTuple):
    row: dict[str, Any]
    file: str
    line: int


def read(
    sources: Source | Iterable[Source],
    *,
    strict: bool = False,
    same: str | Path | None = None,
    merge: bool = True,
    track: Track = iter,
) -> tuple[Catalogue, ReadReport]:
    """The catalogue that the sources tell of, and the account of their rows.

    With `strict` the first problem of any kind raises; otherwise good rows go on. What stands under several ids and is
    certainly one thing becomes one, unless not `merge`; `same` names a file of what people say of such ids.
    """
    sayings = sayings_in(same) if same else Sayings()
    ledger = Ledger()
    told: dict[str, list[_Told]] = {}
    overlays: list[_Overlay] = []
    found, skipped = _found(sources)
    for file, line, row in track(found):
        ledger.rows_in += 1
        if isinstance(row, Unreadable):
            ledger.refuse(file, line, [("row", row.found, row.wanted)])
        elif isinstance(row, dict) and set(row) == _OVERLAY:
            overlays.append(_Overlay(row, file, line))
        elif (artifact := check(row, file, line, ledger)) is not None:
            told.setdefault(artifact.artifact_id, []).append(_Told(artifact, file, line))
        if strict and ledger.problems:
            raise CatalogueError(f"{ledger.problems[0]}")
    _place_overlays(overlays, told, ledger)
    found_once = [_one(rows, ledger) for rows in told.values()]
    once = one_each((each.artifact for each in found_once), sayings)
    artifacts = _merged(found_once, once, sayings, ledger) if merge else [each.artifact for each in found_once]
    if same:
        for artifact_id, line in lines_of(same, once.unknown):
            ledger.miss(str(same), line, artifact_id, told)
    meant = {(overlay.file, overlay.line) for overlay in overlays}  # rows of facts alone are there to be merged
    wrong = [
        each for each in ledger.problems if each.outcome is not Outcome.MERGED or (each.file, each.line) not in meant
    ]
    if strict and wrong:
        raise CatalogueError(f"{wrong[0]}")
    if not artifacts:
        refused = [each for each in ledger.problems if each.outcome is Outcome.REFUSED]
        first = f" The first problem: {refused[0]}" if refused else ""
        raise CatalogueError(f"none of the {ledger.rows_in} rows is a usable artifact.{first}")
    return catalogue_of(artifacts), ledger.report(len(artifacts), skipped, once.pairs)


def found_in(sources: Source | Iterable[Source]) -> Iterator[Found]:
    """Every row of the sources as it stands there, with its place."""
    return _found(sources)[0]


def _found(sources: Source | Iterable[Source]) -> tuple[Iterator[Found], list[str]]:
    listed: list[Source] = [sources] if isinstance(sources, str | Path | pd.DataFrame) else list(sources)
    frames = [source for source in listed if isinstance(source, pd.DataFrame)]
    paths = [source for source in listed if not isinstance(source, pd.DataFrame)]
    files, skipped = files_of(paths) if paths or not frames else ([], [])
    of_files = chain.from_iterable(rows_of(file) for file in files)
    return chain(of_files, *(rows_of_frame(frame) for frame in frames)), skipped


def _place_overlays(overlays: list[_Overlay], told: dict[str, list[_Told]], ledger: Ledger) -> None:
    """Each overlay joins the rows of its artifact as a telling of nothing but those facts."""
    for row, file, line in overlays:
        artifact_id, facts = check_facts(row, file, line, ledger)
        rows = told.get(artifact_id)
        if rows is None:
            found = f"facts for {artifact_id!r}"
            ledger.refuse(file, line, [("artifact_id", found, "wanted an artifact that some row describes")])
        else:
            known = max(rows, key=_fullness).artifact
            rows.append(_Told(Artifact(known.artifact_id, known.name, known.type, facts=facts), file, line, adds=True))


def _one(rows: list[_Told], ledger: Ledger) -> _Told:
    """One artifact out of all rows of its id: the fullest, with what only the others state."""
    fullest, *others = sorted(rows, key=_fullness, reverse=True) if len(rows) > 1 else rows
    artifact = fullest.artifact
    for other in others:
        join = united if other.adds else retold
        artifact, took, dropped = join(artifact, other.artifact)
        ledger.merge(other.file, other.line, f"{artifact.artifact_id!r} a second time", _done(fullest, took, dropped))
    return fullest._replace(artifact=artifact)


def _merged(told: list[_Told], once: Once, sayings: Sayings, ledger: Ledger) -> list[Artifact]:
    """One artifact out of all that are one thing: the one people name first, else the fullest, with the others'."""
    by_id = {each.artifact.artifact_id: each for each in told}
    first, same = kept_ids(sayings), once.same()
    stands_for: dict[str, str] = {}
    for group in once.groups:
        rows = sorted((by_id.pop(artifact_id) for artifact_id in group), key=_fullness, reverse=True)
        fullest, *others = rows
        kept = min(group, key=lambda each: (first.get(each, len(first)), each != fullest.artifact.artifact_id))
        artifact = fullest.artifact
        for other in others:
            finding = why(same[other.artifact.artifact_id], fullest.artifact.artifact_id)
            artifact, took, dropped = merged(artifact, other.artifact, finding)
            found = f"{other.artifact.artifact_id!r} is {fullest.artifact.artifact_id!r}: {finding.reason}"
            ledger.merge(other.file, other.line, found, _done(fullest, took, dropped))
        by_id[kept] = fullest._replace(artifact=called(artifact, kept))
        stands_for |= dict.fromkeys(group, kept)
    return [relinked(each.artifact, stands_for) for each in by_id.values()]


def _done(fullest: _Told, took: list[str], dropped: list[str]) -> str:
    done = f"kept the fuller row, {fullest.file} line {fullest.line}, and took {_listed(took)} of this one"
    return done + (f"; where both state something else, dropped {_listed(dropped)} of this one" if dropped else "")


def _listed(names: list[str]) -> str:
    """The names in one short line."""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return (", ".join(names[:_MOST_NAMED]) or "nothing") + more


def _fullness(told: _Told) -> tuple[int, int, int, str]:
    """More capabilities, more words, more facts; then by content, so that the order of rows never decides."""
    artifact = told.artifact
    content = json.dumps(asdict(artifact), sort_keys=True, default=str)
    return len(artifact.capabilities), len(artifact.description), len(artifact.facts), content
