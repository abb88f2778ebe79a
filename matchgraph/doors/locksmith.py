"""`matchgraph keys`: make, list and revoke the keys to a store's doors."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from matchgraph.doors.keys import Key, Keys, Scope, keys_of
from matchgraph.doors.options import JsonOption, StoreOption
from matchgraph.doors.printing import show
from matchgraph.errors import AccessError
from matchgraph.snapshot.place import store_at
from matchgraph.snapshot.store import Store

app = typer.Typer(name="keys", help="The keys to the doors of a store.", no_args_is_help=True, rich_markup_mode=None)

_ELSEWHERE = "MATCHGRAPH_KEYS"


@app.command("make")
def make_command(
    name: Annotated[str, typer.Argument(help="Whose key it is.")],
    scope: Annotated[
        list[Scope] | None, typer.Option("--scope", help="What it is good for; repeat for several.")
    ] = None,
    store: StoreOption = "store",
    as_json: JsonOption = False,
) -> None:
    """Make a key; it is shown this once, and kept as a hash."""
    keys = _keys(store)
    if _ELSEWHERE not in os.environ:
        store_at(store).manifest()  # says so where there is none: a key to a mistyped store leaves the real one open
    key, text = keys.make(name, scope or [Scope.READ])
    if not as_json:
        typer.echo(f"{_line(key)}; send it as `Authorization: Bearer ...`; it is not shown again:", err=True)
    show({"key": text, **_told(key)} if as_json else text)


@app.command("list")
def list_command(store: StoreOption = "store", as_json: JsonOption = False) -> None:
    """List the keys there are."""
    keys = _keys(store)
    every = keys.every().values()
    none = f"no keys in {store}" + (": its doors stay closed until one is made" if keys.path.exists() else "")
    show([_told(key) for key in every] if as_json else "\n".join(map(_line, every)) or none)


@app.command("revoke")
def revoke_command(
    key_id: Annotated[str, typer.Argument(help="The key's id, as `list` gives it.")],
    store: StoreOption = "store",
    as_json: JsonOption = False,
) -> None:
    """Revoke a key: no door opens to it from now on."""
    key = _keys(store).revoke(key_id)
    show({"revoked": _told(key)} if as_json else f"revoked {_line(key)}")


def _keys(store: str) -> Keys:
    """The keys of a store; one at a URL has no folder of its own for them."""
    place = store_at(store)
    if not isinstance(place, Store) and _ELSEWHERE not in os.environ:
        raise AccessError(
            f"{place.where} is no folder to keep keys in: let MATCHGRAPH_KEYS name one, here and where it is served."
        )
    return keys_of(place)


def _told(key: Key) -> dict[str, object]:
    return {"key_id": key.key_id, "name": key.name, "scopes": list(key.scopes), "made_at": key.made_at}


def _line(key: Key) -> str:
    return f"{key.key_id}  {key.name}  {', '.join(key.scopes)}  {key.made_at}"
