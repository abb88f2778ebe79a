"""The shell: one command a question. Answers go to stdout, progress and complaints to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track as draw

from matchgraph.answers.recommend import Mode
from matchgraph.answers.values import Answer
from matchgraph.answers.where import Where, where
from matchgraph.catalogue.read import Track
from matchgraph.catalogue.records import ArtifactType, Pricing
from matchgraph.doors import imports
from matchgraph.engine import MatchGraph
from matchgraph.errors import MatchGraphError
from matchgraph.pages.classic import Values, classic, written
from matchgraph.pages.render import render
from matchgraph.rebuild import rebuild
from matchgraph.searches.events import Channel, Outcome
from matchgraph.snapshot.store import Store

app = typer.Typer(
    help="Match AI artifacts by what they can do, and say why.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(imports.app, name="import")
_stderr = Console(stderr=True)


class Form(StrEnum):
    """What an answer is printed as."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"


class ComparisonForm(StrEnum):
    """What a comparison is printed as."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    CLASSIC = "classic"


class Reach(StrEnum):
    """Which artifacts a labelled query is answered from."""

    OPEN = "open"
    FAMILY = "family"


StoreOption = Annotated[Path, typer.Option("--store", help="Folder of the snapshots and the search log.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
FormOption = Annotated[Form, typer.Option("--format", help="Form of the answer.")]
CountOption = Annotated[int, typer.Option("-k", min=1, help="How many results.")]
VersionOption = Annotated[str | None, typer.Option("--snapshot", help="An older version, like v000003.")]
EncoderOption = Annotated[str | None, typer.Option("--encoder", help="Sentence-transformers name or folder.")]
TypeOption = Annotated[list[ArtifactType] | None, typer.Option("--type", help="Only these types; repeat for several.")]
LicenseOption = Annotated[
    list[str] | None, typer.Option("--license", help="Licence names or classes (permissive, ...).")
]
PricingOption = Annotated[list[Pricing] | None, typer.Option("--pricing", help="Only at these prices.")]
MakerOption = Annotated[list[str] | None, typer.Option("--maker", help="Only these makers.")]
LeastOption = Annotated[list[str] | None, typer.Option("--at-least", help="A fact's lowest value: stars=1000.")]
MostOption = Annotated[list[str] | None, typer.Option("--at-most", help="A fact's highest value: parameters=1e9.")]


@app.command("rebuild")
def rebuild_command(
    catalogue: Annotated[list[Path], typer.Argument(help="Files or folders: .jsonl (.gz, .zst), .csv, .parquet.")],
    store: StoreOption = Path("store"),
    hits: Annotated[list[Path] | None, typer.Option("--hits", help="Files of searches to take into the log.")] = None,
    encoder: EncoderOption = None,
    weights: Annotated[Path | None, typer.Option("--weights", help="A file like ranking/weights.toml.")] = None,
    today: Annotated[str | None, typer.Option("--today", help="The day that ages are counted to: 2026-05-01.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first problem in the catalogue.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Encode every text anew, even those held.")] = False,
    new_reference: Annotated[
        bool, typer.Option("--new-reference", help="Draw what ranks are compared against anew.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Rebuild the match graph of a catalogue and make it the live snapshot."""
    report = rebuild(
        catalogue,
        store=store,
        hits=hits or (),
        encoder=encoder,
        weights=weights,
        today=_day(today),
        strict=strict,
        full=full,
        new_reference=new_reference,
        track=_tracked,
    )
    for problem in report.read.problems[:20]:
        typer.echo(str(problem), err=True)
    if len(report.read.problems) > 20:
        typer.echo(f"... and {len(report.read.problems) - 20} more; --json lists all", err=True)
    _print(report.to_dict() if as_json else str(report))


