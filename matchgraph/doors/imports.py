"""`matchgraph import FORMAT`: other people's formats into a catalogue file; `validate` says what a manifest lacks."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Annotated

import typer

from matchgraph.catalogue.importers.importer import importers
from matchgraph.catalogue.intake import ANY, Account, imported
from matchgraph.catalogue.report import Ledger, Problem
from matchgraph.catalogue.rows import row_of
from matchgraph.catalogue.validation import validate_manifest
from matchgraph.doors.options import JsonOption, day_of
from matchgraph.doors.printing import check_writable, show
from matchgraph.errors import CatalogueError

app = typer.Typer()

_MOST_NAMED = 8  # fields in one line
_MOST_SHOWN = 50  # problems


def _list(asked: bool) -> None:
    """Print the formats and end, where they are asked for."""
    if asked:
        about = {ANY: "Each document by the importer that knows it."}
        about |= {name: importer.about for name, importer in importers().items()}
        show("\n".join(f"{name:10}{line}" for name, line in about.items()))
        raise typer.Exit


@app.command("import")
def import_command(
    format: Annotated[str, typer.Argument(help="One of --formats, or auto.")],
    sources: Annotated[list[Path], typer.Argument(help="Files, folders or zip archives.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The catalogue to write, one JSON object a line.")],
    observed_on: Annotated[
        str | None, typer.Option("--on", help="The day the sources were fetched: 2026-05-01.")
    ] = None,
    as_json: JsonOption = False,
    _formats: Annotated[
        bool, typer.Option("--formats", help="List the formats.", is_eager=True, callback=_list)
    ] = False,
) -> None:
    """Read other formats into a catalogue file."""
    if any(output.resolve() == source.resolve() for source in sources):
        raise CatalogueError(f"{output} is one of the files to read: name another file to write.")
    check_writable(output)
    account = Account()
    counts = {"artifacts": 0, "capabilities": 0}
    beside = output.with_name(f".{output.name}.part")
    try:
        with beside.open("w", encoding="utf-8") as stream:
            for artifact in imported(format, sources, account, day_of(observed_on), unread=(output, beside)):
                stream.write(json.dumps(row_of(artifact), ensure_ascii=False) + "\n")
                counts["artifacts"] += 1
                counts["capabilities"] += len(artifact.capabilities)
        beside.replace(output)
    finally:
        beside.unlink(missing_ok=True)
    if as_json:
        report = account.report(counts["artifacts"])
        problems = [str(problem) for problem in report.problems]
        told = {"files": len(account.files), **counts, "output": str(output), "refused": report.rows_refused}
        show(told | {"problems": problems, "skipped_files": list(report.skipped_files)})
        return
    _tell(account.ledger, account.skipped)
    read = f"{_counted(len(account.files), 'file')} read"
    done = f"{_counted(counts['artifacts'], 'artifact')}, {_counted(counts['capabilities'], 'capability')}"
    typer.echo(f"{read}: {done}, written to {output}", err=True)


def _tell(ledger: Ledger, skipped: list[str]) -> None:
    """What was mended, refused, not placed and passed over, on stderr."""
    for problem in ledger.problems[:_MOST_SHOWN]:
        typer.echo(str(problem), err=True)
    if len(ledger.problems) > _MOST_SHOWN:
        typer.echo(f"... and {len(ledger.problems) - _MOST_SHOWN} more problems; --json lists all", err=True)
    by_file: dict[str, list[Problem]] = defaultdict(list)
    for problem in ledger.left():
        by_file[problem.file].append(problem)
    for file, left in list(by_file.items())[:_MOST_SHOWN]:
        named = ", ".join(problem.field for problem in left[:_MOST_NAMED])
        more = f" and {len(left) - _MOST_NAMED} more; --json lists all" if len(left) > _MOST_NAMED else ""
        typer.echo(f"{file}: no field for {named}{more}", err=True)
    if len(by_file) > _MOST_SHOWN:
        typer.echo(f"... and fields of {len(by_file) - _MOST_SHOWN} more files; --json lists all", err=True)
    if skipped:
        passed = f"{_counted(len(skipped), 'file')} passed over, of another format"
        typer.echo(f"{passed}: {', '.join(skipped[:_MOST_NAMED])}", err=True)


def _counted(number: int, thing: str) -> str:
    """So many of a thing, in words."""
    several = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{number:,} {thing if number == 1 else several}"


@app.command("validate")
def validate_command(
    files: Annotated[list[Path], typer.Argument(help="Capability manifests, in YAML or JSON.")],
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong with capability manifests, and what they lack; status 1 where one has errors."""
    found = [validate_manifest(file) for file in files]
    show([each.to_dict() for each in found] if as_json else "\n".join(map(str, found)))
    if not all(each.is_valid for each in found):
        raise typer.Exit(1)
