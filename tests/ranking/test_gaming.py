"""What it brings to cheat, in points of rank: into the same store (its reference held) and into a fresh one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import matchgraph as mg
from matchgraph.catalogue.records import Artifact, ArtifactType, Capability, Fact, Link, LinkKind
from matchgraph.searches.events import Channel, SearchEvent
from tests.conftest import TODAY, WordEncoder
from tests.ranking import attacks
from tests.ranking.road import Built, Road
from tests.ranking.thirty import searched, thirty

WORLD = thirty()
IDS = [each.artifact_id for each in WORLD]
FEW = IDS[::6]
BETTER = ("downloads_month", "downloads", "pulls", "stars", "dependents", "contributors", "accuracy")


@pytest.fixture(scope="module")
def road(tmp_path_factory) -> Road:
    return Road(WordEncoder(), tmp_path_factory.mktemp("cache"), TODAY)


@pytest.fixture(scope="module")
def base(road) -> Built:
    return road.walk(WORLD)


@pytest.fixture(scope="module")
def logged(road, base) -> Built:
    return road.walk(WORLD, searched(), near=base.near)


def gains(road: Road, base: Built, world: list[Artifact], target: str, events=(), near=None) -> list[float]:
    """How far the target rises in the store that was there before, and in a fresh one."""
    fresh = road.walk(world, events, near=near)
    again = road.walk(world, events, near=fresh.near, held=base.reference)
    return [round(built.ranks()[target] - base.ranks()[target], 1) for built in (again, fresh)]


# The road of these tests


def test_the_road_of_these_tests_is_that_of_a_rebuild(road, base, tmp_path):
    table = pd.DataFrame([as_row(each) for each in WORLD])
    mg.rebuild(table, store=tmp_path, encoder=WordEncoder(), today=TODAY)
    assert mg.open(tmp_path).snapshot.ranking.table.equals(base.ranking.table)
    world = attacks.inflated(WORLD, "mail-sorter", "stars")
    mg.rebuild(pd.DataFrame([as_row(each) for each in world]), store=tmp_path, encoder=WordEncoder(), today=TODAY)
    snapshot = mg.open(tmp_path).snapshot
    assert snapshot.reference.reference_id == base.reference.reference_id
    again = road.walk(world, near=base.near, held=base.reference)
    assert snapshot.ranking.lines.equals(again.ranking.lines)


def as_row(artifact: Artifact) -> dict[str, object]:
    """The artifact as a catalogue would state it."""
    plain = {
        name: getattr(artifact, name) for name in ("artifact_id", "name", "description", "maker", "url", "license")
    }
    return plain | {
        "type": str(artifact.type),
        "job": list(artifact.job),
        "pricing": str(artifact.pricing),
        "aliases": list(artifact.aliases),
        "facts": {key: {"value": fact.value, "source": fact.source} for key, fact in artifact.facts.items()},
        "links": [{"kind": str(link.kind), "target": link.target} for link in artifact.links],
        "capabilities": [
            {"name": each.name, "description": each.description, "limitations": list(each.limitations)}
            for each in artifact.capabilities
        ],
    }


# Counters


@pytest.mark.parametrize("counter", attacks.COUNTERS)
def test_no_cheap_counter_a_thousand_times_as_high_brings_more_than_five_and_a_half_points(road, base, counter):
    for target in IDS:
        world = attacks.inflated(WORLD, target, counter)
        for held in (None, base.reference) if target in FEW else (None,):
            assert road.walk(world, near=base.near, held=held).ranks()[target] <= base.ranks()[target] + 5.5


def test_all_cheap_counters_together_bring_no_more_than_five_and_a_half_points_where_nothing_bears_them_out(road, base):
    for target in ("letter-sorter", "mail-translator", "plant-namer", "sum-solver", "audio-kit", "photo-tagger"):
        world = WORLD
        for counter in attacks.COUNTERS:
            world = attacks.inflated(world, target, counter)
        assert max(gains(road, base, world, target, near=base.near)) <= 5.5


def test_a_first_voice_does_not_bear_out_a_counter_as_a_crowd_does(road, base):
    # Of these the downloads are clipped: what one choice brings, it brings to them too.
    loud = attacks.inflated(attacks.inflated(WORLD, "mail-translator", "stars"), "mail-translator", "downloads_month")
    before = road.walk(loud, near=base.near)
    one = [SearchEvent("translate letters", chosen="mail-translator", actor="one")]
    assert max(gains(road, before, loud, "mail-translator", one, near=base.near)) <= 1


# Choices


@pytest.mark.parametrize("queries", [1, 100], ids=["one query", "a hundred queries"])
@pytest.mark.parametrize("before", ["no log", "a log"])
def test_a_hundred_choices_by_one_actor_bring_at_most_a_point(road, base, logged, queries, before):
    asked = [f"please {word} {number}" for number, word in enumerate(["sort", "find", "mend", "paint"] * 25)][:queries]
    was, events = (base, []) if before == "no log" else (logged, searched())
    for target in FEW:
        found = gains(road, was, WORLD, target, events + attacks.chosen_by_one(target, asked), near=base.near)
        assert min(found) >= -0.05
        assert max(found) <= 1


def test_synthetic_choices_bring_nothing(road, base):
    made = [replace(event, channel=Channel.SYNTHETIC) for event in searched(200)]
    assert road.walk(WORLD, made, near=base.near).ranking.table.equals(base.ranking.table)


# Flocks


@pytest.mark.parametrize("linked", [False, True], ids=["alone", "with a link back"])
@pytest.mark.parametrize("reworded", [False, True], ids=["exact", "reworded"])
@pytest.mark.parametrize("same_maker", [False, True], ids=["by others", "by its maker"])
def test_fifteen_clones_bring_at_most_a_point(road, base, same_maker, reworded, linked):
    for target in ("mail-sorter", "photo-tagger", "speech-writer"):
        world = attacks.cloned(WORLD, target, same_maker=same_maker, reworded=reworded, linked=linked)
        assert max(gains(road, base, world, target)) <= 1


def test_fifteen_clones_of_a_follower_are_one_follower(road, base):
    # mail-server-tool requires mail-sorter; its clones require it too, and are listed by fifteen makers.
    assert max(gains(road, base, attacks.cloned(WORLD, "mail-server-tool"), "mail-sorter")) <= 1


@pytest.mark.parametrize("invented", [False, True], ids=["copied from others", "invented"])
def test_ten_stuffed_capabilities_bring_at_most_a_point(road, base, invented):
    for target in FEW:
        assert max(gains(road, base, attacks.stuffed(WORLD, target, invented=invented), target)) <= 1


@pytest.mark.parametrize("owner", ["maker", "account", "nobody"])
@pytest.mark.parametrize("kind", ["package", "prompt"])
def test_a_thousand_followers_of_one_owner_bring_nothing(road, base, owner, kind):
    for_links = ("linked_by_others", "kinds_of_link", "dependents")
    world = attacks.followed(WORLD, "mail-kit", owner, kind, count=1_000 if kind == "package" else 200)
    fresh = road.walk(world)
    again = road.walk(world, near=fresh.near, held=base.reference)
    for built in (again, fresh):
        assert max(0, round(built.ranks()["mail-kit"] - base.ranks()["mail-kit"], 1)) == 0
        was, now = ({row["measure"]: row["value"] for row in lines(each, "mail-kit")} for each in (base, built))
        assert {name: was[name] for name in for_links} == {name: now[name] for name in for_links}


def lines(built: Built, artifact_id: str) -> list[dict[str, object]]:
    return [row for row in built.ranking.lines_of(artifact_id) if row["status"] != "clipped"]


def test_a_flock_that_states_bad_numbers_lifts_its_owner_by_less_than_a_point(road, base):
    world = attacks.followed(WORLD, "mail-kit", "maker", count=300, facts=True)
    assert max(gains(road, base, world, "mail-kit")) < 1


# To say less, and to say more


@pytest.mark.parametrize("store", ["the same", "fresh"])
def test_to_withdraw_anything_never_raises_the_rank(road, base, store):
    held = base.reference if store == "the same" else None
    ranks, raised = base.ranks(), []
    for target, what, world in attacks.withdrawn(WORLD, IDS[::2]):
        if held and what.endswith("as missing"):  # the same to the ranks; once is enough
            continue
        after = road.walk(world, near=base.near, held=held).ranks()[target]
        raised += [(target, what, after - ranks[target])] if after > ranks[target] else []
    assert raised == []


def test_the_last_one_who_withdraws_a_fact_does_not_gain_by_it(road, base):
    # Of the servers one alone says how many contribute; fewer do now, and it would rather not say.
    fewer = attacks.changed(WORLD, "table-server", facts={"stars": Fact(130), "contributors": Fact(1)})
    silent = attacks.changed(WORLD, "table-server", facts={"stars": Fact(130)})
    low, none = (road.walk(world, near=base.near, held=base.reference).ranks() for world in (fewer, silent))
    assert none["table-server"] <= low["table-server"]


@pytest.mark.parametrize("store", ["the same", "fresh"])
def test_to_improve_a_fact_never_lowers_the_rank(road, base, store):
    held = base.reference if store == "the same" else None
    ranks = base.ranks()
    for each in WORLD[1::2]:
        for key in sorted(set(BETTER) & set(each.facts)):
            world = attacks.inflated(WORLD, each.artifact_id, key, 3)
            assert road.walk(world, near=base.near, held=held).ranks()[each.artifact_id] >= ranks[each.artifact_id]


def test_to_state_what_was_not_stated_never_lowers_the_rank(road, base):
    ranks = base.ranks()
    for each in WORLD[::5]:
        for key in sorted(set(BETTER) - set(each.facts)):
            world = attacks.changed(WORLD, each.artifact_id, facts=each.facts | {key: Fact(0.0)})
            for held in (None, base.reference):
                assert road.walk(world, near=base.near, held=held).ranks()[each.artifact_id] >= ranks[each.artifact_id]


# What must not matter


def test_the_order_of_catalogue_and_log_changes_no_byte(road, logged):
    dice = np.random.default_rng(3)
    events = searched()
    for _ in range(2):
        world, log = ([each[place] for place in dice.permutation(len(each))] for each in (WORLD, events))
        again = road.walk(world, log)
        assert as_bytes(again.ranking.table) == as_bytes(logged.ranking.table)
        assert as_bytes(again.ranking.lines) == as_bytes(logged.ranking.lines)
        assert again.reference.reference_id == logged.reference.reference_id


def as_bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table.combine_chunks())
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("store", ["the same", "fresh"])
def test_unchanged_inputs_give_byte_equal_ranks(road, logged, store):
    again = road.walk(WORLD, searched(), held=logged.reference if store == "the same" else None)
    assert as_bytes(again.ranking.table) == as_bytes(logged.ranking.table)
    assert as_bytes(again.ranking.lines) == as_bytes(logged.ranking.lines)


@pytest.mark.parametrize("store", ["the same", "fresh"])
def test_artifacts_of_another_type_leave_adoption_quality_and_freshness_as_they_are(road, base, store):
    held = base.reference if store == "the same" else None
    facts = {"stars": 10**6, "downloads_month": 0, "last_update": "2026-11-20", "accuracy": 0.99}
    strange = [
        Artifact(
            artifact_id=f"agent-{number}",
            name=f"agent {number}",
            type=ArtifactType.AGENT,
            license="MIT",
            facts={key: Fact(value) for key, value in facts.items()},
            links=(Link(LinkKind.REQUIRES, IDS[number]),),
            capabilities=(Capability(f"agent-{number}#it", "act", f"act for {IDS[number]} on mail and photos"),),
        )
        for number in range(10)
    ]
    after = road.walk(WORLD + strange, held=held).ranking
    for each in IDS:
        was, now = base.ranking.of(each), after.of(each)
        for signal in ("adoption", "quality", "freshness"):
            assert (was[signal], was[f"{signal}_coverage"]) == (now[signal], now[f"{signal}_coverage"])


def test_without_a_twentieth_of_the_events_ranks_hardly_move(road, logged):
    events, ranks = searched(), logged.ranks()
    for seed in range(3):
        kept = np.random.default_rng(seed).random(len(events)) >= 0.05
        fewer = [event for event, keep in zip(events, kept, strict=True) if keep]
        for held in (None, logged.reference):
            after = road.walk(WORLD, fewer, near=logged.near, held=held).ranks()
            assert np.mean([abs(after[each] - ranks[each]) for each in IDS]) <= 1.5
