"""The commands that help to choose: by examples, with conditions, for several needs, by several criteria."""

from __future__ import annotations

from typing import Annotated

import typer

from matchgraph.answers.instead.strategies import Strategy
from matchgraph.answers.where import Where
from matchgraph.doors.options import (
    CountOption,
    EncoderOption,
    Form,
    FormOption,
    JsonOption,
    StoreOption,
    VersionOption,
    between_commas,
    filtered,
)
from matchgraph.doors.printing import show_answer
from matchgraph.engine import MatchGraph
from matchgraph.ranking.weights import SIGNALS

app = typer.Typer()


@app.command("by-example")
@filtered
def by_example_command(
    must: Where,
    like: Annotated[list[str] | None, typer.Argument(help="What is liked: ids, names or aliases.")] = None,
    unlike: Annotated[list[str] | None, typer.Option("--unlike", help="What is not liked, between commas.")] = None,
    target: Annotated[str | None, typer.Option("--target", help="What to be near to, for discover.")] = None,
    context: Annotated[
        list[str] | None, typer.Option("--context", help="A pair: LIKED,UNLIKED; repeat for several.")
    ] = None,
    strategy: Annotated[Strategy, typer.Option("--strategy", help="How examples make a score.")] = Strategy.AVERAGE,
    k: CountOption = 10,
    store: StoreOption = "store",
    snapshot: VersionOption = None,
    form: FormOption = Form.TEXT,
    as_json: JsonOption = False,
) -> None:
    """What do Qdrant's strategies give? With --unlike unrelated things may win; `recommend` keeps them out."""
    graph = MatchGraph(store, version=snapshot)
    answer = graph.by_example(
        like or (), between_commas(unlike), target=target, context=_pairs(context), strategy=strategy, where=must, k=k
    )
    show_answer(answer, form, as_json)


@app.command("like-but")
@filtered
def like_but_command(
    artifact: Annotated[str, typer.Argument(help="Id, name or alias.")],
    must: Where,
    avoid: Where,
    without: Annotated[
        list[str] | None, typer.Option("--without", help="What its record must not mention, between commas.")
    ] = None,
    k: CountOption = 1,
    store: StoreOption = "store",
    snapshot: VersionOption = None,
    form: FormOption = Form.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Like this one, but under conditions: what comes nearest, and what is kept, lost and gained with it?"""
    graph = MatchGraph(store, version=snapshot)
    show_answer(graph.like_but(artifact, must=must, avoid=avoid, without=between_commas(without), k=k), form, as_json)


@app.command("cover")
@filtered
def cover_command(
    needs: Annotated[list[str], typer.Argument(help="What is needed, one capability each.")],
    must: Where,
    store: StoreOption = "store",
    snapshot: VersionOption = None,
    encoder: EncoderOption = None,
    form: FormOption = Form.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Which artifacts, as few as can be, do all of this together?"""
    graph = MatchGraph(store, version=snapshot, encoder=encoder)
    show_answer(graph.cover(needs, where=must), form, as_json)


@app.command("pareto")
@filtered
def pareto_command(
    must: Where,
    names: Annotated[list[str] | None, typer.Argument(help="Artifacts of one type: ids, names or aliases.")] = None,
    query: Annotated[str | None, typer.Option("--query", help="Or: what they should do.")] = None,
    by: Annotated[
        list[str] | None, typer.Option("--by", help="rank, a signal, pricing, a fact, between commas; KEY:least.")
    ] = None,
    store: StoreOption = "store",
    snapshot: VersionOption = None,
    encoder: EncoderOption = None,
    form: FormOption = Form.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Which of these does no other match in everything that counts?"""
    if bool(names) == (query is not None):
        raise typer.BadParameter("name artifacts, or say --query: one of the two")
    graph = MatchGraph(store, version=snapshot, encoder=encoder)
    show_answer(
        graph.pareto(query or names or (), by=between_commas(by) or SIGNALS, where=None if must == Where() else must),
        form,
        as_json,
    )


def _pairs(given: list[str] | None) -> list[tuple[str, str]]:
    pairs = []
    for text in given or ():
        named = between_commas([text])
        if len(named) != 2:
            raise typer.BadParameter(f"{text!r}: wanted two artifacts, like clip,siglip")
        pairs.append((named[0], named[1]))
    return pairs
