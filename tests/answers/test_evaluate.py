"""Evaluation by hand: four artifacts in a fixed order, and what each measure must then say."""

from __future__ import annotations

import json
import os
import shutil
from math import log2
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.evaluate import SYSTEMS, evaluate
from matchgraph.answers.evaluation import Evaluation, Score
from matchgraph.answers.exams import Exam
from matchgraph.answers.scoring import Scored
from matchgraph.catalogue.read import read
from matchgraph.errors import QuestionError, SearchLogError
from matchgraph.searches.hits import Labelled
from matchgraph.searches.learned import COLD, Learned
from matchgraph.vectors.grid import LENGTH
from matchgraph.vectors.index import Index
from matchgraph.vectors.texts import texts_of
from tests.conftest import TODAY, WordEncoder, artifact

IDS = ["x:a", "x:b", "y:c", "y:d"]
CATALOGUE = read(pd.DataFrame([artifact(each, "model", "Acme", ["do it"]) for each in IDS]))[0]


class Fixed:
    """Search that finds a, b, c, d, or d first once it has learned; words find d, c, b, a, and wholes find b first."""

    off: frozenset[str] = frozenset()

    def __init__(self, learned: Learned = COLD) -> None:
        self.learned = learned
        self.texts = texts_of(CATALOGUE)
        self.words = self
        best, whole = np.array([0.0, 0.0, 1.0, 0.0]), np.array([0.1, 0.9, 0.1, 0.1])
        cosines = np.concatenate([best, whole])
        self.index = Index(np.stack([cosines, np.sqrt(1 - cosines**2)], axis=1) * LENGTH)

    def shares(self, query: str) -> np.ndarray:
        return np.array([0.1, 0.2, 0.3, 0.4])

    def knowing(self, learned: Learned) -> Fixed:
        return Fixed(learned)

    def score(self, query: str, asked: np.ndarray, k: int, among: np.ndarray | None = None) -> Scored:
        places = np.flatnonzero(np.ones(4, bool) if among is None else among)
        places = (places if self.learned is COLD else places[::-1])[:k]
        return Scored(places, *[np.zeros(len(places))] * 10)


TAUGHT = Learned(np.eye(2, dtype=np.int32), report={"hits": 7, "fitted": "adapter"})


def labelled_as(*queries: tuple[list[str], str]) -> list[Labelled]:
    return [Labelled(str(n), f"query {n}", tuple(gold), family) for n, (gold, family) in enumerate(queries)]


def evaluated(
    *queries: tuple[list[str], str], scope: str = "open", exams: list[Exam] | None = None, catalogue=CATALOGUE
) -> Evaluation:
    """The evaluation of queries given as their right answers and their family."""
    labelled = labelled_as(*queries)
    asked = [np.array([[LENGTH, 0.0]])] * len(labelled)
    exams = exams or [Exam(range(len(labelled)), COLD, np.zeros(4, bool), frozenset())]
    return evaluate(catalogue, Fixed(), labelled, asked, exams, scope)


def of(evaluation: Evaluation, system: str = "matchgraph", family: str = "f", population: str = "all") -> Score:
    wanted = (system, family, population)
    (score,) = [each for each in evaluation if (each.system, each.family, each.population) == wanted]
    return score


def test_the_first_place_is_worth_everything() -> None:
    score = of(evaluated((["x:a"], "f")))
    assert (score.ndcg_10, score.mrr_10, score.recall_5, score.recall_10, score.hit_1) == (1, 1, 1, 1, 1)


def test_the_third_place_is_worth_a_half_by_ndcg_and_a_third_by_mrr() -> None:
    score = of(evaluated((["y:c"], "f")))
    assert score.ndcg_10 == 0.5  # 1 / log2(3 + 1)
    assert score.mrr_10 == 0.3333
    assert score.hit_1 == 0


def test_of_two_right_answers_the_measures_take_both() -> None:
    score = of(evaluated((["x:b", "y:d"], "f")))
    gained = 1 / log2(3) + 1 / log2(5)
    assert score.ndcg_10 == round(gained / (1 + 1 / log2(3)), 4)
    assert (score.mrr_10, score.recall_5, score.hit_1) == (0.5, 1, 0)


