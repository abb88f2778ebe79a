"""The commands that ask: one a question."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchgraph.answers.exams import Split
from matchgraph.answers.recommend import Mode
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
    filtered,
)
from matchgraph.doors.printing import show_answer, show_classic, tracked
from matchgraph.engine import MatchGraph
from matchgraph.pages.classic import Values

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
    store: StoreOption = Path("store"),
    snapshot: VersionOption = None,
    encoder: EncoderOption = None,
    form: FormOption = Form.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Who can do this?"""
    graph = MatchGraph(store, version=snapshot, encoder=encoder)
    show_answer(graph.search(query, k, must, explore=explore, seed=seed, rerank=rerank), form, as_json)


@app.command("similar")
@filtered
def similar_command(
    artifact: Annotated[str, typer.Argument(help="Id, name or alias.")],
    must: Where,
    k: CountOption = 10,
    store: StoreOption = Path("store"),
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
    store: StoreOption = Path("store"),
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
        show_classic(graph, left, right, values, as_json)
    elif values is not None:
        raise typer.BadParameter("--values is for --format classic")
    else:
        show_answer(graph.compare(left, right, need=need, force=force), Form(form.value), as_json)


@app.command("recommend")
@filtered
def recommend_command(
    like: Annotated[list[str], typer.Argument(help="What you have or like: ids, names or aliases.")],
    must: Where,
    avoid: Where,
    prefer: Where,
    unlike: Annotated[list[str] | None, typer.Option("--unlike", help="What it should not be like.")] = None,
    mode: Annotated[Mode, typer.Option("--mode", help="same-job: the same job by another maker.")] = Mode.SAME_JOB,
    relax: Annotated[
        str | None, typer.Option("--relax", help="Conditions to give up where too few are left: license,maker.")
    ] = None,
    k: CountOption = 5,
    store: StoreOption = Path("store"),
    snapshot: VersionOption = None,
    form: FormOption = Form.TEXT,
    as_json: JsonOption = False,
) -> None:
    """I need something different: what, and how does it differ?"""
    graph = MatchGraph(store, version=snapshot)
    order = [facet.strip() for facet in (relax or "").split(",") if facet.strip()]
    sides = {"must": must, "prefer": prefer, "avoid": avoid}
    show_answer(graph.recommend(like, unlike or (), mode=mode, **sides, relax=order, k=k), form, as_json)


@app.command("explain")
def explain_command(
    artifact: Annotated[str | None, typer.Argument(help="Id, name or alias.")] = None,
    search: Annotated[bool, typer.Option("--search", help="What search has learned, and with what gain.")] = False,
    store: StoreOption = Path("store"),
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
    store: StoreOption = Path("store"),
    snapshot: VersionOption = None,
    encoder: EncoderOption = None,
    form: FormOption = Form.TEXT,
    as_json: JsonOption = False,
) -> None:
    """How good is search, with what it learned and without, against BM25 and vectors alone?"""
    graph = MatchGraph(store, version=snapshot, encoder=encoder)
    track = tracked("evaluate")
    show_answer(graph.evaluate(queries, scope=scope.value, split=split, hits=hits or (), track=track), form, as_json)
