"""A store that is rebuilt for years does not grow but by what is new."""

import json
import os
from pathlib import Path

import matchgraph as mg
from matchgraph.snapshot.store import Store
from tests.conftest import TODAY, WordEncoder, eight

BUILDS = int(os.environ.get("MATCHGRAPH_BUILDS", "12"))


def takes(folder: Path) -> tuple[int, int]:
    """Of all but the vectors, which are kept for every text there ever was: how many files, and bytes."""
    sizes = [
        file.stat().st_size
        for file in folder.rglob("*")
        if file.is_file() and not file.is_relative_to(folder / "cache") and not file.name.startswith("searches.sqlite")
    ]
    return len(sizes), sum(sizes)


def test_a_store_swept_after_each_of_many_rebuilds_holds_no_more_than_after_the_first_few(tmp_path):
    store, catalogue, held, rows = Store(tmp_path / "store"), tmp_path / "eight.jsonl", [], eight()
    for turn in range(BUILDS):
        rows[turn % len(rows)]["description"] = f"It was written anew, for the {turn % 7}th time."
        catalogue.write_text("".join(json.dumps(row) + "\n" for row in rows))
        mg.rebuild(catalogue, store=store.path, encoder=WordEncoder(), today=TODAY)
        with store.writing():
            store.remove_old(2)
        held.append(takes(store.path))
    (files, size), (files_now, size_now) = held[3], held[-1]
    assert len(store.versions()) == 2
    assert files_now == files
    assert size_now < 1.02 * size