def test_a_right_answer_that_is_not_here_counts_as_missed() -> None:
    score = of(evaluated((["x:a", "gone"], "f")))
    assert score.recall_10 == 0.5
    assert score.hit_1 == 1


def test_a_family_is_the_mean_of_its_queries() -> None:
    score = of(evaluated((["x:a"], "f"), (["y:c"], "f")))
    assert score.queries == 2
    assert (score.ndcg_10, score.mrr_10, score.hit_1) == (0.75, 0.6667, 0.5)


def test_the_interval_holds_the_mean_and_is_the_same_every_time() -> None:
    queries = [(["x:a"], "f")] * 5 + [(["y:c"], "f")] * 5
    score = of(evaluated(*queries))
    assert 0.5 <= score.ndcg_10_low < score.ndcg_10 == 0.75 < score.ndcg_10_high <= 1
    assert 0 <= score.hit_1_low < score.hit_1 == 0.5 < score.hit_1_high <= 1
    assert evaluated(*queries) == evaluated(*queries)
    one = of(evaluated((["x:b"], "f")))
    assert one.ndcg_10_low == one.ndcg_10_high == one.ndcg_10


def test_each_half_is_measured_alone_beside_ours() -> None:
    evaluation = evaluated((["y:d"], "f"))
    assert of(evaluation, "bm25").mrr_10 == 1
    assert of(evaluation, "matchgraph").mrr_10 == 0.25
    assert of(evaluated((["x:b"], "f")), "vectors").mrr_10 == 1
    assert of(evaluated((["y:c"], "f")), "vectors-best").mrr_10 == 1


def test_ties_keep_our_order() -> None:
    # By vectors a, c and d are equal, after b: they stand in order of their ids, whatever the evaluator would do.
    for right, reciprocal in (("x:a", 0.5), ("y:c", 0.3333), ("y:d", 0.25)):
        assert of(evaluated(([right], "f")), "vectors").mrr_10 == reciprocal


def test_families_are_measured_apart() -> None:
    evaluation = evaluated((["x:a"], "f"), (["y:d"], "g"))
    assert [(each.family, each.system) for each in evaluation] == [
        (family, system) for family in "fg" for system in SYSTEMS
    ]
    assert (of(evaluation, family="f").mrr_10, of(evaluation, family="g").mrr_10) == (1, 0.25)


def test_in_scope_family_only_the_kin_of_the_right_answers_compete() -> None:
    evaluation = evaluated((["y:c"], "f"), (["x:b"], "g"), scope="family")
    assert of(evaluation, family="f").candidates == 2
    assert of(evaluation, family="f").hit_1 == 1  # c is the first of c and d
    assert of(evaluation, family="g").mrr_10 == 0.5
    assert of(evaluated((["y:c"], "f"))).candidates == 4


def test_in_scope_family_a_family_of_both_kins_has_all_candidates() -> None:
    assert of(evaluated((["y:c"], "f"), (["x:b"], "f"), scope="family")).candidates == 4


def test_in_scope_family_the_corpus_is_of_the_same_source() -> None:
    sources = dict(zip(IDS, ["one", "two", "one", "one"], strict=True))
    rows = [artifact(each, "model", "Acme", ["do it"], source=source) for each, source in sources.items()]
    catalogue = read(pd.DataFrame(rows))[0]
    assert of(evaluated((["x:b"], "f"), scope="family", catalogue=catalogue)).candidates == 1
    assert of(evaluated((["y:c"], "f"), scope="family", catalogue=catalogue)).candidates == 2


def exam(*judged: int, chosen: str = "", learned: Learned = TAUGHT, taught: tuple[str, ...] = ()) -> Exam:
    """An exam after artifacts, named by their last letters, have been chosen."""
    return Exam(judged, learned, np.array([each[-1] in chosen for each in IDS]), frozenset(taught))


