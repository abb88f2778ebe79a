"""Tables and arrays as files that say when they are damaged, and that unpack to no more than they may."""

from __future__ import annotations

import hashlib
import io
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from matchgraph.catalogue.parquet import SMALL, TooLargeError, refuse_bomb
from matchgraph.errors import SnapshotError

_MAGIC = b"\x93NUMPY\x01\x00"
_HEADER = re.compile(r"\{'descr': '([<|][biuf][0-9])', 'fortran_order': False, 'shape': \(([0-9, ]*)\), \} *\n")


def packed_table(table: pa.Table) -> bytes:
    """The table as Parquet, every page with its checksum; the same table gives the same bytes."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
    return sink.getvalue()


def packed_array(array: np.ndarray) -> bytes:
    """The array as npy."""
    sink = io.BytesIO()
    np.save(sink, np.ascontiguousarray(array), allow_pickle=False)
    return sink.getvalue()


def table_in(files: Mapping[str, bytes], name: str, repeating: Sequence[str] = ()) -> pa.Table:
    """The table of a Parquet file, if what its pages unpack to is no more than a file of that size may hold.

    `repeating` are columns of few texts, each of which stands in many rows: these are read in half the time.
    """
    content = _file(files, name)
    try:
        source = pa.BufferReader(content)
        with pq.ParquetFile(source, page_checksum_verification=True, read_dictionary=list(repeating)) as file:
            refuse_bomb(content, file)
            # Threads take longer to start than a small table to read.
            return _spelt_out(file.read(use_threads=len(content) > SMALL))
    except TooLargeError as error:
        raise SnapshotError(f"{name} {error}: rebuild it from its catalogue.") from error
    except (pa.ArrowException, KeyError, ValueError, OSError, MemoryError) as error:
        raise SnapshotError(f"{name} is no readable table: {error}") from error


def _spelt_out(table: pa.Table) -> pa.Table:
    """The table with texts where it has places in a dictionary; Arrow itself would follow one beyond the last."""
    for at, column in enumerate(table.columns):
        if pa.types.is_dictionary(column.type):
            for chunk in column.chunks:
                places = pc.min_max(chunk.indices).as_py()
                if places["min"] is not None and not 0 <= places["min"] <= places["max"] < len(chunk.dictionary):
                    raise pa.ArrowInvalid("a text beyond the end of its dictionary")
            field = table.schema.field(at).with_type(column.type.value_type)
            table = table.set_column(at, field, pc.cast(column, field.type))
    return table


def array_in(files: Mapping[str, bytes], name: str) -> np.ndarray:
    """The array of an npy file as `packed_array` writes it, if the file is as long as its shape says; not to write."""
    content = _file(files, name)
    try:
        dtype, shape, start = _header(content)
        if math.prod(shape) * dtype.itemsize != len(content) - start:
            raise ValueError(f"{shape} of {dtype} is not what it holds")
        return np.frombuffer(content, dtype, offset=start).reshape(shape)
    except (ValueError, TypeError, MemoryError) as error:
        raise SnapshotError(f"{name} is no readable array: {error}; rebuild it from its catalogue.") from error


def _file(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise SnapshotError(f"{name} is missing: rebuild it from its catalogue.")
    return files[name]


def _header(content: bytes) -> tuple[np.dtype[Any], list[int], int]:
    """Type and shape of the array, and where it begins; only numbers, and nothing that has to be evaluated."""
    start = 10 + int.from_bytes(content[8:10], "little")
    said = _HEADER.fullmatch(content[10:start].decode("latin-1"))
    if not content.startswith(_MAGIC) or not said:
        raise ValueError("not the header of an array of numbers")
    return np.dtype(said[1]), [int(part) for part in said[2].split(",") if part.strip()], start


def sha256_of(path: Path) -> str:
    """The digest of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
