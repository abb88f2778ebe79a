"""What is one thing under several ids becomes one, for a reason; what only looks like it stays apart."""

import random
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.catalogue.once.judge import Answer
from matchgraph.catalogue.once.once import Once, one_each
from matchgraph.catalogue.once.pairs import Pair
from matchgraph.catalogue.once.sayings import Sayings
from matchgraph.catalogue.records import Artifact, ArtifactType, Fact, Link, LinkKind
from matchgraph.errors import CatalogueError

REPOSITORY = "https://github.com/otters/holt"


def made(artifact_id: str, name: str = "Holt", type: str = "app", source: str | None = None, **more: Any) -> Artifact:
    """One artifact, of a source of its own where none is named."""
    return Artifact(artifact_id, name, ArtifactType(type), source=source or f"list of {artifact_id}", **more)


def of(*artifacts: Artifact, sayings: Sayings | None = None) -> Once:
    return one_each(artifacts, sayings)


def pair(once: Once) -> Pair:
    assert len(once.pairs) == 1
    return once.pairs[0]


def found(once: Once, left: str, right: str) -> str:
    return next(each.finding.reason for each in once.pairs if (each.left, each.right) == (left, right))


def package(name: str) -> dict[str, Fact]:
    return {"package_name": Fact(name)}


# -- What makes two one


@pytest.mark.parametrize(
    ("left", "right", "says"),
    [
        ({"url": REPOSITORY}, {"url": "git+https://www.GitHub.com/Otters/holt.git#readme"}, "github.com/otters/holt"),
        ({"url": REPOSITORY}, {"url": "https://holt.example", "facts": {"github": Fact("Otters/Holt")}}, "otters/holt"),
        ({"url": "https://holt.example/"}, {"url": "http://www.holt.example/index.html"}, "the page holt.example"),
        ({"url": "https://pypi.org/project/Otter_Holt"}, {"facts": {"pypi": Fact("otter-holt")}}, "otter-holt on pypi"),
        ({"aliases": ("b:2",)}, {}, "states b:2 among its own names"),
        ({"maker": "Otter Works"}, {"maker": "otter  works"}, "the maker otter works"),
        ({"description": "Diary of tides"}, {"description": "Keeps tide tables"}, "both say tid"),
        ({"description": "Diary"}, {"description": "Tides", "url": "https://holts.example"}, None),
    ],
)
def test_two_are_one_for_a_reason_that_is_told(left: dict, right: dict, says: str | None) -> None:
    once = of(made("a:1", **left), made("b:2", **right))
    if says is None:
        assert (once.groups, pair(once).finding.answer) == ((), Answer.POSSIBLE)
    else:
        assert once.groups == (("a:1", "b:2"),)
        assert says in pair(once).finding.reason
        assert pair(once).finding.confidence >= 0.9


def test_a_page_on_a_domain_of_its_name_speaks_for_two_that_share_the_name() -> None:
    once = of(made("a:1", "Lagoonary"), made("b:2", "Lagoonary", url="https://lagoonary.example"))
    assert once.groups == (("a:1", "b:2"),)
    assert "lagoonary.example is the page of one" in pair(once).finding.reason


def test_what_is_one_with_a_third_is_one_with_all() -> None:
    home, both = "https://holt.example", {"github": Fact("otters/holt")}
    once = of(made("a", url=home), made("b", url=home, facts=both), made("c", "Holt App", url=REPOSITORY))
    assert once.groups == (("a", "b", "c"),)


# -- What keeps two apart, whatever else they share


@pytest.mark.parametrize(
    ("left", "right", "because"),
    [
        ({"facts": {"github": Fact("otters/holt")}}, {"facts": {"github": Fact("voles/holt")}}, "repositories differ"),
        ({"facts": {"pypi": Fact("holt")}}, {"facts": {"pypi": Fact("holt2")}}, "packages on pypi differ"),
        ({"links": (Link(LinkKind.DERIVED_FROM, "b"),)}, {}, "declares a link"),
        ({"type": "model"}, {"type": "dataset"}, "one is of type dataset, the other of type model"),
    ],
)
def test_two_of_one_name_and_page_stay_apart(left: dict, right: dict, because: str) -> None:
    once = of(made("a", url="https://holt.example", **left), made("b", url="https://holt.example", **right))
    assert once.groups == ()
    assert pair(once).finding.answer is Answer.APART
    assert because in pair(once).finding.reason


