"""A store at a URL does what one on a disk does: the same bytes, the same checks, the same commands."""

import json
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner

import matchgraph as mg
from matchgraph.doors.cli import app
from matchgraph.errors import AccessError, SearchLogError, SnapshotError
from matchgraph.snapshot.place import store_at
from matchgraph.snapshot.store import Store
from tests.conftest import TODAY, WordEncoder, eight
from tests.snapshot.faults import digest, some_files, some_manifest
from tests.snapshot.places import Faults, Killed, fresh, killed, published, store

QUERY = "sort mail into folders"


class Quiet(SimpleHTTPRequestHandler):
    """Hands out a folder, and says nothing of it."""

    def log_message(self, *told: object) -> None:
        pass


@pytest.fixture(autouse=True)
def this_machine(tmp_path, monkeypatch) -> Path:
    """What needs a disk of this machine is in a folder of its own for each test."""
    monkeypatch.setenv("MATCHGRAPH_CACHE", str(tmp_path / "machine"))
    monkeypatch.setenv("MATCHGRAPH_LOG", str(tmp_path / "searches.sqlite"))
    return tmp_path / "machine"


def built(catalogue: Path, place: object, **more: object) -> mg.RebuildReport:
    return mg.rebuild(catalogue, store=place, **({"encoder": WordEncoder(), "today": TODAY} | more))


def changed(folder: Path) -> Path:
    """The eight, each with other stars."""
    path = folder / "changed.jsonl"
    path.write_text("".join(json.dumps(row | {"facts": {"stars": 7}}) + "\n" for row in eight()))
    return path


