"""Compare: a winner only where the ranks carry one, and every sentence true."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.compare import CLEAR, Comparison, Relation
from matchgraph.errors import QuestionError
from matchgraph.graph.chance import Chance
from matchgraph.ranking.weights import SIGNALS
from tests.conftest import TODAY, WordEncoder, artifact, eight

MAIL = ["sort mail into folders", "flag spam", "write polite answers", "count unread letters"]
PHOTOS = ["label photos", "draw boxes around objects", "find faces"]
FULL = {  # facts and texts that lift every signal a model has
    "license": "MIT",
    "facts": {"stars": 900, "downloads": 5000, "accuracy": 0.9},
}


def opened(rows: list[dict[str, object]], store: Path, bar: float = 0.9) -> mg.MatchGraph:
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    graph = mg.open(store, encoder=WordEncoder())
    graph.snapshot = replace(graph.snapshot, chance=Chance(np.array([bar])))
    return graph


def two(store: Path, left: list[str], right: list[str], **of_left: object) -> Comparison:
    """Two models that do those things, compared; the left one may say more of itself."""
    rows = [artifact("left", "model", "Acme", left, **of_left), artifact("right", "model", "Beta", right)]
    return opened(rows, store).compare("left", "right")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """The small world, opened once: nothing here changes it."""
    return opened(eight(), tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """Thirty models and datasets, some much alike, of very different rank, some linked, some chosen."""
    dice = np.random.default_rng(3)
    rows = []
    for number in range(30):
        does = list(dice.choice(MAIL + PHOTOS, dice.integers(1, 5), replace=False))
        links = [{"kind": "requires", "target": f"a{dice.integers(30):02d}"}] if number % 4 == 0 else []
        more = FULL if number % 3 == 0 else {}
        kind = "dataset" if number % 5 == 0 else "model"
        rows.append(artifact(f"a{number:02d}", kind, f"Maker{number % 7}", does, links=links, **more))
    graph = opened(rows, tmp_path_factory.mktemp("crowd"))
    for number in range(12):
        graph.record(query="sort mail", chosen=f"a{number * 7 % 30:02d}")
    return graph


@pytest.fixture(scope="module")
def comparisons(crowd: mg.MatchGraph) -> list[Comparison]:
    """Every two of them."""
    return [crowd.compare(*pair) for pair in combinations(crowd.snapshot.catalogue.ids, 2)]


@pytest.mark.parametrize("other", ["mail-sorter", "Mail Sorter", "sorter"])
def test_an_artifact_is_not_compared_with_itself(world: mg.MatchGraph, other: str) -> None:
    with pytest.raises(QuestionError, match="'mail-sorter' is compared with itself: name two different artifacts"):
        world.compare("mail-sorter", other)


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        (MAIL, MAIL, Relation.SUBSTITUTE),
        (MAIL[:2], MAIL[:1] + PHOTOS[:1], Relation.SUBSTITUTE),
        (MAIL, MAIL[:1], Relation.COVERS),
        (MAIL[:1], MAIL, Relation.COVERED_BY),
        (MAIL[:3], MAIL[:1] + PHOTOS[:2], Relation.OVERLAPS),
        (MAIL, PHOTOS, Relation.UNRELATED),
    ],
    ids=str,
)
def test_the_relation_follows_from_what_each_can_do(
    tmp_path: Path, left: list[str], right: list[str], relation: Relation
) -> None:
    assert two(tmp_path, left, right).verdict.relation is relation


USES = [{"kind": "requires", "target": "right"}]


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        (MAIL, PHOTOS, Relation.COMPLEMENT),
        (MAIL, MAIL[:1], Relation.COMPLEMENT),
        (MAIL[:3], MAIL[:1] + PHOTOS[:2], Relation.COMPLEMENT),
        (MAIL, MAIL, Relation.SUBSTITUTE),
    ],
    ids=str,
)
def test_a_declared_link_makes_a_complement_of_all_but_substitutes(
    tmp_path: Path, left: list[str], right: list[str], relation: Relation
) -> None:
    comparison = two(tmp_path, left, right, links=USES)
    assert comparison.verdict.relation is relation
    assert comparison.links == ("Left states: requires Right.",)
    assert comparison.links[0] in comparison.verdict.sentences


def test_a_link_is_said_in_its_own_direction_whoever_is_named_first(world: mg.MatchGraph) -> None:
    said = ("Mail Server Tool states: requires Mail Sorter.",)
    assert world.compare("mail-server-tool", "mail-sorter").links == said
    assert world.compare("mail-sorter", "mail-server-tool").links == said


def test_equal_ranks_have_no_winner(tmp_path: Path) -> None:
    verdict = two(tmp_path, MAIL, MAIL).verdict
    assert (verdict.winner, verdict.margin) == (None, 0.0)
    assert any(sentence.startswith("Too close to call") for sentence in verdict.sentences)


def test_the_higher_rank_wins_among_substitutes(tmp_path: Path) -> None:
    comparison = two(tmp_path, MAIL, MAIL, **FULL)
    assert comparison.verdict.winner == "left"
    assert comparison.verdict.margin == round(comparison.left.rank - comparison.right.rank, 1) > CLEAR


def test_unrelated_artifacts_have_no_winner_however_far_their_ranks_are_apart(tmp_path: Path) -> None:
    comparison = two(tmp_path, MAIL, PHOTOS, **FULL)
    assert comparison.left.rank - comparison.right.rank > CLEAR
    assert (comparison.verdict.winner, comparison.verdict.margin) == (None, None)


def test_artifacts_of_different_types_never_have_a_winner(comparisons: list[Comparison]) -> None:
    mixed = [each for each in comparisons if each.left.type != each.right.type]
    assert any(each.verdict.relation is Relation.SUBSTITUTE for each in mixed)
    assert all(each.verdict.winner is None and each.verdict.margin is None for each in mixed)


def test_there_is_a_winner_exactly_where_comparable_ranks_differ_clearly(comparisons: list[Comparison]) -> None:
    seen = Counter()
    for each in comparisons:
        verdict, gap = each.verdict, round(each.left.rank - each.right.rank, 1)
        unlike = (Relation.COMPLEMENT, Relation.UNRELATED)
        comparable = verdict.relation not in unlike and each.left.type == each.right.type
        higher = each.left.artifact_id if gap > 0 else each.right.artifact_id
        assert verdict.winner == (higher if comparable and abs(gap) >= CLEAR else None)
        assert verdict.margin == (gap if comparable else None)
        seen[verdict.winner is not None] += 1
    assert min(seen.values()) > 5


MIRRORED = {Relation.COVERS: Relation.COVERED_BY, Relation.COVERED_BY: Relation.COVERS}


def test_swapping_the_sides_mirrors_the_verdict(crowd: mg.MatchGraph, comparisons: list[Comparison]) -> None:
    for one in comparisons[::7]:
        other = crowd.compare(one.right.artifact_id, one.left.artifact_id)
        assert (other.left, other.right) == (one.right, one.left)
        assert other.verdict.winner == one.verdict.winner
        assert other.verdict.relation is MIRRORED.get(one.verdict.relation, one.verdict.relation)
        assert other.verdict.margin == (None if one.verdict.margin is None else -one.verdict.margin)


COUNTED = re.compile(
    r"(?P<opening>.+): (?P<met>\d+) of (?P<all>\d+) capabilities of (?P<left>.+) have a counterpart in (?P<right>.+), "
    r"(?P<met_back>\d+) of (?P<all_back>\d+) the other way\."
)
NO_SEARCH = "No real search has ended in either of them."


def counted(found: re.Match[str], each: Comparison, graph: mg.MatchGraph) -> bool:
    left, right, alignment = each.left, each.right, each.alignment
    counts = round(alignment.left_met * left.capabilities), round(alignment.right_met * right.capabilities)
    numbers = tuple(int(found[name]) for name in ("met", "all", "met_back", "all_back"))
    names = (found["left"], found["right"])
    return (numbers, names) == (
        (counts[0], left.capabilities, counts[1], right.capabilities),
        (left.name, right.name),
    )


def close(found: re.Match[str], each: Comparison, graph: mg.MatchGraph) -> bool:
    left, right = each.left, each.right
    near = abs(float(found[2]) - float(found[4])) < CLEAR
    return near and found.groups() == (left.name, f"{left.rank:.1f}", right.name, f"{right.rank:.1f}")


def won(found: re.Match[str], each: Comparison, graph: mg.MatchGraph) -> bool:
    ahead = each.verdict.winner == each.left.artifact_id
    winner, other = (each.left, each.right) if ahead else (each.right, each.left)
    gaps = dict.fromkeys(SIGNALS, 0.0)
    for side, sign in ((winner, 1), (other, -1)):
        for line in graph.explain(side.artifact_id).rank_lines:
            gaps[line.signal] += sign * line.points
    ranks = found[1], float(found[2]), float(found[3])
    part = gaps[found[4].replace(" ", "_")], float(found[5])
    return (ranks, part) == (
        (winner.name, round(winner.rank, 1), round(other.rank, 1)),
        (max(gaps.values()), round(max(gaps.values()), 1)),
    )


def searched(found: re.Match[str], each: Comparison, graph: mg.MatchGraph) -> bool:
    left, right = each.left, each.right
    counts = [graph.times_matched(side.artifact_id) for side in (left, right)]
    return any(counts) and found.groups() == (left.name, str(counts[0]), right.name, str(counts[1]))


def unsearched(found: re.Match[str], each: Comparison, graph: mg.MatchGraph) -> bool:
    return each.left.times_matched == each.right.times_matched == 0


def undecided(found: re.Match[str], each: Comparison, graph: mg.MatchGraph) -> bool:
    said = f"is a {each.left.type} and {each.right.name} a {each.right.type}" in found[0]
    return each.verdict.winner is None and said == (each.left.type != each.right.type)


def declared(found: re.Match[str], each: Comparison, graph: mg.MatchGraph) -> bool:
    return found[0] in each.links


SENTENCES = [
    (COUNTED, counted),
    (re.compile(r"Too close to call: (.+) ranks ([\d.]+) and (.+) ([\d.]+) of 100\."), close),
    (
        re.compile(r"(.+) ranks higher, ([\d.]+) against ([\d.]+) of 100; the largest part of the gap is (.+) "
                   r"\(([+-][\d.]+) points\)\."),
        won,
    ),
    (re.compile(r"Real searches that ended in (.+): (\d+); in (.+): (\d+)\."), searched),
    (re.compile(re.escape(NO_SEARCH)), unsearched),
    (re.compile(r"No winner: .+"), undecided),
    (re.compile(r".+ states: .+\."), declared),
]  # fmt: skip


def test_every_sentence_is_true(crowd: mg.MatchGraph, comparisons: list[Comparison]) -> None:
    seen = Counter()
    for each in comparisons:
        for sentence in each.verdict.sentences:
            found, holds = next(
                (match, holds) for pattern, holds in SENTENCES if (match := pattern.fullmatch(sentence))
            )
            assert holds(found, each, crowd), sentence
            seen[holds] += 1
    assert set(seen) == {holds for _, holds in SENTENCES}


OPENINGS = {
    "They do much the same job": Relation.SUBSTITUTE,
    "{left} does at least half of what {right} does": Relation.COVERS,
    "{right} does at least half of what {left} does": Relation.COVERED_BY,
    "They belong together rather than replace each other": Relation.COMPLEMENT,
    "They overlap in part": Relation.OVERLAPS,
    "They are not alternatives": Relation.UNRELATED,
}


def test_the_first_sentence_is_the_relation_in_words(comparisons: list[Comparison]) -> None:
    seen = set()
    for each in comparisons:
        found = COUNTED.fullmatch(each.verdict.sentences[0])
        assert found
        opening = found["opening"].replace(each.left.name, "{left}").replace(each.right.name, "{right}")
        assert OPENINGS[opening] is each.verdict.relation
        seen.add(each.verdict.relation)
    assert len(seen) >= 5


def test_no_real_search_is_said_exactly_where_nobody_chose_either(comparisons: list[Comparison]) -> None:
    for each in comparisons:
        nobody = each.left.times_matched == each.right.times_matched == 0
        assert (NO_SEARCH in each.verdict.sentences) == nobody


def test_a_recorded_choice_counts_at_once(tmp_path: Path) -> None:
    world = opened(eight(), tmp_path)
    assert NO_SEARCH in world.compare("mail-sorter", "letter-sorter").verdict.sentences
    world.record(query="sort my mail", shown=["letter-sorter", "mail-sorter"], chosen="mail-sorter")
    world.record(query="sort my mail", chosen="mail-sorter", channel="synthetic")
    comparison = world.compare("mail-sorter", "letter-sorter")
    assert (comparison.left.times_matched, comparison.right.times_matched) == (1, 0)
    assert "Real searches that ended in Mail Sorter: 1; in Letter Sorter: 0." in comparison.verdict.sentences


def test_the_text_shows_both_columns_and_every_capability(world: mg.MatchGraph) -> None:
    comparison = world.compare("mail-sorter", "letter-sorter")
    text = str(comparison)
    assert re.search(r"license +MIT +GPL-3\.0-only", text)
    assert re.search(r"rank +" + f"{comparison.left.rank:.1f} +{comparison.right.rank:.1f}", text)
    assert "both: flag spam / flag spam (cosine 1.00)" in text
    assert "only Mail Sorter: sort incoming" in text
    assert "only Letter Sorter: sort mail" in text
    assert all(sentence in text for sentence in comparison.verdict.sentences)


def test_what_is_not_stated_is_said_so_and_never_shown_as_a_zero(world: mg.MatchGraph) -> None:
    text = str(world.compare("speech-writer", "mail-server-tool"))
    assert re.search(r"license +not stated +not stated", text)


def test_a_type_that_starts_with_a_vowel_has_its_article(world: mg.MatchGraph) -> None:
    sentences = world.compare("speech-writer", "mail-corpus").verdict.sentences
    assert "Speech Writer is an api and Mail Corpus a dataset" in " ".join(sentences)
