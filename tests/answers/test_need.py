"""A need in its parts: which of two meets which, and that unknown is not met."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import matchgraph as mg
from matchgraph.answers.need import Met, Need, Part, Wish, parts_of_need, wish_of
from matchgraph.errors import QuestionError
from tests.conftest import TODAY, WordEncoder, artifact


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("MIT", Wish.LICENSE),
        ("Apache 2.0", Wish.LICENSE),
        ("GPL-3.0", Wish.LICENSE),
        ("permissive", Wish.LICENSE),
        ("open source", Wish.LICENSE),
        ("free", Wish.PRICING),
        ("Free of charge", Wish.PRICING),
        ("offline", Wish.OFFLINE),
        ("runs locally", Wish.OFFLINE),
        ("self-hosted", Wish.OFFLINE),
        ("dataset", Wish.TYPE),
        ("MCP server", Wish.TYPE),
        ("models", Wish.TYPE),
        ("sort my mail", Wish.CAPABILITY),
        ("free my mail of spam", Wish.CAPABILITY),
        ("works offline", Wish.OFFLINE),
        ("a model", Wish.TYPE),
        ("made by Acme", Wish.MAKER),
        ("commercial use", Wish.LICENSE),
        ("not MIT", Wish.LICENSE),
        ("MIT or Apache-2.0", Wish.LICENSE),
        ("without a GPU", Wish.CAPABILITY),
        ("python bindings", Wish.CAPABILITY),
        ("artistic image generation", Wish.CAPABILITY),
        ("PostgreSQL extension", Wish.CAPABILITY),
    ],
)
def test_a_part_of_a_need_says_what_it_is_about(text, wish):
    assert wish_of(text) is wish


def test_parts_stand_between_commas_and_semicolons_and_count_once():
    assert parts_of_need(" sort mail, offline;MIT and mit , Sort mail") == ["sort mail", "offline", "MIT"]


@pytest.mark.parametrize(
    ("need", "parts"),
    [
        ("sort and flag mail", ["sort mail", "flag mail"]),
        ("sort letters and parcels", ["sort letters", "sort parcels"]),
        ("photo and letter search", ["photo search", "letter search"]),
        ("sort mail and OCR", ["sort mail", "OCR"]),  # a name is a wish by itself
        ("sort mail and MIT", ["sort mail", "MIT"]),
        ("sort and flag", ["sort", "flag"]),  # nothing to borrow
        ("sort mail, flag", ["sort mail", "flag"]),
    ],
)
def test_a_single_word_beside_and_has_what_it_lacks_from_its_neighbour(need, parts):
    assert parts_of_need(need) == parts


@pytest.mark.parametrize("need", ["", "  ", ",;,"])
def test_an_empty_need_is_an_error_that_says_what_to_write(need):
    with pytest.raises(QuestionError, match="an empty need"):
        parts_of_need(need)


met = st.sampled_from([True, False, None])


@given(st.lists(st.tuples(met, met), min_size=1, max_size=6))
def test_every_part_is_either_met_or_not_and_the_better_side_meets_more(answers):
    parts = [Part(str(n), Wish.TYPE, Met(one, ""), Met(two, "")) for n, (one, two) in enumerate(answers)]
    need = Need("", tuple(parts))
    for side in ("left", "right"):
        assert len(need.met_by(side)) + len(need.not_met_by(side)) == len(parts)
        assert set(need.only(side)) <= set(need.met_by(side))
    left, right = (sum(answer[side] is True for answer in answers) for side in (0, 1))
    assert need.better == (None if left == right else "left" if left > right else "right")


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    mail, photos = ["sort mail into folders", "flag spam in mail"], ["label objects in photos"]
    rows = [
        artifact("held", "model", "Acme", mail, license="MIT", pricing="free"),
        artifact("served", "api", "Beta", [*mail, "write polite answers"], license="proprietary", pricing="paid"),
        artifact("silent", "model", "Gamma", photos),
    ]
    store = tmp_path_factory.mktemp("need")
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


def answers(graph, left, right, need):
    found = graph.compare(left, right, need=need).need
    return [(part.left.met, part.right.met) for part in found.parts]


def test_licence_price_type_and_place_are_read_from_what_is_stated(graph):
    assert answers(graph, "held", "served", "MIT, permissive, free, model, offline") == [(True, False)] * 5
    assert answers(graph, "held", "silent", "MIT, free, offline") == [(True, None)] * 3


def test_a_capability_is_met_by_whoever_has_one_that_is_near(graph):
    assert answers(graph, "held", "silent", "flag spam in mail") == [(True, None)]
    assert answers(graph, "held", "served", "sort mail into folders, write polite answers") == [
        (True, True),
        (None, True),
    ]


def test_the_verdict_says_who_fits_the_need_and_by_what(graph):
    told = list(map(str, graph.compare("served", "held", need="sort mail into folders, MIT").verdict.sentences))
    assert "Held meets 2 of 2 parts of the need: sort mail into folders and MIT." in told
    assert "For this need Held fits better: only it is known to meet MIT." in told
    told = list(map(str, graph.compare("served", "held", need="sort mail into folders").verdict.sentences))
    assert "For this need neither fits better." in told
    told = list(map(str, graph.compare("silent", "held", need="paid").verdict.sentences))
    assert "Nothing here shows that Silent meets any part of the need." in told


def test_a_denial_and_alternatives_are_understood_where_something_stated_decides_them(graph):
    assert answers(graph, "held", "served", "not MIT") == [(False, True)]
    assert answers(graph, "held", "silent", "not MIT") == [(False, None)]
    assert answers(graph, "held", "served", "GPL or MIT") == [(True, False)]
    assert answers(graph, "held", "served", "by Acme, commercial use") == [(True, False), (True, None)]
    assert answers(graph, "held", "served", "without a GPU") == [(None, None)]
