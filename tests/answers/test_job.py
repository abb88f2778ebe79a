"""The same job, asked of a snapshot: likely for the two mail sorters, not for what has nothing to do with mail."""

from __future__ import annotations

import numpy as np
import pytest

import matchgraph as mg
from matchgraph.answers.job import same_job_of, terms_of
from matchgraph.graph.same_job import EVIDENCE, read_same_job


def chance(world: mg.MatchGraph, left: str, *right: str) -> list[float]:
    place = world.snapshot.catalogue.place
    places = np.array([place[each] for each in right])
    return list(same_job_of(world.snapshot, world.likeness, place[left], places))


def test_the_most_likely_to_do_the_job_of_a_mail_sorter_is_the_other_mail_sorter(world) -> None:
    others = sorted(set(world.snapshot.catalogue.ids) - {"mail-sorter"})
    likely = dict(zip(others, chance(world, "mail-sorter", *others), strict=True))
    assert max(likely, key=likely.__getitem__) == "letter-sorter"
    assert likely["letter-sorter"] > 0.5
    assert likely["speech-writer"] < 0.05
    assert likely["mail-corpus"] < 0.05


def test_the_order_of_the_others_does_not_matter(world) -> None:
    assert chance(world, "mail-sorter", "photo-tagger", "letter-sorter") == list(
        reversed(chance(world, "mail-sorter", "letter-sorter", "photo-tagger"))
    )


def test_one_at_a_time_is_the_same_as_many_at_once(world) -> None:
    ids = world.snapshot.catalogue.ids
    assert chance(world, ids[0], *ids) == [chance(world, ids[0], other)[0] for other in ids]


def test_terms_come_largest_first_and_make_the_probability(world) -> None:
    place = world.snapshot.catalogue.place
    terms = terms_of(world.snapshot, world.likeness, place["mail-sorter"], place["letter-sorter"])
    sizes = [abs(term) for term in terms.values()]
    assert set(terms) == set(EVIDENCE)
    assert sizes == sorted(sizes, reverse=True)
    odds = read_same_job().bias + sum(terms.values())
    (said,) = chance(world, "mail-sorter", "letter-sorter")
    assert said == pytest.approx(1 / (1 + np.exp(-odds)))


def test_a_stated_job_in_common_is_one_of_the_terms(world) -> None:
    place = world.snapshot.catalogue.place
    of = lambda other: terms_of(world.snapshot, world.likeness, place["mail-sorter"], place[other])  # noqa: E731 - twice
    assert of("letter-sorter")["same_job"] > 0
    assert of("image-labeller")["same_job"] == 0
