from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.instead.reasons import UNSPOKEN
from matchgraph.answers.values import Reason
from matchgraph.pages.site.cards import best_of, counted_types, starting_points, strongest_pairs
from matchgraph.pages.site.filters import filters_of
from matchgraph.pages.site.history import drawn, history
from matchgraph.pages.site.method import MEASURE_WORDS, SCALE_WORDS, SIGNAL_WORDS, signal_blocks, weight_rows
from matchgraph.pages.site.quality import figures
from matchgraph.pages.site.site import Site, Wanted
from matchgraph.ranking.measures import KINDS, Scale
from matchgraph.ranking.weights import SIGNALS
from tests.conftest import TODAY, WordEncoder, artifact, eight


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    import json

    folder = tmp_path_factory.mktemp("site")
    (folder / "eight.jsonl").write_text("".join(json.dumps(row) + "\n" for row in eight()))
    mg.rebuild(folder / "eight.jsonl", store=folder / "store", encoder=WordEncoder(), today=TODAY)
    return mg.open(folder / "store", encoder=WordEncoder())


@pytest.fixture(scope="module")
def site(graph: mg.MatchGraph) -> Site:
    return Site(graph)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_points_on_an_artifacts_page_add_up_to_its_rank(site: Site, graph: mg.MatchGraph) -> None:
    page = site.artifact("mail-sorter")
    sums = re.findall(r'class="signal"><th[^>]*>[^<]+</th><td class="number">([\d.]+)', page)
    assert round(sum(map(float, sums)), 1) == round(graph.explain("mail-sorter").rank, 1)


def test_an_artifacts_page_says_what_it_works_with_from_both_ends(site: Site) -> None:
    assert "Trained on Mail Corpus dataset" in words(site.artifact("mail-sorter"))
    assert "Is required by Mail Server Tool mcp-server" in words(site.artifact("mail-sorter"))
    assert "Was used to train" in words(site.artifact("mail-corpus"))


def test_a_makers_claim_is_marked_as_one(tmp_path: Path) -> None:
    rows = eight()
    rows[0]["capabilities"][0]["unique"] = "the best sorter there is"  # type: ignore[index]
    mg.rebuild(pd.DataFrame(rows), store=tmp_path / "store", encoder=WordEncoder(), today=TODAY)
    told = words(Site(mg.open(tmp_path / "store", encoder=WordEncoder())).artifact("mail-sorter"))
    assert "Claimed by its maker · what sets it apart the best sorter there is" in told


def test_a_comparison_says_the_relation_before_any_verdict(site: Site, graph: mg.MatchGraph) -> None:
    told = words(site.compare(graph.compare("mail-sorter", "letter-sorter")))
    relation, verdict = told.index("chance that people would call it"), told.index("Verdict")
    assert relation < verdict < told.index("Side by side") < told.index("Need something different?")
    assert "What comes near to both, and is neither of them" in told


def test_what_is_recommended_instead_says_what_is_gained_and_given_up(site: Site, graph: mg.MatchGraph) -> None:
    answer = graph.recommend("mail-sorter")
    page = site.recommend(Wanted(("mail-sorter",), answer=answer))
    assert UNSPOKEN & {reason.kind for reason in answer[0].reasons}
    assert not UNSPOKEN & set(re.findall('<li class="([^"]*)"', page))
    assert "Letter Sorter" in page
    assert 'class="differs"' in page
    assert 'href="/compare/mail-sorter-vs-letter-sorter"' in page


def test_what_shares_no_capability_stands_apart_and_under_no_promise(site: Site, graph: mg.MatchGraph) -> None:
    answer = graph.recommend("mail-sorter")
    one = answer[0]
    far = replace(one, reasons=(Reason("apart", "comes near in no single capability"),))
    heading = "Near, but in no single capability"
    assert heading not in site.recommend(Wanted(("mail-sorter",), answer=answer))
    told = words(site.recommend(Wanted(("mail-sorter",), answer=replace(answer, items=(far, one)))))
    assert told.index("comes near in:") < told.index(heading) < told.index("comes near in no single capability")
    assert "by another maker" not in told


def test_types_are_listed_by_rank_in_pages_of_their_own(site: Site, graph: mg.MatchGraph) -> None:
    ranks = [graph.explain(graph.snapshot.catalogue.ids[place]).rank for place in best_of(graph.snapshot, "model")]
    assert ranks == sorted(ranks, reverse=True)
    assert sum(counted_types(graph.snapshot).values()) == len(graph)
    assert "4 by rank" in words(site.browse("model"))


def test_what_one_may_begin_with_comes_from_the_catalogue(graph: mg.MatchGraph) -> None:
    assert starting_points(graph.snapshot) == ["mail sorting"]
    pairs = [(one.artifact_id, other.artifact_id) for one, other in strongest_pairs(graph.snapshot)]
    assert ("letter-sorter", "mail-sorter") in pairs


def test_every_measure_scale_and_signal_has_its_words() -> None:
    assert set(MEASURE_WORDS) == set(KINDS)
    assert set(SCALE_WORDS) == set(Scale)
    assert set(SIGNAL_WORDS) == set(SIGNALS)


