"""`python -m tests.bench.ranks [STORE]`: what cheating brings, how steady ranks are, what they cost, and false leads.

Real data is read where it is at hand (as `tests.bench.rebuild` does), else the starter catalogue stands in. A STORE
that holds the vectors of that catalogue saves encoding it again; it is copied from, not written to.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from pathlib import Path

import numpy as np

from matchgraph.answers.chances import chances
from matchgraph.catalogue.read import read
from matchgraph.catalogue.records import Artifact, Fact, FactStatus
from matchgraph.searches.events import SearchEvent
from matchgraph.searches.searches import Searches
from matchgraph.vectors.encoder import SentenceEncoder
from tests.bench.rebuild import DATA, REAL, ROOT, bar
from tests.ranking import attacks
from tests.ranking.road import Built, Road

TODAY = date(2026, 11, 21)
SAMPLED, PAIRS, EVENTS = 30, 400, 2_000
WISHES = [
    f"{verb} {thing}"
    for verb in ["sort", "find", "draw", "read", "plan"]
    for thing in ["mail", "photos", "code", "maps"]
]

World = list[Artifact]
Attack = Callable[[World, str], World]


def catalogue_files() -> list[Path]:
    """The whole real catalogue, or the starter one."""
    return sorted((DATA / "catalogue").glob("*.jsonl.gz")) if REAL.exists() else [ROOT / "data" / "catalogue"]


def searched(ids: Sequence[str], events: int, seed: int = 0) -> list[SearchEvent]:
    """A log as people might leave it, by three hundred actors."""
    dice = np.random.default_rng(seed)
    liked = dice.permutation(np.array(ids))[: max(20, events // 8)]
    heavy = dice.zipf(1.3, events) % len(liked)
    return [
        SearchEvent(
            WISHES[int(dice.geometric(0.2)) % len(WISHES)], chosen=str(liked[at]), actor=str(dice.integers(300))
        )
        for at in heavy
    ]


@dataclass(frozen=True, eq=False)
class Bench:
    """A world, what it comes to, and the artifacts that cheat."""

    road: Road
    world: World
    base: Built
    targets: list[str]

    def row(self, name: str, most: float, world: World, events: Iterable[SearchEvent] = (), **more: object) -> None:
        """One line: what every target gains, into the same store and into a fresh one."""
        targets = more.pop("targets", self.targets)
        was = more.pop("was", self.base)
        fresh = self.road.walk(world, events, **more)
        held = self.road.walk(world, events, near=fresh.near, held=was.reference)
        before = was.ranks()
        gains = np.round([[built.ranks()[each] - before[each] for each in targets] for built in (held, fresh)], 1)
        cells = "   ".join(f"{gain.max():+5.1f} {gain.mean():+6.2f}" for gain in gains)
        print(f"  {name:44} {cells}   <= {most:g}  {'met' if gains.max() <= most else 'NOT MET'}", flush=True)

    def all_at_once(self, attack: Attack, targets: Sequence[str] | None = None) -> World:
        """The world in which every target does the same; among so many they do not touch each other."""
        return reduce(attack, self.targets if targets is None else targets, self.world)


def gaming(bench: Bench) -> None:
    world, near, few = bench.world, bench.base.near, bench.targets[:1]
    print(f"what cheating brings, worst and mean of {len(bench.targets)} artifacts, in points of rank")
    print(f"  {'':44} {'same store':12}   {'fresh store':12}")
    for key in attacks.COUNTERS:
        changed = bench.all_at_once(lambda world, each, key=key: attacks.inflated(world, each, key))
        bench.row(f"{key} a thousand times as high", 5.5, changed, near=near)
    logged = searched([each.artifact_id for each in world], EVENTS)
    was = bench.road.walk(world, logged, near=near)
    for asked, name in (
        (WISHES[:1], "one query"),
        ([f"{wish} {n}" for wish in WISHES for n in range(5)], "100 queries"),
    ):
        one = [replace(event, actor=each) for each in bench.targets for event in attacks.chosen_by_one(each, asked)]
        bench.row(f"100 choices by one actor, {name}", 1, world, one, near=near)
        bench.row(f"the same beside {EVENTS:,} events", 1, world, logged + one, near=near, was=was)
    for name, options in (
        ("by its maker", {"same_maker": True}),
        ("by others, linked", {"linked": True}),
        ("by others, reworded, linked", {"reworded": True, "linked": True}),
    ):
        clones = bench.all_at_once(lambda world, each, options=options: attacks.cloned(world, each, **options))
        bench.row(f"15 clones {name}", 1, clones)
    for invented in (False, True):
        stuffed = bench.all_at_once(
            lambda world, each, invented=invented: attacks.stuffed(world, each, invented=invented)
        )
        bench.row(f"10 stuffed capabilities, {'invented' if invented else 'of others'}", 1, stuffed)
    kind = str(attacks.artifact_of(world, few[0]).type)
    for owner in ("maker", "account"):
        flock = attacks.followed(world, few[0], owner, kind)
        bench.row(f"1,000 dependents of its type, owner: {owner}", 0.1, flock, targets=few)
    bench.row(
        "the same stating zeros, owner: maker",
        1,
        attacks.followed(world, few[0], "maker", kind, facts=True),
        targets=few,
    )


def monotone(bench: Bench) -> None:
    """The sampled artifacts withdraw one thing after another: each at once where pools are held, a few alone."""
    rounds: dict[int, list[Artifact]] = defaultdict(list)
    alone, ranks, raised = [], bench.base.ranks(), 0
    turns: Counter[str] = Counter()
    for target, _, world in attacks.withdrawn(bench.world, set(bench.targets)):
        turns[target] += 1
        rounds[turns[target]].append(attacks.artifact_of(world, target))
        alone += [(target, world)] if sum(turns.values()) % 20 == 1 else []
    for several in rounds.values():
        parts = {each.artifact_id: each for each in several}
        together = [parts.get(each.artifact_id, each) for each in bench.world]
        after = bench.road.walk(together, near=bench.base.near, held=bench.base.reference).ranks()
        raised += sum(after[target] > ranks[target] for target in parts)
    print(f"  withdrawn into the same store: {sum(turns.values())}, ranks that rose by it: {raised}")
    rose = sum(bench.road.walk(world, near=bench.base.near).ranks()[each] > ranks[each] for each, world in alone[:20])
    print(f"  withdrawn into fresh stores: {len(alone[:20])}, ranks that rose by it: {rose}")


def steadiness(bench: Bench) -> None:
    ids = [each.artifact_id for each in bench.world]
    near, events = bench.base.near, searched(ids, EVENTS)
    was = bench.road.walk(bench.world, events, near=near)
    chosen, ranks, moved = {event.chosen for event in events}, was.ranks(), []
    for seed in range(3):
        kept = np.random.default_rng(seed).random(len(events)) >= 0.05
        fewer = [event for event, keep in zip(events, kept, strict=True) if keep]
        after = bench.road.walk(bench.world, fewer, near=near, held=was.reference).ranks()
        moved += [abs(after[each] - ranks[each]) for each in chosen]
    again = bench.road.walk(bench.world[::-1], events[::-1], near=near)
    same = again.ranking.table.equals(was.ranking.table) and again.ranking.lines.equals(was.ranking.lines)
    print(f"steadiness over {EVENTS:,} events, {len(chosen)} artifacts chosen")
    print(f"  without 5% of the events: mean {np.mean(moved):.2f}, worst {np.max(moved):.1f} points")
    bar("mean move without 5% of the events", float(np.mean(moved)), 1.5)
    print(f"  the same input backwards gives the same ranks and lines: {same}")


def costs(bench: Bench) -> None:
    taken = []
    for _ in range(3):
        start = time.process_time()
        built = bench.road.ranked(bench.base.catalogue, bench.base.near, Searches())
        taken.append(time.process_time() - start)
    print(f"rank stage of {len(built.catalogue):,} artifacts: {min(taken):.2f} CPU s")


def false_leads(bench: Bench) -> None:
    """Pairs of equals: one statement of facts, told twice with the noise of counting; ids say nothing."""
    dice = np.random.default_rng(1)
    places = dice.choice(len(bench.world), min(PAIRS, len(bench.world) // 2), replace=False)
    models = [bench.world[place] for place in places]
    names = dice.permutation([f"equal-{number:04}" for number in range(2 * len(models))]).reshape(-1, 2)
    told: World = []
    events: list[SearchEvent] = []
    for model, pair in zip(models, names, strict=True):
        loved, wishes = dice.gamma(0.5, 40), dice.choice(WISHES, 3)
        for name in pair:
            told.append(_told_again(model, str(name), dice))
            voices = [f"{name} {turn}" for turn in range(dice.poisson(loved))]
            events += [SearchEvent(str(dice.choice(wishes)), chosen=str(name), actor=each) for each in voices]
    for title, log in (("without searches", []), (f"with {len(events):,} events", events)):
        built = bench.road.walk(told, log, held=bench.base.reference)
        leads = ahead = called = 0
        for left, right in names.tolist():
            found, rows = chances(built, left, right), [built.ranking.of(each) for each in (left, right)]
            sure = max(found.rank, 1 - found.rank) >= 0.9
            ahead += sure and abs(rows[0]["rank"] - rows[1]["rank"]) >= 3
            leads += any(max(e.chance, 1 - e.chance) >= 0.95 and abs(e.left - e.right) >= 0.05 for e in found.leads)
            called += any(lead.ahead for lead in found.leads)
        print(f"equal artifacts {title}: {len(names)} pairs")
        bar("pairs of which one ranks surely higher", 100 * ahead / len(names), 5, " %")
        print(f"  .95 likely and .05 ahead on any signal, before Holm's correction: {100 * leads / len(names):.2f} %")
        bar("pairs of which one is called ahead on any signal", 100 * called / len(names), 5, " %")


def _told_again(model: Artifact, artifact_id: str, dice: np.random.Generator) -> Artifact:
    """The same artifact under another id, each count a little otherwise, as counts are."""
    facts = {key: replace(fact, value=_counted(fact, dice)) for key, fact in model.facts.items()}
    parts = tuple(replace(each, capability_id=f"{artifact_id}#{n}") for n, each in enumerate(model.capabilities))
    return replace(model, artifact_id=artifact_id, facts=facts, capabilities=parts)


def _counted(fact: Fact, dice: np.random.Generator) -> object:
    counts = fact.number is not None and fact.status == FactStatus.OBSERVED and 0 < fact.number == int(fact.number)
    return float(max(0, round(dice.normal(fact.number, fact.number**0.5)))) if counts else fact.value


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="matchgraph-ranks-"))
    try:
        if len(sys.argv) > 1:
            shutil.copytree(Path(sys.argv[1]) / "cache", folder, dirs_exist_ok=True)
        road, world = Road(SentenceEncoder(), folder, TODAY), list(read(catalogue_files())[0])
        base = road.walk(world)
        sampled = np.random.default_rng(0).choice(len(world), SAMPLED, replace=False)
        bench = Bench(road, world, base, sorted(world[place].artifact_id for place in sampled))
        print(f"{len(world):,} artifacts, {len(base.reference.pools)} pools")
        for part in (costs, steadiness, false_leads, gaming, monotone):
            part(bench)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
