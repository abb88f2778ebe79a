"""Rows come out of files, folders and frames with the place they stand at; what cannot be read says so."""

import datetime
import gzip
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from matchgraph.catalogue import sources
from matchgraph.catalogue.json_text import Unreadable
from matchgraph.catalogue.sources import files_of, rows_of, rows_of_frame
from matchgraph.errors import CatalogueError

MAIL = {"artifact_id": "mail", "name": "Mail", "type": "model", "description": "sort mail"}
NEWS = {"artifact_id": "news", "name": "News", "type": "model", "description": "sort news"}
LINES = json.dumps(MAIL) + "\n" + json.dumps(NEWS) + "\n"
TABLE = "artifact_id,name,type,description\nmail,Mail,model,sort mail\nnews,News,model,sort news\n"
MANY = "".join(json.dumps(MAIL | {"artifact_id": f"mail-{number * 7919 % 9973}"}) + "\n" for number in range(2000))

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


def rows(path: Path) -> list[Any]:
    return [row for _, _, row in rows_of(path)]


def wrong_lines(path: Path) -> dict[int, str]:
    return {line: row.found for _, line, row in rows_of(path) if isinstance(row, Unreadable)}


# -- Which files


def test_a_folder_gives_its_catalogue_files_in_order_and_names_the_others(write: Write, tmp_path: Path):
    for name in [
        "b.jsonl",
        "a.csv",
        "deep/er/c.PARQUET",
        "d.ndjson.gz",
        "e.json.zst",
        "README.md",
        "deep/notes.txt",
        "f.gz",
    ]:
        write(name, "")
    (tmp_path / "folder.jsonl").mkdir()
    files, skipped = files_of([tmp_path])
    assert [str(file.relative_to(tmp_path)) for file in files] == [
        "a.csv",
        "b.jsonl",
        "d.ndjson.gz",
        "deep/er/c.PARQUET",
        "e.json.zst",
    ]
    assert [str(Path(name).relative_to(tmp_path)) for name in skipped] == ["README.md", "deep/notes.txt", "f.gz"]


def test_files_and_folders_may_be_named_together_and_as_text(write: Write, tmp_path: Path):
    one, two = write("one.jsonl", ""), write("folder/two.csv", "")
    assert files_of([str(one), str(tmp_path / "folder")])[0] == [one, two]


def test_a_missing_path_is_named(tmp_path: Path):
    with pytest.raises(CatalogueError, match=r"no catalogue at .*nowhere\.jsonl: name a file or a folder"):
        files_of([tmp_path / "nowhere.jsonl"])


@pytest.mark.parametrize("path", ["m" * 5000, "m" * 300 + ".jsonl", "ma\0il.jsonl"])
def test_a_path_that_no_file_can_have_is_a_missing_one(path: str):
    with pytest.raises(CatalogueError, match="no catalogue at"):
        files_of([path])


@pytest.mark.parametrize("name", ["mail.txt", "mail", "mail.gz", "mail.jsonl.bz2", "mail.tar.gz", ".jsonl"])
def test_a_file_of_no_known_format_is_an_error_that_lists_the_formats(write: Write, name: str):
    with pytest.raises(CatalogueError, match=r"no known format: wanted \.jsonl \(\.gz, \.zst\), \.csv or \.parquet"):
        files_of([write(name, LINES)])


def test_a_folder_without_a_catalogue_file_is_an_error(write: Write, tmp_path: Path):
    write("README.md", "nothing")
    with pytest.raises(CatalogueError, match="no catalogue files found"):
        files_of([tmp_path])


def test_no_path_at_all_is_an_error():
    with pytest.raises(CatalogueError, match="no catalogue files found"):
        files_of([])


# -- JSONL