def run(*words: object) -> str:
    done = CliRunner().invoke(app, [*map(str, words)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


# The same


def test_what_is_published_has_the_bytes_that_it_has_on_a_disk(place_kind, catalogue_file, tmp_path):
    url = fresh(place_kind)
    here, there = built(catalogue_file, tmp_path / "store"), built(catalogue_file, url)
    assert (there.version, there.digest, there.published) == (here.version, here.digest, True)
    local, remote = Store(tmp_path / "store").held(), store(url).held()
    assert remote.files == local.files
    assert remote.manifest.files == local.manifest.files
    asked = [mg.open(place, encoder=WordEncoder()).search(QUERY) for place in (tmp_path / "store", url)]
    assert asked[0].to_dict() == asked[1].to_dict()


def test_a_rebuild_of_the_same_publishes_nothing_and_one_of_another_is_compared(catalogue_file, tmp_path):
    url = fresh("memory")
    built(catalogue_file, url)
    built(catalogue_file, url)
    again, other = built(catalogue_file, url), built(changed(tmp_path), url)
    assert (again.published, other.published, other.version) == (False, True, "v000002")
    assert other.changes is not None
    assert mg.open(url, encoder=WordEncoder()).diff("v000001").to_dict()
    assert len(mg.open(url, version="v000001", encoder=WordEncoder())) == 8
    told = import_module("matchgraph.pages.site.history").history(store(url), "mail-sorter", "v000002")
    assert [each.version for each in told] == ["v000001", "v000002"]


def test_the_commands_take_a_url(s3, catalogue_file, tmp_path, monkeypatch):
    url = fresh("s3")
    monkeypatch.setattr(import_module("matchgraph.rebuild"), "SentenceEncoder", lambda *_: WordEncoder())
    monkeypatch.setattr("matchgraph.engine.SentenceEncoder", lambda *_: WordEncoder())
    assert run("rebuild", catalogue_file, "--store", url).startswith("published v000001")
    assert run("rebuild", changed(tmp_path), "--store", url).startswith("published v000002")
    assert json.loads(run("search", QUERY, "--store", url, "--json"))["items"]
    assert "mail-sorter" in run("explain", "mail-sorter", "--store", url)
    assert [row["live"] for row in json.loads(run("snapshots", "--store", url, "--json"))] == [False, True]
    assert run("verify", "--store", url) == "v000001: sound\nv000002: sound\n"
    assert run("rollback", "--store", url).startswith("v000001 is live again")
    assert run("rollback", "v000002", "--store", url).startswith("v000002 is live again")
    assert run("gc", "--keep", 1, "--store", url) == "removed v000001\n"
    assert store(url).versions() == ["v000002"]


def test_a_door_opens_what_is_published_while_it_is_open(catalogue_file, tmp_path):
    from matchgraph.doors.live import Live

    url = fresh("memory")
    built(catalogue_file, url)
    live = Live(url, encoder=WordEncoder())
    built(changed(tmp_path), url)
    live.refresh()
    assert (live.graph.manifest.version, live.fault) == ("v000002", None)


# What is refused


def flipped(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


HARMS = {
    "flipped": flipped,
    "cut": lambda content: content[:-1],
    "longer": lambda content: content + b"\0",
    "emptied": lambda content: b"",
}


@pytest.mark.parametrize("harm", HARMS)
def test_whatever_is_changed_in_an_object_it_is_refused_before_anything_is_parsed(place_kind, harm, monkeypatch):
    url = fresh(place_kind)
    published(url, 1)
    monkeypatch.setattr("matchgraph.engine.unpacked", lambda *_: pytest.fail("parsed before it was checked"))
    objects = store(url).objects
    for name in objects.names("snapshots"):
        content = objects.read(name, 1 << 20)
        objects.put(name, HARMS[harm](content))
        with pytest.raises(SnapshotError, match=r"not what its manifest states|not the manifest that CURRENT names"):
            mg.open(url)
        objects.put(name, content)
        assert store(url).checked()[0].digest == digest(1)


def test_an_object_that_is_missing_or_another_s_is_refused(place_kind):
    url = fresh(place_kind)
    published(url, 1)
    objects = store(url).objects
    one, other = (name for name in objects.names("snapshots") if name.endswith(".parquet"))
    content = objects.read(one, 1 << 20)
    objects.put(one, objects.read(other, 1 << 20))
    with pytest.raises(SnapshotError, match="is not what its manifest states"):
        store(url).checked()
    objects.remove([one])
    with pytest.raises(SnapshotError, match="it is damaged or gone"):
        store(url).checked()
    manifest = objects.names("snapshots")[-1]
    kept = objects.read(manifest, 1 << 20)
    objects.remove([manifest])
    with pytest.raises(SnapshotError, match=r"manifest\.json is gone, though CURRENT lists it"):
        store(url).checked()
    objects.put(manifest, kept)
    objects.put(one, content)
    assert store(url).checked()[0].digest == digest(1)


def test_what_nobody_listed_is_not_read(place_kind):
    url = fresh(place_kind)
    published(url, 1)
    place = store(url)
    place.objects.put(f"{place.checked()[1].removeprefix(url)[1:]}/more.npy", b"somebody else's")
    place.objects.put("snapshots/v000009-0123456789abcdef/manifest.json", b"{}")
    assert (place.versions(), place.held().files) == (["v000001"], some_files(1))


TEXTS = {
    "no text": b"\xff\0",
    "nothing": b"",
    "a local one": b"v000001 " + b"0" * 64 + b"\n",
    "a live one that is not listed": b"v000002 " + b"0" * 16 + b"\nv000001 " + b"0" * 64 + b" " + b"0" * 16 + b"\n",
    "one listed twice": b"v000001 " + b"0" * 16 + b"\n" + (b"v000001 " + b"0" * 64 + b" " + b"0" * 16 + b"\n") * 2,
    "one that leads out": b"v000001 " + b"0" * 16 + b"\nv000001 " + b"0" * 64 + b" ../../other/bucket\n",
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_current_that_is_not_one_is_refused_by_readers_and_writers(text):
    url = fresh("memory")
    published(url, 1)
    store(url).objects.put("CURRENT", TEXTS[text])
    for do in (mg.open, lambda url: published(url, 2)):
        with pytest.raises(SnapshotError, match=r"CURRENT does not list snapshots: it is damaged; restore it"):
            do(url)
    store(url).objects.put("CURRENT", b"v" * (2 << 20))
    with pytest.raises(SnapshotError, match=r"more than anything of that name has"):
        store(url).current()


def test_only_the_expected_snapshot_is_opened(place_kind):
    url = fresh(place_kind)
    published(url, 1)
    assert store(url).held(expect=store(url).manifest().sha256).files == some_files(1)
    with pytest.raises(SnapshotError, match="expected was 00"):
        mg.open(url, expect="00" * 32)


@pytest.mark.parametrize("version", ["v000009", "../store", "v1", "", 7])
def test_a_version_that_is_not_there_is_refused(version):
    url = fresh("memory")
    published(url, 1)
    with pytest.raises(SnapshotError, match=r"no snapshot .* in memory:.*; there is: v000001\."):
        store(url).checked(version)


# What needs a disk, or another place


def test_vectors_are_kept_on_this_machine_and_nothing_is_encoded_twice(catalogue_file, this_machine):
    url, encoder = fresh("memory"), WordEncoder()
    built(catalogue_file, url)
    assert list(this_machine.glob("*/cache/*.sqlite"))
    assert built(catalogue_file, url, encoder=encoder, full=False).encoded == 0
    assert encoder.calls == 0


def test_without_a_place_for_searches_nothing_is_rebuilt_and_yet_all_is_answered(catalogue_file, monkeypatch):
    url = fresh("memory")
    built(catalogue_file, url)
    monkeypatch.delenv("MATCHGRAPH_LOG")
    for do in (lambda: built(catalogue_file, url), lambda: mg.open(url).record(query="mail", chosen="mail-sorter")):
        with pytest.raises(SearchLogError, match=r"a store at a URL holds no searches: .*postgresql://HOST/BASE"):
            do()
    graph = mg.open(url, encoder=WordEncoder())
    assert (graph.times_matched("mail-sorter"), graph.counted()) == (0, {})
    assert graph.search(QUERY)


def test_a_door_to_a_store_at_a_url_records_where_searches_are_kept_and_else_says_that_it_does_not(monkeypatch):
    url, told = fresh("memory"), []
    published(url, 1)
    app_of = import_module("matchgraph.doors.web.app")
    monkeypatch.setattr(app_of, "application", lambda store, settings: told.append((store, settings.record)))
    monkeypatch.setattr("uvicorn.run", lambda *_, **more: None)
    run("serve", "--store", url, "--port", "0")
    monkeypatch.delenv("MATCHGRAPH_LOG")
    run("serve", "--store", url, "--port", "0")
    assert told == [(url, True), (url, False)]


def test_keys_are_kept_on_a_disk_alone():
    with pytest.raises(AccessError, match="is no folder to keep keys in"):
        run("keys", "make", "somebody", "--store", fresh("memory"))


def test_where_nothing_can_be_put_on_a_condition_a_store_is_only_read():
    place = store_at("https://example.org/store")
    with pytest.raises(SnapshotError, match="can only be read"), place.writing():
        pytest.fail("written to")


def test_a_copy_that_a_web_server_hands_out_is_read(tmp_path):
    url = fresh("memory")
    published(url, 1)
    objects = store(url).objects
    for name in ["CURRENT", *objects.names("snapshots")]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(objects.read(name, 1 << 20))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        found = store_at(f"http://127.0.0.1:{server.server_port}/")
        assert (found.versions(), found.held().files) == (["v000001"], some_files(1))
        server.shutdown()


@pytest.mark.parametrize("scheme", ["s3", "memory"])
def test_without_the_extra_it_is_said_what_to_install(monkeypatch, scheme):
    for library, room in (("obstore", "cloud"), ("fsspec", "anywhere")):
        monkeypatch.setitem(sys.modules, library, None)
        monkeypatch.delitem(sys.modules, f"matchgraph.snapshot.{room}", raising=False)
    with pytest.raises(SnapshotError, match=r"a store at .*:// cannot be opened .*pip install 'matchgraph\[remote\]'"):
        store_at(f"{scheme}://bucket/store")


@pytest.mark.parametrize("url", ["nonsense://bucket/store", "az://container/store", "s3://"])
def test_a_url_that_leads_nowhere_is_said_to(url):
    with pytest.raises(SnapshotError, match="no store can be at"):
        mg.open(url)


def test_a_place_that_does_not_answer_is_said_to(s3, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(SnapshotError, match=r"s3://shelf/none: reading broke off: .*error sending request"):
        mg.open("s3://shelf/none")


def test_where_no_store_is_it_is_said_how_to_make_one(place_kind):
    url = fresh(place_kind)
    with pytest.raises(SnapshotError, match=f"no snapshot in {url}: run `matchgraph rebuild CATALOGUE --store {url}`"):
        mg.open(url)


def test_a_url_of_a_file_is_a_folder_of_this_machine(store, tmp_path):
    assert mg.open(f"file://{store}", encoder=WordEncoder()).store.path == store


# Stages


def test_a_rebuild_cut_off_goes_on_from_the_stages_at_the_url(catalogue_file):
    url, counted = fresh("memory"), Faults()
    built(catalogue_file, store(fresh("memory"), counted))
    listings = [number for number, point in enumerate(counted.points) if point == "after put stage.json"]
    with pytest.raises(Killed):
        built(catalogue_file, store(url, Faults(listings[2], killed)))
    report = built(catalogue_file, url)
    assert report.held == ("words", "likeness", "graph")
    assert len(store(url).stages.names()) == len(listings)


def test_a_stage_at_a_url_is_whole_or_not_there(place_kind):
    files = {"a.npy": b"some", "b.npy": b"more"}
    for number in range(6):
        shelf = store(fresh(place_kind), Faults(number, killed)).stages
        with pytest.raises(Killed):
            shelf.keep("words-1", files)
        found = store(shelf.where.removesuffix("/stages")).stages.whole("words-1")
        assert found == (files if number == 5 else None)


def test_a_damaged_stage_is_none_and_what_is_dropped_is_gone(place_kind):
    shelf = store(fresh(place_kind)).stages
    for name in ("words-1", "graph-2"):
        shelf.keep(name, {"a.npy": b"some"})
    shelf.objects.put("stages/words-1/a.npy", b"same")
    assert (shelf.whole("words-1"), shelf.whole("graph-2")) == (None, {"a.npy": b"some"})
    assert shelf.names() == ["graph-2", "words-1"]
    shelf.remove("words-1")
    assert shelf.names() == ["graph-2"]
    shelf.clear()
    assert shelf.names() == []


def test_two_writers_of_one_version_have_folders_of_their_own():
    url = fresh("memory")
    one, other = store(url), store(url)
    with one.writing(), other.writing():
        first = one.publish(some_files(1), some_manifest())
        with pytest.raises(SnapshotError, match="another writer changed"):
            other.publish(some_files(1), some_manifest())
        assert first.version == one.publish(some_files(2), some_manifest()).version.replace("2", "1")
    assert store(url).checked()[0].digest == digest(2)
