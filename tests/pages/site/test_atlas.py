from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

import matchgraph as mg
from matchgraph.pages.site.atlas import FAMILIES, map_data, places_of, regions
from tests.conftest import TODAY, WordEncoder


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


def test_the_map_is_laid_out_by_the_rebuild_and_for_an_older_snapshot_when_it_is_asked_for(
    world: mg.MatchGraph,
) -> None:
    held = places_of(world.snapshot)
    assert held is world.snapshot.places
    assert np.array_equal(places_of(replace(world.snapshot, places=None)), held)


def test_searches_do_not_move_the_map(world: mg.MatchGraph, catalogue_file: Path) -> None:
    for actor in "abc":
        for chosen in ("mail-sorter", "photo-tagger"):
            world.record(query="sort pictures in mail", chosen=chosen, actor=actor)
    report = mg.rebuild(catalogue_file, store=world.store.path, encoder=WordEncoder(), today=TODAY)
    assert "map" in report.held
    after = mg.open(world.store.path, encoder=WordEncoder())
    assert after.manifest.digest != world.manifest.digest
    assert np.array_equal(places_of(after.snapshot), places_of(world.snapshot))


def test_regions_are_named_by_what_lies_together(world: mg.MatchGraph) -> None:
    places = np.zeros((8, 2), np.float32)
    named = regions(world.snapshot, places)
    assert [(each.text, each.artifacts) for each in named] == [("mail sorting", 2)]
    far = np.array([[1.0, 1.0] if each == "mail-sorter" else [-1.0, -1.0] for each in world.snapshot.catalogue.ids])
    assert regions(world.snapshot, far) == ()
