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
from matchgraph.answers.chances import LEAD
from matchgraph.answers.compare import Comparison
from matchgraph.answers.record import CLEAR
from matchgraph.answers.relation import COMPARABLE, Relation, hedge
from matchgraph.errors import QuestionError
from matchgraph.graph.chance import Chance
from matchgraph.ranking.doubt import SURE
from tests.conftest import TODAY, WordEncoder, artifact, eight

MAIL = ["sort mail into folders", "flag spam", "write polite answers", "count unread letters"]
PHOTOS = ["label photos", "draw boxes around objects", "find faces"]
FULL = {  # facts and texts that lift every signal a model has
    "license": "MIT",
    "facts": {"stars": 900, "downloads": 5000, "accuracy": 0.9},
}
LITTLE = {"license": "MIT", "facts": {"stars": 1, "downloads": 5, "accuracy": 0.1}}


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
        more = FULL if number % 3 == 0 else LITTLE
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


def told(comparison: Comparison) -> list[str]:
    return list(map(str, comparison.verdict.sentences))


def test_a_link_is_said_in_its_own_direction_whoever_is_named_first(world: mg.MatchGraph) -> None:
    said = "Mail Server Tool states: requires Mail Sorter."
    assert said in told(world.compare("mail-server-tool", "mail-sorter"))
    assert said in told(world.compare("mail-sorter", "mail-server-tool"))


