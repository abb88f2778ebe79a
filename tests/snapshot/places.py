"""Places for stores at URLs: the memory of this process, and a server that speaks S3; each can be watched or broken."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from matchgraph.errors import SnapshotError
from matchgraph.snapshot.place import store_at
from matchgraph.snapshot.remote import RemoteStore
from tests.snapshot.faults import some_files, some_manifest

# Moto wants older libraries than we do, so it has an environment of its own.
SERVER = Path(sys.prefix) / "s3/bin/python"
BUCKET = "shelf"
_numbers = count()


@contextmanager
def s3_server() -> Iterator[None]:
    """An S3 server with one empty bucket, named in the environment as its users name theirs."""
    quiet = subprocess.DEVNULL
    script = Path(__file__).with_name("s3_server.py")
    server = subprocess.Popen([SERVER, script], stdout=subprocess.PIPE, stderr=quiet, text=True)
    assert server.stdout is not None
    try:
        at = f"http://127.0.0.1:{int(server.stdout.readline())}"
        urllib.request.urlopen(urllib.request.Request(f"{at}/{BUCKET}", method="PUT")).close()  # noqa: S310 - ours
        told = {"AWS_ENDPOINT_URL": at, "AWS_ALLOW_HTTP": "true", "AWS_REGION": "us-east-1"}
        os.environ.update(told | {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"})
        yield
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


def fresh(kind: str) -> str:
    """A URL where nothing is yet."""
    return f"{'s3://' + BUCKET if kind == 's3' else 'memory://'}/{next(_numbers)}/store"


class Told:
    """Objects that call `at` with the name of every point they come to, before and after each request."""

    def __init__(self, objects: Any, at: Callable[[str], None]) -> None:
        self.objects, self.at = objects, at

    def __getattr__(self, step: str) -> Any:
        done = getattr(self.objects, step)
        if not callable(done):
            return done

        def told(*args: Any) -> Any:
            name = args[0] if isinstance(args[0], str) else "some"
            self.at(f"before {step} {name.rpartition('/')[2]}")
            found = done(*args)
            self.at(f"after {step} {name.rpartition('/')[2]}")
            return found

        return told


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


class Faults:
    """Does `fault` at the point of that number, and from there on every time if the fault is for good."""

    def __init__(self, number: int = -1, fault: Callable[[], None] | None = None, *, for_good: bool = False) -> None:
        self.number, self.fault, self.for_good = number, fault, for_good
        self.points: list[str] = []

    def __call__(self, name: str) -> None:
        self.points.append(name)
        here = len(self.points) - 1
        if self.fault is not None and (here == self.number or (self.for_good and 0 <= self.number < here)):
            self.fault()


def killed() -> None:
    raise Killed


def silent() -> None:
    raise OSError("the place does not answer")


def store(url: str, at: Callable[[str], None] | None = None) -> RemoteStore:
    """The store there; watched, where somebody is to be told."""
    made = store_at(url)
    assert isinstance(made, RemoteStore)
    return RemoteStore(Told(made.objects, at), made.local) if at else made  # type: ignore[arg-type]


def published(url: str, seed: int, at: Callable[[str], None] | None = None) -> str:
    """The digest of files of that seed, once they are published."""
    place = store(url, at)
    with place.writing():
        return place.publish(some_files(seed), some_manifest()).digest


def seen(url: str) -> str | None:
    """The digest of the whole, checked live snapshot; None where the store says that there is none."""
    try:
        return store(url).checked()[0].digest
    except SnapshotError as error:
        if "run `matchgraph rebuild" in str(error):
            return None
        raise


def leftovers(url: str) -> list[str]:
    """The folders of snapshots that are there and that CURRENT does not list."""
    objects = store(url).objects
    found = objects.look("CURRENT", 1 << 20)
    text = found[0].decode() if found else ""
    folders = {name.rpartition("/")[0] for name in objects.names("snapshots")}
    return sorted(each for each in folders if each.rpartition("-")[2] not in text)
