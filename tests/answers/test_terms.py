"""Terms in a recommendation: what must hold holds, what is given up is said, and it only ever adds at the end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import matchgraph as mg
from matchgraph.answers.recommend import Recommended
from matchgraph.errors import QuestionError
from tests.conftest import TODAY, WordEncoder, artifact

TYPES, LICENSES = ("model", "api", "package"), ("MIT", "GPL-3.0-only", "proprietary", None)
COMMON = {"model": "sort mail into folders", "api": "flag spam in mail", "package": "sort letters and mail"}


def rows() -> list[dict[str, object]]:
    """Forty-eight of one job: every type with every licence by four makers, some without one."""
    made = []
    for number in range(48):
        kind, held = TYPES[number % 3], LICENSES[number // 3 % 4]
        more = {"license": held} if held else {}
        row = artifact(f"a{number:02d}", kind, f"Maker{number // 12}", [COMMON[kind], f"keep w{number}"], **more)
        made.append({key: value for key, value in row.items() if key != "maker" or number % 5})
    return [*made, artifact("liked", "model", "Acme", [*COMMON.values()], license="MIT")]


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """The forty-eight in a world where everything is nearer than chance."""
    store = tmp_path_factory.mktemp("crowd")
    mg.rebuild(pd.DataFrame(rows()), store=store, encoder=WordEncoder(), today=TODAY)
    graph = mg.open(store, encoder=WordEncoder())
    graph.snapshot = replace(graph.snapshot, scale=replace(graph.snapshot.scale, chance=np.array([-99.0])))
    return graph


def given_up(item: Recommended) -> list[str]:
    return [each.text for each in item.reasons if each.kind == "relaxed"]


SIDES = st.builds(
    lambda kinds, held: mg.where(type=kinds, license=held),
    st.lists(st.sampled_from(TYPES), max_size=1),
    st.lists(st.sampled_from(("MIT", "copyleft", "closed")), max_size=1),
)
REPEATED = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@REPEATED
@given(must=SIDES, avoid=SIDES, k=st.integers(1, 12))
def test_without_leave_to_relax_nothing_is_ever_broken(
    crowd: mg.MatchGraph, must: mg.MatchGraph, avoid: mg.MatchGraph, k: int
) -> None:
    try:
        answer = crowd.recommend("liked", must=must, avoid=avoid, k=k)
    except QuestionError:  # contradictions have tests of their own
        assert set(must.type) & set(avoid.type) or set(must.license) & set(avoid.license)
        return
    classes = {"MIT": "permissive", "GPL-3.0-only": "copyleft", "proprietary": "closed", None: None}
    for item in answer:
        held = crowd.snapshot.catalogue.artifact(crowd.snapshot.catalogue.place[item.artifact_id]).license
        assert item.type in (must.type or TYPES)
        assert item.type not in avoid.type
        assert not must.license or {held, classes[held]} & set(must.license)
        assert not {held, classes[held]} & set(avoid.license)
        assert not given_up(item)
        says = any("license not stated" in each.text for each in item.reasons if each.kind == "avoids")
        assert says == bool(avoid.license and held is None)


@REPEATED
@given(must=SIDES, order=st.permutations(["type", "license"]), k=st.integers(1, 20))
def test_what_is_given_up_only_adds_after_what_meets_all(
    crowd: mg.MatchGraph, must: mg.MatchGraph, order: list[str], k: int
) -> None:
    order = [facet for facet in order if getattr(must, facet)]
    strict, relaxed = (crowd.recommend("liked", must=must, relax=each, k=k) for each in ((), order))
    assert [item.artifact_id for item in relaxed][: len(strict)] == [item.artifact_id for item in strict]
    assert all(given_up(item) for item in relaxed[len(strict) :])
    assert not any(given_up(item) for item in relaxed[: len(strict)])
    assert len(relaxed) == k or not order or len(relaxed) == len(crowd.recommend("liked", k=k))


def test_the_answer_says_what_was_given_up_and_in_which_order(crowd: mg.MatchGraph) -> None:
    must = mg.where(type="model", license="MIT", maker="Maker1")
    answer = crowd.recommend("liked", must=must, relax=["license", "maker"], k=6)
    assert answer.note == "1 result meets every condition; given up, in this order: license MIT and maker Maker1."
    assert [len(given_up(item)) for item in answer][:2] == [0, 1]
    assert {item.type for item in answer} == {"model"}
    one = crowd.recommend("liked", must=must, relax=["license", "maker"], k=2)
    assert (one.note or "").endswith("given up, in this order: license MIT.")


def test_the_same_terms_give_the_same_answer(crowd: mg.MatchGraph) -> None:
    def ask(held: str) -> object:
        return crowd.recommend("liked", must=mg.where(license=held), avoid=mg.where(type="api"), k=8)

    assert ask("MIT") == ask("MIT")
    assert [item.artifact_id for item in ask("MIT")] == [item.artifact_id for item in ask("the mit license")]


def test_terms_that_say_nothing_change_nothing(crowd: mg.MatchGraph) -> None:
    empty = {side: mg.where() for side in ("must", "prefer", "avoid")}
    assert crowd.recommend("liked", **empty, k=48) == crowd.recommend("liked", k=48)