@pytest.mark.parametrize(
    "name", ["x.jsonl", "x.ndjson", "x.json", "x.JSONL", "x.jsonl.gz", "x.jsonl.zst", "x.JSONL.GZ"]
)
def test_lines_come_out_of_plain_and_packed_files_alike(write: Write, name: str):
    pack = {".gz": gzip.compress, ".zst": zstandard.ZstdCompressor().compress}.get(Path(name).suffix.lower(), bytes)
    path = write(name, pack(LINES.encode()))
    assert list(rows_of(path)) == [(str(path), 1, MAIL), (str(path), 2, NEWS)]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_a_packed_file_of_two_parts_is_read_to_its_end(write: Write, pack: Callable[[bytes], bytes]):
    first, second = LINES.encode().splitlines(keepends=True)
    suffix = ".gz" if pack is gzip.compress else ".zst"
    assert rows(write("x.jsonl" + suffix, pack(first) + pack(second))) == [MAIL, NEWS]


@pytest.mark.parametrize(
    "text",
    [
        LINES.replace("\n", "\r\n"),
        "\ufeff" + LINES,
        LINES.rstrip("\n"),
        "\n\n" + LINES,
        LINES.replace("\n", "\n \t\r\n"),
        LINES + "\n\n\n",
        LINES.replace("{", "   {"),
    ],
    ids=["crlf", "bom", "no last line end", "blank first", "blank between", "blank last", "indented"],
)
def test_line_ends_blank_lines_and_a_byte_order_mark_make_no_difference(write: Write, text: str):
    assert rows(write("x.jsonl", text)) == [MAIL, NEWS]


def test_blank_lines_count_when_a_place_is_told(write: Write):
    assert [line for _, line, _ in rows_of(write("x.jsonl", "\n\n" + LINES + "\n\n" + LINES))] == [3, 4, 7, 8]


def test_a_line_separator_inside_a_text_does_not_end_the_line(write: Write):
    text = json.dumps(MAIL | {"description": "sort\u2028mail\x85now"}, ensure_ascii=False)
    assert rows(write("x.jsonl", text)) == [MAIL | {"description": "sort\u2028mail\x85now"}]


@pytest.mark.parametrize(
    "broken", ["{", "{'artifact_id': 1}", '{"a": 1,}', "mail", '{"a": 1} {"b": 2}', '"open', "\0", "[1"]
)
def test_broken_json_costs_its_own_line_only(write: Write, broken: str):
    path = write("x.jsonl", json.dumps(MAIL) + f"\n{broken}\n" + json.dumps(NEWS))
    found = rows(path)
    assert found[0] == MAIL
    assert found[2] == NEWS
    assert wrong_lines(path)[2].startswith("broken JSON at column")


def test_bytes_that_are_not_utf8_cost_their_own_line_only(write: Write):
    path = write("x.jsonl", LINES.encode() + b'{"name": "M\xfcnchen"}\n' + LINES.encode())
    assert wrong_lines(path) == {3: "byte 12 is not UTF-8"}
    assert len(rows(path)) == 5


@pytest.mark.parametrize(
    "deep",
    ["[" * 100_000, '{"a":' * 100_000, '{"a": ' + "[" * 50_000 + "]" * 50_000 + "}", '{"a": ' + "9" * 5000 + "}"],
)
def test_json_beyond_reason_costs_its_own_line_only(write: Write, deep: str):
    path = write("x.jsonl", json.dumps(MAIL) + f"\n{deep}\n" + json.dumps(NEWS))
    assert [row for row in rows(path) if isinstance(row, dict)] == [MAIL, NEWS]
    assert wrong_lines(path) == {2: "JSON beyond reason"}


def test_a_lone_surrogate_written_as_an_escape_is_a_row_like_any_other(write: Write):
    assert rows(write("x.jsonl", r'{"name": "\ud800"}')) == [{"name": "\ud800"}]


