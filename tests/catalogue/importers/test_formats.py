"""Each format becomes rows: what it states finds its field, what has no field is told, and both lead to their file."""

from __future__ import annotations

import itertools
import json
import logging
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import matchgraph as mg
from matchgraph.catalogue import importers as package
from matchgraph.catalogue.importers.importer import importers
from matchgraph.catalogue.importers.words import own_repository
from matchgraph.catalogue.intake import Intake, import_catalogue
from matchgraph.catalogue.origin import origins
from matchgraph.catalogue.read import read
from matchgraph.catalogue.report import Outcome
from matchgraph.errors import CatalogueError
from tests.catalogue.importers.samples import HISTORY, MODEL_CARD, PACKAGE, SAMPLES, SERVER, TOOLS, laid_out

DATA = Path(__file__).parents[3].parent / "shared" / "data" / "catalogue"


def told(format: str, folder: Path, files: dict[str, str] | None = None) -> tuple[dict[str, dict[str, Any]], Intake]:
    """The rows of a sample by their ids, and the whole intake."""
    found = import_catalogue(format, laid_out(SAMPLES[format] if files is None else files, folder))
    return {row["artifact_id"]: row for row in found.to_rows()}, found


def values(row: dict[str, Any]) -> dict[str, Any]:
    return {key: fact["value"] for key, fact in row["facts"].items() if not key.startswith("origin:")}


def unplaced(found: Intake) -> set[str]:
    return {problem.field for problem in found.report.problems if problem.outcome is Outcome.UNPLACED}


def test_there_is_a_sample_of_every_importer() -> None:
    assert importers().keys() == SAMPLES.keys()


_NEW = """
from matchgraph.catalogue.importers.importer import Imported, Importer, one_by_one


def read(document, ledger):
    name, does = document.text().split(":")
    yield Imported({"artifact_id": name, "name": name, "type": "app", "description": does}, document)


IMPORTER = Importer("pond", "A name and what it does.", lambda each: each.inner.suffix == ".pond", one_by_one(read))
"""


def test_a_format_is_added_by_adding_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = laid_out({"pond.py": _NEW}, tmp_path / "room")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(room)])
    folder = laid_out({"otter.pond": "Otter: sorts letters", "x.txt": "no"}, tmp_path / "src")
    importers.cache_clear()
    try:
        found = import_catalogue("auto", folder / "otter.pond")
    finally:
        importers.cache_clear()
        sys.modules.pop("matchgraph.catalogue.importers.pond", None)
    assert [(each.artifact_id, each.description) for each in found] == [("Otter", "sorts letters")]
    assert repr(found) == "Intake(1 artifacts, 0 rows refused, 0 problems)"


def test_a_model_card_states_task_licence_languages_and_where_the_model_comes_from(tmp_path: Path) -> None:
    rows, found = told("hf-card", tmp_path)
    otter = rows["hf:ponds/otter"]
    assert (otter["type"], otter["job"], otter["license"]) == ("fine-tune", ["text classification"], "apache-2.0")
    assert [(link["kind"], link["target"]) for link in otter["links"]] == [
        ("derived_from", "hf:ponds/heron-base"),
        ("trained_on", "hfds:ponds/mail-corpus"),
        ("evaluated_on", "hfds:ponds/mail-corpus"),
    ]
    assert values(otter) == {
        "languages": "en, no",
        "library": "otterlib",
        "metrics": "accuracy",
        "accuracy_on_ponds_mail_corpus": 0.91,
    }
    assert [each["description"] for each in otter["capabilities"]] == [
        "Otter sorts letters into folders.",
        "flags junk letters before anyone reads them",
        "Sorts incoming letters by their topic",
    ]
    assert {"widget", "text (licence)"} <= unplaced(found)


def test_a_dataset_card_is_known_by_what_only_datasets_state(tmp_path: Path) -> None:
    rows, _ = told("hf-card", tmp_path)
    corpus = rows["hfds:ponds/mail-corpus"]
    assert (corpus["type"], corpus["name"], corpus["tags"]) == ("dataset", "Pond Mail", ["topic-classification"])
    assert corpus["links"] == [{"kind": "derived_from", "target": "hfds:ponds/raw-mail"}]


