"""Families: versions and sizes of one thing by one maker are linked, and nothing else is."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.catalogue.catalogue import catalogue_of
from matchgraph.catalogue.once.variants import variants
from matchgraph.catalogue.records import Artifact, ArtifactType, Capability


def some(name: str, type_: str = "model", maker: str | None = "Pond Labs", url: str | None = None) -> Artifact:
    artifact_id = f"x:{name.lower().replace('/', '-')}-{maker}"
    can = (Capability(f"{artifact_id}#can", "Read letters", "Reads letters."),)
    return Artifact(artifact_id, name, ArtifactType(type_), maker=maker, url=url, capabilities=can)


def linked(*artifacts: Artifact) -> set[tuple[str, str]]:
    catalogue = catalogue_of(artifacts)
    names = dict(zip(catalogue.ids, catalogue.texts("name"), strict=True))
    return {(names[each.artifact_id], names[each.of]) for each in variants(catalogue)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("heron-small", "heron-large-v3"),
        ("heron-3-8b", "heron-3-70b"),
        ("Heron 4.1 mini", "Heron 5"),
        ("heron", "heron-v2"),
        ("heron2", "heron-3"),
        ("heron-7b-gguf", "heron-7b"),
        ("yolot8", "yolotv9"),
        ("heron-base-finetuned-mail", "heron-large-finetuned-mail"),
        ("Heron 4 (2024-05-13)", "Heron 4"),
        ("heron8m-nest-finding", "heron8s-nest-finding"),
        ("heron-b-32", "heron-l-14"),
        ("heron-patch16", "heron-patch14-window7"),
        ("heron-s34b-b88k", "heron-s32b-b82k"),
        ("heron-k2.5", "heron-k3"),
        ("heron_resnet50", "heron_resnet101"),
        ("heron-32x8d", "heron-32x16d"),
        ("heron-small3.1", "heron-large"),
        ("heron-221116-110652", "heron"),
    ],
)
def test_versions_sizes_and_forms_of_one_name_are_one_family(one: str, other: str) -> None:
    assert {frozenset(pair) for pair in linked(some(one), some(other))} == {frozenset((one, other))}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("heron-small-en", "heron-small-de"),
        ("heron-cifar10", "heron-cifar100"),
        ("heron-chat", "heron-coder"),
        ("heron-finetuned-k400", "heron-finetuned-k600"),
        ("heron-1771761511", "heron-1771761512"),
        ("heron-r", "heron-a"),
        ("heron-r1", "heron-v3"),
        ("heron-finetuned-pond", "heron-finetuned-pond2"),
        ("heron-small", "otter-large"),
        ("Heron 4 (Reasoning)", "Heron 4 (Quick)"),
        ("heron", "Heron"),
    ],
)
def test_another_task_language_or_name_is_another_family(one: str, other: str) -> None:
    assert not linked(some(one), some(other))


def test_two_makers_have_no_family_together() -> None:
    assert not linked(some("heron-small", maker="Pond Labs"), some("heron-large", maker="Lake Labs"))
    assert not linked(some("pond/heron-small", maker=None), some("lake/heron-large", maker=None))
    assert not linked(some("heron-small", maker=None), some("heron-large", maker=None))


def test_the_owner_of_a_name_or_of_a_repository_is_its_maker() -> None:
    assert linked(some("pond/heron-small", maker=None), some("pond/heron-large", maker=None))
    where = "https://github.com/pond/heron"
    assert linked(
        some("heron18 (pond/heron)", maker=None, url=where), some("heron50 (pond/heron)", maker=None, url=where)
    )


def test_a_model_and_its_data_are_no_family() -> None:
    assert not linked(some("heron", "dataset"), some("heron-v2"))


def test_of_software_only_a_number_is_a_version() -> None:
    assert linked(some("heron", "package"), some("heron v2", "package"))
    assert not linked(some("heron", "package"), some("heron pro", "package"))
    assert not linked(some("heron", "package"), some("heron-2024", "package"))
    assert linked(some("pond-heron", "package"), some("pond-heron2", "package"))
    assert not linked(some("heron8m", "package"), some("heron8s", "package"))


def test_a_number_in_the_name_of_data_may_be_another_task() -> None:
    assert not linked(some("pond task 2", "dataset"), some("pond task 3", "dataset"))
    assert linked(some("pond", "dataset"), some("pond v2", "dataset"))


def test_where_no_maker_is_stated_a_size_may_be_by_another() -> None:
    at = "https://ollama.com/library/"
    heron, second, small = (some(name, maker=None, url=at + name) for name in ("heron", "heron2", "heron-mini"))
    assert linked(heron, second) == {("heron2", "heron")}
    assert not linked(second, small)
    third, large = (some(name, maker=None, url=at + name) for name in ("heron-mini-3", "heron-large"))
    assert linked(heron, second, third, large) == {("heron2", "heron"), ("heron-mini-3", "heron")}
    assert linked(small, third, heron) == {("heron-mini", "heron"), ("heron-mini-3", "heron")}


def test_a_name_that_the_hub_itself_gave_is_of_one_maker() -> None:
    small, large = some("heron-small", maker=None), some("heron-large", maker=None)
    assert not linked(small, large)
    small, large = (replace(each, artifact_id=f"hf:{each.name}") for each in (small, large))
    assert linked(small, large)


def test_all_of_a_family_lead_to_its_plainest() -> None:
    family = [some(name) for name in ("heron-small", "heron-large-v2", "heron", "heron-large")]
    assert linked(*family) == {("heron-small", "heron"), ("heron-large-v2", "heron"), ("heron-large", "heron")}


NAMES = st.lists(
    st.sampled_from(["heron", "otter", "v2", "small", "7b", "en", "3", "(x)", "-", "2024", "é", "/"]),
    min_size=1,
    max_size=5,
)


@given(st.lists(NAMES, min_size=1, max_size=6))
def test_no_name_breaks_it_and_the_order_decides_nothing(names: list[list[str]]) -> None:
    artifacts = list({each.artifact_id: each for each in (some("-".join(words)) for words in names)}.values())
    shuffled = random.Random(1).sample(artifacts, len(artifacts))
    found = variants(catalogue_of(artifacts))
    assert found == variants(catalogue_of(shuffled))
    assert not {each.artifact_id for each in found} & {each.of for each in found}