def test_a_third_never_joins_two_that_are_apart() -> None:
    one, other = ({"github": Fact(f"{owner}/holt")} for owner in ("otters", "voles"))
    page = "https://holt.example"
    once = of(made("a", url=page, facts=one), made("b", url=page), made("c", url=page, facts=other))
    assert once.groups == (("a", "b"),)
    assert "of a and c, their repositories differ" in found(once, "b", "c")


@pytest.mark.parametrize("names", [("Holt 7B", "Holt 13B"), ("Holt v1", "Holt v2"), ("holt-1.3b", "holt-13b")])
def test_versions_and_sizes_of_a_family_are_different_things(names: tuple[str, str]) -> None:
    a, b = (made(name, name, "model", maker="Otters", url=REPOSITORY) for name in names)
    assert of(a, b).groups == ()


def test_a_name_that_many_have_makes_none_of_them_one() -> None:
    servers = [made(f"s{n}", "Tide MCP Server", "mcp-server", description="Reads tide tables") for n in range(9)]
    apps = [made(f"a{n}", "Tide Tables", description="Reads tides of harbours") for n in range(3)]
    once = of(*servers, *apps)
    assert (once.groups, {each.finding.answer for each in once.pairs}) == ((), {Answer.APART})
    assert len(once.pairs) == 3 + 2, "a few of a name stand for all of it"
    assert found(once, "s0", "s1").startswith("both have the name, as 7 more do; but ")


def test_namesakes_are_told_as_apart_with_what_keeps_them_so() -> None:
    one, other = (f"https://github.com/{owner}/tide" for owner in ("otters", "herons"))
    kind = {"name": "Tide MCP Server", "type": "mcp-server"}
    told = pair(of(made("a", url=one, **kind), made("b", url=other, **kind)))
    assert told.finding.answer is Answer.APART
    assert told.finding.reason.startswith("both have the name; but their repositories differ: github.com/otters/tide")
    assert "a name alone" in pair(of(made("a", **kind), made("b", **kind))).finding.reason


def test_what_one_source_lists_twice_under_one_name_is_two_things() -> None:
    same = {"description": "Diary of tides", "maker": "Otters", "source": "list"}
    once = of(made("a", **same), made("b", **same))
    assert (once.groups, pair(once).finding.reason) == ((), "both have the name; but list lists them as two")


def test_software_is_no_server_though_both_are_in_one_repository() -> None:
    assert of(made("a", url=REPOSITORY), made("b", url=REPOSITORY, type="mcp-server")).groups == ()


def test_a_repository_that_says_what_is_in_it_is_that() -> None:
    address = "https://github.com/otters/holt-mcp"
    repository = made("github:x", "holt-mcp", "repository", url=address)
    assert of(repository, made("mcp:x", type="mcp-server", url=address)).groups == (("github:x", "mcp:x"),)


# -- Repositories that hold many things


def shelf(*parts: str) -> list[Artifact]:
    """Servers of one source that are folders of one repository."""
    return [made(part, part, "mcp-server", "list", url=f"{REPOSITORY}/tree/main/src/{part}") for part in parts]


def test_packages_of_one_repository_are_different_things() -> None:
    once = of(*shelf("tides", "moons"), made("whole", "otters/holt", "mcp-server", url=REPOSITORY))
    assert once.groups == ()


def test_the_same_part_of_a_repository_is_one_thing() -> None:
    other = made("x:moons", "Moon Phases", "mcp-server", url=f"{REPOSITORY}/tree/v2/src/moons")
    assert of(*shelf("tides", "moons"), other).groups == (("moons", "x:moons"),)


def test_two_packages_of_one_listing_are_two() -> None:
    rows = [made(n, type="mcp-server", source="list", url=REPOSITORY, facts=package(n)) for n in ("holt-a", "holt-b")]
    assert of(*rows).groups == ()


def test_a_package_with_and_without_its_scope_is_one() -> None:
    names = ("holt", "@otters/holt")
    rows = [made(n, type="mcp-server", source="list", url=REPOSITORY, facts=package(n)) for n in names]
    assert of(*rows).groups == (("@otters/holt", "holt"),)


def test_models_of_one_repository_are_one_only_by_their_name() -> None:
    names = {"a": "tide", "b": "moon", "c": "Tide"}
    assert of(*(made(each, name, "model", url=REPOSITORY) for each, name in names.items())).groups == (("a", "c"),)