_OLD_CARD = """---
languages: [en]
licenses: [mit]
source_datasets: ["extended|ponds/all-mail"]
---
# Dataset Card for "letters"

## Table of Contents
- [A part of the card](#part)

## Dataset Structure
- **Size of all files:** 33 MB

### Fields
- `id`: the number of the letter

## Uses
- Train a sorter of letters on it
"""


def test_an_old_card_of_a_template_tells_its_uses_and_not_its_template(tmp_path: Path) -> None:
    rows, _ = told("hf-card", tmp_path, {"letters/README.md": _OLD_CARD})
    letters = rows["hfds:letters"]
    assert (letters["name"], letters["license"], values(letters)["languages"]) == ("letters", "mit", "en")
    assert [each["description"] for each in letters["capabilities"]] == ["Train a sorter of letters on it"]
    assert letters["links"] == [{"kind": "derived_from", "target": "hfds:ponds/all-mail"}]


@pytest.mark.parametrize(
    ("path", "repository"),
    [
        ("otter/README.md", "otter"),
        ("ponds/otter/README.md", "ponds/otter"),
        ("models--ponds--otter/snapshots/0a1b/README.md", "ponds/otter"),
    ],
)
def test_a_card_is_called_after_the_folders_it_stands_in(tmp_path: Path, path: str, repository: str) -> None:
    rows, _ = told("hf-card", tmp_path, {path: MODEL_CARD})
    assert list(rows) == [f"hf:{repository}"]


def test_a_card_of_front_matter_alone_can_do_its_task(tmp_path: Path) -> None:
    rows, _ = told("hf-card", tmp_path, {"otter/README.md": "---\npipeline_tag: image-to-text\n---\n"})
    otter = rows["hf:otter"]
    assert [each["description"] for each in otter["capabilities"]] == ["image to text"]
    assert (otter["inputs"], otter["outputs"]) == (["image"], ["text"])


def test_front_matter_that_is_never_closed_is_refused_and_said_to_be(tmp_path: Path) -> None:
    files = {"a/README.md": "---\nlicense: mit\n\nSorts letters by topic.\n", "b/README.md": MODEL_CARD}
    rows, found = told("hf-card", tmp_path, files)
    assert list(rows) == ["hf:b"]
    (refused,) = [each for each in found.report.problems if each.outcome is Outcome.REFUSED]
    assert refused.found == "front matter that is never closed"


@pytest.mark.parametrize(
    ("front", "licence"), [("---\n---\n", ""), ("--- \nlicense: mit\n--- \n", "mit"), ("---\n\n---\n", "")]
)
def test_front_matter_may_be_empty_or_have_blanks_after_its_marks(tmp_path: Path, front: str, licence: str) -> None:
    rows, _ = told("hf-card", tmp_path, {"otter/README.md": f"{front}# Otter\n\nSorts letters by topic.\n"})
    otter = rows["hf:otter"]
    assert (otter["name"], otter.get("license", ""), otter["description"]) == (
        "Otter",
        licence,
        "Sorts letters by topic.",
    )


def test_a_card_is_read_without_a_word_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    card = MODEL_CARD.replace("    dataset: {name: Pond Mail, type: ponds/mail-corpus}\n", "")
    with caplog.at_level("WARNING", "huggingface_hub"):
        logging.getLogger("huggingface_hub").addHandler(caplog.handler)  # whose log goes no further up
        told("hf-card", tmp_path, {"otter/README.md": card})
        logging.getLogger("huggingface_hub").removeHandler(caplog.handler)
    assert caplog.records == []


def test_a_model_index_that_the_hub_cannot_read_is_told(tmp_path: Path) -> None:
    card = MODEL_CARD.replace("    dataset: {name: Pond Mail, type: ponds/mail-corpus}\n", "")
    _, found = told("hf-card", tmp_path, {"otter/README.md": card})
    assert "model-index" in unplaced(found)


