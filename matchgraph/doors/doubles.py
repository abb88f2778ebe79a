"""`matchgraph duplicates`: which ids of a catalogue are one thing, which may be, and which only look like it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchgraph.catalogue.once.judge import Answer
from matchgraph.catalogue.once.pairs import Pair
from matchgraph.catalogue.read import read
from matchgraph.doors.options import JsonOption, SameOption
from matchgraph.doors.printing import show, tracked

app = typer.Typer()

_HEADS = {
    Answer.SAME: "the same: a rebuild merges them",
    Answer.POSSIBLE: "possibly the same: say which in a file for --same",
    Answer.APART: "apart, though something speaks for it",
}


@app.command("duplicates")
def duplicates_command(
    catalogue: Annotated[list[Path], typer.Argument(help="Files or folders: .jsonl (.gz, .zst), .csv, .parquet.")],
    same: SameOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the ids that are one thing or may be, each pair with what was seen and how sure that is."""
    _, report = read(catalogue, same=same, track=tracked("read"))
    found = {answer: [pair for pair in report.pairs if pair.finding.answer is answer] for answer in Answer}
    if as_json:
        show({str(answer): [pair.to_dict() for pair in pairs] for answer, pairs in found.items()})
    else:
        show("\n\n".join(_told(answer, pairs) for answer, pairs in found.items() if pairs) or "nothing stands twice")


def _told(answer: Answer, pairs: list[Pair]) -> str:
    return "\n".join([f"{len(pairs):,} {_HEADS[answer]}", *(f"  {pair}" for pair in pairs)])
