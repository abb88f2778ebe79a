"""Every reader of what comes from outside, as a function of bytes that ends in a value or in an error of ours."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import matchgraph as mg
from matchgraph.catalogue.intake import import_catalogue
from matchgraph.catalogue.read import read
from matchgraph.doors.keys import Keys, Scope
from matchgraph.errors import MatchGraphError
from matchgraph.ranking.weights import read_weights
from matchgraph.searches.hits import read_hits, read_labelled
from matchgraph.snapshot.files import array_in, packed_array, packed_table, table_in
from matchgraph.snapshot.manifest import FORMAT, manifest_in
from matchgraph.snapshot.snapshot import unpacked
from matchgraph.snapshot.store import Held, Store
from tests.catalogue.importers.samples import SAMPLES
from tests.conftest import TODAY, WordEncoder, eight

LINES = "".join(json.dumps(row) + "\n" for row in eight()).encode()
HITS = "".join(json.dumps({"query": f"sort {n}", "gold": ["a", None], "at": "2026-05-01"}) + "\n" for n in range(3))


@dataclass(frozen=True, slots=True)
class Reader:
    """One kind of what is read, and sound examples of it to begin with."""

    reads: Callable[[bytes], object]
    seeds: tuple[bytes, ...]


def survives(reads: Callable[[bytes], object], content: bytes) -> None:
    """Read it, or refuse it by an error of ours; anything else goes through."""
    with suppress(MatchGraphError):
        reads(content)


@cache
def _here() -> Path:
    """A folder for the file that is read, in memory where there is one, gone with the process."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    _here.kept = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)  # type: ignore[attr-defined]
    return Path(_here.kept.name)  # type: ignore[attr-defined]


def _as_file(name: str, read_it: Callable[[Path], object]) -> Callable[[bytes], object]:
    def reads(content: bytes) -> object:
        path = _here() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return read_it(path)

    return reads


def _imported(format: str) -> Callable[[Path], object]:
    def read_it(path: Path) -> object:
        found = import_catalogue(format, path, observed_on=TODAY)
        return json.dumps(found.to_rows())

    return read_it


def _as_any_of(*readers: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """The first byte says which of them reads the rest."""

    def reads(content: bytes) -> object:
        return readers[content[0] % len(readers)](content[1:]) if content else None

    return reads


def _led(number: int, *contents: bytes) -> list[bytes]:
    return [bytes([number]) + content for content in contents]


# Tables


def _csv() -> bytes:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["artifact_id", "name", "type", "description", "stars", "tags", "capabilities"])
    table.writerow(["a", "A", "model", "Sorts mail.", "12", "mail;post", '[{"name": "sort", "description": "sorts"}]'])
    table.writerow(["b", "B, the other", "dataset", 'Holds "mail".', "1.5", "", "[]"])
    return text.getvalue().encode()


def _parquet() -> list[bytes]:
    """Without checksums and without packing, so that what is changed in a page is met by its reader."""
    rows = pa.table({"artifact_id": ["a", "b"], "name": ["A", "B"], "type": ["model"] * 2, "job": [["x"], []]})
    numbers = pa.table({"n": [1, None, 3], "x": [0.5, 1.5, None], "flag": [True, False, None]})
    written = []
    for table in (rows, numbers, rows.append_column("facts", pa.array([{"stars": 5}, {"stars": None}]))):
        for how in ({"compression": "none"}, {"use_dictionary": False, "data_page_version": "2.0"}):
            sink = io.BytesIO()
            pq.write_table(table, sink, store_schema=False, **how)
            written.append(sink.getvalue())
    return [*written, packed_table(rows)]


# Snapshots


@cache
def _held() -> Held:
    """The eight, as a snapshot."""
    store = _here() / "store"
    (_here() / "eight.jsonl").write_bytes(LINES)
    mg.rebuild(_here() / "eight.jsonl", store=store, encoder=WordEncoder(), today=TODAY)
    return Store(store).held()


def _manifest(content: bytes) -> object:
    """The manifest as it is, and with a seal that fits: else nothing behind the seal would ever be read."""
    with suppress(MatchGraphError):
        manifest_in(content, "here")
    try:
        stated = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(stated, dict):
        return None
    stated.pop("seal", None)
    with suppress(ValueError, RecursionError):
        text = json.dumps({**stated, "format": FORMAT}, indent=1, sort_keys=True, ensure_ascii=False)
        seal = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return manifest_in(json.dumps({**stated, "format": FORMAT, "seal": seal}).encode(), "here")
    return None


