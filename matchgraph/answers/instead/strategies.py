"""Five ways to search by examples, over any vectors: the semantics that users of Qdrant know, by its names.

    average      one search: similarity to 2 mean(like) - mean(unlike)
    best-score   P, N: similarity to the nearest liked and unliked example; P > N ? half(P) : -half(N)
    sum          sum of the similarities to what is liked, less the sum of those to what is not
    discover     pairs (liked, unliked) won less pairs lost, plus half(similarity to the target)
    context      sum over pairs of fast(min(liked - unliked - 1.19e-7, 0)): 0 is on the liked side of every pair

with fast(x) = x / (1 + |x|) and half(x) = (fast(x) + 1) / 2, which lies between 0 and 1.

The trap: with unliked examples, something *unrelated* may come first, for being far from what is not liked earns as
much as being near to what is. On the circle, with 0 degrees liked and 30 unliked, `sum` puts 270 degrees before 10,
and `best-score` puts it second. These are here for who knows them by name; `recommend` is what to use: it has a floor
of likeness that nothing unrelated passes, and earns nothing by distance.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np

# (rows, dim) and (examples, dim) in, (rows, examples) out; higher is nearer.
Similarity = Callable[[np.ndarray, np.ndarray], np.ndarray]

_MARGIN = 1.1920929e-7  # the step of a float32 at 1: a pair that ties is on the unliked side by so much
_DIGITS = 9  # what differs by less, differs by the order of summation


class Strategy(StrEnum):
    """How examples make a score."""

    AVERAGE = "average"
    BEST_SCORE = "best-score"
    SUM = "sum"
    DISCOVER = "discover"
    CONTEXT = "context"


def cosine(rows: np.ndarray, examples: np.ndarray) -> np.ndarray:
    """The cosine of every row with every example; with a zero row it is 0."""
    lengths = _lengths(rows)[:, None] * _lengths(examples)
    return np.asarray(dot(rows, examples) / np.where(lengths == 0, 1, lengths))


def dot(rows: np.ndarray, examples: np.ndarray) -> np.ndarray:
    """The product of every row with every example."""
    return np.asarray(rows, np.float64) @ np.asarray(examples, np.float64).T


def average(rows: np.ndarray, like: np.ndarray, unlike: np.ndarray, similarity: Similarity = cosine) -> np.ndarray:
    """How near each row is to the mean of what is liked, moved once more away from the mean of what is not."""
    wanted = like.mean(axis=0)
    if len(unlike):
        wanted = 2 * wanted - unlike.mean(axis=0)
    return similarity(rows, wanted[None])[:, 0]


def best_score(rows: np.ndarray, like: np.ndarray, unlike: np.ndarray, similarity: Similarity = cosine) -> np.ndarray:
    """Above 0 where the nearest example is a liked one, below where it is not; a tie is below.

    >>> best_score(np.eye(2), like=np.array([[1.0, 0.0]]), unlike=np.array([[0.0, 1.0]])).tolist()
    [0.75, -0.75]
    """
    near, far = (similarity(rows, each).max(axis=1, initial=-np.inf) for each in (like, unlike))
    liked = np.round(near, _DIGITS) > np.round(far, _DIGITS)
    return np.asarray(np.where(liked, 1, -1) * _half(np.where(liked, near, far)))


def sum_of(rows: np.ndarray, like: np.ndarray, unlike: np.ndarray, similarity: Similarity = cosine) -> np.ndarray:
    """The similarities to what is liked added up, less those to what is not."""
    total: np.ndarray = similarity(rows, like).sum(axis=1) - similarity(rows, unlike).sum(axis=1)
    return total


def discover(
    rows: np.ndarray, target: np.ndarray, like: np.ndarray, unlike: np.ndarray, similarity: Similarity = cosine
) -> np.ndarray:
    """Whole part: pairs won less pairs lost; fraction: how near the target is. Row i of like and unlike is a pair."""
    return np.asarray(won(rows, like, unlike, similarity).sum(axis=1) + _half(similarity(rows, target[None])[:, 0]))


def context(rows: np.ndarray, like: np.ndarray, unlike: np.ndarray, similarity: Similarity = cosine) -> np.ndarray:
    """0 on the liked side of every pair, else how far on the wrong side; row i of like and unlike is a pair."""
    lost = similarity(rows, like) - similarity(rows, unlike) - _MARGIN
    total: np.ndarray = _fast(np.minimum(lost, 0)).sum(axis=1)
    return total


def won(rows: np.ndarray, like: np.ndarray, unlike: np.ndarray, similarity: Similarity = cosine) -> np.ndarray:
    """1 where a row is nearer to the liked one of a pair, -1 where to the other, 0 where to both: (rows, pairs)."""
    return np.sign(np.round(similarity(rows, like) - similarity(rows, unlike), _DIGITS))


def best(scores: np.ndarray, k: int, allowed: np.ndarray) -> np.ndarray:
    """The places of the k best of those that are allowed (a mask); of equals, the first in order."""
    places = np.flatnonzero(allowed)
    return places[np.lexsort((places, -np.round(scores[places], _DIGITS)))[:k]]


def _lengths(rows: np.ndarray) -> np.ndarray:
    wide = np.asarray(rows, np.float64)
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", wide, wide)))


def _fast(x: np.ndarray) -> np.ndarray:
    """A sigmoid without exponent, from -1 to 1."""
    return np.asarray(x / (1 + np.abs(x)))


def _half(x: np.ndarray) -> np.ndarray:
    return np.asarray((_fast(x) + 1) / 2)
