"""Scores by hand: four artifacts on a compass, one word."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
import pyarrow as pa
import pytest
import scipy.sparse as sp

from matchgraph.answers.scoring import Scored, Scorer
from matchgraph.vectors.grid import to_grid
from matchgraph.vectors.texts import Texts
from matchgraph.vectors.words import Words, vocabulary_of


def looking(*angles: float) -> np.ndarray:
    """One grid row an angle, in degrees: a cosine is that of the angle between."""
    return to_grid(np.array([[cos(radians(angle)), sin(radians(angle))] for angle in angles]))


# Capabilities of a, b, b, c; the wholes of a, b, c; a job of c.
BEGINS = tuple(np.array(block) for block in ([0, 1, 3, 4], [4, 5, 6, 7], [7, 7, 7, 8], [8] * 4))
NONE = pa.chunked_array([pa.array([], pa.string())])
GRID = looking(0, 60, 90, 180, 60, 0, 180, 0)
TEXTS = Texts(lambda: [f"text {row}" for row in range(7)], pa.chunked_array([["text 7"]]), NONE, BEGINS)
SILENT = Words(sp.csc_matrix((3, 0), dtype=np.float32), vocabulary_of([]), np.zeros(0), 3)
# Only a says "mail", and with a weight that is half of what the word could ever give: 2 * (1.2 + 1) / 2.
MAIL = Words(sp.csc_matrix(np.array([[1.0], [0.0], [0.0]], np.float32)), vocabulary_of(["mail"]), np.array([2.0]), 3)


def scored(asked: np.ndarray, words: Words = SILENT, query: str = "zzz", k: int = 3) -> Scored:
    return Scorer(TEXTS, GRID, words).score(query, asked, k)


def test_four_tenths_whole_and_six_tenths_best_capability() -> None:
    found = scored(looking(0))
    assert found.places.tolist() == [0, 1, 2]
    # a: .4 cos 60 + .6 cos 0; b: .4 cos 0 + .6 cos 60; c: .4 cos 180 + .6 cos 0 (its job)
    assert found.score.tolist() == pytest.approx([0.8, 0.7, 0.2], abs=1e-3)
    assert found.whole.tolist() == pytest.approx([0.2, 0.4, -0.4], abs=1e-3)
    assert found.best.tolist() == pytest.approx([0.6, 0.3, 0.6], abs=1e-3)


def test_the_text_that_matched_best_is_a_capability_or_a_job_but_never_a_whole() -> None:
    assert scored(looking(0)).best_row.tolist() == [0, 1, 7]


def test_words_add_their_share_damped_by_the_largest_share() -> None:
    found = scored(looking(0), MAIL, "mail")
    assert found.words.tolist() == pytest.approx([2.25 * 0.5 / (1 + 0.5 / 0.22), 0, 0], abs=1e-6)
    assert found.score[0] == pytest.approx(0.8 + 2.25 * 0.5 / (1 + 0.5 / 0.22), abs=1e-3)


def test_of_several_clauses_the_one_that_suits_counts_half() -> None:
    found = scored(looking(0, 90, 180))  # the whole query looks to 0, its two clauses to 90 and 180
    # b suits 90 best: (.7 + .4 cos 90 + .6 cos 0) / 2; c suits 180: (.2 + 1) / 2; a suits 90: (.8 + .4 cos 30) / 2
    assert found.places.tolist() == [1, 2, 0]
    assert found.score.tolist() == pytest.approx([0.65, 0.6, 0.573], abs=1e-3)
    assert found.best_row.tolist() == [2, 3, 0]


def test_terms_add_up_to_the_score() -> None:
    found = scored(looking(10, 100, 190), MAIL, "mail")
    assert (found.whole + found.best + found.words).tolist() == pytest.approx(found.score.tolist(), abs=1e-12)


def test_a_mask_leaves_the_scores_of_those_it_lets_through() -> None:
    scorer = Scorer(TEXTS, GRID, MAIL)
    every = scorer.score("mail", looking(0), 3)
    some = scorer.score("mail", looking(0), 3, np.array([False, True, True]))
    assert some.places.tolist() == [1, 2]
    assert some.score.tolist() == every.score[1:].tolist()


def test_equal_scores_stand_in_the_order_of_the_artifacts() -> None:
    begins = tuple(np.array(block) for block in ([0, 1, 2, 3], [3, 4, 5, 6], [6] * 4, [6] * 4))
    texts = Texts(lambda: ["can"] * 3 + ["whole"] * 3, NONE, NONE, begins)
    assert Scorer(texts, looking(*[45] * 6), SILENT).score("zzz", looking(0), 2).places.tolist() == [0, 1]


def test_every_gives_the_artifacts_in_the_order_asked_for() -> None:
    found = Scorer(TEXTS, GRID, SILENT).every("zzz", looking(0), np.array([2, 0]))
    assert found.places.tolist() == [2, 0]
    assert found.score.tolist() == pytest.approx([0.2, 0.8], abs=1e-3)
