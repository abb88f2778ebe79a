"""`python -m tests.bench.same_job [--write]`: fits "do they do the same job?" and says how far it can be believed.

Data is read in place (MATCHGRAPH_BENCH_DATA), and vectors are held in the cache of MATCHGRAPH_BENCH_STORE. Numbers
are for held-back artifacts: a pair is judged by weights fitted without any artifact of its task.
"""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import rankdata

from matchgraph.graph.same_job import EVIDENCE, FOR, SameJob
from tests.bench.pairs import FOLDS, Family, families
from tests.bench.rebuild import DATA, ROOT, bar

STORE = Path(os.environ.get("MATCHGRAPH_BENCH_STORE", ROOT / "store"))
MODEL = ROOT / "matchgraph" / "graph" / "same_job.toml"
FITTED = ("alternatives", "alternatives, shelf as job", "model tasks", "services", "starter jobs")
STATED = {"other_kind": -8.0}  # no estimate: a dataset does not do the job of a model, however alike they read
L2 = 1e-3
DRAWS = 200


def fit(parts: list[tuple[np.ndarray, np.ndarray]], unlike: float = 1.0) -> SameJob:
    """Logistic weights with signs held and L2 on standard units; every family counts the same.

    `unlike` is how much a pair that is not the same job counts against one that is.
    """
    evidence, same = (np.concatenate(each) for each in zip(*parts, strict=True))
    counts = [np.where(one, 1.0, unlike) for _, one in parts]
    share = np.concatenate([each / each.sum() / len(parts) for each in counts])
    spread = evidence.std(axis=0)
    spread[spread < 1e-9] = 1.0
    rows = evidence / spread

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = weights[0] + rows @ weights[1:]
        slope = share * (expit(odds) - same)
        value = share @ (np.logaddexp(0, odds) - same * odds) + L2 * (weights[1:] ** 2).sum()
        return value, np.concatenate([[slope.sum()], rows.T @ slope + 2 * L2 * weights[1:]])

    bounds = [(None, None)] + [(0, None) if name in FOR else (None, 0) for name in EVIDENCE]
    for name, weight in STATED.items():
        at = EVIDENCE.index(name)
        bounds[at + 1] = (weight * spread[at], weight * spread[at])
    found = minimize(loss, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500})
    weights = found.x[1:] / spread
    named = {name: round(float(weight), 4) for name, weight in zip(EVIDENCE, weights, strict=True)}
    return SameJob(round(float(found.x[0]), 4), named)


def held_back(every: dict[str, Family]) -> dict[str, np.ndarray]:
    """The probability of each pair by weights that saw neither the asked artifact nor any of its label."""
    made = {name: np.zeros(len(one.of)) for name, one in every.items()}
    for fold in range(FOLDS):
        parts = []
        for name in FITTED:
            one = every[name]
            seen = (one.fold[one.of] != fold) & (one.fold[one.other] != fold)
            parts.append((one.evidence[seen], one.same[seen]))
        # Of the train artifacts every true pair is here, but a fifth of the others has its end in the fold.
        model = fit(parts, unlike=FOLDS / (FOLDS - 1))
        for name, one in every.items():
            asked = one.fold[one.of] == fold
            made[name][asked] = model.probability(one.evidence[asked])
    return made


def left_out(every: dict[str, Family], name: str) -> SameJob:
    """The model that no pair of this family, nor of the other one over the same artifacts, was fitted on."""
    kept = [each for each in FITTED if each.split(",")[0] != name.split(",", maxsplit=1)[0]]
    return fit([(every[each].evidence, every[each].same) for each in kept])


def ece(said: np.ndarray, same: np.ndarray, bins: int = 10) -> float:
    """The calibration error over bins of equal mass."""
    order = np.argsort(said, kind="stable")
    return float(sum(abs(said[part].sum() - same[part].sum()) for part in np.array_split(order, bins)) / len(said))


def interval(said: np.ndarray, same: np.ndarray, of: np.ndarray) -> tuple[float, float]:
    """The middle 95% of the calibration error when artifacts are drawn anew."""
    order = np.argsort(of, kind="stable")
    rows = np.split(order, np.flatnonzero(np.diff(of[order])) + 1)
    dice, found = np.random.default_rng(0), []
    for _ in range(DRAWS):
        drawn = np.concatenate([rows[place] for place in dice.integers(0, len(rows), len(rows))])
        found.append(ece(said[drawn], same[drawn]))
    return float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975))


def log_loss(said: np.ndarray, same: np.ndarray) -> float:
    sure = np.clip(said, 1e-9, 1 - 1e-9)
    return float(-np.where(same, np.log(sure), np.log(1 - sure)).mean())


def area(said: np.ndarray, same: np.ndarray) -> float:
    true = int(same.sum())
    ranks = rankdata(said)[same].sum()
    return float((ranks - true * (true + 1) / 2) / (true * (len(same) - true)))


