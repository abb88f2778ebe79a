"""No false sentence: whatever the catalogue, every sentence of a verdict holds when it is asked again."""

from __future__ import annotations

import re
import tempfile
from itertools import permutations
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import matchgraph as mg
from matchgraph.answers.compare import compare
from matchgraph.answers.record import CLEAR, Record
from matchgraph.answers.relation import Relation
from matchgraph.answers.sentences import Sentence, holds, said
from matchgraph.answers.wording import listed, percent
from tests.conftest import TODAY, WordEncoder, artifact

ABILITIES = (
    "sort mail into folders",
    "flag spam in mail",
    "answer letters politely",
    "label objects in photos",
    "find faces in photos",
    "write speech down as text",
)
KINDS = ("model", "dataset", "api")
LINKS = ("trained_on", "derived_from", "requires", "integrates_with")


@st.composite
def catalogues(draw):
    ids = [f"a{number}" for number in range(draw(st.integers(2, 5)))]
    return [
        artifact(
            each,
            draw(st.sampled_from(KINDS)),
            draw(st.sampled_from(["Acme", "Beta", "Gamma"])),
            draw(st.lists(st.sampled_from(ABILITIES), min_size=1, max_size=4, unique=True)),
            job=draw(st.lists(st.sampled_from(["mail sorting", "photo labelling"]), max_size=2, unique=True)),
            name=draw(st.sampled_from([each.upper(), "Twin", "Odd {name} 100%"])),
            license=draw(st.sampled_from([None, "MIT", "GPL-3.0", "proprietary"])),
            pricing=draw(st.sampled_from(["free", "paid", "unknown"])),
            facts=draw(
                st.dictionaries(
                    st.sampled_from(["stars", "downloads", "dependents", "accuracy"]), st.integers(0, 10**6), max_size=4
                )
            ),
            links=draw(
                st.lists(
                    st.builds(
                        lambda kind, target: {"kind": kind, "target": target},
                        st.sampled_from(LINKS),
                        st.sampled_from(ids),
                    ),
                    max_size=2,
                )
            ),
        )
        for each in ids
    ]


searches = st.lists(st.tuples(st.sampled_from(ABILITIES), st.integers(0, 4), st.sampled_from([None, "x", "y"])))
needs = st.none() | st.lists(
    st.sampled_from([*ABILITIES, "MIT", "free", "offline", "dataset", "open source"]), min_size=1, max_size=3
).map(", ".join)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(catalogues(), searches, needs, st.booleans())
def test_every_sentence_of_every_comparison_holds_when_it_is_asked_again(rows, asked, need, force):
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
        graph = mg.open(store, encoder=WordEncoder())
        for query, number, actor in asked:
            if number < len(rows):
                graph.record(query=query, chosen=f"a{number}", actor=actor)
        again = mg.open(store, encoder=WordEncoder())
        for left, right in permutations(graph.snapshot.catalogue.ids, 2):
            verdict = graph.compare(left, right, need=need, force=force)
            matched = {each: again.times_matched(each) for each in (left, right)}
            record = Record(again.snapshot, left, right, again.same_job(left, right), matched, verdict.need)
            for sentence in verdict.verdict.sentences:
                assert holds(record, sentence), str(sentence)
                second_opinion(again, verdict, str(sentence))
            assert_no_contradiction([sentence.claim for sentence in verdict.verdict.sentences])


