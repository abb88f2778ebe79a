"""Tables and arrays as files that say when they are damaged, and that unpack to no more than they may."""

from __future__ import annotations

import hashlib
import io
import math
import mmap
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from matchgraph.catalogue.parquet import SMALL, TooLargeError, refuse_bomb
from matchgraph.errors import SnapshotError

Content = bytes | mmap.mmap
Files = Mapping[str, Content]

_MAGIC = b"\x93NUMPY\x01\x00"
_HEADER = re.compile(r"\{'descr': '([<|][biuf][0-9])', 'fortran_order': False, 'shape': \(([0-9, ]*)\), \} *\n")


def packed_table(table: pa.Table) -> bytes:
    """The table as Parquet, every page with its checksum; the same table gives the same bytes."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
    return sink.getvalue()


def packed_parts(schema: pa.Schema, parts: Iterable[pa.Table]) -> bytes:
    """A table that is told in parts as Parquet, a group of rows each, with one part in memory at a time."""
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, schema, compression="zstd", write_page_checksum=True) as writer:
        for part in parts:
            writer.write_table(part, row_group_size=max(part.num_rows, 1))
    return sink.getvalue()


def packed_array(array: np.ndarray) -> bytes:
    """The array as npy."""
    sink = io.BytesIO()
    np.save(sink, np.ascontiguousarray(array), allow_pickle=False)
    return sink.getvalue()


def table_in(files: Files, name: str) -> pa.Table:
    """The table of a Parquet file, if what its pages unpack to is no more than a file of that size may hold."""
    content = _file(files, name)
    with _table(content, name) as file:
        # Threads take longer to start than a small table to read.
        return file.read(use_threads=len(content) > SMALL)


def spans_in(files: Files, name: str) -> list[tuple[str, str]]:
    """The least and the greatest text of the first column, for every group of rows of a Parquet file."""
    with _table(_file(files, name), name) as file:
        groups = [file.metadata.row_group(group) for group in range(file.metadata.num_row_groups)]
        told = [group.column(0).statistics for group in groups if group.num_rows]
        if not all(each is not None and each.has_min_max for each in told):
            raise ValueError("it does not say what its groups of rows hold")
        return [(str(each.min), str(each.max)) for each in told]


def part_in(files: Files, name: str, group: int) -> pa.Table:
    """One group of rows of a Parquet file."""
    with _table(_file(files, name), name) as file:
        return file.read_row_group(group, use_threads=False)


@contextmanager
def _table(content: Content, name: str) -> Iterator[pq.ParquetFile]:
    """A Parquet file that unpacks to no more than it may, to be read."""
    try:
        with pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True) as file:
            refuse_bomb(content, file)
            yield file
    except TooLargeError as error:
        raise SnapshotError(f"{name} {error}: rebuild it from its catalogue.") from error
    except (pa.ArrowException, ValueError, OSError, MemoryError) as error:
        raise SnapshotError(f"{name} is no readable table: {error}") from error


def array_in(files: Files, name: str) -> np.ndarray:
    """The array of an npy file as `packed_array` writes it, if the file is as long as its shape says; not to write."""
    content = _file(files, name)
    try:
        dtype, shape, start = _header(content)
        if math.prod(shape) * dtype.itemsize != len(content) - start:
            raise ValueError(f"{shape} of {dtype} is not what it holds")
        return np.frombuffer(content, dtype, offset=start).reshape(shape)
    except (ValueError, TypeError, MemoryError) as error:
        raise SnapshotError(f"{name} is no readable array: {error}; rebuild it from its catalogue.") from error


def only(files: Files, *names: str) -> Files:
    """Some of the files, for what is read later: it holds on to no other."""
    return {name: _file(files, name) for name in names}


def _file(files: Files, name: str) -> Content:
    if name not in files:
        raise SnapshotError(f"{name} is missing: rebuild it from its catalogue.")
    return files[name]


def _header(content: Content) -> tuple[np.dtype[Any], list[int], int]:
    """Type and shape of the array, and where it begins; only numbers, and nothing that has to be evaluated."""
    start = 10 + int.from_bytes(content[8:10], "little")
    said = _HEADER.fullmatch(content[10:start].decode("latin-1"))
    if content[: len(_MAGIC)] != _MAGIC or not said:
        raise ValueError("not the header of an array of numbers")
    return np.dtype(said[1]), [int(part) for part in said[2].split(",") if part.strip()], start


def sha256_of(path: Path) -> str:
    """The digest of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