@pytest.mark.parametrize("over", [1, 100, 250])
def test_an_endless_line_is_refused_unread_and_the_next_line_is_whole(
    write: Write, monkeypatch: pytest.MonkeyPatch, over: int
):
    monkeypatch.setattr(sources, "LONGEST_LINE", 100)
    path = write("x.jsonl", json.dumps(MAIL) + "\n" + "m" * (100 + over) + "\n" + json.dumps(NEWS) + "\n")
    assert [row for row in rows(path) if isinstance(row, dict)] == [MAIL, NEWS]
    assert wrong_lines(path) == {2: "an endless line"}


def test_an_endless_line_without_an_end_is_one_row(write: Write, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sources, "LONGEST_LINE", 100)
    assert wrong_lines(write("x.jsonl", json.dumps(MAIL) + "\n" + "m" * 1000)) == {2: "an endless line"}


def test_a_line_just_within_the_limit_is_read(write: Write, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sources, "LONGEST_LINE", len(json.dumps(MAIL)) + 1)
    assert rows(write("x.jsonl", json.dumps(MAIL) + "\n" + json.dumps(MAIL) + "\n")) == [MAIL, MAIL]


def test_the_limit_of_a_line_is_far_above_any_honest_row(write: Write):
    long = MAIL | {"description": "m" * 8_000_000}
    assert rows(write("x.jsonl", json.dumps(long) + "\n" + json.dumps(NEWS))) == [long, NEWS]


def test_an_empty_file_has_no_rows(write: Write):
    assert rows(write("x.jsonl", "")) == []


@pytest.mark.parametrize("name", ["x.json", "x.JSON", "x.json.gz", "x.json.zst"])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_json_array_gives_its_members_as_rows(write: Write, name: str, indent: int | None):
    pack = {".gz": gzip.compress, ".zst": zstandard.ZstdCompressor().compress}.get(Path(name).suffix, bytes)
    text = "\ufeff\n " + json.dumps([MAIL, NEWS, 5], indent=indent)
    path = write(name, pack(text.encode()))
    assert list(rows_of(path)) == [(str(path), 1, MAIL), (str(path), 2, NEWS), (str(path), 3, 5)]


def test_lines_of_which_the_first_is_a_broken_array_are_still_lines(write: Write):
    path = write("x.json", "[1,\n" + LINES)
    assert [row for row in rows(path) if isinstance(row, dict)] == [MAIL, NEWS]
    assert list(wrong_lines(path)) == [1]


# -- Damaged files


@pytest.mark.parametrize("keep", [0.3, 0.9, 0.999])
def test_a_gz_file_cut_short_is_an_error(write: Write, keep: float):
    packed = gzip.compress(MANY.encode())
    with pytest.raises(CatalogueError, match=r"x\.jsonl\.gz cannot be read"):
        rows(write("x.jsonl.gz", packed[: int(len(packed) * keep)]))


@pytest.mark.parametrize("keep", [0.3, 0.9, 0.999])
def test_a_zst_file_cut_short_is_an_error_and_not_a_shorter_catalogue(write: Write, keep: float):
    packed = zstandard.ZstdCompressor().compress(MANY.encode())
    with pytest.raises(CatalogueError, match=r"x\.jsonl\.zst cannot be read"):
        rows(write("x.jsonl.zst", packed[: int(len(packed) * keep)]))


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_packed_file_with_altered_bytes_is_an_error(write: Write, suffix: str):
    pack = {".gz": gzip.compress, ".zst": zstandard.ZstdCompressor(write_checksum=True).compress}[suffix]
    packed = bytearray(pack(MANY.encode()))
    packed[200:230] = bytes(byte ^ 0xFF for byte in packed[200:230])
    with pytest.raises(CatalogueError, match="cannot be read"):
        rows(write("x.jsonl" + suffix, bytes(packed)))


@pytest.mark.parametrize("name", ["x.jsonl.gz", "x.jsonl.zst", "x.csv.gz", "x.csv.zst", "x.parquet"])
def test_a_file_that_is_not_what_its_name_says_is_an_error(write: Write, name: str):
    with pytest.raises(CatalogueError, match="cannot be read"):
        rows(write(name, LINES))


