"""At a URL too: whoever is stopped, and whoever else writes, readers see the old snapshot or the new one, and whole."""

from collections.abc import Callable
from threading import Barrier, Thread

import fsspec
import pytest

from matchgraph.errors import SnapshotError
from tests.snapshot.faults import digest, some_files, some_manifest
from tests.snapshot.places import Faults, Killed, fresh, killed, leftovers, published, seen, silent, store

OLD, NEW = 1, 2


def made(kind: str, *seeds: int | None) -> str:
    """The URL of a store with these snapshots, alone in memory: to list an object there is to look at all."""
    fsspec.filesystem("memory").store.clear()
    url = fresh(kind)
    for seed in seeds:
        if seed is not None:
            published(url, seed)
    return url


def points_of(kind: str, do: Callable[[str, Faults], object], *seeds: int | None) -> list[str]:
    """Every point that this comes to when nothing goes wrong."""
    faults = Faults()
    do(made(kind, *seeds), faults)
    return faults.points


def publish(url: str, at: Faults | None = None) -> None:
    published(url, NEW, at)


def go_back(url: str, at: Faults | None = None) -> None:
    place = store(url, at)
    with place.writing():
        place.go_back()


def remove_old(url: str, at: Faults | None = None) -> None:
    place = store(url, at)
    with place.writing():
        place.remove_old(1)


def whole(url: str) -> None:
    """Every version that is listed is there, as it was published."""
    for version in store(url).versions():
        store(url).checked(version)


def tidied(url: str) -> None:
    """The next writer succeeds, and sweeps whatever was left."""
    assert published(url, NEW + 1) == seen(url) == digest(NEW + 1)
    assert leftovers(url) == []
    whole(url)


# One writer, stopped


def test_every_object_of_a_publish_is_put_once_and_current_last():
    put = [point.split()[2] for point in points_of("memory", publish) if point.startswith("after put")]
    assert put == [*some_files(NEW), "manifest.json", "CURRENT"]


def cut_off_at_every_request(kind: str, old: int | None, fault: Callable[[], None], *, for_good: bool = False) -> None:
    before, states = None if old is None else digest(old), []
    for number in range(len(points_of(kind, publish, old))):
        url = made(kind, old)
        try:
            publish(url, Faults(number, fault, for_good=for_good))
        except (Killed, SnapshotError):
            states.append(seen(url))
        else:
            assert seen(url) == digest(NEW), "an answer that was lost, or what is only tidied"
        tidied(url)
    assert states == sorted(states, key=[before, digest(NEW)].index)
    assert before in states


@pytest.mark.parametrize("old", [OLD, None], ids=["over an old one", "the first"])
@pytest.mark.parametrize("fault", [killed, silent], ids=["killed", "unanswered"])
@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for good"])
def test_a_publish_cut_off_at_any_request_shows_the_old_or_the_new(old, fault, for_good):
    cut_off_at_every_request("memory", old, fault, for_good=for_good)


def test_a_publish_over_s3_cut_off_at_any_request_shows_the_old_or_the_new(s3):
    cut_off_at_every_request("s3", OLD, killed)


def test_a_refused_publish_leaves_nothing_and_says_what_to_do():
    url = made("memory", OLD)
    with pytest.raises(SnapshotError, match=r"publishing v000002 broke off: the place does not answer\. .*try again"):
        publish(url, Faults(6, silent))
    assert (leftovers(url), seen(url)) == ([], digest(OLD))


def test_a_put_whose_answer_is_lost_is_known_to_have_arrived():
    points, url = points_of("memory", publish, OLD), made("memory", OLD)
    publish(url, Faults(points.index("after put_over CURRENT"), silent))
    assert (seen(url), store(url).versions()) == (digest(NEW), ["v000001", "v000002"])


def test_a_reader_at_any_request_sees_the_old_and_from_one_on_the_new(place_kind):
    url, states = made(place_kind, OLD), []
    published(url, NEW, lambda _: states.append(seen(url)))
    assert states == sorted(states, key=[digest(OLD), digest(NEW)].index)
    assert set(states) == {digest(OLD), digest(NEW)}