def test_a_server_has_the_tools_that_stand_beside_it_as_capabilities(tmp_path: Path) -> None:
    rows, found = told("mcp", tmp_path)
    otter = rows["mcp:io.github.ponds/otter-mcp"]
    assert [each["name"] for each in otter["capabilities"]] == ["send_letter", "count_letters"]
    assert otter["capabilities"][0]["input_types"] == ["email", "integer"]
    assert otter["capabilities"][0]["output_types"] == ["boolean"]
    assert values(otter) == {
        "version": "1.2.0",
        "n_tools": 2,
        "github": "ponds/otter-mcp",
        "transports": "stdio, streamable-http",
        "npm_package": "otter-mcp",
        "required_settings": "POND_KEY",
    }
    assert "remotes.url" in unplaced(found)


@pytest.mark.parametrize(
    "listing",
    [
        TOOLS,
        TOOLS["tools"],
        {"jsonrpc": "2.0", "id": 1, "result": TOOLS},
        [
            {
                "name": "send_letter",
                "arguments": [{"name": "to", "type": "email"}, {"name": "copies", "type": "integer"}],
            }
        ],
    ],
)
def test_a_list_of_tools_alone_is_a_server_called_after_its_folder(tmp_path: Path, listing: object) -> None:
    rows, _ = told("mcp", tmp_path, {"pond-mail/tools.json": json.dumps(listing)})
    assert list(rows) == ["mcp:pond-mail"]
    assert rows["mcp:pond-mail"]["capabilities"][0]["input_types"] == ["email", "integer"]


def test_a_listing_of_the_registry_tells_of_each_of_its_servers(tmp_path: Path) -> None:
    meta = {"io.modelcontextprotocol.registry/official": {"publishedAt": "2026-01-02T03:04:05Z"}}
    listing = {"servers": [{"server": SERVER, "_meta": meta}, {"server": SERVER | {"name": "pond/heron"}}, {}], "n": 2}
    rows, found = told("mcp", tmp_path, {"listing.json": json.dumps(listing)})
    assert list(rows) == ["mcp:io.github.ponds/otter-mcp", "mcp:pond/heron"]
    assert values(rows["mcp:io.github.ponds/otter-mcp"])["created_at"] == "2026-01-02"
    assert found.report.rows_refused == 1


def test_a_package_states_what_it_needs_and_when_it_was_released(tmp_path: Path) -> None:
    rows, found = told("pypi", tmp_path)
    otter = rows["pypi:otter-mail"]
    assert otter["links"] == [{"kind": "requires", "target": "pypi:heron"}]
    assert (otter["license"], otter["tags"]) == ("MIT", ["mail", "spam", "Email"])
    assert values(otter) == {
        "version": "2.1",
        "requires_python": ">=3.11",
        "github": "ponds/otter-mail",
        "latest_release": "2026-03-04",
        "releases": 2,
    }
    assert len(otter["capabilities"]) == 2
    assert unplaced(found) == {"last_serial", "urls.packagetype"}


def test_the_text_of_a_licence_is_not_its_name(tmp_path: Path) -> None:
    info = {key: value for key, value in PACKAGE["info"].items() if key != "license_expression"}
    text = json.dumps({"info": info | {"license": "Permission is hereby granted " * 40}})
    rows, _ = told("pypi", tmp_path, {"otter.json": text})
    assert rows["pypi:otter-mail"]["license"] == "MIT License"


def test_a_repository_states_counts_of_which_none_is_a_count_too(tmp_path: Path) -> None:
    rows, found = told("github", tmp_path)
    otter = rows["github:ponds/otter"]
    assert (values(otter)["stars"], values(otter)["forks"], values(otter)["last_update"]) == (41, 0, "2026-02-03")
    assert (otter["license"], otter["maker"], otter["tags"]) == ("MIT", "Ponds", ["mail"])
    assert "node_id" in unplaced(found)


