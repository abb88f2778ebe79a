"""The catalogue holds every artifact in the order of its id, and gives each back as it was told."""

import json
from dataclasses import replace
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.catalogue.catalogue import Catalogue, catalogue_of
from matchgraph.catalogue.records import (
    Artifact,
    ArtifactType,
    Capability,
    Fact,
    FactStatus,
    Link,
    LinkKind,
    Pricing,
    first_day,
)


def small(artifact_id: str, capabilities: int, **more: object) -> Artifact:
    parts = tuple(
        Capability(capability_id=f"{artifact_id}#{number}", name=f"ability {number}", description="does it")
        for number in range(capabilities)
    )
    return Artifact(artifact_id=artifact_id, name=artifact_id, type=ArtifactType.MODEL, capabilities=parts, **more)


WHOLE = Artifact(
    artifact_id="whole",
    name="Whole",
    type=ArtifactType.FINE_TUNE,
    description="Has every field.",
    job=("mail", "news"),
    maker="Acme",
    url="https://acme.example",
    license="MIT",
    pricing=Pricing.FREEMIUM,
    pricing_detail={"plan": {"name": "pro", "seats": 5, "tags": ["ä", None, True]}},
    inputs=("text",),
    outputs=("text", "score"),
    aliases=("all",),
    tags=("x", "y"),
    source="hand",
    source_license="CC0-1.0",
    facts={
        "stars": Fact(900.0, "2026-05", "page"),
        "zero": Fact(0.0),
        "open": Fact(False),
        "released": Fact("2024-06", source="paper", status=FactStatus.SUSPECT),
        "price": Fact(None, status=FactStatus.NOT_APPLICABLE),
        "digits": Fact("5"),
    },
    links=(Link(LinkKind.REQUIRES, "git"), Link(LinkKind.TRAINED_ON, "mail"), Link(LinkKind.TRAINED_ON, "news")),
    capabilities=(
        Capability(
            capability_id="whole#sort",
            name="Sort",
            description="Sort mail.",
            unique="only one",
            vs_alternatives="twice as fast",
            intents=("tidy",),
            best_for=("offices",),
            limitations=("slow", "old"),
            requires=("disk",),
            input_types=("text",),
            output_types=("folder",),
        ),
        Capability(capability_id="whole#a", name="A", description="The second stays second."),
    ),
)


@pytest.fixture
def three() -> Catalogue:
    """`a` has two capabilities, `b` one and `c` three."""
    return catalogue_of([small("c", 3), small("a", 2), small("b", 1)])


def test_artifacts_stand_in_the_order_of_their_ids(three: Catalogue):
    assert len(three) == 3
    assert three.ids == ["a", "b", "c"]
    assert three.place == {"a": 0, "b": 1, "c": 2}
    assert [artifact.artifact_id for artifact in three] == ["a", "b", "c"]


def test_capability_rows_know_their_owner(three: Catalogue):
    assert three.offsets.tolist() == [0, 2, 3, 6]
    assert three.owner.tolist() == [0, 0, 1, 2, 2, 2]
    assert three.capability(3).capability_id == "c#0"
    assert three.capability(np.int64(2)).capability_id == "b#0"


def test_a_column_comes_as_python_values(three: Catalogue):
    assert three.texts("name") == ["a", "b", "c"]
    assert three.texts("job") == [[], [], []]
    assert three.texts("maker") == [None, None, None]


def test_an_artifact_with_every_field_comes_back_as_it_was():
    assert catalogue_of([small("a", 1), WHOLE, small("z", 1)]).artifact(1) == WHOLE


def test_the_least_artifact_comes_back_as_it_was():
    assert list(catalogue_of([small("a", 1)])) == [small("a", 1)]


@pytest.mark.parametrize("value", [0.0, -0.5, 1e300, True, False, "", "true", "0", "2024-06", None])
def test_a_fact_comes_back_with_its_value_and_its_kind(value: float | bool | str | None):
    (back,) = catalogue_of([small("a", 1, facts={"key": Fact(value)})])
    assert back.facts == {"key": Fact(value)}
    assert type(back.facts["key"].value) is type(value)


def test_facts_and_links_go_to_their_own_artifact_also_where_a_neighbour_has_none():
    facts = {"stars": Fact(5.0), "forks": Fact(2.0)}
    links = (Link(LinkKind.REQUIRES, "x"),)
    catalogue = catalogue_of(
        [small("a", 1), small("b", 1, facts=facts, links=links), small("c", 1), small("d", 1, facts=facts)]
    )
    assert [artifact.facts for artifact in catalogue] == [{}, facts, {}, facts]
    assert [artifact.links for artifact in catalogue] == [(), links, (), ()]


