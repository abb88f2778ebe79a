"""The store: what is published is whole or not there, and nothing is parsed before it was checked."""

import errno
import hashlib
import json
import mmap
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from typer.testing import CliRunner

import matchgraph as mg
from matchgraph.doors.cli import app
from matchgraph.errors import EncoderError, SnapshotError
from matchgraph.snapshot.disk import Disk
from matchgraph.snapshot.files import packed_table, sha256_of, table_in
from matchgraph.snapshot.manifest import FORMAT, manifest_in
from matchgraph.snapshot.snapshot import unpacked
from matchgraph.snapshot.store import Store
from tests.conftest import TODAY, WordEncoder, eight

FIRST = "v000001"
QUERY = "sort mail into folders"


def rows(path: Path, artifacts: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in artifacts))
    return path


def built(store: Path | Store, artifacts: list[dict[str, object]] | None = None, **more: object) -> mg.RebuildReport:
    """A rebuild of these artifacts (the eight where none are given)."""
    path = store.path if isinstance(store, Store) else store
    catalogue = rows(path.parent / "built.jsonl", eight() if artifacts is None else artifacts)
    return mg.rebuild(catalogue, store=store, **({"encoder": WordEncoder(), "today": TODAY} | more))


def changed() -> list[dict[str, object]]:
    """The eight, one of them with other stars."""
    return [row | ({"facts": {"stars": 5}} if row["artifact_id"] == "letter-sorter" else {}) for row in eight()]


def opened(store: Path, version: str | None = None) -> mg.MatchGraph:
    return mg.open(store, version=version, encoder=WordEncoder())


def make_current(store: Path, version: str) -> None:
    """Let CURRENT vouch for whatever manifest stands there now."""
    content = (store / "snapshots" / version / "manifest.json").read_bytes()
    (store / "CURRENT").write_text(f"{version} {hashlib.sha256(content).hexdigest()}\n")


def verify(store: Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["verify", "--store", str(store)])
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    """One snapshot of the eight, made once; and beside it one of the changed eight."""
    here = tmp_path_factory.mktemp("base")
    built(here / "store")
    built(here / "changed", changed())
    return here


@pytest.fixture
def store(base, tmp_path) -> Path:
    """A store with one snapshot, of its own for each test."""
    return Path(shutil.copytree(base / "store", tmp_path / "store"))


@pytest.fixture
def two(store, base) -> Path:
    """That store with the changed eight as its second and live version."""
    publish(store, base / "changed")
    return store


def publish(store: Path, other: Path) -> str:
    """The version that the live snapshot of another store gets when it is published here."""
    manifest, folder = Store(other).checked()
    content = {name: (folder / name).read_bytes() for name in manifest.files}
    with Store(store).writing():
        return Store(store).publish(content, manifest).version


@pytest.fixture
def no_parser(monkeypatch):
    """From here on the test fails if any file of a snapshot is parsed."""

    def parsed(files: dict[str, bytes], name: str, *_: object) -> None:
        pytest.fail(f"{name} was parsed before it was checked")

    monkeypatch.setattr("matchgraph.snapshot.fits.table_in", parsed)
    monkeypatch.setattr("matchgraph.snapshot.fits.array_in", parsed)


# What a snapshot is checked for


def flip(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)


