"""Part of `make bench-once`: are versions and sizes of one family linked as such, and is nothing else?

Suspects are found by a rule of this file alone, and a broad one: one owner, and one name once every number, single
letter and word of size or stage is dropped. Of each of so many suspected families, and of each of so many families that
are linked, one pair is drawn by its hash; it was labelled by hand, by the rules at the head of `variant_labels.txt`.
Recall is the share of the true pairs among the suspects that are linked, so a family that even the broad rule does not
suspect is not counted. Precision is the share of true pairs among the linked ones. The rule of the catalogue was mended
by the misses among the first of the suspects; the others, labelled before that and not looked at for it, are told
apart. No source of these states what a model is derived from; one states families, but cuts them otherwise (by tier,
or with everything of one maker in one), so that of its pairs only the count is told.
`python -m tests.bench.variants --unlabelled` prints the pairs of the samples that have no label.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Hashable, Iterable
from itertools import combinations
from pathlib import Path

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.once.variants import variants
from matchgraph.catalogue.quantities import listed
from matchgraph.catalogue.read import read
from matchgraph.catalogue.records import Artifact
from matchgraph.vectors.recall import at_least
from tests.bench.decompose import key_of
from tests.bench.rebuild import DATA, REAL

OTHER = DATA / "catalogue" / "ccbysa.jsonl.gz"
LABELS = Path(__file__).with_name("variant_labels.txt")
SUSPECTED, LINKED = 180, 100  # families of which a pair is drawn
SEEN = 100  # of the suspected ones, whose misses the rule was mended by

_DROPPED = listed(
    "nano pico micro mini tiny small medium base large big huge giant xs xl xxl xsmall xlarge xxlarge lite light slim "
    "compact full heavy turbo fast flash pro plus max ultra latest preview beta alpha new next old legacy version"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)*(?:[bmk]|bit|x)?(?![a-z])")
_GITHUB = re.compile(r"https?://(?:www\.)?github\.com/([^/]+)")
_FAMILY = re.compile(r" by (\S+) \((?!no family)([^)]+)\)")  # as one source words it

Pair = tuple[str, str]


def owner_of(artifact: Artifact) -> str:
    """Who owns the id, else the repository; where neither says, the shelf that it stands on."""
    shelf, _, rest = artifact.artifact_id.partition(":")
    rest = rest.removeprefix("https://tfhub.dev/")
    if shelf in ("hf", "llm", "tfhub", "torchhub") and "/" in rest:
        return rest.split("/")[0].lower()
    repository = _GITHUB.match(artifact.url or "")
    return repository[1].lower() if repository else shelf


def stem_of(name: str) -> tuple[str, ...]:
    """The words of a name that neither count nor measure."""
    plain = re.sub(r"\s*\([^)]*\)$", "", name).lower()
    plain = plain.split("/", 1)[1] if re.fullmatch(r"[\w.-]+/\S+", plain) else plain
    words = re.findall(r"[a-z]+", _NUMBER.sub(" ", plain))
    return tuple(word for word in words if word not in _DROPPED and len(word) > 1)


def suspected(artifacts: Iterable[Artifact]) -> list[list[str]]:
    families: dict[Hashable, list[str]] = defaultdict(list)
    for each in artifacts:
        if stem := stem_of(each.name):
            families[owner_of(each), each.type, stem].append(each.artifact_id)
    return [family for family in families.values() if len(family) > 1]


def linked(catalogue: Catalogue) -> list[list[str]]:
    families: dict[str, list[str]] = defaultdict(list)
    for each in variants(catalogue):
        families[each.of].append(each.artifact_id)
    return [[head, *members] for head, members in families.items()]


def drawn(families: Iterable[list[str]], most: int) -> list[Pair]:
    """One pair of each family, those that come first by their hash."""
    pairs = (min(combinations(sorted(family), 2), key=lambda pair: key_of(*pair)) for family in families)
    return sorted(pairs, key=lambda pair: key_of(*pair))[:most]


def labels() -> dict[Pair, bool]:
    lines = (line.split("\t") for line in LABELS.read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    return {(one, other): label == "variant" for one, other, label in lines}


def share(right: list[bool]) -> str:
    """A share with its interval (Wilson, 95%)."""
    if not right:
        return "of none"
    of, count = sum(right) / len(right), len(right)
    low, high = at_least(of, count), 1 - at_least(1 - of, count)
    return f"{of:.3f} [{low:.3f}, {high:.3f}] of {count}"


def measure_variants(catalogue: Catalogue) -> None:
    artifacts = {each.artifact_id: each for each in catalogue}
    families, known = linked(catalogue), labels()
    family_of = {each: family[0] for family in families for each in family}

    def are_linked(one: str, other: str) -> bool:
        return one in family_of and family_of[one] == family_of.get(other)

    suspects, found = drawn(suspected(artifacts.values()), SUSPECTED), drawn(families, LINKED)
    print(f"\nversions and sizes: {len(families)} families of {len(family_of)} artifacts are linked")
    for name, part in {"seen": suspects[:SEEN], "held back": suspects[SEEN:], "both": suspects}.items():
        true = [pair for pair in part if known.get(pair)]
        print(f"  recall, {name:10} {share([are_linked(*pair) for pair in true])}")
    print(f"  precision          {share([known[pair] for pair in found if pair in known])}")
    lacking = sum(pair not in known for pair in {*suspects, *found})
    print(f"  {lacking} pairs of the samples have no label" if lacking else "  every pair of the samples is labelled")
    stated = declared(artifacts.values())
    both = sum(are_linked(*pair) for pair in stated)
    print(f"  of {len(stated)} pairs of one family as its source states it {both} are linked")


def declared(artifacts: Iterable[Artifact]) -> list[Pair]:
    """The pairs of one maker that stand in one family as their source words it."""
    families: dict[Hashable, list[str]] = defaultdict(list)
    for each in artifacts:
        if each.artifact_id.startswith("llm:") and (told := _FAMILY.search(each.description)):
            families[told.groups()].append(each.artifact_id)
    return [pair for family in families.values() for pair in combinations(sorted(family), 2)]


def main() -> None:
    if not (REAL.exists() and OTHER.exists()):
        sys.exit(f"no catalogues at {DATA}: MATCHGRAPH_BENCH_DATA names the folder that holds them")
    catalogue = read([REAL, OTHER])[0]
    if "--unlabelled" in sys.argv:
        pairs = {*drawn(suspected(catalogue), SUSPECTED), *drawn(linked(catalogue), LINKED)}
        print(*("\t".join(pair) for pair in sorted(pairs) if pair not in labels()), sep="\n")
        return
    measure_variants(catalogue)


if __name__ == "__main__":
    main()