def _changed_table(content: bytes) -> object:
    """A whole snapshot of which cells of one table are others, as a stranger who makes all digests fit would have."""
    dice, held = Random(content), _held()
    name = dice.choice(sorted(name for name in held.files if name.endswith(".parquet")))
    rows = table_in(held.files, name).to_pylist()
    values = [None, 0, -1, 1 << 40, 1e308, float("nan"), "", content[:20].decode("latin-1"), [], {}]
    for _ in range(dice.randrange(1, 4)):
        if rows:
            row = dice.choice(rows)
            row[dice.choice(sorted(row))] = dice.choice([*values, dice.choice(list(dice.choice(rows).values()))])
    try:
        packed = packed_table(pa.Table.from_pylist(rows))
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return None
    return unpacked(held.manifest, {**held.files, name: packed})


def _current(path: Path) -> object:
    return Store(path.parent).current()


def _admitted(path: Path) -> object:
    return Keys(path.parent).admit("mg_0a_secret", Scope.READ)


def _zip() -> list[bytes]:
    packed = []
    for files in ({"server.json": SAMPLES["mcp"]["server.json"]}, SAMPLES["text"], {"rows.jsonl": LINES.decode()}):
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        packed.append(sink.getvalue())
    return packed


_KEY = {"key_id": "0a", "name": "n", "scopes": ["read"], "sha256": "0" * 64, "made_at": "2026-05-01"}
_WEIGHTS = (Path(mg.__file__).parent / "ranking" / "weights.toml").read_bytes()


def _samples(format: str) -> list[bytes]:
    return [text.encode() for text in SAMPLES[format].values()]


def _of(*kinds: tuple[Callable[[bytes], object], list[bytes]]) -> Reader:
    seeds = [seed for number, (_, given) in enumerate(kinds) for seed in _led(number, *given)]
    return Reader(_as_any_of(*(kind for kind, _ in kinds)), tuple(seeds))


READERS = {
    "rows": _of(
        (_as_file("rows.jsonl", read), [LINES]),
        (_as_file("rows.json", read), [json.dumps(eight()).encode()]),
        (_as_file("rows.csv", read), [_csv()]),
        (_as_file("rows.jsonl.gz", read), [gzip.compress(LINES, mtime=0)]),
    ),
    "parquet": _of(
        (_as_file("rows.parquet", read), _parquet()),
        (lambda content: table_in({"t.parquet": content}, "t.parquet"), _parquet()),
    ),
    "npy": Reader(
        lambda content: array_in({"a.npy": content}, "a.npy"),
        (packed_array(np.arange(6, dtype=np.int16).reshape(2, 3)), packed_array(np.zeros((0, 4)))),
    ),
    "manifest": Reader(_as_file("otter.yaml", _imported("manifest")), tuple(_samples("manifest"))),
    "cards": _of(
        (_as_file("ponds/otter/README.md", _imported("hf-card")), _samples("hf-card")),
        (_as_file("otter.html", _imported("text")), _samples("text")),
    ),
    "json": _of(
        (_as_file("server.json", _imported("mcp")), _samples("mcp")),
        (_as_file("otter.json", _imported("pypi")), _samples("pypi")),
        (_as_file("ponds.json", _imported("github")), _samples("github")),
    ),
    "best-of": _of(
        (_as_file("projects.yaml", _imported("best-of")), _samples("best-of")[:1]),
        (_as_file("2026-02-05_projects.csv", _imported("best-of")), _samples("best-of")[1:]),
    ),
    "pages": Reader(_as_file("otter-vs-lake.page", _imported("page")), tuple(_samples("page"))),
    "zip": Reader(_as_file("src.zip", _imported("auto")), tuple(_zip())),
    "hits": _of(
        (_as_file("hits.jsonl", lambda path: list(read_hits([path]))), [HITS.encode()]),
        (_as_file("asked.jsonl", lambda path: read_labelled([path])), [HITS.encode()]),
    ),
    "snapshot": _of(
        (_manifest, [_held().manifest.packed()]),
        (_changed_table, [b"a", b"bc", b"\0\1\2"]),
    ),
    "settings": _of(
        (_as_file("weights.toml", read_weights), [_WEIGHTS]),
        (_as_file("keys/keys.json", _admitted), [json.dumps([_KEY]).encode()]),
        (_as_file("at/CURRENT", _current), [f"v000001 {'0' * 64}\n".encode()]),
    ),
}
