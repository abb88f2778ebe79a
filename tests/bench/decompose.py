"""`make bench-decompose`: what taking texts apart is worth, against splitting them into sentences, in one run.

Coverage: of servers that list their tools the tools are hidden and the description is taken apart; a tool is covered
where some capability means the same with a chance of at least one half. Noise: of a sample of the lines that either
way gives, labelled by hand, the share that states no ability. Search: the families of labelled queries, answered from
two catalogues that differ in nothing but how descriptions became capabilities, the second one also without the lines
that state no ability (remarks). Speed: pages of text a second.

The labels stand in `decompose_labels.txt` by the hash of their line, so that no text of others is kept here. A line is
an ability where, read by itself by somebody who knows what the thing is called, it says what can be done and to what.
It is none where it says what the thing is ("a server for X"), a fact, a licence, a step of an installation, praise,
that it "integrates" or "interacts" with something and no more, or where its object was lost.
`python -m tests.bench.decompose --unlabelled` prints the lines of the sample that have no label, with their hashes.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

import matchgraph as mg
from matchgraph.catalogue.claims import sentences_of
from matchgraph.catalogue.read import read
from matchgraph.catalogue.records import Artifact
from matchgraph.catalogue.rows import row_of
from matchgraph.searches.hits import read_labelled
from matchgraph.vectors.cache import VectorCache
from matchgraph.vectors.encoder import SentenceEncoder
from matchgraph.vectors.grid import LENGTH
from matchgraph.vectors.texts import capability_text
from matchgraph.vectors.vectors import embed
from tests.bench.rebuild import DATA, HITS, REAL, ROOT, bar
from tests.bench.search import at_least

STORE = Path(os.environ.get("MATCHGRAPH_BENCH_STORE", ROOT / ".bench" / "decompose"))
LABELS = Path(__file__).with_name("decompose_labels.txt")
SAMPLE = 200  # lines of each way
MOST = 400  # queries of a family
# The chance that two capabilities are the same at a cosine of this model, at the middles of bins of labelled pairs.
COSINES, CHANCES = (0.35, 0.45, 0.55, 0.65, 0.75, 0.85), (0.04, 0.09, 0.19, 0.41, 0.64, 0.89)
SAME = float(np.interp(0.5, CHANCES, COSINES))
FAMILIES = ("mcp", "plugin", "hf", "tfhub", "torchhub", "agent", "rapidapi")  # that labelled queries ask for

Way = Callable[[str], list[dict[str, Any]]]  # a description -> rows of capabilities


def by_sentence(text: str) -> list[dict[str, Any]]:
    return [{"name": " ".join(said.split()[:6]), "description": said} for said in sentences_of(text)]


def apart(text: str) -> list[dict[str, Any]]:
    return mg.decompose(text).to_rows()


WAYS: dict[str, Way] = {"sentences": by_sentence, "decomposed": apart}


def texts_of(rows: Iterable[dict[str, Any]]) -> list[str]:
    return [capability_text(row["name"], row["description"]) for row in rows]


def tools_of(server: Artifact) -> list[str]:
    """Its tools, without what is a part of its description."""
    listed = [each for each in server.capabilities if each.description not in server.description]
    return texts_of({"name": each.name, "description": each.description} for each in listed)


def coverage(servers: list[Artifact], cache: Path) -> None:
    encoder = SentenceEncoder()
    held = VectorCache(cache, encoder.digest)

    def rows(texts: list[str]) -> np.ndarray:
        return embed(texts, encoder, held).grid.astype(np.float32) / LENGTH

    tools = [tools_of(server) for server in servers]
    kept = [place for place, listed in enumerate(tools) if listed]
    true = [rows(tools[place]) for place in kept]
    print(f"\ncoverage of {sum(map(len, true)):,} tools of {len(kept):,} servers; the same from cosine {SAME:.3f}")
    titles = f"{'a server':>10}{'mean best':>11}{'of tools':>10}{'of servers':>12}{'at .60':>9}{'at .72':>9}"
    print(f"  {'':12}{'lines':>8}{titles}")
    found: dict[str, float] = {}
    for name, way in WAYS.items():
        told = [texts_of(way(servers[place].description)) for place in kept]
        best = [_best(one, rows(lines)) if lines else np.zeros(len(one)) for one, lines in zip(true, told, strict=True)]
        every = np.concatenate(best)
        found[name] = float((every >= SAME).mean())
        lines = sum(map(len, told))
        by_server = np.mean([(one >= SAME).mean() for one in best])
        print(
            f"  {name:12}{lines:8,}{lines / len(kept):10.2f}{every.mean():11.3f}{found[name]:10.3f}{by_server:12.3f}"
            f"{(every >= 0.6).mean():9.3f}{(every >= 0.72).mean():9.3f}"
        )
    ratio = found["decomposed"] / found["sentences"]
    at_least("coverage of tools over that of sentences", ratio, 1.15, ratio)


def _best(tools: np.ndarray, lines: np.ndarray) -> np.ndarray:
    return np.asarray((tools @ lines.T).max(axis=1))


def key_of(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def samples(servers: list[Artifact]) -> dict[str, list[tuple[str, str]]]:
    """Of each way the lines that come first by their hash, with it."""
    found = {}
    for name, way in WAYS.items():
        lines = {text for server in servers for text in texts_of(way(server.description))}
        found[name] = sorted((key_of(text), text) for text in lines)[:SAMPLE]
    return found


def labels() -> dict[str, bool]:
    lines = (line.split() for line in LABELS.read_text(encoding="utf-8").splitlines())
    return {line[0]: line[1] == "ability" for line in lines if len(line) == 2}


def noise(servers: list[Artifact]) -> None:
    known, shares = labels(), {}
    print(f"\nlines that state no ability, of {SAMPLE} drawn by their hash and labelled by hand")
    for name, sample in samples(servers).items():
        judged = [known[key] for key, _ in sample if key in known]
        shares[name] = 1 - float(np.mean(judged)) if judged else float("nan")
        print(f"  {name:12} {shares[name]:.3f} of {len(judged)} labelled")
    bar("noise over that of sentences", shares["decomposed"] / shares["sentences"], 0.5)


def search(artifacts: list[Artifact]) -> None:
    """Two catalogues with the same descriptions, and what their capabilities are worth to labelled queries."""
    STORE.mkdir(parents=True, exist_ok=True)
    queries = STORE / "queries.jsonl"
    queries.write_text("".join(json.dumps(row) + "\n" for row in drawn()), encoding="utf-8")
    chosen = [each for each in artifacts if each.artifact_id.split(":")[0] in FAMILIES and each.description]
    scores = {}
    for name, way in WAYS.items():
        file, store = STORE / f"{name}.jsonl", STORE / name
        remarks = {each.artifact_id: mg.decompose(each.description).remarks() for each in chosen if way is apart}
        rows = (
            row_of(each) | {"capabilities": way(each.description), "remarks": remarks.get(each.artifact_id)}
            for each in chosen
        )
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        mg.rebuild(file, store=store)
        for system, without in {name: "remarks", "with remarks": ""}.items():
            found = mg.open(store).evaluate(queries, scope="family", without=without)
            scores[system] = {each.family: each for each in found if each.system == "matchgraph-cold"}
    print(f"\nnDCG@10 of search over {len(chosen):,} artifacts, tools and endpoints hidden, within the own corpus")
    print(f"  {'family':22}{'queries':>8}{'sentences':>12}{'decomposed':>12}{'with remarks':>14}   [95%]")
    for family, after in sorted(scores["with remarks"].items()):
        before, bare = scores["sentences"][family], scores["decomposed"][family]
        print(
            f"  {family:22}{after.queries:8}{before.ndcg_10:12.3f}{bare.ndcg_10:12.3f}{after.ndcg_10:14.3f}   "
            f"[{after.ndcg_10_low:.3f}, {after.ndcg_10_high:.3f}]"
        )
        at_least(f"{family}, not below sentences", after.ndcg_10, round(before.ndcg_10, 3), after.ndcg_10_high)


def drawn() -> list[dict[str, Any]]:
    families = defaultdict(list)
    for query in sorted(read_labelled([HITS]), key=lambda each: key_of(each.query_id)):
        if len(families[query.family]) < MOST:
            families[query.family].append(query)
    return [
        {"query_id": each.query_id, "query": each.query, "gold": list(each.gold), "family": each.family}
        for family in families.values()
        for each in family
    ]


def speed(artifacts: list[Artifact]) -> None:
    texts = [each.description for each in artifacts[:2000]]
    begun = time.process_time()
    for text in texts:
        mg.decompose(text)
    taken = time.process_time() - begun
    print(f"\n{len(texts) / taken:,.0f} descriptions a second, {sum(map(len, texts)) / taken / 1e6:.2f} MB a second")


def main() -> None:
    if not REAL.exists():
        sys.exit(f"no catalogue at {DATA}: MATCHGRAPH_BENCH_DATA names the folder that holds it")
    artifacts = list(read(REAL)[0])
    servers = [each for each in artifacts if each.artifact_id.startswith("mcp:") and "n_tools" in each.facts]
    if "--unlabelled" in sys.argv:
        known = labels()
        for name, sample in samples(servers).items():
            print(*(f"{name} {key} {text}" for key, text in sample if key not in known), sep="\n")
        return
    coverage(servers, STORE / "cache")
    noise(servers)
    speed(artifacts)
    if "--quick" not in sys.argv:
        search(artifacts)


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    with threadpool_limits(1):
        main()
