"""A second look changes the order of the first candidates and nothing else, and says so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.rerank import DEEP
from matchgraph.answers.search import SearchAnswer
from matchgraph.pages.render import render
from tests.conftest import TODAY, WordEncoder, artifact

MANY = DEEP + 20


class Longest:
    """Prefers the text with the most of a letter, and remembers what it read."""

    name = "longest"

    def __init__(self, letter: str = "s") -> None:
        self.letter = letter
        self.read: list[str] = []

    def score(self, query: str, texts: Sequence[str]) -> np.ndarray:
        self.read += texts
        return np.array([float(text.count(self.letter)) for text in texts])


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """More mail sorters than are looked at twice."""
    rows = [
        artifact(f"sorter-{n:02d}", "model", "Acme", ["sort mail " + "well " * (n % 7), f"read mail of kind{n}"])
        for n in range(MANY)
    ]
    store = tmp_path_factory.mktemp("crowd") / "store"
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


def ids(answer: SearchAnswer) -> list[str]:
    return [item.artifact_id for item in answer]


def test_without_a_reranker_nobody_looks_twice(crowd: mg.MatchGraph) -> None:
    assert all(reason.kind != "rerank" for item in crowd.search("sort mail") for reason in item.reasons)


def test_the_first_fifty_stand_in_its_order_and_the_rest_as_before(crowd: mg.MatchGraph) -> None:
    plain, turned = crowd.search("sort mail", k=MANY), crowd.search("sort mail", k=MANY, rerank=Longest("w"))
    assert sorted(ids(turned)[:DEEP]) == sorted(ids(plain)[:DEEP])
    assert ids(turned)[DEEP:] == ids(plain)[DEEP:]
    given = [item.reasons[0].text.split(";")[0] for item in turned.items[:DEEP]]
    numbers = [float(text.removeprefix("cross-encoder longest: ")) for text in given]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[0] > numbers[-1]


def test_equals_keep_the_order_of_search(crowd: mg.MatchGraph) -> None:
    assert ids(crowd.search("sort mail", k=MANY, rerank=Longest("#"))) == ids(crowd.search("sort mail", k=MANY))


def test_a_shorter_list_is_a_prefix_of_a_longer_one(crowd: mg.MatchGraph) -> None:
    longer = crowd.search("sort mail", k=MANY, rerank=Longest("w")).items
    for k in (1, 3, DEEP, DEEP + 5):
        assert crowd.search("sort mail", k=k, rerank=Longest("w")).items == longer[:k]


def test_scores_stay_and_the_points_still_add_up(world: mg.MatchGraph) -> None:
    plain = {item.artifact_id: item for item in world.search("sort incoming mail")}
    for item in world.search("sort incoming mail", rerank=Longest()):
        assert item.score == plain[item.artifact_id].score
        assert item.reasons[1:] == plain[item.artifact_id].reasons
        assert (item.reasons[0].kind, item.reasons[0].points) == ("rerank", None)
        assert item.reasons[0].text.endswith("the order is by this, the score is search's own")


def test_it_reads_the_whole_and_the_capability_that_matched(world: mg.MatchGraph) -> None:
    reranker = Longest()
    world.search("flag spam mail", rerank=reranker)
    (read,) = [text for text in reranker.read if text.startswith("Mail Sorter.")]
    assert read == (
        "Mail Sorter. model. mail sorting. sort incoming mail into folders by topic. "
        "flag spam mail before anyone reads it"
    )


def test_only_what_meets_the_conditions_is_looked_at(world: mg.MatchGraph) -> None:
    reranker = Longest()
    answer = world.search("sort incoming mail", where=mg.where(type="dataset"), rerank=reranker)
    assert len(reranker.read) == len(answer) == 2


def test_where_search_finds_nothing_nobody_looks_twice(world: mg.MatchGraph) -> None:
    reranker = Longest()
    assert len(world.search("xqzv blorf", rerank=reranker)) == 0
    assert reranker.read == []


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_every_form_says_who_decided_the_order(world: mg.MatchGraph, form: str) -> None:
    assert "cross-encoder longest: " in render(world.search("sort incoming mail", rerank=Longest()), form)