def flip_the_last(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[-1] ^= 128
    (folder / name).write_bytes(content)


def truncate(folder: Path, name: str) -> None:
    os.truncate(folder / name, (folder / name).stat().st_size - 1)


def empty(folder: Path, name: str) -> None:
    os.truncate(folder / name, 0)


def grow(folder: Path, name: str) -> None:
    with (folder / name).open("ab") as stream:
        stream.write(b"\0")


def delete(folder: Path, name: str) -> None:
    (folder / name).unlink()


def swap(folder: Path, name: str) -> None:
    other = next(part for part in sorted(folder.iterdir()) if part.suffix == Path(name).suffix and part.name != name)
    (folder / name).rename(folder / "held")
    other.rename(folder / name)
    (folder / "held").rename(other)


def rename(folder: Path, name: str) -> None:
    (folder / name).rename(folder / f"{name}.bak")


def link_to_a_copy(folder: Path, name: str) -> None:
    elsewhere = folder.parent.parent / name
    (folder / name).rename(elsewhere)
    (folder / name).symlink_to(elsewhere)


def make_a_folder(folder: Path, name: str) -> None:
    (folder / name).unlink()
    (folder / name).mkdir()


DAMAGES = [flip, flip_the_last, truncate, empty, grow, delete, swap, rename, link_to_a_copy, make_a_folder]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damage_to_any_file_is_refused_before_anything_is_parsed(store, tmp_path, damage, no_parser):
    names = list(Store(store).manifest().files)
    assert len(names) >= 10
    for name in [*names, "manifest.json"]:
        hurt = tmp_path / "hurt" / name
        shutil.copytree(store, hurt)
        folder = hurt / "snapshots" / FIRST
        if name == "manifest.json" and damage is swap:
            shutil.copy(folder / "artifacts.parquet", folder / name)
        else:
            damage(folder, name)
        with pytest.raises(SnapshotError):
            opened(hurt)


def test_the_untouched_store_opens(store):
    assert len(opened(store)) == 8


@pytest.mark.parametrize("name", ["extra.parquet", ".DS_Store", "artifacts.parquet~", "folder"])
def test_an_extra_file_is_refused_before_anything_is_parsed(store, no_parser, name):
    extra = store / "snapshots" / FIRST / name
    extra.mkdir() if name == "folder" else extra.write_bytes(b"")
    with pytest.raises(SnapshotError, match=f"holds {name}, which .* does not list: delete it"):
        opened(store)


def test_any_changed_byte_of_the_live_manifest_is_refused_before_anything_is_parsed(store, no_parser):
    path = store / "snapshots" / FIRST / "manifest.json"
    content = path.read_bytes()
    for place in range(0, len(content), 11):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(SnapshotError, match="changed after it was published"):
            Store(store).checked()


def test_a_manifest_that_agrees_with_a_changed_file_is_refused(store, no_parser):
    folder = store / "snapshots" / FIRST
    flip(folder, "ranking.parquet")
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["files"]["ranking.parquet"]["sha256"] = sha256_of(folder / "ranking.parquet")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(SnapshotError, match="changed after it was published"):
        opened(store)
    make_current(store, FIRST)  # and even then the manifest does not fit itself
    with pytest.raises(SnapshotError):
        opened(store)


def test_a_changed_byte_of_an_older_manifest_is_refused_or_harmless(two):
    path = two / "snapshots" / FIRST / "manifest.json"
    content = path.read_bytes()
    for place in range(0, len(content), 11):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        try:
            found, _ = Store(two).checked(FIRST)
        except SnapshotError:
            continue
        assert found.version == FIRST


def test_parameters_of_an_older_snapshot_cannot_be_changed_unseen(two):
    path = two / "snapshots" / FIRST / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["parameters"]["search_floor"] = 99.0
    path.write_text(json.dumps(manifest))
    with pytest.raises(SnapshotError):
        Store(two).checked(FIRST)


@pytest.mark.parametrize("format", [0, FORMAT - 1, FORMAT + 1, str(FORMAT)])
def test_another_format_is_refused_before_anything_is_parsed(store, no_parser, format):
    path = store / "snapshots" / FIRST / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"format": format}))
    make_current(store, FIRST)
    with pytest.raises(
        SnapshotError, match=f"is of format {format}, this matchgraph reads format {FORMAT}: rebuild it"
    ):
        opened(store)


CURRENTS = {
    "empty": b"",
    "no version": b"latest 00\n",
    "no digest": b"v000001\n",
    "three words": b"v000001 00 00\n",
    "not text": b"\xff\xfe\x00\x01",
    "another digest": b"v000001 " + b"0" * 64,
    "a missing version": b"v000002 " + b"0" * 64,
    "a way out": b"../../v000001 " + b"0" * 64,
}


@pytest.mark.parametrize("content", CURRENTS.values(), ids=CURRENTS.keys())
def test_a_damaged_current_is_refused_before_anything_is_parsed(store, no_parser, content):
    (store / "CURRENT").write_bytes(content)
    with pytest.raises(SnapshotError):
        opened(store)


def test_a_folder_in_the_place_of_current_is_refused(store, no_parser):
    (store / "CURRENT").unlink()
    (store / "CURRENT").mkdir()
    with pytest.raises(SnapshotError, match="CURRENT"):
        opened(store)


