"""Like this one, but: what is found meets every condition and does the same job, and what changes is all there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.align import align
from matchgraph.answers.instead.counterfactual import LikeButAnswer
from matchgraph.errors import QuestionError, UnknownArtifact
from matchgraph.graph.chance import Chance
from tests.conftest import TODAY, WordEncoder, artifact, eight

SPAM = "flag spam mail before anyone reads it"


def opened(rows: list[dict[str, object]], store: Path) -> mg.MatchGraph:
    """Opened in a world where chance brings few capabilities together, as in a large one."""
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    graph = mg.open(store, encoder=WordEncoder())
    cosines = graph.snapshot.chance.cosines.copy()
    cosines[:] = 0.3
    cosines[-len(cosines) // 200 :] = 0.7
    graph.snapshot = replace(graph.snapshot, chance=Chance(cosines))
    return graph


def sorter(name: str, maker: str, *more: str, **record: object) -> dict[str, object]:
    does = ["sort incoming mail into folders by topic", *more]
    return artifact(name, "model", maker, does, job=["mail sorting"], **record)


@pytest.fixture(scope="module")
def sorters(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """The small world and three more that sort mail."""
    rows = [
        *eight(),
        sorter(
            "post-sorter", "Gamma", "flag spam mail before anyone reads it", license="MIT", facts={"parameters": 9e6}
        ),
        sorter("tiny-sorter", "Delta", license="Apache-2.0", facts={"parameters": 5e4}, pricing="free"),
        sorter("torch-sorter", "Acme", "print labels on parcels", license="MIT", tags=["torch"]),
    ]
    return opened(rows, tmp_path_factory.mktemp("sorters"))


def ids(answer: LikeButAnswer) -> list[str]:
    return [item.artifact_id for item in answer]


def test_what_is_found_meets_the_conditions_does_the_same_job_and_comes_nearest_first(sorters: mg.MatchGraph) -> None:
    answer = sorters.like_but("mail-sorter", must=mg.where(license="permissive"), k=9)
    assert set(ids(answer)) == {"post-sorter", "tiny-sorter", "torch-sorter"}
    assert [item.score for item in answer] == sorted((item.score for item in answer), reverse=True)
    for item in answer:
        assert item.score == pytest.approx(item.same_job * item.cover)
        assert item.same_job == pytest.approx(sorters.same_job("mail-sorter", item.artifact_id))
        assert item.same_job >= 0.5


def test_a_fact_that_is_not_stated_does_not_meet_a_limit_on_it(sorters: mg.MatchGraph) -> None:
    answer = sorters.like_but("mail-sorter", must=mg.where(at_most={"parameters": 1e5}), k=9)
    assert ids(answer) == ["tiny-sorter"]
    (miss,) = answer.misses
    assert miss.fails[0].startswith("breaks parameters at most 100,000: ")


def test_every_capability_is_kept_or_unsure_or_lost_and_the_texts_are_the_catalogues(sorters: mg.MatchGraph) -> None:
    for name in ("mail-sorter", "letter-sorter", "post-sorter"):
        for item in sorters.like_but(name, without="parcel corpus", k=9):
            place = sorters.snapshot.catalogue.place
            pairing = align(sorters.snapshot, place[name], place[item.artifact_id])
            assert item.kept == pairing.shared
            had = {*pairing.only_left, *(pair.left for pair in pairing.shared)}
            assert {*(pair.left for pair in (*item.kept, *item.perhaps)), *item.lost} == had
            assert not {pair.left for pair in item.perhaps} & set(item.lost)
            assert set(item.gained) <= set(pairing.only_right)


def test_what_is_lost_and_gained_and_changed_is_said(sorters: mg.MatchGraph) -> None:
    (item,) = sorters.like_but("mail-sorter", must=mg.where(license="Apache-2.0"))
    assert [ability.name for ability in item.lost] == ["flag spam"]
    assert [str(change) for change in item.changes] == [
        "maker Acme -> Delta",
        "license MIT -> Apache-2.0",
        "pricing not stated -> free",
        "parameters 1,000,000 -> 50,000",
    ]
    said = {reason.kind: reason.text for reason in item.reasons}
    assert said["kept"] == "comes near in: sort incoming mail into folders by topic"
    assert said["lost"] == "gives up: flag spam mail before anyone reads it"
    (gains,) = sorters.like_but("tiny-sorter", must=mg.where(maker="Acme", license="MIT"), without="corpus mail")
    assert gains.artifact_id in ("mail-sorter", "torch-sorter")
    assert gains.gained


def test_without_goes_by_what_is_stated_and_says_so(sorters: mg.MatchGraph) -> None:
    answer = sorters.like_but("mail-sorter", must=mg.where(license="MIT"), without=["torch"], k=9)
    assert ids(answer) == ["post-sorter"]
    assert answer[0].reasons[-1].text == (
        "nothing that is stated of it mentions torch; what is not stated may still be so"
    )
    assert answer.note == (
        "What is stated of Mail Sorter itself mentions no torch. 1 found that do the same job within the conditions."
    )


def test_what_would_have_been_nearest_is_named_with_what_keeps_it_out(sorters: mg.MatchGraph) -> None:
    answer = sorters.like_but("torch-sorter", must=mg.where(maker="Nobody" if False else "Delta", type="model"))
    assert ids(answer) == ["tiny-sorter"] or answer.misses
    nothing = sorters.like_but("mail-sorter", must=mg.where(type="model", maker="Gamma"), without="sort")
    assert not len(nothing)
    assert nothing.note == "None found: nothing that does the same job meets the conditions."
    nearest, stranger = nothing.misses
    assert any(each.startswith("without sort: ") for each in nearest.fails)
    assert stranger.artifact_id == "photo-tagger"
    assert stranger.fails[0].startswith("meets the conditions, but the chance of the same job is ")


def test_where_nothing_does_the_job_the_answer_says_that_first(sorters: mg.MatchGraph) -> None:
    answer = sorters.like_but("speech-writer", must=mg.where(license="MIT"))
    assert not len(answer)
    assert answer.note == "None found: nothing else here is known to do the same job, whatever the conditions."


def test_material_is_not_replaced_by_what_works_on_it(sorters: mg.MatchGraph) -> None:
    answer = sorters.like_but("mail-corpus", must=mg.where(license="MIT"))
    assert not len(answer)
    assert not any(miss.artifact_id.endswith("sorter") for miss in answer.misses)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ({}, "no condition: say what it must or must not be, or what it should do without"),
        ({"must": mg.where()}, "no condition"),
        ({"without": [" ."]}, "wanted the name of a thing"),
        ({"must": mg.where(license="Apachee-2.0")}, "Did you mean Apache-2.0"),
        ({"without": "torch", "k": 0}, "k is 0"),
    ],
    ids=str,
)
def test_a_question_without_a_condition_is_refused(
    sorters: mg.MatchGraph, question: dict[str, object], says: str
) -> None:
    with pytest.raises(QuestionError, match=says):
        sorters.like_but("mail-sorter", **question)  # type: ignore[arg-type]
    with pytest.raises(UnknownArtifact):
        sorters.like_but("no-such-thing", without="torch")


def test_the_answer_is_a_listing_that_json_and_pandas_take(sorters: mg.MatchGraph) -> None:
    answer = sorters.like_but("mail-sorter", must=mg.where(license="permissive"), without="torch", k=2)
    assert answer.to_dict()["conditions"] == ["license permissive", "without torch"]
    assert len(answer.to_frame()) == 2
    assert str(answer).startswith("like mail-sorter, but license permissive; without torch")
