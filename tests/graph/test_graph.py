"""Edges of three kinds side by side, the same in every run, and the same to networkx and its files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.catalogue.catalogue import Catalogue, catalogue_of
from matchgraph.catalogue.read import read
from matchgraph.graph.drawn import networkx_of
from matchgraph.graph.graph import CHOICE, LIKENESS, Graph, link
from matchgraph.graph.likeness import Likeness
from matchgraph.graph.neighbours import neighbours
from matchgraph.searches.events import SearchEvent
from matchgraph.searches.projection import co_chosen
from matchgraph.searches.searches import Searches, count
from matchgraph.vectors.cache import VectorCache
from matchgraph.vectors.grid import to_grid
from matchgraph.vectors.texts import texts_of
from matchgraph.vectors.vectors import embed
from matchgraph.vectors.words import words_in
from tests.conftest import WordEncoder, eight
from tests.graph.oracles import World, digest, made, some_world, with_twins


def graph_of(world: World, searches: Searches | None = None) -> Graph:
    searches = searches or Searches()
    return link(world.catalogue, neighbours(world.likeness, world.grid), searches, co_chosen(searches.voiced))


def linked(file: Path, folder: Path, *, chosen: bool = True) -> tuple[Catalogue, Graph]:
    """The road from a file to its graph, with some choices on the way."""
    catalogue, _ = read(file)
    encoder = WordEncoder()
    texts = texts_of(catalogue)
    vectors = embed(texts.texts, encoder, VectorCache(folder, encoder.digest))
    abilities = vectors.grid[: texts.capabilities]
    near = neighbours(Likeness(catalogue, abilities, words_in(catalogue)), abilities)
    searches = count(choices() if chosen else ())
    return catalogue, link(catalogue, near, searches, co_chosen(searches.voiced))


def choices() -> list[SearchEvent]:
    """Sort mail: both sorters, one of them twice. Read mail: a sorter, the server tool, and one that is not here."""
    chosen = {"sort mail": ["mail-sorter", "letter-sorter", "mail-sorter"]}
    chosen["read mail"] = ["mail-sorter", "mail-server-tool", "gone-away"]
    return [SearchEvent(query, chosen=each) for query, ids in chosen.items() for each in ids]


@pytest.fixture
def small(catalogue_file: Path, tmp_path: Path) -> tuple[Catalogue, Graph]:
    return linked(catalogue_file, tmp_path / "cache")


def two_tied(*links: tuple[str, str], searches: Searches | None = None) -> Graph:
    """The graph of a and b, who are alike anyway; a declares the links."""
    catalogue = catalogue_of([made("a", links=links), made("b")])
    return graph_of(World(catalogue, to_grid(np.eye(2))), searches)


def keys(graph: Graph) -> list[tuple[str, str, str]]:
    return [(row["source"], row["target"], row["kind"]) for row in graph.edges.to_pylist()]


# Kinds side by side


def test_edges_of_every_kind_live_side_by_side_between_one_pair() -> None:
    searches = count([SearchEvent("q", chosen=each) for each in ("a", "b", "b")])
    graph = two_tied(("requires", "b"), ("derived_from", "b"), searches=searches)
    rows = {row["kind"]: row for row in graph.of("a")}
    assert list(rows) == ["choice", "derived_from", "likeness", "requires"]
    assert rows["requires"] == {"source": "a", "target": "b", "kind": "requires", "weight": 1}
    assert rows["choice"] == {
        "source": "a",
        "target": "b",
        "kind": "choice",
        "weight": 1,
        "chance": 1,  # one shared choice is all that there is, which tells nothing
        "weak": True,
        "queries": 1,
        "searches": 1,
    }
    assert {"cover", "covered", "words", "chance", "cosine", "weak"} <= rows["likeness"].keys()
    assert not {"queries", "searches"} & rows["likeness"].keys()


def test_another_kind_between_a_pair_changes_nothing_in_the_ones_that_are_there() -> None:
    searches = count([SearchEvent("q", chosen=each) for each in ("a", "b")])
    plain, tied = two_tied(), two_tied(("requires", "b"), searches=searches)
    assert tied.of("a", LIKENESS) == plain.of("a", LIKENESS)
    assert tied.counts() == {"choice": 1, "likeness": 1, "requires": 1}
    assert plain.counts() == {"likeness": 1}


def test_links_both_ways_are_two_edges() -> None:
    catalogue = catalogue_of([made("a", links=[("requires", "b")]), made("b", links=[("requires", "a")])])
    graph = graph_of(World(catalogue, to_grid(np.eye(2))))
    assert keys(graph) == [("a", "b", "likeness"), ("a", "b", "requires"), ("b", "a", "requires")]


def test_the_same_link_twice_is_one_edge() -> None:
    assert two_tied(("requires", "b"), ("requires", "b")).counts()["requires"] == 1


def test_links_to_what_is_not_here_and_to_oneself_make_no_edge() -> None:
    graph = two_tied(("requires", "c"), ("trained_on", "a"), ("derived_from", "B"))
    assert graph.counts() == {"likeness": 1}


def test_choices_for_one_query_join_and_those_that_are_not_here_do_not() -> None:
    searches = count(
        [SearchEvent(query, chosen=each) for query in ("p", "q") for each in ("b", "a", "zzz")]
        + [SearchEvent("q", chosen="b"), SearchEvent("r", chosen="a")]
    )
    (row,) = two_tied(searches=searches).of("b", CHOICE)
    # Of each query's three a and b share one voice with two others: 1/2 + 1/2, beside three voices for a and two for b.
    assert (row["source"], row["target"], row["weight"]) == ("a", "b", pytest.approx(6**-0.5))
    assert (row["queries"], row["searches"]) == (2, 2)


def test_edges_stand_in_order_and_each_key_once(small: tuple[Catalogue, Graph]) -> None:
    _, graph = small
    assert keys(graph) == sorted(set(keys(graph)))
    assert all(source < target for source, target, kind in keys(graph) if kind in (LIKENESS, CHOICE))


def test_the_small_world_is_joined_as_it_says(small: tuple[Catalogue, Graph]) -> None:
    _, graph = small
    assert {key for key in keys(graph) if key[2] != LIKENESS} == {
        ("letter-sorter", "mail-corpus", "trained_on"),
        ("letter-sorter", "mail-sorter", "choice"),
        ("mail-server-tool", "mail-sorter", "choice"),
        ("mail-server-tool", "mail-sorter", "requires"),
        ("mail-sorter", "mail-corpus", "trained_on"),
    }
    alike = {(source, target) for source, target, kind in keys(graph) if kind == LIKENESS}
    assert {("letter-sorter", "mail-sorter"), ("image-labeller", "photo-tagger")} <= alike


def test_the_evidence_of_a_likeness_is_a_capability_of_each(small: tuple[Catalogue, Graph]) -> None:
    catalogue, graph = small
    belongs = dict(catalogue.capabilities.select(["capability_id", "artifact_id"]).to_pandas().to_numpy().tolist())
    rows = [row for row in graph.edges.to_pylist() if row["kind"] == LIKENESS]
    assert rows
    for row in rows:
        assert belongs[row["source_capability"]] == row["source"]
        assert belongs[row["target_capability"]] == row["target"]


def test_the_edges_of_an_artifact_are_those_that_touch_it(small: tuple[Catalogue, Graph]) -> None:
    _, graph = small
    touching = [key for key in keys(graph) if "mail-sorter" in key]
    assert [(row["source"], row["target"], row["kind"]) for row in graph.of("mail-sorter")] == touching
    assert {row["kind"] for row in graph.of("mail-sorter", "choice")} == {"choice"}
    assert graph.of("nobody") == []
    assert graph.of("mail-sorter", "no kind") == []


@pytest.mark.parametrize("artifacts", [1, 2, 3])
def test_the_smallest_worlds_have_graphs(artifacts: int) -> None:
    world = some_world(41, artifacts)
    graph = graph_of(world)
    assert sum(graph.counts().values()) >= artifacts - 1
    drawn = networkx_of(world.catalogue, graph)
    assert set(drawn) == set(world.catalogue.ids)
    assert drawn.number_of_edges() == 2 * graph.edges.num_rows


# The same in every run


ORDERS = {
    "backwards": lambda rows: rows[::-1],
    "shuffled": lambda rows: [rows[place] for place in (3, 7, 0, 5, 1, 6, 2, 4)],
    "fields backwards": lambda rows: [dict(reversed(row.items())) for row in rows],
}


@pytest.mark.parametrize("order", ORDERS)
def test_the_order_of_the_rows_changes_no_byte_of_the_edges(
    order: str, small: tuple[Catalogue, Graph], tmp_path: Path
) -> None:
    file = tmp_path / "other.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ORDERS[order](eight())))
    assert digest(linked(file, tmp_path / "another cache")[1].edges) == digest(small[1].edges)


def test_the_hash_seed_of_python_changes_no_byte_of_the_edges(
    catalogue_file: Path, small: tuple[Catalogue, Graph], tmp_path: Path
) -> None:
    shown = (
        "import sys; from pathlib import Path; from tests.graph.test_graph import linked, digest; "
        "print(digest(linked(Path(sys.argv[1]), Path(sys.argv[2]))[1].edges))"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", shown, str(catalogue_file), str(tmp_path / seed)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("0", "1")
    ]
    digests = [process.communicate()[0].strip() for process in running]
    assert digests == [digest(small[1].edges)] * 2


@pytest.mark.parametrize("rows", [2, 7, 60])
def test_shuffled_artifacts_make_the_same_edges(rows: int) -> None:
    world = some_world(42, rows)
    offsets = world.catalogue.offsets.tolist()
    own = [world.grid[start:stop] for start, stop in pairwise(offsets)]
    order = np.random.default_rng(rows).permutation(rows)
    catalogue = catalogue_of(world.catalogue.artifact(int(place)) for place in order)
    again = World(catalogue, np.concatenate([own[world.catalogue.place[name]] for name in catalogue.ids]))
    assert digest(graph_of(again).edges) == digest(graph_of(world).edges)


# To networkx and its files


def test_the_drawn_graph_has_every_artifact_with_what_it_says(small: tuple[Catalogue, Graph]) -> None:
    catalogue, graph = small
    drawn = networkx_of(catalogue, graph)
    assert isinstance(drawn, nx.MultiDiGraph)
    assert list(drawn) == catalogue.ids
    assert drawn.nodes["mail-sorter"] == {
        "name": "Mail Sorter",
        "type": "model",
        "maker": "Acme",
        "license": "MIT",
        "pricing": "unknown",
    }


def test_the_drawn_edges_are_keyed_by_kind_and_go_both_ways_where_the_kind_does(
    small: tuple[Catalogue, Graph],
) -> None:
    catalogue, graph = small
    there = set(keys(graph))
    back = {(target, source, kind) for source, target, kind in there if kind in (LIKENESS, CHOICE)}
    drawn = networkx_of(catalogue, graph)
    assert set(drawn.edges(keys=True)) == there | back
    assert drawn.number_of_edges() == len(there) + len(back)
    assert all(kind == said["kind"] for _, _, kind, said in drawn.edges(keys=True, data=True))


def test_a_likeness_seen_from_the_other_end_has_its_cover_turned(small: tuple[Catalogue, Graph]) -> None:
    catalogue, graph = small
    drawn = networkx_of(catalogue, graph)
    for row in graph.edges.to_pylist():
        if row["kind"] != LIKENESS:
            continue
        there = drawn.edges[row["source"], row["target"], LIKENESS]
        back = drawn.edges[row["target"], row["source"], LIKENESS]
        assert (there["cover"], there["covered"]) == (row["cover"], row["covered"])
        assert (back["cover"], back["covered"]) == (row["covered"], row["cover"])
        assert back["source_capability"] == there["target_capability"] == row["target_capability"]
        assert back["target_capability"] == there["source_capability"] == row["source_capability"]
        same = ("weight", "words", "chance", "cosine", "weak", "kind")
        assert {name: back[name] for name in same} == {name: there[name] for name in same}


@pytest.mark.parametrize("weight", ["weight", "likeness", "cover", "covered", "weak", "queries", "no such", None])
def test_a_walk_before_the_graph_is_looked_into_is_that_of_networkx_after(
    small: tuple[Catalogue, Graph], weight: str | None
) -> None:
    drawn, seen = networkx_of(*small), networkx_of(*small).plain()
    assert nx.pagerank(drawn, weight=weight) == pytest.approx(nx.pagerank(seen, weight=weight), abs=1e-12)


def test_a_weight_that_is_no_number_is_as_wrong_as_to_networkx(small: tuple[Catalogue, Graph]) -> None:
    with pytest.raises(ValueError, match="could not convert"):
        nx.pagerank(networkx_of(*small), weight="kind")


def test_a_simple_graph_joins_two_once_by_all_that_their_kinds_weigh(small: tuple[Catalogue, Graph]) -> None:
    catalogue, graph = small
    wanted: dict[frozenset[str], tuple[float, set[str]]] = {}
    for row in graph.edges.to_pylist():
        pair = frozenset((row["source"], row["target"]))
        weight, kinds = wanted.get(pair, (0.0, set()))
        wanted[pair] = weight + row["weight"], kinds | {row["kind"]}
    drawn = networkx_of(catalogue, graph, simple=True)
    assert isinstance(drawn, nx.Graph)
    assert not drawn.is_multigraph()
    assert list(drawn) == catalogue.ids
    assert {frozenset(ends): said for *ends, said in drawn.edges(data=True)} == {
        pair: {"weight": pytest.approx(weight), "kinds": ", ".join(sorted(kinds))}
        for pair, (weight, kinds) in wanted.items()
    }
    again = networkx_of(catalogue, graph, simple=True)
    assert nx.core_number(again) == nx.core_number(drawn.plain())


def test_nothing_drawn_says_none(small: tuple[Catalogue, Graph]) -> None:
    drawn = networkx_of(*small)
    said = [*(row for _, row in drawn.nodes(data=True)), *(row for *_, row in drawn.edges(data=True))]
    assert all(value is not None for row in said for value in row.values())


def test_a_graphml_file_gives_back_nodes_edges_keys_and_what_they_say(
    small: tuple[Catalogue, Graph], tmp_path: Path
) -> None:
    drawn = networkx_of(*small)
    nx.write_graphml(drawn, tmp_path / "graph.graphml")
    again = nx.read_graphml(tmp_path / "graph.graphml", force_multigraph=True)
    assert isinstance(again, nx.MultiDiGraph)
    assert dict(again.nodes(data=True)) == dict(drawn.nodes(data=True))
    assert {(*ends, key): said for *ends, key, said in again.edges(keys=True, data=True)} == {
        (*ends, key): said for *ends, key, said in drawn.edges(keys=True, data=True)
    }
    assert again.graph["name"] == drawn.graph["name"]


@given(
    st.text(st.characters(), max_size=12) | st.text("<&]>;\0\x1f\x85\ud800\ufffe\uffff\U0001ffff\r\n a", max_size=12)
)
@settings(max_examples=150, deadline=None, database=None)
def test_whatever_a_row_says_its_graphml_can_be_read_again(text: str) -> None:
    row = {"artifact_id": f"a{text}", "name": f"b{text}", "maker": f"c{text}", "type": "model", "description": "d"}
    catalogue, _ = read(pd.DataFrame([row], dtype=object))
    drawn = networkx_of(catalogue, Graph(lambda: pa.table({name: [] for name in ("source", "target", "kind")})))
    again = nx.parse_graphml("\n".join(nx.generate_graphml(drawn)), force_multigraph=True)
    assert dict(again.nodes(data=True)) == dict(drawn.nodes(data=True))


def test_pagerank_runs_over_the_small_world_and_adds_up_to_one(small: tuple[Catalogue, Graph]) -> None:
    ranks = nx.pagerank(networkx_of(*small), weight="weight")
    assert set(ranks) == set(small[0].ids)
    assert sum(ranks.values()) == pytest.approx(1)


@pytest.mark.parametrize("artifacts", [1, 2, 3, 4, 8])
def test_pagerank_gives_every_artifact_of_any_world_a_share_above_nothing(artifacts: int) -> None:
    for seed in range(20):
        world = some_world(seed, artifacts)
        ranks = nx.pagerank(networkx_of(world.catalogue, graph_of(world)), weight="weight")
        assert min(ranks.values()) > 0
        assert sum(ranks.values()) == pytest.approx(1)


def test_a_weak_edge_of_less_than_usual_likeness_is_no_debt_to_a_walker() -> None:
    # Two alike and one that is like nobody: its best edge is worth -.5, and nobody walks an edge less than never.
    catalogue = catalogue_of(made(f"a{place}", [f"w{place}"]) for place in range(3))
    world = World(catalogue, to_grid(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])))
    graph = graph_of(world)
    assert [row["weak"] for row in graph.of("a2")] == [True]
    ranks = nx.pagerank(networkx_of(catalogue, graph), weight="weight")
    assert 0 < ranks["a2"] < ranks["a0"]


def test_pagerank_runs_over_a_world_of_twins() -> None:
    world = with_twins(43, 12, 1)
    ranks = nx.pagerank(networkx_of(world.catalogue, graph_of(world)), weight="weight")
    assert min(ranks.values()) > 0
