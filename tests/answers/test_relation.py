"""How one stands to another follows from coverage both ways, types, links and the chance of the same job."""

from itertools import product

import pytest

from matchgraph.answers.align import Ability, Alignment, SharedAbility
from matchgraph.answers.relation import COMPARABLE, Relation, relation_of

ABILITY = Ability("a#it", "it", "does it")
NONE, SOME = (), (SharedAbility(ABILITY, ABILITY, 0.9, 0.0),)
MODELS = ("model", "model")


def related(left, right, same_job=0.9, types=MODELS, linked=()):
    shared = SOME if left or right else NONE
    return relation_of(Alignment(shared, (), (), left, right), types, frozenset(linked), same_job)


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        (1.0, 1.0, Relation.SUBSTITUTE),
        (0.5, 0.5, Relation.SUBSTITUTE),
        (0.2, 1.0, Relation.COVERS),
        (1.0, 0.2, Relation.COVERED_BY),
        (0.2, 0.2, Relation.SUBSTITUTE),
    ],
)
def test_of_two_that_do_the_same_job_coverage_says_which_does_more(left, right, relation):
    assert related(left, right) is relation


def test_without_the_same_job_shared_capabilities_are_an_overlap_and_none_unrelated():
    assert related(0.6, 0.9, same_job=0.2) is Relation.OVERLAPS
    assert related(0.0, 0.0, same_job=0.2) is Relation.UNRELATED


def test_twins_do_the_same_job_even_where_too_few_artifacts_are_known_to_say_how_likely():
    assert related(1.0, 1.0, same_job=0.1) is Relation.SUBSTITUTE


def test_what_is_worked_with_never_replaces_what_does_the_work():
    assert related(1.0, 1.0, types=("model", "dataset")) is Relation.OVERLAPS
    assert related(1.0, 1.0, types=("benchmark", "dataset")) is Relation.SUBSTITUTE


TOGETHER = ["trained_on", "requires", "plugin_of", "evaluated_on", "served_by", "integrates_with"]


@pytest.mark.parametrize("kind", TOGETHER)
def test_a_declared_link_makes_a_complement_of_all_but_full_substitutes(kind):
    assert related(0.0, 0.0, same_job=0.1, linked=[kind]) is Relation.COMPLEMENT
    assert related(0.9, 0.9, linked=[kind]) is Relation.SUBSTITUTE
    assert related(0.9, 0.9, types=("model", "dataset"), linked=[kind]) is Relation.COMPLEMENT


@pytest.mark.parametrize("kind", [kind for kind in TOGETHER if kind != "integrates_with"])
def test_what_one_needs_of_another_makes_a_complement_even_of_the_same_job(kind):
    assert related(0.1, 0.9, linked=[kind]) is Relation.COMPLEMENT


def test_to_work_together_is_no_hindrance_to_do_the_same_job():
    assert related(0.1, 0.9, linked=["integrates_with"]) is Relation.COVERS


def test_to_descend_from_another_is_no_hindrance_to_replacing_it():
    assert related(0.2, 1.0, linked=["derived_from"]) is Relation.COVERS


def test_swapping_the_two_mirrors_the_relation():
    mirrored = {Relation.COVERS: Relation.COVERED_BY, Relation.COVERED_BY: Relation.COVERS}
    for left, right, job, links in product((0.0, 0.3, 0.8), (0.0, 0.3, 0.8), (0.1, 0.9), ((), ("requires",))):
        one, other = related(left, right, job, linked=links), related(right, left, job, linked=links)
        assert other is mirrored.get(one, one)


def test_only_what_does_the_same_job_gets_a_winner():
    assert frozenset({Relation.SUBSTITUTE, Relation.COVERS, Relation.COVERED_BY}) == COMPARABLE
