"""Cover: as few as can be, each need by a text, what is not covered named, and what goes together said."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.instead import cover
from matchgraph.answers.instead.cover import CoverAnswer
from matchgraph.errors import QuestionError
from tests.conftest import TODAY, WordEncoder, artifact, eight


def opened(rows: list[dict[str, object]], store: Path) -> mg.MatchGraph:
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """The small world and two more: one that both reads and speaks, and one that only speaks."""
    rows = [
        *eight(),
        artifact(
            "voice-desk",
            "app",
            "Epsilon",
            ["write down recorded speech as text", "speak written text with a human voice"],
            license="GPL-3.0-only",
        ),
        artifact("speaker", "model", "Zeta", ["speak written text with a human voice"], license="CC-BY-NC-4.0"),
    ]
    return opened(rows, tmp_path_factory.mktemp("world"))


SORT, SPAM = "sort incoming mail into folders", "flag spam mail"
WRITE, SPEAK, FACES = "write down recorded speech", "speak written text", "find faces of people in photos"


def taken(answer: CoverAnswer) -> dict[str, list[str]]:
    return {member.artifact_id: [each.need for each in member.meets] for member in answer}


def test_one_that_does_both_is_taken_before_two_that_do_one_each(world: mg.MatchGraph) -> None:
    assert taken(world.cover([WRITE, SPEAK])) == {"voice-desk": [WRITE, SPEAK]}
    assert set(taken(world.cover([WRITE, FACES]))) <= {"voice-desk", "speech-writer", "photo-tagger"}


def test_every_need_is_met_once_or_named_as_not_covered(world: mg.MatchGraph) -> None:
    needs = [SORT, SPAM, WRITE, SPEAK, FACES, "zzzz yyyy"]
    answer = world.cover(needs)
    met = [each.need for member in answer for each in member.meets]
    assert sorted([*met, *(each.need for each in answer.uncovered)]) == sorted(needs)
    assert [each.need for each in answer.uncovered] == ["zzzz yyyy"]
    assert "random letters" in answer.uncovered[0].why
    assert answer.uncovered[0].nearest is not None
    assert "Not covered: zzzz yyyy." in str(answer.note)


def test_no_smaller_set_meets_the_same_needs(world: mg.MatchGraph) -> None:
    needs = [SORT, SPAM, WRITE, SPEAK, FACES]
    answer = world.cover(needs)
    assert answer.exact
    names = world.snapshot.catalogue.ids
    able = {name: set() for name in names}  # by asking for one need at a time, with every other artifact left out
    for need in needs:
        for member in world.cover([need]):
            able[member.artifact_id].add(need)
        able |= {name: able[name] | {need} for each in world.cover([need])[0].meets for name in each.also}
    for few in combinations(names, len(answer) - 1):
        assert set().union(*(able[name] for name in few)) != set(needs)


def test_the_text_that_meets_a_need_is_one_of_the_members(world: mg.MatchGraph) -> None:
    for member in world.cover([SORT, WRITE, SPEAK, FACES]):
        for each in member.meets:
            assert each.capability.capability_id.startswith(f"{member.artifact_id}#")
            assert 0 < each.cosine <= 1
            assert member.artifact_id not in each.also


def test_what_is_the_best_for_two_needs_by_one_text_shows_that_text_for_both(world: mg.MatchGraph) -> None:
    needs = ["tag photos with names", "tag objects seen in photos of people"]
    (member,) = world.cover(needs, where=mg.where(maker="Gamma", type="model"))
    assert {each.capability.name for each in member.meets} == {"tag photos"}


def test_what_does_several_has_to_be_nearly_as_good_for_each_as_the_best(
    world: mg.MatchGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cover, "_BESIDE", 1.0)
    assert len(world.cover([WRITE, SPEAK])) == 2


def test_a_need_is_met_only_by_what_search_finds_nearly_as_good_as_the_best(
    world: mg.MatchGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    (member,) = world.cover([WRITE])
    assert {member.artifact_id, *member.meets[0].also} == {"speech-writer", "voice-desk"}
    monkeypatch.setattr(cover, "_ALONE", 1.0)
    (member,) = world.cover([WRITE])
    assert member.meets[0].also == ()


def test_conditions_hold_for_every_member_and_leave_the_rest_uncovered(world: mg.MatchGraph) -> None:
    answer = world.cover([SORT, WRITE, FACES], where=mg.where(license="permissive"))
    assert taken(answer) == {"mail-sorter": [SORT]}
    assert [each.need for each in answer.uncovered] == [WRITE, FACES]
    nothing = world.cover([SORT], where=mg.where(type="skill"))
    assert not len(nothing)
    assert nothing.note == "Nothing here meets any of these."
    assert nothing.uncovered[0].why == "no artifact here meets the conditions"


def test_datasets_do_no_work_unless_their_type_is_asked_for(world: mg.MatchGraph) -> None:
    need = "measure spam filters on held back letters"
    assert "mail-corpus" not in taken(world.cover([need]))
    assert taken(world.cover([need], where=mg.where(type="dataset"))) == {"mail-corpus": [need]}


def test_needs_may_come_as_one_text_and_twice(world: mg.MatchGraph) -> None:
    assert world.cover(f"{SPEAK}, {WRITE}, {SPEAK.upper()}").needs == (SPEAK, WRITE)


def kinds(answer: CoverAnswer) -> list[tuple[str, str]]:
    return [(reason.kind, reason.text) for reason in answer.together]


def test_what_the_members_declare_of_each_other_and_need_is_said(world: mg.MatchGraph) -> None:
    both = world.cover([SORT, "read mail from a server for an agent"])
    assert ("declares", "Mail Server Tool requires Mail Sorter, it declares") in kinds(both)
    assert not [text for kind, text in kinds(both) if kind == "needs"]
    alone = world.cover(["read mail from a server for an agent"])
    assert ("needs", "Mail Server Tool also requires Mail Sorter, it declares") in kinds(alone)
    strangers = world.cover([SORT, WRITE])
    assert strangers.together[0].text.startswith("none of them declares that it works with another")


def test_clashes_of_licences_and_hosting_are_said(world: mg.MatchGraph) -> None:
    texts = dict(kinds(world.cover([SPEAK, FACES], where=mg.where(maker=["Zeta", "Gamma"]))))
    assert texts["license"] == "Speaker (CC-BY-NC-4.0) may not be used commercially, and so not the whole either"
    texts = dict(kinds(world.cover([SPEAK, FACES], where=mg.where(maker=["Epsilon", "Gamma"]))))
    assert "Voice Desk (GPL-3.0-only) beside Photo Tagger (proprietary)" in texts["license"]
    texts = dict(kinds(world.cover([SORT, WRITE], where=mg.where(maker=["Acme", "Delta"]))))
    assert texts["license"] == "the licence of Speech Writer is not stated"
    assert texts["hosting"] == "Speech Writer runs as a service, Mail Sorter can be downloaded and run"


@pytest.mark.parametrize(
    ("needs", "says"),
    [([], "0 needs"), ([" "], "0 needs"), (["MIT"], "about the license"), (["free"], "about the pricing")],
)
def test_what_is_no_capability_is_refused(world: mg.MatchGraph, needs: list[str], says: str) -> None:
    with pytest.raises(QuestionError, match=says):
        world.cover(needs)


def test_the_answer_is_a_listing_that_json_and_pandas_take(world: mg.MatchGraph) -> None:
    answer = world.cover([SORT, WRITE, "zzzz yyyy"])
    assert answer.to_dict()["uncovered"][0]["need"] == "zzzz yyyy"
    assert list(answer.to_frame()["artifact_id"]) == list(taken(answer))
    assert str(answer).splitlines()[-len(answer.tail()) :] == answer.tail()


@pytest.fixture(scope="module")
def voices(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """Two that write speech down and two that say it, in words that are nearly the same."""
    down, up = ["speech into text", "text out of speech"], ["text into speech", "speech out of text"]
    rows = [
        artifact("ear", "model", "Acme", [f"turn {down[0]} quickly"], inputs=["audio"], outputs=["text"]),
        artifact("scribe", "model", "Beta", [f"turn {down[0]} slowly"]),
        artifact("mouth", "model", "Gamma", [f"turn {up[0]} quickly"], inputs=["text"], outputs=["audio"]),
        artifact("herald", "model", "Delta", [f"turn {up[0]} slowly"]),
    ]
    return opened([*eight(), *rows], tmp_path_factory.mktemp("voices"))


@pytest.mark.parametrize(
    ("need", "able"), [("turn speech into text", {"ear", "scribe"}), ("turn text into speech", {"mouth", "herald"})]
)
def test_what_goes_the_other_way_is_neither_taken_nor_named_beside(
    voices: mg.MatchGraph, need: str, able: set[str]
) -> None:
    (member,) = voices.cover([need])
    (meeting,) = member.meets
    assert {member.artifact_id, *meeting.also} <= able


@pytest.mark.parametrize("need", [SORT, WRITE, SPEAK, FACES])
def test_what_is_named_beside_covers_the_need_when_it_is_asked_alone(world: mg.MatchGraph, need: str) -> None:
    for other in world.cover([need])[0].meets[0].also:
        maker = world.artifact(other).maker
        answer = world.cover([need], where=mg.where(maker=maker))
        assert not answer.uncovered
        assert other in {member.artifact_id for member in answer}


def test_of_alternatives_in_a_need_one_is_enough(world: mg.MatchGraph) -> None:
    both = world.cover(["write down recorded speech or juggle nine oranges"])
    assert not both.uncovered
    assert [each.artifact_id for each in both] == [each.artifact_id for each in world.cover([WRITE])]
