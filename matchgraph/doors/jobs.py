"""`matchgraph jobs`: what an artifact is for, stated or inferred; or the whole list of jobs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from matchgraph.catalogue.jobs.vocabulary import Job, vocabulary
from matchgraph.doors.options import Form, JsonOption, StoreOption, VersionOption
from matchgraph.doors.printing import show, show_answer
from matchgraph.engine import MatchGraph

app = typer.Typer()


@app.command("jobs")
def jobs_command(
    artifact: Annotated[str | None, typer.Argument(help="Id, name or alias; without one, every job there is.")] = None,
    store: StoreOption = "store",
    snapshot: VersionOption = None,
    as_json: JsonOption = False,
) -> None:
    """What is it for? What is inferred, and not stated by its source, is marked so."""
    if artifact is not None:
        show_answer(MatchGraph(store, version=snapshot).jobs(artifact), Form.TEXT, as_json)
    elif as_json:
        show([asdict(job) | {"job": str(job)} for job in vocabulary()])
    else:
        show("\n".join(map(_line, vocabulary())))


def _line(job: Job) -> str:
    return f"{job!s:42} {job.takes or 'nothing'} > {job.gives}"