def test_the_history_of_a_list_adds_its_counts_with_the_day_they_were_taken(tmp_path: Path) -> None:
    found = mg.import_catalogue("best-of", laid_out(SAMPLES["best-of"], tmp_path / "list"))
    found.write(tmp_path / "list.jsonl")
    catalogue, report = read(tmp_path / "list.jsonl")
    assert (len(catalogue), report.rows_merged, report.rows_refused) == (2, 2, 0)
    otter = catalogue.artifact(catalogue.place["pypi:otter-mail"])
    assert otter.tags == ("fast", "Mail & Letters")
    assert (otter.facts["stars"].value, otter.facts["stars"].observed_at) == (41.0, "2026-02-05")
    by_file = {Path(origin.file).name: origin.fields for origin in origins(otter)}
    assert by_file["projects.yaml"] == ("tags",)
    assert "license" in by_file["2026-02-05_projects.csv"]


def test_a_project_is_given_no_words_that_the_list_does_not_say_of_it(tmp_path: Path) -> None:
    listed = SAMPLES["best-of"]["projects.yaml"] + "- {name: Swan, github_id: ponds/swan, category: birds}\n"
    rows, found = told("best-of", tmp_path, {"projects.yaml": listed})
    assert "description" not in rows["pypi:otter-mail"]
    assert [each["description"] for each in rows["pypi:otter-mail"]["capabilities"]] == ["Mail & Letters"]
    assert "github:ponds/swan" not in rows  # whose category is a bare word: nothing is said of it
    (refused,) = [each for each in found.report.problems if each.outcome is Outcome.REFUSED]
    assert refused.wanted == "wanted a description or at least one capability to match on"


def test_a_history_row_of_stray_bytes_costs_only_itself(tmp_path: Path) -> None:
    folder = laid_out({}, tmp_path)
    (folder / "2026-02-05_projects.csv").write_bytes(HISTORY.encode().replace(b"Watches", b"\xff"))
    found = import_catalogue("best-of", folder)
    assert [each.artifact_id for each in found.artifacts] == ["pypi:otter-mail"]
    assert found.report.rows_refused == 1


def test_a_page_of_html_tells_its_points_and_no_script(tmp_path: Path) -> None:
    rows, _ = told("text", tmp_path)
    assert rows["otter"]["description"] == "Keeps a mailbox tidy & small."
    assert [each["description"] for each in rows["otter"]["capabilities"]] == [
        "Keeps a mailbox tidy & small.",
        "sorts letters by topic",
        "flags spam at once",
    ]


def test_a_readme_is_called_by_its_first_heading_and_known_by_its_folder(tmp_path: Path) -> None:
    rows, _ = told("text", tmp_path)
    assert rows["heron"]["name"] == "Heron"


def test_an_unknown_field_of_the_own_format_is_told(tmp_path: Path) -> None:
    _, found = told("unified", tmp_path)
    assert [problem.field for problem in found.report.problems] == ["feathers"]


@pytest.mark.parametrize("format", SAMPLES)
def test_every_field_leads_to_its_format_file_and_day(tmp_path: Path, format: str) -> None:
    folder = laid_out(SAMPLES[format], tmp_path)
    for artifact in mg.import_catalogue(format, folder).artifacts:
        (origin,) = origins(artifact)
        assert (origin.format, Path(origin.file).is_file(), len(origin.day or "")) == (format, True, 10)
        assert {"name", "type"} <= set(origin.fields)
    dated = import_catalogue(format, folder, observed_on=date(2026, 5, 1))
    assert {origins(artifact)[0].day for artifact in dated.artifacts} == {"2026-05-01"}


@pytest.mark.parametrize("format", SAMPLES)
def test_what_is_imported_reads_without_a_problem_and_unchanged(tmp_path: Path, format: str) -> None:
    found = import_catalogue(format, laid_out(SAMPLES[format], tmp_path / "in"))
    found.write(tmp_path / "out.jsonl")
    again = import_catalogue("unified", tmp_path / "out.jsonl")
    assert again.report.problems == ()
    for before, after in zip(found.artifacts, again.artifacts, strict=True):
        added = after.facts.keys() - before.facts.keys()
        assert all(key.startswith("origin:") for key in added)
        assert {**after.facts} == {**before.facts} | {key: after.facts[key] for key in added}
        assert (before.capabilities, before.links, before.tags) == (after.capabilities, after.links, after.tags)


