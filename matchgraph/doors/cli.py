"""The shell: one command a question. Answers go to stdout, progress and complaints to stderr."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from matchgraph.errors import MatchGraphError

_RUBBISH = 100_000  # objects before it is looked for: nearly all that a command loads stays to its end
_ROOMS = {
    "search": ("search",),
    "questions": ("similar", "compare", "recommend", "explain", "evaluate"),
    "choices": ("by-example", "like-but", "cover", "pareto"),
    "upkeep": ("rebuild", "estimate", "record", "snapshots", "diff", "verify", "rollback", "gc"),
    "serving": ("serve",),
    "agents": ("mcp",),
    "imports": ("import", "validate"),
    "doubles": ("duplicates",),
    "jobs": ("jobs",),
    "decomposing": ("decompose",),
    "exports": ("export",),
    "locksmith": ("keys",),
}


class _Commands(TyperGroup):
    """Every command; its room is imported when it is asked for, so that a search waits for nothing else."""

    # Any: the classes of click that typer uses are its private ones.
    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - as it is called
        return [command for commands in _ROOMS.values() for command in commands]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        room = next((room for room, commands in _ROOMS.items() if cmd_name in commands), None)
        if room is None:  # whoever mistypes is told the nearest of these
            self.commands = {command: TyperCommand(command) for command in self.list_commands(ctx)}
            return None
        rooms = typer.Typer(rich_markup_mode=None)
        rooms.add_typer(import_module(f"matchgraph.doors.{room}").app)
        return get_group(rooms).commands[cmd_name]


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"matchgraph {version('matchgraph')}")
        raise typer.Exit


@app.callback()
def matchgraph(
    _: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which matchgraph this is.")
    ] = False,
) -> None:
    """Match AI artifacts by what they can do, and say why."""


def main() -> None:
    """Run one command; what cannot be done ends in one line and status 1."""
    gc.set_threshold(_RUBBISH)
    try:
        app(prog_name="matchgraph")
    except (MatchGraphError, OSError) as error:
        typer.echo(f"matchgraph: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
