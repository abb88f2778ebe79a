"""Run by another Python, one that has txtai: vectors in a folder into its graph, and who is joined to whom out."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np


def main(folder: Path) -> None:
    from txtai.embeddings import Embeddings

    vectors = np.load(folder / "vectors.npy")
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = {str(row): vector for row, vector in enumerate(vectors)}
    # Texts are row numbers, and what encodes them looks the vectors up.
    embeddings = Embeddings(
        method="external",
        transform=lambda texts: np.array([rows[text] for text in texts], np.float32),
        content=False,
        backend="numpy",
        graph={"limit": 15, "minscore": 0.1},
    )
    embeddings.index((row, str(row), None) for row in range(len(vectors)))
    found = []
    for asked in json.loads((folder / "asked.json").read_text(encoding="utf-8")):
        points: dict[int, float] = {}
        for other, edge in (embeddings.graph.edges(asked) or {}).items():
            points[other] = points.get(other, 0.0) + edge["weight"]
            for further, onward in (embeddings.graph.edges(other) or {}).items():
                points[further] = points.get(further, 0.0) + 0.01 * edge["weight"] * onward["weight"]
        points.pop(asked, None)
        found.append([int(row) for row in sorted(points, key=lambda row: (-points[row], row))[:50]])
    (folder / "found.json").write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
