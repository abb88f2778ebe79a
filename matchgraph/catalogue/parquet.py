"""What a Parquet file unpacks to, before it is unpacked.

Its footer may say anything, and what is read is what the pages say. So the pages are gone through, header by header,
and of texts that are packed as places in a dictionary the places are counted before they become texts. The footer too
is read here: asked for the columns of a broken one, Arrow ends the process.
"""

from __future__ import annotations

from collections.abc import Iterator
from mmap import mmap
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from matchgraph.catalogue.columns import numbers_in

SMALL = 64 << 20  # bytes that any table may unpack to
_MOST_PACKED = 100  # times its file that a larger one may unpack to
_CELL = 8  # bytes of a value, at least
_DICTIONARY, _PREFIXES = 2, 7  # a kind of page; an encoding that repeats the beginning of the value before
_HEADERS = (5, 7, 8)  # where the header of a page says more, by its kind
_DEEPEST = 12
_ROW_GROUPS, _COLUMNS, _SAID = 4, 1, 3  # where a footer has its groups of rows, these their columns, and these more
_TYPE, _PATH, _CODEC, _PACKED, _FIRST_PAGE, _FIRST_DICTIONARY = 1, 3, 4, 7, 9, 11  # and where a column says these
_CODECS = {1: "snappy", 2: "gzip", 6: "zstd"}  # how a page may be packed
_LARGEST_WALKED = 4 << 20  # bytes of a dictionary that is walked through; writers stop at one million
_TEXT = 6  # a type
_LONG_LIST = 15


class TooLargeError(ValueError):
    """A small file that unpacks to a very large table."""


class _Page(NamedTuple):
    kind: int
    unpacked: int
    values: int
    encoding: int
    content: slice


class _Column(NamedTuple):
    path: str
    group: int  # of rows
    values: int
    unpacked: int
    longest: int  # that one value can be: a dictionary, or a page of prefixes
    prefixes: bool  # or of a fixed length: then there is nothing to count
    dictionaries: list[_Page]
    codec: str | None


def refuse_bomb(content: bytes | mmap, file: pq.ParquetFile) -> None:
    """Raise if what the pages unpack to is more than a file of that size may hold."""
    said, most = file.metadata, SMALL + _MOST_PACKED * len(content)
    columns = list(_columns(content, file))
    size = sum(max(each.unpacked, _CELL * each.values) for each in columns)
    size = max(size, _CELL * said.num_rows * said.num_columns)
    for each in columns:
        if size <= most < each.values * each.longest:
            if each.prefixes:
                size += each.values * each.longest
            elif most < each.values * _longest(content, each):
                size += _written_out(content, each)
    if size > most:
        raise TooLargeError(
            f"would unpack to {size:,} bytes in {said.num_rows:,} rows, more than a file of its size may"
        )


def _columns(content: bytes | mmap, file: pq.ParquetFile) -> Iterator[_Column]:
    schema = file.metadata.schema
    for group, place, said in _footer(content):
        try:
            path = b".".join(said[_PATH]).decode()
            starts = [said[_FIRST_PAGE], *([said[_FIRST_DICTIONARY]] if said.get(_FIRST_DICTIONARY) else [])]
            pages = list(_pages(content, min(starts), min(starts) + said[_PACKED]))
            texts = said[_TYPE] == _TEXT
            width = max(schema.column(place).length, 0)
        except (LookupError, TypeError, ValueError) as error:
            raise pa.ArrowInvalid("a column that does not say where it is") from error
        prefixes = [page.unpacked for page in pages if page.encoding == _PREFIXES]
        dictionaries = [page for page in pages if page.kind == _DICTIONARY]
        yield _Column(
            path=path,
            group=group,
            values=sum(page.values for page in pages if page.kind != _DICTIONARY),
            unpacked=sum(page.unpacked for page in pages),
            longest=max(prefixes + [page.unpacked for page in dictionaries], default=0) if texts else width,
            prefixes=bool(prefixes) or not texts,
            dictionaries=dictionaries,
            codec=_CODECS.get(said.get(_CODEC, 0)),
        )


def _footer(content: bytes | mmap) -> Iterator[tuple[int, int, dict[int, Any]]]:
    """What the footer says of each column of each group of rows."""
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    try:
        footer, _ = _struct(content[max(start, 0) : -8], 0)
        for group, rows in enumerate(footer.get(_ROW_GROUPS, [])):
            for place, chunk in enumerate(rows[_COLUMNS]):
                yield group, place, chunk[_SAID]
    except (LookupError, TypeError, AttributeError) as error:
        raise pa.ArrowInvalid("a footer that cannot be read") from error


def _pages(content: bytes | mmap, at: int, end: int) -> Iterator[_Page]:
    """The pages between two places of the file."""
    if not 0 <= at <= end <= len(content):
        raise pa.ArrowInvalid("a column that lies outside of the file")
    while 0 < at < end:  # at 0 the file begins, and no page: so it is written where there are no rows
        try:
            head, at = _struct(content, at)
            more: dict[int, Any] = next((head[place] for place in _HEADERS if place in head), {})
            encoding = more.get(4 if 8 in head else 2, 0)
            packed = head[3]
            page = _Page(head[1], head[2], more.get(1, 0), encoding, slice(at, at + packed))
        except (LookupError, TypeError, AttributeError) as error:
            raise pa.ArrowInvalid("a page without a header") from error
        if min(page.unpacked, page.values, packed) < 0:
            raise pa.ArrowInvalid("a page of less than nothing")
        at += packed
        yield page


def _longest(content: bytes | mmap, column: _Column) -> int:
    """The longest text that the column's dictionaries hold, or more where they are not as writers make them."""
    if column.codec is None or column.longest > _LARGEST_WALKED:
        return column.longest
    longest = 0
    for page in column.dictionaries:
        try:
            at, texts = 0, pa.decompress(content[page.content], page.unpacked, column.codec, asbytes=True)
        except OSError as error:
            raise pa.ArrowInvalid("a dictionary that cannot be unpacked") from error
        while at < len(texts):
            length = int.from_bytes(texts[at : at + 4], "little")
            at, longest = at + 4 + length, max(longest, length)
    return min(longest, column.longest)


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
        lengths, places = numbers_in(pc.binary_length(leaf.dictionary)), numbers_in(leaf.indices.drop_null())
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


# Footers and headers of pages are written as Thrift writes them compactly


def _struct(content: bytes | mmap, at: int, depth: int = 0) -> tuple[dict[int, Any], int]:
    """What a struct holds by its places, and where it ends."""
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
        return content[at : at + length], at + length
    if kind in (9, 10, 12) and depth < _DEEPEST:
        return (_struct if kind == 12 else _list)(content, at, depth + 1)
    raise LookupError("nothing that a header holds")


def _list(content: bytes | mmap, at: int, depth: int) -> tuple[list[Any], int]:
    kind, length, at = content[at] & 15, content[at] >> 4, at + 1
    if length == _LONG_LIST:
        length, at = _unsigned(content, at)
    found = []
    for _ in range(length):
        if kind in (1, 2):  # in a list a flag takes a byte
            value, at = content[at] == 1, at + 1
        else:
            value, at = _value(content, at, kind, depth)
        found.append(value)
    return found, at


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
