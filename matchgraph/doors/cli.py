"""The shell: one command a question. Answers go to stdout, progress and complaints to stderr."""

from __future__ import annotations

import sys

import typer

from matchgraph.doors import imports, questions, serving, upkeep
from matchgraph.errors import MatchGraphError

app = typer.Typer(
    help="Match AI artifacts by what they can do, and say why.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(questions.app)
app.add_typer(upkeep.app)
app.add_typer(serving.app)
app.add_typer(serving.exports, name="export")
app.add_typer(imports.app, name="import")


def main() -> None:
    """Run one command; what cannot be done ends in one line and status 1."""
    try:
        app(prog_name="matchgraph")
    except (MatchGraphError, OSError) as error:
        typer.echo(f"matchgraph: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