@pytest.mark.parametrize("name", ["x.csv.gz", "x.csv.zst"])
def test_a_packed_table_cut_short_is_an_error(write: Write, name: str):
    table = TABLE + "".join(f"mail-{number * 7919 % 9973},Mail,model,sort mail\n" for number in range(2000))
    packed = (
        gzip.compress(table.encode()) if name.endswith("gz") else zstandard.ZstdCompressor().compress(table.encode())
    )
    with pytest.raises(CatalogueError, match=name):
        rows(write(name, packed[: len(packed) // 2]))


def parquet(path: Path, **columns: pa.Array) -> Path:
    """A file of one row, MAIL, with these columns added or changed."""
    pq.write_table(pa.table({name: pa.array([value]) for name, value in MAIL.items()} | columns), path)
    return path


@pytest.mark.parametrize("keep", [0.0, 0.1, 0.5, 0.99])
def test_a_parquet_file_cut_short_is_an_error(tmp_path: Path, keep: float):
    path = parquet(tmp_path / "x.parquet")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(CatalogueError, match=r"x\.parquet cannot be read"):
        rows(path)


def test_a_parquet_text_that_is_not_utf8_is_an_error_of_the_catalogue(tmp_path: Path):
    bad = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(np.array([0, 2], np.int32)), pa.py_buffer(b"\xff\xfe")]
    )
    with pytest.raises(CatalogueError, match=r"x\.parquet"):
        rows(parquet(tmp_path / "x.parquet", maker=bad))


@pytest.mark.parametrize("kind", [pa.timestamp("s"), pa.date32()])
def test_a_parquet_day_beyond_the_calendar_is_an_error_of_the_catalogue_or_no_value(tmp_path: Path, kind: pa.DataType):
    ages = pa.array([2_000_000_000 if kind == pa.date32() else 10**15]).cast(
        pa.int32() if kind == pa.date32() else pa.int64()
    )
    path = parquet(tmp_path / "x.parquet", released=ages.cast(kind))
    try:
        (row,) = rows(path)
    except CatalogueError as error:
        assert "x.parquet" in str(error)  # noqa: PT017 - either answer is a good one, any other error is not
    else:
        assert "released" not in row.get("facts", {})


# -- CSV


def test_a_table_gives_a_row_a_line_and_counts_its_header(write: Write):
    path = write("x.csv", TABLE)
    assert list(rows_of(path)) == [(str(path), 2, MAIL), (str(path), 3, NEWS)]


@pytest.mark.parametrize(
    "content",
    [("\ufeff" + TABLE).encode(), TABLE.replace("\n", "\r\n").encode(), TABLE.rstrip("\n").encode()],
    ids=["bom", "crlf", "no last line end"],
)
def test_a_table_reads_the_same_with_other_line_ends_and_a_byte_order_mark(write: Write, content: bytes):
    assert rows(write("x.csv", content)) == [MAIL, NEWS]


@pytest.mark.parametrize(
    ("name", "pack"), [("x.csv.gz", gzip.compress), ("x.csv.zst", zstandard.ZstdCompressor().compress)]
)
def test_a_packed_table_reads_like_a_plain_one(write: Write, name: str, pack: Callable[[bytes], bytes]):
    assert rows(write(name, pack(TABLE.encode()))) == [MAIL, NEWS]


def test_an_empty_cell_is_no_value_and_na_is_a_word(write: Write):
    path = write("x.csv", "artifact_id,name,type,maker,license\nmail,NA,model,,None\n")
    assert rows(path) == [{"artifact_id": "mail", "name": "NA", "type": "model", "license": "None"}]


def test_a_cell_may_have_commas_quotes_and_line_ends(write: Write):
    path = write("x.csv", 'artifact_id,description\nmail,"sort ""all"" mail,\nby topic"\n')
    assert rows(path) == [{"artifact_id": "mail", "description": 'sort "all" mail,\nby topic'}]


def test_a_comma_at_the_end_of_every_line_moves_no_cell_to_another_column(write: Write):
    path = write("x.csv", "artifact_id,name,type,description\nmail,Mail,model,sort mail,\nnews,News,model,sort news,\n")
    assert [row["artifact_id"] for row in rows(path)] == ["mail", "news"]


def test_a_table_line_with_too_many_cells_costs_its_own_line_only(write: Write):
    path = write("x.csv", TABLE + "more,More,model,sort more,extra\nlast,Last,model,sort last\n")
    found = rows(path)
    assert len(found) == 4
    assert [row["artifact_id"] for row in found if isinstance(row, dict)] in (
        ["mail", "news", "last"],
        ["mail", "news", "more", "last"],
    )


def test_a_table_line_with_too_few_cells_has_the_cells_it_has(write: Write):
    assert rows(write("x.csv", TABLE + "more,More\n"))[2] == {"artifact_id": "more", "name": "More"}


def test_the_place_in_a_table_is_its_line_in_the_file(write: Write):
    text = 'artifact_id,name\nmail,Mail\n\n\nnews,"Ne\nws"\nlast,Last\n'
    assert [(line, row["artifact_id"]) for _, line, row in rows_of(write("x.csv", text))] == [
        (2, "mail"),
        (5, "news"),
        (7, "last"),
    ]


@pytest.mark.parametrize("content", [b"", b"\n\n", "n\u00e4me\nMunich\n".encode("latin-1"), b'name\n"open\n'])
def test_a_file_that_is_no_table_is_an_error(write: Write, content: bytes):
    with pytest.raises(CatalogueError, match=r"x\.csv is not a CSV table"):
        rows(write("x.csv", content))


def test_a_byte_that_is_not_utf8_costs_its_own_line_of_a_table_only(write: Write):
    path = write("x.csv", TABLE.encode() + b"city,M\xfcnchen,model,greet\n" + TABLE.encode().split(b"\n", 1)[1])
    assert wrong_lines(path) == {4: "a byte in name that is not UTF-8"}
    assert [row for row in rows(path) if isinstance(row, dict)] == [MAIL, NEWS, MAIL, NEWS]


@pytest.mark.parametrize("quoted", ['"open\nnext,Next\n', '"closed" too soon\nnext,Next\n'])
def test_a_quote_that_is_not_closed_is_an_error_with_the_line_it_opens_on(write: Write, quoted: str):
    path = write("x.csv", f'artifact_id,name\nmail,"Ma\nil"\nnews,{quoted}')
    with pytest.raises(CatalogueError, match=r"x\.csv is not a CSV table: the row that begins on line 4 has a quote"):
        rows(path)


def test_a_header_alone_has_no_rows(write: Write):
    assert rows(write("x.csv", "artifact_id,name\n")) == []


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("900", 900),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("-3", -3),
        ("MIT", "MIT"),
        ("1.10.2", "1.10.2"),
        ("2024-05", "2024-05"),
        ("9" * 5000, float("inf")),
        (" 5 ", 5),
        ("0.50", 0.5),
        ("900.0", 900.0),
        ("-1.5E-3", -0.0015),
        ("1.10", 1.1),
        ("1_000", "1_000"),
        ("1,000", "1,000"),
        ("007", "007"),
        ("+7", "+7"),
        ("1.", "1."),
        ("0x10", "0x10"),
        ("\uff11\uff12", "\uff11\uff12"),
        ("\u0661\u0662", "\u0661\u0662"),
        ("1\u00b2", "1\u00b2"),
    ],
)
def test_a_column_that_is_no_field_is_a_fact_and_a_number_where_it_writes_one(
    write: Write, written: str, value: object
):
    path = write("x.csv", f'artifact_id,stars,facts.forks\nmail,"{written}",2\n')
    assert rows(path) == [{"artifact_id": "mail", "facts": {"stars": value, "forks": 2}}]