@app.command("search")
def search_command(
    query: Annotated[str, typer.Argument(help="What the artifact should do.")],
    k: CountOption = 10,
    type: TypeOption = None,
    license: LicenseOption = None,
    pricing: PricingOption = None,
    maker: MakerOption = None,
    at_least: LeastOption = None,
    at_most: MostOption = None,
    store: StoreOption = Path("store"),
    snapshot: VersionOption = None,
    encoder: EncoderOption = None,
    form: FormOption = Form.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Who can do this?"""
    conditions = _conditions(type, license, pricing, maker, at_least, at_most)
    _answer(MatchGraph(store, version=snapshot, encoder=encoder).search(query, k, conditions), form, as_json)


@app.command("similar")
def similar_command(
    artifact: Annotated[str, typer.Argument(help="Id, name or alias.")],
    k: CountOption = 10,
    type: TypeOption = None,
    license: LicenseOption = None,
    pricing: PricingOption = None,
    maker: MakerOption = None,
    at_least: LeastOption = None,
    at_most: MostOption = None,
    store: StoreOption = Path("store"),
    snapshot: VersionOption = None,
    form: FormOption = Form.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Who does what this one does?"""
    conditions = _conditions(type, license, pricing, maker, at_least, at_most)
    _answer(MatchGraph(store, version=snapshot).similar(artifact, k, conditions), form, as_json)


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
        _print_classic(graph, left, right, values, as_json)
    elif values is not None:
        raise typer.BadParameter("--values is for --format classic")
    else:
        _answer(graph.compare(left, right, need=need, force=force), Form(form.value), as_json)


@app.command("recommend")
def recommend_command(
    like: Annotated[list[str], typer.Argument(help="What you have or like: ids, names or aliases.")],
    unlike: Annotated[list[str] | None, typer.Option("--unlike", help="What it should not be like.")] = None,
    mode: Annotated[Mode, typer.Option("--mode", help="same-job: the same job by another maker.")] = Mode.SAME_JOB,
    k: CountOption = 5,
    type: TypeOption = None,
    license: LicenseOption = None,
    pricing: PricingOption = None,
    maker: MakerOption = None,
    at_least: LeastOption = None,
    at_most: MostOption = None,
    store: StoreOption = Path("store"),
    snapshot: VersionOption = None,
    form: FormOption = Form.TEXT,
    as_json: JsonOption = False,
) -> None:
    """I need something different: what, and how does it differ?"""
    must = _conditions(type, license, pricing, maker, at_least, at_most)
    graph = MatchGraph(store, version=snapshot)
    _answer(graph.recommend(like, unlike or (), mode=mode, must=must, k=k), form, as_json)


@app.command("explain")
def explain_command(
    artifact: Annotated[str, typer.Argument(help="Id, name or alias.")],
    store: StoreOption = Path("store"),
    snapshot: VersionOption = None,
    form: FormOption = Form.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Why does it stand where it stands?"""
    _answer(MatchGraph(store, version=snapshot).explain(artifact), form, as_json)


@app.command("evaluate")
def evaluate_command(
    queries: Annotated[list[Path], typer.Option("--queries", help="Files of {query, gold, family}.")],
    scope: Annotated[
        Reach, typer.Option("--scope", help="Answer from all, or from the family's own kin.")
    ] = Reach.OPEN,
    store: StoreOption = Path("store"),
    snapshot: VersionOption = None,
    encoder: EncoderOption = None,
    form: FormOption = Form.TEXT,
    as_json: JsonOption = False,
) -> None:
    """How good is search, against BM25 and vectors alone?"""
    graph = MatchGraph(store, version=snapshot, encoder=encoder)
    _answer(graph.evaluate(queries, scope=scope.value, track=_tracked("evaluate")), form, as_json)


@app.command("record")
def record_command(
    query: Annotated[str, typer.Option("--query", help="What was searched.")],
    shown: Annotated[str, typer.Option("--shown", help="What was shown, best first: A,B,C.")] = "",
    chosen: Annotated[str | None, typer.Option("--chosen", help="What was chosen.")] = None,
    outcome: Annotated[Outcome | None, typer.Option("--outcome", help="Whether it did what was wanted.")] = None,
    actor: Annotated[str | None, typer.Option("--actor", help="Who searched; kept as a salted hash.")] = None,
    channel: Annotated[Channel, typer.Option("--channel", help="Who searched; synthetic counts for nothing.")] = (
        Channel.HUMAN
    ),
    store: StoreOption = Path("store"),
    as_json: JsonOption = False,
) -> None:
    """Append one search to the log."""
    graph = MatchGraph(store)
    listed = [name.strip() for name in shown.split(",") if name.strip()]
    event = graph.record(query=query, shown=listed, chosen=chosen, outcome=outcome, actor=actor, channel=channel)
    count = graph.times_matched(event.chosen) if event.chosen else 0
    done = {"query": event.query, "shown": list(event.shown), "chosen": event.chosen, "times_matched": count}
    times = f"{count} real search{'es' if count != 1 else ''} so far"
    said = f"recorded; {times} ended in {event.chosen}" if event.chosen else "recorded; nothing chosen"
    _print(done if as_json else said)


@app.command("snapshots")
def snapshots_command(store: StoreOption = Path("store"), as_json: JsonOption = False) -> None:
    """List the snapshots of a store; a star marks the live one."""
    place = Store(store)
    live = place.current()
    rows: list[dict[str, Any]] = []
    for version in place.versions():
        try:
            rows.append(place.manifest(version).to_dict() | {"live": version == live})
        except MatchGraphError as error:  # the others are no worse for it
            rows.append({"version": version, "error": str(error), "live": version == live})
    if as_json:
        _print(rows)
    else:
        _print("\n".join(map(_snapshot_line, rows)) or f"no snapshot in {store}")


def _snapshot_line(row: dict[str, Any]) -> str:
    head = f"{'*' if row['live'] else ' '} {row['version']}"
    if "error" in row:
        return f"{head}  {row['error']}"
    size = sum(part["bytes"] for part in row["files"].values())
    return f"{head}  {row['built_at']}  {row['counts']['artifacts']:,} artifacts  {size:,} bytes  {row['digest'][:12]}"


@app.command("diff")
def diff_command(
    before: Annotated[str, typer.Argument(help="The older version, like v000001.")],
    after: Annotated[str, typer.Argument(help="The newer version.")],
    k: Annotated[int, typer.Option("-k", min=1, help="How many of those that moved to print; --json has all.")] = 20,
    store: StoreOption = Path("store"),
    as_json: JsonOption = False,
) -> None:
    """Why did ranks move between two snapshots?"""
    found = MatchGraph(store, version=after).diff(before)
    if not as_json and len(found) > k:
        found = replace(found, items=found.items[:k], note=f"... and {len(found) - k} more moved; -k or --json for all")
    _answer(found, Form.TEXT, as_json)


@app.command("verify")
def verify_command(store: StoreOption = Path("store"), as_json: JsonOption = False) -> None:
    """Check every file of every snapshot against its manifest."""
    place = Store(store)
    sound: dict[str, str | None] = {}
    place.manifest()  # says so where there is no snapshot at all, or CURRENT is damaged
    for version in place.versions():
        try:
            place.checked(version)
            sound[version] = None
        except MatchGraphError as error:
            sound[version] = str(error)
    if as_json:
        _print({version: {"sound": fault is None, "error": fault} for version, fault in sound.items()})
    else:
        for version, fault in sound.items():
            _print(f"{version}: {fault or 'sound'}")
    if any(sound.values()):
        raise typer.Exit(1)


@app.command("gc")
def gc_command(
    keep: Annotated[int, typer.Option("--keep", min=1, help="How many of the newest to keep.")] = 3,
    store: StoreOption = Path("store"),
    as_json: JsonOption = False,
) -> None:
    """Delete old snapshots; the live one always stays."""
    place = Store(store)
    place.manifest()  # says so where there is no snapshot at all
    with place.writing():
        gone = place.remove_old(keep)
    _print({"removed": gone} if as_json else f"removed {', '.join(gone) or 'nothing'}")


def main() -> None:
    """Run one command; what cannot be done ends in one line and status 1."""
    try:
        app(prog_name="matchgraph")
    except (MatchGraphError, OSError) as error:
        typer.echo(f"matchgraph: {error}", err=True)
        sys.exit(1)


def _answer(answer: Answer, form: Form, as_json: bool) -> None:
    _print(answer.to_dict() if as_json else render(answer, form.value))


def _print_classic(graph: MatchGraph, left: str, right: str, values: Values | None, as_json: bool) -> None:
    """Print the page as it is, to the last byte; what its values are is said on stderr."""
    page, shown = classic(graph, left, right, values)
    if as_json:
        _print({"values": shown, **asdict(page)})
        return
    if values is None and shown is Values.PUBLISHED:
        typer.echo("values as an imported page published them; --values computed shows our own", err=True)
    sys.stdout.write(written(page))


def _print(what: Any) -> None:
    text = what if isinstance(what, str) else json.dumps(what, indent=2, ensure_ascii=False, default=str)
    speaks = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.rstrip("\n").encode(speaks, "replace").decode(speaks) + "\n")


def _tracked(stage: str) -> Track:
    """A bar on stderr where somebody looks at it, else nothing."""

    def track(items: Iterable[Any]) -> Iterable[Any]:
        return draw(items, description=stage, console=_stderr, transient=True, disable=not _stderr.is_terminal)

    return track


def _conditions(
    type: list[ArtifactType] | None,
    license: list[str] | None,
    pricing: list[Pricing] | None,
    maker: list[str] | None,
    at_least: list[str] | None,
    at_most: list[str] | None,
) -> Where:
    return where(
        type=tuple(type or ()),
        license=license,
        pricing=tuple(pricing or ()),
        maker=maker,
        at_least=_limits(at_least),
        at_most=_limits(at_most),
    )


def _limits(given: list[str] | None) -> dict[str, float]:
    limits = {}
    for text in given or ():
        key, _, value = text.partition("=")
        try:
            limits[key.strip()] = float(value)
        except ValueError as error:
            raise typer.BadParameter(f"{text!r}: wanted a fact and a number, like stars=1000") from error
    return limits


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"{text!r}: wanted a day like 2026-05-01") from error


if __name__ == "__main__":
    main()
