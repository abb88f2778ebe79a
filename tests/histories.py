"""Histories of one store that hypothesis makes up: what happens in them, and what holds at any time.

After each rebuild the same catalogue and the same searches are made into a store that holds nothing of how the first
one was made, with the rows, the batches, the blocks and the threads otherwise: nothing may tell the two apart.
"""

import os
import shutil
import tempfile
from collections import Counter
from contextlib import ExitStack, suppress
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import matchgraph as mg
from matchgraph.graph.graph import CHOICE, LIKENESS, UNDECLARED
from matchgraph.snapshot.store import Store
from matchgraph.vectors import recall
from tests.conftest import TODAY, WordEncoder, artifact, eight
from tests.snapshot.faults import ToldDisk

VERBS, THINGS = ["sort", "find", "read", "label"], ["mail", "photos", "speech", "old maps"]
STEPS = 280  # a rebuild comes to some 250: of long loops, of the encoder and of the disk

abilities = st.builds(
    lambda verb, thing, how: f"{verb} {thing} {how}".strip(),
    st.sampled_from(VERBS),
    st.sampled_from(THINGS),
    st.sampled_from(["", "by topic", "in German", "on a phone"]),
)
otherwise = st.one_of(
    st.fixed_dictionaries({"description": abilities}),
    st.fixed_dictionaries({"maker": st.sampled_from(["Acme", "Beta"])}),
    st.fixed_dictionaries({"license": st.sampled_from(["MIT", "GPL-3.0-only"])}),
    st.fixed_dictionaries({"facts": st.fixed_dictionaries({"stars": st.integers(0, 9)})}),
    st.builds(
        lambda target: {"links": [{"kind": "requires", "target": target}]},
        st.sampled_from(["mail-sorter", "photo-tagger", "nowhere"]),
    ),
    st.lists(abilities, min_size=1, max_size=3).map(
        lambda texts: {"capabilities": [{"name": " ".join(text.split()[:2]), "description": text} for text in texts]}
    ),
)


def some_of_eight(least):
    return st.lists(st.sampled_from(eight()), min_size=least, unique_by=lambda row: row["artifact_id"])


dices = st.randoms(use_true_random=False)

# Under which names blocks are cut, so that a dozen artifacts are many blocks.
SMALL_BLOCKS = {
    "graph.pairs._BLOCK": 3,
    "graph.likeness._TILE": 1,
    "graph.likeness._AT_LARGE": 5,
    "graph.candidates._AT_ONCE": 3,
    "graph.candidates._CELLS": 2,
    "vectors.cells._BLOCK": 5,
    "vectors.cells._AT_ONCE": 4,
}
# Under which nothing is otherwise but by number.
QUICK = {"graph.plane._ROUNDS": 10, "answers.floor._QUERIES": 10}
# Under which a dozen artifacts are a large catalogue, fewer of them a small one, and the share that is found is told.
LARGE = {
    "rebuild.EVERY_ROW_UP_TO": 15,
    "graph.candidates.EVERY_PAIR_UP_TO": 6,
    "graph.plane.EVERY_PAIR_UP_TO": 4,
    "graph.candidates._BY_WORDS": (1, 2, 4),
    "graph.candidates.TOO_DEEP": 1,
    "vectors.lookup.TOO_DEEP": 1,
    "graph.candidates.RECALL": 0.35,
    "vectors.lookup.RECALL": 0.52,
    "vectors.recall.RECALL": 0.52,
    "answers.scoring._ROWS": 16,
    "answers.scoring._ARTIFACTS": 4,
    "answers.scoring._NEAR": 4,
}


def set_to(sizes):
    """While it is entered, the product goes by these sizes."""
    held = ExitStack()
    for name, size in sizes.items():
        room, _, constant = name.rpartition(".")
        held.enter_context(mock.patch.object(import_module(f"matchgraph.{room}"), constant, size))
    return held


class OtherBatches(WordEncoder):
    """The same vectors, the texts taken one by one from the end."""

    def encode(self, texts, **more):
        for place in reversed(range(len(texts))):
            for _, rows in super().encode([texts[place]], **more):
                yield [place], rows


class CutOff(BaseException):
    """Nothing catches it, as nothing catches a kill."""


class Fuse:
    """Cuts a rebuild off at the step of that number: of a long loop, of the encoder or of the disk."""

    def __init__(self, steps):
        self.left = steps

    def __call__(self, *_):
        self.left -= 1
        if self.left == 0:
            raise CutOff

    def track(self, stage):
        return lambda items: (item for item in items if not self())

    def encoder(self):
        made = WordEncoder()
        encode = made.encode
        made.encode = lambda texts, **more: self.track("")(encode(texts, **more))
        return made


class Unsynced(ToldDisk):
    """A quick disk: what power loss would take is for tests of its own."""

    def sync(self, path):
        self.at(f"sync {path.name}")