@pytest.mark.parametrize("text", ["900", "1.10", "007", "nan"])
def test_a_text_of_parquet_or_a_frame_stays_a_text(tmp_path: Path, text: str):
    (row,) = rows(parquet(tmp_path / "x.parquet", version=pa.array([text])))
    ((_, _, other),) = rows_of_frame(pd.DataFrame([MAIL | {"version": text}]))
    assert row["facts"] == other["facts"] == {"version": text}


@pytest.mark.parametrize(
    "header",
    ["name,type,name", "name,type,stars,facts.stars", "facts.stars,stars"],
)
def test_a_column_that_stands_twice_is_an_error_in_every_table(write: Write, tmp_path: Path, header: str):
    columns = ["artifact_id", *header.split(",")]
    cells = [["mail", *"abcdef"][: len(columns)]]
    twice = r" has the column '(name|stars)' twice"
    with pytest.raises(CatalogueError, match=r"x\.csv" + twice):
        rows(write("x.csv", f"{','.join(columns)}\n{','.join(cells[0])}\n"))
    with pytest.raises(CatalogueError, match="DataFrame" + twice):
        list(rows_of_frame(pd.DataFrame(cells, columns=columns)))
    pq.write_table(pa.Table.from_arrays([pa.array([cell]) for cell in cells[0]], columns), tmp_path / "x.parquet")
    with pytest.raises(CatalogueError, match=r"x\.parquet" + twice):
        rows(tmp_path / "x.parquet")


