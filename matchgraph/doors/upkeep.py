"""The commands that keep a store: rebuild it, record searches, look after its snapshots."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from matchgraph.doors.options import EncoderOption, Form, JsonOption, SameOption, StoreOption, day_of
from matchgraph.doors.printing import show, show_answer, tracked
from matchgraph.engine import MatchGraph
from matchgraph.engines.named import Engine
from matchgraph.errors import MatchGraphError
from matchgraph.estimate import estimate
from matchgraph.rebuild import rebuild
from matchgraph.searches.events import Channel, Outcome
from matchgraph.snapshot.manifest import in_words
from matchgraph.snapshot.place import store_at
from matchgraph.snapshot.remote import RemoteStore
from matchgraph.snapshot.store import Store

app = typer.Typer()
EngineOption = Annotated[Engine, typer.Option("--engine", help="Who encodes texts and looks for neighbours.")]


@app.command("rebuild")
def rebuild_command(
    catalogue: Annotated[list[Path], typer.Argument(help="Files or folders: .jsonl (.gz, .zst), .csv, .parquet.")],
    store: StoreOption = "store",
    hits: Annotated[list[Path] | None, typer.Option("--hits", help="Files of searches to take into the log.")] = None,
    encoder: EncoderOption = None,
    weights: Annotated[Path | None, typer.Option("--weights", help="A file like ranking/weights.toml.")] = None,
    today: Annotated[str | None, typer.Option("--today", help="The day that ages are counted to: 2026-05-01.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first problem in the catalogue.")] = False,
    same: SameOption = None,
    keep_doubles: Annotated[bool, typer.Option("--keep-doubles", help="Merge no ids that are one thing.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Make everything anew, whatever is held.")] = False,
    exact: Annotated[bool, typer.Option("--exact", help="Look at every pair of artifacts, however many.")] = False,
    log: Annotated[
        str | None, typer.Option("--log", help="Where searches are kept if not in the store: postgresql://HOST/BASE.")
    ] = None,
    new_reference: Annotated[
        bool, typer.Option("--new-reference", help="Draw what ranks are compared against anew.")
    ] = False,
    engine: EngineOption = Engine.LOCAL,
    ray_address: Annotated[
        str | None, typer.Option("--ray-address", help="HOST:PORT of a Ray cluster's head; else one starts here.")
    ] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="At most so many Ray workers.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Rebuild the match graph of a catalogue and make it the live snapshot."""
    with redirect_stdout(sys.stderr):  # engines have something to say too
        report = rebuild(
            catalogue,
            store=store,
            hits=hits or (),
            encoder=encoder,
            weights=weights,
            today=day_of(today),
            strict=strict,
            same=same,
            merge=not keep_doubles,
            full=full,
            exact=exact,
            new_reference=new_reference,
            log=log,
            engine=engine,
            ray_address=ray_address,
            workers=workers,
            track=tracked,
        )
    for problem in report.read.problems[:20]:
        typer.echo(str(problem), err=True)
    if len(report.read.problems) > 20:
        typer.echo(f"... and {len(report.read.problems) - 20} more; --json lists all", err=True)
    show(report.to_dict() if as_json else str(report))


