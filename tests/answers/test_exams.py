"""A split keeps what is judged away from what is learned, and judges all that it can."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import matchgraph as mg
from matchgraph.answers.exams import FOLDS, Exam, Split, exams_of
from matchgraph.errors import QuestionError, SearchLogError
from matchgraph.searches.events import Channel, SearchEvent, query_key
from matchgraph.searches.hits import Labelled
from matchgraph.searches.learned import COLD, Learned
from tests.conftest import TODAY, WordEncoder, artifact

START = datetime(2026, 1, 1, tzinfo=UTC)


class School:
    """Teaches nothing, and keeps what it was given to teach."""

    def __init__(self) -> None:
        self.lessons: list[Sequence[SearchEvent]] = []

    def __call__(self, events: Sequence[SearchEvent]) -> tuple[Learned, np.ndarray]:
        self.lessons.append(events)
        return COLD, np.zeros(0, bool)


def searches(rows: list[tuple[str, list[str]]], dated: bool = True) -> tuple[list[Labelled], list[SearchEvent]]:
    """Queries with their right answers, one a day, and the same as choices."""
    days = [START + timedelta(days=day) if dated else None for day in range(len(rows))]
    queries = [
        Labelled(str(n), query, tuple(gold), "f", at)
        for n, ((query, gold), at) in enumerate(zip(rows, days, strict=True))
    ]
    return queries, [SearchEvent(each.query, chosen=answer, at=each.at) for each in queries for answer in each.gold]


def held(split: Split, queries: list[Labelled], events: list[SearchEvent]) -> list[tuple[Exam, Sequence[SearchEvent]]]:
    """The exams of a split, each with what was learned before it."""
    school = School()
    exams = exams_of(split, queries, events, school)
    return list(zip(exams, school.lessons, strict=True))


ROWS = st.lists(
    st.tuples(st.sampled_from(["Sort  mail", "sort mail", "label photos", "write text", "find faces", "read mail"]),
              st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=2, unique=True)),
    min_size=6,
    max_size=30,
)  # fmt: skip


@given(ROWS)
def test_by_query_everything_is_judged_once_and_never_by_its_own_words(rows: list[tuple[str, list[str]]]) -> None:
    queries, events = searches(rows)
    exams = held(Split.QUERY, queries, events)
    assert sorted(place for exam, _ in exams for place in exam.judged) == list(range(len(queries)))
    for exam, taught in exams:
        judged = {query_key(queries[place].query) for place in exam.judged}
        asked = {query_key(event.query) for event in taught}
        assert not judged & asked
        assert judged | asked == {query_key(query.query) for query in queries}
        assert exam.taught == asked


@given(ROWS)
def test_by_artifact_nothing_learned_from_shares_an_answer_with_what_is_judged(
    rows: list[tuple[str, list[str]]],
) -> None:
    queries, events = searches([(f"{query} {n}", gold) for n, (query, gold) in enumerate(rows)])
    try:
        ((exam, taught),) = held(Split.ARTIFACT, queries, events)
    except QuestionError:  # none of these queries is answered by the hidden artifacts alone
        return
    hidden = {answer for place in exam.judged for answer in queries[place].gold}
    assert not hidden & {event.chosen for event in taught}
    assert len(hidden) <= -(-7 // FOLDS)


def test_by_artifact_a_query_with_one_answer_hidden_is_neither_learned_nor_judged() -> None:
    queries, events = searches([(f"query {n}", [answer]) for n, answer in enumerate("abcde")])
    ((exam, _),) = held(Split.ARTIFACT, queries, events)
    (hidden,) = {answer for place in exam.judged for answer in queries[place].gold}
    other = "a" if hidden != "a" else "b"
    queries, events = searches([*((each.query, list(each.gold)) for each in queries), ("both", [hidden, other])])
    ((exam, taught),) = held(Split.ARTIFACT, queries, events)
    assert "both" not in {event.query for event in taught} | {queries[place].query for place in exam.judged}


def test_by_artifact_there_has_to_be_a_query_to_judge() -> None:
    with pytest.raises(QuestionError, match="no query is answered by the hidden artifacts alone, 1 of 2"):
        held(Split.ARTIFACT, *searches([("query 0", ["a", "b"])]))


def test_by_time_the_last_fifth_is_judged_by_what_came_before() -> None:
    queries, events = searches([(f"query {n}", ["a"]) for n in range(20)])
    ((exam, taught),) = held(Split.TIME, queries[::-1], events)
    assert {queries[::-1][place].query for place in exam.judged} == {f"query {n}" for n in range(16, 20)}
    assert [event.query for event in taught] == [f"query {n}" for n in range(16)]


def test_by_time_a_search_without_a_time_is_named() -> None:
    with pytest.raises(QuestionError, match=r"the search 'query 0' has no time.*state it as `at`, or split by query"):
        held(Split.TIME, *searches([("query 0", ["a"]), ("query 1", ["a"])], dated=False))


def test_by_time_there_has_to_be_something_earlier() -> None:
    queries, events = searches([("query 0", ["a"])])
    with pytest.raises(QuestionError, match="no search is earlier than 2026-01-01 00:00"):
        held(Split.TIME, queries, events)


def test_without_a_split_all_is_judged_by_all() -> None:
    queries, events = searches([("query 0", ["a"]), ("query 1", ["b"])])
    ((exam, taught),) = held(Split.NONE, queries, events)
    assert (list(exam.judged), taught, exam.taught) == ([0, 1], events, {"query 0", "query 1"})


def test_synthetic_searches_and_such_without_a_choice_teach_nothing() -> None:
    queries, _ = searches([("query 0", ["a"])])
    events = [SearchEvent("query 1", chosen="a", channel=Channel.SYNTHETIC), SearchEvent("query 2")]
    ((exam, _),) = held(Split.NONE, queries, events)
    assert exam.taught == frozenset()


MAKERS, EACH = 12, 8


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """Twelve artifacts, of which nobody has chosen any yet."""
    rows = [artifact(f"a{n:02d}", "model", "Acme", [f"plain{n} thing{n} text{n}"]) for n in range(MAKERS)]
    store = tmp_path_factory.mktemp("exams") / "store"
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


def file_of(path: Path, **more: object) -> Path:
    """Searches in words that only people use, each with what they chose."""
    rows = [
        {"query": f"gizmo{n} doodad{n} call{time}", "gold": [f"a{n:02d}"], **more}
        for n in range(MAKERS)
        for time in range(EACH)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_what_is_learned_from_other_queries_lifts_those_held_out(graph: mg.MatchGraph, tmp_path: Path) -> None:
    path = file_of(tmp_path / "q.jsonl")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matchgraph.answers.learning.MOST_LOST", 1.0)  # in a world so small, memory harms the hidden
        patch.setattr("matchgraph.answers.learning._FEWEST_HIDDEN", 2)
        evaluation = graph.evaluate(path, split="query")
    warm = next(score for score in evaluation if (score.system, score.population) == ("matchgraph", "seen"))
    assert warm.queries == MAKERS * EACH
    assert warm.over_cold_low > 0.2
    assert sum(taught.queries for taught in evaluation.learned) == MAKERS * EACH
    assert all(70 < taught.hits < 84 and taught.fitted != "nothing" for taught in evaluation.learned)
    assert evaluation.note is None


def test_hits_of_another_file_are_learned_from_and_nothing_else_is(graph: mg.MatchGraph, tmp_path: Path) -> None:
    hits, queries = file_of(tmp_path / "h.jsonl"), tmp_path / "q.jsonl"
    queries.write_text('{"query": "gizmo1 doodad1 call3", "gold": "a01"}\n{"query": "plain2", "gold": "a02"}\n')
    evaluation = graph.evaluate(queries, hits=hits)
    assert [taught.hits for taught in evaluation.learned] == [MAKERS * EACH]
    held_out = graph.evaluate(queries, hits=[hits], split="query")
    assert sorted(taught.hits for taught in held_out.learned) == [MAKERS * EACH - 1, MAKERS * EACH]


def test_a_file_without_times_cannot_be_split_by_time(graph: mg.MatchGraph, tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="has no time"):
        graph.evaluate(file_of(tmp_path / "q.jsonl"), split="time")


def test_a_time_that_is_none_is_named_by_its_line(graph: mg.MatchGraph, tmp_path: Path) -> None:
    with pytest.raises(SearchLogError, match=r"q.jsonl line 1: Invalid isoformat string: 'last May'"):
        graph.evaluate(file_of(tmp_path / "q.jsonl", at="last May"))


def test_a_split_by_artifact_judges_only_what_nobody_was_seen_to_choose(graph: mg.MatchGraph, tmp_path: Path) -> None:
    evaluation = graph.evaluate(file_of(tmp_path / "q.jsonl"), split="artifact")
    assert {(score.population, score.queries) for score in evaluation} == {("all", 3 * EACH), ("unseen", 3 * EACH)}
    assert [taught.hits for taught in evaluation.learned] == [(MAKERS - 3) * EACH]


def test_a_split_that_there_is_not_is_refused(graph: mg.MatchGraph, tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="no split 'actor': wanted one of none, query, time, artifact"):
        graph.evaluate(file_of(tmp_path / "q.jsonl"), split="actor")


def test_what_the_log_holds_counts_as_seen(tmp_path: Path) -> None:
    hits, store = file_of(tmp_path / "h.jsonl"), tmp_path / "store"
    rows = [artifact(f"a{n:02d}", "model", "Acme", [f"plain{n} thing{n}"]) for n in range(MAKERS + 1)]
    mg.rebuild(pd.DataFrame(rows), store=store, hits=hits, encoder=WordEncoder(), today=TODAY)
    queries = tmp_path / "q.jsonl"
    queries.write_text('{"query": "plain1", "gold": "a01"}\n{"query": "plain12", "gold": "a12"}\n')
    evaluation = mg.open(store, encoder=WordEncoder()).evaluate(queries)
    assert [score.population for score in evaluation if score.system == "bm25"] == ["all", "seen", "unseen"]