def test_what_was_learned_stands_beside_the_same_search_without_it() -> None:
    evaluation = evaluated((["y:d"], "f"), exams=[exam(0)])
    warm, cold = of(evaluation), of(evaluation, "matchgraph-cold")
    assert (warm.hit_1, cold.mrr_10) == (1, 0.25)
    assert warm.over_cold == round(warm.ndcg_10 - cold.ndcg_10, 4) == round(1 - 1 / log2(5), 4)
    assert (cold.over_cold, cold.over_cold_low, cold.over_cold_high) == (0, 0, 0)


def test_the_gain_over_cold_is_paired_query_by_query() -> None:
    # The two systems spread widely over these queries, yet each gains the same on every one of them.
    evaluation = evaluated(*[(["y:d"], "f")] * 8, exams=[exam(*range(8))])
    gain = of(evaluation)
    assert gain.over_cold_low == gain.over_cold_high == gain.over_cold > 0.5
    mixed = of(evaluated(*[(["y:d"], "f"), (["x:a"], "f")] * 4, exams=[exam(*range(8))]))
    assert mixed.over_cold_low < mixed.over_cold == 0 < mixed.over_cold_high


def test_seen_and_unseen_are_told_apart_by_the_exam_that_a_query_sat() -> None:
    queries = [(["x:a"], "f"), (["y:d"], "f"), (["x:a"], "f")]
    evaluation = evaluated(*queries, exams=[exam(0, 1, chosen="a"), exam(2, chosen="d")])
    assert [of(evaluation, population=each).queries for each in ("all", "seen", "unseen")] == [3, 1, 2]
    assert of(evaluation, population="seen").mrr_10 == 0.25  # a is last of all once search has learned
    assert of(evaluation, population="unseen").mrr_10 == 0.625


def test_one_chosen_of_several_right_answers_makes_a_query_seen() -> None:
    assert of(evaluated((["x:a", "y:d"], "f"), exams=[exam(0, chosen="d")]), population="seen").queries == 1


def test_where_nothing_was_ever_chosen_nobody_is_told_apart() -> None:
    assert {score.population for score in evaluated((["x:a"], "f"))} == {"all"}


def test_a_query_that_sat_no_exam_is_not_judged_and_counted() -> None:
    evaluation = evaluated((["x:a"], "f"), (["x:b"], "f"), (["x:b"], "g"), exams=[exam(0)])
    assert {(score.family, score.queries) for score in evaluation} == {("f", 1)}
    assert evaluation.note == "2 queries not judged: on this side of the split they may be learned from."


def test_a_query_that_search_was_taught_is_named_as_not_held_out() -> None:
    queries = (["x:a"], "f"), (["x:b"], "f")
    assert str(evaluated(*queries, exams=[exam(0, 1, taught=("query 1",))]).note).startswith("1 query not held out")
    assert evaluated(*queries, exams=[exam(0, 1, learned=COLD, taught=("query 1",))]).note is None


def test_the_evaluation_says_what_search_had_learned() -> None:
    evaluation = evaluated((["x:a"], "f"), (["x:b"], "f"), exams=[exam(0), exam(1)])
    assert [(each.queries, each.hits, each.fitted) for each in evaluation.learned] == [(1, 7, "adapter")] * 2
    assert "Search had learned adapter from 7 choices, 2 times." in str(evaluation)


def test_queries_without_a_right_answer_here_are_left_out_and_counted() -> None:
    evaluation = evaluated((["x:a"], "f"), (["gone"], "f"), (["lost", "gone"], "h"))
    assert evaluation.left_out == 2
    assert evaluation.note == "2 queries left out: no right answer is here."
    assert evaluation.note in str(evaluation)
    assert of(evaluation).queries == 1
    assert {each.family for each in evaluation} == {"f"}
    assert evaluated((["x:a"], "f")).note is None


def test_where_no_query_can_be_used_the_question_is_refused() -> None:
    with pytest.raises(QuestionError, match="no query has a right answer in this snapshot"):
        evaluated((["gone"], "f"))


def test_the_table_shows_every_score(world: mg.MatchGraph) -> None:
    lines = evaluated((["y:c"], "f")).lines()
    assert len(lines) == 1 + len(SYSTEMS) + 1
    assert lines[1].split()[:5] == ["f", "all", "matchgraph", "1", "4"]
    assert "0.500" in lines[1]
    assert "0.333" in lines[1]


