"""Of two facts that disagree the later is believed; where dates do not decide, the one that is better vouched for."""

from __future__ import annotations

import pytest

from matchgraph.catalogue.origin import origin_fact
from matchgraph.catalogue.records import Artifact, ArtifactType, Fact, FactStatus
from matchgraph.catalogue.tiers import tier_of
from matchgraph.catalogue.unite import united

LIST, REGISTRY, MAKER, NOBODY = "awesome-ponds", "PyPI", "huggingface card", "a heron"


def told(fact: Fact, source: str | None, **more: Fact) -> Artifact:
    return Artifact("otter", "Otter", ArtifactType.APP, source=source, facts={"ponds": fact, **more})


def believed(fuller: Artifact, other: Artifact) -> object:
    return united(fuller, other)[0].facts["ponds"].value


@pytest.mark.parametrize(
    ("source", "other", "value"),
    [
        (LIST, REGISTRY, 2),
        (REGISTRY, MAKER, 2),
        (MAKER, LIST, 1),
        (MAKER, MAKER, 1),
        (LIST, NOBODY, 1),
        (NOBODY, MAKER, 1),
        (None, MAKER, 1),
    ],
)
def test_without_dates_the_source_of_the_better_tier_is_believed(source: str | None, other: str, value: int) -> None:
    assert believed(told(Fact(1), source), told(Fact(2), other)) == value


def test_a_later_day_counts_before_a_better_tier() -> None:
    early, late = Fact(1, "2026-01-02"), Fact(2, "2026-03-04")
    assert believed(told(late, LIST), told(early, MAKER)) == 2
    assert believed(told(early, MAKER), told(late, LIST)) == 2
    assert believed(told(Fact(1, "2026-01-02"), LIST), told(Fact(2, "2026-01-02"), MAKER)) == 2


def test_what_is_suspect_gives_way_and_never_takes_the_place_of_what_is_not() -> None:
    suspect = Fact(1, status=FactStatus.SUSPECT)
    assert believed(told(suspect, MAKER), told(Fact(2), LIST)) == 2
    assert believed(told(Fact(2), LIST), told(suspect, MAKER)) == 2


def test_a_fact_that_is_taken_says_whose_it_was() -> None:
    whole = united(told(Fact(1), LIST), told(Fact(2), MAKER))[0]
    assert whole.facts["ponds"].source == MAKER
    assert believed(whole, told(Fact(3), REGISTRY)) == 2


def test_a_fact_of_a_document_has_the_tier_of_its_format() -> None:
    ((key, stated),) = origin_fact("pypi", "ponds.json", None, ["name"]).items()
    of_file = told(Fact(2, source="ponds.json"), None, **{key: Fact(stated["value"], source=stated["source"])})
    assert believed(told(Fact(1), LIST), of_file) == 2


def test_an_address_or_a_path_is_in_no_tier_by_a_word_in_it() -> None:
    assert tier_of("https://github.com/otters/awesome-list") is None
    assert tier_of("ponds/pypi.json") is None
