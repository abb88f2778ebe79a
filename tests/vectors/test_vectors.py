"""Every text is encoded once, and what was encoded stays."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

import matchgraph as mg
from matchgraph.catalogue.read import Track
from matchgraph.errors import EncoderError
from matchgraph.vectors.cache import VectorCache, key_of
from matchgraph.vectors.encoder import Task
from matchgraph.vectors.grid import to_grid
from matchgraph.vectors.vectors import embed
from tests.conftest import TODAY, WordEncoder, artifact, eight

BATCH = 8  # texts that the word encoder gives at once
KEPT = 16 * BATCH  # texts between two writes


def many(count: int) -> list[str]:
    return [f"sort mail number {number}" for number in range(count)]


@pytest.fixture
def cache(tmp_path: Path, encoder: WordEncoder) -> VectorCache:
    return VectorCache(tmp_path, encoder.digest)


class Failing(WordEncoder):
    """The word encoder, until it dies before its nth batch."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.batches = batches

    def encode(
        self, texts: Sequence[str], *, task: Task = "document", track: Track = iter
    ) -> Iterator[tuple[list[int], np.ndarray]]:
        for number, batch in enumerate(super().encode(texts, task=task, track=track)):
            if number == self.batches:
                raise KeyboardInterrupt
            yield batch


class Spoilt(WordEncoder):
    """The word encoder, but for one text that it has no numbers for."""

    def __init__(self, text: str, value: float) -> None:
        super().__init__()
        self.text, self.value = text, value

    def _vector(self, text: str) -> np.ndarray:
        vector = super()._vector(text)
        if text == self.text:
            vector[3] = self.value
        return vector


class Backwards(WordEncoder):
    """The word encoder, giving its batches and the texts in them from behind."""

    def encode(
        self, texts: Sequence[str], *, task: Task = "document", track: Track = iter
    ) -> Iterator[tuple[list[int], np.ndarray]]:
        for places, rows in reversed(list(super().encode(texts, task=task, track=track))):
            yield places[::-1], rows[::-1]


def test_every_text_has_its_row_in_the_order_of_the_texts(cache: VectorCache, encoder: WordEncoder) -> None:
    texts = ["sort mail", "tag photos", "write down speech"]
    made = embed(texts, encoder, cache)
    assert np.array_equal(made.grid, to_grid(np.stack([encoder._vector(text) for text in texts])))
    assert (made.encoder, made.encoder_digest, made.encoded) == ("words", encoder.digest, 3)


def test_the_second_time_nothing_is_encoded(cache: VectorCache, encoder: WordEncoder) -> None:
    first = embed(many(20), encoder, cache)
    again = embed(many(20), encoder, cache)
    assert encoder.calls == 1
    assert again.encoded == 0
    assert np.array_equal(first.grid, again.grid)


def test_only_new_texts_reach_the_encoder(cache: VectorCache, encoder: WordEncoder) -> None:
    embed(many(20), encoder, cache)
    made = embed(many(23), encoder, cache)
    assert made.encoded == 3
    assert encoder.texts[20:] == many(23)[20:]


def test_the_same_text_many_times_is_encoded_once(cache: VectorCache, encoder: WordEncoder) -> None:
    made = embed(["sort mail", "tag photos", "sort mail", "sort mail"], encoder, cache)
    assert encoder.texts == ["sort mail", "tag photos"]
    assert made.encoded == 2
    assert np.array_equal(made.grid[0], made.grid[2])
    assert np.array_equal(made.grid[0], made.grid[3])


def test_texts_that_differ_in_case_are_two_texts(cache: VectorCache, encoder: WordEncoder) -> None:
    assert embed(["Sort mail", "sort mail"], encoder, cache).encoded == 2


def test_a_text_is_encoded_once_as_a_document_and_once_as_a_query(cache: VectorCache, encoder: WordEncoder) -> None:
    embed(["sort mail"], encoder, cache)
    assert embed(["sort mail"], encoder, cache, task="query").encoded == 1
    assert embed(["sort mail"], encoder, cache, task="query").encoded == 0