def test_a_field_and_a_fact_of_the_same_name_are_two_columns(write: Write):
    path = write("x.csv", "artifact_id,license,facts.license,,\nmail,MIT,LICENSE.txt,,\n")
    assert rows(path) == [{"artifact_id": "mail", "license": "MIT", "facts": {"license": "LICENSE.txt"}}]


@pytest.mark.parametrize("inside", ['"name": "Post"', '"facts": {"stars": 1, "stars": 2}'])
def test_a_key_that_stands_twice_costs_its_own_line_only(write: Write, inside: str):
    path = write("x.jsonl", json.dumps(MAIL)[:-1] + f", {inside}}}\n" + json.dumps(NEWS))
    key = "name" if "name" in inside else "stars"
    assert wrong_lines(path) == {1: f"the key '{key}' twice in one object"}
    assert rows(path)[1] == NEWS


def test_a_key_that_stands_twice_in_a_cell_costs_its_own_line_only(write: Write):
    path = write("x.csv", 'artifact_id,facts\nmail,"{""stars"": 1, ""stars"": 2}"\nnews,\n')
    assert wrong_lines(path) == {2: "the key 'stars' twice in facts"}
    assert rows(path)[1] == {"artifact_id": "news"}


def test_a_cell_of_facts_and_columns_of_facts_come_together_and_the_cell_is_believed(write: Write):
    path = write("x.csv", 'artifact_id,facts,stars,forks\nmail,"{""stars"": 5}",6,7\n')
    assert rows(path) == [{"artifact_id": "mail", "facts": {"stars": 5, "forks": 7}}]


def test_a_broken_cell_of_facts_does_not_vanish_behind_columns_of_facts(write: Write):
    (row,) = rows(write("x.csv", "artifact_id,facts,stars\nmail,{broken,6\n"))
    assert isinstance(row, Unreadable) or "{broken" in str(row)


@pytest.mark.parametrize(
    "field", ["capabilities", "links", "facts", "pricing_detail", "job", "aliases", "tags", "inputs"]
)
def test_a_cell_of_json_is_opened(write: Write, field: str):
    value = {"a": "b; c"} if field in ("facts", "pricing_detail") else ["mail; letters", "news"]
    path = write("x.csv", pd.DataFrame([{"artifact_id": "mail", field: json.dumps(value)}]).to_csv(index=False))
    assert rows(path) == [{"artifact_id": "mail", field: value}]