def line(name: str, said: np.ndarray, same: np.ndarray, of: np.ndarray) -> None:
    low, high = interval(said, same, of)
    print(
        f"  {name:34} {len(same):7,} {same.mean():6.3f} {said.mean():6.3f}   "
        f"{ece(said, same):.3f} [{low:.3f}, {high:.3f}]  {log_loss(said, same):.3f}  {area(said, same):.3f}"
    )


def pooled(every: dict[str, Family], said: dict[str, np.ndarray], near: bool) -> tuple[np.ndarray, ...]:
    rows = {name: every[name].near | (not near) for name in FITTED}
    first = dict(zip(FITTED, np.cumsum([0] + [len(every[name].ids) for name in FITTED]), strict=False))
    return (
        np.concatenate([said[name][rows[name]] for name in FITTED]),
        np.concatenate([every[name].same[rows[name]] for name in FITTED]),
        np.concatenate([every[name].of[rows[name]] + first[name] for name in FITTED]),
    )


def calibration(every: dict[str, Family], said: dict[str, np.ndarray]) -> None:
    header = f"  {'':34} {'pairs':>7} {'true':>6} {'said':>6}   {'ECE':22} log loss  AUC"
    for near, title in ((True, "the nearest 50 of each artifact"), (False, "the nearest 50 and 25 by chance")):
        print(f"{title}, held back\n{header}")
        for name, one in every.items():
            rows = one.near | (not near)
            fitted = "" if name in FITTED else " (not fitted on)"
            line(name + fitted, said[name][rows], one.same[rows], one.of[rows])
        line("pooled over the fitted", *pooled(every, said, near))
    print("families that the weights never saw, the nearest 50")
    for name in FITTED:
        one = every[name]
        line(name, left_out(every, name).probability(one.evidence)[one.near], one.same[one.near], one.of[one.near])


def chosen_by_the_answer(every: dict[str, Family], said: dict[str, np.ndarray]) -> None:
    """What no probability of a pair can be right for: as many true pairs as pairs by chance."""
    print("true pairs and as many by chance: the share of true ones is set by hand, so this is no calibration")
    for name in FITTED:
        one, dice = every[name], np.random.default_rng(0)
        true, far = np.flatnonzero(one.same), np.flatnonzero(~one.near)
        count = min(len(true), len(far))
        rows = np.concatenate([dice.choice(true, count, replace=False), dice.choice(far, count, replace=False)])
        line(name, said[name][rows], one.same[rows], one.of[rows])


def reliability(said: np.ndarray, same: np.ndarray) -> None:
    print("reliability, pooled, the nearest 50: said, true, pairs")
    for part in np.array_split(np.argsort(said, kind="stable"), 10):
        print(f"  {said[part].mean():.3f}  {same[part].mean():.3f}  {len(part):,}")


def thresholds(every: dict[str, Family], said: dict[str, np.ndarray]) -> None:
    print("called the same from: precision and recall, pooled and for alternatives (the nearest 50)")
    one = every["alternatives"]
    for bound in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        shown = []
        for chance, same in (pooled(every, said, True)[:2], (said["alternatives"][one.near], one.same[one.near])):
            called = chance >= bound
            shown.append(f"{same[called].mean() if called.any() else np.nan:.3f} {called[same].mean():.3f}")
        print(f"  {bound:.1f}  " + "   ".join(shown))


def provenance(every: dict[str, Family], said: dict[str, np.ndarray]) -> dict[str, object]:
    chance, same, _ = pooled(every, said, True)
    tables = {
        name.replace(", ", "_").replace(" ", "_"): {
            "artifacts": len(np.unique(one.of)),
            "pairs": len(one.of),
            "true": int(one.same.sum()),
            "ece_nearest_50": round(ece(said[name][one.near], one.same[one.near]), 4),
        }
        for name, one in every.items()
        if name in FITTED
    }
    about = {"on": datetime.now(UTC).date().isoformat(), "by": "python -m tests.bench.same_job --write"}
    return about | {"pairs": sum(len(every[name].of) for name in FITTED), "ece": round(ece(chance, same), 4)} | tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the fitted weights into the package")
    write = parser.parse_args().write
    if not DATA.exists():
        print("no labelled data at hand: set MATCHGRAPH_BENCH_DATA")
        return
    every = {one.name: one for one in families(DATA, ROOT / "data" / "catalogue", STORE / "cache")}
    said = held_back(every)
    calibration(every, said)
    chosen_by_the_answer(every, said)
    chance, same, _ = pooled(every, said, True)
    reliability(chance, same)
    thresholds(every, said)
    bar("calibration error, pooled, held back", ece(chance, same), 0.05)
    one = every["alternatives"]
    bar("calibration error, alternatives, held back", ece(said["alternatives"][one.near], one.same[one.near]), 0.05)
    model = fit([(every[name].evidence, every[name].same) for name in FITTED])
    model = SameJob(model.bias, model.weights, provenance(every, said))
    print(model.toml())
    if write:
        MODEL.write_text(model.toml(), encoding="utf-8")
        print(f"written to {MODEL.name}")


if __name__ == "__main__":
    main()
