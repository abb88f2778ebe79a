"""`make bench-incremental`: what a rebuild costs after 1% of the rows changed, against one of everything.

Everything is encoded anew on a part of the catalogue (MATCHGRAPH_BENCH_ARTIFACTS, 1,200 where nothing is said), for a
whole one takes a quarter of an hour. Where MATCHGRAPH_BENCH_STORE names a store whose vectors are those of the whole
catalogue, the rebuild after a change is that of the whole, and everything anew is reckoned from the part: so much a
text, beside what a rebuild costs that finds every vector. Costs are CPU seconds of whole processes.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.rebuild import DATA, ROOT, bar, rebuilt

ARTIFACTS = int(os.environ.get("MATCHGRAPH_BENCH_ARTIFACTS", "1200"))
STORE = os.environ.get("MATCHGRAPH_BENCH_STORE")
ONE_IN = 100
Row = dict[str, Any]
Report = dict[str, Any]


def catalogue() -> list[Row]:
    """Every row of the real catalogue, or of the starter one."""
    files = sorted((DATA / "catalogue").glob("[cp]*.jsonl.gz")) or sorted((ROOT / "data" / "catalogue").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in (gzip.open if file.suffix == ".gz" else open)(file, "rt")]


def written(path: Path, rows: list[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def reworded(rows: list[Row]) -> list[Row]:
    """The rows, every hundredth of them with another description and another capability."""
    made = [json.loads(json.dumps(row)) for row in rows]
    for number, row in enumerate(made[::ONE_IN]):
        row["description"] = f"{row['description']} It was written anew, for the {number}th time."
        first = row["capabilities"][0]
        if isinstance(first, dict):
            first["description"] = f"{first['description']} This is its part number {number}."
    return made


def recounted(rows: list[Row]) -> list[Row]:
    """The rows, each of them with other stars."""
    return [row | {"facts": {**(row.get("facts") or {}), "stars": number}} for number, row in enumerate(rows)]


def with_vectors(of: Path, store: Path) -> Path:
    """An empty store that finds every vector of another one."""
    shutil.copytree(of / "cache", store / "cache")
    return store


def costs(what: str, rows: list[Row], store: Path, *options: str) -> tuple[Report, float]:
    """The report and the CPU seconds of a rebuild, printed."""
    catalogue = written(store.with_suffix(".jsonl"), rows)
    report, peak, cpu = rebuilt(catalogue, store, "--today", "2026-11-21", *options)
    changes = report["changes"] or {"added": report["counts"]["artifacts"]}
    moved = ", ".join(f"{count:,} {name}" for name, count in changes.items() if count) or "nothing changed"
    found = ", ".join(report["held"]) or "no stage"
    print(f"  {what:36} {cpu:7.1f} CPU s, {peak:,.0f} MB; {moved}; {report['encoded']:,} texts encoded; held: {found}")
    return report, cpu


def a_text(few: Report, many: Report) -> float:
    """What one more text costs to encode; what loading the model costs falls out."""
    more = many["stages"]["embed"]["cpu_s"] - few["stages"]["embed"]["cpu_s"]
    return float(more / (many["encoded"] - few["encoded"]))


def main() -> None:
    rows, folder = catalogue(), Path(tempfile.mkdtemp(prefix="matchgraph-bench-"))
    part = rows[:: max(1, len(rows) // ARTIFACTS)]
    try:
        few, _ = costs("a few rows, everything anew", part[:10], folder / "few")
        many, full = costs("a part, everything anew", part, folder / "store")
        if STORE:
            store, part = with_vectors(Path(STORE), folder / "whole"), rows
            _, clean = costs("the whole, every vector found", rows, store)
            texts = np.load(next((store / "snapshots").iterdir()) / "vectors.npy", mmap_mode="r").shape[0]
            full = clean + texts * a_text(few, many)
            print(f"  {'the whole, everything anew: reckoned':36} {full:7.1f} CPU s for {texts:,} texts")
        else:
            store = folder / "store"
        changed = reworded(part)
        after, cost = costs("1% of the rows reworded", changed, store, "--new-reference")
        other, found = costs("the same, clean, every vector found", changed, with_vectors(store, folder / "clean"))
        facts, fact_cost = costs("another fact in every row", recounted(changed), store, "--new-reference")
        last, _ = costs("the same, clean", recounted(changed), with_vectors(store, folder / "last"))
        print(f"  digests: {'equal' if same(after, other) and same(facts, last) else 'NOT EQUAL'}")
        if STORE:
            bar("1% reworded, of everything anew", 100 * cost / full, 5, " %")
        else:  # loading the model costs as much as encoding some hundred texts
            print(
                f"  1% reworded, of everything anew: {100 * cost / full:.1f} %; the bar of 5 % is for a whole catalogue"
            )
        bar("another fact in every row, of a clean rebuild that finds every vector", 100 * fact_cost / found, 50, " %")
    finally:
        shutil.rmtree(folder)


def same(one: Report, other: Report) -> bool:
    return bool(one["digest"] == other["digest"])


if __name__ == "__main__":
    main()
