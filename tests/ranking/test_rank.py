"""The rank is the sum of its lines, exactly as printed; what is better never ranks lower for it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from matchgraph.catalogue.records import ArtifactType, Fact, FactStatus, Link, LinkKind
from matchgraph.ranking.measures import Status
from matchgraph.ranking.rank import CLIPPED, Ranking, rounded, shares_of
from matchgraph.ranking.weights import SIGNALS, Weights, read_weights
from matchgraph.searches.searches import Searches
from tests.ranking.worlds import chosen, made, measured, only, ranked

COUNTERS = ("downloads_month", "downloads", "dependents", "stars", "contributors")
KINDS = ("model", "package", "mcp-server")
OURS = read_weights()
NOT_APPLICABLE = Fact(None, status=FactStatus.NOT_APPLICABLE)

facts = st.dictionaries(
    st.sampled_from((*COUNTERS, "accuracy")),
    st.builds(
        Fact, st.integers(0, 10**7), status=st.sampled_from([FactStatus.OBSERVED] * 3 + list(FactStatus))
    ),
)  # fmt: skip
days = st.dates().map(lambda day: {"last_update": Fact(day.isoformat())}) | st.just({})


@st.composite
def worlds(draw, least=1):
    """A few artifacts of three types, with facts, links, makers and dates at random."""
    ids = [f"a{number}" for number in range(draw(st.integers(least, 6)))]
    links = st.lists(st.tuples(st.sampled_from(list(LinkKind)), st.sampled_from(ids)), max_size=3)
    makers, licenses = st.sampled_from([None, "Acme", "Beta"]), st.sampled_from([None, "MIT", "other"])
    return [
        made(
            artifact_id,
            draw(st.sampled_from(KINDS)),
            maker=draw(makers),
            license=draw(licenses),
            limitations=["slow"] * draw(st.integers(0, 1)),
            links=draw(links),
            **draw(facts),
            **draw(days),
        )
        for artifact_id in ids
    ]


def shares(names):
    """Relative weights of those names, some of them zero, as shares of one."""
    lists = st.lists(st.integers(0, 9), min_size=len(names), max_size=len(names)).filter(any)
    return lists.map(lambda given: {name: weight / sum(given) for name, weight in zip(names, given, strict=True)})


weightings = st.builds(
    lambda kinds, measures: Weights({kind: kinds.get(kind, OURS.signals[kind]) for kind in ArtifactType}, measures),
    st.fixed_dictionaries({kind: shares(SIGNALS) for kind in KINDS}),
    st.fixed_dictionaries({signal: shares(tuple(OURS.measures[signal])) for signal in SIGNALS}),
)
choices = st.fixed_dictionaries({f"a{number}": st.integers(0, 40) for number in range(3)}).map(
    lambda times: chosen(**times)
)
covers = st.fixed_dictionaries({f"a{number}": st.floats(-1, 1) for number in range(6)})


def in_tenths(number: float) -> int:
    assert round(number * 10) == pytest.approx(number * 10, abs=1e-9), f"{number} is not written in tenths"
    return round(number * 10)


def rank_of(ranking: Ranking, artifact_id: str) -> float:
    return float(ranking.of(artifact_id)["rank"])


def ranks(ranking: Ranking) -> dict[str, float]:
    return dict(zip(ranking.table["artifact_id"].to_pylist(), ranking.table["rank"].to_pylist(), strict=True))


# The sum


@settings(deadline=None, max_examples=20)
@given(worlds(), weightings, choices, covers)
def test_every_rank_is_the_sum_of_its_lines_as_printed(world, weights, searches, cover):
    ranking = ranked(world, weights, searches, best_cover=cover)
    for artifact in world:
        lines = ranking.lines_of(artifact.artifact_id)
        rank = rank_of(ranking, artifact.artifact_id)
        assert in_tenths(rank) == sum(in_tenths(line["points"]) for line in lines)
        assert 0 <= rank <= 100
        assert all((line["points"] <= 0) == (line["status"] == CLIPPED) for line in lines if line["points"])
        exact = sum(line["share"] for line in lines if line["status"] != CLIPPED)
        assert exact == pytest.approx(1) if lines else rank == 0


@settings(deadline=None, max_examples=20, phases=[Phase.generate])
@given(worlds(), weightings, choices)
def test_no_line_gives_more_than_it_says_it_could(world, weights, searches):
    for line in ranked(world, weights, searches).lines.to_pylist():
        assert in_tenths(line["points"]) <= in_tenths(line["most"]), line
        assert in_tenths(line["most"]) <= 1000 * line["share"] + 1 or line["status"] == CLIPPED


@settings(deadline=None, max_examples=15)
@given(worlds(), weightings, choices)
def test_the_signals_weigh_up_to_the_rank(world, weights, searches):
    ranking = ranked(world, weights, searches)
    for row in ranking.table.to_pylist():
        assert all(row[signal] is None or 0 <= row[signal] <= 1 + 1e-12 for signal in SIGNALS)
        there = {signal: weights.signals[row["type"]][signal] for signal in SIGNALS if row[signal] is not None}
        total = sum(there.values())
        exact = 100 * sum(weight * row[signal] for signal, weight in there.items()) / total if total else 0
        assert row["rank"] == pytest.approx(exact, abs=0.05 + 1e-9)


@settings(deadline=None, max_examples=15)
@given(worlds(), choices)
def test_a_line_says_enough_to_be_worked_out_again(world, searches):
    for line in ranked(world, OURS, searches).lines.to_pylist():
        assert line["points"] == pytest.approx(100 * line["share"] * line["value"], abs=0.1 + 1e-9)


@given(
    st.lists(st.lists(st.floats(-20, 30), min_size=5, max_size=5), min_size=1, max_size=5),
)
def test_tenths_are_each_within_one_of_the_exact_and_add_up(rows):
    exact = np.array(rows)
    found = rounded(exact)
    assert (np.abs(found - 10 * exact) < 1 + 1e-6).all()
    assert np.array_equal(found.sum(axis=1), np.rint(np.round((10 * exact).sum(axis=1), 9)))


def test_a_rank_by_hand():
    # A licence and no limitation, equally heavy: half of 100 in full, the other half at .35.
    ranking = ranked([made("a", license="MIT")], only(quality={"license_stated": 0.5, "limitations_stated": 0.5}))
    said = [(line["measure"], line["points"], line["most"], line["status"]) for line in ranking.lines_of("a")]
    assert said == [("license_stated", 50, 50, "observed"), ("limitations_stated", 17.5, 50, "missing")]
    row = ranking.of("a")
    assert (row["rank"], row["quality"], row["coverage"]) == (67.5, 0.675, 0.5)


def test_a_clipped_rank_by_hand():
    # Nothing bears out 900 stars among 0, 1, ... 189: 195.5 / 201 of 60 points, clipped to .6 of them; 40 at .35.
    crowd = [made(f"c{n:03}", maker=f"c{n}", stars=n, contributors=n) for n in range(190)]
    ranking = ranked([made("a", stars=900), *crowd], only(adoption={"stars": 0.6, "contributors": 0.4}))
    said = [(line["measure"], line["points"], line["most"], line["status"]) for line in ranking.lines_of("a")]
    assert said == [
        ("stars", 58.4, 60, "observed"),
        ("stars", -22.4, 0, CLIPPED),
        ("contributors", 14, 40, "missing"),
    ]
    assert rank_of(ranking, "a") == 50


def test_tenths_are_shared_out_by_largest_remainder():
    # Three thirds of a line that is worth half: 16.666... each, 50 in all, so two lines have 16.7 and one 16.6.
    ranking = ranked([made("a")], only(adoption={"stars": 1 / 3, "dependents": 1 / 3, "contributors": 1 / 3}))
    assert sorted(line["points"] for line in ranking.lines_of("a")) == [16.6, 16.7, 16.7]
    assert rank_of(ranking, "a") == 50


def test_what_is_stated_in_full_gives_all_that_its_line_could():
    thirds = only(quality={"license_stated": 1 / 3, "limitations_stated": 1 / 3, "evaluation_stated": 1 / 3})
    ranking = ranked([made("a", license="MIT", limitations=["slow"], accuracy=0.9)], thirds)
    assert rank_of(ranking, "a") == 100
    assert [line["points"] == line["most"] for line in ranking.lines_of("a")] == [True] * 3


def test_lines_come_in_the_order_of_the_weights():
    names = [(signal, name) for signal in SIGNALS for name in OURS.measures[signal]]
    lines = ranked([made("a", "package")], OURS).lines_of("a")
    assert [(line["signal"], line["measure"]) for line in lines] == names


def test_a_clipped_line_follows_the_line_that_it_is_clipped_off():
    crowd = [made(f"c{n:03}", maker=f"c{n}", stars=n, downloads=n) for n in range(90)]
    lines = ranked([made("a", stars=900, downloads=900), *crowd], OURS).lines_of("a")
    at = [place for place, line in enumerate(lines) if line["status"] == CLIPPED]
    assert [lines[place]["measure"] for place in at] == ["usage", "stars"]
    assert [lines[place - 1]["measure"] for place in at] == ["usage", "stars"]


def test_an_artifact_of_which_nothing_is_known_still_has_a_rank():
    row = ranked([made("a", "package")], OURS).of("a")
    assert 30 < row["rank"] < 55
    assert row["adoption"] == 0.5
    assert row["evidence"] == "low"  # its texts are known, so that it could be said how hard it is to replace


# What is missing, what does not apply, what is not to be trusted


def test_what_does_not_apply_leaves_the_sum_and_the_others_take_its_share():
    weights = only(adoption={"stars": 0.5, "dependents": 0.3, "contributors": 0.2})
    lines = ranked([made("a", stars=NOT_APPLICABLE)], weights).lines_of("a")
    assert [(line["measure"], line["most"]) for line in lines] == [("dependents", 60), ("contributors", 40)]


def test_a_signal_of_which_nothing_applies_leaves_its_share_to_the_other_signals():
    weights = only(adoption={"stars": 1}, quality={"license_stated": 1})
    ranking = ranked([made("a", stars=NOT_APPLICABLE, license="MIT"), made("b", license="MIT")], weights)
    assert ranking.of("a")["adoption"] is None
    assert ranking.of("a")["adoption_coverage"] is None
    assert [(line["measure"], line["most"]) for line in ranking.lines_of("a")] == [("license_stated", 100)]
    assert [(line["measure"], line["most"]) for line in ranking.lines_of("b")] == [
        ("stars", 50),
        ("license_stated", 50),
    ]


def test_an_artifact_to_which_nothing_applies_has_no_lines():
    ranking = ranked([made("a", stars=NOT_APPLICABLE)], only(adoption={"stars": 1}))
    assert ranking.lines_of("a") == []
    assert rank_of(ranking, "a") == 0


def test_a_missing_fact_ranks_no_higher_than_the_lowest_stated_one():
    world = [made("silent"), made("low", stars=0), made("high", stars=99)]
    ranking = ranked(world, OURS)
    assert rank_of(ranking, "silent") <= rank_of(ranking, "low") < rank_of(ranking, "high")


@settings(deadline=None, max_examples=15)
@given(worlds(), st.sampled_from(COUNTERS), st.integers(0, 10**9))
def test_a_suspect_fact_is_worth_no_more_than_a_neutral_one_and_moves_nobody_else(world, counter, number):
    first, *others = world
    rest = {key: fact for key, fact in first.facts.items() if key != counter}
    silent = replace(first, facts=rest)
    suspect = replace(first, facts=rest | {counter: Fact(number, status=FactStatus.SUSPECT)})
    with_it, without_it = (ranked([each, *others], OURS) for each in (suspect, silent))
    for each in others:
        assert rank_of(with_it, each.artifact_id) == rank_of(without_it, each.artifact_id)
    assert all(
        line["value"] <= 0.5 or line["status"] != Status.SUSPECT or clipped_of(with_it, line)
        for line in with_it.lines_of("a0")
    )


def clipped_of(ranking, line):
    """Whether a line has one that takes off what is above neutral."""
    off = [
        each["value"]
        for each in ranking.lines_of(line["artifact_id"])
        if (each["measure"], each["status"]) == (line["measure"], CLIPPED)
    ]
    return line["value"] + sum(off) <= 0.5 + 1e-9


def test_a_suspect_evaluation_does_not_lift_the_rank():
    suspect = made("a", accuracy=Fact(0.999, status=FactStatus.SUSPECT))
    assert rank_of(ranked([suspect], OURS), "a") == rank_of(ranked([made("a")], OURS), "a")


def test_freshness_is_no_part_of_a_model():
    world = [made("model", last_update="2026-11-21"), made("server", "mcp-server", last_update="2026-11-21")]
    ranking = ranked(world, OURS)
    assert ranking.of("model")["freshness"] is None
    assert ranking.of("server")["freshness"] == 1
    assert [line["measure"] for line in ranking.lines.to_pylist()].count("last_change") == 1
    old = [made("model", last_update="2001-01-01"), world[1]]
    assert rank_of(ranked(old, OURS), "model") == rank_of(ranking, "model")


def test_without_searches_no_line_says_that_it_was_observed():
    lines = ranked([made("a"), made("b")], OURS).lines.to_pylist()
    assert {line["status"] for line in lines if line["measure"] in ("chosen", "central", "breadth")} == {"missing"}
    assert ranked([made("a")], OURS).of("a")["times_matched"] == 0


# What must not matter, and what must


@settings(deadline=None, max_examples=20)
@given(st.data(), worlds(least=2), choices)
def test_the_order_of_the_input_changes_nothing(data, world, searches):
    shuffled = [replace(each, links=tuple(data.draw(st.permutations(each.links)))) for each in world]
    others = Searches(
        dict(data.draw(st.permutations(list(searches.chosen.items())))),
        dict(data.draw(st.permutations(list(searches.voiced.items())))),
        searches.real,
    )
    again, first = ranked(data.draw(st.permutations(shuffled)), OURS, others), ranked(world, OURS, searches)
    assert again.table.equals(first.table)
    assert again.lines.equals(first.lines)


def retargeted(links, new):
    return tuple(Link(each.kind, new.get(each.target, each.target)) for each in links)


@settings(deadline=None, max_examples=20)
@given(worlds(), choices, st.permutations([f"a{number}" for number in range(6)]))
def test_other_ids_change_no_rank(world, searches, names):
    new = {f"a{number}": f"n-{name}" for number, name in enumerate(names)}
    renamed = [replace(each, artifact_id=new[each.artifact_id], links=retargeted(each.links, new)) for each in world]
    told = {(query, new[each]): count for (query, each), count in searches.chosen.items()}
    voiced = {(query, new[each]): count for (query, each), count in searches.voiced.items()}
    before = ranks(ranked(world, OURS, searches))
    after = ranks(ranked(renamed, OURS, Searches(told, voiced, searches.real)))
    assert {new[each]: rank for each, rank in before.items()} == after


@settings(deadline=None, max_examples=15)
@given(worlds(), st.lists(facts, min_size=1, max_size=4), st.sampled_from(["a0", "elsewhere"]))
def test_artifacts_of_another_type_leave_adoption_quality_and_freshness_unchanged(world, strange, target):
    added = [
        made(f"z{number}", "dataset", license="MIT", links=[("served_by", target)], **each)
        for number, each in enumerate(strange)
    ]
    before, after = ranked(world, OURS), ranked(world + added, OURS)
    for artifact in world:
        was, now = before.of(artifact.artifact_id), after.of(artifact.artifact_id)
        for signal in ("adoption", "quality", "freshness"):
            assert was[signal] == now[signal]


def more(artifact, draw):
    """The artifact with one thing better than it was, or stated that was not."""
    known = [key for key in COUNTERS if key in artifact.facts and artifact.facts[key].status == FactStatus.OBSERVED]
    # What was said not to apply and now does is no better fact, but another question.
    barred = any(fact.status == FactStatus.NOT_APPLICABLE for fact in artifact.facts.values())
    better = draw(st.sampled_from(["licence", "limitation", *([] if barred else ["evaluation"]), *known]))
    if better == "licence":
        return replace(artifact, license="MIT")
    if better == "limitation":
        (ability,) = artifact.capabilities
        return replace(artifact, capabilities=(replace(ability, limitations=("slow",)),))
    if better == "evaluation":
        return replace(artifact, facts=artifact.facts | {"top1_accuracy": Fact(0.9)})
    raised = artifact.facts[better].number + draw(st.integers(1, 10**6))
    return replace(artifact, facts=artifact.facts | {better: Fact(raised)})


@pytest.mark.parametrize("store", ["the same", "fresh"])
@settings(deadline=None, max_examples=20)
@given(data=st.data(), world=worlds(), weights=weightings, searches=choices)
def test_improving_a_fact_never_lowers_the_rank(store, data, world, weights, searches):
    first, *others = world
    better = [more(first, data.draw), *others]
    held = measured(world, searches)[2] if store == "the same" else None
    before, after = ranked(world, weights, searches, held=held), ranked(better, weights, searches, held=held)
    assert rank_of(after, "a0") >= rank_of(before, "a0")


@pytest.mark.parametrize("store", ["the same", "fresh"])
@settings(deadline=None, max_examples=20)
@given(data=st.data(), world=worlds(), searches=choices)
def test_withdrawing_a_fact_never_raises_the_rank(store, data, world, searches):
    first, *others = world
    known = [key for key in first.facts if first.facts[key].status != FactStatus.NOT_APPLICABLE]
    what = data.draw(st.sampled_from(["licence", "limitation", *known]))
    less = {key: fact for key, fact in first.facts.items() if key != what}
    silent = replace(first, facts=less, license=None if what == "licence" else first.license)
    if what == "limitation":
        silent = replace(silent, capabilities=(replace(first.capabilities[0], limitations=()),))
    held = measured(world, searches)[2] if store == "the same" else None
    before = ranked(world, OURS, searches, held=held)
    after = ranked([silent, *others], OURS, searches, held=held)
    assert rank_of(after, "a0") <= rank_of(before, "a0")


@settings(deadline=None, max_examples=20)
@given(worlds(), st.dates(), st.integers(0, 3000))
def test_a_later_change_never_lowers_the_rank(world, day, later):
    first, *others = world
    ordinal = min(day.toordinal() + later, 3_652_059)
    old = replace(first, facts=first.facts | {"last_update": Fact(day.isoformat())})
    new = replace(first, facts=first.facts | {"last_update": Fact(type(day).fromordinal(ordinal).isoformat())})
    assert rank_of(ranked([new, *others], OURS), "a0") >= rank_of(ranked([old, *others], OURS), "a0")


@pytest.mark.parametrize("before", [0, 1, 5, 50])
def test_one_more_voice_never_lowers_the_rank(before):
    world = [made("a"), made("b")]
    was, now = (ranked(world, OURS, chosen(a=times, b=500)) for times in (before, before + 1))
    assert rank_of(now, "a") >= rank_of(was, "a")


def test_times_matched_and_voices_stand_beside_the_rank():
    searches = Searches({("sort mail", "a"): 2, ("flag spam", "a"): 1}, {("sort mail", "a"): 1, ("flag spam", "a"): 1})
    rows = ranked([made("a"), made("b")], OURS, searches).table.to_pylist()
    assert [(row["times_matched"], row["voices"]) for row in rows] == [(3, 2), (0, 0)]


def test_an_empty_catalogue_has_an_empty_ranking():
    ranking = ranked([], OURS)
    assert ranking.table.num_rows == ranking.lines.num_rows == 0


def test_shares_add_up_to_one_whatever_does_not_apply():
    names = tuple(OURS.signal_of)
    dice = np.random.default_rng(0)
    status = np.where(dice.random((40, len(names))) < 0.4, Status.NOT_APPLICABLE, Status.OBSERVED).astype(object)
    found = shares_of(OURS, ["package"] * 40, status, names)
    assert found.sum(axis=1) == pytest.approx(np.ones(40))
    assert (found[status == Status.NOT_APPLICABLE] == 0).all()


def test_the_small_world_is_ranked_by_lines_that_add_up(world):
    ranking = world.snapshot.ranking
    for row in ranking.table.to_pylist():
        points = [in_tenths(line["points"]) for line in ranking.lines_of(row["artifact_id"])]
        assert in_tenths(row["rank"]) == sum(points)
        assert 0 <= row["low"] <= row["rank"] <= row["high"] <= 100


def test_the_ranking_is_plain_numbers(world):
    table = world.snapshot.ranking.table
    for name in ("rank", "low", "high", "coverage", "tie_group", "voices"):
        assert np.isfinite(table[name].to_numpy()).all()
        assert table[name].null_count == 0