@pytest.mark.parametrize("format", SAMPLES)
def test_a_document_is_recognised_as_what_it_is(tmp_path: Path, format: str) -> None:
    folder = laid_out(SAMPLES[format], tmp_path)
    assert import_catalogue("auto", folder).artifacts == import_catalogue(format, folder).artifacts


def test_texts_in_folders_of_one_name_are_two_things_and_an_id_that_comes_twice_is_told(tmp_path: Path) -> None:
    folder = laid_out({"a/docs/README.md": "Sorts letters.", "b/docs/README.md": "Counts birds."}, tmp_path)
    found = import_catalogue("text", folder)
    assert ([each.artifact_id for each in found], found.report.problems) == (["a-docs", "b-docs"], ())
    found = import_catalogue("text", [folder / "a" / "docs", folder / "b" / "docs"])
    assert [each.artifact_id for each in found] == ["a-docs", "b-docs"]
    assert [each.wanted for each in found.report.problems] == [
        "called 'a-docs' to tell them apart",
        "called 'b-docs' to tell them apart",
    ]


@pytest.mark.parametrize("format", ["text", "auto"])
def test_texts_of_one_id_are_told_apart_alike_in_every_order_of_the_sources(tmp_path: Path, format: str) -> None:
    texts = {"dam/README.md": "Counts beavers.", "note.txt": "Files twigs.", "zoo/dam/a.txt": "Paints dams."}
    others = {"y/dam/README.md": "Stores logs.", "y/dam/readme.txt": "Cuts logs."}
    folder = laid_out({f"x/{name}": text for name, text in texts.items()} | others, tmp_path)
    sources = [folder / "x", folder / "y", folder / "x" / "dam"]
    orders = [import_catalogue(format, order) for order in itertools.permutations(sources)]
    by_file = [{origins(each)[0].file: each.artifact_id for each in found} for found in orders]
    assert all(each == by_file[0] for each in by_file)
    assert len(set(by_file[0].values())) == len(by_file[0]) == 5
    assert {"note", "zoo-dam-a"} < set(by_file[0].values())
    (folder / "y" / "dam" / "readme.txt").unlink()
    for order in itertools.permutations(sources):
        assert {each.artifact_id for each in import_catalogue(format, order)} == {"note", "zoo-dam-a", "x-dam", "y-dam"}


def test_texts_of_two_archives_are_told_apart_and_a_table_beside_them_takes_no_id(tmp_path: Path) -> None:
    for name, text in (("one", "Counts beavers."), ("two", "Stores logs.")):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.writestr("dam/README.md", text)
    laid_out({"lodge.jsonl": "{}\n", "lodge/README.md": "Keeps beavers warm."}, tmp_path)
    ids = [each.artifact_id for each in import_catalogue("auto", tmp_path)]
    assert sorted(ids) == ["lodge", "one-zip-dam", "two-zip-dam"]


def test_texts_that_name_their_own_repositories_stay_two_and_nothing_that_either_does_is_lost(tmp_path: Path) -> None:
    folder = laid_out(
        {
            "x/dam/README.md": "# Dam\n\nCounts beavers. See https://github.com/Moles/dam.\n",
            "y/dam/README.md": "# Dam\n\nStores logs.\n\n    git clone https://github.com/otters/dam.git\n",
        },
        tmp_path,
    )
    found = import_catalogue("auto", [folder / "x", folder / "y"])
    assert [each.artifact_id for each in found] == ["github:moles/dam", "github:otters/dam"]
    assert [each.facts["github"].value for each in found] == ["moles/dam", "otters/dam"]
    assert read(found.to_frame())[0].ids == ["github:moles/dam", "github:otters/dam"]


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Needs https://github.com/moles/tunnel.", None),
        ("Support github.com/sponsors/dam", None),
        ("Like github.com/moles/dam and github.com/otters/dam", None),
        (
            "github.com/moles/dam, github.com/moles/dam\n![](https://img.shields.io/github/stars/otters/dam)",
            "otters/dam",
        ),
        ("git clone git@github.com:otters/Dam.git", "otters/dam"),
    ],
)
def test_only_a_repository_of_its_name_is_a_texts_own(text: str, own: str | None) -> None:
    assert own_repository(text, "lodge", "Dam") == own


