"""Rivals are read from claims as whole names, by which one artifact alone goes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.catalogue.catalogue import Catalogue, catalogue_of
from matchgraph.catalogue.records import Artifact, ArtifactType, Capability
from matchgraph.graph.drawn import networkx_of
from matchgraph.graph.graph import NAMED_RIVAL
from matchgraph.graph.rivals import mentions, named_rivals, names_of
from matchgraph.vectors.grid import to_grid
from tests.graph.oracles import World
from tests.graph.test_graph import graph_of

NAMED = {"parrot": "Parrot", "big-owl": "Big Owl", "owl": "Owl", "memory": "Memory", "gull-2": "Gull-2", "ox": "Ox"}


def some(artifact_id: str, name: str, claim: str | None = None, kind: str = "model", **more: object) -> Artifact:
    ability = Capability(f"{artifact_id}#does", "does", "does it", vs_alternatives=claim)
    return Artifact(artifact_id, name, ArtifactType(kind), capabilities=(ability,), **more)  # type: ignore[arg-type]


def world(claim: str, *more: Artifact) -> Catalogue:
    return catalogue_of([some("me", "Me Myself", claim), *(some(*each) for each in NAMED.items()), *more])


def rivals(claim: str, *more: Artifact) -> list[str]:
    return [target for source, target, _, _ in named_rivals(world(claim, *more)) if source == "me"]


NAMES = {
    "Lighter than Parrot.": ["parrot"],
    "Lighter than Parrot and Owl.": ["owl", "parrot"],
    "Lighter than Big Owl.": ["big-owl"],
    "Unlike Gull-2, it flies.": ["gull-2"],
    "Beats Gull 2 and (PARROT).": ["gull-2", "parrot"],
    "Parrot's own table shows it.": ["parrot"],
    "Faster than parrot/Owl": [],
}
NO_NAMES = [
    "Lighter than a parrot.",
    "Lighter than Parrots.",
    "Lighter than Parrot-XL.",
    "Lighter than Parrot 3.",
    "Lighter than Parrot Studio.",
    "Lighter than the Blue Parrot.",
    "Lighter than my.parrot.example",
    "Needs less memory than most.",
    "Lighter than Me Myself.",
    "Lighter than Ox.",
    "Lighter than all.",
    "",
]


@pytest.mark.parametrize("claim", NAMES)
def test_a_name_is_found_as_a_whole_and_the_longest_wins(claim: str) -> None:
    assert rivals(claim) == NAMES[claim]


@pytest.mark.parametrize("claim", NO_NAMES)
def test_parts_versions_words_and_itself_are_no_rivals(claim: str) -> None:
    assert rivals(claim) == []


def test_a_name_that_two_go_by_is_nobodys() -> None:
    assert rivals("Lighter than Parrot.", some("other-parrot", "Cockatoo", aliases=("parrot",))) == []


def test_an_alias_is_a_name() -> None:
    assert rivals("Lighter than Cockatoo.", some("bird", "Bird One", aliases=("Cockatoo",))) == ["bird"]


def test_data_and_what_is_measured_on_it_are_no_rivals() -> None:
    assert rivals("Better on Birdsong.", some("song", "Birdsong", kind="dataset")) == []


def test_a_name_that_others_write_small_is_a_word() -> None:
    others = [some(f"other-{n}", f"Other {n}", description="runs on a parrot") for n in range(2)]
    assert rivals("Lighter than Parrot.", *others) == []


def test_each_rival_is_named_once_with_the_sentence_that_names_it() -> None:
    catalogue = world("It is free. Lighter than Parrot. Parrot is slow.")
    assert named_rivals(catalogue) == [("me", "parrot", "me#does", "Lighter than Parrot.")]


def test_where_nobody_claims_anything_there_are_no_rivals() -> None:
    assert named_rivals(catalogue_of([some("a", "Parrot")])) == []


def test_a_named_rival_is_a_weak_edge_of_its_own_kind_from_the_one_that_names_it() -> None:
    catalogue = world("Lighter than Parrot.")
    graph = graph_of(World(catalogue, to_grid(np.eye(len(catalogue)))))
    (edge,) = graph.of("parrot", NAMED_RIVAL)
    assert edge == {
        "source": "me",
        "target": "parrot",
        "kind": "named_rival",
        "weight": 0.1,
        "source_capability": "me#does",
        "span": "Lighter than Parrot.",
    }
    assert graph.counts()["named_rival"] == 1
    drawn = networkx_of(catalogue, graph)
    assert drawn.has_edge("me", "parrot", "named_rival")
    assert not drawn.has_edge("parrot", "me", "named_rival")


@given(st.lists(st.sampled_from([*NAMED.values(), "Big", "than", "-", ".", "2", "'s", "(", "é", "İ"])).map(" ".join))
def test_whatever_is_found_is_a_name_in_its_place(text: str) -> None:
    names = names_of([(place, [name]) for place, name in enumerate(NAMED.values())])
    ends = 0
    for place, start, end in mentions(text, names):
        assert ends <= start
        assert text[start:end].lower().replace(" ", "-") == list(NAMED.values())[place].lower().replace(" ", "-")
        ends = end


def test_the_order_of_the_catalogue_changes_nothing() -> None:
    artifacts = list(world("Lighter than Parrot and Owl."))
    assert named_rivals(catalogue_of(artifacts[::-1])) == named_rivals(catalogue_of(artifacts))
