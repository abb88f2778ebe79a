"""Going back: a version that was kept is live again in one step, whatever stops it, and nothing is lost by it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import matchgraph as mg
from matchgraph.doors.cli import app
from matchgraph.errors import SnapshotError
from matchgraph.snapshot.store import Store
from tests.conftest import WordEncoder
from tests.snapshot import faults
from tests.snapshot.faults import FaultyDisk, digest, leftovers, opened, published, refusing, seen

FIRST, SECOND, THIRD = "v000001", "v000002", "v000003"


@pytest.fixture
def three(tmp_path) -> Path:
    """A store of three versions, the last one live."""
    for seed in (1, 2, 3):
        published(tmp_path / "store", seed)
    return tmp_path / "store"


def back(path: Path, version: str | None = None, disk: FaultyDisk | None = None) -> str:
    store = Store(path) if disk is None else Store(path, disk)
    with store.writing():
        return store.go_back(version).version


def test_the_version_before_is_live_again_and_none_is_removed(three):
    assert back(three) == SECOND
    assert (seen(three), Store(three).versions()) == (digest(2), [FIRST, SECOND, THIRD])
    assert back(three) == FIRST
    assert seen(three) == digest(1)


def test_going_back_can_be_undone(three):
    assert [back(three, FIRST), back(three, THIRD)] == [FIRST, THIRD]
    assert seen(three) == digest(3)


def test_what_is_published_after_going_back_is_a_version_of_its_own(three):
    back(three, FIRST)
    published(three, 4)
    assert (Store(three).current(), seen(three)) == ("v000004", digest(4))
    assert back(three) == THIRD, "the one before by number"


def test_the_live_version_stays_when_old_ones_are_removed(three):
    back(three, FIRST)
    with Store(three).writing():
        assert Store(three).remove_old(1) == ([SECOND], [])
    assert (seen(three), Store(three).versions()) == (digest(1), [FIRST, THIRD])


@pytest.mark.parametrize("version", [THIRD, "v000009", "../store", "v1", ""])
def test_a_version_that_is_live_or_not_there_is_refused(three, version):
    with pytest.raises(SnapshotError, match=r"there is: v000001, v000002, v000003\."):
        back(three, version)
    assert seen(three) == digest(3)


def test_there_is_nothing_before_the_first(tmp_path):
    published(tmp_path / "store", 1)
    with pytest.raises(SnapshotError, match=r"no version before v000001 in .*store to go back to"):
        back(tmp_path / "store")


def test_a_damaged_version_does_not_become_live(three):
    path = three / "snapshots" / SECOND / "a.npy"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(SnapshotError, match=r"a\.npy is not what its manifest states"):
        back(three)
    assert seen(three) == digest(3)


@pytest.mark.parametrize("fault", ["kill", "ENOSPC", "EIO"])
def test_going_back_cut_off_at_any_point_leaves_one_of_the_two_live_and_every_version_there(tmp_path, fault):
    live = []
    counting = FaultyDisk(-1, faults.kill)
    for seed in (1, 2):
        published(tmp_path / "counted", seed)
    back(tmp_path / "counted", disk=counting)
    for number in range(len(counting.points)):
        path = tmp_path / str(number)
        for seed in (1, 2):
            published(path, seed)
        if fault == "kill":
            assert faults.died(lambda: back(path, disk=FaultyDisk(number, faults.kill)))  # noqa: B023
        else:
            with pytest.raises(SnapshotError, match=f"going back to {FIRST} broke off"):
                back(path, disk=FaultyDisk(number, refusing(faults.ERRORS[fault])))
        live.append(seen(path))
        assert (opened(copied := faults.copied(path)), leftovers(copied)) == (live[-1], [])
        assert Store(copied).versions() == [FIRST, SECOND]
        with Store(path).writing():
            assert leftovers(path) == []
        assert (seen(path), Store(path).versions()) == (live[-1], [FIRST, SECOND])
    assert live == sorted(live, key=[digest(2), digest(1)].index), "once it is back it stays back"
    assert set(live) == {digest(1), digest(2)}


def test_a_damaged_live_version_is_left_for_the_one_before(three):
    (three / "snapshots" / THIRD / "manifest.json").write_text("{}")
    assert CliRunner().invoke(app, ["rollback", "--store", str(three)]).exit_code == 0
    assert seen(three) == digest(2)


def test_where_there_is_no_store_none_is_made(tmp_path):
    assert isinstance(CliRunner().invoke(app, ["rollback", "--store", str(tmp_path / "new")]).exception, SnapshotError)
    assert not (tmp_path / "new").exists()


def test_a_reader_goes_on_reading_and_the_next_one_reads_the_older(store, tmp_path):
    rows = tmp_path / "one.jsonl"
    rows.write_text(
        '{"artifact_id": "alone", "name": "Alone", "type": "model", "description": "stands by itself in a field",'
        ' "capabilities": ["stand by itself"]}\n'
    )
    mg.rebuild(rows, store=store, encoder=WordEncoder())
    reader = mg.open(store, encoder=WordEncoder())
    done = CliRunner().invoke(app, ["rollback", "--store", str(store)])
    assert done.output.startswith("v000001 is live again: 8 artifacts, 16 capabilities, ")
    assert done.output.endswith("; v000002 is kept\n")
    assert len(reader) == len(reader.search("stand by itself")) == 1
    assert len(mg.open(store, encoder=WordEncoder())) == 8


def test_the_command_says_what_it_did_as_json_and_what_is_wrong_in_a_line(three):
    said = CliRunner().invoke(app, ["rollback", FIRST, "--store", str(three), "--json"])
    assert f'"version": "{FIRST}"' in said.stdout
    assert f'"was": "{THIRD}"' in said.stdout
    wrong = CliRunner().invoke(app, ["rollback", "--store", str(three)])
    assert isinstance(wrong.exception, SnapshotError)
