"""Rows out of files and frames, each with the place it stands at; nothing is judged here."""

from __future__ import annotations

import csv
import gzip
import io
import math
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from matchgraph.catalogue.json_text import TwiceError, Unreadable, json_of, parsed
from matchgraph.catalogue.parquet import SMALL, TooLargeError, refuse_bomb
from matchgraph.catalogue.records import Artifact
from matchgraph.errors import CatalogueError

if TYPE_CHECKING:
    import pandas as pd

LONGEST_LINE = 16 * 2**20  # bytes; a line beyond it is refused unread

_MARK = b"\xef\xbb\xbf"  # of the byte order
_GLANCE = 64  # bytes, enough to see what a file begins with
_LINES = (".jsonl", ".ndjson", ".json")
_PACKED = (".gz", ".zst")
_KNOWN = set(Artifact.__dataclass_fields__)
_TEXTS = ("job", "inputs", "outputs", "aliases", "tags", "remarks")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[-+]?[0-9]+)?|nan|-?inf(inity)?", re.IGNORECASE)
_SWELL = 200  # times its packed size that a file may be, unless it is small
_LONG = 300  # digits; a longer number is beyond any
_STRAY_BYTE = re.compile(r"[\udc80-\udcff]")
_JSON_CELLS = ("facts", "links", "capabilities", "pricing_detail", *_TEXTS)


Found = tuple[str, int, Any]  # file, line, the row or Unreadable


def files_of(paths: Iterable[str | Path]) -> tuple[list[Path], list[str]]:
    """Every catalogue file among the paths and in the folders among them, and the files passed over."""
    files: list[Path] = []
    skipped: list[str] = []
    for path in map(Path, paths):
        try:
            found = sorted(part for part in path.rglob("*") if part.is_file()) if path.is_dir() else [path]
            there = path.exists()
        except OSError as error:
            raise CatalogueError(f"no catalogue at {path}: {error.strerror}.") from error
        if not there:
            raise CatalogueError(f"no catalogue at {path}: name a file or a folder of files.")
        if found == [path] and not _kind(path):
            raise CatalogueError(f"{path} is of no known format: wanted .jsonl (.gz, .zst), .csv or .parquet.")
        files += [part for part in found if _kind(part)]
        skipped += [str(part) for part in found if not _kind(part)]
    if not files:
        raise CatalogueError("no catalogue files found: wanted .jsonl (.gz, .zst), .csv or .parquet.")
    return files, skipped


def rows_of(file: Path) -> Iterator[Found]:
    """Each row of one file with its place."""
    yield from _guarded({".jsonl": _jsonl, ".csv": _csv, ".parquet": _parquet}[_kind(file)], file)


def json_lines(file: Path) -> Iterator[Found]:
    """Each line of a file of JSON objects, packed or not, whatever its name."""
    yield from _guarded(_jsonl, file)


def _guarded(reader: Callable[[Path], Iterator[Found]], file: Path) -> Iterator[Found]:
    try:
        yield from reader(file)
    except (OSError, EOFError, zlib.error, pa.ArrowException, UnicodeDecodeError, OverflowError) as error:
        raise CatalogueError(f"{file} cannot be read: {error}") from error


def rows_of_frame(frame: pd.DataFrame, name: str = "DataFrame") -> Iterator[Found]:
    """Each row of a table with its number."""
    columns = [str(column) for column in frame.columns]
    _once(columns, name)
    for place, cells in enumerate(frame.itertuples(index=False, name=None), start=1):
        yield name, place, _row(columns, map(_plain, cells), lambda value: value)


def _once(columns: Iterable[str], file: str) -> None:
    """An error where a column stands twice: one of its two cells would be lost in every row."""
    meant = (column if column in _KNOWN else "facts." + column.removeprefix("facts.") for column in columns if column)
    twice = [column for column, count in Counter(meant).items() if count > 1]
    if twice:
        column = twice[0].removeprefix("facts.")
        raise CatalogueError(f"{file} has the column {column!r} twice: rename or remove one of them.")


