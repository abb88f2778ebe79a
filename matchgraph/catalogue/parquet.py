"""What a Parquet file unpacks to, before it is unpacked.

Its footer may say anything, and what is read is what the pages say. So the pages are gone through, header by header,
and of texts that are packed as places in a dictionary the places are counted before they become texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from mmap import mmap
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

SMALL = 64 << 20  # bytes that any table may unpack to
_MOST_PACKED = 100  # times its file that a larger one may unpack to
_CELL = 8  # bytes of a value, at least
_DICTIONARY, _PREFIXES = 2, 7  # a kind of page; an encoding that repeats the beginning of the value before
_HEADERS = (5, 7, 8)  # where the header of a page says more, by its kind
_DEEPEST = 4


class TooLargeError(ValueError):
    """A small file that unpacks to a very large table."""


class _Page(NamedTuple):
    kind: int
    unpacked: int
    values: int
    encoding: int


class _Column(NamedTuple):
    path: str
    group: int  # of rows
    values: int
    unpacked: int
    longest: int  # that one value can be: a dictionary, or a page of prefixes
    texts: bool
    prefixes: bool


def refuse_bomb(content: bytes | mmap, file: pq.ParquetFile) -> None:
    """Raise if what the pages unpack to is more than a file of that size may hold."""
    said, most = file.metadata, SMALL + _MOST_PACKED * len(content)
    columns = list(_columns(content, file))
    size = sum(max(each.unpacked, _CELL * each.values) for each in columns)
    size = max(size, _CELL * said.num_rows * said.num_columns)
    for each in columns:
        if size <= most < each.values * each.longest:
            size += each.values * each.longest if each.prefixes else _written_out(content, each)
    if size > most:
        raise TooLargeError(
            f"would unpack to {size:,} bytes in {said.num_rows:,} rows, more than a file of its size may"
        )


def _columns(content: bytes | mmap, file: pq.ParquetFile) -> Iterator[_Column]:
    said = file.metadata
    for group in range(said.num_row_groups):
        for place in range(said.num_columns):
            chunk, kind = said.row_group(group).column(place), said.schema.column(place)
            start = chunk.data_page_offset
            if chunk.has_dictionary_page and 0 < (chunk.dictionary_page_offset or 0) < start:
                start = chunk.dictionary_page_offset
            pages = list(_pages(content, start, start + chunk.total_compressed_size))
            texts = chunk.physical_type == "BYTE_ARRAY"
            prefixes = [page.unpacked for page in pages if page.encoding == _PREFIXES]
            dictionaries = [page.unpacked for page in pages if page.kind == _DICTIONARY]
            yield _Column(
                path=chunk.path_in_schema,
                group=group,
                values=sum(page.values for page in pages if page.kind != _DICTIONARY),
                unpacked=sum(page.unpacked for page in pages),
                longest=max(prefixes + dictionaries, default=0) if texts else kind.length or 0,
                texts=texts,
                prefixes=bool(prefixes) or not texts,
            )


def _pages(content: bytes | mmap, at: int, end: int) -> Iterator[_Page]:
    """The pages between two places of the file."""
    if not 0 <= at <= end <= len(content):
        raise pa.ArrowInvalid("a column that lies outside of the file")
    while 0 < at < end:  # at 0 the file begins, and no page: so it is written where there are no rows
        try:
            head, at = _struct(content, at)
            more: dict[int, Any] = next((head[place] for place in _HEADERS if place in head), {})
            encoding = more.get(4 if 8 in head else 2, 0)
            page, packed = _Page(head[1], head[2], more.get(1, 0), encoding), head[3]
        except (LookupError, TypeError, AttributeError) as error:
            raise pa.ArrowInvalid("a page without a header") from error
        if min(page.unpacked, page.values, packed) < 0:
            raise pa.ArrowInvalid("a page of less than nothing")
        at += packed
        yield page


def _written_out(content: bytes | mmap, column: _Column) -> int:
    """What the texts of a column come to, found by where they stand in its dictionary."""
    source = pa.BufferReader(pa.py_buffer(content))
    with pq.ParquetFile(source, read_dictionary=[column.path]) as file:
        table = file.read_row_group(column.group, columns=[column.path], use_threads=False)
    size = 0
    for chunk in table.column(0).chunks:
        leaf = _leaf(chunk)
        if not isinstance(leaf, pa.DictionaryArray):
            return column.values * column.longest
        lengths = pc.binary_length(leaf.dictionary).to_numpy(zero_copy_only=False)
        places = leaf.indices.drop_null().to_numpy()
        if len(places) and not 0 <= places.min() <= places.max() < len(lengths):
            raise pa.ArrowInvalid("a text beyond the end of its dictionary")
        size += int(lengths[places].sum(dtype=np.int64))
    return size


def _leaf(array: pa.Array) -> pa.Array:
    """The values themselves, out of whatever lists and structs they stand in."""
    while pa.types.is_nested(array.type):
        if pa.types.is_struct(array.type):
            array = array.field(0)
        elif pa.types.is_map(array.type):
            array = array.items
        else:
            array = array.flatten()
    return array


# Headers of pages are written as Thrift writes them compactly


def _struct(content: bytes | mmap, at: int, depth: int = 0) -> tuple[dict[int, Any], int]:
    """The whole numbers and the inner structs of a struct by their places, and where it ends."""
    found: dict[int, Any] = {}
    place = 0
    while kind := content[at] & 15:
        step, at = content[at] >> 4, at + 1
        if step:
            place += step
        else:
            place, at = _number(content, at)
        found[place], at = _value(content, at, kind, depth)
    return found, at + 1


def _value(content: bytes | mmap, at: int, kind: int, depth: int) -> tuple[Any, int]:
    if kind in (1, 2):
        return kind == 1, at
    if kind == 3:
        return content[at], at + 1
    if kind in (4, 5, 6):
        return _number(content, at)
    if kind == 7:
        return None, at + 8
    if kind == 8:
        length, at = _unsigned(content, at)
        return None, at + length
    if kind == 12 and depth < _DEEPEST:
        return _struct(content, at, depth + 1)
    raise LookupError("nothing that a header holds")


def _number(content: bytes | mmap, at: int) -> tuple[int, int]:
    value, at = _unsigned(content, at)
    return (value >> 1) ^ -(value & 1), at


def _unsigned(content: bytes | mmap, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        part, at = content[at], at + 1
        value |= (part & 127) << shift
        if part < 128:
            return value, at
    raise LookupError("a number without end")
