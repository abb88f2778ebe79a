"""Every door takes everything that the engine can be asked to recommend by."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import anyio
import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.scoring import PARTS
from matchgraph.doors.live import Live
from matchgraph.doors.mcp.server import server
from matchgraph.doors.questions import recommend_command
from matchgraph.doors.web.asked import Facets, RecommendAsked, SearchAsked
from matchgraph.pages.site.site import Site, Wanted
from tests.conftest import TODAY, WordEncoder, eight

ASKED = set(inspect.signature(mg.MatchGraph.recommend).parameters) - {"self"}
SIDES = {"must", "prefer", "avoid"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world")
    mg.rebuild(pd.DataFrame(eight()), store=path, encoder=WordEncoder(), today=TODAY)
    return path


def sided(names: set[str]) -> set[str]:
    """The names, those of conditions by the side that they are of."""
    facets = set(Facets.model_fields)
    sides = {"must"} if facets <= names else set()
    sides |= {side for side in ("prefer", "avoid") if {f"{side}_{facet}" for facet in facets} <= names}
    return {name for name in names - facets if not name.startswith(("prefer_", "avoid_"))} | sides


def test_the_api_takes_what_the_engine_takes() -> None:
    assert sided(set(RecommendAsked.model_fields)) == ASKED


def test_whoever_searches_can_switch_parts_of_the_score_off(store: Path) -> None:
    tools = anyio.run(server(Live(store, encoder=WordEncoder())).list_tools)
    (tool,) = [tool for tool in tools if tool.name == "search"]
    offered = str(tool.input_schema["properties"]["without"])
    told = str(SearchAsked.model_json_schema()["properties"]["without"])
    assert all(part in offered and part in told for part in PARTS)


def test_the_shell_takes_what_the_engine_takes() -> None:
    options = set(inspect.signature(recommend_command).parameters)
    assert sided(options) >= ASKED


def test_an_agent_is_offered_what_the_engine_takes(store: Path) -> None:
    tools = anyio.run(server(Live(store, encoder=WordEncoder())).list_tools)
    (tool,) = [tool for tool in tools if tool.name == "recommend"]
    assert set(tool.input_schema["properties"]) == ASKED


def test_the_page_asks_for_what_the_engine_takes(store: Path) -> None:
    page = Site(mg.open(store, encoder=WordEncoder())).recommend(Wanted())
    fields = {name.split(".")[0] for name in re.findall(r'name="([\w.]+)"', page)}
    assert ASKED - {"k"} <= fields  # a page is as long as a page is
