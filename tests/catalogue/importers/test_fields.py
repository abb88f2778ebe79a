"""A field is taken only where it holds what is asked for; anything else stays, and is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from matchgraph.catalogue.importers.fields import Fields
from tests.catalogue.importers.samples import PROJECTS, REPOSITORY
from tests.catalogue.importers.test_formats import told, unplaced, values


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-02-03", "2026-02-03"),
        ("2026-02-03T04:05:06.1234567Z", "2026-02-03"),
        (" 2026-02-03 04:05:06+02:00 ", "2026-02-03"),
        ("yesterday", None),
        ("2026-02-30", None),
        ("2026-02", None),
        ("2026-02-03rd", None),
        (20260203, None),
        ("", None),
    ],
)
def test_a_day_is_one_that_iso_writes(written: object, day: str | None) -> None:
    fields = Fields({"at": written})
    assert fields.day("at") == day
    assert list(fields.left()) == ([] if day or not written else [("at", written)])


@pytest.mark.parametrize(("stated", "count"), [(0, 0), (3, 3), (2.5, 2.5), (-3, None), (True, None), (1e999, None)])
def test_a_count_is_a_number_and_none_below_nothing(stated: object, count: float | None) -> None:
    fields = Fields({"forks": stated, "nan": float("nan")})
    assert fields.count("nan", "forks") == count
    assert ("forks" in dict(fields.left())) == (count is None)


@pytest.mark.parametrize("stated", [float("nan"), 1e999, -1e999, True, {"a": 1}, [["a"]]])
def test_what_is_no_text_and_no_finite_number_is_left(stated: object) -> None:
    fields = Fields({"about": stated, "tags": ["pond", stated]})
    assert (fields.text("about"), fields.texts("tags")) == (None, ["pond"])
    assert [name for name, _ in fields.left()] == ["about", "tags"]
    assert Fields({"about": 1.5}).text("about") == "1.5"


def test_a_repository_keeps_no_day_or_count_that_is_none(tmp_path: Path) -> None:
    odd = {"created_at": "yesterday", "forks_count": -3, "homepage": float("nan")}
    rows, found = told("github", tmp_path, {"ponds.json": json.dumps([REPOSITORY | odd])})
    assert not values(rows["github:ponds/otter"]).keys() & {"created_at", "forks", "homepage"}
    assert odd.keys() <= unplaced(found)


def test_a_project_keeps_no_count_below_nothing(tmp_path: Path) -> None:
    rows, found = told("best-of", tmp_path, {"projects.yaml": PROJECTS + "  monthly_downloads: -5\n"})
    assert "downloads_month" not in values(rows["github:ponds/heron"])
    assert "monthly_downloads" in unplaced(found)


def test_a_word_among_tools_is_no_tool(tmp_path: Path) -> None:
    tools = {"tools": ["send_letter", {"name": "count_letters"}]}
    rows, found = told("mcp", tmp_path, {"pond/tools.json": json.dumps(tools)})
    assert [each["name"] for each in rows["mcp:pond"]["capabilities"]] == ["count_letters"]
    assert unplaced(found) == {"tools without a name"}
