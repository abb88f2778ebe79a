"""The commands that ask about what is named: one a question. What is asked in words is in `search.py`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from matchgraph.answers.exams import Split
from matchgraph.answers.instead.wanted import Mode
from matchgraph.answers.where import Where
from matchgraph.doors.options import (
    ComparisonForm,
    CountOption,
    EncoderOption,
    Form,
    FormOption,
    JsonOption,
    Reach,
    StoreOption,
    VersionOption,
    WithoutOption,
    between_commas,
    filtered,
)
from matchgraph.doors.printing import show, show_answer, tracked
from matchgraph.engine import MatchGraph
from matchgraph.pages.classic import Values, classic, written

app = typer.Typer()


@app.command("similar")
@filtered
def similar_command(
    artifact: Annotated[str, typer.Argument(help="Id, name or alias.")],
    must: Where,
    k: CountOption = 10,
    store: StoreOption = "store",
    snapshot: VersionOption = None,
    form: FormOption = Form.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Who does what this one does?"""
    show_answer(MatchGraph(store, version=snapshot).similar(artifact, k, must), form, as_json)


@app.command("compare")
def compare_command(
    left: Annotated[str, typer.Argument(help="Id, name or alias.")],
    right: Annotated[str, typer.Argument(help="Id, name or alias.")],
    need: Annotated[str | None, typer.Option("--need", help='What it is for: "image search, offline, MIT".')] = None,
    force: Annotated[bool, typer.Option("--force", help="Give the two scores even where they do not compare.")] = False,
    store: StoreOption = "store",
    snapshot: VersionOption = None,
    encoder: EncoderOption = None,
    form: Annotated[ComparisonForm, typer.Option("--format", help="Form of the answer.")] = ComparisonForm.TEXT,
    values: Annotated[
        Values | None, typer.Option("--values", help="With --format classic: an imported page's values or our own.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """This or that, and why?"""
    graph = MatchGraph(store, version=snapshot, encoder=encoder)
    if form is ComparisonForm.CLASSIC:
        _show_classic(graph, left, right, values, as_json)
    elif values is not None:
        raise typer.BadParameter("--values is for --format classic")
    else:
        show_answer(graph.compare(left, right, need=need, force=force), Form(form.value), as_json)


@app.command("recommend")
@filtered
def recommend_command(
    must: Where,
    avoid: Where,
    prefer: Where,
    like: Annotated[list[str] | None, typer.Argument(help="What you have or like: ids, names or aliases.")] = None,
    unlike: Annotated[
        list[str] | None, typer.Option("--unlike", help="What it should not be like, between commas.")
    ] = None,
    to_replace: Annotated[str | None, typer.Option("--replace", help="The one whose job has to be done.")] = None,
    neither: Annotated[
        list[str] | None, typer.Option("--neither", help="Two just compared, like clip,siglip: neither of them.")
    ] = None,
    need: Annotated[str | None, typer.Option("--need", help="What it has to do, in words.")] = None,
    mode: Annotated[Mode, typer.Option("--mode", help="The same job, next to the job, or a surprise.")] = Mode.SAME_JOB,
    seed: Annotated[int, typer.Option("--seed", help="The same seed, the same surprise.")] = 0,
    relax: Annotated[
        list[str] | None, typer.Option("--relax", help="Conditions to give up where too few are left: license,maker.")
    ] = None,
    k: CountOption = 5,
    store: StoreOption = "store",
    snapshot: VersionOption = None,
    form: FormOption = Form.TEXT,
    as_json: JsonOption = False,
) -> None:
    """I need something different: what, and how does it differ?"""
    pair = between_commas(neither)
    if neither and len(pair) != 2:
        raise typer.BadParameter(f"--neither has {', '.join(pair) or 'nothing'}: wanted two, like clip,siglip")
    if not like and need is None and to_replace is None and not pair:
        raise typer.BadParameter("name an artifact, or say --need, --replace or --neither")
    graph = MatchGraph(store, version=snapshot)
    answer = graph.recommend(
        like or (),
        between_commas(unlike),
        to_replace=to_replace,
        neither=(pair[0], pair[1]) if pair else None,
        need=need,
        mode=mode,
        must=must,
        prefer=prefer,
        avoid=avoid,
        relax=between_commas(relax),
        k=k,
        seed=seed,
    )
    show_answer(answer, form, as_json)


@app.command("explain")
def explain_command(
    artifact: Annotated[str | None, typer.Argument(help="Id, name or alias.")] = None,
    search: Annotated[bool, typer.Option("--search", help="What search has learned, and with what gain.")] = False,
    store: StoreOption = "store",
    snapshot: VersionOption = None,
    form: FormOption = Form.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Why does it stand where it stands?"""
    if search == (artifact is not None):
        raise typer.BadParameter("name an artifact, or say --search: one of the two")
    graph = MatchGraph(store, version=snapshot)
    show_answer(graph.lessons() if artifact is None else graph.explain(artifact), form, as_json)


@app.command("evaluate")
def evaluate_command(
    queries: Annotated[list[Path], typer.Option("--queries", help="Files of {query, gold, family}.")],
    scope: Annotated[
        Reach, typer.Option("--scope", help="Answer from all, or from the family's own kin.")
    ] = Reach.OPEN,
    split: Annotated[
        Split, typer.Option("--split", help="Learn from one part of the searches, judge on the other.")
    ] = Split.NONE,
    hits: Annotated[list[Path] | None, typer.Option("--hits", help="Learn from these files instead.")] = None,
    without: WithoutOption = "",
    store: StoreOption = "store",
    snapshot: VersionOption = None,
    encoder: EncoderOption = None,
    form: FormOption = Form.TEXT,
    as_json: JsonOption = False,
) -> None:
    """How good is search, with what it learned and without, against BM25 and vectors alone?"""
    graph = MatchGraph(store, version=snapshot, encoder=encoder)
    found = graph.evaluate(
        queries, scope=scope.value, split=split, hits=hits or (), without=without, track=tracked("evaluate")
    )
    show_answer(found, form, as_json)


def _show_classic(graph: MatchGraph, left: str, right: str, values: Values | None, as_json: bool) -> None:
    """Print the page as it is, to the last byte; what its values are is said on stderr."""
    page, shown = classic(graph, left, right, values)
    if as_json:
        show({"values": shown, **asdict(page)})
        return
    if values is None and shown is Values.PUBLISHED:
        typer.echo("values as an imported page published them; --values computed shows our own", err=True)
    sys.stdout.write(written(page))
