"""Run by another Python, one that has txtai: texts in a folder into its index and graph, and what that took out."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from hashed import encode


def main(folder: Path) -> None:
    from txtai.embeddings import Embeddings
    from txtai.graph.base import Graph

    texts, queries = (json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("texts", "queries"))
    calls, took = [0], {}

    def transform(asked: list[str]) -> Any:
        calls[0] += len(asked)
        return encode(asked)

    def clocked(name: str) -> None:
        plain = getattr(Graph, name)

        def run(*told: Any, **more: Any) -> Any:
            start, before = time.process_time(), calls[0]
            found = plain(*told, **more)
            took[name] = time.process_time() - start, calls[0] - before
            return found

        setattr(Graph, name, run)

    clocked("inferedges")
    clocked("addtopics")
    embeddings = Embeddings(method="external", transform=transform, content=False, graph={"limit": 15, "topics": {}})
    start, wall = time.process_time(), time.perf_counter()
    embeddings.index((str(row), text, None) for row, text in enumerate(texts))
    took["index"] = time.process_time() - start, time.perf_counter() - wall
    asked = []
    for query in [*queries[:20], *queries]:
        begun = time.perf_counter()
        embeddings.search(query, 10)
        asked.append(time.perf_counter() - begun)
    edges = [sorted(map(int, edge)) for edge in embeddings.graph.backend.edges()]
    said = {"took": took, "encoded": calls[0], "asked": asked[20:], "edges": edges}
    (folder / "theirs.json").write_text(json.dumps(said), encoding="utf-8")


def model(folder: Path, weights: str) -> None:
    """What their way to encode costs: CPU seconds of one text among many, and seconds of a query alone."""
    from txtai.embeddings import Embeddings

    texts, queries = (json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("texts", "queries"))
    embeddings = Embeddings(path=weights)
    for query in queries[:20]:
        embeddings.batchtransform([query])
    start = time.process_time()
    some = texts[:: max(1, len(texts) // 2048)]
    embeddings.batchtransform(some)
    each = (time.process_time() - start) / len(some)
    asked = []
    for query in queries:
        begun = time.perf_counter()
        embeddings.batchtransform([query])
        asked.append(time.perf_counter() - begun)
    (folder / "their model.json").write_text(json.dumps({"each": each, "asked": asked}), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        model(Path(sys.argv[1]), sys.argv[2])
    else:
        main(Path(sys.argv[1]))
