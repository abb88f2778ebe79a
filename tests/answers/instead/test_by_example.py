"""By example: what is named stays out, what is unrelated is marked, and what makes no sense is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.instead import strategies
from matchgraph.errors import QuestionError, UnknownArtifact
from tests.conftest import TODAY, WordEncoder, eight


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """The small world, opened once: nothing here changes it."""
    store = tmp_path_factory.mktemp("world")
    mg.rebuild(pd.DataFrame(eight()), store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


QUESTIONS: list[dict[str, Any]] = [
    {"like": "mail-sorter"},
    {"like": ["mail-sorter"], "unlike": ["image-labeller"]},
    {"like": ["mail-sorter", "letter-sorter"], "unlike": ["image-labeller"], "strategy": "best-score"},
    {"unlike": ["image-labeller"], "strategy": "sum"},
    {"target": "mail-sorter", "context": [("letter-sorter", "photo-tagger")], "strategy": "discover"},
    {"target": "mail-sorter", "strategy": "discover"},
    {"context": [("mail-sorter", "photo-tagger"), ("mail-corpus", "photo-corpus")], "strategy": "context"},
]


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_what_the_question_names_stays_out_and_the_rest_comes_best_first(
    world: mg.MatchGraph, question: dict[str, Any]
) -> None:
    answer = world.by_example(**question, k=8)
    named = answer.examples.named
    assert named
    assert len(answer) == 8 - len(named)
    assert not named & {item.artifact_id for item in answer}
    scores = [round(item.score, 9) for item in answer]
    assert scores == sorted(scores, reverse=True)
    assert all(item.reasons[0].kind == "rule" for item in answer)


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_a_filter_takes_away_and_changes_no_score(world: mg.MatchGraph, question: dict[str, Any]) -> None:
    every = {item.artifact_id: item for item in world.by_example(**question, k=8)}
    models = world.by_example(**question, k=8, where=mg.where(type="model"))
    assert [item for item in every.values() if item.type == "model"] == list(models)


def test_a_shorter_answer_is_the_beginning_of_a_longer_one(world: mg.MatchGraph) -> None:
    assert world.by_example("mail-sorter", k=3).items == world.by_example("mail-sorter", k=7).items[:3]


def test_the_scores_are_those_of_the_strategies_over_whole_texts(world: mg.MatchGraph) -> None:
    catalogue, grid = world.snapshot.catalogue, world.snapshot.vectors.grid
    first = catalogue.capabilities.num_rows
    rows = grid[first : first + len(catalogue)].astype(float)
    like, unlike = (rows[[catalogue.place[name]]] for name in ("mail-sorter", "photo-tagger"))
    expected = strategies.sum_of(rows, like, unlike)
    for item in world.by_example("mail-sorter", "photo-tagger", strategy="sum", k=8):
        assert item.score == pytest.approx(expected[catalogue.place[item.artifact_id]])


def test_what_is_unrelated_to_all_that_is_liked_is_marked_and_counted(world: mg.MatchGraph) -> None:
    answer = world.by_example("mail-sorter", "letter-sorter", strategy="sum", k=8)
    marked = [item for item in answer if any(reason.kind == "unrelated" for reason in item.reasons)]
    assert marked == [item for item in answer if item.chance is not None and item.chance > 0.05]
    assert marked
    assert str(answer.note).startswith(f"{len(marked)} of these {len(answer)}")
    assert "`recommend` does not" in str(answer.note)


def test_with_nothing_liked_nothing_says_what_the_answer_is_about(world: mg.MatchGraph) -> None:
    answer = world.by_example(unlike="letter-sorter", strategy="best-score")
    assert all(item.chance is None for item in answer)
    assert "Nothing is liked here" in str(answer.note)


def test_what_is_right_of_every_pair_ties_and_says_so(world: mg.MatchGraph) -> None:
    answer = world.by_example(context=[("mail-sorter", "photo-tagger")], strategy="context", k=8)
    level = [item.artifact_id for item in answer if item.score == 0]
    assert level == sorted(level)
    assert len(level) > 1
    assert "the order is that of their ids" in str(answer.note)


def test_conditions_that_nothing_meets_leave_a_clear_answer(world: mg.MatchGraph) -> None:
    answer = world.by_example("photo-tagger", where=mg.where(license="proprietary"))
    assert not len(answer)
    assert answer.note == "There is no other artifact here, within the conditions."


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ({}, "nothing to go by"),
        ({"unlike": "mail-sorter"}, "at least one artifact that is liked"),
        ({"strategy": "sum"}, "liked or unliked"),
        ({"strategy": "discover"}, "name a target"),
        ({"strategy": "context"}, "at least one pair"),
        ({"like": "mail-sorter", "strategy": "nearest"}, "no strategy 'nearest'"),
        ({"like": "mail-sorter", "strategy": "discover"}, "not like, unlike"),
        ({"like": "mail-sorter", "target": "photo-tagger"}, "ask for discover or context"),
        ({"target": "mail-sorter", "strategy": "context"}, "ask for discover"),
        ({"like": "sorter", "unlike": "mail-sorter"}, "mail-sorter is both liked and unliked"),
        ({"context": [("sorter", "mail-sorter")], "strategy": "context"}, "both liked and unliked"),
        ({"context": ["mail-sorter"], "strategy": "context"}, "wanted pairs"),
        ({"like": "mail-sorter", "k": 0}, "k is 0"),
    ],
    ids=str,
)
def test_a_question_that_makes_no_sense_is_a_clear_error(
    world: mg.MatchGraph, question: dict[str, Any], says: str
) -> None:
    with pytest.raises(QuestionError, match=says):
        world.by_example(**question)


@pytest.mark.parametrize("side", ["like", "unlike", "target"])
def test_an_unknown_name_is_an_error_on_either_side(world: mg.MatchGraph, side: str) -> None:
    with pytest.raises(UnknownArtifact):
        world.by_example(**{"like": "mail-sorter", side: "no-such-thing"})


def test_the_answer_is_a_listing_that_json_and_pandas_take(world: mg.MatchGraph) -> None:
    answer = world.by_example("mail-sorter", "photo-tagger", k=4)
    assert answer.to_dict()["examples"]["unlike"] == ["photo-tagger"]
    assert list(answer.to_frame()["score"]) == pytest.approx([item.score for item in answer])
    assert np.isfinite([item.score for item in answer]).all()
    assert str(answer).startswith("average: like mail-sorter; unlike photo-tagger")


def test_a_target_without_pairs_is_told_without_them(world: mg.MatchGraph) -> None:
    said = str(world.by_example(target="mail-sorter", strategy="discover", k=2))
    assert said.startswith("discover: near mail-sorter")
    assert "0 of 0" not in said
    paired = str(
        world.by_example(target="mail-sorter", context=[("letter-sorter", "photo-tagger")], strategy="discover")
    )
    assert " of 1 pair, then cosine " in paired
