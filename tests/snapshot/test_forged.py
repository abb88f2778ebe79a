"""A snapshot of which all digests are right, and which is none, is refused when it is opened; no question breaks."""

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random

import pyarrow as pa
import pytest

import matchgraph as mg
from matchgraph.answers.diff import diff
from matchgraph.answers.values import Answer
from matchgraph.errors import MatchGraphError, SnapshotError
from matchgraph.snapshot.files import table_in
from matchgraph.snapshot.manifest import Manifest
from matchgraph.snapshot.snapshot import Snapshot, packed, parameters_of, unpacked
from tests.conftest import TODAY, WordEncoder, eight
from tests.snapshot.forged import Forgery, forgeries, with_every_file

FORGED = int(os.environ.get("MATCHGRAPH_FORGED", "320"))
EVERY = 1 if "MATCHGRAPH_FORGED" in os.environ else 8  # of so many questions one is put to each, another to the next


@pytest.fixture(scope="module")
def graph(tmp_path_factory) -> mg.MatchGraph:
    """The eight, one with remarks, and searches, opened."""
    here = tmp_path_factory.mktemp("forged")
    first, *rest = eight()
    rows = [first | {"remarks": ["a companion for beekeepers", "liked by otters"]}, *rest]
    (here / "eight.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    hits = [
        {"query": f"sort mail {n % 3}", "gold": ["mail-sorter", "letter-sorter"], "actor": f"a{n}"} for n in range(9)
    ]
    (here / "hits.jsonl").write_text("".join(json.dumps(row) + "\n" for row in hits))
    mg.rebuild(
        here / "eight.jsonl", hits=[here / "hits.jsonl"], store=here / "store", encoder=WordEncoder(), today=TODAY
    )
    return mg.open(here / "store", encoder=WordEncoder())


@pytest.fixture(scope="module")
def whole(graph) -> Snapshot:
    return with_every_file(graph)


@pytest.fixture
def parsed_once(monkeypatch) -> None:
    """Of thousands of forgeries most parts are the same."""
    held: dict[bytes, pa.Table] = {}

    def parsed(files: dict[str, bytes], name: str, *more: object) -> pa.Table:
        content = files.get(name, b"")
        if content not in held:
            held[content] = table_in(files, name, *more)
        return held[content]

    monkeypatch.setattr("matchgraph.snapshot.fits.table_in", parsed)


def as_if_opened(graph: mg.MatchGraph, manifest: Manifest, snapshot: Snapshot) -> mg.MatchGraph:
    """That snapshot in the place of the graph's own, with nothing worked out yet."""
    other = object.__new__(mg.MatchGraph)
    kept = {name: vars(graph)[name] for name in ("store", "lease", "_log_at", "_encoder")}
    vars(other).update(kept, manifest=manifest, snapshot=snapshot)
    return other


def questions(graph: mg.MatchGraph, before: Snapshot) -> list[Callable[[], object]]:
    """Every kind of question."""
    ids, versions = graph.snapshot.catalogue.ids, ("v000001", "v000002")
    first, last = ids[0], ids[-1]
    kinds = graph.snapshot.catalogue.texts("type")
    models = [each for each, kind in zip(ids, kinds, strict=True) if kind == "model"]
    of_each = (graph.similar, graph.explain, graph.jobs, graph.artifact)
    return [
        lambda: graph,
        lambda: graph.search("sort mail into folders"),
        lambda: graph.search("label photos", explore=0.5, where=mg.where(type="model", license="permissive")),
        lambda: graph.best("write down speech"),
        *(partial(ask, name) for name in (models[0], last) for ask in of_each),
        lambda: graph.compare(first, last),
        lambda: graph.compare(models[0], models[-1], need="sort mail, fast"),
        *(
            partial(graph.recommend, first, last, need="sort mail", mode=mode)
            for mode in ("same-job", "adjacent", "surprise")
        ),
        lambda: graph.recommend(to_replace=models[0], must=mg.where(license="permissive"), relax="license"),
        lambda: graph.by_example(first, last),
        lambda: graph.like_but(first, must=mg.where(type="model")),
        lambda: graph.cover(["sort mail", "label photos"]),
        lambda: graph.pareto("sort mail"),
        lambda: graph.pareto(models),
        graph.lessons,
        lambda: graph.networkx(queries=True),
        *(partial(graph.frame, name) for name in ("artifacts", "edges", "ranking", "query_kinds")),
        lambda: diff(before, graph.snapshot, versions),
        lambda: diff(graph.snapshot, before, versions),
    ]


def told(answer: object) -> str:
    """What is printed of an answer; numbers that are none have no JSON."""
    said = [repr(answer)]
    if hasattr(answer, "_repr_html_"):
        said.append(str(answer._repr_html_()))
    if isinstance(answer, Answer):
        said.append(json.dumps(answer.to_dict(), allow_nan=False, default=str))
    return "".join(said)


def came_of(forged: Forgery, graph: mg.MatchGraph, whole: Snapshot, first: int) -> str:
    """Refused, answered, or what broke; the questions are those from the first on."""
    try:
        opened = as_if_opened(graph, forged.manifest, unpacked(forged.manifest, forged.files()))
    except SnapshotError:
        return "refused"
    except Exception as error:  # whatever it is, it should be ours
        return f"{forged.what}: opened: {error!r}"
    for number, ask in list(enumerate(questions(opened, whole)))[first % EVERY :: EVERY]:
        try:
            told(ask())
        except MatchGraphError:
            continue
        except Exception as error:  # the same
            return f"{forged.what}: question {number}: {error!r}"
    return "answered"


def test_what_is_whole_is_opened_and_answers(graph, whole):
    manifest = replace(graph.manifest, parameters=parameters_of(whole))
    opened = as_if_opened(graph, manifest, unpacked(manifest, packed(whole)))
    assert all(told(ask()) for ask in questions(opened, whole))


def test_no_forged_snapshot_breaks_a_question(graph, whole, parsed_once):
    made = list(forgeries(whole, graph.manifest))
    assert len(made) > 1_000
    some = made if len(made) <= FORGED else Random(0).sample(made, FORGED)
    found = Counter(came_of(each, graph, whole, number) for number, each in enumerate(some))
    counts = found.pop("refused"), found.pop("answered")
    assert not found, f"{counts} and: {list(found)[:40]}"
    assert min(counts) > len(some) / 10, "some are refused, and some are snapshots like any other"
