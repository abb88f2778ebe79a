"""Queries: whole first, then clause by clause, each encoded once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matchgraph.answers.asking import encode_queries, encode_query, parts_of
from matchgraph.vectors.cache import VectorCache
from matchgraph.vectors.grid import to_grid
from tests.conftest import WordEncoder

TWO = "Sort my mail. Write down recorded speech."


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("sort my mail", []),
        ("Sort my mail.", []),
        (TWO, ["Sort my mail.", "Write down recorded speech."]),
        ("sort my mail\nwrite down speech", ["sort my mail", "write down speech"]),
        ("Sort all mail; flag the spam! Do you hear me?", ["Sort all mail", "flag the spam!", "Do you hear me?"]),
        ("Sort my mail, and then also flag the spam", ["Sort my mail", "flag the spam"]),
        ("label my photos as well as paint the walls", ["label my photos", "paint the walls"]),
        ("sort mail and photos", []),
        ("Hello there, sort my mail while you listen", []),
        ("Please, sort my mail; write down recorded speech", ["Please sort my mail", "write down recorded speech"]),
        ("read 1,000 letters at 12:30 for sandy", []),
        ("Version 1.5 of a tool. Or so.", []),
        ("", []),
    ],
)
def test_a_query_of_several_clauses_is_asked_whole_and_in_parts(query: str, parts: list[str]) -> None:
    assert parts_of(query) == [query, *parts]


def test_a_text_of_endless_spaces_is_taken_apart_in_no_time() -> None:
    assert parts_of("sort my mail" + " " * 200_000 + "and write down speech")[1:] == [
        "sort my mail",
        "write down speech",
    ]


def test_a_long_text_has_at_most_eight_parts() -> None:
    assert len(parts_of("Sort my mail. " * 100)) == 9


def test_the_rows_of_a_query_are_those_of_its_parts_in_order() -> None:
    encoder = WordEncoder()
    expected = to_grid(np.stack([encoder._vector(part) for part in parts_of(TWO)]))
    assert np.array_equal(encode_query(TWO, encoder), expected)


class Backwards(WordEncoder):
    """Gives its batches last text first, as an encoder may."""

    def encode(self, texts, **more):
        return reversed(list(super().encode(texts, **more)))


def test_the_order_of_the_encoders_batches_does_not_matter() -> None:
    query = "Sort my mail. " + " ".join(f"Write down part{number} recorded." for number in range(8))
    assert np.array_equal(encode_query(query, Backwards()), encode_query(query, WordEncoder()))


def test_many_queries_get_the_rows_that_each_would_get_alone(tmp_path: Path) -> None:
    encoder = WordEncoder()
    queries = ["sort mail", TWO, "sort mail", "flag spam"]
    together = encode_queries(queries, encoder, VectorCache(tmp_path, encoder.digest))
    assert len(together) == 4
    for query, rows in zip(queries, together, strict=True):
        assert np.array_equal(rows, encode_query(query, encoder))


def test_a_query_that_is_held_is_not_encoded_again(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path, WordEncoder().digest)
    first, second = WordEncoder(), WordEncoder()
    encode_queries(["sort mail", TWO, "sort mail"], first, cache)
    assert sorted(first.texts) == sorted({"sort mail", *parts_of(TWO)})
    encode_queries([TWO], second, cache)
    assert second.texts == []