def test_the_methodology_tells_the_live_weights(graph: mg.MatchGraph) -> None:
    snapshot = graph.snapshot
    halved = {**snapshot.weights.measures, "adoption": {"usage": 0.75, "stars": 0.25}}
    changed = replace(snapshot, weights=replace(snapshot.weights, measures=halved))
    block = signal_blocks(changed)[SIGNALS.index("adoption")]
    assert [(line.name, line.weight, line.cheap) for line in block.measures] == [
        ("usage", 0.75, True),
        ("stars", 0.25, True),
    ]
    assert sum(len(row.types) for row in weight_rows(snapshot)) == len(snapshot.weights.signals)
    assert all(abs(sum(row.weights) - 1) < 1e-6 for row in weight_rows(snapshot))


def test_a_page_without_a_history_says_why_and_shows_nothing_twice_or_empty(site: Site, tmp_path: Path) -> None:
    assert "No history yet: no earlier snapshot is kept." in words(site.artifact("mail-sorter"))
    rows = [artifact("new", "model", "Acme", ["Tidy Shelves"], license="mit"), *eight()]
    rows[0]["capabilities"] = [{"name": "Tidy shelves", "description": "tidy shelves."}]
    rows[0]["facts"] = {"context": "as long as a shelf", "stars": 3}
    for some in (rows[1:], rows):
        mg.rebuild(pd.DataFrame(some), store=tmp_path / "store", encoder=WordEncoder(), today=TODAY)
    later = Site(mg.open(tmp_path / "store", encoder=WordEncoder()))
    page = later.artifact("new")
    assert "No history: of the 1 earlier snapshot kept, none that this version can read has it." in words(page)
    assert (words(page).count("Tidy shelves"), words(page).count("tidy shelves.")) == (1, 0)
    assert "<dd><bdi>MIT</bdi></dd>" in page
    assert re.search(r'<td class="number">3</td>', page)
    assert re.search(r"<td><bdi>as long as a shelf</bdi></td>", page)
    assert "What it works with" not in page


def test_every_figure_of_a_snapshot_has_a_name_a_unit_and_a_meaning(site: Site, graph: mg.MatchGraph) -> None:
    quality = graph.manifest.quality
    assert not any(each.name.endswith("choices") for each in figures(quality))  # nobody chose anything here
    heard = quality | {"weak_edge_share": 0.0084, "evidence": quality["evidence"] | {"searches": {"real": 3}}}
    told = {each.name: each.value for each in figures(heard)}
    assert told["Rows kept"] == "8"
    assert told["Weak edges"] == "0.84% of likeness edges"
    assert told["Age of choices"] == "half after 90 days"
    assert all(each.name[0].isupper() and "_" not in each.name and each.meaning for each in figures(heard))
    page = words(site.status())
    assert all(f"{each.name} {each.value} {each.meaning}" in page for each in figures(quality))
    assert "weak edge share" not in page


def test_history_follows_the_rank_over_snapshots(graph: mg.MatchGraph, tmp_path: Path) -> None:
    shutil.copytree(graph.store.path, tmp_path / "store")
    rows = eight()
    rows[0]["facts"] = {"stars": 1}
    mg.rebuild(pd.DataFrame(rows), store=tmp_path / "store", encoder=WordEncoder(), today=TODAY)
    later = mg.open(tmp_path / "store", encoder=WordEncoder())
    told = history(later.store, "mail-sorter", "v000002")
    assert [each.version for each in told] == ["v000001", "v000002"]
    assert told[1].rank == later.explain("mail-sorter").rank
    drawing = drawn(told)
    assert drawing is not None
    assert [x for x, _ in drawing.dots] == [0.0, drawing.wide]
    assert drawn(told[:1]) is None
    assert 'class="history"' in Site(later).artifact("mail-sorter")


def test_a_snapshot_that_cannot_be_read_is_left_out_of_the_history(graph: mg.MatchGraph, tmp_path: Path) -> None:
    shutil.copytree(graph.store.path, tmp_path / "store")
    shutil.copytree(tmp_path / "store/snapshots/v000001", tmp_path / "store/snapshots/v000000")
    (tmp_path / "store/snapshots/v000000/manifest.json").write_text("{}")
    told = history(mg.open(tmp_path / "store").store, "mail-sorter", "v000001")
    assert [each.version for each in told] == ["v000001"]


def test_filters_read_a_form_and_drop_what_is_empty() -> None:
    form = {"type": ["model", ""], "maker": ["Acme, Beta"], "license": [""], "offline": ["no"]}
    found = filters_of(lambda name: form.get(name, []))
    assert found.stated() == {"type": ("model",), "maker": ("Acme", "Beta"), "offline": ("no",)}
    stated = found.where()
    assert stated is not None
    assert stated.offline is False
    assert filters_of(lambda name: []).where() is None


def test_filters_of_a_side_have_its_name_in_front() -> None:
    form = {"must.license": ["MIT"], "license": ["GPL-3.0-only"]}
    assert filters_of(lambda name: form.get(name, []), "must").license == ("MIT",)
