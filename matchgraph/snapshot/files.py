"""Tables and arrays as files that say when they are damaged; and writes that are on disk when they return."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from matchgraph.errors import SnapshotError


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


def table_in(path: Path) -> pa.Table:
    """The table of a Parquet file."""
    try:
        return pq.read_table(path, page_checksum_verification=True, memory_map=False)
    except (pa.ArrowException, OSError) as error:
        raise SnapshotError(f"{path} is no readable table: {error}") from error


def array_in(path: Path) -> np.ndarray:
    """The array of an npy file."""
    try:
        return np.asarray(np.load(path, allow_pickle=False))
    except (ValueError, OSError, EOFError) as error:
        raise SnapshotError(f"{path} is no readable array: {error}") from error


def write(path: Path, content: bytes) -> None:
    """Write a file through to the disk."""
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def settle(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    """The digest of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
