"""`matchgraph export`: what the snapshot knows, in forms that others read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from matchgraph.catalogue.manifest import manifest_of, passport_of
from matchgraph.catalogue.records import Artifact
from matchgraph.doors.exporting import export_site
from matchgraph.doors.options import JsonOption, StoreOption, VersionOption
from matchgraph.doors.printing import check_writable, show, tracked
from matchgraph.engine import MatchGraph

app = typer.Typer(
    name="export",
    help="Write an artifact in a form that others read, or the pages of all as files.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

NameArgument = Annotated[str, typer.Argument(help="An id, name or alias.")]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="The file to write, else stdout.")]


@app.command("manifest")
def manifest_command(name: NameArgument, output: OutputOption = None, store: StoreOption = "store") -> None:
    """Its capability manifest, as YAML; `import manifest` reads it back whole."""
    _write(manifest_of, name, output, store)


@app.command("passport")
def passport_command(name: NameArgument, output: OutputOption = None, store: StoreOption = "store") -> None:
    """The same content as JSON."""
    _write(passport_of, name, output, store)


@app.command("site")
def export_site_command(
    folder: Annotated[Path, typer.Argument(help="Where to write; new, empty, or an earlier export.")],
    store: StoreOption = "store",
    snapshot: VersionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every page as a file: what it takes is any web server, or for most pages none."""
    written = export_site(MatchGraph(store, version=snapshot), folder, tracked("pages"))
    show(written.to_dict() if as_json else str(written))


def _write(form: Callable[[Artifact], str], name: str, output: Path | None, store: str) -> None:
    if output is not None:
        check_writable(output)
    text = form(MatchGraph(store).artifact(name))
    if output is None:
        show(text)
    else:
        output.write_text(text, encoding="utf-8")
        typer.echo(f"written to {output}", err=True)
