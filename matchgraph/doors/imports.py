"""`matchgraph import FORMAT`: other people's formats into a catalogue file, one command a format."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from matchgraph.catalogue.from_page import import_page
from matchgraph.catalogue.report import Ledger
from matchgraph.doors.options import JsonOption
from matchgraph.errors import CatalogueError

app = typer.Typer(help="Read other formats into a catalogue file.", no_args_is_help=True, rich_markup_mode=None)

OutputOption = Annotated[Path, typer.Option("--output", "-o", help="The catalogue to write, one JSON object a line.")]


@app.command("page")
def page_command(
    files: Annotated[list[Path], typer.Argument(help="Comparison pages in the classic layout.")],
    output: OutputOption,
    as_json: JsonOption = False,
) -> None:
    """Comparison pages; `compare --format classic` gives each back byte for byte."""
    ledger = Ledger()
    _write(import_page(files, ledger), files, output, ledger, as_json)


def _write(rows: Sequence[dict[str, Any]], files: Sequence[Path], output: Path, ledger: Ledger, as_json: bool) -> None:
    """Write the rows, and tell what was read and what is odd about it."""
    if any(output.resolve() == file.resolve() for file in files):
        raise CatalogueError(f"{output} is one of the files to read: name another file to write.")
    output.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    capabilities = sum(len(row["capabilities"]) for row in rows)
    if as_json:
        problems = [str(problem) for problem in ledger.problems]
        told = {"files": len(files), "artifacts": len(rows), "capabilities": capabilities, "output": str(output)}
        typer.echo(json.dumps(told | {"problems": problems}, indent=2, ensure_ascii=False))
        return
    for problem in ledger.problems:
        typer.echo(str(problem), err=True)
    read = f"{len(files)} file{'s' * (len(files) != 1)} read"
    typer.echo(f"{read}: {len(rows)} artifacts, {capabilities} capabilities, written to {output}", err=True)
