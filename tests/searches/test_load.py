"""Writers at one log at once are served alike, and none that is killed takes an acknowledged event along."""

import os
from random import Random

import pytest

from matchgraph.searches.events import SearchEvent
from matchgraph.searches.log import SearchLog
from tests.searches.load import load, lost_by_kill

SECONDS = float(os.environ.get("MATCHGRAPH_LOAD_SECONDS", "1.5"))
ROUNDS = int(os.environ.get("MATCHGRAPH_KILLS", "10"))


@pytest.mark.parametrize("batch", [1, 20])
def test_eight_writers_at_once_are_all_served_and_all_that_is_acknowledged_is_stored(tmp_path, batch):
    done = load(tmp_path / "searches.sqlite", 8, SECONDS, batch)
    assert done.stored == sum(done.acknowledged) > 0
    assert (done.torn, done.wrong_reads) == (0, 0)
    assert done.reads > 0
    assert done.fairness >= 0.5, done.acknowledged


def test_no_killed_writer_takes_an_acknowledged_event_along(tmp_path):
    acknowledged = 0
    for turn in range(ROUNDS):
        path = tmp_path / f"{turn}.sqlite"
        told, lost = lost_by_kill(path, Random(turn))
        assert lost == 0
        acknowledged += told
        log = SearchLog(path)
        log.record(SearchEvent("0 1000000"))  # whoever comes next is not in its way
        log.close()
    assert acknowledged > ROUNDS
