"""Do they do the same job? A probability that behaves: bounded, symmetric, and never lower for more alike."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.catalogue.catalogue import catalogue_of
from matchgraph.catalogue.records import ArtifactType
from matchgraph.errors import QuestionError
from matchgraph.graph.same_job import AGAINST, EVIDENCE, FOR, SameJob, evidence_of, read_same_job
from matchgraph.vectors.grid import to_grid
from tests.graph.oracles import World, made, some_world, with_twins

OWN = read_same_job()
SEEDS = st.integers(0, 2**32 - 1)
unhurried = settings(deadline=None, max_examples=10)
PARTS = st.tuples(*[st.floats(0, 1)] * 3, *[st.sampled_from([0.0, 1.0])] * 3)


def everything(world: World, seed: int = 0) -> np.ndarray:
    """The evidence for every two artifacts of a world, whose whole texts point anywhere."""
    wholes = to_grid(np.random.default_rng(seed).standard_normal((len(world.catalogue), 6)))
    likeness, places = world.likeness, np.arange(len(world.catalogue))
    return np.stack([evidence_of(world.catalogue, wholes, likeness, place, places) for place in places])


def one(**parts: float) -> np.ndarray:
    """The evidence of a single pair; what is not named is nothing."""
    return np.array([[parts.get(name, 0.0) for name in EVIDENCE]])


@given(PARTS, st.sampled_from(EVIDENCE), st.floats(0, 1))
def test_more_of_what_speaks_for_it_never_makes_the_same_job_less_likely(parts, name, more) -> None:
    evidence = np.array([parts])
    raised = evidence.copy()
    raised[0, EVIDENCE.index(name)] += more
    before, after = OWN.probability(evidence).item(), OWN.probability(raised).item()
    assert 0 <= min(before, after) <= max(before, after) <= 1
    assert after >= before if name in FOR else after <= before


@unhurried
@given(SEEDS)
def test_it_is_as_likely_seen_from_either_of_the_two(seed) -> None:
    evidence = everything(some_world(seed, 9), seed)
    assert evidence == pytest.approx(evidence.transpose(1, 0, 2), abs=1e-5)


def test_evidence_stays_within_the_range_that_the_weights_were_fitted_on() -> None:
    evidence = everything(with_twins(3, 12, 3))
    assert evidence.min() >= 0
    assert evidence[:, :, 1:].max() <= 1


def test_likeness_counts_by_its_logarithm_against_that_of_how_many_there_are() -> None:
    world = some_world(5, 9)
    likeness = world.likeness
    expected = np.log1p(np.maximum(likeness.of(0)[1:], 0)) / math.log(200)  # so few are taken for two hundred
    assert everything(world)[0, 1:, 0] == pytest.approx(expected, abs=1e-6)


def test_cover_is_the_mean_of_both_directions_and_whole_a_cosine() -> None:
    world = some_world(5, 9)
    pair, wholes = world.likeness.pair(2, 4), to_grid(np.eye(9)[[0, 0, 1, 0, 1, 0, 0, 0, 0]])
    found = evidence_of(world.catalogue, wholes, world.likeness, 2, np.array([4, 3]))
    expected = max((pair.cover.item() + pair.covered.item()) / 2, 0)
    assert found[0, 1] == pytest.approx(expected)
    assert found[:, 2].tolist() == [1, 0]


def test_a_job_that_one_of_the_two_does_not_state_is_no_evidence() -> None:
    jobs = [("sew",), ("sew", "knit"), ("weave",), ()]
    artifacts = [replace(made(f"a{place}", [f"does {place}"]), job=job) for place, job in enumerate(jobs)]
    world = World(catalogue_of(artifacts), to_grid(np.eye(4)))
    evidence = everything(world)
    same, other = evidence[:, :, EVIDENCE.index("same_job")], evidence[:, :, EVIDENCE.index("other_job")]
    assert same[0].tolist() == [1, 1, 0, 0]
    assert other[0].tolist() == [0, 0, 1, 0]
    assert not same[3].any()
    assert not other[3].any()


def test_what_is_worked_with_is_of_another_kind_than_what_does_the_work() -> None:
    kinds = [ArtifactType.MODEL, ArtifactType.API, ArtifactType.DATASET, ArtifactType.BENCHMARK]
    artifacts = [replace(made(f"a{place}", [f"does {place}"]), type=kind) for place, kind in enumerate(kinds)]
    evidence = everything(World(catalogue_of(artifacts), to_grid(np.eye(4))))
    assert evidence[:, :, EVIDENCE.index("other_kind")].tolist() == [[0, 0, 1, 1]] * 2 + [[1, 1, 0, 0]] * 2


def test_our_own_weights_call_twins_the_same_and_strangers_not() -> None:
    assert OWN.probability(one(likeness=0.3, cover=1, whole=1)).item() > 0.95
    assert OWN.probability(one(likeness=0.05, cover=0.1, whole=0.2)).item() < 0.01


def test_a_dataset_that_reads_like_a_model_does_not_do_its_job() -> None:
    alike = {"likeness": 0.25, "cover": 0.7, "whole": 0.7}
    assert OWN.probability(one(**alike)).item() > 0.5
    assert OWN.probability(one(**alike, other_kind=1)).item() < 0.01


def test_terms_and_bias_add_up_to_the_log_odds() -> None:
    evidence = one(likeness=0.2, cover=0.5, whole=0.4, other_job=1)
    odds = OWN.bias + OWN.terms(evidence).sum()
    assert OWN.probability(evidence).item() == pytest.approx(1 / (1 + math.exp(-odds)))
    assert OWN.terms(evidence)[0, EVIDENCE.index("cover")] == pytest.approx(0.5 * OWN.weights["cover"])


def test_our_own_model_says_what_it_was_fitted_on_and_how_well_it_held() -> None:
    assert OWN.fitted["ece"] <= 0.05
    assert OWN.fitted["pairs"] > 10_000
    assert {"alternatives", "services"} < set(OWN.fitted)


# The file


def test_a_model_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "model.toml"
    path.write_text(OWN.toml())
    assert read_same_job(path) == OWN


@given(st.floats(-50, 50), st.lists(st.floats(0, 50), min_size=6, max_size=6))
def test_any_model_comes_back_from_its_text(tmp_path_factory, bias, sizes) -> None:
    signed = {name: size if name in FOR else -size for name, size in zip(EVIDENCE, sizes, strict=True)}
    model = SameJob(bias, signed, {"on": "2026-02-03", "some": {"pairs": 3}})
    path = tmp_path_factory.mktemp("models") / "model.toml"
    path.write_text(model.toml())
    assert read_same_job(path) == model


def text(bias: str = "0.5", **weights: str) -> str:
    stated = dict.fromkeys(EVIDENCE, "0") | weights
    return f"bias = {bias}\n[weights]\n" + "".join(f"{name} = {weight}\n" for name, weight in stated.items())


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("bias = ", "cannot be read"),
        ('bias = "high"', "bias: 'high'; wanted a number"),
        ("[weights]\nlikeness = 1", "bias: None; wanted a number"),
        ("bias = 1\n[weights]\nlikeness = 1", "wanted one number for each of likeness, cover, whole"),
        ("bias = 1", "weights: None; wanted one number for each"),
        (text(likeness="-1"), "weights.likeness: -1; wanted a number of 0 or more"),
        (text(other_job="1"), "weights.other_job: 1; wanted a number of 0 or less"),
        (text(whole="nan"), "weights.whole: nan"),
        (text(cover="true"), "weights.cover: True"),
        (text(bias="inf"), "bias: inf"),
    ],
)
def test_a_broken_file_is_refused_with_what_was_wanted(tmp_path: Path, broken: str, said: str) -> None:
    path = tmp_path / "model.toml"
    path.write_text(broken)
    with pytest.raises(QuestionError) as refused:
        read_same_job(path)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="cannot be read"):
        read_same_job(tmp_path / "none.toml")


def test_every_evidence_has_a_side() -> None:
    assert set(FOR).isdisjoint(AGAINST)
    assert EVIDENCE == FOR + AGAINST
