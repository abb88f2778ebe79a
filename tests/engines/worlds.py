"""Four hundred artifacts in clusters, small blocks of them, and rebuilds of both kinds."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from random import Random

import pytest

import matchgraph as mg
from tests.conftest import TODAY, WordEncoder

# Every stage that is shared out, in order.
CELLS = ["embed", "lookup", "usual-parts", "usual", "cells", "truth", "by-words", "near-cells", "in-cells"]
CELLS += ["sharing-words"]


def written(path: Path, artifacts: int = 400, clusters: int = 40) -> Path:
    """A catalogue whose artifacts say the words of their cluster, and one of anybody's."""
    dice = Random(5)
    rows = []
    for number in range(artifacts):
        cluster = number % clusters
        common = [f"skill{cluster}x{part}" for part in range(4)]
        does = [
            " ".join([*dice.sample(common, 3), f"any{dice.randrange(60)}", f"own{number}"])
            for _ in range(dice.randrange(1, 3))
        ]
        abilities = [{"name": text.split()[0], "description": text} for text in does]
        rows.append(
            {
                "artifact_id": f"a{number:03}",
                "name": f"thing {number}",
                "type": "model",
                "maker": f"m{number % 7}",
                "description": does[0],
                "capabilities": abilities,
            }
        )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def small_blocks(patch: pytest.MonkeyPatch, every_pair_up_to: int = 100) -> None:
    """Blocks of a size that a small world has many of; they are cut by who asks for the work."""
    for room, name, size in [
        ("vectors.vectors", "_BLOCK", 150),
        ("vectors.cells", "_BLOCK", 150),
        ("rebuild", "EVERY_ROW_UP_TO", every_pair_up_to),
        ("graph.likeness", "_TILE", 1),
        ("graph.likeness", "_AT_LARGE", 120),
        ("graph.candidates", "_AT_ONCE", 120),
        ("graph.candidates", "_CELLS", 10),
        ("graph.candidates", "EVERY_PAIR_UP_TO", every_pair_up_to),
    ]:
        patch.setattr(import_module(f"matchgraph.{room}"), name, size)


def built(catalogue: Path | list[Path], store: Path, **more: object) -> mg.RebuildReport:
    return mg.rebuild(catalogue, store=store, **{"encoder": WordEncoder(), "today": TODAY} | more)


def looked(store: Path) -> str:
    """How the neighbours of the live snapshot were looked for."""
    from matchgraph.snapshot.store import Store

    return str(Store(store).manifest().quality["likeness"]["way"])
