"""`make bench-peers`: 20,000 capabilities and the same vectors into our store and into txtai, in one run, one thread.

The texts are the capabilities of the first artifacts of the public catalogue. Vectors are a cheap stand-in's on both
sides, so that all but the model is measured; what each side asks of a model is counted, and MiniLM's cost for one text
and for one query is measured in the way that each side runs it, and added. Ours is a whole rebuild (read, vectors,
words, graph, ranks, published on disk with checksums), theirs `index` with its graph and topics, in memory.
MATCHGRAPH_TXTAI names a Python that has txtai; without it ours is told alone.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.hashed import encode
from tests.bench.rebuild import REAL, ROOT, slow_nearest

TEXTS = int(os.environ.get("MATCHGRAPH_BENCH_TEXTS", "20000"))
NEAREST, LEAST, FASTER = 15, 0.1, 15


class StandIn:
    """The stand-in as an encoder of ours."""

    name, digest = "stand-in", hashlib.sha256(b"stand-in").hexdigest()

    def encode(self, texts: Sequence[str], **_: Any) -> Iterator[tuple[list[int], np.ndarray]]:
        for start in range(0, len(texts), 1024):
            places = list(range(start, min(start + 1024, len(texts))))
            yield places, encode([texts[place] for place in places])


def rows() -> list[dict[str, Any]]:
    """The first artifacts that have so many capabilities together."""
    found, count = [], 0
    with gzip.open(REAL, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            count += len(row["capabilities"])
            if count > TEXTS:
                break
            found.append(row)
    return found


def run(*command: object) -> tuple[float, float, float]:
    """CPU and wall seconds of a process, and its peak memory in MB."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    start = time.perf_counter()
    child = subprocess.Popen([*map(str, command)], env={**os.environ, **one, "TOKENIZERS_PARALLELISM": "false"})
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{command[1:3]} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss / 1024


def ours(folder: Path) -> None:
    """A rebuild, and its queries, in this process."""
    import matchgraph as mg

    start, wall = time.process_time(), time.perf_counter()
    report = mg.rebuild(folder / "texts.jsonl", store=folder / "store", encoder=StandIn())
    took = {"index": (time.process_time() - start, time.perf_counter() - wall)}
    took |= {name: (cost.cpu_s, cost.wall_s) for name, cost in report.stages.items()}
    graph = mg.open(folder / "store", encoder=StandIn())
    queries, asked = json.loads((folder / "queries.json").read_text("utf-8")), []
    for query in [*queries[:20], *queries]:
        begun = time.perf_counter()
        graph.search(query, k=10)
        asked.append(time.perf_counter() - begun)
    said = {"took": took, "encoded": report.encoded, "asked": asked[20:], "counts": report.counts}
    (folder / "ours.json").write_text(json.dumps(said), encoding="utf-8")


def nearest(folder: Path) -> None:
    """The same edges as theirs are meant to be, from held vectors by our index."""
    from matchgraph.vectors.grid import to_grid
    from matchgraph.vectors.index import Index

    vectors = encode(json.loads((folder / "texts.json").read_text("utf-8")))
    start = time.process_time()
    scores, near = Index(to_grid(vectors)).nearest(to_grid(vectors), NEAREST)
    np.savez(folder / "near.npz", near=near, scores=scores, cpu=time.process_time() - start)


