"""Tables and arrays as files that say when they are damaged, and that unpack to no more than they may."""

from __future__ import annotations

import hashlib
import io
import math
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from matchgraph.errors import SnapshotError

_MAGIC = b"\x93NUMPY\x01\x00"
_HEADER = re.compile(r"\{'descr': '([<|][biuf][0-9])', 'fortran_order': False, 'shape': \(([0-9, ]*)\), \} *\n")
_CELL = 8  # bytes
_LARGE = 1 << 20  # bytes from which a file is only read when it is asked for
_SMALL = 64 << 20  # bytes that any table may unpack to
_MOST_PACKED = 100  # times its file that a larger one may unpack to


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


def table_in(path: Path, content: pa.NativeFile | None = None) -> pa.Table:
    """The table of a Parquet file, if what it says of its size is no more than a file of that size may hold."""
    try:
        size = content.size() if content else path.stat().st_size
        with pq.ParquetFile(content or path, page_checksum_verification=True, memory_map=False) as file:
            _refuse_bomb(path, size, file.metadata)
            # Threads take longer to start than a small table to read.
            return file.read(use_threads=size > _SMALL)
    except (pa.ArrowException, OSError, MemoryError) as error:
        raise SnapshotError(f"{path} is no readable table: {error}") from error


def table_later(path: Path) -> pa.Table | Callable[[], pa.Table]:
    """The table of a Parquet file; a large one is read when it is asked for, though its name be gone by then."""
    if path.stat().st_size <= _LARGE:
        return table_in(path)
    return partial(table_in, path, pa.memory_map(str(path)))


def array_in(path: Path) -> np.ndarray:
    """The array of an npy file as `packed_array` writes it, if the file is as long as its shape says."""
    try:
        with path.open("rb") as stream:
            dtype, shape = _header(stream)
            if math.prod(shape) * dtype.itemsize != path.stat().st_size - stream.tell():
                raise ValueError(f"{shape} of {dtype} is not what it holds")
            if path.stat().st_size > _SMALL:  # then it stays where it is, and what is asked for is read
                return np.memmap(path, dtype, "r", stream.tell(), tuple(shape)).view(np.ndarray)
            return np.fromfile(stream, dtype).reshape(shape)
    except (ValueError, TypeError, OSError, MemoryError) as error:
        raise SnapshotError(f"{path} is no readable array: {error}; rebuild it from its catalogue.") from error


def _header(stream: BinaryIO) -> tuple[np.dtype[Any], list[int]]:
    """Type and shape of the array; only numbers, and nothing that has to be evaluated."""
    lead = stream.read(10)
    said = _HEADER.fullmatch(stream.read(int.from_bytes(lead[8:], "little")).decode("latin-1"))
    if not lead.startswith(_MAGIC) or not said:
        raise ValueError("not the header of an array of numbers")
    return np.dtype(said[1]), [int(part) for part in said[2].split(",") if part.strip()]


def _refuse_bomb(path: Path, packed: int, said: pq.FileMetaData) -> None:
    """Raise if a small file says that it unpacks to a very large table."""
    size = sum(said.row_group(number).total_byte_size for number in range(said.num_row_groups))
    most = _SMALL + _MOST_PACKED * packed
    if max(size, _CELL * said.num_rows * said.num_columns) > most:
        raise SnapshotError(
            f"{path} would unpack to {size:,} bytes in {said.num_rows:,} rows, more than a file of its size may: "
            "rebuild it from its catalogue."
        )


def sha256_of(path: Path) -> str:
    """The digest of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
