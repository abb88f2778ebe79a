"""Search: the terms add up, nobody is overlooked, and a filter changes who may answer but never a score."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.asking import parts_of
from matchgraph.answers.where import Where
from matchgraph.catalogue.records import Artifact
from matchgraph.errors import QuestionError
from matchgraph.vectors.grid import LENGTH, to_grid
from matchgraph.vectors.texts import texts_of
from tests.conftest import TODAY, WordEncoder, artifact, eight

COUNT = 120
WORDS = [f"w{number:02d}" for number in range(60)]
LICENSES = ["MIT", "Apache-2.0", "GPL-3.0-only", "CC-BY-NC-4.0", "proprietary", None]


class StrictEncoder(WordEncoder):
    """Takes only text that can be written as UTF-8, as real tokenizers do."""

    def _vector(self, text: str) -> np.ndarray:
        text.encode("utf-8")
        return super()._vector(text)


def opened(rows: list[dict[str, object]], store: Path) -> mg.MatchGraph:
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


def said(dice: np.random.Generator, words: int) -> str:
    return " ".join(dice.choice(WORDS, words))


def random_row(dice: np.random.Generator, number: int) -> dict[str, object]:
    stars = {"stars": int(dice.integers(1000))} if dice.random() < 0.6 else {}
    return artifact(
        f"a{number:03d}",
        str(dice.choice(["model", "dataset", "api"])),
        str(dice.choice(["Acme", "Beta", "Gamma"])),
        [said(dice, 6) for _ in range(dice.integers(1, 9))],
        license=LICENSES[dice.integers(len(LICENSES))],
        pricing=str(dice.choice(["free", "freemium", "paid", "unknown"])),
        job=[said(dice, 2)] if dice.random() < 0.5 else [],
        facts=stars,
    )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """The small world, opened once: nothing here changes it."""
    return opened(eight(), tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """A hundred and twenty random artifacts of up to eight capabilities."""
    dice = np.random.default_rng(0)
    return opened([random_row(dice, number) for number in range(COUNT)], tmp_path_factory.mktemp("crowd"))


def queries(count: int) -> list[str]:
    """Random queries; every third in two sentences, every fifth with a word that nobody says."""
    dice = np.random.default_rng(1)
    asked = []
    for number in range(count):
        query = said(dice, int(dice.integers(1, 7)))
        if number % 3 == 0:
            query = f"{said(dice, 4)}. {said(dice, 5)}."
        asked.append(query + " unheardof" if number % 5 == 0 else query)
    return asked


def by_hand(graph: mg.MatchGraph, query: str) -> dict[str, float]:
    """The score of every artifact, one at a time, straight from the formula."""
    catalogue, texts = graph.snapshot.catalogue, texts_of(graph.snapshot.catalogue)
    asked = to_grid(np.stack([WordEncoder()._vector(part) for part in parts_of(query)])).astype(float)
    cosines = asked @ graph.snapshot.vectors.grid.astype(float).T / LENGTH**2
    shares = graph.scorer.words.shares(query)
    scores = {}
    for place, artifact_id in enumerate(catalogue.ids):
        own = np.flatnonzero(texts.owner == place)
        is_whole = (own >= texts.capabilities) & (own < texts.capabilities + texts.wholes)
        fits = [0.4 * row[own[is_whole]][0] + 0.6 * row[own[~is_whole]].max() for row in cosines]
        fit = (fits[0] + max(fits[1:])) / 2 if len(fits) > 1 else fits[0]
        scores[artifact_id] = fit + 2.25 * shares[place] / (1 + shares.max() / 0.22)
    return scores


@pytest.mark.parametrize("query", ["sort incoming mail into folders", "photos. Write down recorded speech as text."])
def test_points_of_the_reasons_add_up_to_the_score(world: mg.MatchGraph, query: str) -> None:
    answer = world.search(query)
    assert len(answer)
    for item in answer:
        assert sum(reason.points or 0.0 for reason in item.reasons) == pytest.approx(item.score, abs=1e-9)


def test_reasons_come_largest_first_and_name_what_matched(world: mg.MatchGraph) -> None:
    first = world.search("sort incoming mail into folders by topic")[0]
    points = [reason.points for reason in first.reasons]
    assert points == sorted(points, reverse=True)
    assert first.capability == "sort incoming mail into folders by topic"
    assert "can: sort incoming mail into folders by topic" in [reason.text for reason in first.reasons]


def test_words_given_as_a_reason_are_said_by_both(world: mg.MatchGraph) -> None:
    answer = world.search("sort incoming mail and paint walls")
    texts = [reason.text for reason in answer[0].reasons if reason.kind == "words"]
    assert texts == ["words in common: incoming, sort, mail"]


def test_no_artifact_is_overlooked(crowd: mg.MatchGraph) -> None:
    for query in queries(30):
        scores = by_hand(crowd, query)
        expected = sorted(scores, key=lambda artifact_id: (-round(scores[artifact_id], 9), artifact_id))
        answer = crowd.search(query, k=COUNT)
        if scores[expected[0]] < crowd.snapshot.floor:
            assert not answer.items
            continue
        assert [item.artifact_id for item in answer] == expected
        assert [item.score for item in answer] == pytest.approx([scores[each] for each in expected], abs=1e-9)


@pytest.mark.parametrize("conditions", [None, mg.where(type="model"), mg.where(maker="Beta", pricing=("free", "paid"))])
def test_a_shorter_list_is_a_prefix_of_a_longer_one(crowd: mg.MatchGraph, conditions: Where | None) -> None:
    for query in queries(10):
        ten = crowd.search(query, k=10, where=conditions).items
        assert crowd.search(query, k=5, where=conditions).items == ten[:5]
        assert crowd.search(query, k=3, where=conditions).items == ten[:3]


def stars(each: Artifact) -> float:
    return (each.facts["stars"].number if "stars" in each.facts else None) or float("nan")


FILTERS: list[tuple[Where, Callable[[Artifact], bool]]] = [
    (mg.where(type="model"), lambda each: each.type == "model"),
    (mg.where(type=["model", "api"]), lambda each: each.type in ("model", "api")),
    (mg.where(license="mit"), lambda each: each.license == "MIT"),
    (mg.where(license="permissive"), lambda each: each.license in ("MIT", "Apache-2.0")),
    (mg.where(license=("copyleft", "Proprietary")), lambda each: each.license in ("GPL-3.0-only", "proprietary")),
    (mg.where(pricing="paid"), lambda each: each.pricing == "paid"),
    (mg.where(maker="beta"), lambda each: each.maker == "Beta"),
    (mg.where(at_least={"stars": 500}), lambda each: stars(each) >= 500),
    (mg.where(at_most={"stars": 499.5}), lambda each: stars(each) <= 499.5),
    (mg.where(at_least={"stars": 300}, at_most={"stars": 700}), lambda each: 300 <= stars(each) <= 700),
    (
        mg.where(type="model", license="permissive", at_least={"stars": 100}),
        lambda each: each.type == "model" and each.license in ("MIT", "Apache-2.0") and stars(each) >= 100,
    ),
]


@pytest.mark.parametrize(("conditions", "meets"), FILTERS)
def test_a_filter_takes_out_the_others_and_leaves_every_score(
    crowd: mg.MatchGraph, conditions: Where, meets: Callable[[Artifact], bool]
) -> None:
    met = {each.artifact_id for each in crowd.snapshot.catalogue if meets(each)}
    assert 0 < len(met) < COUNT
    for query in queries(6):
        every = [item for item in crowd.search(query, k=COUNT) if item.artifact_id in met]
        assert list(crowd.search(query, k=10, where=conditions)) == every[:10]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (mg.where(type=("model", "api")), mg.where(type=["api", "model"])),
        (mg.where(maker="Acme"), mg.where(maker="ACME")),
        (mg.where(license="permissive"), mg.where(license=("apache-2.0", "mit"))),
        (mg.where(at_least={"stars": 7}), mg.where(at_least={"stars": 7.0})),
        (mg.where(), None),
    ],
)
def test_equal_filters_give_equal_results(crowd: mg.MatchGraph, one: Where, other: Where | None) -> None:
    for query in queries(5):
        assert crowd.search(query, where=one).items == crowd.search(query, where=other).items


def test_an_artifact_of_endless_capabilities_does_not_crowd_out_the_others(tmp_path: Path) -> None:
    giant = artifact("giant", "model", "Acme", [f"mail sorter number {number}" for number in range(500)])
    small = [artifact(f"painter-{number}", "model", "Beta", [f"paint wall{number}"]) for number in range(9)]
    graph = opened([giant, *small], tmp_path)
    assert len(graph.search("mail", k=5)) == 5
    assert len(graph.search("mail", k=5, where=mg.where(type="model"))) == 5


def test_a_name_asked_for_exactly_comes_first(world: mg.MatchGraph, crowd: mg.MatchGraph) -> None:
    for graph in (world, crowd):
        for each in list(graph.snapshot.catalogue)[:20]:
            assert graph.search(each.name, k=1)[0].artifact_id == each.artifact_id


def test_two_wishes_in_two_sentences_both_find_their_artifact(world: mg.MatchGraph) -> None:
    answer = world.search("Sort incoming mail into folders. Write down recorded speech as text.", k=2)
    assert {item.artifact_id for item in answer} == {"mail-sorter", "speech-writer"}


def test_each_sentence_is_matched_by_its_own_capability(world: mg.MatchGraph) -> None:
    answer = world.search("Sort incoming mail into folders. Write down recorded speech as text.", k=2)
    matched = {item.artifact_id: item.capability for item in answer}
    assert matched["speech-writer"] == "write down recorded speech as text"


def random_letters(count: int) -> list[str]:
    dice = np.random.default_rng(2)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    return [" ".join("".join(dice.choice(letters, dice.integers(3, 9))) for _ in range(3)) for _ in range(count)]


def test_random_letters_match_nothing(world: mg.MatchGraph) -> None:
    answers = [world.search(query) for query in random_letters(50)]
    assert sum(not answer.items for answer in answers) >= 47  # one in a hundred may pass
    assert all((answer.note or "").startswith("No match") for answer in answers if not answer.items)


def test_random_letters_match_nothing_under_a_filter_too(world: mg.MatchGraph) -> None:
    for query in random_letters(50):
        filtered = world.search(query, where=mg.where(type="dataset"))
        assert bool(filtered.items) == bool(world.search(query).items)


def test_a_filter_that_leaves_only_poor_answers_still_gives_them(world: mg.MatchGraph) -> None:
    answer = world.search("sort incoming mail into folders by topic", where=mg.where(maker="Gamma"))
    assert {item.artifact_id for item in answer} == {"photo-tagger", "photo-corpus"}
    assert all(item.score < world.snapshot.floor for item in answer)
    assert (answer.note or "").startswith("Nothing that meets the conditions comes nearer")
    assert answer.lines()[:2] == [answer.query, answer.note]
    assert world.search(answer.query, where=mg.where(maker="Acme")).note is None


def test_a_filter_that_nobody_meets_is_named_as_the_cause(world: mg.MatchGraph) -> None:
    answer = world.search("sort mail", where=mg.where(maker="Gamma", type="api"))
    assert not answer.items
    assert answer.note == "No artifact here meets the conditions."


@pytest.mark.parametrize("k", ["3", 2.5, None, True, 3.0])
def test_a_k_that_is_no_whole_number_is_refused_by_every_list(world: mg.MatchGraph, k: object) -> None:
    for ask in (world.search, world.similar, world.recommend):
        with pytest.raises(QuestionError, match=re.escape(f"k is {k!r}: wanted 1 to 1000.")):
            ask("mail-sorter", k=k)


def test_a_k_of_numpy_is_a_k(world: mg.MatchGraph) -> None:
    assert len(world.search("sort mail", k=np.int64(2))) == 2


@pytest.mark.parametrize("query", [None, 5, ["sort mail"], b"sort mail"])
def test_a_query_that_is_no_text_is_refused(world: mg.MatchGraph, query: object) -> None:
    with pytest.raises(QuestionError, match=re.escape(f"the query is {query!r}: wanted a text.")):
        world.search(query)


@pytest.mark.parametrize("conditions", [{"type": "model"}, {}, "model"], ids=str)
def test_conditions_of_another_form_are_refused_with_an_example(world: mg.MatchGraph, conditions: object) -> None:
    with pytest.raises(QuestionError, match=r"the conditions are .*: wanted some like mg\.where\(type='model'\)"):
        world.search("sort mail", where=conditions)


@pytest.mark.parametrize("k", [0, -1, 1001])
def test_k_out_of_range_is_refused(world: mg.MatchGraph, k: int) -> None:
    with pytest.raises(QuestionError, match=rf"k is {k}: wanted 1 to 1000"):
        world.search("sort mail", k=k)


def test_k_beyond_the_catalogue_gives_all_of_it(world: mg.MatchGraph) -> None:
    assert len(world.search("sort mail", k=1000)) == 8


@pytest.mark.parametrize("query", ["", "   ", "\n\t"])
def test_an_empty_query_is_refused(world: mg.MatchGraph, query: str) -> None:
    with pytest.raises(QuestionError, match="an empty query"):
        world.search(query)


@pytest.mark.parametrize(
    "query",
    ["sort mail " * 10_000, "x" * 100_000, "Sort mail into folders. " * 4_000, "sort\0mail into folders", "?!", "\0"],
    ids=["words", "one word", "sentences", "NUL", "marks", "only NUL"],
)
def test_an_odd_query_gets_an_answer(world: mg.MatchGraph, query: str) -> None:
    answer = world.search(query)
    assert answer.items or (answer.note or "").startswith("No match")
    json.dumps(answer.to_dict(), allow_nan=False)


@pytest.mark.parametrize("query", ["\ud800 sort mail into folders", "sort mail into folders \udcff"])
def test_a_lone_surrogate_does_not_reach_the_encoder(store: Path, query: str) -> None:
    answer = mg.open(store, encoder=StrictEncoder()).search(query)
    assert answer[0].artifact_id in ("mail-sorter", "letter-sorter")
    json.dumps(answer.to_dict(), ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("query", ["فرز البريد", "\u202eفرز البريد\u202c", "\u200fفرز البريد"])
def test_a_query_from_right_to_left_finds_its_artifact(tmp_path: Path, query: str) -> None:
    arabic = artifact("farraz", "model", "Acme", ["فرز البريد الوارد في مجلدات"])
    graph = opened([arabic, artifact("painter", "model", "Beta", ["paint walls"])], tmp_path)
    assert graph.search(query)[0].artifact_id == "farraz"


def test_the_same_question_twice_gives_the_same_answer(world: mg.MatchGraph) -> None:
    assert world.search("sort mail") == world.search("sort mail")


# Places given by lot


def test_without_lots_nothing_is_drawn(crowd: mg.MatchGraph) -> None:
    assert not any(found.explored for found in crowd.search("w01 w02 w03", k=5))


def test_lots_give_places_to_others_flag_them_and_leave_the_best_in_their_order(crowd: mg.MatchGraph) -> None:
    plain, drawn = crowd.search("w01 w02 w03", k=5), crowd.search("w01 w02 w03", k=5, explore=0.5, seed=3)
    best = [found.artifact_id for found in plain]
    stayed = [found.artifact_id for found in drawn if not found.explored]
    lots = [found for found in drawn if found.explored]
    assert stayed == best[: len(stayed)]
    assert 0 < len(lots) < 5
    assert not {found.artifact_id for found in lots} & set(best)
    for found in lots:
        assert sum(reason.points or 0.0 for reason in found.reasons) == pytest.approx(found.score)
    assert str(drawn).count("drawn by lot") == len(lots)


def test_the_same_seed_draws_the_same_and_another_draws_others(crowd: mg.MatchGraph) -> None:
    def drawn(seed: int) -> list[str]:
        return [found.artifact_id for found in crowd.search("w01 w02 w03", k=5, explore=0.5, seed=seed)]

    assert drawn(1) == drawn(1)
    assert len({tuple(drawn(seed)) for seed in range(6)}) > 1


def test_nothing_below_the_floor_takes_part_in_a_draw(world: mg.MatchGraph) -> None:
    for seed in range(5):
        for found in world.search("sorts mail into folders", k=2, explore=1.0, seed=seed):
            assert found.score >= world.snapshot.floor


def test_where_few_may_answer_and_none_does_lots_are_drawn_among_those_few(world: mg.MatchGraph) -> None:
    of_one = mg.where(type="api")
    drawn = world.search("label photos", where=of_one, explore=0.5)
    assert [found.artifact_id for found in drawn] == ["speech-writer"]
    assert "comes nearer to this than random letters do" in str(drawn.note)


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_a_rate_that_is_no_share_is_refused(world: mg.MatchGraph, rate: float) -> None:
    with pytest.raises(QuestionError, match="a share from 0 to 1"):
        world.search("sort mail", explore=rate)
