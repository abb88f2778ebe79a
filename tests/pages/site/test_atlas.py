from __future__ import annotations

import json
from pathlib import Path

import numpy as np

import matchgraph as mg
from matchgraph.pages.site.atlas import FAMILIES, map_data, places_of, regions
from tests.conftest import WordEncoder


def kept(world: mg.MatchGraph) -> list[Path]:
    return sorted((world.store.cache / "maps").glob("*"))


def test_every_type_is_of_one_family() -> None:
    from matchgraph.catalogue.records import ArtifactType

    named = [kind for kinds in FAMILIES.values() for kind in kinds]
    assert sorted(named) == sorted(ArtifactType)


def test_the_map_holds_every_artifact_and_no_rival_that_is_only_claimed(world: mg.MatchGraph) -> None:
    told = json.loads(map_data(world))
    assert told["slug"] == world.snapshot.catalogue.ids
    assert len(told["x"]) == len(told["y"]) == len(told["rank"]) == len(world)
    assert len(told["edges"]) == 2 * len(told["kind"])
    assert "named_rival" not in told["kinds"]
    assert all(abs(place) <= told["scale"] for place in told["x"] + told["y"])


def test_the_map_is_drawn_once_and_then_kept(world: mg.MatchGraph) -> None:
    first = places_of(world)
    (path,) = kept(world)
    before = path.stat().st_mtime_ns
    assert np.array_equal(places_of(mg.open(world.store.path, encoder=WordEncoder())), first)
    assert path.stat().st_mtime_ns == before


def test_a_damaged_map_is_drawn_anew(world: mg.MatchGraph) -> None:
    first = places_of(world)
    kept(world)[0].write_bytes(b"no map")
    assert np.array_equal(places_of(world), first)


def test_a_store_that_cannot_be_written_to_still_has_a_map(world: mg.MatchGraph) -> None:
    (world.store.cache / "maps").write_text("a file where the folder should be")
    assert places_of(world).shape == (8, 2)


def test_regions_are_named_by_what_lies_together(world: mg.MatchGraph) -> None:
    places = np.zeros((8, 2), np.float32)
    named = regions(world.snapshot, places)
    assert [(each.text, each.artifacts) for each in named] == [("mail sorting", 2)]
    far = np.array([[1.0, 1.0] if each == "mail-sorter" else [-1.0, -1.0] for each in world.snapshot.catalogue.ids])
    assert regions(world.snapshot, far) == ()