@pytest.mark.parametrize(
    "cell", ["[", "{", "[" * 100_000, '{"a":' * 100_000, "[1, ", "[see website]", "[" + "9" * 5000 + "]"]
)
def test_a_cell_that_only_looks_like_json_is_text(write: Write, cell: str):
    path = write("x.csv", pd.DataFrame([MAIL | {"capabilities": cell}, NEWS]).to_csv(index=False))
    assert rows(path) == [MAIL | {"capabilities": cell}, NEWS]


def test_capabilities_in_a_cell_may_be_texts_between_semicolons(write: Write):
    path = write("x.csv", "artifact_id,capabilities\nmail,sort mail; ;flag spam\n")
    assert rows(path) == [{"artifact_id": "mail", "capabilities": ["sort mail", "flag spam"]}]


def test_a_pricing_detail_of_plain_words_stays_words(write: Write):
    path = write("x.csv", "artifact_id,pricing_detail\nmail,free; 10 a month for teams\n")
    assert rows(path) == [{"artifact_id": "mail", "pricing_detail": "free; 10 a month for teams"}]


# -- Parquet


def test_parquet_gives_a_row_a_row_and_counts_from_one(tmp_path: Path):
    path = tmp_path / "x.parquet"
    pd.DataFrame([MAIL, NEWS]).to_parquet(path)
    assert list(rows_of(path)) == [(str(path), 1, MAIL), (str(path), 2, NEWS)]


def test_parquet_keeps_lists_and_structs_and_drops_what_is_null(tmp_path: Path):
    path = parquet(
        tmp_path / "x.parquet",
        job=pa.array([["mail", "news"]]),
        maker=pa.array([None], pa.string()),
        capabilities=pa.array([[{"name": "Sort", "unique": None}]]),
        stars=pa.array([5]),
    )
    assert rows(path) == [
        MAIL | {"job": ["mail", "news"], "capabilities": [{"name": "Sort"}], "facts": {"stars": 5}},
    ]


@pytest.mark.parametrize("column", ["facts", "facts.size"])
def test_a_parquet_map_is_names_with_values(tmp_path: Path, column: str):
    pairs = pa.array([[("value", 5.0), ("other", None)]], pa.map_(pa.string(), pa.float64()))
    (row,) = rows(parquet(tmp_path / "x.parquet", **{column: pairs}))
    assert row["facts"] == ({"value": 5.0} if column == "facts" else {"size": {"value": 5.0}})


def test_a_parquet_map_with_a_key_twice_is_an_error_that_says_so(tmp_path: Path):
    twice = pa.array([[("stars", 5.0), ("stars", 6.0)]], pa.map_(pa.string(), pa.float64()))
    with pytest.raises(CatalogueError, match=r"x\.parquet cannot be read: a map in it has a key twice"):
        rows(parquet(tmp_path / "x.parquet", facts=twice))


def test_whole_numbers_stay_whole_beside_a_missing_one(tmp_path: Path):
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"artifact_id": ["a", "b"], "stars": [2**53 - 1, None]}), path)
    assert rows(path) == [{"artifact_id": "a", "facts": {"stars": 2**53 - 1}}, {"artifact_id": "b"}]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (pa.array([datetime.date(2024, 5, 1)]), "2024-05-01"),
        (pa.array([datetime.datetime(2024, 5, 1, 3)]), "2024-05-01"),
        (pa.array([datetime.datetime(2024, 5, 1, 3)], pa.timestamp("us", "UTC")), "2024-05-01"),
        (pa.array([datetime.datetime(2024, 5, 1, 3)], pa.timestamp("ns")), "2024-05-01"),
        (pa.array(["paper"]).dictionary_encode(), "paper"),
        (pa.array([True]), True),
        (pa.array([1.5], pa.float32()), 1.5),
    ],
)
def test_a_parquet_cell_becomes_a_plain_value(tmp_path: Path, cell: pa.Array, value: object):
    (row,) = rows(parquet(tmp_path / "x.parquet", seen=cell))
    assert row["facts"] == {"seen": value}


