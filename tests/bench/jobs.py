"""`make bench-jobs`: is the job that is inferred for a model the one that its source states?

The labels are the tasks of the models of one public catalogue. They stand in tags alone; what is embedded is name,
type and description. A fifth of the models is asked with its labels withheld, the rest teach; five times. The curve
tells how many are right of those that are said most surely. Then each job in turn is withheld from all of its models:
whatever is then said of them is wrong. With `--search`: whether search is better for the jobs that are inferred.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

import matchgraph as mg
from matchgraph.answers.job_tags import LEAST, jobs_stated
from matchgraph.catalogue.catalogue import Catalogue, catalogue_of
from matchgraph.catalogue.jobs.vocabulary import vocabulary
from matchgraph.catalogue.read import read
from matchgraph.catalogue.rows import row_of
from matchgraph.vectors.cache import VectorCache
from matchgraph.vectors.encoder import SentenceEncoder
from matchgraph.vectors.nearest_group import groups_of
from matchgraph.vectors.texts import texts_of
from matchgraph.vectors.vectors import embed
from tests.bench.decompose import drawn
from tests.bench.rebuild import DATA, REAL, ROOT
from tests.bench.search import at_least

STORE = Path(os.environ.get("MATCHGRAPH_BENCH_STORE", ROOT / ".bench" / "jobs"))
CACHE = STORE / "cache"
FOLDS = 5
COVERAGES = (1.0, 0.9, 0.8, 0.7, 0.5, 0.3)

Said = list[tuple[str, float] | None]


def models() -> tuple[Catalogue, np.ndarray]:
    """The models with a stated job, and the grid rows of their whole texts."""
    known = {str(job) for job in vocabulary()}
    every = read(REAL)[0]
    stated = jobs_stated(every)
    types = every.texts("type")
    kept = [place for place in range(len(every)) if types[place] == "model" and known & {*stated[place]}]
    catalogue = catalogue_of(map(every.artifact, kept))
    encoder, texts = SentenceEncoder(), texts_of(catalogue)
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    wholes = texts.texts[texts.capabilities : texts.capabilities + len(catalogue)]
    return catalogue, embed(wholes, encoder, VectorCache(CACHE, encoder.digest)).grid


def fold_of(artifact_id: str) -> int:
    return hashlib.sha256(artifact_id.encode()).digest()[0] % FOLDS


def held_back(rows: np.ndarray, stated: list[tuple[str, ...]], folds: np.ndarray) -> Said:
    """What is inferred for each model by those of other folds."""
    said: Said = [None] * len(rows)
    for fold in range(FOLDS):
        asked = np.flatnonzero(folds == fold)
        groups = groups_of(rows[folds != fold], [stated[place] for place in np.flatnonzero(folds != fold)])
        for place, found in zip(asked, groups.of(rows[asked]) if groups else [], strict=True):
            said[place] = found
    return said


def curve(said: Said, stated: list[tuple[str, ...]], which: np.ndarray) -> None:
    sure = np.array([said[place][1] if said[place] else -1.0 for place in which])  # type: ignore[index] # just asked
    right = np.array([bool(said[place]) and said[place][0] in stated[place] for place in which])  # type: ignore[index]
    order = np.argsort(-sure, kind="stable")
    print(f"\n{len(which)} models of hf:, jobs withheld; right of those said most surely, down to what confidence")
    for coverage in COVERAGES:
        part = order[: round(coverage * len(order))]
        print(f"  {coverage:4.0%}  right {right[part].mean():.3f}   confidence from {max(sure[part].min(), 0):.2f}")
    spoken = sure >= LEAST
    gap = sum(abs(right[at].mean() - sure[at].mean()) * at.sum() for at in _bins(sure) if at.any()) / (sure >= 0).sum()
    print(f"  said at a confidence of {LEAST} or more: {spoken.mean():.3f}, of these right {right[spoken].mean():.3f}")
    print(f"  confidence is off by {gap:.3f} on average (ECE, ten bins)")
    part = order[: round(0.8 * len(order))]
    error = 1.96 * np.sqrt(right[part].mean() * (1 - right[part].mean()) / len(part))
    at_least("accuracy at 80% coverage", right[part].mean(), 0.8, right[part].mean() + error)


def _bins(sure: np.ndarray) -> list[np.ndarray]:
    return [(np.minimum((sure * 10).astype(int), 9) == each) & (sure >= 0) for each in range(10)]


def unknown_jobs(rows: np.ndarray, stated: list[tuple[str, ...]], most: int = 12) -> None:
    """How often something is said of models whose job nobody has stated."""
    counts = Counter(job for jobs in stated for job in jobs)
    print("\na job that is withheld from all its models: how often another is inferred for them, at what confidence")
    shares = []
    for job, count in sorted(counts.most_common(), key=lambda each: (-each[1], each[0]))[:most]:
        here = np.array([job in jobs for jobs in stated])
        groups = groups_of(rows[~here], [jobs for jobs, held in zip(stated, here, strict=True) if not held])
        said = [each for each in (groups.of(rows[here]) if groups else []) if each and each[1] >= LEAST]
        shares.append(len(said) / count)
        print(f"  {job:38} {count:4}  {shares[-1]:.2f}  {np.mean([each[1] for each in said]) if said else 0:.2f}")
    print(f"  on average {np.mean(shares):.2f}")


def search(catalogue: Catalogue, said: Said) -> None:
    """Whether inferred jobs help search: models without what states their job, with and without the inferred one."""
    STORE.mkdir(parents=True, exist_ok=True)
    queries = STORE / "queries.jsonl"
    families = ("apibench-hf", "apibench-tfhub", "apibench-torchhub")
    asked = (row for row in drawn() if row["family"] in families)
    queries.write_text("".join(json.dumps(row) + "\n" for row in asked), encoding="utf-8")
    scores = {}
    for name in ("none", "inferred"):
        rows = []
        for artifact, found in zip(catalogue, said, strict=True):
            sure = name == "inferred" and found is not None and found[1] >= LEAST
            told = [each for each in artifact.capabilities if each.description in artifact.description]
            rows.append(row_of(replace(artifact, tags=(), capabilities=tuple(told), job=(found[0],) if sure else ())))
        file = STORE / f"{name}.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        mg.rebuild(file, store=STORE / name)
        with mg.open(STORE / name) as graph:
            found_by = graph.evaluate(queries, scope="family")
        scores[name] = {each.family: each for each in found_by if each.system == "matchgraph-cold"}
    print("\nnDCG@10 of search over models whose sources state no job, without and with the inferred one as their job")
    for family, before in sorted(scores["none"].items()):
        after = scores["inferred"][family]
        interval = f"[{after.ndcg_10_low:.3f}, {after.ndcg_10_high:.3f}]"
        print(f"  {family:18}{before.queries:6} {before.ndcg_10:.3f} -> {after.ndcg_10:.3f} {interval}")


def main() -> None:
    if not REAL.exists():
        sys.exit(f"no catalogue at {DATA}: MATCHGRAPH_BENCH_DATA names the folder that holds it")
    catalogue, rows = models()
    stated = jobs_stated(catalogue)
    folds = np.array([fold_of(artifact_id) for artifact_id in catalogue.ids])
    print(f"{len(vocabulary())} jobs; {len({*sum(stated, ())})} of them are stated of {len(catalogue):,} models")
    hf = np.array([place for place, artifact_id in enumerate(catalogue.ids) if artifact_id.startswith("hf:")])
    said = held_back(rows, stated, folds)
    curve(said, stated, hf)
    unknown_jobs(rows, stated)
    if "--search" in sys.argv:
        search(catalogue, said)


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    with threadpool_limits(1):
        main()