def _row(columns: list[str], cells: Iterable[Any], fact: Callable[[Any], Any]) -> dict[str, Any] | Unreadable:
    """A table's row as an artifact's fields; a column that no artifact has a field for is a `fact` of its cell."""
    row: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    for column, value in zip(columns, cells, strict=True):
        if value is None or value == "":
            continue
        if column not in _KNOWN:
            facts[column.removeprefix("facts.")] = fact(value)
        elif column in _JSON_CELLS:
            try:
                row[column] = _opened(column, value)
            except TwiceError as error:
                return Unreadable(f"{error} in {column}", "wanted each key once")
        else:
            row[column] = str(int(value)) if column == "artifact_id" and _whole(value) else value
    if facts:
        stated = row.get("facts", {})
        row["facts"] = facts | (stated if isinstance(stated, dict) else {"facts": stated})
    return row


def _whole(value: Any) -> bool:
    """Whether it is a whole number; pandas writes one as a float where another row has none."""
    return value.is_integer() if isinstance(value, float) else isinstance(value, int) and not isinstance(value, bool)


def _kind(file: Path) -> str:
    """`.jsonl`, `.csv` or `.parquet`; an empty text for anything else."""
    suffixes = [suffix.lower() for suffix in file.suffixes]
    if suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    last = suffixes[-1] if suffixes else ""
    return ".jsonl" if last in _LINES else last if last in (".csv", ".parquet") else ""


def _opened_file(file: Path) -> io.BufferedReader:
    if file.suffix.lower() == ".gz":
        return io.BufferedReader(_Unpacked(file, gzip.open(file, "rb")))
    if file.suffix.lower() == ".zst":
        # Arrow's stream says so when it is cut short.
        return io.BufferedReader(_Unpacked(file, pa.input_stream(str(file), compression="zstd")))
    return file.open("rb")


class _Unpacked(io.RawIOBase):
    """What a packed file holds, as far as a file of its size may reach; an error beyond."""

    def __init__(self, file: Path, stream: gzip.GzipFile | pa.NativeFile) -> None:
        self.stream, self.most, self.given = stream, SMALL + _SWELL * file.stat().st_size, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self.stream.read(len(buffer))
        self.given += len(part)
        if self.given > self.most:
            raise OSError(f"it unpacks to more than {self.most:,} bytes; unpack it yourself where you trust it")
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self.stream.close()
        super().close()


def _jsonl(file: Path) -> Iterator[Found]:
    with _opened_file(file) as stream:
        lines = stream
        if ".json" in map(str.lower, file.suffixes[-2:]) and _begins_an_array(stream):
            content = stream.read()
            rows = parsed(content.removeprefix(_MARK))
            if isinstance(rows, list):
                yield from ((str(file), place, row) for place, row in enumerate(rows, start=1))
                return
            lines = io.BufferedReader(io.BytesIO(content))
        yield from _lines(str(file), lines)


def _begins_an_array(stream: io.BufferedReader) -> bool:
    return stream.peek(_GLANCE).removeprefix(_MARK).lstrip().startswith(b"[")


def _lines(file: str, stream: io.BufferedReader) -> Iterator[Found]:
    line = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        line += 1
        if len(raw) > LONGEST_LINE:
            while raw and not raw.endswith(b"\n"):
                raw = stream.readline(LONGEST_LINE)
            yield file, line, Unreadable("an endless line", f"wanted at most {LONGEST_LINE:,} bytes")
        elif raw.strip():
            yield file, line, parsed(raw.removeprefix(_MARK))


