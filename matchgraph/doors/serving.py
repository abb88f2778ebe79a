"""`matchgraph serve`: the web app."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from matchgraph.doors.listening import check_free
from matchgraph.doors.options import EncoderOption, StoreOption
from matchgraph.errors import QuestionError
from matchgraph.searches.log import log_of
from matchgraph.snapshot.place import store_at

app = typer.Typer()

_MISSING = "`matchgraph serve` needs the web extra: run `pip install 'matchgraph[web]'`."


@app.command("serve")
def serve_command(
    store: StoreOption = "store",
    host: Annotated[
        str, typer.Option("--host", help="Address to listen at; other machines reach 0.0.0.0.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen at.")] = 8000,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="Name it answers to, like example.org; repeat for several.")
    ] = None,
    record: Annotated[bool, typer.Option("--record/--no-record", help="Write choices to the search log.")] = True,
    explore: Annotated[
        float, typer.Option("--explore", min=0, max=1, help="Share of places drawn by lot from what is rarely shown.")
    ] = 0.0,
    encoder: EncoderOption = None,
    proxy: Annotated[
        str | None, typer.Option("--proxy", help="Address of a proxy whose word on visitors' addresses is taken.")
    ] = None,
) -> None:
    """The match graph as a web app, on this machine unless told otherwise."""
    try:
        import uvicorn

        from matchgraph.doors.web.app import answers_programs, application
        from matchgraph.doors.web.settings import LOOPBACK, Settings
    except ModuleNotFoundError as missing:
        if missing.name and missing.name.startswith("matchgraph"):
            raise
        raise QuestionError(_MISSING) from missing
    place = store_at(store)
    place.manifest()  # says so where there is no snapshot, before anything listens
    check_free(host, port)
    if record and log_of(place.log) is None:
        record = False
        typer.echo("nothing is recorded: a store at a URL needs MATCHGRAPH_LOG to say where searches go.", err=True)
    hosts = (*sorted(LOOPBACK), *(name or ())) if host in LOOPBACK or name else ("*",)
    settings = Settings(hosts=hosts, record=record, explore=explore, encoder=encoder)
    typer.echo(f"opening {store}; then http://{host}:{port}", err=True)
    if not answers_programs(place, settings):
        typer.echo("without the JSON API, which others reach only with keys: `matchgraph keys make`.", err=True)
    trusted: dict[str, Any] = {"proxy_headers": proxy is not None, "forwarded_allow_ips": proxy or ""}
    uvicorn.run(application(store, settings), host=host, port=port, log_level="warning", server_header=False, **trusted)
