"""Objects in S3 and what speaks like it, in Google's and in Azure's storage; over HTTPS they are read alone.

Where the place is and who asks is said by the variables of the environment that every tool of these clouds reads, such
as AWS_REGION, AWS_ENDPOINT_URL (with AWS_ALLOW_HTTP where it is no HTTPS) and AWS_ACCESS_KEY_ID, or by the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import from_url

from matchgraph.errors import SnapshotError
from matchgraph.snapshot.objects import Tag

if TYPE_CHECKING:
    from obstore import PutMode, UpdateVersion
    from obstore.store import ClientConfig, RetryConfig

_LONGEST = 300  # characters of what a server says
_RETRIES: RetryConfig = {"max_retries": 5}  # of what may be tried again, within seconds


class Cloud:
    """The objects below s3://bucket/folder, gs://bucket/folder, az://container/folder or https://host/folder."""

    def __init__(self, url: str) -> None:
        self.where = url.rstrip("/")
        self.writable = not url.startswith("http")
        try:
            options: ClientConfig | None = {"allow_http": True} if url.startswith("http:") else None
            self._store = from_url(self.where, client_options=options, retry_config=_RETRIES)
        except (BaseError, ValueError) as error:
            raise SnapshotError(f"no store can be at {self.where}: {_said(error)}") from error

    def look(self, name: str, most: int) -> tuple[bytes, Tag] | None:
        """An object and its tag, both of one answer."""
        with _told():
            try:
                found = obstore.get(self._store, name)
            except FileNotFoundError:
                return None
            if found.meta["size"] > most:
                raise OSError(f"{name} has {found.meta['size']:,} bytes, more than anything of that name has")
            return found.bytes().to_bytes(), _tag(found.meta["e_tag"], found.meta["version"])

    def read(self, name: str, most: int) -> bytes:
        """The object, or the first `most` bytes of it."""
        with _told():
            found = obstore.get(self._store, name)  # of which nothing but the size is read yet
            if found.meta["size"] <= most:
                return found.bytes().to_bytes()
            return obstore.get_range(self._store, name, start=0, length=most).to_bytes()

    def put(self, name: str, content: bytes) -> None:
        """Put an object; a large one appears when its last part is there."""
        with _told():
            obstore.put(self._store, name, content)

    def put_over(self, name: str, content: bytes, tag: Tag | None) -> Tag | None:
        """Put an object by If-Match, or If-None-Match where none is to be there."""
        with _told():
            over: PutMode = "create" if tag is None else cast("UpdateVersion", dict(tag))
            try:
                done = obstore.put(self._store, name, content, mode=over)
            except (AlreadyExistsError, PreconditionError):
                return None
            return _tag(done["e_tag"], done["version"])

    def names(self, folder: str) -> list[str]:
        """The names of all objects in a folder and below it."""
        with _told():
            return [found["path"] for part in obstore.list(self._store, folder) for found in part]

    def remove(self, names: Iterable[str]) -> None:
        """Delete these objects, as far as they are there."""
        with _told():
            obstore.delete(self._store, list(names))


@contextmanager
def _told() -> Iterator[None]:
    """Whatever the place refuses, as the error that a disk would give."""
    try:
        yield
    except BaseError as error:
        raise OSError(_said(error)) from error


def _tag(e_tag: str | None, version: str | None) -> Tag:
    """What S3 and Azure, or Google, compare."""
    return {name: stated for name, stated in (("e_tag", e_tag), ("version", version)) if stated is not None}


def _said(error: Exception) -> str:
    """What went wrong, without what only the library's makers can read."""
    return str(error).partition("\n")[0][:_LONGEST]
