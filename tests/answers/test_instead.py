"""Something different: modes, needs, pairs turned down, and reasons without which the score would be lower."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import matchgraph as mg
from matchgraph.answers.instead.scoring import company
from matchgraph.answers.instead.wanted import Wanted
from matchgraph.errors import QuestionError
from matchgraph.graph.chance import Chance
from matchgraph.graph.graph import Graph
from tests.conftest import TODAY, WordEncoder, artifact, eight


def opened(rows: list[dict[str, object]], store: Path, hits: list[Path] | None = None) -> mg.MatchGraph:
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY, hits=hits or [])
    return mg.open(store, encoder=WordEncoder())


def generous(graph: mg.MatchGraph) -> mg.MatchGraph:
    """The same graph in a world where chance brings nothing together."""
    graph.snapshot = replace(graph.snapshot, scale=replace(graph.snapshot.scale, chance=np.array([-99.0])))
    return graph


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    return generous(opened(eight(), tmp_path_factory.mktemp("world")))


def points(item: object, kind: str) -> float:
    return sum(term.points for term in item.terms if term.kind == kind)


MAIL = ["sort mail into folders", "flag spam before anyone reads it", "answer letters politely"]


def clerks(does: list[str]) -> list[dict[str, object]]:
    return [artifact("clerk", "model", "Acme", MAIL), artifact("deputy", "model", "Beta", does), *eight()[2:]]


def test_without_the_capability_that_is_cited_the_score_is_lower(tmp_path: Path) -> None:
    does = ["flag spam before anyone reads it", "water the plants"]
    graph = generous(opened(clerks(does), tmp_path / "with"))
    graph.snapshot = replace(graph.snapshot, chance=Chance(np.array([0.9])))
    before = next(item for item in graph.recommend("clerk", k=8) if item.artifact_id == "deputy")
    (cited,) = [reason for reason in before.reasons if reason.kind == "pair"]
    assert does[0] in cited.text
    without = generous(opened(clerks(does[1:]), tmp_path / "without"))
    after = {item.artifact_id: item for item in without.recommend("clerk", k=8)}
    assert "deputy" not in after or after["deputy"].score < before.score
    if "deputy" in after:
        assert points(after["deputy"], "cover") < points(before, "cover")


def test_without_the_searches_that_are_cited_the_score_is_lower(tmp_path: Path) -> None:
    graph = generous(opened(eight(), tmp_path / "quiet"))
    searched = opened(eight(), tmp_path / "searched")
    for number, chosen in enumerate(["mail-sorter", "letter-sorter"] * 3):
        searched.record(
            query="tidy my mailbox", shown=["mail-sorter", "letter-sorter"], chosen=chosen, actor=f"a{number}"
        )
    mg.rebuild(pd.DataFrame(eight()), store=tmp_path / "searched", encoder=WordEncoder(), today=TODAY)
    busy = generous(mg.open(tmp_path / "searched", encoder=WordEncoder()))
    with_choices, without = (each.recommend("mail-sorter", k=1)[0] for each in (busy, graph))
    assert with_choices.artifact_id == without.artifact_id == "letter-sorter"
    (cited,) = [reason for reason in with_choices.reasons if reason.kind == "chosen"]
    assert cited.text == "both were chosen for 1 kind of search"
    assert cited.points == points(with_choices, "chosen") > 0
    assert points(without, "chosen") == 0
    assert with_choices.score > without.score


def test_what_replaces_is_judged_by_how_much_of_the_job_it_does(tmp_path: Path) -> None:
    rows = [
        artifact("narrow", "model", "Acme", MAIL[:1]),
        artifact("wide", "model", "Beta", [*MAIL, "water the plants", "paint the walls", "bake bread"]),
        *eight()[2:],
    ]
    graph = generous(opened(rows, tmp_path))
    replacing = {item.artifact_id: item for item in graph.recommend(to_replace="narrow", k=8)}
    liking = {item.artifact_id: item for item in graph.recommend("narrow", k=8)}
    assert points(replacing["wide"], "cover") > points(liking["wide"], "cover")
    back = {item.artifact_id: item for item in graph.recommend(to_replace="wide", k=8)}
    assert points(replacing["wide"], "cover") > points(back["narrow"], "cover")


def test_neither_of_a_pair_comes_back_but_what_does_the_job_of_both(tmp_path: Path) -> None:
    rows = [*eight(), artifact("post-robot", "model", "Zeta", ["sort mail into folders by topic", "flag spam mail"])]
    answer = generous(opened(rows, tmp_path)).recommend(neither=("mail-sorter", "letter-sorter"), k=3)
    assert answer[0].artifact_id == "post-robot"
    assert not {"mail-sorter", "letter-sorter"} & {item.artifact_id for item in answer}
    assert set(answer.like) == {"mail-sorter", "letter-sorter"}


def test_a_need_alone_is_answered_as_by_search(world: mg.MatchGraph) -> None:
    answer = world.recommend(need="sort mail into folders by topic", k=2)
    assert {item.artifact_id for item in answer} == {"mail-sorter", "letter-sorter"}
    for item in answer:
        assert [term.kind for term in item.terms if term.kind != "variety"] == ["need"]
        assert len(item.reasons) >= 2


@pytest.mark.parametrize("unlike", [[], ["mail-corpus"], ["photo-tagger", "mail-server-tool"]], ids=str)
def test_what_a_need_brings_answers_it_whatever_is_not_liked(world: mg.MatchGraph, unlike: list[str]) -> None:
    answer = world.recommend((), unlike, need="sort mail into folders by topic", k=8)
    assert {item.artifact_id for item in answer} == {"mail-sorter", "letter-sorter"}
    assert all(item.score > 0 for item in answer)
    assert answer.note is not None
    assert f"{len(answer)} found" in answer.note


def test_a_need_with_an_unlike_leaves_out_what_is_the_same_thing_and_keeps_what_else_answers(tmp_path: Path) -> None:
    rows = [
        artifact("unliked", "model", "Acme", [*MAIL, "water the plants"]),
        artifact("same-thing", "model", "Beta", [*MAIL, "water the garden plants"]),
        artifact("another", "model", "Gamma", [MAIL[0], "paint the walls", "bake bread"]),
        *eight()[2:],
    ]
    graph = opened(rows, tmp_path)
    found = [item.artifact_id for item in graph.recommend(need=MAIL[0], k=8)]
    assert set(found) == {"unliked", "same-thing", "another"}
    away = [item.artifact_id for item in graph.recommend((), "unliked", need=MAIL[0], k=8)]
    assert away == ["another"]


def test_a_need_that_only_the_unliked_answers_has_no_answer_and_says_so(tmp_path: Path) -> None:
    answer = opened(eight()[1:], tmp_path).recommend((), "letter-sorter", need="sort mail into folders by topic")
    assert not answer.items
    assert answer.note == "None found: nothing here answers the need, unlike letter-sorter."


def test_a_need_and_a_like_mix(world: mg.MatchGraph) -> None:
    alone = {item.artifact_id: item for item in world.recommend("image-labeller", k=8)}
    mixed = {item.artifact_id: item for item in world.recommend("image-labeller", need="find faces of people", k=8)}
    gained = {each: points(item, "need") for each, item in mixed.items()}
    assert max(gained, key=lambda each: gained[each]) == "photo-tagger"
    assert set(alone) <= set(mixed)


def test_beside_a_like_the_need_decides_between_those_that_do_the_same_job(tmp_path: Path) -> None:
    nearest = artifact("nearest", "model", "Beta", MAIL)
    able = artifact("able", "model", "Gamma", [*MAIL[:2], "read handwriting on envelopes"])
    graph = generous(opened([artifact("liked", "model", "Acme", MAIL), nearest, able, *eight()[2:]], tmp_path))
    assert graph.recommend("liked", k=1)[0].artifact_id == "nearest"
    assert graph.recommend("liked", need="read handwriting on envelopes", k=1)[0].artifact_id == "able"


def test_next_to_a_job_nothing_is_replaced_and_so_nothing_given_up(world: mg.MatchGraph) -> None:
    for item in generous(world).recommend("mail-sorter", mode="adjacent", k=8):
        kinds = {reason.kind for reason in item.reasons}
        assert "is" in kinds
        assert not {"lost", "perhaps", "differs", "gained"} & kinds
    found = {item.artifact_id: item for item in world.recommend("mail-sorter", mode="adjacent", k=8)}
    texts = [reason.text for reason in found["mail-corpus"].reasons]
    assert "is a dataset by Beta" in texts
    assert not any(text.startswith(("comes near in no", "gains", "gives up")) for text in texts)


def test_next_to_a_job_stands_what_it_is_declared_to_go_with(world: mg.MatchGraph) -> None:
    answer = world.recommend("mail-sorter", mode="adjacent", k=8)
    found = {item.artifact_id: item for item in answer}
    assert {"mail-corpus", "mail-server-tool"} <= set(found)
    (said,) = [reason.text for reason in found["mail-corpus"].reasons if reason.kind == "linked"]
    assert said == "declared: mail-sorter trained on mail-corpus"
    assert world.same_job("mail-sorter", "letter-sorter") < 0.5 or "letter-sorter" not in found


SHARED = "label photos with names of the objects seen"


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """Six strangers that share one capability with the image labeller, in a world where nothing is joined."""
    strangers = [
        artifact(f"stranger-{n}", "api", f"Maker {n}", [SHARED, *(f"q{n}{m} x{m}{n} z{n}{m}" for m in range(6))])
        for n in range(6)
    ]
    graph = opened([*eight(), *strangers], tmp_path_factory.mktemp("strange"))
    graph.snapshot = replace(
        graph.snapshot,
        chance=Chance(np.array([0.9])),
        scale=replace(graph.snapshot.scale, chance=np.array([99.0])),
        graph=Graph(partial(graph.snapshot.graph.edges.slice, 0, 0)),
    )
    return graph


def surprises(graph: mg.MatchGraph, seed: int = 0, **more: object) -> list[str]:
    return [item.artifact_id for item in graph.recommend("image-labeller", mode="surprise", seed=seed, k=3, **more)]


def test_a_surprise_shares_a_capability_from_elsewhere_and_comes_again_with_its_seed(strange: mg.MatchGraph) -> None:
    drawn = {seed: surprises(strange, seed) for seed in range(6)}
    assert all({each[:8] for each in found} == {"stranger"} for found in drawn.values())
    assert surprises(strange, 3) == drawn[3]


def test_over_some_seeds_everything_that_qualifies_comes_first_once(strange: mg.MatchGraph) -> None:
    assert len({surprises(strange, seed)[0] for seed in range(40)}) == 6


def test_where_no_capability_in_common_is_strong_nothing_is_drawn_and_the_note_says_what_came_nearest(
    strange: mg.MatchGraph,
) -> None:
    answer = strange.recommend("speech-writer", mode="surprise")
    assert not answer.items
    assert re.match(
        r"None found surprising enough: .* in common .* is '.*' of .* \(cosine 0\.\d\d; 0\.90 is wanted\)\.",
        str(answer.note),
    )


def test_a_surprise_that_conditions_or_a_need_keep_out_is_not_called_unsurprising(strange: mg.MatchGraph) -> None:
    outside = strange.recommend("image-labeller", mode="surprise", must=mg.where(type="dataset"))
    assert outside.note == "None found: 6 are surprising, but not within the conditions."
    need = "sort incoming mail into folders by topic"
    unanswered = strange.recommend("image-labeller", mode="surprise", need=need)
    assert unanswered.note == "None found: 6 are surprising, but none of them answers the need."


NAMED = [artifact(f"named-{n}", "model", "Acme", [f"paint {n} {n}{n} walls"]) for n in "ab"]


def test_of_a_maker_only_what_stands_in_the_list_counts(tmp_path: Path) -> None:
    third = artifact("third", "model", "Acme", MAIL[:2])
    graph = generous(opened([*eight()[2:], artifact("liked", "model", "Zeta", MAIL), *NAMED, third], tmp_path))
    answer = graph.recommend("liked", ["named-a", "named-b"], k=9)
    assert "third" in [item.artifact_id for item in answer]


def test_next_to_a_job_what_the_likeds_makers_make_counts_as_little(tmp_path: Path) -> None:
    third = artifact("third", "package", "Acme", ["bake bread"], links=[{"kind": "requires", "target": "named-a"}])
    graph = opened([*eight(), *NAMED, third], tmp_path)
    answer = graph.recommend(["named-a", "named-b"], mode="adjacent", k=9)
    assert "third" in [item.artifact_id for item in answer]


def test_a_surprise_is_not_near_to_what_is_not_liked(strange: mg.MatchGraph) -> None:
    likeness = strange.likeness.of(strange.snapshot.catalogue.place["stranger-2"])
    near = strange.snapshot.catalogue.place["stranger-4"]
    cut = replace(strange.snapshot.scale, chance=np.array([likeness[near] - 1e-6]))
    graph = mg.open(strange.store.path, encoder=WordEncoder())
    graph.snapshot = replace(strange.snapshot, scale=cut)
    without = {each for seed in range(9) for each in surprises(graph, seed, unlike="stranger-2")}
    assert not without & {"stranger-2", "stranger-4"}


def test_a_surprise_answers_the_need_where_one_is_stated(strange: mg.MatchGraph) -> None:
    assert surprises(strange, need="q31 x13 z31")[0] == "stranger-3"


def test_what_states_the_same_job_is_no_surprise(tmp_path: Path) -> None:
    rows = [artifact(name, "api", name, [SHARED, f"u{name} v{name}"], job=["labelling"]) for name in ("one", "two")]
    graph = opened([*eight()[3:], *rows, artifact("three", "api", "three", [SHARED, "w x y z"])], tmp_path)
    graph.snapshot = replace(
        graph.snapshot,
        chance=Chance(np.array([0.9])),
        scale=replace(graph.snapshot.scale, chance=np.array([99.0])),
        graph=Graph(partial(graph.snapshot.graph.edges.slice, 0, 0)),
    )
    assert [item.artifact_id for item in graph.recommend("one", mode="surprise")] == ["three"]


def test_the_same_thing_listed_twice_comes_once(tmp_path: Path) -> None:
    does = ["sort mail into folders", "flag spam"]
    twins = [artifact(f"twin-{end}", "model", f"Maker {end}", does, name="Twin") for end in "ab"]
    graph = generous(opened([artifact("liked", "model", "Acme", MAIL), *twins, *eight()[2:]], tmp_path))
    assert sum(item.artifact_id.startswith("twin") for item in graph.recommend("liked", k=8)) == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"need": "  "}, "an empty need"),
        ({"neither": ("mail-sorter", "sorter")}, "named twice"),
        ({"neither": ("mail-sorter",)}, "the two artifacts that were compared"),
        ({"like": "mail-sorter", "unlike": "sorter"}, "both liked and unliked"),
        ({"unlike": "sorter", "to_replace": "mail-sorter"}, "both liked and unliked"),
        ({"unlike": "sorter"}, "nothing liked: name at least one"),
        ({"need": "sort mail", "mode": "surprise"}, "surprise starts from something"),
    ],
    ids=str,
)
def test_what_cannot_be_answered_is_refused(world: mg.MatchGraph, asked: dict[str, object], said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        world.recommend(**asked)


@pytest.mark.parametrize("mode", ["same-job", "adjacent", "surprise"])
def test_alone_in_the_world_there_is_nothing_in_any_mode_and_the_note_says_so(tmp_path: Path, mode: str) -> None:
    answer = opened(eight()[:1], tmp_path).recommend("mail-sorter", mode=mode)
    assert not answer.items
    assert answer.note.startswith("None found")


def test_a_question_needs_something_to_start_from() -> None:
    with pytest.raises(QuestionError):
        Wanted(unlike=("a",))


closeness = st.floats(-1, 5)


@given(st.integers(1, 6), st.integers(1, 6), st.data())
def test_company_is_a_mean_of_closenesses(count: int, anchors: int, data: st.DataObject) -> None:
    draw = lambda size: np.array(data.draw(st.lists(closeness, min_size=size, max_size=size)))  # noqa: E731
    direct, known, between = draw(count), draw(anchors), draw(count * anchors).reshape(count, anchors)
    found = company(direct, known, between, np.zeros((count, anchors), bool))
    every = np.concatenate([direct, known, between.ravel()])
    assert ((found >= every.min() - 1e-9) & (found <= every.max() + 1e-9)).all()