def test_a_text_in_another_folder_of_its_repository_keeps_its_place_as_its_id(tmp_path: Path) -> None:
    folder = laid_out({"docs/README.md": "# Dam\n\nCounts beavers: github.com/otters/dam\n"}, tmp_path)
    (dam,) = import_catalogue("text", folder)
    assert (dam.artifact_id, dam.facts["github"].value) == ("docs", "otters/dam")


def test_a_folder_of_many_formats_is_read_by_each_and_the_rest_is_named(tmp_path: Path) -> None:
    for name in ("hf-card", "manifest", "pypi", "best-of"):
        laid_out(SAMPLES[name], tmp_path / name)
    laid_out({"picture.png": "no text"}, tmp_path)
    found = import_catalogue("auto", tmp_path)
    assert len(found.artifacts) == 2 + 1 + 1 + 4
    assert [Path(name).name for name in found.report.skipped_files] == ["picture.png"]


def test_a_format_that_nobody_knows_is_met_with_one_that_is_near(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"no format 'hf_card'\. Did you mean hf-card\?"):
        import_catalogue("hf_card", tmp_path)
    with pytest.raises(CatalogueError, match="no document of it is there"):
        import_catalogue("pypi", laid_out({"a.txt": "b"}, tmp_path))


def test_an_import_that_comes_to_nothing_says_what_was_wrong_with_what(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"a\.txt is of another format: `matchgraph import --formats`"):
        import_catalogue("pypi", laid_out({"a.txt": "b"}, tmp_path / "passed"))
    with pytest.raises(CatalogueError, match=r"wanted a name .*'pond'; wanted one of"):
        import_catalogue("manifest", laid_out({"m.yaml": "artifact: {id: a, type: pond}"}, tmp_path / "wrong"))
    (none := tmp_path / "none").mkdir()
    with pytest.raises(CatalogueError, match="no file is there"):
        import_catalogue("pypi", none)
    with pytest.raises(CatalogueError, match=r"rows\.json line 1 row: an empty file"):
        import_catalogue("unified", laid_out({"rows.json": ""}, tmp_path / "empty") / "rows.json")
    beside = laid_out({"tools.json": '{"tools": [{"name": "a"}]}', "server.json": '{"name": "x/y"}'}, tmp_path / "mcp")
    with pytest.raises(CatalogueError, match=r"tools\.json tells of nothing by itself: name the folder"):
        import_catalogue("mcp", beside / "tools.json")


@pytest.mark.skipif(not DATA.exists(), reason="no public data beside the repository")
def test_public_rows_come_through_as_they_are_read() -> None:
    file = DATA / "sample_permissive.jsonl"
    catalogue, report = read(file, merge=False)
    found = import_catalogue("unified", file)
    assert (len(found.artifacts), found.report.rows_refused) == (len(catalogue), report.rows_refused)
    for artifact in found.artifacts[::25]:
        kept = catalogue.artifact(catalogue.place[artifact.artifact_id])
        assert (artifact.capabilities, artifact.description) == (kept.capabilities, kept.description)
        assert {key: fact.value for key, fact in kept.facts.items()}.items() <= {
            key: fact.value for key, fact in artifact.facts.items()
        }.items()


@pytest.mark.skipif(not DATA.exists(), reason="no public data beside the repository")
def test_the_tools_of_public_servers_come_back_from_lists_of_tools(tmp_path: Path) -> None:
    catalogue, _ = read(DATA / "sample_permissive.jsonl")
    servers = [each for each in catalogue if each.artifact_id.startswith("mcp:") and "n_tools" in each.facts][:40]
    assert servers
    for place, server in enumerate(servers):
        tools = [{"name": each.name, "description": each.description} for each in server.capabilities]
        laid_out({f"{place:02}/tools.json": json.dumps({"tools": tools})}, tmp_path)
    for server, found in zip(servers, import_catalogue("mcp", tmp_path).artifacts, strict=True):
        said = [(each.name, each.description) for each in server.capabilities]
        assert [(each.name, each.description) for each in found.capabilities] == said
