"""`make bench-once`: the same thing in two catalogues, found with its ids hidden.

The truth is the ids that stand in both files: whoever prepared them gave a thing one id by its repository, or by its
name where no repository was stated. So some are wrong, and three of those that are missed are two things of one name.
Asked twice: of those rows alone, and of all rows of both files, where more that is the same is found than has one id.
Two are never to be merged whose repositories differ; that is counted here from the rows, not by the room's own code.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

from matchgraph.catalogue.once.judge import Answer
from matchgraph.catalogue.once.once import Once, one_each
from matchgraph.catalogue.read import read
from matchgraph.catalogue.records import Artifact
from tests.bench.rebuild import DATA, REAL, bar
from tests.bench.search import at_least
from tests.bench.variants import OTHER, measure_variants

SHOWN = 8  # pairs of each answer, drawn to be read by eye

_NAMED = re.compile(r"(?:github|gitlab|codeberg)\S+|(?<=page )\S+|(?<=say ).*|(?<=part ).*|\S+(?= is the page)")

Pairs = set[tuple[str, str]]


def hidden(artifacts: Iterable[Artifact], mark: str) -> list[Artifact]:
    """The artifacts under ids that tell nothing but the file; capabilities and links play no part."""
    return [replace(each, artifact_id=f"{mark} {each.artifact_id}") for each in artifacts]


def repository_of(artifact: Artifact) -> str | None:
    fact = artifact.facts.get("github")
    found = re.search(r"github\.com/([^/]+/[^/#?]+)", artifact.url or "", re.IGNORECASE)
    stated = str(fact.value) if fact else found[1] if found else None
    return stated.lower().removesuffix(".git") if stated else None


def measured(name: str, artifacts: list[Artifact], gold: Pairs, *, judged: bool) -> Once:
    """What is merged among the artifacts; `judged` where all that is the same is known."""
    begun = time.process_time()
    once = one_each(artifacts)
    taken = time.process_time() - begun
    dice = random.Random(0)
    assert once == one_each(dice.sample(artifacts, len(artifacts))), "the order of rows decides"
    merged = {pair for group in once.groups for pair in combinations(group, 2)}
    by_id = {each.artifact_id: repository_of(each) for each in artifacts}
    differ = sum(bool(by_id[a] and by_id[b] and by_id[a] != by_id[b]) for a, b in merged)
    answers = Counter(str(pair.finding.answer) for pair in once.pairs)
    print(f"\n{name}: {len(artifacts):,} rows, {taken:.2f} s of CPU; {dict(answers)}")
    print(
        f"  merged {len(merged):,} pairs in {len(once.groups):,} groups; {len(merged & gold)} of {len(gold)} are known"
    )
    if judged:
        at_least("pairwise precision", len(merged & gold) / len(merged), 0.99, 0)
    at_least("recall", len(merged & gold) / len(gold), 0.95, 0)
    bar("merged though their repositories differ", differ, 0)
    return once


def by_reason(once: Once, gold: Pairs) -> None:
    """How often each kind of reason is right where that is known."""
    print("\nthe surest reason of each pair: how many, and how many of those are known to be right")
    kinds: dict[tuple[float, str], list[bool]] = {}
    for pair in once.pairs:
        if pair.finding.answer is Answer.SAME:
            kind = _NAMED.sub("...", pair.finding.reason)
            kinds.setdefault((pair.finding.confidence, kind), []).append((pair.left, pair.right) in gold)
    for (confidence, kind), right in sorted(kinds.items(), key=lambda each: -len(each[1])):
        print(f"  {confidence:.2f} {len(right):5} {sum(right):5}  {kind}")


def shown(once: Once, gold: Pairs) -> None:
    """A few pairs of each answer that the ids say nothing of, to be read by eye."""
    dice = random.Random(7)
    for answer in Answer:
        pairs = [each for each in once.pairs if each.finding.answer is answer and (each.left, each.right) not in gold]
        print(f"\n{answer}, and under two ids: {len(pairs)}")
        print(*(f"  {pair}" for pair in dice.sample(pairs, min(SHOWN, len(pairs)))), sep="\n")


def main() -> None:
    if not (REAL.exists() and OTHER.exists()):
        sys.exit(f"no catalogues at {DATA}: MATCHGRAPH_BENCH_DATA names the folder that holds them")
    one, other = (list(read(path, merge=False)[0]) for path in (REAL, OTHER))
    both = {each.artifact_id for each in one} & {each.artifact_id for each in other}
    gold = {(f"a {each}", f"b {each}") for each in both}
    rows = hidden(one, "a") + hidden(other, "b")
    measured("the ids in both files", [each for each in rows if each.artifact_id[2:] in both], gold, judged=True)
    once = measured("all rows of both files", rows, gold, judged=False)
    by_reason(once, gold)
    shown(once, gold)
    measure_variants(read([REAL, OTHER])[0])


if __name__ == "__main__":
    main()
