"""What a question is handed: what does not fit ends in an error that says what was found and what is wanted."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.given import pairs_given, path_given, seed_given, texts_given, whole_given
from matchgraph.errors import MatchGraphError, QuestionError
from tests.conftest import TODAY, WordEncoder, eight

ODD: list[Any] = [
    *(None, 3, -1, True, 1.5, math.nan, 10**30, "", "\ud800", b"mail", [None], {"mail-sorter": 1}, object()),
    *(["mail-sorter", 3], [["mail-sorter"]], [("mail-sorter",)], np.array([1]), np.array(1), "a" * 5000),
]
QUESTIONS: dict[str, dict[str, Any]] = {
    "search": {"query": "sort mail", "k": 3, "where": None, "explore": 0.5, "seed": 1, "rerank": None},
    "best": {"intent": "sort mail", "where": None, "alternatives": 1},
    "similar": {"name": "mail-sorter", "k": 3, "where": None},
    "compare": {"left": "mail-sorter", "right": "letter-sorter", "need": "sort mail"},
    "recommend": {
        "like": "mail-sorter",
        "unlike": "photo-tagger",
        "to_replace": "sorter",
        "need": "sort mail",
        "neither": ("image-labeller", "speech-writer"),
        "mode": "surprise",
        "must": None,
        "prefer": None,
        "avoid": None,
        "relax": (),
        "k": 2,
        "seed": 4,
    },
    "by_example": {"like": "mail-sorter", "unlike": "photo-tagger", "strategy": "sum", "where": None, "k": 3},
    "like_but": {"name": "mail-sorter", "must": None, "avoid": None, "without": "jax", "k": 1},
    "cover": {"needs": ["sort mail"], "where": None},
    "pareto": {"asked": ["mail-sorter", "letter-sorter"], "by": ["rank"], "where": None},
    "explain": {"name": "mail-sorter"},
    "frame": {"name": "edges"},
    "evaluate": {"queries": "none.jsonl", "hits": "none.jsonl"},
}
PAIRED = {"target": "mail-sorter", "context": [("letter-sorter", "photo-tagger")], "strategy": "discover"}
# Every parameter of every question, with what else is asked.
SLOTS = [(question, asked, name) for question, asked in QUESTIONS.items() for name in asked]
SLOTS += [("by_example", PAIRED, name) for name in PAIRED]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """The small world, opened once: nothing here changes it."""
    store = tmp_path_factory.mktemp("world")
    mg.rebuild(pd.DataFrame(eight()), store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


@pytest.mark.parametrize(("question", "asked", "name"), SLOTS, ids=[f"{slot[0]}-{slot[2]}" for slot in SLOTS])
def test_whatever_is_handed_over_is_answered_or_refused_in_our_own_words(
    world: mg.MatchGraph, question: str, asked: dict[str, Any], name: str
) -> None:
    for odd in ODD:
        with suppress(MatchGraphError):
            getattr(world, question)(**(asked | {name: odd}))


@pytest.mark.parametrize("facet", ["type", "license", "maker", "at_least", "at_most", "language", "inputs", "offline"])
def test_a_condition_that_is_none_is_refused(facet: str) -> None:
    for odd in (3, b"mail", object(), [3], {3: 3}, np.array([1.5])):
        with pytest.raises(QuestionError, match="wanted"):
            mg.where(**{facet: odd})


REFUSED: list[tuple[Callable[[mg.MatchGraph], object], str]] = [
    (lambda g: g.search("sort mail", seed=math.nan), "the seed is nan: wanted a whole number"),  # type: ignore[arg-type]
    (lambda g: g.search("sort mail", rerank=3), "rerank is 3: wanted the folder of a cross-encoder"),  # type: ignore[arg-type]
    (lambda g: g.best("sort mail", alternatives=-1), "alternatives is -1: wanted 0 to 999"),
    (lambda g: g.recommend("mail-sorter", neither="ab"), "neither has 'ab'|neither"),  # type: ignore[arg-type]
    (lambda g: g.recommend("mail-sorter", mode="surprise", seed="x"), "the seed is 'x'"),  # type: ignore[arg-type]
    (lambda g: g.recommend("mail-sorter", relax=[["type"]]), "relax has .* in it: wanted the facets"),  # type: ignore[list-item]
    (lambda g: g.recommend(need="sort mail", mode="adjacent"), "adjacent starts from something: name an artifact"),
    (lambda g: g.by_example(context=3), "the context is 3: wanted pairs"),  # type: ignore[arg-type]
    (lambda g: g.like_but("mail-sorter", without=3), "without is 3: wanted the name of a thing"),  # type: ignore[arg-type]
    (lambda g: g.cover([3]), "needs has 3 in it: wanted a text each"),  # type: ignore[list-item]
    (lambda g: g.pareto(["mail-sorter"]), "'mail-sorter' alone: name at least one other"),
    (lambda g: g.pareto(["sorter", "mail-sorter"]), "'mail-sorter' alone: name at least one other"),
    (lambda g: g.pareto("sort mail", by=3), "by is 3: wanted criteria like rank"),  # type: ignore[arg-type]
    (lambda g: g.frame([]), r"no table \[\]: wanted one of artifacts"),  # type: ignore[arg-type]
    (lambda g: g.record(query="q", actor=3), "the actor is 3: wanted a text"),  # type: ignore[arg-type]
    (lambda g: g.record(query="q", shown=3), "shown is 3: wanted an id"),  # type: ignore[arg-type]
    (lambda g: g.evaluate(3), "the file of searches is 3: wanted a path"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("ask", "message"), REFUSED, ids=[message[:30] for _, message in REFUSED])
def test_a_wrong_question_is_told_what_was_found_and_what_is_wanted(
    world: mg.MatchGraph, ask: Callable[[mg.MatchGraph], object], message: str
) -> None:
    with pytest.raises(QuestionError, match=message):
        ask(world)


def test_a_store_or_an_encoder_that_is_none_is_refused(world: mg.MatchGraph) -> None:
    for odd in (None, 3, b"store", "", "s" * 300):
        with pytest.raises(QuestionError, match=r"the store is .*: wanted the path of a folder"):
            mg.open(odd)  # type: ignore[arg-type]
    with pytest.raises(QuestionError, match="the encoder is 3: wanted a name, a folder or an encoder"):
        mg.open(world.store.path, encoder=3).search("sort mail")  # type: ignore[arg-type]


def test_in_a_world_of_one_every_question_says_that_there_is_no_other(tmp_path: Path) -> None:
    mg.rebuild(pd.DataFrame(eight()[:1]), store=tmp_path, encoder=WordEncoder(), today=TODAY)
    alone = mg.open(tmp_path, encoder=WordEncoder())
    assert alone.by_example("mail-sorter").note == "There is no other artifact here."
    within = alone.by_example("mail-sorter", where=mg.where(type="dataset"))
    assert within.note == "There is no other artifact here, within the conditions."
    for mode in ("same-job", "adjacent", "surprise"):
        assert str(alone.recommend("mail-sorter", mode=mode).note).startswith("None found")


def test_what_fits_comes_back_as_it_is_used() -> None:
    assert texts_given(np.array(["a", "b"]), "like", "names") == ("a", "b")
    assert texts_given((each for each in "ab"), "like", "names") == ("a", "b")
    assert pairs_given([["a", "b"]], "pairs", "pairs") == (("a", "b"),)
    assert (whole_given(np.int64(3), "k", 1, 3), seed_given(np.int64(-7))) == (3, -7)
    assert path_given("a/b", "it", "a path") == Path("a/b")


def test_a_long_value_is_quoted_only_in_part() -> None:
    with pytest.raises(QuestionError, match=re.escape("...: wanted 1 to 3.")) as told:
        whole_given("z" * 5000, "k", 1, 3)
    assert len(str(told.value)) < 120
