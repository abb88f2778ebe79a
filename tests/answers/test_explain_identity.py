"""Explain says what an artifact is for, which other ids it stands for, and what its other versions are."""

from __future__ import annotations

import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.catalogue.once.merge import mergers
from matchgraph.catalogue.records import Artifact, ArtifactType, Fact
from matchgraph.graph.graph import VARIANT_OF
from matchgraph.pages.render import render
from matchgraph.pages.site.site import Site
from tests.conftest import TODAY, WordEncoder, eight


def row(artifact_id: str, name: str, **more: object) -> dict[str, object]:
    told = {"type": "model", "maker": "Pond Labs", "description": f"Writes down the speech of ponds, {name}."}
    can = [{"name": "Write down speech", "description": f"writes down spoken words, {name}"}]
    return {"artifact_id": artifact_id, "name": name, **told, "capabilities": can, **more}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    rows = [
        *eight(),
        row("heron-small", "Heron small", job=["automatic speech recognition"], source="one list"),
        row("heron-large", "Heron large v2"),
        row("heron-tiny", "Heron tiny"),
        row("list:heron", "Heron small", source="another list", license="MIT", description="Speech in text."),
    ]
    store = tmp_path_factory.mktemp("identity") / "store"
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


def test_it_names_the_jobs_and_who_says_so(graph: mg.MatchGraph) -> None:
    told = graph.explain("heron-small")
    assert [(each.job, each.basis) for each in told.jobs] == [("write down speech", "stated")]
    assert "for: write down speech (stated by the source)" in str(told)


def test_it_names_the_ids_that_it_stands_for_and_why(graph: mg.MatchGraph) -> None:
    (merged,) = graph.explain("heron-small").merged
    assert (merged.artifact_id, merged.source) == ("list:heron", "another list")
    assert "maker pond labs" in merged.reason
    assert merged.otherwise["description"] == "Speech in text."
    assert graph.explain("list:heron").artifact_id == "heron-small"
    assert "also list:heron (another list)" in str(graph.explain("heron-small"))


def test_every_one_of_a_family_names_all_others(graph: mg.MatchGraph) -> None:
    family = {"heron-small", "heron-large", "heron-tiny"}
    for artifact_id in sorted(family):
        assert set(graph.explain(artifact_id).family) == family - {artifact_id}
    assert graph.explain("mail-sorter").family == ()


def test_a_family_raises_no_rank(graph: mg.MatchGraph) -> None:
    lines = {line.measure: line.raw for line in graph.explain("heron-tiny").rank_lines}
    assert graph.snapshot.graph.of("heron-tiny", VARIANT_OF)
    assert lines["linked_by_others"] == "0 other owners"


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_every_form_says_it(graph: mg.MatchGraph, form: str) -> None:
    page = render(graph.explain("heron-small"), form).replace("\\", "")  # type: ignore[arg-type] # both are forms
    assert "write down speech" in page
    assert "Also list:heron" in page
    assert "Other versions and sizes: heron-large, heron-tiny" in page


def test_the_page_says_it_and_shows_no_bookkeeping(graph: mg.MatchGraph) -> None:
    page = Site(graph).artifact("heron-small")
    assert "<code>list:heron</code>" in page
    assert "Other versions and sizes" in page
    assert "description there" in page
    assert "same as:" not in page


def test_a_note_by_another_hand_still_names_its_id() -> None:
    note = Fact("{cut short", source="a list")
    (merged,) = mergers(Artifact("a", "A", ArtifactType.MODEL, facts={"same_as:b": note}))
    assert str(merged) == "b (a list): merged before"