def test_no_texts_need_no_encoder(cache: VectorCache, encoder: WordEncoder) -> None:
    assert embed([], encoder, cache).grid.shape[0] == 0
    assert encoder.calls == 0


@pytest.mark.parametrize("text", ["", "\0", "\ud800 mail", "😀", "x " * 1_000])
def test_odd_texts_are_encoded_and_held_like_any(text: str, cache: VectorCache, encoder: WordEncoder) -> None:
    first = embed(["sort mail", text, "tag photos"], encoder, cache)
    again = embed([text], encoder, cache)
    assert again.encoded == 0
    assert np.array_equal(again.grid[0], first.grid[1])


def test_an_encoder_may_give_its_batches_in_any_order(tmp_path: Path) -> None:
    grids = [
        embed(many(50), encoder, VectorCache(tmp_path / type(encoder).__name__, encoder.digest)).grid
        for encoder in (WordEncoder(), Backwards())
    ]
    assert np.array_equal(*grids)


def test_rows_cannot_be_written_to(cache: VectorCache, encoder: WordEncoder) -> None:
    made = embed(["sort mail"], encoder, cache)
    with pytest.raises(ValueError, match="read-only"):
        made.grid[0, 0] = 1


@pytest.mark.parametrize(("batches", "kept"), [(15, 0), (16, KEPT), (31, KEPT), (32, 2 * KEPT), (40, 2 * KEPT)])
def test_what_was_done_before_a_kill_is_not_done_again(
    tmp_path: Path, encoder: WordEncoder, batches: int, kept: int
) -> None:
    cache, texts = VectorCache(tmp_path, encoder.digest), many(400)
    with pytest.raises(KeyboardInterrupt):
        embed(texts, Failing(batches), cache)
    made = embed(texts, encoder, cache)
    assert made.encoded == 400 - kept
    assert encoder.texts == texts[kept:]
    assert np.array_equal(made.grid, embed(texts, encoder, VectorCache(tmp_path / "new", encoder.digest)).grid)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_vector_that_is_not_finite_is_refused_and_not_kept(cache: VectorCache, value: float) -> None:
    with pytest.raises(EncoderError, match="not finite"):
        embed(["sort mail"], Spoilt("sort mail", value), cache)
    assert cache.get([key_of("sort mail")]) == {}


def test_the_error_names_the_text_that_had_no_finite_vector(cache: VectorCache) -> None:
    texts = many(BATCH)
    with pytest.raises(EncoderError, match="sort mail number 5"):
        embed(texts, Spoilt(texts[5], float("nan")), cache)


def test_an_encoder_of_another_length_under_the_same_digest_is_refused(
    cache: VectorCache, encoder: WordEncoder
) -> None:
    cache.put([key_of("sort mail")], np.ones((1, 5), np.int16))
    with pytest.raises(EncoderError, match=r"another length.*delete it"):
        embed(["sort mail", "tag photos"], encoder, cache)


def test_the_track_sees_every_batch(cache: VectorCache, encoder: WordEncoder) -> None:
    seen: list[int] = []

    def track(batches):
        for batch in batches:
            seen.append(batch)
            yield batch

    embed(many(20), encoder, cache, track=track)
    assert len(seen) == 3


def test_a_rebuild_of_unchanged_data_encodes_nothing_and_one_new_capability_is_one_text(
    tmp_path: Path, encoder: WordEncoder
) -> None:
    file, store = tmp_path / "eight.jsonl", tmp_path / "store"

    def rebuilt(rows: list[dict[str, object]]) -> mg.RebuildReport:
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return mg.rebuild(file, store=store, encoder=encoder, today=TODAY)

    first = rebuilt(eight())
    assert first.encoded == len(set(encoder.texts[: first.encoded]))
    seen = len(encoder.texts)
    assert rebuilt(eight()).encoded == 0
    assert rebuilt(eight()[::-1]).encoded == 0
    assert len(encoder.texts) == seen
    # A ninth artifact: its one capability and its whole are new; its job is one that others have too.
    ninth = artifact("post-sorter", "model", "Eta", ["sort post into trays"], job=["mail sorting"])
    assert rebuilt([*eight(), ninth]).encoded == 2
    assert len(encoder.texts) == seen + 2
