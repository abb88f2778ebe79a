"""Stores that somebody damaged or made up: refused by an error of ours before anything is parsed or written."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

import matchgraph as mg
from matchgraph.errors import EncoderError, MatchGraphError, SnapshotError
from matchgraph.snapshot.manifest import FORMAT, Manifest, digest_of, manifest_in
from matchgraph.snapshot.store import Store
from matchgraph.vectors.cache import VectorCache
from tests.conftest import TODAY, WordEncoder, eight
from tests.snapshot.faults import child

MUTATIONS = int(os.environ.get("MATCHGRAPH_MUTATIONS", "150"))
FIRST = "v000001"


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    """The eight, rebuilt once."""
    here = tmp_path_factory.mktemp("base")
    (here / "eight.jsonl").write_text("".join(json.dumps(row) + "\n" for row in eight()))
    mg.rebuild(here / "eight.jsonl", store=here / "store", encoder=WordEncoder(), today=TODAY)
    return here / "store"


@pytest.fixture
def store(base, tmp_path) -> Path:
    """A store of its own for each test."""
    return Path(shutil.copytree(base, tmp_path / "store"))


@pytest.fixture
def folder(store) -> Path:
    return store / "snapshots" / FIRST


@pytest.fixture(autouse=True)
def no_parser(request, monkeypatch):
    """From here on the test fails if any file of a snapshot is parsed."""
    request.getfixturevalue("base")  # which itself parses

    def parsed(files: dict[str, bytes], name: str, *_: object) -> None:
        raise AssertionError(f"{name} was parsed before it was checked")

    monkeypatch.setattr("matchgraph.snapshot.fits.table_in", parsed)
    monkeypatch.setattr("matchgraph.snapshot.fits.array_in", parsed)


def opened(store: Path, **more: str) -> mg.MatchGraph:
    return mg.open(store, encoder=WordEncoder(), **more)


def said(store: Path, change: Callable[[dict[str, object]], object]) -> None:
    """Change what the manifest says, then seal it anew and let CURRENT vouch for it, as a stranger would."""
    path = store / "snapshots" / FIRST / "manifest.json"
    stated = json.loads(path.read_bytes())
    del stated["seal"]
    change(stated)
    content = Manifest(**stated).packed()
    path.write_bytes(content)
    (store / "CURRENT").write_text(f"{FIRST} {hashlib.sha256(content).hexdigest()}\n")


def test_what_is_whole_would_be_parsed(store):
    with pytest.raises(AssertionError, match="was parsed before it was checked"):
        opened(store)


# Two thousand mutations


def truncate(path: Path, dice: Random) -> None:
    os.truncate(path, dice.randrange(path.stat().st_size))


def flip(path: Path, dice: Random) -> None:
    content = bytearray(path.read_bytes())
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    path.write_bytes(content)


def overwrite(path: Path, dice: Random) -> None:
    """Eight bytes somewhere say something large: sizes and offsets of most formats are as long."""
    content = bytearray(path.read_bytes()) + bytes(8)
    at = dice.randrange(len(content) - 8)
    content[at : at + 8] = dice.choice([1 << 62, (1 << 63) - 1, 0]).to_bytes(8, "little")
    path.write_bytes(content)


def swap(path: Path, dice: Random) -> None:
    mine = path.read_bytes()
    other = dice.choice([part for part in sorted(path.parent.iterdir()) if part.read_bytes() != mine])
    theirs = other.read_bytes()
    path.write_bytes(theirs)
    other.write_bytes(mine)


def delete(path: Path, dice: Random) -> None:
    path.unlink()


def add(path: Path, dice: Random) -> None:
    shutil.copy(path, path.with_name(f"{dice.randrange(10**6)}-{path.name}"))


def link(path: Path, dice: Random) -> None:
    path.rename(path.parents[2] / path.name)
    path.symlink_to(path.parents[2] / path.name)


def special(path: Path, dice: Random) -> None:
    path.unlink()
    os.mkfifo(path)


def hollow(path: Path, dice: Random) -> None:
    os.truncate(path, 1 << dice.randrange(31, 43))


MUTATE = [truncate, flip, overwrite, swap, delete, add, link, special, hollow]


def test_every_mutation_of_every_file_is_refused_before_it_is_parsed_and_no_process_dies(store, tmp_path):
    names = [*Store(store).manifest().files, "manifest.json"]

    def mutates() -> None:
        refused = 0
        for number in range(MUTATIONS):
            dice = Random(number)
            turn, at = divmod(number, len(names))
            name, mutate = names[at], MUTATE[(turn + at) % len(MUTATE)]  # all of them in the first turn already
            hurt = Path(shutil.copytree(store, tmp_path / "hurt"))
            mutate(hurt / "snapshots" / FIRST / name, dice)
            with pytest.raises(SnapshotError):
                opened(hurt)
            refused += 1
            shutil.rmtree(hurt)
        assert refused == MUTATIONS

    process = child(mutates)
    process.join()
    assert process.exitcode == 0


# A snapshot that is whole in itself, and yet not what was wanted


def test_the_snapshot_whose_manifest_has_the_expected_sha256_is_opened_and_no_other(store, folder):
    sha256 = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    assert Store(store).manifest().sha256 == sha256, "what `matchgraph snapshots --json` tells"
    assert Store(store).held(expect=sha256).manifest.version == FIRST
    assert Store(store).held(FIRST, expect=f" {sha256.upper()}\n").manifest.version == FIRST
    with pytest.raises(SnapshotError, match=rf"has the sha256 {sha256}, expected was 0000"):
        opened(store, expect="0" * 64)
    said(store, lambda stated: stated["parameters"].update(search_floor=0.0))
    Store(store).checked()  # sound in itself
    with pytest.raises(SnapshotError, match="this is another snapshot, or it was changed"):
        opened(store, expect=sha256)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda stated: stated.update(format=FORMAT + 1), "is of format"),
        (lambda stated: stated["files"]["edges.parquet"].update(bytes=1 << 62), "not what its manifest states"),
        (lambda stated: stated["files"]["edges.parquet"].update(bytes=-1), "not what its manifest states"),
        (lambda stated: stated["files"]["edges.parquet"].update(sha256="0" * 64), "the digest does not follow"),
        (lambda stated: stated["files"].update({"../../CURRENT": {"sha256": "", "bytes": 1}}), "no name like"),
        (lambda stated: stated["files"].update({"/etc/passwd": {"sha256": "", "bytes": 1}}), "no name like"),
        (lambda stated: stated["files"].update({"a/b.npy": {"sha256": "", "bytes": 1}}), "no name like"),
        (lambda stated: stated["files"].update({"a.pkl": {"sha256": "", "bytes": 1}}), "no name like"),
        (lambda stated: stated["files"].update({"\0.npy": {"sha256": "", "bytes": 1}}), "no name like"),
        (lambda stated: stated["files"].clear(), "which its manifest does not list"),
        (lambda stated: stated.update(version="../v000001"), "holds the manifest of"),
    ],
)  # fmt: skip
def test_a_manifest_that_fits_itself_but_not_its_files_is_refused(store, change, says):
    said(store, change)
    with pytest.raises(SnapshotError, match=says):
        opened(store)


def test_a_made_up_snapshot_whose_hashes_all_fit_is_still_not_the_one_that_is_expected(store, folder):
    expect = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    (folder / "edges.parquet").write_bytes(b"PAR1 made up")

    def consistent(stated):
        stated["files"]["edges.parquet"] = {"sha256": hashlib.sha256(b"PAR1 made up").hexdigest(), "bytes": 12}
        stated["digest"] = digest_of(stated["files"])

    said(store, consistent)
    with pytest.raises(SnapshotError, match="expected was"):
        opened(store, expect=expect)


def test_a_snapshot_of_another_encoder_is_refused_when_it_is_asked(store, monkeypatch):
    said(store, lambda stated: stated["encoder"].update(digest="0" * 64))
    monkeypatch.undo()
    with pytest.raises(EncoderError, match="rebuild it, or open it with the encoder that made it"):
        opened(store).search("sort mail")


@pytest.mark.parametrize("content", [b'{"format":' * 100_000, b"[" * 10**6, b"1" * 10**6, b'{"format": 1e999}'])
def test_a_manifest_nested_or_counting_without_end_is_refused(store, folder, content):
    with pytest.raises(SnapshotError):
        manifest_in(content, "here")
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(SnapshotError):
        opened(store)


# Links, pipes and holes; nothing is written outside


NAMES = ["CURRENT", "CURRENT.draft", "lock", "cache", "snapshots", "searches.sqlite", "searches.sqlite-wal"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("there", [True, False], ids=["to a file", "to nothing"])
def test_a_link_in_a_store_is_neither_read_nor_written_through(store, catalogue_file, tmp_path, name, there):
    mine = tmp_path / "mine"
    if there:
        mine.write_bytes(b"mine")
    if (store / name).is_dir():
        shutil.rmtree(store / name)
    (store / name).unlink(missing_ok=True)
    (store / name).symlink_to(mine)
    with pytest.raises(MatchGraphError):
        opened(store)
    with pytest.raises(MatchGraphError):
        mg.rebuild(catalogue_file, store=store, encoder=WordEncoder(), today=TODAY)
    assert mine.exists() == there
    assert not there or mine.read_bytes() == b"mine"


def test_a_linked_version_is_none(store, folder, tmp_path):
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SnapshotError, match="no snapshot v000001"):
        opened(store)


def test_a_linked_cache_file_is_refused(tmp_path):
    cache = VectorCache(tmp_path / "cache", "0" * 64)
    cache.path.rename(tmp_path / "mine.sqlite")
    cache.path.symlink_to(tmp_path / "mine.sqlite")
    with pytest.raises(EncoderError, match="is a link"):
        VectorCache(tmp_path / "cache", "0" * 64)


def test_a_pipe_in_the_place_of_current_is_refused_and_not_waited_for(store):
    (store / "CURRENT").unlink()
    os.mkfifo(store / "CURRENT")
    with pytest.raises(SnapshotError, match="no plain file"):
        opened(store)


def test_a_current_or_a_manifest_without_end_is_refused_unread(store, folder):
    os.truncate(folder / "manifest.json", 1 << 42)
    with pytest.raises(SnapshotError, match=r"manifest\.json has more than 16,777,216 bytes"):
        opened(store)
    os.truncate(store / "CURRENT", 1 << 42)
    with pytest.raises(SnapshotError, match="CURRENT has more than 200 bytes"):
        opened(store)


def test_a_hole_of_the_stated_size_is_refused_unread(store, folder):
    os.truncate(folder / "edges.parquet", 1 << 42)
    said(store, lambda stated: stated["files"]["edges.parquet"].update(bytes=1 << 42))
    with pytest.raises(SnapshotError):
        opened(store)


def test_no_code_and_no_file_of_the_project_knows_pickles(store):
    root = Path(mg.__file__).parents[1]
    places = [*(root / "matchgraph").rglob("*"), *(root / "data").rglob("*"), *store.rglob("*")]
    assert {path.suffix for path in places} & {".pkl", ".pickle", ".joblib", ".pt", ".bin", ".dill"} == set()
    banned = ("pickle.load", "allow_pickle=True", "joblib", "torch.load", "marshal", "shelve", "trust_remote_code=True")
    for path in places:
        if path.suffix == ".py":
            code = path.read_text()
            assert not [word for word in banned if re.search(rf"\b{re.escape(word)}\b", code)], path
        elif path.is_file():
            assert not path.read_bytes().startswith((b"\x80\x03", b"\x80\x04", b"\x80\x05")), path
