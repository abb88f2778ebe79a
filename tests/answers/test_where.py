"""Conditions: what is named must exist, and what is unknown meets nothing."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.where import Where, allowed
from matchgraph.errors import QuestionError
from tests.conftest import TODAY, WordEncoder, eight, named


def opened(rows: list[dict[str, object]], store: Path) -> mg.MatchGraph:
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """The small world, opened once: nothing here changes it."""
    return opened(eight(), tmp_path_factory.mktemp("world"))


def met(world: mg.MatchGraph, conditions: Where | None) -> set[str]:
    mask = allowed(world.snapshot.catalogue, conditions)
    ids = np.array(world.snapshot.catalogue.ids)
    return set(ids if mask is None else ids[mask])


def test_no_condition_is_met_by_all(world: mg.MatchGraph) -> None:
    assert len(met(world, None)) == len(met(world, mg.where())) == 8


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (mg.where(type="api"), {"speech-writer"}),
        (mg.where(license="permissive"), {"mail-sorter", "image-labeller", "mail-corpus"}),
        (mg.where(license="copyleft"), {"letter-sorter"}),
        (mg.where(license="non-commercial"), {"photo-corpus"}),
        (mg.where(license="closed"), {"photo-tagger"}),
        (mg.where(license=("mit", "closed")), {"mail-sorter", "photo-tagger"}),
        (mg.where(pricing=("paid", "freemium")), {"photo-tagger", "speech-writer"}),
        (mg.where(maker="acme"), {"mail-sorter", "image-labeller"}),
        (mg.where(at_least={"stars": 400}), {"mail-sorter", "image-labeller"}),
        (mg.where(at_most={"stars": 400}), {"letter-sorter", "image-labeller"}),
        (mg.where(at_least={"parameters": 5e6}, at_most={"parameters": 5e6}), {"letter-sorter"}),
        (mg.where(maker="Acme", at_least={"stars": 500}), {"mail-sorter"}),
    ],
    ids=named,
)
def test_all_conditions_must_hold_at_once(world: mg.MatchGraph, conditions: Where, expected: set[str]) -> None:
    assert met(world, conditions) == expected


def test_an_unknown_fact_meets_neither_a_lowest_nor_a_highest_value(world: mg.MatchGraph) -> None:
    either = met(world, mg.where(at_least={"stars": -1e300})) | met(world, mg.where(at_most={"stars": 1e300}))
    assert either == {"mail-sorter", "letter-sorter", "image-labeller"}


def test_a_licence_that_is_not_stated_meets_no_condition(world: mg.MatchGraph) -> None:
    every = mg.where(license=("permissive", "copyleft", "non-commercial", "closed"))
    assert met(world, every) == {row["artifact_id"] for row in eight()} - {"speech-writer", "mail-server-tool"}


def test_an_unknown_type_is_refused_with_those_there_are() -> None:
    with pytest.raises(QuestionError, match="no type 'modell': wanted one of model, fine-tune, dataset"):
        mg.where(type=("dataset", "modell"))


def test_an_unknown_pricing_is_refused_with_those_there_are() -> None:
    with pytest.raises(QuestionError, match="no pricing 'cheap': wanted one of free, freemium, paid, unknown"):
        mg.where(pricing="cheap")


def test_a_fact_that_nobody_states_is_refused_with_those_there_are(world: mg.MatchGraph) -> None:
    with pytest.raises(QuestionError, match=r"no artifact states 'star' as a number; facts here: .*rows, stars"):
        world.search("sort mail", where=mg.where(at_least={"star": 1}))


def test_a_fact_that_is_only_ever_text_is_no_number(world: mg.MatchGraph) -> None:
    with pytest.raises(QuestionError, match="no artifact states 'released' as a number"):
        world.search("sort mail", where=mg.where(at_least={"released": 2023}))


@pytest.mark.parametrize(
    ("conditions", "says"),
    [
        ({"maker": "gama"}, "no artifact here states the maker 'gama'. Did you mean Gamma?"),
        ({"maker": ("Acme", "nobody")}, "no artifact here states the maker 'nobody'."),
        ({"license": "aapche-2.0"}, "states the license 'aapche-2.0'. Did you mean Apache-2.0? Classes: permissive, "),
        ({"license": ""}, "no artifact here states the license ''. Classes: permissive, copyleft, "),
    ],
    ids=str,
)
def test_a_maker_or_licence_that_nobody_states_is_refused_with_what_is_near(
    world: mg.MatchGraph, conditions: dict[str, str], says: str
) -> None:
    with pytest.raises(QuestionError, match=re.escape(says)):
        world.similar("mail-sorter", where=mg.where(**conditions))


def test_a_class_of_licences_may_have_no_member_here(tmp_path: Path) -> None:
    graph = opened(eight()[:1], tmp_path)
    assert (
        graph.search("sort mail", where=mg.where(license="copyleft")).note == "No artifact here meets the conditions."
    )


@pytest.mark.parametrize("limit", ["many", float("nan"), None])
def test_a_limit_that_is_no_number_is_refused(limit: float) -> None:
    with pytest.raises(QuestionError, match=r"the limit of stars is .*; wanted a number"):
        mg.where(at_most={"stars": limit})
