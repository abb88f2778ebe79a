"""Lines in parts are the same lines, and one artifact's are looked for only where they can be."""

from __future__ import annotations

import pyarrow as pa
import pytest

from matchgraph.ranking import rank as room
from matchgraph.ranking.lines import SCHEMA, Lines
from matchgraph.ranking.weights import read_weights
from matchgraph.snapshot.files import packed_parts, packed_table, part_in, spans_in, table_in
from tests.ranking.worlds import made, ranked

WORLD = [made(f"a{number}", "package", stars=number, downloads=10 * number) for number in range(7)]


def lines(*ids: str) -> pa.Table:
    """A line for each id."""
    return pa.Table.from_pylist([{"artifact_id": each, "points": float(at)} for at, each in enumerate(ids)], SCHEMA)


def test_lines_made_in_parts_are_those_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ranked(WORLD, read_weights()).lines
    monkeypatch.setattr(room, "_AT_ONCE", 2)
    parts = ranked(WORLD, read_weights())
    assert len(list(parts.parts.parts())) == 4
    assert parts.lines.equals(whole)
    assert parts.lines_of("a3") == [row for row in whole.to_pylist() if row["artifact_id"] == "a3"]


def test_only_parts_that_can_hold_an_artifact_are_read_and_the_last_ones_stay() -> None:
    parts, asked = [lines("a", "a", "c"), lines("c", "d"), lines("f")], []

    def read(part: int) -> pa.Table:
        asked.append(part)
        return parts[part]

    held = Lines(lambda: [("a", "c"), ("c", "d"), ("f", "f")], read)
    assert [row["points"] for row in held.of("c")] == [2.0, 0.0]  # in two parts, as older snapshots may have it
    assert held.of("e") == []
    assert len(held.of("d")) == 1
    assert asked == [0, 1]


def test_lines_come_back_from_a_file_part_by_part() -> None:
    parts = [lines("a", "b"), lines("c")]
    files = {"l.parquet": packed_parts(SCHEMA, parts)}
    assert spans_in(files, "l.parquet") == [("a", "b"), ("c", "c")]
    assert [part_in(files, "l.parquet", part).equals(parts[part]) for part in (0, 1)] == [True, True]
    assert table_in(files, "l.parquet").equals(pa.concat_tables(parts))


def test_one_part_is_packed_as_the_table_that_it_is() -> None:
    assert packed_parts(SCHEMA, [lines("a", "b")]) == packed_table(lines("a", "b"))


def test_no_parts_are_an_empty_table() -> None:
    files = {"l.parquet": packed_parts(SCHEMA, [])}
    assert spans_in(files, "l.parquet") == []
    assert Lines(list, lambda part: lines("a")).table().equals(table_in(files, "l.parquet"))