def test_equal_artifacts_have_no_winner_and_no_lead(tmp_path: Path) -> None:
    comparison = two(tmp_path, MAIL, MAIL)
    assert (comparison.verdict.winner, comparison.verdict.margin) == (None, 0.0)
    assert not any(lead.ahead for lead in comparison.chances.leads)
    assert any(sentence.startswith("Too close to call") for sentence in told(comparison))


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Two that do the same job, one above and one below thirty others in every counter."""
    counters = ("stars", "downloads", "dependents", "contributors", "accuracy")
    rows = [
        artifact("left", "model", "Acme", MAIL, license="MIT", facts=dict.fromkeys(counters, 900)),
        artifact("right", "model", "Beta", MAIL, license="MIT", facts=dict.fromkeys(counters, 1)),
        *(artifact(f"a{n}", "model", f"M{n}", [f"job{n}"], facts=dict.fromkeys(counters, n)) for n in range(2, 32)),
    ]
    return opened(rows, tmp_path_factory.mktemp("apart")).compare("left", "right")


def test_the_higher_rank_wins_among_substitutes_where_the_draws_carry_it(apart: Comparison) -> None:
    assert apart.verdict.winner == "left"
    assert apart.verdict.margin == round(apart.left.rank - apart.right.rank, 1) > CLEAR
    assert apart.chances.rank >= SURE


def test_a_gap_that_what_is_missing_could_close_makes_no_winner(tmp_path: Path) -> None:
    comparison = two(tmp_path, MAIL, MAIL, license="MIT")
    assert comparison.verdict.winner is None
    assert comparison.verdict.margin is not None
    assert comparison.verdict.margin > CLEAR


def test_unrelated_artifacts_have_no_winner_however_far_their_ranks_are_apart(tmp_path: Path) -> None:
    comparison = two(tmp_path, MAIL, PHOTOS, **FULL)
    assert comparison.left.rank - comparison.right.rank > CLEAR
    assert (comparison.verdict.winner, comparison.verdict.margin) == (None, None)
    denied = f"and these two {hedge(comparison.verdict.same_job)}do not."
    assert f"No winner: ranks say which of two that do the same job to take, {denied}" in told(comparison)


def test_forced_scores_come_with_their_warning_and_without_a_winner(tmp_path: Path) -> None:
    rows = [artifact("left", "model", "Acme", MAIL, **FULL), artifact("right", "dataset", "Beta", PHOTOS)]
    graph = opened(rows, tmp_path)
    plain, forced = graph.compare("left", "right"), graph.compare("left", "right", force=True)
    (extra,) = set(told(forced)) - set(told(plain))
    assert extra.startswith(f"Forced: Left ranks {forced.left.rank:.1f} of 100 and Right {forced.right.rank:.1f}")
    assert forced.verdict.winner is None


def test_artifacts_of_different_types_never_have_a_winner(comparisons: list[Comparison]) -> None:
    mixed = [each for each in comparisons if each.left.type != each.right.type]
    assert all(each.verdict.winner is None and each.verdict.margin is None for each in mixed)


def test_there_is_a_winner_exactly_where_comparable_ranks_differ_clearly_and_surely(
    comparisons: list[Comparison],
) -> None:
    seen = Counter()
    for each in comparisons:
        verdict, gap = each.verdict, round(each.left.rank - each.right.rank, 1)
        comparable = verdict.relation in COMPARABLE and each.left.type == each.right.type
        higher = each.left.artifact_id if gap > 0 else each.right.artifact_id
        sure = (each.chances.rank if gap > 0 else 1 - each.chances.rank) >= SURE
        assert verdict.winner == (higher if comparable and abs(gap) >= CLEAR and sure else None)
        assert verdict.margin == (gap if comparable else None)
        seen[verdict.winner is not None] += 1
    assert min(seen.values()) > 3


def test_a_lead_is_clear_and_sure_and_is_named_in_the_verdict(apart: Comparison, comparisons: list[Comparison]) -> None:
    for each in [apart, *comparisons]:
        for lead in each.chances.leads:
            if lead.ahead is None:
                continue
            assert (lead.chance if lead.ahead == "left" else 1 - lead.chance) >= 0.95
            assert abs(lead.left - lead.right) >= LEAD
    ahead = [lead.signal for lead in apart.chances.leads if lead.ahead == "left"]
    assert "adoption" in ahead
    assert any(sentence.startswith("Left leads on adoption") for sentence in told(apart))


MIRRORED = {Relation.COVERS: Relation.COVERED_BY, Relation.COVERED_BY: Relation.COVERS}


def test_swapping_the_sides_mirrors_the_verdict(crowd: mg.MatchGraph, comparisons: list[Comparison]) -> None:
    for one in comparisons[::7]:
        other = crowd.compare(one.right.artifact_id, one.left.artifact_id)
        assert (other.left, other.right) == (one.right, one.left)
        assert other.verdict.winner == one.verdict.winner
        assert other.verdict.relation is MIRRORED.get(one.verdict.relation, one.verdict.relation)
        assert other.verdict.margin == (None if one.verdict.margin is None else -one.verdict.margin)
        assert other.verdict.same_job == one.verdict.same_job


COUNTED = re.compile(
    r"(?P<opening>.+): (?P<met>\d+) of (?P<all>\d+) capabilities of (?P<left>.+) have a counterpart in (?P<right>.+), "
    r"(?P<met_back>\d+) of (?P<all_back>\d+) the other way\."
)
NO_SEARCH = "No real search has ended in either of them."


OPENINGS = {
    "They do much the same job": Relation.SUBSTITUTE,
    "They do the same job in ways of their own": Relation.SUBSTITUTE,
    "{left} does most of what {right} does, not the other way": Relation.COVERS,
    "{right} does most of what {left} does, not the other way": Relation.COVERED_BY,
    "They work together rather than replace each other": Relation.COMPLEMENT,
    "They overlap in part": Relation.OVERLAPS,
    "They are not alternatives": Relation.UNRELATED,
    "They probably are not alternatives": Relation.UNRELATED,
    "They perhaps are not alternatives": Relation.UNRELATED,
}


def test_the_first_sentence_is_the_relation_in_words(comparisons: list[Comparison]) -> None:
    seen = set()
    for each in comparisons:
        found = COUNTED.fullmatch(told(each)[0])
        assert found
        opening = found["opening"].replace(each.left.name, "{left}").replace(each.right.name, "{right}")
        assert OPENINGS[opening] is each.verdict.relation
        seen.add(each.verdict.relation)
    assert len(seen) >= 4


def test_no_real_search_is_said_exactly_where_nobody_chose_either(comparisons: list[Comparison]) -> None:
    for each in comparisons:
        nobody = each.left.times_matched == each.right.times_matched == 0
        assert (NO_SEARCH in told(each)) == nobody


def test_a_recorded_choice_counts_at_once(tmp_path: Path) -> None:
    world = opened(eight(), tmp_path)
    assert NO_SEARCH in told(world.compare("mail-sorter", "letter-sorter"))
    world.record(query="sort my mail", shown=["letter-sorter", "mail-sorter"], chosen="mail-sorter")
    world.record(query="sort my mail", chosen="mail-sorter", channel="synthetic")
    comparison = world.compare("mail-sorter", "letter-sorter")
    assert (comparison.left.times_matched, comparison.right.times_matched) == (1, 0)
    assert "Real searches that ended in Mail Sorter: 1; in Letter Sorter: 0." in told(comparison)


def test_the_text_shows_both_columns_and_every_capability(world: mg.MatchGraph) -> None:
    comparison = world.compare("mail-sorter", "letter-sorter")
    text = str(comparison)
    assert re.search(r"license +MIT +GPL-3\.0-only", text)
    assert re.search(r"rank +" + rf"{comparison.left.rank:.1f} \([\d-]+\) +{comparison.right.rank:.1f}", text)
    assert "both: flag spam / flag spam (cosine 1.00)" in text
    assert "only Mail Sorter: sort incoming" in text
    assert "only Letter Sorter: sort mail" in text
    assert all(sentence in text for sentence in told(comparison))


def test_what_is_not_stated_is_said_so_and_never_shown_as_a_zero(world: mg.MatchGraph) -> None:
    text = str(world.compare("speech-writer", "mail-server-tool"))
    assert re.search(r"license +not stated +not stated", text)


def test_a_type_that_starts_with_a_vowel_has_its_article(world: mg.MatchGraph) -> None:
    sentences = told(world.compare("speech-writer", "mail-corpus"))
    assert "Speech Writer is an API and Mail Corpus a dataset" in " ".join(sentences)
