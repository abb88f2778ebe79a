"""What is new in a catalogue: whatever is stated otherwise counts once, and the order of rows counts for nothing."""

import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.catalogue.changes import Changes, changes
from matchgraph.catalogue.read import read
from tests.conftest import TODAY, WordEncoder, eight

OTHERWISE = {
    "a word of its description": {"description": "sort incoming mail into drawers"},
    "a licence": {"license": "BSD-3-Clause"},
    "a fact": {"facts": {"stars": 901}},
    "a link": {"links": [{"kind": "trained_on", "target": "photo-corpus"}]},
    "a price": {"pricing": "paid"},
    "a capability fewer": {"capabilities": eight()[0]["capabilities"][:1]},
}


def of(rows):
    return read(pd.DataFrame(rows))[0]


@pytest.mark.parametrize("more", OTHERWISE.values(), ids=OTHERWISE.keys())
def test_an_artifact_that_is_stated_otherwise_is_changed_and_no_other(more):
    rows = eight()
    assert changes(of(rows), of([rows[0] | more, *rows[1:]])) == Changes(changed=1, added=0, removed=0)


def test_what_is_new_and_what_is_gone_is_counted(tmp_path):
    assert changes(of(eight()[:6]), of(eight()[1:])) == Changes(changed=0, added=2, removed=1)


def test_another_order_of_rows_is_no_change():
    found = changes(of(eight()), of(eight()[::-1]))
    assert (found, str(found)) == (Changes(0, 0, 0), "no artifact changed")


def test_the_report_of_a_rebuild_says_what_changed(store):
    rows = [eight()[0] | {"license": "BSD-3-Clause"}, *eight()[2:], eight()[1] | {"artifact_id": "post-sorter"}]
    report = mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    assert report.changes == Changes(changed=1, added=1, removed=1)
    assert "; 1 changed, 1 added, 1 removed; " in str(report)
    assert report.to_dict()["changes"] == {"changed": 1, "added": 1, "removed": 1}


def test_the_first_rebuild_has_nothing_to_compare_with(tmp_path):
    report = mg.rebuild(pd.DataFrame(eight()), store=tmp_path / "new", encoder=WordEncoder(), today=TODAY)
    assert report.changes is None
    assert "changed" not in str(report)
