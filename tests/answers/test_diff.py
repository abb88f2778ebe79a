"""Why a rank moved: each kind of change is put down to its own cause, and the causes add up to what is printed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.diff import CAUSES, Diff
from matchgraph.errors import SnapshotError
from tests.conftest import TODAY, WordEncoder, eight

WEIGHTS = (Path(mg.__file__).parent / "ranking" / "weights.toml").read_text()


def rebuilt(store: Path, rows: list[dict[str, object]], **more: object) -> None:
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY, **more)


def changed(store: Path, rows: list[dict[str, object]], **more: object) -> Diff:
    """What moved from the small world to those rows."""
    rebuilt(store, eight())
    rebuilt(store, rows, **more)
    return mg.open(store, encoder=WordEncoder()).diff("v000001")


def with_facts(artifact_id: str, **facts: object) -> list[dict[str, object]]:
    rows = eight()
    for row in rows:
        if row["artifact_id"] == artifact_id:
            row["facts"] = {**row.get("facts", {}), **facts}
    return rows


def only_cause(found: Diff) -> set[str]:
    return {cause for move in found for cause, points in move.causes.items() if points}


def test_causes_add_up_to_the_change_as_printed(tmp_path):
    found = changed(tmp_path, with_facts("mail-sorter", stars=50, dependents=9)[:-1])
    assert len(found)
    for move in found:
        assert list(move.causes) == list(CAUSES)
        assert round(sum(move.causes.values()), 1) == move.change == round(move.after - move.before, 1)


def test_a_fact_of_its_own_moves_only_its_own_rank(tmp_path):
    found = changed(tmp_path, with_facts("letter-sorter", stars=950))
    assert [move.artifact_id for move in found] == ["letter-sorter"]
    assert only_cause(found) == {"own facts"}
    assert found[0].reasons == ("stars: stars 100 -> stars 950",)


def test_other_weights_are_put_down_to_the_weights(tmp_path):
    path = tmp_path / "weights.toml"
    path.write_text(WEIGHTS.replace("[signals.model]\nfreshness = 0", "[signals.model]\nfreshness = 0.5"))
    found = changed(tmp_path / "store", eight(), weights=path)
    assert only_cause(found) == {"weights"}
    assert len(found) >= 4


def test_a_reference_drawn_anew_is_put_down_to_the_reference(tmp_path):
    rebuilt(tmp_path, eight())
    rebuilt(tmp_path, with_facts("letter-sorter", stars=950))
    rebuilt(tmp_path, with_facts("letter-sorter", stars=950), new_reference=True)
    found = mg.open(tmp_path, encoder=WordEncoder()).diff("v000002")
    assert only_cause(found) == {"reference"}
    assert {move.artifact_id for move in found} <= {"mail-sorter", "letter-sorter", "image-labeller"}


def test_a_link_by_another_owner_is_put_down_to_the_graph(tmp_path):
    rows = eight()
    rows[3]["links"] = [{"kind": "requires", "target": "mail-sorter"}]
    found = changed(tmp_path, rows)
    moved = {move.artifact_id: move for move in found}
    assert moved["mail-sorter"].change > 0
    assert only_cause(found) <= {"graph", "reference"}


def test_choices_are_put_down_to_searches(tmp_path):
    rebuilt(tmp_path, eight())
    graph = mg.open(tmp_path, encoder=WordEncoder())
    for number in range(40):
        graph.record(query="sort mail", chosen="mail-sorter", actor=f"somebody {number}")
    rebuilt(tmp_path, eight())
    found = mg.open(tmp_path, encoder=WordEncoder()).diff("v000001")
    assert [move.artifact_id for move in found] == ["mail-sorter"]
    assert only_cause(found) == {"searches"}
    assert found[0].change > 0


def test_who_came_and_went_is_named(tmp_path):
    rows = [*eight()[1:], {**eight()[0], "artifact_id": "new-sorter"}]
    found = changed(tmp_path, rows)
    assert (found.added, found.removed) == (("new-sorter",), ("mail-sorter",))
    assert "new: new-sorter" in str(found)


def test_a_snapshot_differs_from_itself_in_nothing(tmp_path):
    rebuilt(tmp_path, eight())
    found = mg.open(tmp_path, encoder=WordEncoder()).diff("v000001")
    assert (len(found), found.same) == (0, 8)


def test_an_unknown_version_is_named(tmp_path):
    rebuilt(tmp_path, eight())
    with pytest.raises(SnapshotError, match="no snapshot v000009"):
        mg.open(tmp_path, encoder=WordEncoder()).diff("v000009")