class Histories(RuleBasedStateMachine):
    """One store, who reads it, and what ought to be in it."""

    sizes = QUICK
    few, more = 3, 5  # answers; as far as both are looked for as deep

    def __init__(self):
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(set_to(self.sizes))
        self.folder = Path(tempfile.mkdtemp())
        self.stack.callback(shutil.rmtree, self.folder)
        self.store = self.folder / "store"
        self.day = TODAY
        self.published = {}  # by version: its digest, and the rows it was made of
        self.readers = []  # each with a question and what it answered
        self.graph = None
        self.met = Counter()

    @initialize(rows=some_of_eight(2))
    def begin(self, rows):
        self.rows = {row["artifact_id"]: row for row in rows}

    def teardown(self):
        self.stack.close()

    def open(self):
        self.graph = mg.open(self.store, encoder=WordEncoder())
        self.digest, self.live = self.published[self.graph.manifest.version]
        self.every_text_finds_itself_first()
        self.edges_of_one_kind_say_nothing_of_another()
        self.enough_neighbours_were_found()

    # What happens to the catalogue

    @rule(number=st.integers(0, 5), texts=st.lists(abilities, min_size=1, max_size=3))
    def add(self, number, texts):
        name = f"tool-{number}"
        self.rows.setdefault(name, artifact(name, "model", "Gamma", texts))

    @rule(dice=dices, more=otherwise)
    def change(self, dice, more):
        name = dice.choice(sorted(self.rows))
        self.rows[name] = self.rows[name] | more

    @precondition(lambda self: len(self.rows) > 1)
    @rule(dice=dices)
    def remove(self, dice):
        del self.rows[dice.choice(sorted(self.rows))]

    @rule()
    def another_day(self):
        self.day += timedelta(days=30)

    @precondition(lambda self: self.graph)
    @rule(dice=dices, query=abilities, times=st.integers(1, 6))
    def record(self, dice, query, times):
        shown = dice.sample(sorted(self.live), min(3, len(self.live)))
        for actor in range(times):
            self.graph.record(query=query, shown=shown, chosen=dice.choice(shown), actor=f"person {actor}")

    # What happens to the store

    @rule(dice=dices, anew=st.booleans(), full=st.booleans())
    def rebuild(self, dice, anew, full):
        rows, before = list(self.rows.values()), self.live if self.graph else None
        clean = self.clean(empty=anew or not self.published)
        report, exact = self.rebuilt(rows, self.store, new_reference=anew, full=full)
        if before is not None:
            both, found = before.keys() & self.rows.keys(), report.changes
            changed = sum(before[name] != self.rows[name] for name in both)
            wanted = changed, len(self.rows) - len(both), len(before) - len(both)
            assert (found.changed, found.added, found.removed) == wanted
        self.published[report.version] = report.digest, dict(self.rows)
        self.open()
        dice.shuffle(rows)
        with set_to(SMALL_BLOCKS), mock.patch.object(os, "sched_getaffinity", return_value=range(5)):
            made = self.rebuilt(
                rows, clean, encoder=OtherBatches(), log=self.store / "searches.sqlite", new_reference=anew
            )
        assert (made[0].digest, made[1]) == (report.digest, exact)
        self.is_what_the_clean_one_is(mg.open(clean, encoder=WordEncoder()))

    @rule(dice=dices, steps=st.integers(1, STEPS), anew=st.booleans(), full=st.booleans(), go_on=st.booleans())
    def break_off(self, dice, steps, anew, full, go_on):
        fuse, rows = Fuse(steps), list(self.rows.values())
        with suppress(CutOff):
            self.rebuilt(rows, self.store, fuse, encoder=fuse.encoder(), track=fuse.track, new_reference=anew)
        self.met["cut off"] += fuse.left <= 0
        live = self.store.exists() and Store(self.store).current()
        if live and live not in self.published:  # it was whole already
            self.published[live] = Store(self.store).manifest().digest, dict(self.rows)
        if live:
            self.open()  # who comes next sweeps what was left
        if go_on:
            self.rebuild(dice, anew, full)

    @precondition(lambda self: self.graph)
    @rule()
    def reopen(self):
        self.graph.close()
        self.open()

    @precondition(lambda self: len(self.published) > 1)
    @rule(dice=dices)
    def roll_back(self, dice):
        store = Store(self.store)
        wanted = dice.choice([version for version in store.versions() if version != store.current()])
        with store.writing():
            assert store.go_back(wanted).version == wanted
        self.open()

    @precondition(lambda self: self.graph)
    @rule(keep=st.integers(1, 3))
    def gc(self, keep):
        store = Store(self.store)
        old = set(sorted(self.published)[:-keep]) - {store.current()}
        held = {each.manifest.version for each, *_ in self.readers if each.lease.release.alive}
        with store.writing():
            gone, read = store.remove_old(keep)
        assert (set(gone), set(read)) == (old - held, old & held)
        for version in gone:
            del self.published[version]

    # Who reads it

    @precondition(lambda self: self.graph and len(self.readers) < 3)
    @rule(dice=dices, query=abilities)
    def hold(self, dice, query):
        reader = mg.open(self.store, version=dice.choice(sorted(self.published)), encoder=WordEncoder())
        self.readers.append((reader, query, self.heard(reader, query)))

    @precondition(lambda self: self.readers)
    @rule(dice=dices)
    def let_go(self, dice):
        dice.choice(self.readers)[0].close()  # answers go on

    @precondition(lambda self: self.graph)
    @rule(query=abilities, dice=dices)
    def ask(self, query, dice):
        more = self.graph.search(query, k=self.more)
        assert names(self.graph.search(query, k=self.few)) == names(more)[: self.few]
        name = dice.choice(sorted(self.live))
        alike = self.graph.similar(name, k=self.more)
        assert names(self.graph.similar(name, k=self.few)) == names(alike)[: self.few]
        equal = [
            mg.where(type=("model", "dataset"), license="permissive"),
            mg.where(license=("permissive", "permissive"), type=["dataset", "model"]),
        ]
        one, same = (self.graph.search(query, k=self.more, where=each) for each in equal)
        assert one.to_dict() == same.to_dict()
        assert all(self.live[each]["type"] in ("model", "dataset") for each in names(one))

    # What holds at any time

    @invariant()
    def readers_hear_what_they_heard(self):
        for reader, query, heard in self.readers:
            assert self.heard(reader, query) == heard

    @invariant()
    def every_artifact_is_there_once(self):
        if self.graph:
            assert self.graph.snapshot.catalogue.ids == sorted(self.live)
            assert self.graph.manifest.digest == self.digest
            assert Store(self.store).versions() == sorted(self.published)

    # What holds of whatever is opened

    def every_text_finds_itself_first(self):
        grid = self.graph.snapshot.vectors.grid
        cosines, found = self.graph.scorer.index.nearest(grid, 2)
        assert np.array_equal(grid[found[:, 0]], grid), "itself, or its twin further up"
        assert (np.diff(cosines) <= 0).all()

    def edges_of_one_kind_say_nothing_of_another(self):
        edges = self.graph.frame("edges")
        assert not edges.duplicated(["source", "target", "kind"]).any()
        assert (edges["likeness"].notna() == (edges["kind"] == LIKENESS)).all()
        assert (edges["searches"].notna() == (edges["kind"] == CHOICE)).all()
        declared = edges[~edges["kind"].isin(UNDECLARED)]
        told = {
            (name, link["target"], link["kind"])
            for name, row in self.live.items()
            for link in row.get("links", ())
            if link["target"] in self.live.keys() - {name}
        }
        assert set(declared[["source", "target", "kind"]].itertuples(index=False, name=None)) == told
        stated = set(edges[["source", "target", "kind"]].itertuples(index=False, name=None))
        drawn = set(self.graph.networkx().edges(keys=True))
        assert stated <= drawn <= stated | {(target, source, kind) for source, target, kind in stated}

    def enough_neighbours_were_found(self):
        for looked in (self.graph.manifest.quality[name] for name in ("likeness", "search")):
            self.met[looked["way"]] += 1
            assert looked["at_least"] >= recall.RECALL

    # How

    def heard(self, reader, query):
        """What a version has to answer as long as anybody reads it."""
        name = reader.snapshot.catalogue.ids[0]
        answers = reader.search(query, k=self.more), reader.similar(name, k=self.more), reader.recommend(name, k=1)
        return [each.to_dict() for each in answers], reader.snapshot.graph.edges.to_pylist()

    def rebuilt(self, rows, store, fuse=lambda _: None, **more):
        """The report, and whether every pair had to be looked at as too few neighbours were found otherwise."""
        wanted = {"store": Store(store, Unsynced(fuse)), "encoder": WordEncoder(), "today": self.day} | more
        seen = Store(store)
        before = seen.current(), seen.versions()
        try:
            return mg.rebuild(pd.DataFrame(rows), **wanted), False
        except mg.SnapshotError as refused:
            if "--exact" not in str(refused):
                raise
        assert before == (seen.current(), seen.versions())
        self.met["refused"] += 1
        return mg.rebuild(pd.DataFrame(rows), exact=True, **wanted), True

    def clean(self, *, empty):
        """A store that holds nothing but, where ranks go on being compared with it, what is live."""
        clean = self.folder / "clean"
        shutil.rmtree(clean, ignore_errors=True)
        if not empty:
            shutil.copytree(self.store, clean, ignore=shutil.ignore_patterns("cache", "stages", "searches*", "lock"))
        return clean

    def is_what_the_clean_one_is(self, other):
        for name in ("edges", "ranking", "rank_lines", "query_kinds", "evidence"):
            pd.testing.assert_frame_equal(self.graph.frame(name), other.frame(name))
        assert np.array_equal(self.graph.snapshot.vectors.grid, other.snapshot.vectors.grid)
        assert self.graph.manifest.parameters == other.manifest.parameters
        for name in ("likeness", "search"):
            assert self.graph.manifest.quality[name] == other.manifest.quality[name]


class LargeHistories(Histories):
    """The same where a dozen artifacts are so many that only those in the nearest cells are looked at."""

    sizes = QUICK | LARGE
    few, more = 1, 2

    @initialize(rows=some_of_eight(5))
    def begin(self, rows):
        super().begin(rows)


def names(answer):
    return [item.artifact_id for item in answer]
