"""`matchgraph duplicates`: which ids of a catalogue are one thing, which may be, which only look like it; families."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from matchgraph.catalogue.once.judge import Answer
from matchgraph.catalogue.once.pairs import Pair
from matchgraph.catalogue.once.variants import Variant, variants
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
    """List the ids that are one thing or may be, each pair with what was seen and how sure that is; and families.

    Versions and sizes of one thing stay apart, and the match graph links them.
    """
    found_once, report = read(catalogue, same=same, track=tracked("read"))
    found = {answer: [pair for pair in report.pairs if pair.finding.answer is answer] for answer in Answer}
    for problem in report.problems:
        if same is not None and problem.file == str(same):
            typer.echo(f"matchgraph: {problem}", err=True)
    kin = variants(found_once)
    if as_json:
        told = {str(answer): [pair.to_dict() for pair in pairs] for answer, pairs in found.items()}
        show(told | {"variants": [each.to_dict() for each in kin]})
        return
    parts = [_told(_HEADS[answer], pairs) for answer, pairs in found.items() if pairs]
    parts += [_told("versions and sizes of another: kept apart, and linked", kin)] if kin else []
    show("\n\n".join(parts) or "nothing stands twice")


def _told(head: str, found: Sequence[Pair | Variant]) -> str:
    return "\n".join([f"{len(found):,} {head}", *(f"  {each}" for each in found)])
