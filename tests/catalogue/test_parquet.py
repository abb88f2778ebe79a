"""What a Parquet file unpacks to is found in its pages, whatever its footer says."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matchgraph.catalogue import parquet as room
from matchgraph.catalogue.parquet import TooLargeError, refuse_bomb
from matchgraph.catalogue.sources import rows_of
from matchgraph.errors import CatalogueError
from matchgraph.snapshot.files import packed_table


def written(table: pa.Table, **how: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **how)
    return sink.getvalue()


def judged(content: bytes) -> None:
    with pq.ParquetFile(pa.BufferReader(content)) as file:
        refuse_bomb(content, file)


def zigzag(number: int) -> bytes:
    """A whole number as a footer writes it."""
    value, parts = number << 1, []
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def lying(content: bytes, true: int, said: int) -> bytes:
    """The file with another number of the same length in its footer, wherever the true one stands."""
    end = len(content) - 8
    start = end - int.from_bytes(content[end : end + 4], "little")
    assert len(zigzag(true)) == len(zigzag(said))
    assert zigzag(true) in content[start:end]
    return content[:start] + content[start:end].replace(zigzag(true), zigzag(said)) + content[end:]


SOUND = {
    "texts that repeat": pa.table({"text": ["a longer text than most"] * 30_000}),
    "texts that do not": pa.table({"text": [str(each) for each in range(30_000)]}),
    "lists": pa.table({"list": [["mail", "post"], [], None, ["mail"]] * 3_000}),
    "structs": pa.table({"facts": [{"a": 1, "b": ["x"]}, None, {"a": 2, "b": []}] * 3_000}),
    "maps": pa.table({"map": pa.array([[("a", "b")], []] * 500, pa.map_(pa.string(), pa.string()))}),
    "numbers": pa.table({"n": np.arange(5_000), "x": np.arange(5_000) * 0.5, "flag": [True, None] * 2_500}),
    "dates": pa.table({"day": np.arange(100).astype("datetime64[D]"), "raw": [b"abc"] * 100}),
    "nothing": pa.table({"none": pa.nulls(10), "text": pa.nulls(10, pa.string())}),
    "no rows": pa.table({"text": pa.array([], pa.string())}),
}
WAYS = [
    {},
    {"compression": "gzip"},
    {"compression": "none", "use_dictionary": False},
    {"data_page_version": "2.0", "compression": "zstd"},
    {"data_page_size": 500, "row_group_size": 700, "write_page_checksum": True},
    {"write_page_index": True, "version": "1.0"},
]


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("name", SOUND)
def test_sound_tables_of_every_kind_pass(name: str, way: dict[str, object]) -> None:
    judged(written(SOUND[name], **way))


def test_large_texts_that_are_told_once_pass() -> None:
    judged(written(pa.table({"text": [f"{each} " * 2_000 for each in range(200)]})))
    judged(written(pa.table({"text": ["rare " * 100_000, *(["often"] * 10_000)]})))


def test_a_page_that_unpacks_to_much_is_refused_though_the_footer_says_little() -> None:
    content = written(
        pa.table({"n": np.zeros(12_000_000)}), use_dictionary=False, compression="zstd", data_page_size=1 << 30
    )
    said = pq.ParquetFile(pa.BufferReader(content)).metadata.row_group(0)
    content = lying(content, said.total_byte_size, 1 << 25)
    content = lying(content, 12_000_000, 1 << 21)
    again = pq.ParquetFile(pa.BufferReader(content)).metadata
    assert again.row_group(0).total_byte_size == 1 << 25  # as a footer it would be let through
    assert again.num_rows * 8 < 64 << 20
    with pytest.raises(TooLargeError, match=r"unpack to 96,\d{3},\d{3} bytes in 2,097,152 rows"):
        judged(content)


OFTEN = pa.DictionaryArray.from_arrays(np.zeros(3_000, np.int32), ["x" * 1_000_000])
IN_A_LIST = pa.ListArray.from_arrays([0, 3_000], OFTEN)
OFTEN_IN = {
    "texts": OFTEN,
    "a list": IN_A_LIST,
    "structs": pa.StructArray.from_arrays([IN_A_LIST], ["inner"]),
}


def bomb(column: pa.Array) -> bytes:
    """A text of a million letters told three thousand times, in a file that says it holds plain texts."""
    return written(pa.table({"text": column}), compression="zstd", store_schema=False)


@pytest.mark.parametrize("column", OFTEN_IN)
def test_one_long_text_told_without_end_is_refused_before_it_is_written_out(column: str) -> None:
    content = bomb(OFTEN_IN[column])
    assert len(content) < 100_000
    with pytest.raises(TooLargeError, match=r"unpack to 3,0\d\d,\d{3},\d{3} bytes"):
        judged(content)
    assert pa.default_memory_pool().max_memory() < 1 << 30


def test_texts_that_repeat_how_the_one_before_begins_are_refused() -> None:
    column = pa.array([f"{'x' * 30_000}{each}" for each in range(3_000)])
    content = written(
        pa.table({"text": column}), use_dictionary=False, column_encoding="DELTA_BYTE_ARRAY", data_page_version="2.0"
    )
    with pytest.raises(TooLargeError):
        judged(content)


def test_broken_pages_are_an_error_of_arrow_and_take_no_room() -> None:
    content = bytearray(packed_table(SOUND["texts that repeat"]))
    with pq.ParquetFile(pa.BufferReader(bytes(content))) as file:
        chunk = file.metadata.row_group(0).column(0)
    start = chunk.dictionary_page_offset
    tracemalloc.start()
    for place in range(start, start + 30):
        for value in (0x00, 0x15, 0x7F, 0xFF, 0x2C, 0x5C):
            broken = bytes(content[:place]) + bytes([value]) + bytes(content[place + 1 :])
            try:
                judged(broken)
            except (pa.ArrowException, TooLargeError):
                continue
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_catalogue_that_is_a_bomb_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "bomb.parquet"
    path.write_bytes(bomb(OFTEN))
    with pytest.raises(CatalogueError, match=r"bomb\.parquet would unpack to .* unpack it yourself"):
        next(rows_of(path))


@pytest.mark.parametrize("way", [{"compression": "zstd"}, {"compression": "gzip"}, {"compression": "snappy"}], ids=str)
def test_many_texts_of_usual_length_are_judged_without_being_read(
    way: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"the {number % 20_000}th of many texts that come again" for number in range(60_000)]
    monkeypatch.setattr(room, "_written_out", lambda *_: pytest.fail("it was read for that"))
    monkeypatch.setattr(room, "SMALL", 1 << 22)
    judged(written(pa.table({"text": texts}), **way))


def test_a_dictionary_that_is_not_as_writers_make_them_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = written(pa.table({"text": [f"{each} " * 2_000 for each in range(200)] * 50}))
    read = []
    monkeypatch.setattr(room, "SMALL", 1 << 20)
    monkeypatch.setattr(room, "_LARGEST_WALKED", 1 << 10)
    monkeypatch.setattr(room, "_written_out", lambda _, column: read.append(column.path) or 0)
    judged(content)
    assert read == ["text"]
