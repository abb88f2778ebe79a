"""Conditions: each facet keeps in what is known to meet it, and says of the rest what nobody states."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import matchgraph as mg
from matchgraph.answers.contradictions import check_sides
from matchgraph.answers.relaxation import Eligible, relaxed
from matchgraph.answers.where import Where, allowed, conditions, wishes
from matchgraph.catalogue.catalogue import Catalogue, catalogue_of
from matchgraph.catalogue.check import check
from matchgraph.catalogue.report import Ledger
from matchgraph.errors import QuestionError
from tests.conftest import named

STATED = {
    "dual": {"license": "MIT OR GPL-3.0-only", "tags": ["self-hosted"], "type": "platform"},
    "bound": {"license": "MIT AND GPL-2.0-or-later", "facts": {"languages": ["de", "en-US"]}},
    "apache": {"license": "Apache License, Version 2.0", "facts": {"released": "2024", "languages": 7}},
    "rider": {"license": "Apache-2.0, Commons-Clause", "tags": ["English", "multilingual"]},
    "gemma": {"license": "Gemma Terms of Use", "tags": ["german"], "facts": {"open_weights": True}},
    "shut": {"license": "proprietary", "type": "api", "tags": ["Text-to-Speech"], "facts": {"released": "2024-06-03"}},
    "seer": {"license": "CC-BY-NC-4.0", "inputs": ["image"], "outputs": ["text"], "maker": "Acme"},
    "silent": {"license": "not given"},
    "painter": {"capabilities": [{"name": "paint", "input_types": ["text"], "output_types": ["image"]}]},
}


def catalogue_with(rows: dict[str, dict[str, object]]) -> Catalogue:
    made = (
        check({"artifact_id": name, "name": name, "type": "model", "description": name, **row}, "", 0, Ledger())
        for name, row in rows.items()
    )
    return catalogue_of(each for each in made if each)


CATALOGUE = catalogue_with(STATED)


def who(mask: np.ndarray | None) -> set[str]:
    assert mask is not None
    return {CATALOGUE.ids[place] for place in np.flatnonzero(mask)}


def open_to(wanted: Where) -> set[str]:
    """The artifacts of which nobody says whether they meet the one condition."""
    (one,) = conditions(CATALOGUE, wanted)
    return who(~one.stated)


@pytest.mark.parametrize(
    ("license", "met"),
    [
        ("permissive", {"dual", "apache"}),
        ("copyleft", {"dual", "bound"}),
        ("mit", {"dual"}),
        ("MIT License", {"dual"}),
        ("GPL-3.0", {"dual"}),
        ("GPL", {"dual"}),
        ("MIT OR apache-2", {"dual", "apache"}),
        (("MIT", "GPL-3.0-only"), {"dual", "bound"}),  # "2.0 or later" may be taken as 3.0
        (("copyleft", "Gemma terms of use"), {"dual", "bound", "gemma"}),
    ],
    ids=named,
)
def test_a_licence_is_met_by_what_one_may_choose_and_all_that_binds(license: str, met: set[str]) -> None:
    assert who(allowed(CATALOGUE, mg.where(license=license))) == met


@pytest.mark.parametrize(
    ("license", "kept_out"),
    [
        ("copyleft", {"bound"}),
        ("MIT", {"bound"}),
        ("permissive", {"apache"}),
        (("MIT", "GPL"), {"dual", "bound"}),
    ],
    ids=named,
)
def test_to_avoid_a_licence_keeps_out_only_what_leaves_no_other_choice(license: str, kept_out: set[str]) -> None:
    assert set(STATED) - who(allowed(CATALOGUE, None, mg.where(license=license))) == kept_out


def test_a_licence_of_no_known_class_leaves_the_class_open_but_not_the_name() -> None:
    assert open_to(mg.where(license="closed")) == {"rider", "gemma", "silent", "painter"}
    assert open_to(mg.where(license="MIT")) == {"silent", "painter"}


@pytest.mark.parametrize(
    ("language", "met", "unknown"),
    [
        ("de", {"bound", "gemma"}, {"apache", "rider", "dual", "shut", "seer", "silent", "painter"}),
        ("English", {"bound", "rider"}, {"apache", "dual", "shut", "seer", "silent", "painter"}),
        ("multilingual", {"bound", "apache", "rider"}, {"dual", "shut", "seer", "silent", "painter"}),
    ],
)
def test_a_language_is_known_from_the_list_of_them_or_from_a_tag(
    language: str, met: set[str], unknown: set[str]
) -> None:
    assert who(allowed(CATALOGUE, mg.where(language=language))) == met
    assert open_to(mg.where(language=language)) == unknown


@pytest.mark.parametrize(
    ("wanted", "met"),
    [
        (mg.where(inputs="Text"), {"painter", "shut"}),
        (mg.where(inputs=("text", "image")), {"painter", "shut", "seer"}),
        (mg.where(outputs="speech"), {"shut"}),
        (mg.where(inputs="text", outputs="image"), {"painter"}),
        (mg.where(offline=True), {"dual", "bound", "apache", "gemma", "seer"}),
        (mg.where(offline=False), {"shut"}),
        (mg.where(at_least={"released": "2024-03"}), {"shut"}),
        (mg.where(at_most={"released": "2024-06"}), {"shut"}),
        (mg.where(at_most={"released": "2024"}), {"shut", "apache"}),
    ],
    ids=named,
)
def test_only_what_surely_meets_a_condition_is_let_in(wanted: Where, met: set[str]) -> None:
    assert who(allowed(CATALOGUE, wanted)) == met


def test_what_is_unknown_stays_under_avoid_and_is_labelled() -> None:
    (one,) = conditions(CATALOGUE, mg.where(maker="acme"), avoided=True)
    assert who(~one.passed) == {"seer"}
    assert one.doubt(CATALOGUE.place["silent"]) == "avoids maker acme: maker not stated"
    (one,) = conditions(CATALOGUE, mg.where(license="closed"), avoided=True)
    doubts = {name: one.doubt(CATALOGUE.place[name]) for name in ("gemma", "silent", "seer")}
    assert doubts == {
        "gemma": "avoids license closed: license of no known class (Gemma Terms of Use)",
        "silent": "avoids license closed: license not stated",
        "seer": None,
    }


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"language": "germna"}, "no artifact here states the language 'germna'. Did you mean German?"),
        ({"language": "yoruba"}, "no artifact here states the language 'yoruba'."),
        ({"inputs": "imgae"}, "no artifact here states the inputs 'imgae'. Did you mean image? Stated: image, text."),
        ({"license": "MIT AND ISC"}, "the license 'MIT AND ISC' joins several: name those that you accept one by one."),
        ({"license": "EUPL-1.2"}, "no artifact here states the license 'eupl-1.2'."),
        ({"at_least": {"releasd": "2024"}}, "no artifact states 'releasd' as a day; facts here: released."),
    ],
    ids=str,
)
def test_what_nobody_states_is_refused_with_what_is_near(wanted: dict[str, str], says: str) -> None:
    for ask in (allowed, wishes):
        with pytest.raises(QuestionError) as told:
            ask(CATALOGUE, mg.where(**wanted))
        assert str(told.value).startswith(says)


@pytest.mark.parametrize(
    ("must", "avoid", "what"),
    [
        (mg.where(license="MIT"), mg.where(license="mit license"), "license 'MIT'"),
        (mg.where(license="MIT"), mg.where(license="permissive"), "license 'MIT'"),
        (mg.where(type=("api", "model")), mg.where(type="model"), "type 'model'"),
        (mg.where(maker="ACME"), mg.where(maker="Acme"), "maker 'ACME'"),
        (mg.where(language="German"), mg.where(language="de"), "language 'German'"),
        (mg.where(offline=True), mg.where(offline=True), "offline True"),
        (mg.where(at_least={"stars": 100}), mg.where(at_least={"stars": 50}), "stars at least 100"),
        (mg.where(at_most={"stars": 50}), mg.where(at_most={"stars": 50}), "stars at most 50"),
    ],
    ids=str,
)
def test_what_is_asked_for_and_avoided_is_a_contradiction(must: Where, avoid: Where, what: str) -> None:
    for name, sides in (("must", (must, None)), ("prefer", (None, must))):
        with pytest.raises(QuestionError) as told:
            check_sides(*sides, avoid)
        assert str(told.value) == f"{name} asks for {what}, which avoid excludes: keep it on one side."


def test_a_range_with_no_value_in_it_is_a_contradiction() -> None:
    check_sides(mg.where(at_least={"stars": 5}, at_most={"stars": 5}), None, None)
    with pytest.raises(QuestionError, match="must asks for stars at least 9 and at most 5: no value is both"):
        check_sides(mg.where(at_least={"stars": 9}, at_most={"stars": 5}), None, None)


@pytest.mark.parametrize(
    "wrong", [{"maker": [3]}, {"license": (None,)}, {"offline": "yes"}, {"at_least": {"stars": "9"}}]
)
def test_what_has_another_form_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(QuestionError, match="wanted "):
        mg.where(**wrong)


def test_a_part_of_what_is_asked_for_may_be_avoided() -> None:
    must, avoid = mg.where(license=("permissive", "copyleft")), mg.where(license="MIT", at_least={"stars": 9})
    check_sides(must, mg.where(at_least={"stars": 2}), avoid)


# Worlds of every combination, against conditions put to each artifact by itself

TYPES, LICENSES, MAKERS = (
    ("model", "api", "dataset"),
    ("MIT", "GPL-3.0-only", "proprietary", None),
    ("Acme", "Beta", None),
)
ROWS = {
    f"{kind}-{held}-{maker}-{stars}": {"type": kind, "license": held, "maker": maker}
    | ({"facts": {"stars": stars}} if stars else {})
    for kind in TYPES
    for held in LICENSES
    for maker in MAKERS
    for stars in (10, 1000, None)
}
CROWD = catalogue_with(ROWS)
CLASSES = {"MIT": "permissive", "GPL-3.0-only": "copyleft", "proprietary": "closed"}


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


WHERES = st.builds(
    lambda kinds, held, makers, low: mg.where(type=kinds, license=held, maker=makers, at_least=low),
    some(TYPES),
    some(("MIT", "GPL-3.0-only", "permissive", "closed")),
    some(("Acme", "Beta")),
    st.sampled_from(({}, {"stars": 100})),
)


def holds(row: dict[str, object], wanted: Where) -> dict[str, bool | None]:
    """Each condition answered for one artifact, the slow way; None where nobody says."""
    found: dict[str, bool | None] = {}
    if wanted.type:
        found["type"] = row["type"] in wanted.type
    if wanted.license:
        held = row["license"]
        found["license"] = None if held is None else bool({held, CLASSES[held]} & set(wanted.license))
    if wanted.maker:
        found["maker"] = None if row["maker"] is None else row["maker"] in wanted.maker
    if wanted.at_least:
        found["stars"] = row["facts"]["stars"] >= 100 if "facts" in row else None
    return found


@given(WHERES, WHERES)
def test_the_mask_is_what_each_artifact_says_for_itself(must: Where, avoid: Where) -> None:
    mask = allowed(CROWD, must, avoid)
    for name, row in ROWS.items():
        expected = all(holds(row, must).values()) and not any(holds(row, avoid).values())
        assert (mask is None) or mask[CROWD.place[name]] == expected
    again = allowed(
        CROWD, mg.where(**{each: getattr(must, each) for each in ("type", "license", "maker", "at_least")}), avoid
    )
    np.testing.assert_array_equal(mask, again)


def eligible(must: Where, avoid: Where | None, order: list[str], k: int, most: int = 10**6) -> Eligible:
    return relaxed(CROWD, must, avoid, order, lambda mask: min(int(mask.sum()), most), k)


ORDERS = st.permutations(["type", "license", "maker"])


@settings(max_examples=200)
@given(ORDERS, st.integers(0, 3), st.integers(1, 120), WHERES)
def test_conditions_are_given_up_in_the_users_order_and_no_more_than_needed(
    order: list[str], named: int, k: int, avoid: Where
) -> None:
    must = mg.where(type="model", license="MIT", maker="Acme", at_least={"stars": 100})
    order = order[:named]
    found = eligible(must, avoid, order, k)
    strict = allowed(CROWD, must, avoid)
    np.testing.assert_array_equal(found.step == 0, strict)
    given_up = list(dict.fromkeys(each.facet for each in found.relaxed))
    assert given_up == order[: len(given_up)]
    assert found.in_full == (strict.sum() if order else None)
    assert not (given_up and strict.sum() >= k)
    assert found.mask.sum() >= k or given_up == order
    if given_up:  # one less would not have been enough
        fewer = eligible(must, avoid, given_up[:-1], 10**5)
        assert fewer.mask.sum() < k
    for place in np.flatnonzero(found.mask):
        breaks = found.breaches(int(place))
        assert bool(breaks) == (found.step[place] > 0)
        row = ROWS[CROWD.ids[place]]
        kept = {each: value for each, value in holds(row, must).items() if each not in given_up}
        assert all(kept.values())
        assert not any(value for each, value in holds(row, avoid).items() if each not in given_up)


def test_who_stays_at_a_price_is_told_the_price() -> None:
    found = eligible(mg.where(license="MIT", maker="Acme"), mg.where(type="api"), ["license", "type"], 60)
    assert found.note == "6 results meet every condition; given up, in this order: license MIT and not type api."
    told = {CROWD.ids[place]: found.breaches(place) for place in np.flatnonzero(found.mask)}
    assert told["model-MIT-Acme-10"] == ()
    assert told["model-proprietary-Acme-10"] == ("breaks license MIT: not met (proprietary)",)
    assert told["api-None-Acme-10"] == ("breaks license MIT: license not stated", "breaks not type api: met (api)")


def test_nothing_is_given_up_that_the_user_did_not_name() -> None:
    found = eligible(mg.where(maker="Acme", license="MIT"), None, [], 100)
    assert (found.mask.sum(), found.relaxed, found.note) == (9, (), None)


def test_to_relax_what_no_condition_is_about_is_refused() -> None:
    with pytest.raises(QuestionError, match="no condition is about 'price'; there are: maker, stars"):
        eligible(mg.where(maker="Acme"), mg.where(at_most={"stars": 5}), ["price"], 3)


def test_the_same_artifacts_in_another_order_meet_the_same() -> None:
    turned = catalogue_with(dict(reversed(STATED.items())))
    for wanted in (mg.where(license="permissive"), mg.where(language="de"), mg.where(offline=True)):
        np.testing.assert_array_equal(allowed(turned, wanted), allowed(CATALOGUE, wanted))


@pytest.mark.parametrize("ask", [mg.where(license="MIT"), mg.where(type="api"), mg.where(offline=True)], ids=str)
def test_a_catalogue_of_one_is_asked_like_any_other(ask: Where) -> None:
    one = catalogue_with({"dual": STATED["dual"]})
    assert allowed(one, ask).tolist() == [ask.type == ()]
