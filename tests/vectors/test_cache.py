"""What is put is there, for good, and what is broken says so."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.errors import EncoderError
from matchgraph.vectors.cache import VectorCache, _digest, cache_in, held_in, key_of

TEXTS = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=20)


def some(count: int, dim: int = 8) -> tuple[list[bytes], np.ndarray]:
    keys = [key_of(f"text {number}") for number in range(count)]
    return keys, np.random.default_rng(count).integers(-4000, 4001, (count, dim)).astype(np.int16)


@pytest.fixture
def cache(tmp_path: Path) -> VectorCache:
    return VectorCache(tmp_path / "cache", "a" * 64)


def test_what_was_put_is_got_back_as_it_was(cache: VectorCache) -> None:
    keys, grid = some(5)
    cache.put(keys, grid)
    found = cache.get(keys)
    assert all(
        found[key].dtype == np.int16 and np.array_equal(found[key], row) for key, row in zip(keys, grid, strict=True)
    )


def test_only_what_is_held_is_got(cache: VectorCache) -> None:
    keys, grid = some(4)
    cache.put(keys[:3], grid[:3])
    assert set(cache.get(keys)) == set(keys[:3])
    assert cache.get([]) == {}
    assert cache.get([key_of("never seen")]) == {}


def test_more_keys_than_one_question_holds_are_all_found(cache: VectorCache) -> None:
    keys, grid = some(1234, 2)
    cache.put(keys, grid)
    found = cache.get(keys[::-1])
    assert np.array_equal(np.stack([found[key] for key in keys]), grid)


def test_another_opening_of_the_same_folder_has_it_all(cache: VectorCache) -> None:
    keys, grid = some(3)
    cache.put(keys, grid)
    again = VectorCache(cache.path.parent, "a" * 64)
    assert set(again.get(keys)) == set(keys)


def test_each_encoder_has_its_own_file(cache: VectorCache) -> None:
    keys, grid = some(3)
    cache.put(keys, grid)
    other = VectorCache(cache.path.parent, "b" * 64)
    assert other.path != cache.path
    assert other.get(keys) == {}


def test_putting_again_replaces(cache: VectorCache) -> None:
    keys, grid = some(2)
    cache.put(keys, grid)
    cache.put(keys[:1], -grid[:1])
    found = cache.get(keys)
    assert np.array_equal(found[keys[0]], -grid[0])
    assert np.array_equal(found[keys[1]], grid[1])


def test_what_is_forgotten_is_gone(cache: VectorCache) -> None:
    keys, grid = some(3)
    cache.put(keys, grid)
    cache.forget()
    assert cache.get(keys) == {}


def test_more_keys_than_rows_keep_nothing(cache: VectorCache) -> None:
    keys, grid = some(3)
    with pytest.raises(ValueError, match="zip"):
        cache.put(keys, grid[:2])
    assert cache.get(keys) == {}


def test_vectors_of_several_lengths_are_refused_with_the_file_to_delete(cache: VectorCache) -> None:
    keys, grid = some(2)
    cache.put(keys[:1], grid[:1])
    cache.put(keys[1:], grid[1:, :5])
    with pytest.raises(EncoderError, match=rf"{cache.path.name} .*delete it"):
        cache.get(keys)


def test_a_file_that_is_no_database_is_refused_with_its_name(tmp_path: Path) -> None:
    path = VectorCache(tmp_path, "a" * 64).path
    replaced(path)
    with pytest.raises(EncoderError, match=rf"{path.name} .*delete it"):
        VectorCache(tmp_path, "a" * 64)


def overwritten(path: Path) -> None:
    """Every page but the first is written over."""
    path.write_bytes(path.read_bytes()[:4096] + b"\xa5" * (path.stat().st_size - 4096))


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 8192 * 4096])


def torn(path: Path) -> None:
    """Cut within a page, as a full disk leaves it."""
    path.write_bytes(path.read_bytes()[: 4096 + 1000])


def replaced(path: Path) -> None:
    path.write_bytes(b"this is no database " * 500)


ASKING: dict[str, Callable[[VectorCache, list[bytes], np.ndarray], object]] = {
    "get": lambda cache, keys, grid: cache.get(keys),
    "put": lambda cache, keys, grid: cache.put(keys, grid),
    "forget": lambda cache, keys, grid: cache.forget(),
}


@pytest.mark.parametrize("asked", ASKING)
@pytest.mark.parametrize("damage", [overwritten, cut_in_half, torn, replaced], ids=lambda damage: damage.__name__)
def test_a_damaged_file_is_an_error_of_ours_whatever_is_asked_of_it(
    cache: VectorCache, damage: Callable[[Path], None], asked: str
) -> None:
    keys, grid = some(900, 64)
    cache.put(keys, grid)
    damage(cache.path)
    with pytest.raises(EncoderError, match=rf"{cache.path.name} .*delete it"):
        ASKING[asked](cache, keys, grid)


def test_a_vector_with_half_a_number_is_refused(cache: VectorCache) -> None:
    keys, _ = some(1)
    with closing(sqlite3.connect(cache.path)) as base, base:
        odd = (keys[0], b"odd", _digest(keys[0], b"odd"))  # three bytes: one number and a half
        base.execute("INSERT INTO vectors VALUES (?, ?, ?)", odd)
    with pytest.raises(EncoderError, match=rf"{cache.path.name} .*delete it"):
        cache.get(keys)


# A digest beside each vector


def aged(path: Path) -> None:
    """The file as a matchgraph before digests left it."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("CREATE TABLE old (text BLOB PRIMARY KEY, grid BLOB NOT NULL) WITHOUT ROWID")
        base.execute("INSERT INTO old SELECT text, grid FROM vectors")
        base.execute("DROP TABLE vectors")
        base.execute("ALTER TABLE old RENAME TO vectors")


