"""Documents come out of files, folders and archives; an archive that reaches outside is not opened at all."""

from __future__ import annotations

import os
import stat
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchgraph.catalogue.documents import LONGEST_DOCUMENT, UnfitError, documents_of
from matchgraph.errors import CatalogueError, MatchGraphError


def packed(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_text_is_the_same_in_every_encoding_and_with_every_ending(tmp_path: Path, encoding: str, ending: str) -> None:
    file = tmp_path / "otter.txt"
    file.write_bytes(f"Größe{ending}zwei".encode(encoding))
    (document,) = documents_of([file])
    assert document.text() == "Größe\nzwei"
    assert document.head().startswith("Größe")
    with document.stream() as text:
        assert text.read() == "Größe\nzwei"


def test_a_byte_that_is_not_of_the_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "otter.txt").write_bytes(b"one\ntw\xff\n")
    (document,) = documents_of([tmp_path / "otter.txt"])
    with pytest.raises(UnfitError, match="line 2: byte 7, 0xff, is no UTF-8"):
        document.text()


@pytest.mark.parametrize("content", [b"", b" \n\r\n"])
def test_an_empty_document_is_told_to_be_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "otter.txt").write_bytes(content)
    (document,) = documents_of([tmp_path / "otter.txt"])
    with pytest.raises(UnfitError, match="an empty file"):
        document.text()


def test_a_document_beyond_the_longest_is_refused_and_not_held(tmp_path: Path) -> None:
    with (tmp_path / "otter.txt").open("wb") as stream:
        stream.truncate(LONGEST_DOCUMENT + 1)
    (document,) = documents_of([tmp_path / "otter.txt"])
    with pytest.raises(UnfitError, match="split it"):
        document.text()


def test_an_archive_gives_the_same_documents_as_its_folder(tmp_path: Path) -> None:
    (tmp_path / "pond" / "otter").mkdir(parents=True)
    (tmp_path / "pond" / "otter" / "README.md").write_text("Otter")
    (tmp_path / "pond" / "a.txt").write_text("A")
    archive = packed(tmp_path / "pond.zip", ("otter/README.md", b"Otter"), ("a.txt", b"A"), ("otter/", b""))
    of_folder = [(each.inner, each.folder, each.text()) for each in documents_of([tmp_path / "pond"])]
    of_archive = [(each.inner, each.folder, each.text()) for each in documents_of([archive])]
    assert of_folder == of_archive
    (named, *_) = [each.name for each in documents_of([archive])]
    assert named == f"{archive}!a.txt"


def test_a_neighbour_is_found_in_a_folder_and_in_an_archive(tmp_path: Path) -> None:
    archive = packed(tmp_path / "pond.zip", ("x/a.txt", b"A"), ("x/b.txt", b"B"), ("b.txt", b"other"))
    found = [each.neighbour("b.txt") for each in documents_of([archive]) if each.inner.name == "a.txt"]
    assert [each.name for each in found if each] == [f"{archive}!x/b.txt"]


def test_the_day_is_that_of_the_file_unless_one_is_stated(tmp_path: Path) -> None:
    file = tmp_path / "otter.txt"
    file.write_text("x")
    os.utime(file, (0, 86_400 * 365))
    assert [each.day for each in documents_of([file])] == ["1971-01-01"]
    assert [each.day for each in documents_of([file], date(2026, 5, 1))] == ["2026-05-01"]
    archive = packed(
        tmp_path / "old.zip", (zipfile.ZipInfo("a", (2020, 2, 3, 0, 0, 0)), b"A"), (zipfile.ZipInfo("b"), b"")
    )
    assert [each.day for each in documents_of([archive])] == ["2020-02-03", None]


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    "name", ["../otter.txt", "/etc/otter", "a/../../otter", "..\\otter", "C:\\otter", "C:otter", link("otter")]
)
def test_an_archive_that_leads_outside_is_refused_whole(tmp_path: Path, name: str | zipfile.ZipInfo) -> None:
    archive = packed(tmp_path / "trap.zip", ("a.txt", b"fine"), (name, b"/etc/passwd"))
    with pytest.raises(CatalogueError, match="leads outside of the archive"):
        list(documents_of([archive]))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["trap.zip"]


def test_an_archive_that_swells_without_reason_is_refused(tmp_path: Path) -> None:
    archive = packed(tmp_path / "bomb.zip", ("a.txt", bytes(8 * 2**20)))
    with pytest.raises(CatalogueError, match="unpack it yourself"):
        list(documents_of([archive]))


def test_a_name_that_stands_twice_in_an_archive_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        archive = packed(tmp_path / "twice.zip", ("a.txt", b"1"), ("a.txt", b"2"))
    with pytest.raises(CatalogueError, match="more than once"):
        list(documents_of([archive]))


def test_a_trap_in_a_folder_is_one_unfit_document_among_the_others(tmp_path: Path) -> None:
    packed(tmp_path / "trap.zip", ("a.txt", b"fine"), ("../otter.txt", b"out"))
    packed(tmp_path / "sound.zip", ("b.txt", b"fine"))
    found = {each.inner.name: (each.head(), each.fault) for each in documents_of([tmp_path])}
    assert found["b.txt"] == ("fine", None)
    assert found["trap.zip"][0] == ""
    assert "leads outside" in str(found["trap.zip"][1])
    (trap,) = [each for each in documents_of([tmp_path]) if each.fault]
    with pytest.raises(UnfitError, match="leads outside"):
        trap.text()


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", "m" * 5000, "a\0b"):
        with pytest.raises(CatalogueError, match="nothing to read at"):
            list(documents_of([path]))


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_archive_ends_in_an_error_or_in_damaged_documents(tmp_path: Path, data: st.DataObject) -> None:
    raw = bytearray(packed(tmp_path / "sound.zip", ("a.txt", b"otter " * 30), ("b/c.txt", b"heron")).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(bytes(raw[: data.draw(st.integers(0, len(raw)))]) if data.draw(st.booleans()) else bytes(raw))
    try:
        for document in documents_of([damaged]):
            try:
                document.head()
                document.text()
            except UnfitError:
                pass
    except MatchGraphError:
        pass
