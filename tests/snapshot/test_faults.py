"""Whoever is stopped, wherever that is: readers see the old snapshot or the new one, and who comes next tidies up."""

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from random import Random
from threading import Thread

import pytest

from matchgraph.errors import SnapshotError
from matchgraph.snapshot import store
from matchgraph.snapshot.store import Store
from tests.snapshot import faults
from tests.snapshot.faults import FaultyDisk, ToldDisk, child, digest, published, refusing, seen, survives
from tests.snapshot.power import RecordingDisk, after_the_power_went

SEEDS = range(int(os.environ.get("MATCHGRAPH_SEEDS", "1")))
KILLS = int(os.environ.get("MATCHGRAPH_PUBLISH_KILLS", "25"))
OLD, NEW = 1, 2
FRESH = pytest.mark.parametrize("old", [OLD, None], ids=["over an old one", "the first"])


@pytest.fixture(scope="module")
def memory(tmp_path_factory) -> Iterator[Path]:
    """A folder in memory where the system has one: these tests sync thousands of times."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    with tempfile.TemporaryDirectory(
        dir=memory if os.access(memory, os.W_OK) else tmp_path_factory.mktemp("m")
    ) as here:
        yield Path(here)


@pytest.fixture(scope="module")
def stores(memory) -> Callable[[int | None], Path]:
    """Gives the same path every time, with a store of one old snapshot or with nothing there."""
    here = memory
    published(here / "old", OLD)

    def fresh(old: int | None = OLD) -> Path:
        shutil.rmtree(here / "store", ignore_errors=True)
        if old is not None:
            shutil.copytree(here / "old", here / "store")
        return here / "store"

    return fresh


def points_of(path: Path) -> list[str]:
    """Every point that publishing comes to when nothing goes wrong."""
    disk = FaultyDisk(-1, faults.kill)
    published(path, NEW, disk)
    return disk.points


# Publishing


def test_every_write_sync_and_rename_of_a_publish_is_a_named_point(stores):
    points = points_of(stores())
    for name in ("artifacts.parquet", "edges.parquet", "a.npy", "manifest.json", "CURRENT.draft"):
        steps = ["before write", "amid write", "after write", "before sync", "after sync"]
        assert [f"{step} {name}" for step in steps] == [point for point in points if point.endswith(name)][:5]
    renamed = [point.split()[2] for point in points if point.startswith("after rename")]
    assert renamed == [".draft-v000002", "CURRENT.draft"]
    assert points[-1] == "after sync store", "the last step makes the name durable"


@FRESH
def test_a_publish_killed_at_any_point_shows_the_old_or_the_new(stores, old):
    points, news = points_of(stores(old)), 0
    for seed in SEEDS:
        for number in range(len(points)):
            path = stores(old)
            news += survives(path, old, NEW, lambda: faults.killed(path, NEW, number, Random(seed).random()))  # noqa: B023
    assert 0 < news < len(points) * len(SEEDS), "some are killed before it is live, and some after"


def test_a_publish_killed_at_any_moment_shows_what_was_acknowledged_or_the_next(stores):
    """Not at a point but at a time: one writer publishes on and on, and tells of each when it is live."""
    path, told = stores(), 0
    for turn in range(KILLS):
        shutil.rmtree(path, ignore_errors=True)
        last = faults.last_told(path, Random(turn))
        assert seen(path) in ({digest(last), digest(last + 1)} if last else {None, digest(1)})
        assert published(path, 0) == seen(path)
        assert faults.leftovers(path) == []
        told += last
    assert told > KILLS / 2


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize("error", faults.ERRORS)
@FRESH
def test_a_publish_refused_by_the_disk_at_any_point_shows_the_old_or_the_new(stores, old, error, for_good):
    points, news = points_of(stores(old)), 0
    for seed in SEEDS:
        for number in range(len(points)):
            path = stores(old)
            disk = FaultyDisk(number, refusing(faults.ERRORS[error]), Random(seed).random(), for_good=for_good)
            news += survives(path, old, NEW, lambda: faults.refused(path, NEW, disk))  # noqa: B023
    assert 0 < news < len(points) * len(SEEDS)


def test_a_disk_that_is_full_once_is_not_left_full(stores):
    path = stores()
    disk = FaultyDisk(20, refusing(faults.ERRORS["ENOSPC"]))
    with pytest.raises(SnapshotError, match=r"publishing v000002 broke off: .*No space left.* whole; make room"):
        published(path, NEW, disk)
    assert faults.leftovers(path) == []


def test_a_reader_at_any_point_sees_the_old_and_from_one_point_on_the_new(stores):
    path = stores()
    states: list[str | None] = []
    published(path, NEW, ToldDisk(lambda _: states.extend([seen(path), faults.opened(path)])))
    assert states == sorted(states, key=[digest(OLD), digest(NEW)].index)
    assert set(states) == {digest(OLD), digest(NEW)}


@pytest.mark.parametrize("old", [OLD, None], ids=["over an old one", "the first"])
def test_whenever_the_power_goes_the_old_or_the_new_is_there_and_what_was_acknowledged_stays(stores, old, memory):
    path, disk = stores(old), RecordingDisk()
    if old is not None:  # the recording has to begin with nothing
        shutil.rmtree(path)
        published(path, OLD, disk)
    begun = len(disk.steps)
    published(path, NEW, disk)
    states = {digest(NEW)} | ({digest(OLD)} if old else {None})
    news = 0
    for cut in range(begun, len(disk.steps) + 1):
        for seed in range(3 * len(SEEDS)):
            top, here = path.parent, memory / f"{cut}-{seed}"
            after_the_power_went(top, disk.steps[:cut], here, Random(f"{cut} {seed}"))
            found = seen(here / "store")
            assert found in (states if cut < len(disk.steps) else {digest(NEW)}), f"after step {cut}"
            assert (faults.opened(here / "store"), faults.leftovers(here / "store")) == (found, [])
            assert published(here / "store", NEW + 1) == seen(here / "store")
            assert faults.leftovers(here / "store") == []
            news += found == digest(NEW)
            shutil.rmtree(here)
    assert news > 0


def test_the_replay_would_see_a_sync_that_is_forgotten(stores, memory):
    """The instrument itself: without one of its syncs a publish is lost or torn in some replay."""
    path, disk = stores(None), RecordingDisk()
    published(path, NEW, disk)
    blind = 0
    forgotten = [number for number, step in enumerate(disk.steps) if step[0] == "sync"]
    for number in forgotten:
        steps = disk.steps[:number] + disk.steps[number + 1 :]
        for seed in range(20):
            here = memory / f"{number}-{seed}"
            after_the_power_went(path.parent, steps, here, Random(seed))
            try:
                lost = seen(here / "store") != digest(NEW)
            except SnapshotError:
                lost = True
            if lost:
                break
        else:
            blind += 1
    assert blind <= 2, "only the order of CURRENT.draft, which nothing but sweeping needs, is not seen so"


# Removing


@pytest.mark.parametrize("fault", [None, *faults.ERRORS], ids=str)
def test_removing_old_versions_cut_off_at_any_point_takes_nothing_that_is_kept(stores, fault):
    def removed(disk: FaultyDisk) -> None:
        with Store(path, disk).writing():
            Store(path, disk).remove_old(keep=1)

    def made() -> Path:
        path = stores()
        published(path, NEW)
        published(path, NEW + 1)
        return path

    path, counted = made(), FaultyDisk(-1, faults.kill)
    removed(counted)
    assert len(counted.points) >= 8
    for number in range(len(counted.points)):
        path = made()
        if fault is None:
            assert faults.died(lambda: removed(FaultyDisk(number, faults.kill)))  # noqa: B023
        else:
            with pytest.raises(SnapshotError, match="removing old versions broke off"):
                removed(FaultyDisk(number, refusing(faults.ERRORS[fault])))
        assert seen(path) == digest(NEW + 1)
        for version in Store(path).versions():
            Store(path).checked(version)
        assert (faults.opened(copied := faults.copied(path)), faults.leftovers(copied)) == (digest(NEW + 1), [])
        assert Store(copied).versions() == Store(path).versions()
        removed(FaultyDisk(-1, faults.kill))
        assert (faults.leftovers(path), Store(path).versions()) == ([], ["v000003"])


# Who opens a store to read it sweeps it too


class Halting(RecordingDisk):
    """A disk that takes no further step once CURRENT is to be changed: what stands there then is not swept either."""

    halted = False

    def rename(self, old: Path, new: Path) -> None:
        self.halted = self.halted or new.name == "CURRENT"
        self.refuse()
        super().rename(old, new)

    def remove(self, path: Path) -> None:
        self.refuse()
        super().remove(path)

    def refuse(self) -> None:
        if self.halted:
            refusing(faults.ERRORS["EIO"])()


@pytest.fixture
def halted(stores) -> Path:
    """A store with all that a writer left which was stopped right before its version became live."""
    path = stores()
    with pytest.raises(SnapshotError, match="publishing v000002 broke off"):
        published(path, NEW, Halting())
    assert (faults.leftovers(path), Store(path).versions()) == (["CURRENT.draft"], ["v000001", "v000002"])
    (path / "CURRENT.back").write_bytes(b"half")
    for name in (".draft-v000003", ".gone-v000000"):
        shutil.copytree(path / "snapshots" / "v000001", path / "snapshots" / name)
    return path


def swept(path: Path) -> bool:
    return (seen(path), faults.leftovers(path), Store(path).versions()) == (digest(OLD), [], ["v000001"])


def test_a_version_that_never_became_live_goes_with_the_rest_when_the_store_is_opened(halted):
    assert faults.opened(halted) == digest(OLD)
    assert swept(halted)


def test_a_version_that_never_became_live_stays_while_somebody_reads_it(halted):
    other = Store(halted)._leased("v000002", None)
    assert faults.opened(halted) == digest(OLD)
    assert (faults.leftovers(halted), Store(halted).versions()) == ([], ["v000001", "v000002"])
    assert Store(halted).checked("v000002")[0].digest == digest(NEW)
    del other


def test_where_current_is_damaged_opening_takes_no_version(halted):
    (halted / "CURRENT").write_bytes(b"garbled")
    with pytest.raises(SnapshotError, match="does not name a snapshot"):
        Store(halted).held()
    assert Store(halted).versions() == ["v000001", "v000002"]
    assert Store(halted).held("v000001").manifest.digest == digest(OLD)


@pytest.mark.parametrize("fault", [None, *faults.ERRORS], ids=str)
def test_a_reader_stopped_while_it_sweeps_changes_nothing_and_the_next_one_goes_on(halted, fault):
    counted, kept = FaultyDisk(-1, faults.kill), halted.with_name("kept")
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(halted, kept)
    assert faults.opened(halted, counted) == digest(OLD)
    assert len(counted.points) >= 16
    for number in range(len(counted.points)):
        path = faults.copied(kept)
        if fault is None:
            assert faults.died(lambda: faults.opened(path, FaultyDisk(number, faults.kill)))  # noqa: B023
        else:
            assert faults.opened(path, FaultyDisk(number, refusing(faults.ERRORS[fault]))) == digest(OLD)
        assert seen(path) == digest(OLD)
        assert faults.opened(path) == digest(OLD)
        assert swept(path), counted.points[number]


def test_whenever_the_power_goes_while_a_reader_sweeps_nothing_that_never_lived_comes_back(stores, memory):
    path, writer, reader = stores(None), Halting(), RecordingDisk()
    published(path, OLD, reader)
    writer.steps = reader.steps  # one recording of both
    with pytest.raises(SnapshotError, match="broke off"):
        published(path, NEW, writer)
    begun = len(reader.steps)
    assert faults.opened(path, reader) == digest(OLD)
    assert [step for step, *_ in reader.steps[begun:]] == ["rename", "remove", "sync", "remove"]
    for cut in range(begun, len(reader.steps) + 1):
        for seed in range(10 * len(SEEDS)):
            here = memory / f"{cut}-{seed}"
            after_the_power_went(path.parent, reader.steps[:cut], here, Random(f"{cut} {seed}"))
            assert faults.opened(here / "store") == digest(OLD)
            assert swept(here / "store"), f"after step {cut}"
            shutil.rmtree(here)


def test_a_rebuild_that_begins_while_a_reader_sweeps_waits_for_it(halted, monkeypatch):
    monkeypatch.setattr(store, "_PATIENCE", 60 * store._PATIENCE)  # this machine may be slow
    done: list[str] = []
    writer = Thread(target=lambda: done.append(published(halted, NEW + 1)))

    def slowly(point: str) -> None:
        if point == "before rename v000002":
            writer.start()
            time.sleep(0.1)

    assert faults.opened(halted, ToldDisk(slowly)) == digest(OLD)
    writer.join()
    assert done == [seen(halted)] == [digest(NEW + 1)]
    assert Store(halted).versions() == ["v000001", "v000002"]


def test_what_a_writer_at_work_has_there_is_left_to_it(halted):
    with Store(halted).writing():
        (halted / "snapshots" / ".draft-v000002").mkdir()
        assert faults.opened(halted) == digest(OLD)
        assert faults.leftovers(halted) == [".draft-v000002"]


def test_a_store_that_cannot_be_written_to_is_read_with_all_that_was_left_in_it(halted):
    there = faults.leftovers(halted)
    refused = FaultyDisk(0, refusing(errno.EROFS), for_good=True)
    assert faults.opened(halted, refused) == digest(OLD)
    (halted / "lock").unlink()
    (halted / "lock").mkdir()  # no more can it be opened for writing than on a disk that is read only
    assert faults.opened(halted) == digest(OLD)
    assert faults.leftovers(halted) == there


def test_opening_makes_no_file_where_nothing_was_left(stores):
    path = stores()
    (path / "lock").unlink()
    assert faults.opened(path) == digest(OLD)
    assert sorted(part.name for part in path.iterdir()) == ["CURRENT", "snapshots"]
    assert faults.opened(path / "none") is None
    assert not (path / "none").exists()


def test_opening_sweeps_nothing_beyond_a_link(tmp_path):
    path = tmp_path / "store"
    published(path, OLD)
    (path / "snapshots").rename(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / ".draft-mine").mkdir()
    (path / "snapshots").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SnapshotError, match="is a link"):
        Store(path).held()
    assert (tmp_path / "elsewhere" / ".draft-mine").exists()


# Who reads holds what is read


def test_what_a_reader_holds_is_not_removed(stores):
    path = stores()
    held = Store(path).held()
    published(path, NEW)
    with Store(path).writing():
        assert Store(path).remove_old(keep=1) == ([], ["v000001"])
        held.lease.release()
        assert Store(path).remove_old(keep=1) == (["v000001"], [])


def test_two_readers_hold_the_same_version_and_the_last_gives_it_free(stores):
    path = stores()
    one, other = Store(path).held(), Store(path).held()
    published(path, NEW)
    with Store(path).writing():
        one.lease.release()
        assert Store(path).remove_old(keep=1)[0] == []
        del one, other
        assert Store(path).remove_old(keep=1)[0] == ["v000001"], "what nobody refers to is held by nobody"


def test_a_reader_that_is_killed_holds_nothing(stores):
    path = stores()
    holding = get_context("fork").Event()

    def reads() -> None:
        held = Store(path).held()
        holding.set()
        time.sleep(60)
        held.lease.release()

    reader = child(reads)
    assert holding.wait(10)
    published(path, NEW)
    with Store(path).writing():
        assert Store(path).remove_old(keep=1) == ([], ["v000001"])
        reader.kill()
        reader.join()
        assert Store(path).remove_old(keep=1) == (["v000001"], [])


def test_readers_in_other_processes_never_fail_nor_go_back_while_versions_come_and_go(stores):
    path, last = stores(), "v000100"
    reading = [get_context("fork").Event() for _ in range(2)]

    def reads(reading: Event) -> None:
        seen = [""]
        while seen[-1] < last:
            found = Store(path).held().manifest.version
            reading.set()
            assert found >= seen[-1], "went back"
            seen.append(found)
        assert len(set(seen)) > 10, "read while it was written"

    readers = [child(partial(reads, each)) for each in reading]
    assert all(each.wait(10) for each in reading)
    while Store(path).current() < last:
        published(path, NEW)
        with Store(path).writing():
            Store(path).remove_old(keep=1)
    for reader in readers:
        reader.join(60)
    assert [reader.exitcode for reader in readers] == [0, 0]


def test_of_writers_that_begin_together_one_publishes_and_the_others_are_told(stores):
    path, writers = stores(), 6
    together, said = get_context("fork").Barrier(writers), get_context("fork").SimpleQueue()
    others = get_context("fork").Semaphore(0)

    def writes(number: int) -> None:
        together.wait()
        try:
            with Store(path).writing():
                assert all(others.acquire(timeout=30) for _ in range(writers - 1)), "it writes until all are told"
                said.put(Store(path).publish(faults.some_files(number), faults.some_manifest()).digest)
        except SnapshotError as error:
            others.release()
            said.put(str(error))

    for writer in [child(partial(writes, number)) for number in range(writers)]:
        writer.join()
    told = [said.get() for _ in range(writers)]
    assert sum("another rebuild is writing to" in each for each in told) == writers - 1
    assert seen(path) in told
    assert Store(path).versions() == ["v000001", "v000002"]