@pytest.mark.parametrize("change", ["grid = x'00' || substr(grid, 2)", "digest = x'00'", "digest = NULL", "grid = 'a'"])
def test_a_vector_that_was_changed_on_disk_is_not_given_out_and_putting_it_again_mends_it(
    cache: VectorCache, change: str
) -> None:
    keys, grid = some(4)
    grid[2, 0] = 4000
    cache.put(keys, grid)
    with closing(sqlite3.connect(cache.path)) as base, base:
        base.execute(f"UPDATE vectors SET {change} WHERE text = ?", (keys[2],))
    assert set(cache.get(keys)) == {keys[0], keys[1], keys[3]}
    cache.put(keys[2:3], grid[2:3])
    assert np.array_equal(cache.get(keys)[keys[2]], grid[2])


def test_two_vectors_that_changed_places_are_not_given_out(cache: VectorCache) -> None:
    keys, grid = some(2)
    cache.put(keys, grid)
    with closing(sqlite3.connect(cache.path)) as base, base:
        rows = base.execute("SELECT grid, digest FROM vectors ORDER BY text").fetchall()
        for key, row in zip(sorted(keys), rows[::-1], strict=True):
            base.execute("UPDATE vectors SET grid = ?, digest = ? WHERE text = ?", (*row, key))
    assert cache.get(keys) == {}


def test_a_file_from_before_digests_keeps_its_vectors_and_gets_digests(cache: VectorCache) -> None:
    keys, grid = some(700)
    cache.put(keys, grid)
    aged(cache.path)
    again = VectorCache(cache.path.parent, "a" * 64)
    found = again.get(keys)
    assert np.array_equal(np.stack([found[key] for key in keys]), grid)
    with closing(sqlite3.connect(cache.path)) as base:
        assert base.execute("SELECT count(*) FROM vectors WHERE digest IS NULL").fetchone() == (0,)
    again.put(*some(701))
    assert len(again.get(some(701)[0])) == 701


def test_a_file_that_is_only_read_is_counted_in_and_left_as_it_is(cache: VectorCache) -> None:
    keys, grid = some(700)
    cache.put(keys[:600], grid[:600])
    for change in (lambda: None, lambda: aged(cache.path)):  # of an earlier matchgraph as well
        change()
        before = cache.path.read_bytes()
        assert held_in(cache.path.parent, "a" * 64, keys) == 600
        assert cache.path.read_bytes() == before
        assert list(cache.path.parent.iterdir()) == [cache.path]
    assert held_in(cache.path.parent, "b" * 64, keys) == held_in(cache.path / "none", "a" * 64, keys) == 0


def test_what_another_process_is_just_putting_there_is_counted_too(cache: VectorCache) -> None:
    keys, grid = some(3)
    with closing(sqlite3.connect(cache.path)) as other:
        other.execute("SELECT count(*) FROM vectors").fetchone()  # as long as it is open nothing is written back
        cache.put(keys, grid)
        assert held_in(cache.path.parent, "a" * 64, keys) == 3


def test_a_damaged_file_from_before_digests_is_an_error_of_ours(cache: VectorCache) -> None:
    cache.put(*some(900, 64))
    aged(cache.path)
    overwritten(cache.path)
    with pytest.raises(EncoderError, match=rf"{cache.path.name} .*delete it"):
        VectorCache(cache.path.parent, "a" * 64)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_different_texts_have_different_keys(left: str, right: str) -> None:
    assert (key_of(left) == key_of(right)) == (left == right)


@settings(deadline=None)
@given(TEXTS)
def test_a_query_is_another_text_than_a_document(text: str) -> None:
    assert key_of(text, "query") != key_of(text)
    assert key_of(text, "document") == key_of(text)


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "mail \udcff", "\ud83d\ude00", "😀", "x" * 100_000])
def test_any_text_has_a_key_even_broken_ones(text: str, cache: VectorCache) -> None:
    key = key_of(text)
    assert len(key) == 32
    cache.put([key], np.ones((1, 4), np.int16))
    assert cache.get([key])[key].tolist() == [1, 1, 1, 1]


def test_where_the_disk_is_at_fault_nobody_is_told_to_delete_what_is_kept(cache: VectorCache) -> None:
    keys, grid = some(1)
    cache.put(keys, grid)
    cache.path.rename(kept := cache.path.with_suffix(".kept"))
    cache.path.mkdir()
    with pytest.raises(EncoderError, match=r"cannot be used now \(unable to open database file\)") as told:
        cache.put(keys, grid)
    assert "delete" not in str(told.value)
    cache.path.rmdir()
    kept.rename(cache.path)
    assert cache.get(keys)[keys[0]].tolist() == grid[0].tolist()


def test_where_nothing_can_be_written_what_is_held_is_read_and_no_more_is_kept(
    cache: VectorCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, grid = some(3)
    cache.put(keys[:2], grid[:2])
    cache_in(cache.path.parent, "a" * 64).put(keys[1:2], grid[1:2])
    before = cache.path.read_bytes()
    monkeypatch.setattr(os, "access", lambda *_: False)
    for folder, held in ((cache.path.parent, set(keys[:2])), (cache.path.parent / "none", set())):
        only_read = cache_in(folder, "a" * 64)
        only_read.put(keys[2:], grid[2:])
        assert set(only_read.get(keys)) == held
        assert not (folder / "none").exists()
    assert cache.path.read_bytes() == before