def second_opinion(graph, compared, text):
    """The claims that matter most, checked against the tables by other code than that which makes them."""
    ranks = graph.frame("ranking").set_index("artifact_id")
    left, right = (ranks.loc[side.artifact_id] for side in (compared.left, compared.right))
    if found := re.search(r"ranks higher, ([\d.]+) against ([\d.]+) of 100", text):
        assert left["type"] == right["type"]
        assert sorted([left["rank"], right["rank"]]) == [float(found[2]), float(found[1])]
        assert abs(left["rank"] - right["rank"]) >= CLEAR
        assert max(left["high"], right["high"]) >= float(found[1])
    if text.startswith("Too close to call"):
        assert left["type"] == right["type"]
        assert compared.verdict.winner is None
    if found := re.fullmatch(r"Real searches that ended in .+: (\d+); in .+: (\d+)\.", text):
        counted = tuple(graph.times_matched(side.artifact_id) for side in (compared.left, compared.right))
        assert counted == (int(found[1]), int(found[2]))
        assert sum(counted) > 0
    if text == "No real search has ended in either of them.":
        assert not any(graph.times_matched(side.artifact_id) for side in (compared.left, compared.right))
    if found := re.match(r"Nothing is observed of the (.+) of either\.", text):
        for signal in re.split(r", | and ", found[1]):
            assert left[f"{signal.replace(' ', '_')}_coverage"] == right[f"{signal.replace(' ', '_')}_coverage"] == 0


EXCLUSIVE = [
    {"ranks higher", "too close", "unlike types"},
    {"ranks higher", "no rivals"},
    {"ranks higher", "forced"},
    {"never chosen", "chosen"},
    {"flips", "never flips"},
    {"fits better", "fits as well"},
    {"same job", "same job in other ways", "covers", "covered by", "complement", "overlap", "unrelated"},
]


def assert_no_contradiction(claims):
    for group in EXCLUSIVE:
        assert len(group & set(claims)) <= 1, claims
    assert claims[0] in EXCLUSIVE[-1]
    assert {"never chosen", "chosen"} & set(claims)


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    from tests.conftest import eight

    store = tmp_path_factory.mktemp("said")
    mg.rebuild(pd.DataFrame(eight()), store=store, encoder=WordEncoder(), today=TODAY)
    graph = mg.open(store, encoder=WordEncoder())
    return Record(graph.snapshot, "mail-sorter", "letter-sorter", 0.9, {"mail-sorter": 3, "letter-sorter": 0})


def test_a_false_sentence_cannot_be_said(record):
    names = {"left": "Mail Sorter", "right": "Letter Sorter"}
    assert said(record, "chosen", **names, left_count=3, right_count=0)
    assert not said(record, "chosen", **names, left_count=4, right_count=0)
    assert not said(record, "never chosen")
    assert not said(record, "unrelated", **names, hedge="", met=0, of=2, met_back=0, of_back=2)
    assert not said(record, "chance of the same job", chance="95%")
    assert not said(record, "declares", source="Mail Sorter", kind="requires", target="Letter Sorter")
    assert not said(record, "leads", side="Mail Sorter", signals=("freshness",))
    assert not said(record, "leads", side="Mail Sorter", signals=())


@pytest.mark.parametrize(
    ("right", "chance", "doubt"),
    [("speech-writer", 0.01, ""), ("speech-writer", 0.39, "probably "), ("mail-corpus", 0.6, "perhaps ")],
)
def test_that_two_are_no_alternatives_is_said_as_the_chance_allows(record, right, chance, doubt):
    verdict = compare(Record(record.snapshot, "image-labeller", right, chance, {})).verdict
    told = [str(sentence) for sentence in verdict.sentences]
    assert verdict.relation is Relation.UNRELATED
    assert told[0].startswith(f"They {doubt}are not alternatives: ")
    assert not any("these two do not" in text for text in told) or not doubt


def test_a_sentence_reads_from_its_slots_alone():
    sentence = Sentence("leads", {"side": "Odd {name} 100%", "signals": ("adoption", "quality")})
    assert str(sentence) == "Odd {name} 100% leads on adoption and quality."


@pytest.mark.parametrize(
    ("items", "words"), [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")]
)
def test_lists_read_as_people_write_them(items, words):
    assert listed(items) == words


def test_a_chance_claims_no_more_than_draws_can_tell():
    assert [percent(chance) for chance in (0.0, 0.5, 0.99, 1.0)] == ["less than 1%", "50%", "99%", "more than 99%"]
