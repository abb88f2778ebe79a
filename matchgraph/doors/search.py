"""The command that is asked most, in a room of its own: it starts without all that other questions need."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchgraph.answers.where import Where
from matchgraph.doors.options import (
    CountOption,
    EncoderOption,
    Form,
    FormOption,
    JsonOption,
    StoreOption,
    VersionOption,
    WithoutOption,
    filtered,
)
from matchgraph.doors.printing import show_answer
from matchgraph.engine import MatchGraph

app = typer.Typer()


@app.command("search")
@filtered
def search_command(
    query: Annotated[str, typer.Argument(help="What the artifact should do.")],
    must: Where,
    k: CountOption = 10,
    explore: Annotated[
        float, typer.Option("--explore", min=0, max=1, help="Share of places drawn by lot from what is rarely shown.")
    ] = 0.0,
    seed: Annotated[int, typer.Option("--seed", help="Which draw.")] = 0,
    rerank: Annotated[
        Path | None, typer.Option("--rerank", help="Folder of a cross-encoder that orders the first 50.")
    ] = None,
    without: WithoutOption = "",
    store: StoreOption = "store",
    snapshot: VersionOption = None,
    encoder: EncoderOption = None,
    form: FormOption = Form.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Who can do this?"""
    graph = MatchGraph(store, version=snapshot, encoder=encoder)
    show_answer(graph.search(query, k, must, explore=explore, seed=seed, rerank=rerank, without=without), form, as_json)
