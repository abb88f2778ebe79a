"""A linear map for queries, fitted so that what was chosen comes before what was not: two ways to fit it.

In closed form, for few hits: the ridge regression of what was chosen (its whole text, and the ability that suits the
query best) on the queries, shrunk towards leaving queries as they are.

By contrast, for many: a query q becomes q + qM at unit length, M starting at zero. The loss is the cross-entropy of
the chosen artifact among all that have hits, at a temperature, over the same score that ranks: whole text, best
capability and words. Artifacts without hits are no negatives, and a hit of an often chosen artifact weighs less, so
what was never chosen is not pushed away (InfoNCE; van den Oord et al., 2018, over the max of several vectors an item).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from matchgraph.searches.learned import UNIT

_TEMPERATURE, _RATE, _SHRINK = 0.05, 2e-3, 1e-3
_BATCH, _EPOCHS, _FEWEST_STEPS = 512, 4, 60
BALANCE = 0.5  # the power of an artifact's weight of hits that its pairs are divided by
_FELT = 1e-4  # share of probability below which an artifact pulls on nothing
_BETA, _BETA_SQUARE, _TINY = 0.9, 0.999, 1e-8


@dataclass(frozen=True, eq=False, slots=True)
class Lesson:
    """What an adapter is fitted on. Artifacts are those with hits alone."""

    queries: np.ndarray  # float32, (queries, dim), unit rows
    hits: sp.csr_matrix  # float64, (queries, artifacts)
    words: np.ndarray  # float32, (queries, artifacts): what the score adds for words in common
    wholes: np.ndarray  # float32, (artifacts, dim), unit rows
    abilities: np.ndarray  # float32, (capabilities and jobs, dim), unit rows, grouped by artifact
    begins: np.ndarray  # int64, (artifacts + 1,): where each artifact's abilities begin
    shares: tuple[float, float]  # of the whole text and of the best ability in the score


def closed_form(lesson: Lesson, shrink: float) -> np.ndarray:
    """The adapter that a ridge regression gives, int32 in millionths; `shrink` is the weight of so many hits."""
    pairs, pull = _pairs(lesson)
    queries = lesson.queries[pairs.row].astype(np.float64)
    whole, ability = lesson.shares
    target = whole * lesson.wholes[pairs.col] + ability * lesson.abilities[_best_ability(lesson, pairs)]
    with threadpool_limits(1, user_api="blas"):
        weighed = (queries * pull[:, None]).T
        stay = shrink * np.eye(queries.shape[1])
        return _in_units(np.linalg.solve(weighed @ queries + stay, weighed @ target + stay))


def by_contrast(lesson: Lesson) -> np.ndarray:
    """The adapter of least cross-entropy, int32 in millionths; the same lesson gives the same, in one order."""
    dim = lesson.queries.shape[1]
    moved: np.ndarray = np.zeros((dim, dim), np.float32)
    mean: np.ndarray = np.zeros_like(moved)
    square: np.ndarray = np.zeros_like(moved)
    pairs, pull = _pairs(lesson)
    size = min(_BATCH, len(pull))
    steps = max(_FEWEST_STEPS, _EPOCHS * len(pull) // size)
    dice = np.random.default_rng(0)
    order = np.concatenate([dice.permutation(len(pull)) for _ in range(steps * size // len(pull) + 1)])
    with threadpool_limits(1, user_api="blas"):
        for step in range(steps):
            batch = order[step * size : (step + 1) * size]
            slope = _slope(lesson, moved, pairs.row[batch], pairs.col[batch], pull[batch] / len(batch))
            slope += 2 * _SHRINK * moved
            mean = _BETA * mean + (1 - _BETA) * slope
            square = _BETA_SQUARE * square + (1 - _BETA_SQUARE) * slope**2
            rate = _RATE * (1 - step / steps) / (1 - _BETA ** (step + 1))
            moved -= rate * mean / (np.sqrt(square / (1 - _BETA_SQUARE ** (step + 1))) + _TINY)
    return _in_units(np.eye(dim) + moved)


def _in_units(adapter: np.ndarray) -> np.ndarray:
    return np.asarray(np.rint(adapter / UNIT), np.int32)


def _pairs(lesson: Lesson) -> tuple[sp.coo_matrix, np.ndarray]:
    """Each query with each artifact that was chosen for it, and how much the pair weighs, 1 in the mean."""
    pairs = sp.coo_matrix(lesson.hits)
    pull = pairs.data / np.asarray(lesson.hits.sum(axis=0)).ravel()[pairs.col] ** BALANCE
    return pairs, pull / pull.mean()


def _best_ability(lesson: Lesson, pairs: sp.coo_matrix) -> np.ndarray:
    """For each pair, the row of the chosen artifact's ability that suits the query best, the first of equals."""
    sizes = np.diff(lesson.begins)[pairs.col]
    starts = np.cumsum(sizes) - sizes
    rows = np.arange(sizes.sum()) + np.repeat(lesson.begins[pairs.col] - starts, sizes)
    cosines = np.einsum("ij,ij->i", lesson.abilities[rows], lesson.queries[np.repeat(pairs.row, sizes)])
    suits = cosines == np.repeat(np.maximum.reduceat(cosines, starts), sizes)
    return np.asarray(np.minimum.reduceat(np.where(suits, rows, len(lesson.abilities)), starts))


def _slope(lesson: Lesson, moved: np.ndarray, asked: np.ndarray, chosen: np.ndarray, pull: np.ndarray) -> np.ndarray:
    """The gradient of the loss in M, over one batch of pairs."""
    at = np.arange(len(asked))
    plain = lesson.queries[asked]
    turned = plain + plain @ moved
    length = np.linalg.norm(turned, axis=1, keepdims=True)
    unit = turned / length
    cosines = lesson.abilities @ unit.T  # (abilities, batch): a maximum over rows is quick
    best = np.maximum.reduceat(cosines, lesson.begins[:-1], axis=0)
    whole, ability = lesson.shares
    score = (whole * (lesson.wholes @ unit.T) + ability * best + lesson.words[asked].T) / _TEMPERATURE
    others = lesson.hits[asked].toarray().T > 0
    others[chosen, at] = False  # what else was chosen for the query is no negative
    score[others] = -np.inf
    force = np.exp(score - score.max(axis=0))
    force /= force.sum(axis=0)
    force[force < _FELT] = 0.0
    force[chosen, at] -= 1.0
    force *= (pull / _TEMPERATURE).astype(np.float32)
    slope = whole * (force.T @ lesson.wholes) + ability * _through_best(lesson, force, cosines, best)
    slope -= unit * np.einsum("ij,ij->i", slope, unit)[:, None]
    return np.asarray(plain.T @ (slope / length))


def _through_best(lesson: Lesson, force: np.ndarray, cosines: np.ndarray, best: np.ndarray) -> np.ndarray:
    """The pull on each query of the batch through the ability that suits it best, the first of equals."""
    felt, query = np.nonzero(force)
    sizes = np.diff(lesson.begins)[felt]
    starts = np.cumsum(sizes) - sizes
    rows = np.arange(sizes.sum()) + np.repeat(lesson.begins[felt] - starts, sizes)
    suits = cosines[rows, np.repeat(query, sizes)] == np.repeat(best[felt, query], sizes)
    row = np.minimum.reduceat(np.where(suits, rows, len(cosines)), starts)
    pulls = sp.csr_matrix((force[felt, query], (query, row)), (force.shape[1], len(cosines)))
    return np.asarray(pulls @ lesson.abilities)
