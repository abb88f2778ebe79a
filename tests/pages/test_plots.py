"""`graph.plot`: every picture is drawn, true to the numbers, from any name, the same each time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.errors import QuestionError
from matchgraph.pages.plots import many, one
from matchgraph.pages.plots.picture import Picture
from matchgraph.pages.site.atlas import Region
from tests.conftest import TODAY, WordEncoder, eight

PNG = b"\x89PNG"
HOSTILE = "$\\frac{1}{ <script> \u202e 你好 & $$ " + "w" * 300


def drawn(world: mg.MatchGraph) -> dict[str, Picture]:
    return {
        "contributions": world.plot.contributions("sorter"),
        "alignment": world.plot.alignment("mail-sorter", "letter-sorter"),
        "ego": world.plot.ego("mail-sorter"),
        "map": world.plot.map("mail-sorter", "Photo Tagger"),
        "history": world.plot.history("mail-sorter"),
    }


def test_every_picture_is_small_and_the_same_each_time(world: mg.MatchGraph) -> None:
    first, second = ({name: each._repr_png_() for name, each in drawn(world).items()} for _ in range(2))
    assert all(each.startswith(PNG) and len(each) < 100_000 for each in first.values())
    assert first == second


def test_words_on_the_map_that_would_lie_on_others_are_left_out(
    world: mg.MatchGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = (Region("mail", 0.5, 0.5, 3), Region("post", 0.5, 0.501, 2), Region("far", 0.1, 0.1, 2))
    monkeypatch.setattr(many, "regions", lambda *_: found)
    assert [each.get_text() for each in world.plot.map().axes[0].texts] == ["mail", "far"]


def test_a_bar_is_as_long_as_its_points_inside_what_it_could_give(world: mg.MatchGraph) -> None:
    lines = [line for line in world.explain("mail-sorter").rank_lines if line.most > 0]
    bars = [bar.get_width() for bar in world.plot.contributions("mail-sorter").axes[0].patches]
    assert sorted(bars) == pytest.approx(
        sorted([line.most for line in lines] + [max(line.points, 0) for line in lines])
    )


def test_what_is_called_the_same_is_framed(world: mg.MatchGraph) -> None:
    shared = world.compare("mail-sorter", "letter-sorter").alignment.shared
    axes = world.plot.alignment("mail-sorter", "letter-sorter").axes[0]
    assert shared
    assert len(axes.patches) == len(shared)
    assert f"{shared[0].cosine:.2f}" in {text.get_text() for text in axes.texts}


def test_around_an_artifact_stands_everything_joined_to_it_once(world: mg.MatchGraph) -> None:
    joined = {edge.other for edge in world.explain("mail-sorter").edges}
    texts = [text.get_text() for text in world.plot.ego("mail-sorter").axes[0].texts]
    assert sorted(texts) == sorted([*joined, "Mail Sorter"])


def test_a_history_has_a_point_for_each_snapshot(world: mg.MatchGraph) -> None:
    mg.rebuild(pd.DataFrame(eight()[:7]), store=world.store.path, encoder=WordEncoder(), today=TODAY)
    axes = mg.open(world.store.path, encoder=WordEncoder()).plot.history("mail-sorter").axes[0]
    assert len(axes.lines[0].get_xdata()) == 2


def test_a_learning_curve_rises_with_the_choices_whatever_order_they_come_in(
    world: mg.MatchGraph, tmp_path: Path
) -> None:
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"query": "sort mail", "gold": ["mail-sorter"]}\n')
    told = world.evaluate(queries)
    more = replace(told, learned=tuple(replace(each, hits=each.hits + 9) for each in told.learned))
    curve = world.plot.learning_curve([more, told])
    assert list(curve.axes[0].lines[0].get_xdata()) == [0, 9]
    assert curve._repr_png_().startswith(PNG)
    for wrong in ([], [replace(told, items=())]):
        with pytest.raises(QuestionError):
            world.plot.learning_curve(wrong)


def test_no_name_breaks_a_picture_and_nothing_joined_is_a_picture_too(tmp_path: Path) -> None:
    rows = [row | {"name": f"{HOSTILE} {row['artifact_id']}", "tags": [HOSTILE[:80]], "aliases": []} for row in eight()]
    mg.rebuild(pd.DataFrame(rows), store=tmp_path / "store", encoder=WordEncoder(), today=TODAY)
    world = mg.open(tmp_path / "store", encoder=WordEncoder())
    told = world.explain("mail-sorter")
    alone = one.ego(replace(told, edges=()), {"mail-sorter": many.places_of(world.snapshot)[0]}, [])
    pictures = [
        alone,
        world.plot.contributions("mail-sorter"),
        world.plot.alignment("mail-sorter", "letter-sorter"),
        world.plot.ego("mail-sorter"),
        world.plot.map("mail-sorter"),
        world.plot.history("mail-sorter"),
    ]
    assert all(each._repr_png_().startswith(PNG) for each in pictures)