@pytest.mark.parametrize("fault", [killed, silent], ids=["killed", "unanswered"])
@pytest.mark.parametrize("do", [go_back, remove_old])
def test_going_back_and_removing_cut_off_at_any_request_leave_every_listed_version_whole(do, fault):
    for number in range(len(points_of("memory", do, 1, 2, 3))):
        url = made("memory", 1, 2, 3)
        try:
            do(url, Faults(number, fault))
        except (Killed, SnapshotError):
            assert seen(url) in {digest(3), digest(2)}
        whole(url)
        tidied(url)


# Two writers


@pytest.mark.parametrize("seeds", [(), (1,), (1, 2, 3)], ids=["none", "one", "three"])
@pytest.mark.parametrize("other", [publish, go_back, remove_old])
@pytest.mark.parametrize("one", [publish, go_back, remove_old])
def test_whatever_another_writer_does_at_any_request_one_of_the_two_wins_and_all_stays_whole(one, other, seeds):
    if len(seeds) < 2 and go_back in (one, other):
        return  # there is nothing to go back to
    for number in range(len(points_of("memory", one, *seeds))):
        url = made("memory", *seeds)
        lost = []

        def between(url: str = url, lost: list[str] = lost) -> None:
            try:
                other(url)
            except SnapshotError as error:  # there may be nothing left to go back to
                lost.append(str(error))

        try:
            one(url, Faults(number, between))
        except SnapshotError as error:
            lost.append(str(error))
        assert len(lost) < 2, "both lost"
        whole(url)
        tidied(url)


def test_of_two_that_publish_at_once_one_wins_and_the_other_is_told(place_kind):
    for _ in range(4):
        url, lost, start = made(place_kind, OLD), [], Barrier(2)

        def write(seed: int, url: str = url, lost: list[str] = lost, start: Barrier = start) -> None:
            place = store(url)
            with place.writing():
                start.wait()
                try:
                    place.publish(some_files(seed), some_manifest())
                except SnapshotError as error:
                    lost.append(str(error))

        writers = [Thread(target=write, args=(seed,)) for seed in (NEW, NEW + 1)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert len(lost) == 1
        assert "another writer changed" in lost[0]
        assert (store(url).versions(), leftovers(url)) == (["v000001", "v000002"], [])
        assert seen(url) in {digest(NEW), digest(NEW + 1)}


def test_who_began_before_another_published_is_refused_though_the_old_version_is_live_again(place_kind):
    url = made(place_kind, OLD)
    late = store(url)
    with late.writing():
        published(url, NEW)
        go_back(url)
        assert seen(url) == digest(OLD)
        with pytest.raises(SnapshotError, match=r"another writer changed .*v000001 is live there.*once more"):
            late.publish(some_files(7), some_manifest())
    assert (seen(url), leftovers(url)) == (digest(OLD), [])
    tidied(url)


# A reader and a writer


def test_whatever_a_writer_does_at_any_request_of_a_reader_it_reads_the_old_or_the_new():
    counted = Faults()
    store(made("memory", OLD), counted).held()
    for number in range(len(counted.points)):
        url = made("memory", OLD)

        def publish_and_remove(url: str = url) -> None:
            publish(url)
            remove_old(url)

        held = store(url, Faults(number, publish_and_remove)).held()
        assert held.manifest.digest in {digest(OLD), digest(NEW)}
        assert held.files == some_files(OLD if held.manifest.digest == digest(OLD) else NEW)


def test_what_a_reader_has_opened_stays_with_it_when_it_is_removed(place_kind):
    url = made(place_kind, OLD)
    held = store(url).held()
    publish(url)
    remove_old(url)
    held.lease.release()
    assert held.files == some_files(OLD)
    with pytest.raises(SnapshotError, match=r"no snapshot 'v000001' in .*; there is: v000002\."):
        store(url).held("v000001")
