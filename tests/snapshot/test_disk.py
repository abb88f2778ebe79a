"""The steps of the disk: what is there is not written over, and nothing goes through a link."""

import pytest

from matchgraph.snapshot.disk import DISK, fill, make_with_parents, write_through


def test_a_file_is_written_where_none_is_and_nowhere_else(tmp_path):
    write_through(DISK, tmp_path / "a", b"one")
    with pytest.raises(FileExistsError):
        write_through(DISK, tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"one"


@pytest.mark.parametrize("there", [True, False])
def test_nothing_is_written_through_a_link(tmp_path, there):
    if there:
        (tmp_path / "mine").write_bytes(b"mine")
    (tmp_path / "a").symlink_to(tmp_path / "mine")
    with pytest.raises(OSError, match="a"):
        write_through(DISK, tmp_path / "a", b"theirs")
    assert not there or (tmp_path / "mine").read_bytes() == b"mine"
    assert (tmp_path / "mine").exists() == there


def test_removing_a_link_leaves_what_it_leads_to(tmp_path):
    fill(DISK, tmp_path / "folder", {"a": b"1"})
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    DISK.remove(tmp_path / "link")
    assert [part.name for part in tmp_path.iterdir()] == ["folder"]
    DISK.remove(tmp_path / "folder")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_made_with_all_that_is_missing_above_it_and_only_that(tmp_path):
    make_with_parents(DISK, tmp_path / "a" / "b" / "c")
    make_with_parents(DISK, tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b" / "c").is_dir()