# -- What people say


def test_what_people_say_counts_before_what_is_found() -> None:
    rows = [
        made("a", url=REPOSITORY),
        made("b", url=REPOSITORY),
        made("c", "Weir", url="https://github.com/otters/weir"),
    ]
    once = of(*rows, sayings=Sayings(same=(("c", "a"),), different=(("a", "b"),)))
    assert once.groups == (("a", "c"),)
    assert (found(once, "a", "c"), found(once, "a", "b")) == ("said to be the same", "said to be different")


def test_ids_that_are_named_in_vain_are_told() -> None:
    assert of(made("a"), sayings=Sayings(same=(("a", "gone"),))).unknown == ("gone",)


def test_to_say_both_of_two_is_an_error() -> None:
    with pytest.raises(CatalogueError, match="a and c are said to be the same and to be different"):
        of(made("a"), made("b"), made("c"), sayings=Sayings((("a", "b"), ("b", "c")), (("a", "c"),)))


# -- For any catalogue

NAMES, OWNERS = st.sampled_from(["Holt", "holt!", "Weir", "Holt 2"]), st.sampled_from(["otters", "voles"])
ADDRESSES = st.one_of(
    st.none(),
    st.sampled_from(["https://holt.example", "https://weir.example/a"]),
    st.builds("https://github.com/{}/{}".format, OWNERS, st.sampled_from(["holt", "weir", "holt/tree/main/lib"])),
)
ROWS = st.builds(
    made,
    st.uuids().map(str),
    NAMES,
    st.sampled_from(["app", "package", "mcp-server", "model"]),
    st.sampled_from(["one list", "another", None]),
    url=ADDRESSES,
    maker=st.sampled_from(["Otters", None]),
    description=st.sampled_from(["", "tides of harbours", "phases of moons", "tides and moons"]),
    facts=st.sampled_from([{}, package("holt"), package("weir"), {"pypi": Fact("holt")}, {"pypi": Fact("weir")}]),
)
CATALOGUES = st.lists(ROWS, max_size=9, unique_by=lambda each: each.artifact_id)


@given(CATALOGUES, st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_the_order_of_rows_decides_nothing(rows: list[Artifact], dice: random.Random) -> None:
    assert of(*dice.sample(rows, len(rows))) == of(*rows)


@given(CATALOGUES)
@settings(max_examples=150)
def test_none_are_one_whose_repositories_differ(rows: list[Artifact]) -> None:
    there = {each.artifact_id: each.url for each in rows if each.url and "github" in each.url}
    stated = {artifact_id: tuple(url.split("/")[3:5]) for artifact_id, url in there.items()}
    for group in of(*rows).groups:
        assert len({stated[each] for each in group if each in stated}) <= 1


@given(CATALOGUES)
@settings(max_examples=100)
def test_groups_share_no_id_and_every_merged_one_has_a_reason(rows: list[Artifact]) -> None:
    once = of(*rows)
    assert not any(set(a) & set(b) for a, b in combinations(once.groups, 2))
    same = {each for p in once.pairs if p.finding.answer is Answer.SAME for each in (p.left, p.right)}
    assert {each for group in once.groups for each in group} <= same


@given(CATALOGUES)
@settings(max_examples=100)
def test_to_say_of_all_that_they_are_different_merges_none(rows: list[Artifact]) -> None:
    ids = tuple(each.artifact_id for each in rows)
    assert of(*rows, sayings=Sayings(different=(ids,))).groups == ()


def test_the_id_of_a_registry_is_a_package_of_it() -> None:
    once = of(made("pypi:otter-holt"), made("pkg:otters/holt", "Otter Holt", facts={"pypi": Fact("Otter.Holt")}))
    assert once.groups == (("pkg:otters/holt", "pypi:otter-holt"),)
    core, whole = made("pypi:holt-core", "holt-core", url=REPOSITORY), made("pypi:holt", "holt", url=REPOSITORY)
    assert of(core, whole).groups == ()


def test_any_other_id_tells_nothing() -> None:
    row, other = made("a", description="Diary of tides", url=REPOSITORY), made("z", url=REPOSITORY)
    assert pair(of(row, other)).finding == pair(of(replace(row, artifact_id="holt"), other)).finding
