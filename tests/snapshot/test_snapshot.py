"""A snapshot becomes files and comes back: the same tables, the same numbers, the same answers."""

import json
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import matchgraph as mg
from matchgraph.snapshot.snapshot import Snapshot, packed, parameters_of, unpacked
from matchgraph.snapshot.store import Store
from tests.conftest import TODAY, WordEncoder, eight


@pytest.fixture
def kept(tmp_path, catalogue_file, monkeypatch) -> tuple[Snapshot, Path]:
    """A snapshot as the rebuild held it, and the store it was published to."""
    held: list[Snapshot] = []
    road = import_module("matchgraph.rebuild")  # `matchgraph.rebuild` is the function
    monkeypatch.setattr(road, "packed", lambda snapshot: held.append(snapshot) or packed(snapshot))
    hits = tmp_path / "hits.jsonl"
    hits.write_text('{"query": "sort mail", "gold": ["mail-sorter", "letter-sorter"]}\n')
    mg.rebuild(catalogue_file, store=tmp_path / "kept", hits=[hits], encoder=WordEncoder(), today=TODAY)
    return held[0], tmp_path / "kept"


def same(left: object, right: object) -> bool:
    """Whether two values hold the same, tables and arrays to the bit."""
    if isinstance(left, pa.Table):
        return left.equals(right) and left.schema.equals(right.schema)
    if isinstance(left, np.ndarray):
        return (left.dtype, left.shape) == (right.dtype, right.shape) and left.tobytes() == right.tobytes()
    return left == right


def test_every_table_and_number_comes_back_the_same(kept):
    before, store = kept
    held = Store(store).held()
    after = unpacked(held.manifest, held.files)
    catalogue, vectors, words, scale = before.catalogue, before.vectors, before.words, before.scale
    for part in ("artifacts", "capabilities", "facts", "links"):
        assert same(getattr(catalogue, part), getattr(after.catalogue, part)), part
    assert same(vectors.grid, after.vectors.grid)
    assert (vectors.encoder, vectors.encoder_digest) == (after.vectors.encoder, after.vectors.encoder_digest)
    assert words.place == after.words.place
    assert same(words.rarity, after.words.rarity)
    assert (words.weights != after.words.weights).nnz == 0
    assert words.weights.dtype == after.words.weights.dtype
    for part in fields(scale):
        assert same(getattr(scale, part.name), getattr(after.scale, part.name)), part.name
    assert same(before.chance.cosines, after.chance.cosines)
    assert same(before.graph.edges, after.graph.edges)
    assert same(before.ranking.table, after.ranking.table)
    assert same(before.ranking.lines, after.ranking.lines)
    assert before.floor == after.floor
    assert parameters_of(before) == parameters_of(after)


def test_every_answer_comes_back_the_same(kept):
    before, store = kept
    opened, never_saved = (mg.open(store, encoder=WordEncoder()) for _ in range(2))
    never_saved.snapshot = before
    ids = before.catalogue.ids
    for graph_answers in zip(*(answers(graph, ids) for graph in (never_saved, opened)), strict=True):
        assert graph_answers[0] == graph_answers[1]


def answers(graph: mg.MatchGraph, ids: list[str]) -> list[dict[str, object]]:
    asked = ("sort mail into folders", "label photos", "write down speech", "qx vzk wwq")
    found = [graph.search(query) for query in asked]
    found += [graph.similar(each) for each in ids]
    found += [graph.explain(each) for each in ids]
    found += [graph.recommend(each) for each in ids]
    found += [graph.compare(left, right) for left in ids for right in ids if left < right]
    return [answer.to_dict() for answer in found]


def test_a_snapshot_packs_to_the_same_bytes_each_time(kept):
    before, store = kept
    manifest, folder = Store(store).checked()
    assert packed(before) == {name: (folder / name).read_bytes() for name in manifest.files}


def test_a_snapshot_is_open_formats_and_nothing_else(kept):
    _, store = kept
    manifest, folder = Store(store).checked()
    assert {Path(name).suffix for name in manifest.files} == {".parquet", ".npy"}
    for name in manifest.files:
        read = pq.read_table if name.endswith(".parquet") else np.load
        assert len(read(folder / name)) >= 0


def test_what_is_opened_cannot_be_written_to(world):
    with pytest.raises(ValueError, match="read-only"):
        world.snapshot.vectors.grid[0, 0] = 1


@pytest.mark.parametrize("artifacts", [1, 2])
def test_a_catalogue_of_hardly_anything_is_a_snapshot_too(tmp_path, artifacts):
    rows = tmp_path / "few.jsonl"
    rows.write_text("".join(json.dumps(row) + "\n" for row in eight()[:artifacts]))
    first, again = (mg.rebuild(rows, store=tmp_path / "few", encoder=WordEncoder(), today=TODAY) for _ in range(2))
    assert (first.published, again.published) == (True, False)
    graph = mg.open(tmp_path / "few", encoder=WordEncoder())
    assert len(graph) == artifacts
    assert graph.explain("mail-sorter").rank > 0
    assert len(graph.similar("mail-sorter")) == artifacts - 1
