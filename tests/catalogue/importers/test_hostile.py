"""Hostile sources end in rows, in a report or in one clear error: never in a crash, and never in all of the memory."""

from __future__ import annotations

import contextlib
import io
import json
import random
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchgraph.catalogue.documents import Document
from matchgraph.catalogue.importers.importer import importer_of
from matchgraph.catalogue.intake import import_catalogue
from matchgraph.catalogue.report import Ledger, Outcome
from matchgraph.errors import CatalogueError, MatchGraphError
from tests.catalogue.importers.samples import SAMPLES, laid_out

_PIECES = [
    b"",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\r\n",
    b"---\n",
    b"[" * 3000,
    b'{"a":' * 3000,
    b"- " * 3000,
    b"> " * 200,
    b"&a [*a]",
    b"!!python/object:os.system",
    b"9" * 5000,
    b"1e999",
    b'"\\ud800"',
    b"\xe2\x80\xae",
    b"null",
    b"{}",
    b"[]",
    b"true",
    b"<script>",
    b"<a b" + b"=" * 3000,
    b"'" * 7,
    b'"',
    b"2024-13-45",
    b"| a | b |\n",
]


def survives(format: str, source: Path) -> None:
    """Import what may be anything; each row is either an artifact or refused."""
    with contextlib.suppress(MatchGraphError):
        found = import_catalogue(format, source)
        assert found.report.rows_in == found.report.rows_kept + found.report.rows_refused
        assert json.dumps(found.to_rows()).encode()


@pytest.mark.parametrize("format", SAMPLES)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_document_is_read_or_refused(tmp_path: Path, format: str, data: st.DataObject) -> None:
    folder = laid_out(SAMPLES[format], tmp_path)
    file = folder / data.draw(st.sampled_from(sorted(SAMPLES[format])))
    raw = file.read_bytes()
    for _ in range(data.draw(st.integers(1, 4))):
        at, length = data.draw(st.integers(0, len(raw))), data.draw(st.sampled_from([0, 0, 1, 3, 40]))
        raw = raw[:at] + data.draw(st.sampled_from(_PIECES) | st.binary(max_size=6)) + raw[at + length :]
    file.write_bytes(raw)
    survives(format, folder)
    survives(format, file)


_NAMES = re.findall(
    r"\w+",
    "name info servers server tools packages remotes repository items full_name license owner inputSchema properties "
    "annotations artifact capabilities conditions facts links pricing execution failure_modes urls releases labels "
    "requires_dist classifiers projects categories _meta environmentVariables arguments vulnerabilities parent topics",
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=4),
    max_leaves=14,
)


@given(_JSON)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_json_of_any_shape_is_read_or_refused(tmp_path: Path, value: object) -> None:
    text = json.dumps(value)
    (tmp_path / "any.json").write_text(text)
    for importer in ("mcp", "pypi", "github", "manifest", "unified", "best-of"):
        survives(importer, tmp_path / "any.json")
    (tmp_path / "README.md").write_text(f"---\n{text}\n---\nSorts letters by topic.\n")
    survives("hf-card", tmp_path / "README.md")


@pytest.mark.parametrize("format", SAMPLES)
def test_the_mark_of_the_byte_order_and_other_line_ends_change_nothing(tmp_path: Path, format: str) -> None:
    if format == "page":
        pytest.skip("a page comes back byte for byte, so its bytes are strict")
    plain = import_catalogue(format, laid_out(SAMPLES[format], tmp_path / "a" / "src"))
    other = tmp_path / "b" / "src"
    for name, text in SAMPLES[format].items():
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    marked = import_catalogue(format, other)
    assert [said(each) for each in marked.to_rows()] == [said(each) for each in plain.to_rows()]


def said(row: dict[str, object]) -> dict[str, object]:
    """A row without where it comes from."""
    facts = row["facts"]
    assert isinstance(facts, dict)
    plain = {key: fact["value"] for key, fact in facts.items() if not key.startswith("origin:")}
    return row | {"facts": plain}


@pytest.mark.parametrize("format", SAMPLES)
def test_an_archive_is_read_like_its_folder(tmp_path: Path, format: str) -> None:
    folder = laid_out(SAMPLES[format], tmp_path / "src")
    with zipfile.ZipFile(tmp_path / "src.zip", "w") as archive:
        for name, text in SAMPLES[format].items():
            archive.writestr(name, text)
    plain, packed = (import_catalogue(format, each) for each in (folder, tmp_path / "src.zip"))
    assert [said(each) for each in packed.to_rows()] == [said(each) for each in plain.to_rows()]