def test_a_link_told_twice_is_held_once_and_links_have_an_order():
    told = (Link(LinkKind.TRAINED_ON, "b"), Link(LinkKind.REQUIRES, "z"), Link(LinkKind.TRAINED_ON, "b"))
    assert catalogue_of([small("a", 1, links=told)]).artifact(0).links == (
        Link(LinkKind.REQUIRES, "z"),
        Link(LinkKind.TRAINED_ON, "b"),
    )


def test_every_table_is_sorted_by_artifact_and_has_its_columns_even_when_empty():
    catalogue = catalogue_of([small("b", 1), small("a", 1)])
    assert catalogue.capabilities["artifact_id"].to_pylist() == ["a", "b"]
    assert (catalogue.facts.num_rows, catalogue.links.num_rows) == (0, 0)
    assert catalogue.facts.column_names == [
        "artifact_id",
        "key",
        "number",
        "text",
        "flag",
        "observed_at",
        "source",
        "status",
    ]
    assert catalogue.links.schema.types == [pa.string()] * 3


def test_a_catalogue_of_nothing_is_empty_and_whole():
    empty = catalogue_of([])
    assert (len(empty), empty.ids, empty.offsets.tolist(), empty.owner.tolist(), list(empty)) == (0, [], [0], [], [])


def test_the_pricing_detail_is_held_as_json_with_its_names_in_order():
    detail = {"b": 1, "a": "ä"}
    held = catalogue_of([small("a", 1, pricing_detail=detail)]).texts("pricing_detail")
    assert held == ['{"a": "ä", "b": 1}']
    assert json.loads(held[0]) == detail


@given(st.permutations(range(8)), st.integers(0, 1000))
@settings(max_examples=25, deadline=None, database=None)
def test_the_order_that_artifacts_come_in_leaves_no_trace(order: list[int], seed: int):
    counts = Random(seed).choices([1, 2, 5], k=8)
    artifacts = [
        replace(WHOLE, artifact_id=f"whole-{place}") if count == 5 else small(f"a{place}", count)
        for place, count in enumerate(counts)
    ]
    told, shuffled = catalogue_of(artifacts), catalogue_of(artifacts[place] for place in order)
    for table in ("artifacts", "capabilities", "facts", "links"):
        assert getattr(told, table).equals(getattr(shuffled, table), check_metadata=True)


# -- Records


@pytest.mark.parametrize(
    ("value", "number"), [(5, 5.0), (1.5, 1.5), (0, 0.0), (True, None), (False, None), ("5", None), (None, None)]
)
def test_only_a_fact_that_counts_has_a_number(value: object, number: float | None):
    assert Fact(value).number == number


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024", "2024-01-01"),
        ("2024-06", "2024-06-01"),
        ("2024-06-03", "2024-06-03"),
        ("2024-06-03T10:00:00Z", "2024-06-03"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_a_written_day_means_its_first_day(written: str, day: str):
    assert first_day(written).isoformat() == day


@pytest.mark.parametrize(
    "written",
    [
        "",
        "-",
        "24",
        "20245",
        "2023-02-29",
        "2024-13",
        "2024-00-10",
        "0000",
        "May 2024",
        "2024-",
        "-2024",
        "2024/06",
        "²²²²",
    ],
)
def test_what_is_no_day_means_none(written: str):
    assert first_day(written) is None


def test_what_only_names_a_tag_or_a_job_is_no_ability_where_there_is_another() -> None:
    def does(artifact_id: str, *texts: str) -> tuple[Capability, ...]:
        return tuple(Capability(f"{artifact_id}#{at}", text, text) for at, text in enumerate(texts))

    shelved = Artifact(
        "a",
        "A",
        ArtifactType.APP,
        tags=("Work-flows",),
        job=("mail",),
        capabilities=does("a", "Work flows", "Sorts", "MAIL"),
    )
    bare = Artifact("b", "B", ArtifactType.APP, tags=("Games", "Chess"), capabilities=does("b", "Games", "Chess"))
    catalogue = catalogue_of([shelved, bare])
    assert catalogue.telling.tolist() == [False, True, False, True, True]
    assert [catalogue.abilities(place).tolist() for place in (0, 1)] == [[1], [3, 4]]


def test_where_capabilities_begin_is_right_even_where_an_artifact_has_none(three: Catalogue):
    lacking = replace(three, capabilities=three.capabilities.filter(pc.field("artifact_id") != "b"))
    assert lacking.offsets.tolist() == [0, 2, 2, 5]
