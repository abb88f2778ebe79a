"""`make bench-search`: what search is worth, cold and warm, against plain baselines, in one run.

Five-fold by query over the labelled searches at hand. Cold is search without choices; warm has learned from the other
four folds by the same rules as a rebuild. A query is unseen where nothing that answers it was chosen in those folds;
the artifacts of one family are never chosen at all. Families are answered from their own corpora and, open, from the
whole catalogue. Of large families a sample is judged, and all is learned from. The store is made once and kept
(MATCHGRAPH_BENCH_STORE names it); it holds no searches, so that nothing is known of the fold that is held out.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

import matchgraph as mg
from matchgraph.answers.asking import encode_queries, encode_query
from matchgraph.answers.evaluate import evaluate
from matchgraph.answers.evaluation import Evaluation, Score
from matchgraph.answers.exams import FOLDS, Exam, Split, exams_of, learned_from
from matchgraph.searches.events import SearchEvent, query_key
from matchgraph.searches.hits import Labelled, read_hits, read_labelled
from matchgraph.searches.learned import Learned
from matchgraph.vectors.cache import VectorCache
from matchgraph.vectors.vectors import embed
from tests.bench.rebuild import DATA, HITS, REAL, ROOT, bar, quantiles

STORE = Path(os.environ.get("MATCHGRAPH_BENCH_STORE", ROOT / ".bench" / "store"))
NEVER_HIT = "lobe-examples"  # the family whose artifacts nobody has chosen
JOINED, OF = "metatool-joined", "metatool"  # two queries of a family in one, both wanted
MOST, CURVE, TIMED = 400, (50, 100, 250), 100
BARS = {  # nDCG@10 to reach within the own corpus, cold and warm
    "apibench-hf": (0.345, 0.40),
    "apibench-torchhub": (0.32, 0.40),
    "metatool": (0.67, 0.88),
    JOINED: (0.30, 0.65),
    "stabletoolbench": (0.80, 0.81),
    "mcpm-examples": (0.54, 0.67),
    "azure-mcp-prompts": (0.93, 0.985),
    NEVER_HIT: (0.66, None),  # warm: no more than .01 below cold
}


class Bench:
    """The opened store, the labelled queries that are judged, and the choices that are learned from."""

    def __init__(self) -> None:
        mg.rebuild(REAL, store=STORE, merge=False)
        self.graph = mg.open(STORE)
        self.catalogue, self.scorer = self.graph.snapshot.catalogue, self.graph.scorer
        self.cache = VectorCache(self.graph.store.cache, self.graph.encoder.digest)
        every = read_labelled([HITS])
        never = {gold for query in every if query.family == NEVER_HIT for gold in query.gold}
        self.family = {query.query: query.family for query in every}
        self.events = [event for event in read_hits([HITS]) if event.chosen not in never]
        exams = exams_of(Split.QUERY, every, self.events, self.taught)
        self.queries, self.exams = sampled(every, exams)
        self.asked = encode_queries([query.query for query in self.queries], self.graph.encoder, self.cache)

    def taught(self, events: Sequence[SearchEvent], quiet: bool = False) -> tuple[Learned, np.ndarray]:
        """What choices teach, with a line on what it took."""
        encode = partial(embed, encoder=self.graph.encoder, cache=self.cache, task="query")
        encode([query_key(event.query) for event in events])
        start = time.process_time()
        learned, chosen = learned_from(self.scorer, self.catalogue.place, encode, events)
        used, report = time.process_time() - start, learned.report
        if not quiet:
            print(f"  fitted on {report['hits']:,} hits in {used:.1f} CPU s: {report['fitted']}; {report['why']}")
        if len(events) == len(self.events):
            bar(f"fitting on {report['hits']:,} hits, CPU", used, 60, " s")
        return learned, chosen

    def judged(self, exams: Sequence[Exam], scope: str) -> Evaluation:
        return evaluate(self.catalogue, self.scorer, self.queries, self.asked, exams, scope, Split.QUERY)


def sampled(every: Sequence[Labelled], exams: Sequence[Exam]) -> tuple[list[Labelled], list[Exam]]:
    """Some queries of every family and fold, pairs of one family joined, and the exams of just these."""
    queries: list[Labelled] = []
    papers: list[Exam] = []
    for number, exam in enumerate(exams):
        begin, drawn = len(queries), np.random.default_rng(number).permutation(exam.judged)
        families: Counter[str] = Counter()
        for query in (every[place] for place in drawn):
            families[query.family] += 1
            if families[query.family] <= MOST // FOLDS:
                queries.append(query)
        queries += joined([query for query in queries[begin:] if query.family == OF])
        papers.append(replace(exam, judged=range(begin, len(queries))))
    return queries, papers


def joined(queries: Sequence[Labelled]) -> list[Labelled]:
    """Neighbours in the list as one query that wants what answers both."""
    pairs = zip(queries, [*queries[1:], *queries[:1]], strict=True)
    return [
        Labelled(one.query_id, f"{one.query.rstrip(' .')}. Then {two.query}", one.gold + two.gold, JOINED)
        for one, two in pairs
        if not set(one.gold) & set(two.gold)
    ]


def scores_of(evaluation: Evaluation, population: str) -> dict[str, dict[str, Score]]:
    """Of one population, the score of every family and system."""
    scores: dict[str, dict[str, Score]] = {}
    for score in evaluation:
        if score.population == population:
            scores.setdefault(score.family, {})[score.system] = score
    return scores


def between(value: float, low: float, high: float, form: str = ".3f") -> str:
    return f"{value:{form}} [{low:{form}}, {high:{form}}]"


def ndcg(score: Score) -> str:
    return between(score.ndcg_10, score.ndcg_10_low, score.ndcg_10_high)


def gain(score: Score) -> str:
    return between(score.over_cold, score.over_cold_low, score.over_cold_high, "+.3f")


def table(evaluation: Evaluation, population: str) -> None:
    print(f"\nnDCG@10 [95%], {evaluation.scope}, {population} queries")
    print(
        f"{'family':19}{'queries':>7}{'among':>7}  {'BM25':22}{'MiniLM':22}{'cold':22}{'warm':22}warm over cold [95%]"
    )
    for family, of in sorted(scores_of(evaluation, population).items()):
        warm, cold = of["matchgraph"], of["matchgraph-cold"]
        columns = "".join(f"{ndcg(each):22}" for each in (of["bm25"], of["vectors-best"], cold, warm))
        print(f"{family:19}{warm.queries:7}{warm.candidates:7}  {columns}{gain(warm)}")


def bars(evaluation: Evaluation) -> None:
    print("\nbars, within the own corpus")
    scores = scores_of(evaluation, "all")
    for family, (least_cold, least_warm) in BARS.items():
        warm, cold = scores[family]["matchgraph"], scores[family]["matchgraph-cold"]
        at_least(f"{family}, cold", cold.ndcg_10, least_cold, cold.ndcg_10_high)
        if least_warm is None:
            at_least(f"{family}, warm over cold", warm.over_cold, -0.01, warm.over_cold_high)
        else:
            at_least(f"{family}, warm", warm.ndcg_10, least_warm, warm.ndcg_10_high)
    for family, of in sorted(scores_of(evaluation, "unseen").items()):
        score = of["matchgraph"]
        at_least(f"{family}, unseen, warm over cold", score.over_cold, -0.01, score.over_cold_high)


def at_least(name: str, value: float, least: float, high: float) -> None:
    """Print whether a bar is reached; `high` is where the 95% interval of the value ends."""
    short = f"NOT MET, {least - value:.3f} short{', within the interval' if least <= high else ''}"
    print(f"  bar: {name}: {value:.3f} >= {least:g}  {'met' if value >= least else short}")


def learning_curve(bench: Bench) -> None:
    """What few choices of one family bring, judged on its first fold; `all` are those of every family together."""
    print("\nlearning curve, nDCG@10 within the own corpus: cold, then over cold [95%] by choices learned from")
    first = bench.exams[0]
    full = scores_of(bench.judged([first], "family"), "all")
    below: list[str] = []
    for family in sorted(set(full) - {NEVER_HIT, JOINED}):
        judged = [place for place in first.judged if bench.queries[place].family == family]
        rest = [
            event
            for event in bench.events
            if bench.family[event.query] == family and query_key(event.query) in first.taught
        ]
        drawn = [rest[at] for at in np.random.default_rng(0).permutation(len(rest))]
        points = {"all": full[family]["matchgraph"]}
        for size in (size for size in CURVE if size < len(drawn)):
            learned, chosen = bench.taught(drawn[:size], quiet=True)
            exam = Exam(judged, learned, chosen, frozenset())
            points[str(size)] = scores_of(bench.judged([exam], "family"), "all")[family]["matchgraph"]
        said = "   ".join(f"{size}: {gain(score)}" for size, score in sorted(points.items(), key=_size))
        print(f"  {family:19} {full[family]['matchgraph-cold'].ndcg_10:.3f}   {said}", flush=True)
        below += [f"{family} {size}" for size, score in points.items() if score.over_cold_high < 0]
    print(f"  bar: below cold by more than the noise: {', '.join(below) or 'nowhere'}  {'NOT MET' if below else 'met'}")


def _size(point: tuple[str, Score]) -> float:
    return float("inf") if point[0] == "all" else int(point[0])


def costs(bench: Bench) -> None:
    """What fitting on every choice takes, and what a query in words takes on one thread."""
    print("\ncosts in CPU time, on one thread")
    learned, _ = bench.taught(bench.events)
    graph = bench.graph
    queries = [query.query for query in bench.queries if query.family != JOINED]
    queries = queries[:: max(1, len(queries) // TIMED)]
    for name, scorer in (("cold", bench.scorer), ("warm", bench.scorer.knowing(learned))):
        graph.scorer = scorer
        for query in queries[:5]:
            graph.search(query)
        text, parts, search = np.array([_timed(graph, query) for query in queries]).T
        print(f"  {name}, {len(queries)} queries over {len(graph):,} artifacts")
        print(f"    encode the text alone            {quantiles(text)}")
        print(f"    encode it and its clauses        {quantiles(parts)}")
        print(f"    search, text in, with reasons    {quantiles(search)}")
        more = {"the text alone": np.median(search) - np.median(text), "it and its clauses": np.median(search - parts)}
        for what, seconds in more.items():
            bar(f"{name}, search above encoding {what}, p50", 1000 * float(seconds), 5, " ms")


def _timed(graph: mg.MatchGraph, query: str) -> list[float]:
    """Seconds to encode a query as one text, to encode it with its clauses, and to encode and search."""
    questions = (
        lambda: list(graph.encoder.encode([query], task="live")),
        lambda: encode_query(query, graph.encoder),
        lambda: graph.search(query),
    )
    taken = []
    for question in questions:
        start = time.process_time()
        question()
        taken.append(time.process_time() - start)
    return taken


def main() -> None:
    if not REAL.exists():
        sys.exit(f"no labelled searches at {DATA}: MATCHGRAPH_BENCH_DATA names the folder that holds them")
    begun = time.process_time()
    bench = Bench()
    own = bench.judged(bench.exams, "family")
    for evaluation in (own, bench.judged(bench.exams, "open")):
        for population in ("all", "unseen"):
            table(evaluation, population)
    bars(own)
    learning_curve(bench)
    costs(bench)
    print(f"\nall of it: {time.process_time() - begun:.0f} CPU s")


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    with threadpool_limits(1):
        main()