@pytest.mark.parametrize("version", ["v000007", "1", " ", "..", "../snapshots/v000001", "v000001/", "manifest.json"])
def test_a_version_that_is_not_there_is_refused_with_those_that_are(store, no_parser, version):
    with pytest.raises(SnapshotError, match=rf"there is: {FIRST}"):
        opened(store, version)


def test_a_folder_without_a_snapshot_says_how_to_make_one(tmp_path):
    with pytest.raises(SnapshotError, match="run `matchgraph rebuild"):
        opened(tmp_path)
    with pytest.raises(SnapshotError, match="run `matchgraph rebuild"):
        opened(tmp_path / "nowhere")


@pytest.mark.parametrize(("source", "target"), [("v000002", FIRST), (FIRST, "v000002"), (FIRST, "v000003")])
def test_a_version_copied_over_another_is_refused_before_anything_is_parsed(two, no_parser, source, target):
    snapshots = two / "snapshots"
    shutil.rmtree(snapshots / target, ignore_errors=True)
    shutil.copytree(snapshots / source, snapshots / target)
    with pytest.raises(SnapshotError):
        opened(two, target)


# Damage can be undone


@pytest.mark.parametrize("damage", [flip, truncate, delete, grow, link_to_a_copy], ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", ["ranking.parquet", "vectors.npy", "manifest.json"])
def test_a_rebuild_mends_a_damaged_snapshot_as_its_error_says(store, name, damage):
    before = opened(store).search(QUERY)
    damage(store / "snapshots" / FIRST, name)
    built(store)
    assert opened(store).search(QUERY) == before
    assert Store(store).checked()[0].counts["artifacts"] == 8


@pytest.mark.parametrize("content", CURRENTS.values(), ids=CURRENTS.keys())
def test_a_rebuild_mends_a_damaged_current_as_its_error_says(store, content):
    before = opened(store).search(QUERY)
    (store / "CURRENT").write_bytes(content)
    built(store)
    assert opened(store).search(QUERY) == before


# Publishing


def test_an_unchanged_rebuild_publishes_nothing_and_encodes_nothing(store):
    before = sorted((path, path.stat().st_mtime_ns) for path in store.rglob("*") if "snapshots" in path.parts)
    current = (store / "CURRENT").read_bytes()
    encoder = WordEncoder()
    report = built(store, encoder=encoder)
    assert (report.published, report.version, report.encoded, encoder.calls) == (False, FIRST, 0, 0)
    after = sorted((path, path.stat().st_mtime_ns) for path in store.rglob("*") if "snapshots" in path.parts)
    assert [path for path, _ in after] == [path for path, _ in before]
    assert [at for path, at in after if path.is_file()] == [at for path, at in before if path.is_file()]
    assert (store / "CURRENT").read_bytes() == current


def test_changed_data_is_a_new_version_and_only_new_texts_are_encoded(store):
    encoder = WordEncoder()
    more = [*eight(), eight()[0] | {"artifact_id": "third-sorter", "description": "sort paper mail by its stamps"}]
    report = built(store, more, encoder=encoder)
    assert (report.published, report.version, Store(store).versions()) == (True, "v000002", [FIRST, "v000002"])
    # Its capabilities, name and job are those of the first sorter: the text of the whole is all that is new.
    assert (report.encoded, encoder.calls, len(encoder.texts)) == (1, 1, 1)


def test_an_open_graph_goes_on_answering_the_old(store):
    old = opened(store)
    before = [answer.to_dict() for answer in (old.search(QUERY), old.explain("letter-sorter"), old.similar("sorter"))]
    built(store, changed()[:7])
    new = opened(store)
    assert (old.manifest.version, new.manifest.version) == (FIRST, "v000002")
    assert Store(store).remove_old(keep=1) == ([], [FIRST]), "what is open stays"
    old.close()
    assert Store(store).remove_old(keep=1) == ([FIRST], []), "what is closed may go"
    assert Store(store).versions() == ["v000002"]
    after = [answer.to_dict() for answer in (old.search(QUERY), old.explain("letter-sorter"), old.similar("sorter"))]
    assert after == before
    assert (len(old), len(new)) == (8, 7)


def test_an_older_version_can_still_be_opened(two):
    old, new = opened(two, FIRST), opened(two)
    assert old.snapshot.catalogue.facts.num_rows == new.snapshot.catalogue.facts.num_rows + 1
    assert old.manifest.version == FIRST


def test_going_back_to_older_data_is_a_new_version_with_the_old_digest(two):
    first = Store(two).manifest(FIRST).digest
    report = built(two, new_reference=True)
    assert (report.version, report.digest, report.published) == ("v000003", first, True)


def test_going_back_to_older_data_keeps_what_ranks_are_compared_with(two):
    before = opened(two).snapshot.reference
    built(two)
    after = opened(two).snapshot.reference
    assert after.reference_id == before.reference_id
    assert after.reference_id != opened(two, FIRST).snapshot.reference.reference_id


def test_other_weights_are_a_new_version(store, tmp_path):
    own = (Path(mg.__file__).parent / "ranking" / "weights.toml").read_text()
    (tmp_path / "weights.toml").write_text(own.replace("adoption = 0.28", "adoption = 0.5"))
    report = built(store, weights=tmp_path / "weights.toml")
    assert (report.published, report.encoded) == (True, 0)


def test_a_second_writer_is_told_so_before_the_first_is_done_and_the_first_goes_on(store):
    with Store(store).writing(), pytest.raises(SnapshotError, match=r"another rebuild is writing to .*: wait for it"):
        built(store, changed())
    assert Store(store).versions() == [FIRST]
    assert built(store, changed()).published


def test_a_writer_in_another_process_counts_too(store):
    holds = (
        "import sys; from matchgraph.snapshot.store import Store\n"
        "with Store(sys.argv[1]).writing(): print('holding', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", holds, str(store)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "holding\n"
        with pytest.raises(SnapshotError, match="another rebuild"):
            built(store, changed())
        other.kill()
    assert built(store, changed()).published, "a killed writer holds nothing"


def test_what_a_killed_writer_left_behind_is_swept(store):
    for name in (".draft-1", ".draft-99999", ".gone-v000000"):
        (store / "snapshots" / name).mkdir()
        (store / "snapshots" / name / "artifacts.parquet").write_bytes(b"half")
    (store / "CURRENT.draft").write_bytes(b"half")
    assert Store(store).versions() == [FIRST]
    assert len(opened(store)) == 8
    built(store, changed())
    assert sorted(part.name for part in (store / "snapshots").iterdir()) == [FIRST, "v000002"]
    assert not (store / "CURRENT.draft").exists()


def test_readers_do_not_disturb_a_writer(store):
    with Store(store).writing():
        assert len(opened(store)) == 8


# Rebuilds that fail


class Breaking(WordEncoder):
    """Encodes some batches and then fails."""

    def encode(self, texts, *, task="document", track=iter):
        for number, batch in enumerate(super().encode(texts, task=task, track=track)):
            if number == 1:
                raise EncoderError("out of memory")
            yield batch


def test_a_rebuild_whose_encoder_fails_leaves_the_old_snapshot_live(store):
    strangers = [row | {"description": f"does {number}", "capabilities": []} for number, row in enumerate(eight())]
    with pytest.raises(EncoderError, match="out of memory"):
        built(store, strangers, encoder=Breaking())
    assert Store(store).versions() == [FIRST]
    assert len(opened(store).search(QUERY)) == 8
    assert built(store, strangers).version == "v000002"


def test_a_first_rebuild_that_fails_leaves_no_snapshot(tmp_path):
    with pytest.raises(EncoderError):
        built(tmp_path / "new", encoder=Breaking())
    with pytest.raises(SnapshotError, match="no snapshot in"):
        opened(tmp_path / "new")
    assert built(tmp_path / "new").version == FIRST


class FullDisk(Disk):
    """Full at the write of that number: half the file is written, and then no more."""

    def __init__(self, call: int) -> None:
        self.left = call

    def write(self, path: Path, content: bytes) -> None:
        self.left -= 1
        super().write(path, content if self.left else content[: len(content) // 2])
        if not self.left:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))


@pytest.mark.parametrize("call", [1, 7])
def test_a_rebuild_on_a_full_disk_leaves_the_old_snapshot_live(store, call):
    with pytest.raises(SnapshotError, match="No space left"):
        built(Store(store, FullDisk(call)), changed())
    assert len(opened(store).search(QUERY)) == 8
    assert built(store, changed()).version == "v000002"


@pytest.mark.parametrize("command", [["gc", "--keep", "1"], ["rollback"]], ids=lambda command: command[0])
def test_a_store_that_cannot_be_written_to_is_said_to_be_one(two, command):
    (two / "lock").unlink()
    (two / "lock").mkdir()  # so that it cannot be opened for writing, whoever runs this
    done = CliRunner().invoke(app, [*command, "--store", str(two)])
    assert isinstance(done.exception, SnapshotError)
    assert re.match(r"the store at .*store cannot be written to: .*lock'\. It can still be read", str(done.exception))
    assert Store(two).versions() == [FIRST, "v000002"]


def test_a_store_that_cannot_be_made_is_said_to_be_none_yet(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    store = Store(tmp_path / "file" / "store")
    with pytest.raises(SnapshotError, match=r"no store can be made at .*file/store: "), store.writing():
        pytest.fail("there is none to write to")


def test_a_store_that_is_a_file_is_refused_by_name(tmp_path):
    (tmp_path / "store").write_bytes(b"")
    with pytest.raises(mg.MatchGraphError, match="store"):
        built(tmp_path / "store")


# Old versions


def several(store: Path, versions: int) -> None:
    for _ in range(versions - 1):
        publish(store, store)


@pytest.mark.parametrize(
    ("keep", "left"),
    [
        (1, ["v000004"]),
        (2, ["v000003", "v000004"]),
        (4, [FIRST, "v000002", "v000003", "v000004"]),
        (9, [FIRST, "v000002", "v000003", "v000004"]),
    ],
)
def test_the_newest_versions_are_kept(store, keep, left):
    several(store, 4)
    everything = Store(store).versions()
    assert Store(store).remove_old(keep) == ([version for version in everything if version not in left], [])
    assert Store(store).versions() == left
    assert opened(store).manifest.version == "v000004"


def test_the_live_version_is_kept_however_old_it_is(store):
    several(store, 3)
    make_current(store, FIRST)
    assert Store(store).remove_old(keep=1) == (["v000002"], [])
    assert Store(store).versions() == [FIRST, "v000003"]
    assert opened(store).manifest.version == FIRST


def test_removing_leaves_no_rest(store):
    several(store, 3)
    Store(store).remove_old(keep=1)
    assert [part.name for part in (store / "snapshots").iterdir()] == ["v000003"]


def test_a_new_version_never_takes_the_number_of_a_kept_one(store):
    several(store, 3)
    Store(store).remove_old(keep=1)
    assert built(store, changed()).version == "v000004"


def test_snapshots_without_current_are_named_with_what_to_do(two):
    (two / "CURRENT").unlink()
    with pytest.raises(SnapshotError, match=r"no CURRENT .* there is: v000001, v000002\. Open one by its version, or"):
        opened(two)
    assert len(opened(two, "v000002")) == 8
    assert built(two, changed()).version == "v000003"
    assert opened(two).manifest.version == "v000003"


@pytest.mark.parametrize("version", [1, 1.0, "", "1", ["v000001"]])
def test_what_is_no_version_is_refused_with_those_there_are(store, version):
    with pytest.raises(SnapshotError, match=r"wanted a name like v000001; there is: v000001\."):
        opened(store, version)


def test_versions_are_ordered_by_number(tmp_path):
    for version in ("v1000000", "v000010", "v999999", "v000009", "w000001", "v1", ".draft-7"):
        (tmp_path / "snapshots" / version).mkdir(parents=True)
    assert Store(tmp_path).versions() == ["v000009", "v000010", "v999999", "v1000000"]


# The encoder, and verify


def test_another_encoder_is_refused_with_what_to_do(store):
    says = r"made by encoder 'words' .* given 'other' .*: rebuild it, or open it with the encoder that made it"
    with pytest.raises(EncoderError, match=says):
        mg.open(store, encoder=WordEncoder("other")).search(QUERY)


def test_an_encoder_of_the_same_name_but_other_weights_is_refused(store):
    encoder = WordEncoder()
    encoder.digest = "0" * 64
    with pytest.raises(EncoderError, match="rebuild it"):
        mg.open(store, encoder=encoder).search(QUERY)


def test_after_the_rebuild_that_the_error_asks_for_the_encoder_fits(store):
    encoder = WordEncoder()
    encoder.digest = "0" * 64  # say its tokenizer's file was written anew: the vectors are the same
    built(store, encoder=encoder)
    assert len(mg.open(store, encoder=encoder).search(QUERY)) == 8


def test_verify_calls_sound_what_is_sound(two):
    assert verify(two) == (0, f"{FIRST}: sound\nv000002: sound\n")


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_verify_names_the_version_that_is_damaged(two, damage):
    damage(two / "snapshots" / FIRST, "edges.parquet")
    code, said = verify(two)
    first, second = said.splitlines()
    assert code == 1
    assert first.startswith(f"{FIRST}: ")
    assert "edges.parquet" in first or damage is swap
    assert second == "v000002: sound"


def test_who_changes_a_file_after_it_was_checked_changes_nothing_that_is_parsed(store, monkeypatch):
    folder = store / "snapshots" / FIRST

    def parsed(manifest, files):
        for part in folder.iterdir():
            part.write_bytes(b"changed")
        return unpacked(manifest, files)

    monkeypatch.setattr("matchgraph.engine.unpacked", parsed)
    assert [found.artifact_id for found in opened(store).search("sort mail into folders", k=1)] == ["mail-sorter"]
    with pytest.raises(SnapshotError):
        opened(store)


def test_a_copy_of_hard_links_opens_and_one_written_to_by_another_name_is_refused_like_any_other(store, tmp_path):
    copy = shutil.copytree(store, tmp_path / "copy", copy_function=os.link)
    assert (copy / "CURRENT").stat().st_nlink > 1
    assert opened(copy).search(QUERY) == opened(store).search(QUERY)
    flip(copy / "snapshots" / FIRST, "ranking.parquet")
    with pytest.raises(SnapshotError, match=r"ranking\.parquet is not what its manifest states"):
        opened(store)


def test_large_arrays_are_mapped_answer_as_if_they_were_read_and_are_refused_where_they_are_damaged(store, monkeypatch):
    read = opened(store).search("sort mail into folders").to_dict()
    monkeypatch.setattr("matchgraph.snapshot.check._LARGE", 1)
    assert isinstance(Store(store).held().files["vectors.npy"], mmap.mmap)
    assert opened(store).search("sort mail into folders").to_dict() == read
    array = store / "snapshots" / FIRST / "vectors.npy"
    content = array.read_bytes()
    for other in (content[:-1], content + b"0", content[:-1] + bytes([content[-1] ^ 1])):
        array.unlink()  # what may still be mapped is another file
        array.write_bytes(other)
        with pytest.raises(SnapshotError, match="not what its manifest states"):
            opened(store)


def test_files_that_fit_the_manifest_and_are_no_snapshot_together_are_refused(store):
    held = Store(store).held()
    for name, other in (("words.parquet", "facts.parquet"), ("usual_likeness.parquet", "links.parquet")):
        files = {**held.files, name: held.files[other]}
        with pytest.raises(SnapshotError, match=f"{name}: has the columns .*, wanted .*; rebuild it"):
            unpacked(held.manifest, files)


def test_words_that_stand_in_artifacts_beyond_the_last_are_refused(store):
    held = Store(store).held()
    words = table_in(held.files, "words.parquet")
    beyond = pa.array([[1_000_000 for _ in each] for each in words["artifacts"].to_pylist()], words["artifacts"].type)
    changed = packed_table(words.set_column(words.column_names.index("artifacts"), "artifacts", beyond))
    with pytest.raises(SnapshotError, match="v000001 is no whole snapshot"):
        unpacked(held.manifest, {**held.files, "words.parquet": changed})


def with_edges(files: dict[str, bytes], changed: Callable[[list[dict[str, object]]], object]) -> dict[str, bytes]:
    """The files with other edges, which are sorted as they should be."""
    table = table_in(files, "edges.parquet")
    told = table.to_pylist()
    changed(told)
    told.sort(key=lambda edge: (edge["source"], edge["target"], edge["kind"]))
    return {**files, "edges.parquet": packed_table(pa.Table.from_pylist(told, schema=table.schema))}


FORGED_EDGES = {
    "an edge twice": (lambda told: told.append(told[0]), "each edge once"),
    "one that ends where it begins": (lambda told: told[-1].update(target=told[-1]["source"]), "with itself"),
    "one more, to itself": (lambda told: told.append(told[0] | {"source": told[0]["target"]}), "with itself"),
    "likeness both ways": (
        lambda told: told.append(told[0] | {"source": told[0]["target"], "target": told[0]["source"]}),
        "tells likeness or choice from the later",
    ),
}


@pytest.mark.parametrize(("changed", "fault"), FORGED_EDGES.values(), ids=FORGED_EDGES)
def test_edges_that_stand_twice_or_lead_nowhere_else_are_refused_where_they_are_asked_for(store, changed, fault):
    held = Store(store).held()
    with pytest.raises(SnapshotError, match=f"edges.parquet: .*{fault}"):
        _ = unpacked(held.manifest, with_edges(held.files, changed)).graph.edges


def test_one_pair_may_have_an_edge_of_each_kind_and_one_each_way_of_a_kind_that_is_declared(store):
    def declared(told: list[dict[str, object]]) -> None:
        pair = told[0]["source"], told[0]["target"]
        blank = dict.fromkeys(told[0]) | {"weight": 1.0}
        told.extend(
            blank | {"source": source, "target": target, "kind": kind}
            for source, target in (pair, pair[::-1])
            for kind in ("requires", "trained_on")
        )

    held = Store(store).held()
    whole, more = held.files, with_edges(held.files, declared)
    before, after = (unpacked(held.manifest, files).graph.edges.num_rows for files in (whole, more))
    assert after == before + 4


@pytest.mark.parametrize("edges", [0, 1])
def test_no_edge_or_a_single_one_is_nothing_to_refuse(store, edges):
    held = Store(store).held()
    files = with_edges(held.files, lambda told: told.__delitem__(slice(edges, None)))
    assert unpacked(held.manifest, files).graph.edges.num_rows == edges


def test_edges_in_another_order_are_refused(store):
    held = Store(store).held()
    table = table_in(held.files, "edges.parquet")
    turned = packed_table(table.take(list(reversed(range(len(table))))))
    with pytest.raises(SnapshotError, match="in the order of source, target and kind"):
        _ = unpacked(held.manifest, {**held.files, "edges.parquet": turned}).graph.edges


def test_where_current_is_damaged_a_version_can_be_named_and_made_live_again(store):
    (store / "CURRENT").write_bytes(b"garbled")
    with pytest.raises(SnapshotError, match="does not name a snapshot"):
        opened(store)
    told = CliRunner().invoke(app, ["verify", "--store", str(store), "--json"])
    assert {name: each["sound"] for name, each in json.loads(told.stdout).items()} == {FIRST: True, "CURRENT": False}
    assert told.exit_code == 1
    done = CliRunner().invoke(app, ["rollback", FIRST, "--store", str(store)])
    assert (done.exit_code, Store(store).current()) == (0, FIRST)
    assert opened(store).search("sort mail into folders", k=1).items


def test_what_is_sound_is_told_though_the_live_manifest_is_not(store):
    manifest = store / "snapshots" / FIRST / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b" ")
    told = CliRunner().invoke(app, ["verify", "--store", str(store), "--json"])
    assert "changed after it was published" in json.loads(told.stdout)[FIRST]["error"]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("counts", {"artifacts": "8", "capabilities": 16}),
        ("built_at", "today\n* v000009"),
        ("made_by", 7),
    ],
)
def test_a_manifest_that_cannot_be_listed_is_told_as_one_and_hides_no_other(store, part, said):
    mg.rebuild(pd.DataFrame(eight()[:7]), store=store, encoder=WordEncoder(), today=TODAY)
    path = store / "snapshots" / FIRST / "manifest.json"
    forged = replace(manifest_in(path.read_bytes(), "it"), **{part: said})
    path.write_bytes(forged.packed())
    lines = CliRunner().invoke(app, ["snapshots", "--store", str(store)]).stdout.splitlines()
    assert ["is no manifest" in line for line in lines] == [True, False]


def test_bytes_that_are_no_text_are_refused_at_once_or_where_they_are_first_asked_for(store):
    held = Store(store).held()
    for name, column in (("artifacts", "name"), ("capabilities", "description"), ("facts", "key"), ("links", "target")):
        table = table_in(held.files, f"{name}.parquet")
        sizes = np.arange(table.num_rows + 1, dtype=np.int32)
        text = pa.Array.from_buffers(
            pa.string(), table.num_rows, [None, pa.py_buffer(sizes), pa.py_buffer(b"\xff" * table.num_rows)]
        )
        forged = packed_table(table.set_column(table.column_names.index(column), column, text))
        with pytest.raises(SnapshotError, match="no text"):
            getattr(unpacked(held.manifest, {**held.files, f"{name}.parquet": forged}).catalogue, name)