def model(folder: Path) -> None:
    """What our way to encode costs: CPU seconds of one text among many, and seconds of a query alone."""
    from matchgraph.answers.asking import encode_query
    from matchgraph.vectors.encoder import SentenceEncoder

    listed, queries = (json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("texts", "queries"))
    encoder, some, asked = SentenceEncoder(), listed[:: max(1, len(listed) // 2048)], []
    list(encoder.encode(some[:16]))
    start = time.process_time()
    list(encoder.encode(some))
    each = (time.process_time() - start) / len(some)
    for query in [*queries[:20], *queries]:
        begun = time.perf_counter()
        encode_query(query, encoder)
        asked.append(time.perf_counter() - begun)
    (folder / "our model.json").write_text(json.dumps({"each": each, "asked": asked[20:]}), encoding="utf-8")


def bar(name: str, value: float, wanted: float, least: bool = False, unit: str = "") -> None:
    holds = value >= wanted if least else value <= wanted
    sign = ">=" if least else "<="
    print(f"  bar: {name}: {value:,.2f}{unit} {sign} {wanted:,.2f}{unit}  {'met' if holds else 'NOT MET'}")


def exact(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whom each row is to be joined to, by every cosine: the nearest but itself, and how near."""
    found = []
    for start in range(0, len(vectors), 1000):
        cosines = vectors[start : start + 1000] @ vectors.T
        cosines[np.arange(len(cosines)), start + np.arange(len(cosines))] = -1
        near = np.argpartition(-cosines, NEAREST - 1, axis=1)[:, : NEAREST - 1]
        found.append((near, np.take_along_axis(cosines, near, axis=1)))
    near, cosine = (np.concatenate(each) for each in zip(*found, strict=True))
    return near, cosine


def recall(joined: set[tuple[int, int]], vectors: np.ndarray) -> float:
    """The share of exact edges that are there, of those further apart than equal."""
    near, cosine = exact(vectors)
    clear = (cosine > LEAST) & (cosine > cosine.min(axis=1, keepdims=True) + 1e-3)
    rows, places = np.nonzero(clear)
    pairs = zip(rows.tolist(), near[rows, places].tolist(), strict=True)
    return float(np.mean([(min(pair), max(pair)) in joined for pair in pairs]))


def pairs_of(near: np.ndarray, scores: np.ndarray) -> set[tuple[int, int]]:
    rows, places = np.nonzero(scores > LEAST)
    pairs = zip(rows.tolist(), near[rows, places].tolist(), strict=True)
    return {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}


def missing(folder: Path) -> tuple[int, int]:
    """True mutual neighbours by the slow formula that our graph lacks, of a sample, and how many there are."""
    import matchgraph as mg
    from matchgraph.graph import neighbours as room

    graph = mg.open(folder / "store", encoder=StandIn())
    likeness, edges = graph.likeness, graph.snapshot.graph.edges
    places = ([graph.snapshot.catalogue.place[each] for each in edges[end].to_pylist()] for end in ("source", "target"))
    there, lost, true = set(zip(*places, strict=True)), 0, 0
    for place in np.random.default_rng(0).choice(len(graph), 20, replace=False).tolist():
        for other in slow_nearest(likeness, place, room.NEAREST):
            if place in slow_nearest(likeness, other, room.NEAREST):
                true += 1
                lost += not {(place, other), (other, place)} & there
    return lost, true


def main() -> None:
    if not REAL.exists():
        raise SystemExit("no real data at hand to measure with (MATCHGRAPH_BENCH_DATA names it)")
    with tempfile.TemporaryDirectory() as name:
        folder, artifacts = Path(name), rows()
        texts = [what["description"] for row in artifacts for what in row["capabilities"]]
        queries = [text[:80] for text in texts[:: max(1, len(texts) // 200)]]
        (folder / "texts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in artifacts), encoding="utf-8")
        for file, listed in {"texts": texts, "queries": queries}.items():
            (folder / f"{file}.json").write_text(json.dumps(listed), encoding="utf-8")
        print(f"{len(texts):,} capabilities of {len(artifacts):,} artifacts; load {os.getloadavg()[0]:.1f}", flush=True)
        # Both before anything large is held here: a new process begins with the peak of the one that starts it.
        our_run, their_run = measured(folder, python := os.environ.get("MATCHGRAPH_TXTAI"))
        we, held, vectors = told("our", folder, our_run), np.load(folder / "near.npz"), encode(texts)
        same, mine = float(held["cpu"]), recall(pairs_of(held["near"], held["scores"]), vectors)
        print(f"  {NEAREST - 1} nearest of every text from held vectors: {same:.1f} CPU s, recall {mine:.4f}")
        lost, true = missing(folder)
        print(f"  graph: {lost} of {true} true mutual neighbours of a sample are missing", flush=True)
        if not python:
            raise SystemExit("txtai: left out; MATCHGRAPH_TXTAI names no Python that has it")
        they = told("their", folder, their_run)
        print(f"  graph: {len(they['edges']):,} edges, recall {recall(set(map(tuple, they['edges'])), vectors):.4f}")
    bar("recall of the exact edges, ours", mine, 1, least=True)
    bar("true neighbours missing, ours", lost, 0)
    judge(we, our_run, they, their_run, same)


def measured(folder: Path, python: str | None) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """What the process of each side took, after which it has told the rest in the folder."""
    from matchgraph.vectors.encoder import DEFAULT, _folder_of

    ours = run(sys.executable, "-m", "tests.bench.peers", "ours", folder)
    script = ROOT / "tests" / "bench" / "build_txtai.py"
    theirs = run(python, script, folder) if python else ()
    for part in ("nearest", "model"):
        run(sys.executable, "-m", "tests.bench.peers", part, folder)
    if python:
        run(python, script, folder, _folder_of(DEFAULT))
    return ours, theirs


def told(name: str, folder: Path, cost: tuple[float, ...]) -> dict[str, Any]:
    """What one side took, printed."""
    said = json.loads((folder / f"{name}s.json").read_text("utf-8"))
    said["model"] = json.loads((folder / f"{name} model.json").read_text("utf-8"))
    texts, each, alone = said["encoded"], said["model"]["each"], np.median(said["model"]["asked"])
    print(f"{'ours' if name == 'our' else 'txtai'}: {cost[0]:.1f} CPU s, {cost[1]:.1f} s wall, peak {cost[2]:,.0f} MB")
    print("  " + ", ".join(f"{stage} {took[0]:.2f}" for stage, took in said["took"].items()) + " CPU s")
    print(f"  {texts:,} texts encoded; MiniLM {1000 * each:.1f} CPU ms a text, {1000 * alone:.1f} ms a query alone")
    asked = 1000 * np.quantile(said["asked"], [0.5, 0.95])
    print(f"  text query but for the model: p50 {asked[0]:.2f} ms, p95 {asked[1]:.2f}", flush=True)
    return dict(said)


def judge(
    we: dict[str, Any], our_run: Sequence[float], they: dict[str, Any], their_run: Sequence[float], same: float
) -> None:
    """The bars, with the stand-in and with a model."""
    infer, again = they["took"]["inferedges"]
    graph, theirs_each = infer + they["took"]["addtopics"][0], they["model"]["each"]
    print(f"txtai's graph phase: {graph:.1f} CPU s, and {again:,} texts encoded again: {again * theirs_each:.0f} CPU s")
    stage = we["took"]["likeness"][0] + we["took"]["graph"][0]
    for name, cost in {"the same edges by ours": same, "our graph, likeness and all": stage}.items():
        bar(f"txtai's graph phase of {name}, stand-in", graph / cost, FASTER, least=True, unit=" x")
        bar(
            f"txtai's graph phase of {name}, MiniLM",
            (graph + again * theirs_each) / cost,
            FASTER,
            least=True,
            unit=" x",
        )
    sides = (we, our_run), (they, their_run)
    bar("cold build, stand-in, CPU", our_run[0], their_run[0], unit=" s")
    bar(
        "cold build, MiniLM, CPU", *(run[0] + side["encoded"] * side["model"]["each"] for side, run in sides), unit=" s"
    )
    bar("peak memory", our_run[2], their_run[2], unit=" MB")
    bar("text query p50, stand-in", *(1000 * float(np.median(side["asked"])) for side, _ in sides), unit=" ms")
    whole = (float(np.median(side["asked"]) + np.median(side["model"]["asked"])) for side, _ in sides)
    bar("text query p50, MiniLM", *(1000 * each for each in whole), unit=" ms")


if __name__ == "__main__":
    {"ours": ours, "nearest": nearest, "model": model}[sys.argv[1]](Path(sys.argv[2])) if len(sys.argv) > 2 else main()
