"""Explain: the lines are the rank, every edge is there, and each is said in its own direction."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.errors import UnknownArtifact
from tests.conftest import TODAY, WordEncoder, eight


def opened(rows: list[dict[str, object]], store: Path) -> mg.MatchGraph:
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """The small world, opened once: nothing here changes it."""
    return opened(eight(), tmp_path_factory.mktemp("world"))


def test_the_lines_add_up_to_the_rank(world: mg.MatchGraph) -> None:
    for artifact_id in world.snapshot.catalogue.ids:
        explanation = world.explain(artifact_id)
        assert sum(line.points for line in explanation.rank_lines) == pytest.approx(explanation.rank, abs=1e-9)


def test_no_line_gives_more_than_it_could(world: mg.MatchGraph) -> None:
    for artifact_id in world.snapshot.catalogue.ids:
        for line in world.explain(artifact_id).rank_lines:
            assert 0 <= line.points <= line.most + 0.1


def test_coverage_is_the_share_of_the_lines_that_were_observed(world: mg.MatchGraph) -> None:
    explanation = world.explain("mail-sorter")
    observed = sum(line.most for line in explanation.rank_lines if line.status == "observed")
    assert explanation.coverage == pytest.approx(observed / 100, abs=0.01)


def test_an_observed_line_says_what_was_found(world: mg.MatchGraph) -> None:
    raw = {line.measure: line.raw for line in world.explain("mail-sorter").rank_lines if line.status == "observed"}
    assert raw["stars"] == "stars 900"
    assert raw["license_stated"] == "MIT"
    assert "usage" not in raw


def test_a_line_without_a_source_has_no_empty_brackets(world: mg.MatchGraph) -> None:
    assert "()" not in str(world.explain("mail-sorter"))


def test_every_edge_that_touches_the_artifact_is_there(world: mg.MatchGraph) -> None:
    edges = world.frame("edges")
    for artifact_id in world.snapshot.catalogue.ids:
        expected = {(row.kind, row.target, row.weight) for row in edges[edges.source == artifact_id].itertuples()}
        expected |= {(row.kind, row.source, row.weight) for row in edges[edges.target == artifact_id].itertuples()}
        found = [(edge.kind, edge.other, edge.weight) for edge in world.explain(artifact_id).edges]
        assert set(found) == expected
        assert len(found) == len(expected)


def test_a_declared_link_is_told_from_both_ends(world: mg.MatchGraph) -> None:
    assert "requires mail-sorter" in str(world.explain("mail-server-tool"))
    assert "requires (by) mail-server-tool" in str(world.explain("mail-sorter"))
    directions = {edge.evidence["from_here"] for edge in world.explain("mail-sorter").edges if edge.kind == "requires"}
    assert directions == {False}


def test_every_capability_is_there_in_full(world: mg.MatchGraph) -> None:
    explanation = world.explain("mail-sorter")
    assert [ability.description for ability in explanation.capabilities] == [
        "sort incoming mail into folders by topic",
        "flag spam mail before anyone reads it",
    ]
    assert all(ability.description in str(explanation) for ability in explanation.capabilities)


def test_a_recorded_choice_counts_at_once(tmp_path: Path) -> None:
    world = opened(eight(), tmp_path)
    assert world.explain("mail-sorter").times_matched == 0
    world.record(query="sort my mail", chosen="sorter")
    world.record(query="sort my mail", shown=["mail-sorter", "letter-sorter"], chosen="letter-sorter")
    assert world.explain("mail-sorter").times_matched == 1
    assert "chosen in 1 real search" in str(world.explain("mail-sorter"))


def test_what_is_chosen_for_the_same_query_is_joined_by_the_next_rebuild(tmp_path: Path) -> None:
    graph = opened(eight(), tmp_path)
    for query in ("sort my mail", "  Sort my MAIL "):
        graph.record(query=query, chosen="mail-sorter")
        graph.record(query=query, chosen="letter-sorter")
    edges = opened(eight(), tmp_path).explain("mail-sorter").edges
    (choice,) = [edge for edge in edges if edge.kind == "choice"]
    assert (choice.other, choice.weight) == ("letter-sorter", 1.0)
    assert (choice.evidence["queries"], choice.evidence["searches"]) == (1, 2)


def test_signals_that_do_not_apply_have_no_line(world: mg.MatchGraph) -> None:
    explanation = world.explain("mail-sorter")
    assert explanation.signals["freshness"] is None
    assert not [line for line in explanation.rank_lines if line.signal == "freshness"]
    assert world.explain("speech-writer").signals["freshness"] is not None


def test_an_unknown_name_is_refused(world: mg.MatchGraph) -> None:
    with pytest.raises(UnknownArtifact, match="no artifact 'mail-sortr'"):
        world.explain("mail-sortr")
