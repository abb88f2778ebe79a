"""Whatever is added, changed, removed, recorded, cut off, swept and taken back: a store is what a clean one is.

Readers of an old version never notice; of what is taken for a large catalogue all of it holds as well.
"""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from random import Random
from unittest import mock

import pytest
from hypothesis import settings

from tests.conftest import eight
from tests.histories import Histories, LargeHistories

ROOT = Path(__file__).parents[1]
SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"

for machine, short in ((Histories, 5), (LargeHistories, 3)):
    machine.TestCase.settings = settings(
        max_examples=settings().max_examples // 5 if SOAK else short,
        stateful_step_count=30 if SOAK else 12,
        deadline=None,
    )
TestHistories = Histories.TestCase
TestLargeHistories = LargeHistories.TestCase

REPLAYED = """
import sys, pandas as pd, matchgraph as mg
from tests.conftest import TODAY, WordEncoder, eight
from tests.histories import LARGE, set_to
rows = eight()
def made(rows):
    return mg.rebuild(pd.DataFrame(rows), store=sys.argv[1], encoder=WordEncoder(), today=TODAY, new_reference=True)
print(made(rows[:5]).digest)
with set_to(LARGE):
    for step in ([row | {"maker": "Omega", "description": "sort old maps"} for row in rows[:7]], rows):
        print(made(step).digest)
"""


def test_a_history_comes_to_the_same_whatever_the_order_of_hash_tables(tmp_path):
    started = [
        subprocess.Popen(
            [sys.executable, "-c", REPLAYED, str(tmp_path / seed)],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    told = [process.communicate()[0].split() for process in started]
    assert told[0] == told[1]
    assert len(set(told[0])) == 3


@pytest.fixture(params=[Histories, LargeHistories])
def history(request):
    """A history of the eight that has begun."""
    made = request.param()
    made.begin(eight())
    made.rebuild(Random(1), anew=True, full=False)
    yield made
    made.teardown()


def test_the_histories_would_see_a_stage_that_is_not_made_again(history):
    stale = [history.graph.snapshot.words, mock.DEFAULT]  # for the rebuild, and not for the clean one
    history.change(Random(1), {"description": "read old maps aloud"})
    road = import_module("matchgraph.rebuild")
    with (
        mock.patch.object(road, "words_in", wraps=road.words_in, side_effect=stale),
        pytest.raises(AssertionError),
    ):
        history.rebuild(Random(1), anew=True, full=False)


def test_whatever_may_happen_to_a_store_happens_here_once(history):
    dice = Random(2)
    happens = [
        lambda: history.hold(dice, "sort mail by topic"),
        lambda: history.record(dice, "sort mail", times=6),
        lambda: history.add(1, ["read old maps on a phone", "find speech"]),
        lambda: history.break_off(dice, 40, anew=False, full=False, go_on=False),
        lambda: history.break_off(dice, 120, anew=False, full=False, go_on=True),
        lambda: history.hold(dice, "find speech in German"),
        history.another_day,
        lambda: history.remove(dice),
        lambda: history.break_off(dice, 90, anew=True, full=False, go_on=False),
        lambda: history.rebuild(dice, anew=True, full=True),
        lambda: history.gc(1),
        lambda: history.let_go(dice),
        lambda: history.roll_back(dice),
        lambda: history.gc(1),
        history.reopen,
        lambda: history.ask("label photos", dice),
    ]
    for happen in happens:
        happen()
        history.readers_hear_what_they_heard()
        history.every_artifact_is_there_once()
    assert history.met["cut off"] == 3
    assert history.met["cells and words"] == history.met["cells"]
    assert (history.met["cells"] > 2) == isinstance(history, LargeHistories)