@pytest.mark.parametrize("format", ["auto", "text"])
@pytest.mark.parametrize("bad", [b"no archive", b"PK\x03\x04", b""])
def test_a_bad_archive_in_a_folder_costs_only_itself(tmp_path: Path, format: str, bad: bytes) -> None:
    folder = laid_out({"a.txt": "Sorts letters by topic.", "c.txt": "Watches a mailbox all day."}, tmp_path)
    (folder / "b.zip").write_bytes(bad)
    found = import_catalogue(format, folder)
    assert [each.artifact_id for each in found] == ["a", "c"]
    assert [(Path(each.file).name, each.outcome) for each in found.report.problems] == [("b.zip", Outcome.REFUSED)]
    with pytest.raises(CatalogueError, match="no sound zip archive"):
        import_catalogue(format, folder / "b.zip")


class Flow(io.RawIOBase):
    """Bytes that are made as they are read: a beginning, a piece many times over, and an end."""

    def __init__(self, head: bytes, piece: Callable[[int], bytes], count: int, tail: bytes) -> None:
        self.parts = (part for source in ([head], map(piece, range(count)), [tail]) for part in source)
        self.held, self.given = b"", 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        assert (offset, whence, self.given <= 2**17) == (0, 0, True)
        self.held, self.given = self.seen + self.held, 0
        return 0

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while len(self.held) < len(buffer) and (part := next(self.parts, b"")):
            self.held += part
        given, self.held = self.held[: len(buffer)], self.held[len(buffer) :]
        self.seen = given if not self.given else b""
        buffer[: len(given)] = given
        self.given += len(given)
        return len(given)


def flowing(name: str, head: bytes, piece: Callable[[int], bytes], count: int, tail: bytes) -> Document:
    def opened() -> IO[bytes]:
        return io.BufferedReader(Flow(head, piece, count, tail), 2**16)

    return Document(name, PurePosixPath(name), "src", "2026-05-01", opened)


_LONG = "sorts letters by topic " * 4500  # about 100 kB


@pytest.mark.parametrize("format", ["github", "mcp", "pypi", "unified"])
def test_a_hundred_megabytes_are_read_in_little_memory(format: str) -> None:
    def piece(number: int) -> bytes:
        name = f"pond/otter-{number}"
        kinds = {
            "github": {"full_name": name, "description": _LONG},
            "mcp": {"name": name, "version": "1", "description": _LONG},
            "pypi": {"info": {"name": name.replace("/", "-"), "summary": _LONG}},
            "unified": {"artifact_id": name, "name": name, "type": "app", "description": _LONG},
        }
        return (b"," if number else b"") + json.dumps(kinds[format]).encode()

    document = flowing("many.json", b"[", piece, 1000, b"]")
    tracemalloc.start()
    try:
        found = sum(1 for _ in importer_of(format).read([document], Ledger()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == 1000
    assert peak < 20 * 2**20


@pytest.mark.parametrize("format", ["hf-card", "text", "manifest", "best-of"])
def test_a_hundred_megabytes_of_what_is_read_whole_are_refused_unread(format: str) -> None:
    names = {"hf-card": "README.md", "text": "x.txt", "manifest": "x.yaml", "best-of": "projects.yaml"}
    document = flowing(names[format], b"a", lambda _: b"otter " * 20_000, 900, b"")
    tracemalloc.start()
    try:
        (row,) = importer_of(format).read([document], Ledger())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "split it" in row.row.wanted
    assert peak < 60 * 2**20


@pytest.mark.parametrize("suffix", [".md", ".html", ".txt"])
def test_prose_of_endless_marks_is_taken_apart_in_a_moment(tmp_path: Path, suffix: str) -> None:
    dice = random.Random(7)
    marks = ["*", "_", "[", "](", "<", "<p>", "<li ", "`", "\n", "\n\n", "- ", "# ", "> ", "|", "a ", "&", "<!--", "  "]
    file = tmp_path / f"x{suffix}"
    file.write_text("Sorts letters by topic.\n" + "".join(dice.choice(marks) for _ in range(30_000)))
    survives("text", file)
