"""Recommend: another maker's, nearer than chance, away from what is not liked, and what would change."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.instead.scoring import DIFFERS
from matchgraph.answers.instead.swap import swap_of
from matchgraph.errors import QuestionError, UnknownArtifact
from matchgraph.graph.chance import Chance
from matchgraph.vectors.grid import LENGTH
from tests.conftest import TODAY, WordEncoder, artifact, eight

WORDS = [f"w{number:02d}" for number in range(30)]


def opened(rows: list[dict[str, object]], store: Path) -> mg.MatchGraph:
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """The small world, opened once: nothing here changes it."""
    return opened(eight(), tmp_path_factory.mktemp("world"))


def generous(graph: mg.MatchGraph) -> mg.MatchGraph:
    """The same graph in a world where chance brings nothing together, so that everything is nearer than chance."""
    freed = mg.open(graph.store.path, encoder=WordEncoder())
    freed.snapshot = replace(freed.snapshot, scale=replace(freed.snapshot.scale, chance=np.array([-99.0])))
    return freed


@pytest.fixture(scope="module")
def rows() -> list[dict[str, object]]:
    """Sixty artifacts of seven makers in six jobs; each eighth has no maker, each ninth no job."""
    dice = np.random.default_rng(11)
    jobs = [list(dice.choice(WORDS, 8, replace=False)) for _ in range(6)]
    made = []
    for number in range(60):
        does = [" ".join(dice.choice(jobs[number % 6], 4)) for _ in range(dice.integers(1, 4))]
        row = artifact(f"a{number:02d}", "model", f"Maker{dice.integers(7)}", does, job=[f"job {number % 6}"])
        dropped = {"maker"} if number % 8 == 0 else {"job"} if number % 9 == 0 else set()
        made.append({name: value for name, value in row.items() if name not in dropped})
    return made


@pytest.fixture(scope="module")
def crowd(rows: list[dict[str, object]], tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    return opened(rows, tmp_path_factory.mktemp("crowd"))


@pytest.fixture(scope="module")
def free_crowd(rows: list[dict[str, object]], tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """The same crowd, with chance out of the way."""
    return generous(opened(rows, tmp_path_factory.mktemp("free-crowd")))


QUESTIONS = [(["a01"], []), (["a07", "a13"], []), (["a02"], ["a08", "a14"]), (["a03", "a09", "a15"], ["a04"])]


@pytest.mark.parametrize(("like", "unlike"), QUESTIONS, ids=str)
def test_neither_the_liked_nor_the_unliked_nor_the_likeds_makers_come_back(
    free_crowd: mg.MatchGraph, like: list[str], unlike: list[str]
) -> None:
    makers = dict(zip(free_crowd.snapshot.catalogue.ids, free_crowd.snapshot.catalogue.texts("maker"), strict=True))
    answer = free_crowd.recommend(like, unlike, k=50)
    assert len(answer) > 2
    for item in answer:
        assert item.artifact_id not in {*like, *unlike}
        assert item.maker is None or item.maker not in {makers[each] for each in like}


def test_a_maker_written_otherwise_is_still_the_same_maker(tmp_path: Path) -> None:
    rows = [{**row, "maker": "ACME"} if row["artifact_id"] == "letter-sorter" else row for row in eight()]
    answer = generous(opened(rows, tmp_path)).recommend("mail-sorter", k=8)
    assert "letter-sorter" not in [item.artifact_id for item in answer]


@pytest.mark.parametrize(("like", "unlike"), QUESTIONS, ids=str)
def test_at_most_two_come_from_one_maker(free_crowd: mg.MatchGraph, like: list[str], unlike: list[str]) -> None:
    answer = free_crowd.recommend(like, unlike, k=50)
    counts = Counter(item.maker for item in answer if item.maker)
    assert max(counts.values()) <= 2
    assert unlike or max(counts.values()) == 2


def test_nothing_comes_back_that_chance_explains(crowd: mg.MatchGraph) -> None:
    catalogue, scale = crowd.snapshot.catalogue, crowd.snapshot.scale
    jobs = dict(zip(catalogue.ids, catalogue.texts("job"), strict=True))
    found = 0
    for place, artifact_id in enumerate(catalogue.ids):
        likeness, walked = crowd.likeness.of(place), crowd.held.walks.shares([place])
        for item in crowd.recommend(artifact_id, k=50):
            at = catalogue.place[item.artifact_id]
            joined = set(jobs[artifact_id]) & set(jobs[item.artifact_id]) or walked[at] > 0
            assert likeness[at] >= scale.cut(0.05 if joined else 0.01)
            found += 1
    assert found > 20


def test_what_states_another_job_is_not_recommended(free_crowd: mg.MatchGraph) -> None:
    catalogue = free_crowd.snapshot.catalogue
    jobs = dict(zip(catalogue.ids, catalogue.texts("job"), strict=True))
    for artifact_id in catalogue.ids:
        for item in free_crowd.recommend(artifact_id, k=50):
            both = jobs[artifact_id], jobs[item.artifact_id]
            assert not all(both) or set(both[0]) & set(both[1])


def test_nothing_stands_both_for_the_same_job_and_next_to_it(free_crowd: mg.MatchGraph) -> None:
    beside = 0
    for artifact_id in free_crowd.snapshot.catalogue.ids:
        same, adjacent = (
            {item.artifact_id for item in free_crowd.recommend(artifact_id, mode=mode, k=50)}
            for mode in ("same-job", "adjacent")
        )
        assert not same & adjacent
        beside += len(adjacent)
    assert beside > 20


def test_a_model_is_not_replaced_by_a_dataset(world: mg.MatchGraph) -> None:
    types = {item.type for item in generous(world).recommend("speech-writer", k=8)}
    assert types
    assert "dataset" not in types


def test_the_order_is_that_of_the_score_and_a_shorter_list_is_a_prefix(free_crowd: mg.MatchGraph) -> None:
    for like, unlike in QUESTIONS:
        ten = free_crowd.recommend(like, unlike, k=10).items
        assert [item.score for item in ten] == sorted((item.score for item in ten), reverse=True)
        assert free_crowd.recommend(like, unlike, k=3).items == ten[:3]


NEARNESS = ("whole", "cover", "words", "shelf", "company")


def near(item: object, names: tuple[str, ...] = NEARNESS) -> float:
    return sum(term.points for term in item.terms if term.kind in names)


def test_the_terms_add_up_to_the_score(free_crowd: mg.MatchGraph) -> None:
    for like, unlike in QUESTIONS:
        for item in free_crowd.recommend(like, unlike, k=50):
            assert item.score == pytest.approx(sum(term.points for term in item.terms), abs=1e-5)
            assert len(item.reasons) >= 2


def test_several_likes_are_averaged(free_crowd: mg.MatchGraph) -> None:
    one, other, both = (
        {item.artifact_id: near(item) for item in free_crowd.recommend(like, k=50)}
        for like in ("a07", "a13", ["a07", "a13"])
    )
    seen = set(one) & set(other) & set(both)
    assert seen
    for artifact_id in seen:
        assert both[artifact_id] == pytest.approx((one[artifact_id] + other[artifact_id]) / 2, abs=1e-4)


def test_an_unlike_only_takes_away(free_crowd: mg.MatchGraph) -> None:
    before = {item.artifact_id: item for item in free_crowd.recommend("a02", k=50)}
    after = {item.artifact_id: item for item in free_crowd.recommend("a02", ["a08"], k=50)}
    seen = Counter()
    for artifact_id in set(before) & set(after):
        taken = near(after[artifact_id], ("unlike",))
        assert taken <= 0
        assert near(after[artifact_id]) == pytest.approx(near(before[artifact_id]), abs=1e-5)
        seen[taken < 0] += 1
    assert seen[True] > 0


def test_what_is_unrelated_never_wins_by_being_far_from_the_unliked(free_crowd: mg.MatchGraph) -> None:
    related = {item.artifact_id for item in free_crowd.recommend("a02", k=50)}
    for unlike in (["a08"], ["a08", "a14"], ["a03"]):
        assert {item.artifact_id for item in free_crowd.recommend("a02", unlike, k=50)} <= related


def test_of_several_unliked_the_nearest_counts(free_crowd: mg.MatchGraph) -> None:
    taken = [
        {item.artifact_id: near(item, ("unlike",)) for item in free_crowd.recommend("a02", unlike, k=50)}
        for unlike in (["a08"], ["a05"], ["a08", "a05"])
    ]
    seen = set(taken[0]) & set(taken[1]) & set(taken[2])
    assert seen
    for artifact_id in seen:
        one, other, both = (each[artifact_id] for each in taken)
        assert both == pytest.approx(min(one, other), abs=1e-5)


def test_of_two_that_share_as_much_the_one_near_the_unliked_falls_behind(tmp_path: Path) -> None:
    rows = [
        artifact("liked", "model", "Acme", ["sort mail into folders", "flag spam"]),
        artifact("sorter", "model", "Beta", ["sort mail into folders", "paint walls"]),
        artifact("flagger", "model", "Gamma", ["flag spam", "bake bread"]),
        artifact("unliked", "model", "Delta", ["bake bread", "flag spam"]),
        artifact("far", "model", "Epsilon", ["write down speech"]),
    ]
    graph = generous(opened(rows, tmp_path))
    scores = {item.artifact_id: item.score for item in graph.recommend("liked", k=5)}
    away = {item.artifact_id: item.score for item in graph.recommend("liked", "unliked", k=5)}
    assert away["sorter"] == pytest.approx(scores["sorter"], abs=0.5 * scores["sorter"])
    assert "flagger" not in away  # nearer to what is not liked than to what is: nothing of it is left


def test_conditions_must_be_met(free_crowd: mg.MatchGraph) -> None:
    answer = free_crowd.recommend("a01", must=mg.where(maker=("Maker1", "maker2")), k=50)
    assert answer.items
    assert {item.maker for item in answer} <= {"Maker1", "Maker2"}


def test_a_condition_leaves_every_term_but_variety(free_crowd: mg.MatchGraph) -> None:
    every = {item.artifact_id: item for item in free_crowd.recommend("a01", k=50)}
    answer = free_crowd.recommend("a01", must=mg.where(maker=("Maker1", "Maker2")), k=50)
    assert answer.items
    for item in answer:
        if item.artifact_id in every:
            assert near(item) == near(every[item.artifact_id])
            assert near(item, ("walk",)) == near(every[item.artifact_id], ("walk",))


def test_the_note_does_not_blame_chance_for_what_a_condition_took_out(world: mg.MatchGraph) -> None:
    assert generous(world).recommend("mail-sorter", k=1)[0].artifact_id == "letter-sorter"
    answer = world.recommend("mail-sorter", must=mg.where(pricing="paid", type="api"))
    assert not answer.items
    assert not re.match(
        r"(Nothing here|Only 0) by (another maker|other makers) .* than chance does\.", answer.note or ""
    )


def test_the_note_does_not_blame_chance_for_the_third_of_one_maker(tmp_path: Path) -> None:
    does = ["sort mail into folders", "flag spam"]
    copies = [artifact(f"copy-{number}", "model", "Beta", does, job=["mail"]) for number in range(3)]
    rows = [artifact("liked", "model", "Acme", does, job=["mail"]), *copies]
    answer = generous(opened(rows, tmp_path)).recommend("liked")
    assert len(answer) == 2
    assert not re.match(r"Only 2 by other makers .* than chance does\.", answer.note or "")


def test_a_full_list_has_no_note(free_crowd: mg.MatchGraph) -> None:
    assert free_crowd.recommend("a01", k=3).note is None


def test_each_item_says_what_is_shared_what_differs_and_what_is_given_up(world: mg.MatchGraph) -> None:
    graph = generous(world)
    graph.snapshot = replace(graph.snapshot, chance=Chance(np.array([0.9])))
    item = graph.recommend("mail-sorter", k=1)[0]
    assert item.artifact_id == "letter-sorter"
    assert item.shares == ("flag spam",)
    assert item.lacks == ("sort incoming",)
    assert item.differs == (
        "maker Beta instead of Acme",
        "license GPL-3.0-only instead of MIT",
        "parameters 5,000,000 instead of 1,000,000",
    )
    (differs,) = [reason for reason in item.reasons if reason.kind == "differs"]
    assert differs.points == pytest.approx(3 * DIFFERS)
    texts = [reason.text for reason in item.reasons]
    assert "the same job: mail sorting" in texts
    assert "comes near in: flag spam mail before anyone reads it (as: flag spam before anyone reads the mail)" in texts
    assert "gives up: sort incoming mail into folders by topic" in texts
    assert "gains: sort mail into folders by topic of the letter" in texts


def test_what_differs_from_another_of_those_liked_is_named_with_the_fact(tmp_path: Path) -> None:
    does = ["sort mail into folders", "flag spam"]
    twin = artifact("twin", "model", "Beta", does, license="MIT")
    one = artifact("one", "model", "Acme", [*does, "answer letters politely"], license="MIT")
    other = artifact("other", "model", "Acme", ["sort photos into folders"], license="Apache-2.0")
    rows = [{**each, "maker": None} for each in (twin, one, other)] + eight()[2:]
    (item, *_) = generous(opened(rows, tmp_path)).recommend(["one", "other"])
    (told,) = [reason for reason in item.reasons if reason.kind == "differs"]
    assert (item.artifact_id, item.differs) == ("twin", ())
    assert told.text == "differs from Other in license MIT instead of Apache-2.0"
    assert told.points == pytest.approx(DIFFERS / 2)


def test_shared_and_lacking_are_what_a_swap_keeps_and_gives_up(free_crowd: mg.MatchGraph) -> None:
    snapshot = free_crowd.snapshot
    for item in free_crowd.recommend("a01", k=50):
        swap = swap_of(snapshot, snapshot.catalogue.place["a01"], snapshot.catalogue.place[item.artifact_id])
        assert item.shares == tuple(pair.right.name for pair in swap.kept)
        assert item.lacks == tuple(ability.name for ability in swap.lost)


def test_what_comes_near_in_no_capability_is_said_to_stand_apart(tmp_path: Path) -> None:
    graph = generous(opened(eight(), tmp_path))
    answer = graph.recommend("mail-sorter", k=8)
    for item in answer:
        swap = swap_of(graph.snapshot, *map(graph.snapshot.catalogue.place.get, ("mail-sorter", item.artifact_id)))
        assert item.apart == (not swap.kept and not swap.perhaps)
        assert item.apart == ("comes near in no single capability" in [reason.text for reason in item.reasons])
    apart = sum(item.apart for item in answer)
    assert 0 < apart < len(answer)
    assert answer.note.startswith(f"{len(answer)} found: nearer than chance, {apart} of them in no single capability,")


def test_recommend_and_like_but_say_the_same_of_the_same_two(free_crowd: mg.MatchGraph) -> None:
    kinds = ("kept", "perhaps", "lost", "gained")
    swaps = {item.artifact_id: item for item in free_crowd.like_but("a01", must=mg.where(type="model"), k=50)}
    both = [item for item in free_crowd.recommend("a01", k=50) if item.artifact_id in swaps]
    assert both
    for item in both:
        said, as_swap = (
            [reason.text for reason in each.reasons if reason.kind in kinds] for each in (item, swaps[item.artifact_id])
        )
        assert said == as_swap


def test_what_is_called_otherwise_is_named_as_well(world: mg.MatchGraph) -> None:
    graph = generous(world)
    graph.snapshot = replace(graph.snapshot, chance=Chance(np.array([0.1])))
    item = graph.recommend("mail-sorter", k=1)[0]
    (kept,) = [reason.text for reason in item.reasons if reason.kind == "kept"]
    assert kept == (
        "comes near in: flag spam mail before anyone reads it (as: flag spam before anyone reads the mail); "
        "sort incoming mail into folders by topic (as: sort mail into folders by topic of the letter)"
    )


def test_what_is_unknown_is_no_difference(world: mg.MatchGraph) -> None:
    for artifact_id in world.snapshot.catalogue.ids:
        for item in generous(world).recommend(artifact_id, k=8):
            assert not any("unknown" in each or "None" in each for each in item.differs)


@pytest.mark.parametrize("like", ["mail-sorter", ["mail-sorter"], ("Mail Sorter", "sorter", "mail-sorter")])
def test_one_artifact_by_any_of_its_names_is_liked_once(world: mg.MatchGraph, like: str | list[str]) -> None:
    answer = world.recommend(like)
    assert answer.like == ("mail-sorter",)
    assert answer.items == world.recommend("mail-sorter").items


def test_the_same_artifact_liked_and_unliked_is_refused(world: mg.MatchGraph) -> None:
    with pytest.raises(QuestionError, match="mail-sorter is both liked and unliked"):
        world.recommend(["mail-sorter", "photo-tagger"], unlike=["sorter"])


@pytest.mark.parametrize("like", [[], ()])
def test_nothing_liked_is_refused(world: mg.MatchGraph, like: list[str]) -> None:
    with pytest.raises(QuestionError, match="nothing liked: name at least one"):
        world.recommend(like)


def test_an_unknown_mode_is_refused_with_those_there_are(world: mg.MatchGraph) -> None:
    with pytest.raises(QuestionError, match=r"no mode 'sideways': wanted one of .*same-job"):
        world.recommend("mail-sorter", mode="sideways")


def test_an_unknown_name_is_refused_on_either_side(world: mg.MatchGraph) -> None:
    with pytest.raises(UnknownArtifact, match="no artifact 'nobody'"):
        world.recommend(["mail-sorter", "nobody"])
    with pytest.raises(UnknownArtifact, match="no artifact 'nobody'"):
        world.recommend("mail-sorter", "nobody")


@pytest.mark.parametrize("k", [0, -1, 1001])
def test_k_out_of_range_is_refused(world: mg.MatchGraph, k: int) -> None:
    with pytest.raises(QuestionError, match=f"k is {k}: wanted 1 to 1000"):
        world.recommend("mail-sorter", k=k)


def test_a_lonely_artifact_has_nothing_instead_and_says_so(tmp_path: Path) -> None:
    answer = opened(eight()[:1], tmp_path).recommend("mail-sorter")
    assert not answer.items
    assert answer.note


def test_what_is_preferred_comes_first_and_nothing_is_lost(free_crowd: mg.MatchGraph) -> None:
    plain = free_crowd.recommend("a01", k=50)
    makers = [item.maker for item in plain if item.maker]
    answer = free_crowd.recommend("a01", prefer=mg.where(maker=makers[-1]), k=50)
    liked = [item for item in answer if item.maker == makers[-1]]
    assert list(answer)[: len(liked)] == liked
    assert {item.artifact_id for item in answer} == {item.artifact_id for item in plain}
    before = {item.artifact_id: near(item) for item in plain}
    assert all(near(item) == before[item.artifact_id] for item in answer)


def test_of_several_preferences_each_is_answered_for_each_item(tmp_path: Path) -> None:
    does = ["sort mail into folders", "flag spam"]
    rows = [
        artifact("liked", "model", "Acme", does),
        artifact("open", "model", "Beta", does, license="MIT", facts={"stars": 5}),
        artifact("closed", "model", "Gamma", does, license="proprietary", facts={"stars": 2000}),
        artifact("silent", "model", "Delta", does),
    ]
    graph = generous(opened(rows, tmp_path))
    answer = graph.recommend("liked", prefer=mg.where(license="permissive", at_least={"stars": 1000}), k=3)
    said = {item.artifact_id: [each.text for each in item.reasons if each.kind == "prefers"] for item in answer}
    assert said == {
        "open": ["prefers license permissive: met", "prefers stars at least 1,000: not met (5)"],
        "closed": ["prefers license permissive: not met (proprietary)", "prefers stars at least 1,000: met"],
        "silent": ["prefers license permissive: license not stated", "prefers stars at least 1,000: stars not stated"],
    }
    assert answer[2].artifact_id == "silent"


def test_what_is_like_one_above_loses_by_it_across_wishes_too(tmp_path: Path) -> None:
    does = ["sort mail into folders", "flag spam"]
    rows = [
        artifact("liked", "model", "Acme", does),
        artifact("wished", "model", "Beta", [*does, "print labels"], license="MIT"),
        artifact("other", "model", "Gamma", [*does, "print labels on parcels"]),
        *eight()[4:],
    ]
    graph = generous(opened(rows, tmp_path))
    first, second, *_ = graph.recommend("liked", prefer=mg.where(license="MIT"), k=3)
    assert (first.artifact_id, second.artifact_id) == ("wished", "other")
    assert [term.points < 0 for term in second.terms if term.kind == "variety"] == [True]


def test_to_prefer_nothing_changes_nothing(free_crowd: mg.MatchGraph) -> None:
    assert free_crowd.recommend("a01", prefer=mg.where()) == free_crowd.recommend("a01")


def test_a_preference_that_nothing_here_could_meet_is_refused(free_crowd: mg.MatchGraph) -> None:
    with pytest.raises(QuestionError, match=r"states the maker 'maker9'\. Did you mean Maker"):
        free_crowd.recommend("a01", prefer=mg.where(maker="Maker9"))


def test_an_empty_list_says_what_left_it_empty(world: mg.MatchGraph, tmp_path: Path) -> None:
    alone = opened(eight()[:1], tmp_path / "alone").recommend("mail-sorter")
    assert alone.note == "None found: there is nothing of that kind by another maker here."
    strict = world.recommend("mail-sorter", must=mg.where(maker="Gamma", pricing="free"))
    assert strict.note == "None found: 1 comes near enough, but not within the conditions."
    strange = world.recommend("speech-writer")
    assert strange.note.startswith("None found: nothing by another maker is known to do the same job. The nearest is ")
    assert strange.note.endswith("% of chance pairs are as alike.")


def test_a_need_of_random_letters_is_answered_by_nothing(world: mg.MatchGraph) -> None:
    for answer in (world.recommend(need="qwlrk zzvxt"), world.recommend("mail-sorter", need="qwlrk zzvxt")):
        assert len(answer) == 0
        assert "than random letters do" in str(answer)


def test_what_is_printed_of_an_item_ends_with_the_points_that_add_up_to_its_score(world: mg.MatchGraph) -> None:
    answer = world.recommend("mail-sorter")
    printed = [line.strip() for line in answer.lines() if line.strip().startswith(("+", "-"))]
    assert len(printed) == len(answer)
    assert not any(" +0.00" in f" {line}" or "-0.00" in line for line in printed)
    for line, item in zip(printed, answer, strict=True):
        assert sum(float(part.split()[0]) for part in line.split(", ")) == pytest.approx(item.score, abs=0.05)


def test_one_licence_in_two_spellings_is_no_difference(tmp_path: Path) -> None:
    rows = eight()
    by_id = {str(row["artifact_id"]): row for row in rows}
    by_id["mail-sorter"]["license"], by_id["letter-sorter"]["license"] = "Apache-2.0", "Apache 2.0"
    found = {item.artifact_id: item for item in opened(rows, tmp_path).recommend("mail-sorter")}
    assert not any("license" in said for said in found["letter-sorter"].differs)


@pytest.mark.parametrize("names", [3, [None], None])
def test_names_that_are_no_texts_are_refused(world: mg.MatchGraph, names: object) -> None:
    with pytest.raises(QuestionError, match="wanted an id, name or alias, or several"):
        world.recommend(names)  # type: ignore[arg-type]


def test_conditions_of_another_form_are_refused(world: mg.MatchGraph) -> None:
    with pytest.raises(QuestionError, match=r"wanted some like mg\.where"):
        world.recommend("mail-sorter", must={"license": "MIT"})  # type: ignore[arg-type]


def test_a_shelf_is_no_ability_that_is_shared_gained_or_given_up(tmp_path: Path) -> None:
    jobs = [["sort letters by topic", "flag spam in letters"], ["sort letters by sender", "print letters on paper"]]
    rows = [
        artifact(name, "app", name, [*does, "office things"], tags=["Office things"])
        for name, does in zip(("one", "two"), jobs, strict=True)
    ]
    graph = generous(opened([*eight(), *rows], tmp_path))
    found = {item.artifact_id: item for item in graph.recommend("one", k=9)}
    assert "two" in found
    for item in found.values():
        cited = " ".join(reason.text for reason in item.reasons if reason.kind in ("kept", "pair", "gained", "lost"))
        assert "office things" not in cited
        assert "office things" not in (*item.shares, *item.lacks)
    swap = graph.like_but("one", must=mg.where(type="app"), k=9)
    assert "office things" not in " ".join(reason.text for item in swap for reason in item.reasons)


def test_the_strongest_ability_in_common_is_the_nearest_pair_and_the_same_either_way(crowd: mg.MatchGraph) -> None:
    closeness, catalogue = crowd.held.closeness, crowd.snapshot.catalogue
    every, rows = np.arange(len(catalogue)), closeness.likeness.rows.astype(np.int64)
    for place in (0, 7, 31):
        found = closeness.strongest(place, every)
        for other in every:
            pairs = rows[catalogue.abilities(place)] @ rows[catalogue.abilities(int(other))].T
            assert found[other] == pytest.approx(min(pairs.max() / LENGTH**2, 1))
            assert closeness.strongest(int(other), np.array([place]))[0] == found[other]