def test_a_parquet_file_of_many_batches_counts_on(tmp_path: Path):
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"artifact_id": [f"a{number}" for number in range(5000)]}), path)
    assert [line for _, line, _ in rows_of(path)] == list(range(1, 5001))


def test_a_parquet_file_without_rows_has_none(tmp_path: Path):
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"artifact_id": pa.array([], pa.string())}), path)
    assert rows(path) == []


# -- Frames


def test_a_frame_gives_its_rows_and_is_left_as_it_was():
    frame = pd.DataFrame([MAIL | {"job": ["mail"]}, NEWS])
    before = frame.copy(deep=True)
    assert list(rows_of_frame(frame)) == [("DataFrame", 1, MAIL | {"job": ["mail"]}), ("DataFrame", 2, NEWS)]
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("nothing", [None, "", float("nan"), pd.NA, pd.NaT, np.float32("nan"), np.datetime64("NaT")])
def test_a_cell_that_holds_nothing_is_left_away(nothing: object):
    frame = pd.DataFrame({"artifact_id": ["mail"], "maker": pd.Series([nothing], dtype=object)})
    assert [row for _, _, row in rows_of_frame(frame)] == [{"artifact_id": "mail"}]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (np.int64(5), 5),
        (np.float64(1.5), 1.5),
        (np.bool_(True), True),
        (np.array(["a", "b"]), ["a", "b"]),
        (("a", np.int64(5)), ["a", 5]),
        (pd.Timestamp("2024-05-01 10:00"), "2024-05-01"),
        (datetime.datetime(2024, 5, 1, 10), "2024-05-01"),
        (datetime.date(2024, 5, 1), "2024-05-01"),
        ({"value": np.int64(5), "observed_at": datetime.date(2024, 5, 1)}, {"value": 5, "observed_at": "2024-05-01"}),
        ({"value": None, "status": "missing"}, {"value": None, "status": "missing"}),
        (Decimal("1.5"), 1.5),
    ],
)
def test_a_frame_cell_becomes_a_plain_value(cell: object, value: object):
    frame = pd.DataFrame({"artifact_id": ["mail"], "seen": pd.Series([cell], dtype=object)})
    ((_, _, row),) = rows_of_frame(frame)
    assert row["facts"]["seen"] == value


def test_columns_of_a_frame_may_have_names_that_are_no_text():
    ((_, _, row),) = rows_of_frame(pd.DataFrame([["mail", 5]], columns=["artifact_id", 7]))
    assert row == {"artifact_id": "mail", "facts": {"7": 5}}


@pytest.mark.parametrize("name", ["bomb.jsonl.gz", "bomb.json.gz", "bomb.csv.gz", "bomb.jsonl.zst"])
def test_a_packed_file_that_unpacks_without_end_is_refused_at_its_bound(tmp_path, monkeypatch, name):
    monkeypatch.setattr(sources, "SMALL", 1 << 20)
    lead = {"json": b"[", "csv": b"artifact_id,name\n"}.get(name.split(".")[1], b"")
    blanks = lead + (b" " * 1000 + b"\n") * 20_000
    packed = gzip.compress(blanks) if name.endswith("gz") else zstandard.compress(blanks)
    (tmp_path / name).write_bytes(packed)
    read = []
    with pytest.raises(CatalogueError, match=rf"{name} cannot be read: it unpacks to more than [\d,]+ bytes"):
        read.extend(rows_of(tmp_path / name))
    assert len(read) < 10_000
