"""A rebuild that was cut off goes on where it was: what is finished is not made again, and comes to the same."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

import matchgraph as mg
from matchgraph.snapshot.store import Store
from tests.conftest import TODAY, WordEncoder, eight
from tests.snapshot.faults import ToldDisk

STAGES = ["words", "likeness", "graph", "map", "rank", "learn", "floor"]
MAKERS = dict(
    zip(STAGES, ["words_in", "nearest_by_size", "link", "laid_out", "rank", "learn", "floor_of"], strict=True)
)
ROOT = Path(__file__).parents[1]


class CutOff(BaseException):
    """Nothing catches it, as nothing catches a kill."""


def hits(folder: Path) -> Path:
    """Enough choices to learn from."""
    path, chosen = folder / "hits.jsonl", [row["artifact_id"] for row in eight()]
    rows = [
        {"query": f"{row['description']} {n}", "chosen": chosen[n % 8], "actor": f"p{n}"}
        for n, row in enumerate(eight() * 9)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def built(catalogue: Path, store: Path | Store, **more: object) -> mg.RebuildReport:
    wanted = {"encoder": WordEncoder(), "today": TODAY, "hits": hits(catalogue.parent)} | more
    return mg.rebuild(catalogue, store=store, **wanted)


def after(wanted: str, stage: int, strike: Callable[[], None]) -> Callable[[str], None]:
    """Strikes when the point of that name is reached, after so many finished stages."""
    finished = -1  # the folder of all stages is made before the first of them

    def at(name: str) -> None:
        nonlocal finished
        finished += name == "after sync stages"
        if name == wanted and finished == stage:
            strike()

    return at


def cut() -> None:
    raise CutOff


@pytest.fixture(scope="module")
def digest(tmp_path_factory) -> str:
    """What the small world comes to when nothing stops it."""
    here = tmp_path_factory.mktemp("clean")
    (here / "eight.jsonl").write_text("".join(json.dumps(row) + "\n" for row in eight()))
    return built(here / "eight.jsonl", here / "store").digest


def broken(*_: object) -> None:
    pytest.fail("a finished stage was made again")


AFTER, BEFORE = "after rename .draft", "before rename .draft"
CUTS = [*((AFTER, stage) for stage in range(len(STAGES))), (BEFORE, 0), (BEFORE, 3)]


@pytest.mark.parametrize(("moment", "stage"), CUTS)
def test_a_rebuild_cut_off_at_any_stage_goes_on_there_and_comes_to_the_same(
    catalogue_file, tmp_path, digest, monkeypatch, stage, moment
):
    store = tmp_path / "store"
    finished = stage + moment.startswith("after")
    with pytest.raises(CutOff):
        built(catalogue_file, Store(store, ToldDisk(after(moment, stage - 1, cut))))
    road = import_module("matchgraph.rebuild")
    for name in STAGES[:finished]:
        monkeypatch.setattr(road, MAKERS[name], broken)
    encoder = WordEncoder()
    report = built(catalogue_file, store, encoder=encoder)
    assert report.held == tuple(STAGES[:finished])
    assert (encoder.calls, report.encoded) == (0, 0), "what was encoded is held"
    assert (report.digest, report.published) == (digest, True)
    assert sorted(part.name.rsplit("-", 1)[0] for part in (store / "stages").iterdir()) == sorted(STAGES)


def test_a_rebuild_killed_while_it_encodes_encodes_only_the_rest(catalogue_file, tmp_path, digest):
    class Slow(WordEncoder):
        def encode(self, texts, **more):
            for number, batch in enumerate(super().encode(texts, **more)):
                if number == 2:
                    cut()
                yield batch

    from matchgraph.vectors import vectors

    kept, vectors._KEPT_AT_ONCE = vectors._KEPT_AT_ONCE, 1
    try:
        with pytest.raises(CutOff):
            built(catalogue_file, tmp_path / "store", encoder=Slow())
    finally:
        vectors._KEPT_AT_ONCE = kept
    report = built(catalogue_file, tmp_path / "store")
    assert (report.encoded, report.digest) == (25 - 2 * 8, digest)


def test_a_rebuild_killed_outright_goes_on_too(catalogue_file, tmp_path, digest):
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom tests.test_resume import after, built\n"
        "from tests.snapshot.faults import ToldDisk, kill\nfrom matchgraph.snapshot.store import Store\n"
        "disk = ToldDisk(after('after rename .draft', int(sys.argv[3]), kill))\n"
        "built(Path(sys.argv[1]), Store(sys.argv[2], disk))\n"
    )
    for stage in range(len(STAGES)) if "MATCHGRAPH_SEEDS" in os.environ else [2]:
        store = tmp_path / f"store{stage}"
        done = subprocess.run(
            [sys.executable, "-c", script, catalogue_file, store, str(stage - 1)], cwd=ROOT, check=False
        )
        assert done.returncode == -signal.SIGKILL
        report = built(catalogue_file, store)
        assert (report.held, report.digest) == (tuple(STAGES[: stage + 1]), digest)


def cut_off_before_publishing(catalogue: Path, store: Path) -> None:
    with pytest.raises(CutOff):
        built(catalogue, Store(store, ToldDisk(after("after sync stages", len(STAGES) - 1, cut))))


def test_a_damaged_stage_is_made_again(catalogue_file, tmp_path, digest):
    store = tmp_path / "store"
    cut_off_before_publishing(catalogue_file, store)
    for folder in (store / "stages").iterdir():
        path = sorted(folder.iterdir())[0]
        path.write_bytes(path.read_bytes()[:-1] + b"\0")
    report = built(catalogue_file, store)
    assert (report.held, report.digest) == ((), digest)


def test_what_other_data_made_is_not_taken(catalogue_file, tmp_path):
    store = tmp_path / "store"
    cut_off_before_publishing(catalogue_file, store)
    other = tmp_path / "other.jsonl"
    other.write_text("".join(json.dumps(row | {"maker": "Omega"}) + "\n" for row in eight()))
    report = built(other, store)
    assert (report.held, report.digest) == ((), built(other, tmp_path / "another").digest)


def test_another_day_or_another_search_makes_again_only_what_it_changes(catalogue_file, tmp_path):
    store, later = tmp_path / "store", TODAY.replace(day=22)
    cut_off_before_publishing(catalogue_file, store)
    report = built(catalogue_file, store, today=later)
    assert report.held == ("words", "likeness", "map")
    assert report.digest == built(catalogue_file, tmp_path / "another", today=later).digest
    other = tmp_path / "third"
    cut_off_before_publishing(catalogue_file, other)
    more = [*(hits(tmp_path),), tmp_path / "more.jsonl"]
    more[1].write_text('{"query": "sort mail", "chosen": "mail-sorter", "actor": "eve"}\n')
    report = built(catalogue_file, other, hits=more)
    assert report.held == ("words", "likeness", "map")
    assert report.digest == built(catalogue_file, tmp_path / "fourth", hits=more).digest


def another(folder: Path, **more: object) -> Path:
    """The small world, each artifact with something else."""
    path = folder / "another.jsonl"
    path.write_text("".join(json.dumps(row | more) + "\n" for row in eight()))
    return path


FACTS = {"stars": {"facts": {"stars": 12}}, "a licence": {"license": "MIT"}, "a link": {"links": []}}


@pytest.mark.parametrize("more", FACTS.values(), ids=FACTS.keys())
def test_what_is_no_text_changes_no_likeness_and_nothing_that_is_learned(catalogue_file, tmp_path, more):
    built(catalogue_file, tmp_path / "store")
    changed = another(tmp_path, **more)
    report = built(changed, tmp_path / "store", new_reference=True)
    held = (
        ["words", "likeness", "learn", "floor"] if "links" in more else ["words", "likeness", "map", "learn", "floor"]
    )
    assert report.held == tuple(held), "what is linked lies nearer, so the map goes by links too"
    assert report.digest == built(changed, tmp_path / "clean").digest


def test_a_rebuild_of_the_same_makes_nothing_again_unless_it_is_to(catalogue_file, tmp_path, digest):
    for _ in range(2):  # the second one ranks by the reference that the first one drew
        built(catalogue_file, tmp_path / "store")
    again = built(catalogue_file, tmp_path / "store")
    full = built(catalogue_file, tmp_path / "store", full=True)
    assert [again.held, full.held] == [tuple(STAGES), ()]
    assert (again.published, full.published, full.digest) == (False, False, digest)


def test_only_the_stages_of_the_last_rebuild_are_kept(catalogue_file, tmp_path):
    store = tmp_path / "store"
    for stars in range(3):
        built(another(tmp_path, facts={"stars": stars}), store)
    assert len(list((store / "stages").iterdir())) == len(STAGES)


def test_what_was_made_of_candidates_is_not_held_for_a_rebuild_that_looks_at_everything(catalogue_file, tmp_path):
    built(catalogue_file, tmp_path / "store")
    assert built(catalogue_file, tmp_path / "store", exact=True).held == ()
