"""A manifest says all of an artifact and reads as it again; its validator tells errors from warnings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import matchgraph as mg
from matchgraph.catalogue.check import check
from matchgraph.catalogue.importers.fields import Fields
from matchgraph.catalogue.intake import import_catalogue
from matchgraph.catalogue.manifest import content_of, manifest_of, passport_of, row_of_content
from matchgraph.catalogue.origin import ORIGIN
from matchgraph.catalogue.records import MOST_REMARKS, Artifact, ArtifactType, FactStatus, LinkKind, Pricing
from matchgraph.catalogue.report import Ledger
from matchgraph.catalogue.yaml_text import yaml_of
from matchgraph.errors import CatalogueError
from tests.catalogue.importers.samples import MANIFEST

_TEXTS = st.text(st.sampled_from("abno12 .,:;-#'\"{}[]&<>*!?%é中~\\/\n"), max_size=14)
_LISTS = st.lists(_TEXTS, max_size=3)
_FREE = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=6,
)
_KEYS = st.sampled_from(
    [
        "stars",
        "execution.runtime",
        "execution.env:json",
        "failure_modes.0",
        "failure_modes.1:json",
        "failure_modes.7",
        "a.b",
    ]
)
_FACTS = st.dictionaries(
    _KEYS,
    (st.integers(-99, 10**12) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | _TEXTS)
    | st.fixed_dictionaries(
        {"value": _TEXTS | st.integers(0, 9)},
        optional={
            "observed_at": st.just("2026-05"),
            "source": _TEXTS,
            "status": st.sampled_from(list(map(str, FactStatus))),
        },
    ),
    max_size=5,
)
_CAPABILITIES = st.fixed_dictionaries(
    {"name": _TEXTS, "description": st.just("sorts letters ") | _TEXTS},
    optional=dict.fromkeys(("intents", "best_for", "limitations", "requires", "input_types", "output_types"), _LISTS)
    | dict.fromkeys(("capability_id", "unique", "vs_alternatives"), _TEXTS),
)
_ROWS = st.fixed_dictionaries(
    {"artifact_id": _TEXTS, "name": _TEXTS, "type": st.sampled_from(list(map(str, ArtifactType)))},
    optional=dict.fromkeys(("description", "maker", "url", "license", "source", "source_license"), _TEXTS)
    | dict.fromkeys(("job", "inputs", "outputs", "aliases", "tags", "remarks"), _LISTS)
    | {
        "pricing": st.sampled_from(list(map(str, Pricing))),
        "pricing_detail": st.dictionaries(_TEXTS, _FREE, max_size=3),
        "facts": _FACTS,
        "links": st.lists(st.fixed_dictionaries({"kind": st.sampled_from(list(map(str, LinkKind))), "target": _TEXTS})),
        "capabilities": st.lists(_CAPABILITIES, max_size=3),
    },
)


MANY_REMARKS = "".join(f"  - Was seen at pond {number}.\n" for number in range(MOST_REMARKS + 1))


def checked(row: dict[str, Any]) -> Artifact | None:
    return check(row, "rows", 1, Ledger())


@given(_ROWS)
@settings(max_examples=100, deadline=None)
def test_any_artifact_reads_back_from_its_manifest_and_from_its_passport(row: dict[str, Any]) -> None:
    artifact = checked(row)
    if artifact is None:
        return
    for content in (yaml_of(manifest_of(artifact)), json.loads(passport_of(artifact))):
        fields = Fields(content)
        assert checked(row_of_content(fields)) == artifact
        assert list(fields.left()) == []


@given(st.lists(_FREE, max_size=3), st.dictionaries(_TEXTS, _FREE, max_size=3))
@settings(max_examples=80, deadline=None)
def test_blocks_come_back_as_they_were_written_but_for_spaces(failures: list[Any], execution: dict[str, Any]) -> None:
    content = {"artifact": {"id": "otter", "name": "Otter", "type": "app", "description": "sorts letters"}}
    blocks = {"failure_modes": failures, "execution": execution}
    once = checked(row_of_content(Fields(content | blocks)))
    assert once is not None
    assert checked(row_of_content(Fields(content_of(once)))) == once


def test_a_manifest_of_every_block_comes_back_word_for_word(tmp_path: Path) -> None:
    (tmp_path / "otter.yaml").write_text(MANIFEST)
    (otter,) = import_catalogue("manifest", tmp_path).artifacts
    content = yaml_of(manifest_of(otter))
    content["artifact"]["facts"] = {
        key: fact for key, fact in content["artifact"]["facts"].items() if not key.startswith(ORIGIN)
    }
    assert content == yaml_of(MANIFEST)


def test_a_passport_is_imported_like_its_manifest(tmp_path: Path) -> None:
    (tmp_path / "otter.yaml").write_text(MANIFEST)
    (otter,) = import_catalogue("manifest", tmp_path / "otter.yaml").artifacts
    (tmp_path / "otter.json").write_text(passport_of(otter))
    (again,) = import_catalogue("manifest", tmp_path / "otter.json").artifacts
    assert otter.facts.items() <= again.facts.items()
    assert (again.capabilities, again.pricing_detail) == (otter.capabilities, otter.pricing_detail)
    assert again.remarks == otter.remarks == ("Swims at night, while others sleep.",)


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    return tmp_path / "otter.yaml"


def fields_of(problems: tuple[Any, ...]) -> list[str]:
    return [problem.field for problem in problems]


def test_a_whole_manifest_has_no_errors_and_no_warnings(manifest: Path) -> None:
    manifest.write_text(MANIFEST)
    found = mg.validate_manifest(manifest)
    assert (found.is_valid, found.errors, found.warnings) == (True, (), ())
    assert str(found) == f"{manifest}: valid"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("  id: otter\n", "", "artifact_id"),
        ("  name: Otter\n", "", "name"),
        ("type: agent", "type: agnt", "type"),
        ("artifact:", "artefact:", "manifest"),
        ("pricing:", "]pricing:", "manifest"),
        ("  tags: [mail, '007']", "  tags: &a [*a]", "manifest"),
        (
            "- id: sort\n",
            "- {id: sort, name: Sort, description: sorts many letters}\n- id: sort\n",
            "capabilities.2.id",
        ),
    ],
)
def test_what_an_import_cannot_do_without_is_an_error(manifest: Path, old: str, new: str, field: str) -> None:
    assert old in MANIFEST
    manifest.write_text(MANIFEST.replace(old, new, 1))
    found = mg.validate_manifest(manifest)
    assert not found.is_valid
    assert fields_of(found.errors) == [field]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("license: MIT", "colour: red", "artifact.license"),
        ("  license: MIT\n", "  license: MIT\n  colour: red\n", "artifact.colour"),
        ("bestFor:", "best_for:", "capabilities.conditions.best_for"),
        ("    limitations: [reads no handwriting]\n", "", "capabilities.1.conditions.limitations"),
        ("kind: requires", "kind: needs", "links.1.kind"),
        ("Sorts incoming letters into folders by topic.", "sorts", "capabilities.1.description"),
        ("'2026-05-01'", "yesterday", "facts.stars"),
        ("  - Swims at night, while others sleep.\n", "  - {when: at night}\n", "remarks.1"),
        ("  - Swims at night, while others sleep.\n", MANY_REMARKS, "remarks"),
    ],
)
def test_what_is_lost_or_lacking_is_a_warning(manifest: Path, old: str, new: str, field: str) -> None:
    assert old in MANIFEST
    manifest.write_text(MANIFEST.replace(old, new, 1))
    found = mg.validate_manifest(manifest)
    assert found.is_valid
    assert field in fields_of(found.warnings)
    assert field in str(found)
    assert {"line", "field", "found", "wanted"} == found.to_dict()["warnings"][0].keys()


def test_capabilities_may_be_plain_texts_beside_blocks_and_only_what_is_unknown_is_told(manifest: Path) -> None:
    block = "{id: count, name: Count birds, description: Counts the birds of a pond., colour: red}"
    text = "artifact: {id: a, name: A, type: cli}\ncapabilities:\n- Sorts letters by topic.\n"
    manifest.write_text(f"{text}- {block}\n")
    told = fields_of(mg.validate_manifest(manifest).warnings)
    assert "capabilities.colour" in told
    assert "capabilities" not in told
    (again,) = import_catalogue("manifest", manifest).artifacts
    assert {each.description for each in again.capabilities} == {
        "Sorts letters by topic.",
        "Counts the birds of a pond.",
    }


def test_one_remark_is_one_whatever_marks_are_in_it(manifest: Path) -> None:
    manifest.write_text(f"{MANIFEST}".replace("remarks:\n  - Swims at night, while", "remarks: Swims at night; while"))
    assert import_catalogue("manifest", manifest).artifacts[0].remarks == ("Swims at night; while others sleep.",)


def test_an_empty_folder_and_an_empty_file_are_told_from_a_manifest(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="holds no files: name the one"):
        mg.validate_manifest(tmp_path)
    (tmp_path / "m.yaml").write_text("")
    assert [each.found for each in mg.validate_manifest(tmp_path / "m.yaml").errors] == ["an empty file"]


def test_a_capability_of_nothing_but_an_id_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(
        "artifact: {id: a, name: A, type: cli}\ncapabilities: [{id: sort}, {name: Sort 5, description: 5}]\n"
    )
    found = mg.validate_manifest(tmp_path / "m.yaml")
    assert not found.is_valid
    assert [(each.field, each.wanted) for each in found.errors] == [("capabilities.1", "wanted what it does")]
    assert any(each.field == "capabilities.2.description" for each in found.warnings)


def test_what_is_left_of_a_part_is_told_by_its_place_in_the_whole_list():
    fields = Fields({"capabilities": ["counts otters", {"name": "ponds", "depth": 3}]})
    for part in fields.each("capabilities"):
        part.text("name")
    fields.take("capabilities")
    assert list(fields.left()) == [("capabilities.2.depth", 3)]
