"""The starter catalogue of the repository is one that this project's own reading has nothing to say against."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.read import read
from matchgraph.catalogue.records import first_day
from matchgraph.catalogue.report import ReadReport

FOLDER = Path(__file__).parents[2] / "data" / "catalogue"

# In two parts each, so that this file does not itself name what it looks for.
PACKAGE_HOSTS = [
    first + second
    for first, second in [
        ("py", "pi.org"),
        ("pypi", ".python.org"),
        ("python", "hosted.org"),
        ("npm", "js.com"),
        ("npm", "js.org"),
        ("crates", ".io"),
        ("ruby", "gems.org"),
        ("pack", "agist.org"),
        ("nu", "get.org"),
        ("ana", "conda.org"),
        ("repo.", "maven.apache.org"),
        ("maven", "central"),
        ("proxy.", "golang.org"),
        ("pkg.", "go.dev"),
        ("cran.", "r-project.org"),
        ("hack", "age.haskell.org"),
        ("hub.", "docker.com"),
        ("pub", ".dev"),
        ("un", "pkg.com"),
    ]
]


@pytest.fixture(scope="module")
def starter() -> tuple[Catalogue, ReadReport]:
    return read(FOLDER)


def told() -> list[dict[str, Any]]:
    return [
        json.loads(line) for file in sorted(FOLDER.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()
    ]


def test_the_starter_catalogue_reads_without_any_problem(starter: tuple[Catalogue, ReadReport]):
    catalogue, report = starter
    assert [str(problem) for problem in report.problems] == []
    assert report.rows_in == report.rows_kept == len(catalogue)
    assert report.skipped_files == ()


def test_the_starter_catalogue_passes_strict_reading():
    read(FOLDER, strict=True)


def test_the_starter_catalogue_is_broad(starter: tuple[Catalogue, ReadReport]):
    catalogue, _ = starter
    assert len(catalogue) >= 150
    assert len(set(catalogue.texts("type"))) >= 10
    assert len({tag for tags in catalogue.texts("job") for tag in tags}) >= 20


def test_every_artifact_has_four_to_twelve_capabilities(starter: tuple[Catalogue, ReadReport]):
    assert {a.artifact_id: len(a.capabilities) for a in starter[0] if not 4 <= len(a.capabilities) <= 12} == {}


def test_the_pile_has_twelve_capabilities(starter: tuple[Catalogue, ReadReport]):
    catalogue, _ = starter
    assert len(catalogue.artifact(catalogue.place["the-pile"]).capabilities) == 12


@pytest.mark.parametrize("artifact_id", ["clip", "vit", "distilbert", "segformer", "paligemma", "the-pile"])
def test_an_artifact_that_examples_speak_of_is_there(starter: tuple[Catalogue, ReadReport], artifact_id: str):
    assert artifact_id in starter[0].place


def test_every_artifact_says_what_it_is_for_what_and_by_whom(starter: tuple[Catalogue, ReadReport]):
    artifacts = list(starter[0])
    assert [artifact.artifact_id for artifact in artifacts if not artifact.description] == []
    assert [artifact.artifact_id for artifact in artifacts if not artifact.job] == []
    assert [artifact.artifact_id for artifact in artifacts if not artifact.maker] == []


def test_every_address_is_a_secure_one(starter: tuple[Catalogue, ReadReport]):
    addresses = [artifact.url for artifact in starter[0] if artifact.url]
    assert len(addresses) >= 150
    assert [address for address in addresses if not address.startswith("https://")] == []


def test_an_alias_belongs_to_one_artifact(starter: tuple[Catalogue, ReadReport]):
    owners = defaultdict(set)
    for artifact in starter[0]:
        for alias in artifact.aliases:
            owners[alias.lower()].add(artifact.artifact_id)
    assert {alias: ids for alias, ids in owners.items() if len(ids) > 1} == {}


def test_no_alias_is_the_id_or_name_of_another_artifact(starter: tuple[Catalogue, ReadReport]):
    called = defaultdict(set)
    for artifact in starter[0]:
        for name in (artifact.artifact_id, artifact.name):
            called[name.lower()].add(artifact.artifact_id)
    clashes = {
        (artifact.artifact_id, alias)
        for artifact in starter[0]
        for alias in artifact.aliases
        if called[alias.lower()] - {artifact.artifact_id}
    }
    assert clashes == set()


def test_a_name_belongs_to_one_artifact(starter: tuple[Catalogue, ReadReport]):
    names = [name.lower() for name in starter[0].texts("name")]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_every_fact_says_where_and_when_it_was_seen(starter: tuple[Catalogue, ReadReport]):
    bare = [
        (artifact.artifact_id, key)
        for artifact in starter[0]
        for key, fact in artifact.facts.items()
        if not (fact.source and fact.observed_at and first_day(fact.observed_at))
    ]
    assert bare == []


def test_no_link_points_at_its_own_artifact(starter: tuple[Catalogue, ReadReport]):
    links = [(artifact.artifact_id, link.target) for artifact in starter[0] for link in artifact.links]
    assert len(links) >= 100
    assert [pair for pair in links if pair[0] == pair[1]] == []


def test_some_links_join_two_artifacts_of_the_catalogue(starter: tuple[Catalogue, ReadReport]):
    catalogue, _ = starter
    assert sum(target in catalogue.place for target in catalogue.links["target"].to_pylist()) >= 100


def test_the_search_for_package_hosts_would_find_one():
    page = "https://" + "py" + "pi.org/project/x"
    assert any(host in page for host in PACKAGE_HOSTS)


@pytest.mark.parametrize("host", PACKAGE_HOSTS)
def test_nothing_points_at_a_package_registry(host: str):
    assert [row["artifact_id"] for row in told() if host in json.dumps(row).lower()] == []
