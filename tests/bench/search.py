"""`make bench-search`: what learning from choices is worth, five-fold by query over the labelled searches at hand.

Cold is search without choices; warm has learned from the other four folds, by the same rules as a rebuild. A query is
unseen where nothing that answers it was chosen in those folds. The store is made once and kept
(MATCHGRAPH_BENCH_STORE names it); it holds no searches, so that nothing is known of the fold that is held out.
"""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

import matchgraph as mg
from matchgraph.answers.asking import encode_queries
from matchgraph.answers.learning import learn
from matchgraph.answers.scoring import Scorer
from matchgraph.searches.events import query_key
from matchgraph.searches.hits import Labelled, read_labelled
from matchgraph.searches.memory import hits_of
from matchgraph.searches.searches import Searches
from matchgraph.vectors.cache import VectorCache
from tests.bench.rebuild import DATA, HITS, REAL, ROOT

STORE = Path(os.environ.get("MATCHGRAPH_BENCH_STORE", ROOT / ".bench" / "store"))
FOLDS, MOST, CURVE = 5, 400, (0, 50, 100, 250)
NEVER_HIT = {"lobe-examples"}  # a family whose artifacts nobody has chosen


class Bench:
    """The opened store, its labelled queries and their vectors."""

    def __init__(self) -> None:
        catalogues = [REAL, DATA / "catalogue" / "ccbysa.jsonl.gz"]
        mg.rebuild([path for path in catalogues if path.exists()], store=STORE)
        graph = mg.open(STORE)
        self.catalogue, self.cold = graph.snapshot.catalogue, graph.scorer
        every = read_labelled([HITS])
        self.queries = [each for each in every if any(answer in self.catalogue.place for answer in each.gold)]
        cache = VectorCache(graph.store.cache, graph.encoder.digest)
        self.asked = encode_queries([each.query for each in self.queries], graph.encoder, cache)
        self.fold = np.random.default_rng(11).permutation(len(self.queries)) % FOLDS

    def taught(self, rows: list[int]) -> tuple[Scorer, np.ndarray]:
        """A scorer that has learned from some queries, and each artifact's weight of choices."""
        row = {query_key(self.queries[at].query): at for at in rows if self.queries[at].family not in NEVER_HIT}
        chosen = {(query, gold): 1 for query, at in row.items() for gold in self.queries[at].gold}
        asked = sorted(row)
        searches = Searches(chosen, dict.fromkeys(chosen, 1.0), len(chosen))
        grid = np.stack([self.asked[row[query]][0] for query in asked]) if asked else self.asked[0][:0]
        hits, texts = hits_of(searches, asked, grid, self.catalogue.place)
        start = time.process_time()
        learned = learn(self.cold, hits, texts)
        used = time.process_time() - start
        print(f"  {learned.report['hits']:,} hits, {used:.1f} CPU s: {learned.report['fitted']}", file=sys.stderr)
        return Scorer(self.cold.texts, self.cold.index.rows, self.cold.words, learned), hits.held

    def ndcg(self, scorer: Scorer, at: int, among: np.ndarray | None) -> float:
        """The nDCG@10 of one query."""
        right = {self.catalogue.place[gold] for gold in self.queries[at].gold if gold in self.catalogue.place}
        found = scorer.score(self.queries[at].query, self.asked[at], 10, among).places
        gained = sum(1 / np.log2(place + 2) for place, artifact in enumerate(found) if int(artifact) in right)
        return float(gained / sum(1 / np.log2(place + 2) for place in range(min(10, len(right)))))


def kin(catalogue, queries: list[Labelled]) -> np.ndarray:
    """The artifacts whose ids start as those of the right answers do."""
    starts = {gold.split(":")[0] for query in queries for gold in query.gold}
    return np.array([artifact_id.split(":")[0] in starts for artifact_id in catalogue.ids])


def by_family(bench: Bench) -> None:
    values: dict[tuple[str, str], list[tuple[float, float, bool]]] = defaultdict(list)
    families = sorted({query.family for query in bench.queries})
    among = {each: kin(bench.catalogue, [q for q in bench.queries if q.family == each]) for each in families}
    for fold in range(FOLDS):
        warm, held = bench.taught(np.flatnonzero(bench.fold != fold).tolist())
        for family in families:
            rows = [at for at in np.flatnonzero(bench.fold == fold) if bench.queries[at].family == family]
            for at in map(int, rows[: MOST // FOLDS]):
                golds = [bench.catalogue.place.get(gold, -1) for gold in bench.queries[at].gold]
                unseen = not any(held[gold] for gold in golds if gold >= 0)
                for scope, mask in (("family", among[family]), ("open", None)):
                    both = (bench.ndcg(scorer, at, mask) for scorer in (bench.cold, warm))
                    values[family, scope].append((*both, unseen))
    print(f"{'family':20}{'scope':8}{'queries':>8}{'unseen':>8}  nDCG@10 cold  warm   unseen cold  warm")
    for (family, scope), scored in values.items():
        cold, warm, unseen = (np.array(column) for column in zip(*scored, strict=True))
        rest = f"{cold[unseen].mean():11.3f} {warm[unseen].mean():6.3f}" if unseen.any() else ""
        print(f"{family:20}{scope:8}{len(cold):8}{unseen.sum():8}{cold.mean():14.3f} {warm.mean():6.3f}  {rest}")


def learning_curve(bench: Bench) -> None:
    """What few choices bring: learned from some queries of one family, judged on the first fold of it."""
    print("learning curve, nDCG@10 within the family, by number of queries learned from")
    for family in sorted({query.family for query in bench.queries} - NEVER_HIT):
        mine = [at for at, query in enumerate(bench.queries) if query.family == family]
        among = kin(bench.catalogue, [bench.queries[at] for at in mine])
        rest = [at for at in mine if bench.fold[at] != 0]
        judged = [at for at in mine if bench.fold[at] == 0][: MOST // FOLDS]
        points = []
        for size in (*(size for size in CURVE if size < len(rest)), len(rest)):
            scorer, _ = bench.taught(rest[:size])
            points.append(f"{size} {np.mean([bench.ndcg(scorer, at, among) for at in judged]):.3f}")
        print(f"  {family:20} {'   '.join(points)}")


if __name__ == "__main__":
    if not REAL.exists():
        sys.exit(f"no labelled searches at {DATA}: MATCHGRAPH_BENCH_DATA names the folder that holds them")
    opened = Bench()
    by_family(opened)
    learning_curve(opened)
