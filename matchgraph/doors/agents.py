"""`matchgraph mcp`: the engine for agents, over standard input and output or over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from matchgraph.doors.keys import keys_of
from matchgraph.doors.listening import check_free
from matchgraph.doors.live import Live
from matchgraph.doors.options import EncoderOption, StoreOption
from matchgraph.errors import MatchGraphError
from matchgraph.snapshot.place import store_at

app = typer.Typer()


@app.command("mcp")
def mcp_command(
    store: StoreOption = "store",
    http: Annotated[bool, typer.Option("--http", help="Listen on HTTP rather than standard input.")] = False,
    host: Annotated[str, typer.Option("--host", help="With --http: where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="With --http: which port.")] = 8765,
    encoder: EncoderOption = None,
) -> None:
    """Answer agents that speak the Model Context Protocol."""
    try:
        from matchgraph.doors.mcp.server import server
        from matchgraph.doors.mcp.transport import listen
    except ModuleNotFoundError as error:
        raise MatchGraphError(f"`mcp` needs {error.name}: pip install 'matchgraph[mcp]'.") from error
    if http:
        keys_of(store_at(store)).check_host(host)
        check_free(host, port)
    live = Live(store, encoder=encoder)
    if http:
        typer.echo(f"matchgraph: agents are answered at http://{host}:{port}/mcp", err=True)
        listen(live, host, port)
    else:
        server(live).run("stdio")