@app.command("estimate")
def estimate_command(
    catalogue: Annotated[list[Path], typer.Argument(help="Files or folders: .jsonl (.gz, .zst), .csv, .parquet.")],
    store: StoreOption = "store",
    encoder: EncoderOption = None,
    engine: EngineOption = Engine.LOCAL,
    nodes: Annotated[int, typer.Option("--nodes", min=1, help="Nodes of the Ray cluster, each like this one.")] = 1,
    every_row: Annotated[
        bool, typer.Option("--every-row", help="Read all of it, and count what has to be encoded; takes longer.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """What a rebuild of a catalogue will take: time, memory and disk."""
    found = estimate(catalogue, store=store, encoder=encoder, engine=engine, nodes=nodes, every_row=every_row)
    show(found.to_dict() if as_json else str(found))


@app.command("record")
def record_command(
    query: Annotated[str, typer.Option("--query", help="What was searched.")],
    shown: Annotated[str, typer.Option("--shown", help="What was shown, best first: A,B,C.")] = "",
    explored: Annotated[str, typer.Option("--explored", help="Those of the shown that were drawn by lot.")] = "",
    chosen: Annotated[str | None, typer.Option("--chosen", help="What was chosen.")] = None,
    outcome: Annotated[Outcome | None, typer.Option("--outcome", help="Whether it did what was wanted.")] = None,
    actor: Annotated[str | None, typer.Option("--actor", help="Who searched; kept as a salted hash.")] = None,
    channel: Annotated[Channel, typer.Option("--channel", help="Who searched; synthetic counts for nothing.")] = (
        Channel.HUMAN
    ),
    store: StoreOption = "store",
    as_json: JsonOption = False,
) -> None:
    """Append one search to the log."""
    graph = MatchGraph(store)
    listed, drawn = ([name.strip() for name in each.split(",") if name.strip()] for each in (shown, explored))
    event = graph.record(
        query=query, shown=listed, explored=drawn, chosen=chosen, outcome=outcome, actor=actor, channel=channel
    )
    count = graph.times_matched(event.chosen) if event.chosen else 0
    done = {"query": event.query, "shown": list(event.shown), "chosen": event.chosen, "times_matched": count}
    times = f"{count} real search{'es' if count != 1 else ''} so far"
    said = f"recorded; {times} ended in {event.chosen}" if event.chosen else "recorded; nothing chosen"
    show(done if as_json else said)


@app.command("snapshots")
def snapshots_command(store: StoreOption = "store", as_json: JsonOption = False) -> None:
    """List the snapshots of a store; a star marks the live one."""
    place = store_at(store)
    live = place.current()
    rows: list[dict[str, Any]] = []
    for version in place.versions():
        try:
            manifest = place.manifest(version)
            rows.append(manifest.to_dict() | {"manifest_sha256": manifest.sha256, "live": version == live})
        except MatchGraphError as error:  # the others are no worse for it
            rows.append({"version": version, "error": str(error), "live": version == live})
    if as_json:
        show(rows)
    else:
        show("\n".join(map(_snapshot_line, rows)) or f"no snapshot in {store}")


def _snapshot_line(row: dict[str, Any]) -> str:
    head = f"{'*' if row['live'] else ' '} {row['version']}"
    if "error" in row:
        return f"{head}  {row['error']}"
    size, artifacts = sum(part["bytes"] for part in row["files"].values()), row["counts"].get("artifacts", 0)
    return f"{head}  {row['built_at']}  {artifacts:,} artifacts  {size:,} bytes  {row['digest'][:12]}"


@app.command("diff")
def diff_command(
    before: Annotated[str, typer.Argument(help="The older version, like v000001.")],
    after: Annotated[str, typer.Argument(help="The newer version.")],
    k: Annotated[int, typer.Option("-k", min=1, help="How many of those that moved to print; --json has all.")] = 20,
    store: StoreOption = "store",
    as_json: JsonOption = False,
) -> None:
    """Why did ranks move between two snapshots?"""
    found = MatchGraph(store, version=after).diff(before)
    if not as_json and len(found) > k:
        found = replace(found, items=found.items[:k], note=f"... and {len(found) - k} more moved; -k or --json for all")
    show_answer(found, Form.TEXT, as_json)


@app.command("verify")
def verify_command(store: StoreOption = "store", as_json: JsonOption = False) -> None:
    """Check every file of every snapshot against its manifest."""
    place = store_at(store)
    sound: dict[str, str | None] = {}
    versions = place.versions() or [place.manifest().version]  # which says so where there is no snapshot at all
    for version in versions:
        try:
            place.checked(version)
            sound[version] = None
        except MatchGraphError as error:
            sound[version] = str(error)
    try:
        place.current()
    except MatchGraphError as error:
        sound["CURRENT"] = str(error)
    if as_json:
        show({version: {"sound": fault is None, "error": fault} for version, fault in sound.items()})
    else:
        for version, fault in sound.items():
            show(f"{version}: {fault or 'sound'}")
    if any(sound.values()):
        raise typer.Exit(1)


@app.command("rollback")
def rollback_command(
    version: Annotated[
        str | None, typer.Argument(help="The version to make live, like v000001; else the one before the live one.")
    ] = None,
    store: StoreOption = "store",
    as_json: JsonOption = False,
) -> None:
    """Make an older snapshot the live one again; `snapshots` lists them, and none is removed."""
    place = store_at(store)
    was = _live(place, version)
    with place.writing():
        now = place.go_back(version)
    done = f"{now.version} is live again: {in_words(now.counts)}{f'; {was} is kept' if was else ''}"
    show({"version": now.version, "was": was, "digest": now.digest} if as_json else done)


def _live(place: Store | RemoteStore, version: str | None) -> str | None:
    """The live version; where another one is named, it may also be that none can be told."""
    try:
        live = place.current()
    except MatchGraphError:
        if version is None:
            raise
        return None
    if live is None:
        place.manifest(version)  # says so where there is no snapshot at all
    return live


@app.command("gc")
def gc_command(
    keep: Annotated[int, typer.Option("--keep", min=1, help="How many of the newest to keep.")] = 3,
    store: StoreOption = "store",
    as_json: JsonOption = False,
) -> None:
    """Delete old snapshots; the live one always stays, and so does what somebody reads."""
    place = store_at(store)
    place.manifest()  # says so where there is no snapshot at all
    with place.writing():
        gone, read = place.remove_old(keep)
    kept = f"; kept {', '.join(read)}, which somebody reads" if read else ""
    show({"removed": gone, "read": read} if as_json else f"removed {', '.join(gone) or 'nothing'}{kept}")