def _csv(file: Path) -> Iterator[Found]:
    csv.field_size_limit(LONGEST_LINE)
    # A byte that is not UTF-8 becomes a lone surrogate, which costs its own row and no other.
    with io.TextIOWrapper(_opened_file(file), "utf-8-sig", errors="surrogateescape", newline="") as text:
        lines = _csv_lines(file, text)
        _, columns = next(lines, (1, []))
        if not columns or _STRAY_BYTE.search("".join(columns)):
            lack = "no header with the names of the columns" if not columns else "line 1: a byte that is not UTF-8"
            raise CatalogueError(f"{file} is not a CSV table: {lack}.")
        _once(columns, str(file))
        for line, cells in lines:
            stray = [column for column, cell in zip(columns, cells, strict=False) if _STRAY_BYTE.search(cell)]
            if stray:
                yield str(file), line, Unreadable(f"a byte in {stray[0]} that is not UTF-8", "wanted UTF-8 text")
            elif any(cells[len(columns) :]):
                yield str(file), line, Unreadable(f"{len(cells)} cells", f"wanted {len(columns)} like the header")
            elif any(cells):
                yield (
                    str(file),
                    line,
                    _row(columns, cells[: len(columns)] + [""] * (len(columns) - len(cells)), _numeric),
                )


def _csv_lines(file: Path, text: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row, and the line that it begins on."""
    rows = csv.reader(text, strict=True)
    while True:
        begins = rows.line_num + 1
        try:
            yield begins, next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            # Where the quote should have closed nobody knows, so neither does anybody know where the next row begins.
            raise CatalogueError(
                f"{file} is not a CSV table: the row that begins on line {begins} has a quote that is not closed, "
                f"or closed too soon ({error} on line {rows.line_num}): mend it."
            ) from error


def _parquet(file: Path) -> Iterator[Found]:
    line = 1
    table = _checked(file)
    _once(table.schema_arrow.names, str(file))
    for batch in table.iter_batches(4096):
        try:
            records = batch.to_pylist(maps_as_pydicts="strict")
        except KeyError as error:
            raise CatalogueError(f"{file} cannot be read: a map in it has a key twice ({error}).") from error
        for record in map(_stated, records):
            yield str(file), line, _row(list(record), map(_plain, record.values()), lambda value: value)
            line += 1


def _checked(file: Path) -> pq.ParquetFile:
    table = pq.ParquetFile(file)
    with file.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as content:
        try:
            refuse_bomb(content, table)
        except TooLargeError as error:
            raise CatalogueError(f"{file} {error}: unpack it yourself where you trust it.") from error
    return table


def _stated(value: Any) -> Any:
    """Arrow's structs without the fields that are there only because another row has them."""
    if isinstance(value, dict):
        return {key: _stated(part) for key, part in value.items() if part is not None}
    return [_stated(part) for part in value] if isinstance(value, list) else value


def _plain(cell: Any) -> Any:
    """A table's cell as a plain Python value; None where it holds nothing."""
    if hasattr(cell, "tolist"):  # a numpy number or array
        cell = cell.tolist()
    if _nothing(cell):
        return None
    if isinstance(cell, date):
        return (cell.date() if isinstance(cell, datetime) else cell).isoformat()
    if isinstance(cell, Decimal):
        return float(cell)
    if isinstance(cell, dict):
        return {key: _plain(value) for key, value in cell.items()}
    if isinstance(cell, list | tuple):
        return [_plain(part) for part in cell]
    return cell


def _nothing(cell: Any) -> bool:
    """Whether a cell says in pandas' words or in a float's that there is nothing in it."""
    import pandas as pd

    return cell is pd.NaT or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell))


def _opened(column: str, value: Any) -> Any:
    """A structured cell: JSON where it is JSON, else texts between semicolons where a list is wanted."""
    if not isinstance(value, str):
        return value
    if value.lstrip()[:1] in ("[", "{"):
        try:
            return json_of(value)
        except TwiceError:
            raise
        except (ValueError, RecursionError):
            return value
    if column in ("facts", "pricing_detail"):
        return value
    return [part.strip() for part in value.split(";") if part.strip()]


def _numeric(cell: str) -> Any:
    """A number where the cell writes one as JSON would, else the text it is.

    1.10 is a number: nothing in it tells a version from a price. 007, 1_000 and 1.10.2 are texts.
    """
    written = cell.strip(" ")
    if not _NUMBER.fullmatch(written):
        return cell
    whole = written.removeprefix("-").isdigit() and len(written) < _LONG
    return int(written) if whole else float(written)
