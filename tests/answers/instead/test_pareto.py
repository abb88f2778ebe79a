"""Pareto: the front is what trying every pair finds, unlike things are refused, and silence is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import matchgraph as mg
from matchgraph.answers.instead.facts import less_is_better
from matchgraph.answers.instead.pareto import dominates, would_dominate
from matchgraph.errors import QuestionError, UnknownArtifact
from tests.conftest import TODAY, WordEncoder, artifact

NUMBER = st.one_of(st.integers(0, 3), st.none())
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(NUMBER, min_size=width, max_size=width), min_size=1, max_size=7)
)


def opened(rows: list[dict[str, object]], store: Path) -> mg.MatchGraph:
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


def model(name: str, **facts: float) -> dict[str, object]:
    return artifact(name, "model", "Acme", ["sort incoming mail into folders"], license="MIT", facts=facts)


@pytest.fixture(scope="module")
def sorters(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    rows = [
        model("big", stars=900, parameters=9e6),
        model("small", stars=100, parameters=1e6),
        model("middle", stars=500, parameters=5e6),
        model("worse", stars=90, parameters=2e6),
        model("worst", stars=80, parameters=3e6),
        model("shy", stars=70),
        model("silent"),
        artifact("pile", "dataset", "Acme", ["train mail models on letters"], facts={"stars": 1}),
    ]
    return opened(rows, tmp_path_factory.mktemp("sorters"))


ALL = ["big", "small", "middle", "worse", "worst", "shy", "silent"]


def beats(one: list[int | None], other: list[int | None]) -> bool:
    """Said again, cell by cell: known and no worse everywhere, better somewhere."""
    pairs = list(zip(one, other, strict=True))
    if any(left is None or right is None for left, right in pairs):
        return False
    return all(left >= right for left, right in pairs) and any(left > right for left, right in pairs)  # type: ignore[operator]


@given(TABLES)
def test_who_dominates_whom_is_what_trying_every_pair_finds(rows: list[list[int | None]]) -> None:
    values = np.array(rows, float).reshape(len(rows), -1)
    assert dominates(values).tolist() == [[beats(one, other) for other in rows] for one in rows]


@given(TABLES)
def test_a_missing_value_neither_dominates_nor_is_dominated(rows: list[list[int | None]]) -> None:
    sure = dominates(np.array(rows, float).reshape(len(rows), -1))
    gaps = [any(value is None for value in row) for row in rows]
    assert not sure[gaps].any()
    assert not sure[:, gaps].any()


def beats_what_is_known(one: list[int | None], other: list[int | None]) -> bool:
    """Said again: known and no worse wherever the other is known, better somewhere, and the other has a gap."""
    pairs = [(left, right) for left, right in zip(one, other, strict=True) if right is not None]
    if len(pairs) == len(other) or any(left is None for left, _ in pairs):
        return False
    return all(left >= right for left, right in pairs) and any(left > right for left, right in pairs)  # type: ignore[operator]


@given(TABLES)
def test_what_would_dominate_is_what_trying_every_pair_finds(rows: list[list[int | None]]) -> None:
    perhaps = would_dominate(np.array(rows, float).reshape(len(rows), -1))
    assert perhaps.tolist() == [[beats_what_is_known(one, other) for other in rows] for one in rows]


def test_the_front_has_the_best_of_each_and_what_lies_between(sorters: mg.MatchGraph) -> None:
    answer = sorters.pareto(ALL, by=["stars", "parameters"])
    assert [item.artifact_id for item in answer] == ["big", "small", "middle", "shy", "silent"]
    assert answer[0].best_at == ("most stars",)
    assert answer[1].best_at == ("least parameters",)
    assert answer[2].best_at == ()
    assert answer[2].reasons[0].text == "best in none, but none is as good in all of it"


def test_what_is_left_out_names_who_dominates_it_and_in_what(sorters: mg.MatchGraph) -> None:
    answer = sorters.pareto(ALL, by=["stars", "parameters"])
    by = {each.artifact_id: each for each in answer.dominated}
    assert set(by) == {"worse", "worst"}
    assert by["worst"].by == ("small", "worse")
    assert (
        by["worse"].text
        == "Small is no worse in anything and better in stars 100 against 90 and parameters 1,000,000 against 2,000,000"
    )


def test_what_stays_only_for_want_of_a_value_says_so_and_stands_last(sorters: mg.MatchGraph) -> None:
    answer = sorters.pareto(ALL, by=["stars", "parameters"])
    shy, silent = answer[3], answer[4]
    assert not shy.proven
    assert set(shy.but_for) <= {"big", "small", "middle", "worse", "worst"}
    assert shy.reasons[-1].text.startswith("stays only because its parameters is not known")
    assert shy.values == {"stars": 70.0, "parameters": None}
    assert not silent.proven
    assert "nothing of this is known of it" in silent.reasons[0].text
    assert answer.note == "5 of 7 of the type model are not dominated. 2 of these only because something is not known."


def test_a_signal_of_which_nothing_was_seen_is_not_known(sorters: mg.MatchGraph) -> None:
    values = {item.artifact_id: item.values for item in sorters.pareto(["big", "silent"], by=["adoption", "rank"])}
    assert values["big"]["adoption"] is not None
    assert values["silent"]["adoption"] is None


def test_which_way_is_better_can_be_said(sorters: mg.MatchGraph) -> None:
    answer = sorters.pareto(ALL[:5], by=["parameters:most"])
    assert [item.artifact_id for item in answer] == ["big"]


def test_what_is_known_of_none_decides_nothing_and_is_named(sorters: mg.MatchGraph) -> None:
    answer = sorters.pareto(["big", "small"], by=["stars", "pricing"])
    assert [item.artifact_id for item in answer] == ["big"]
    assert "Nothing is known of their pricing" in str(answer.note)


def test_a_query_brings_up_one_type_and_says_what_it_leaves_aside(sorters: mg.MatchGraph) -> None:
    answer = sorters.pareto("sort incoming mail models letters", by=["stars", "relevance"])
    assert {item.type for item in answer} == {"model"}
    assert sorters.pareto("train mail models on letters", by="stars", where=mg.where(type="dataset")).type == "dataset"


def test_the_answer_is_a_listing(sorters: mg.MatchGraph) -> None:
    answer = sorters.pareto(ALL, by=["stars", "parameters"])
    assert list(answer.to_frame()["artifact_id"]) == [item.artifact_id for item in answer]
    assert answer.to_dict()["dominated"] is not None
    assert str(answer).splitlines()[-len(answer.dominated) :] == answer.tail()


@pytest.mark.parametrize(
    ("asked", "by", "says"),
    [
        (["big", "pile"], "stars", "several types"),
        ([], "stars", "no artifacts"),
        (["big"], [], "no criteria"),
        (["big"], "beauty", "no criterion 'beauty'"),
        (["big"], "stars:up", "most or least"),
        (["big"], "relevance", "ask by a query"),
        (["silent"], "stars", "nothing is known"),
        ("qwe zxc", "stars", "no artifacts to choose from"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_be_compared_is_a_clear_error(
    sorters: mg.MatchGraph, asked: str | list[str], by: str | list[str], says: str
) -> None:
    with pytest.raises(QuestionError, match=says):
        sorters.pareto(asked, by=by)


def test_names_come_without_conditions_and_have_to_be_known(sorters: mg.MatchGraph) -> None:
    with pytest.raises(QuestionError, match="conditions go with a query"):
        sorters.pareto(["big"], where=mg.where(license="MIT"))
    with pytest.raises(UnknownArtifact):
        sorters.pareto(["bigg"])


@pytest.mark.parametrize(
    ("key", "less"),
    [
        *(
            (each, True)
            for each in ("parameters", "size_bytes", "model_size_gb", "size_mb", "latency_ms", "peak_memory_gb")
        ),
        *((each, True) for each in ("vram_gb", "wer", "price_input_usd_per_mtok", "open_issues", "download_size")),
        *((each, False) for each in ("vocabulary_size", "max_batch_size", "sample_size", "image_size")),
        *((each, False) for each in ("dataset_size_gb", "memory_bandwidth", "context_tokens", "stars")),
    ],
)
def test_less_is_better_of_what_one_pays_or_carries_and_of_no_other_size(key: str, less: bool) -> None:
    assert less_is_better(key) is less