def labelled(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize("query", ["sort incoming mail", "label photos. Draw boxes around objects."])
def test_a_file_of_queries_is_answered_as_search_answers(world: mg.MatchGraph, tmp_path: Path, query: str) -> None:
    found = [item.artifact_id for item in world.search(query)]
    rows = [{"query": query, "gold": [artifact_id], "family": artifact_id} for artifact_id in found[:4]]
    evaluation = world.evaluate([labelled(tmp_path / "q.jsonl", *rows)])
    for place, artifact_id in enumerate(found[:4], start=1):
        assert of(evaluation, family=artifact_id).mrr_10 == round(1 / place, 4)


def test_copies_tie_and_the_first_id_stands_first(tmp_path: Path) -> None:
    rows = [artifact(f"copy-{end}", "model", "Acme", ["sort mail"], name="Copy") for end in "cab"]
    mg.rebuild(pd.DataFrame(rows), store=tmp_path / "store", encoder=WordEncoder(), today=TODAY)
    graph = mg.open(tmp_path / "store", encoder=WordEncoder())
    for place, end in enumerate("abc", start=1):
        path = labelled(tmp_path / "q.jsonl", {"query": "sort mail", "gold": [f"copy-{end}"], "family": "f"})
        for score in graph.evaluate([path]):
            assert score.mrr_10 == round(1 / place, 4)


def test_the_same_right_answer_named_twice_counts_once(world: mg.MatchGraph, tmp_path: Path) -> None:
    row = {"query": "sort incoming mail", "gold": ["mail-sorter", "mail-sorter"], "family": "f"}
    score = of(world.evaluate([labelled(tmp_path / "q.jsonl", row)]))
    assert (score.ndcg_10, score.recall_5) == (1, 1)


def test_a_lone_surrogate_in_a_file_of_queries_is_refused_by_its_line(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"query": "sort incoming mail \\ud800", "gold": ["mail-sorter"], "family": "f"}\n')
    with pytest.raises(SearchLogError, match="line 1: query is"):
        mg.open(store, encoder=WordEncoder()).evaluate([path])


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_empty_file_has_no_query_to_use(world: mg.MatchGraph, tmp_path: Path, text: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(text)
    with pytest.raises(QuestionError, match="no query has a right answer"):
        world.evaluate([path])


def test_searches_that_ended_in_nothing_are_left_out_and_counted(store: Path, tmp_path: Path) -> None:
    encoder = WordEncoder()
    world = mg.open(store, encoder=encoder)
    silent = [{"query": f"silent {n}", "shown": ["mail-sorter"]} for n in range(2)]
    path = labelled(
        tmp_path / "q.jsonl", {"query": "sort", "chosen": "mail-sorter"}, *silent, {"query": "b", "gold": "c"}
    )
    evaluation = world.evaluate([path])
    assert of(evaluation, family="all").queries == 1
    assert evaluation.left_out == 3
    assert evaluation.note == (
        "1 query left out: no right answer is here. 2 queries left out: no right answer is stated."
    )
    assert not any("silent" in text for text in encoder.texts)


@pytest.mark.parametrize("held", [True, False])
def test_a_store_that_is_read_only_is_judged_as_any_other_and_left_as_it_is(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: bool
) -> None:
    path = labelled(tmp_path / "q.jsonl", {"query": "sort incoming mail", "gold": ["mail-sorter"], "family": "f"})
    with mg.open(store, encoder=WordEncoder()) as graph:
        graph.record(query="sort incoming mail", chosen="mail-sorter")
        graph.log.close()
        wanted = graph.evaluate(path)
    for left in [] if held else [store / "cache", store / "searches.sqlite"]:
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    before = {each: each.stat().st_mtime_ns for each in store.rglob("*")}
    monkeypatch.setattr(os, "access", lambda *_: False)
    encoder = WordEncoder()
    assert mg.open(store, encoder=encoder).evaluate(path).to_dict() == wanted.to_dict()
    assert encoder.texts == ([] if held else ["sort incoming mail"])
    assert {each: each.stat().st_mtime_ns for each in store.rglob("*")} == before
