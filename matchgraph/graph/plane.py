"""Every artifact's place on a plane, so that what is alike lies together: a map to look at, never a measure.

The way is that of UMAP (McInnes, Healy and Melville, 2018): neighbours draw one another near, artifacts drawn by lot
push one another away, with less and less force. It starts from the two widest directions of the texts, and the same
artifacts give the same map.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from matchgraph.vectors.grid import centred
from matchgraph.vectors.index import Index

_NEIGHBOURS = 12
_ROUNDS = 300
_PUSHED_BY = 8  # artifacts drawn by lot, for each artifact and round
_NEAR, _FALL = 1.577, 0.895  # how fast nearness falls with distance, for a least distance of .1
_FARTHEST = 4.0  # one force moves no further


def plane_of(grid: np.ndarray, joined: np.ndarray, seed: int = 0) -> np.ndarray:
    """Float32 (artifacts, 2), from -1 to 1: a place for each grid row; `joined` are pairs of rows, (pairs, 2)."""
    if len(grid) < 3:
        return np.stack([np.linspace(-0.5, 0.5, len(grid)), np.zeros(len(grid))], axis=1).astype(np.float32)
    pairs = _pairs(grid, joined)
    places = _spread(grid)
    dice = np.random.default_rng(seed)
    for step in range(_ROUNDS):
        force = 1 - step / _ROUNDS
        places = places + force * (_pull(places, pairs) + _push(places, dice))
    return _fitted(places)


def _pairs(grid: np.ndarray, joined: np.ndarray) -> sp.csr_matrix:
    """Who draws whom, rows adding up to 1: the nearest by text, and twice as much what the match graph joins."""
    size = len(grid)
    _, near = Index(centred(grid)).nearest(centred(grid), min(_NEIGHBOURS + 1, size))
    source = np.repeat(np.arange(size), near.shape[1])
    by_text = sp.coo_matrix((np.ones(source.size), (source, near.ravel())), (size, size))
    by_graph = sp.coo_matrix((np.full(len(joined), 2.0), (joined[:, 0], joined[:, 1])), (size, size))
    both = sp.csr_matrix(by_text + by_text.T + by_graph + by_graph.T)
    both.setdiag(0)
    both.eliminate_zeros()
    total = np.asarray(both.sum(axis=1)).ravel()
    return sp.csr_matrix(sp.diags_array(1 / np.maximum(total, 1)) @ both)


def _spread(grid: np.ndarray) -> np.ndarray:
    """The artifacts along the two directions in which their texts differ most."""
    rows = centred(grid).astype(np.float64)
    _, directions = np.linalg.eigh(rows.T @ rows)
    two = directions[:, :-3:-1]
    two = two * np.sign(two[np.abs(two).argmax(axis=0), [0, 1]])  # a direction has no front of its own
    found = rows @ two
    return np.asarray(10 * found / np.abs(found).max(axis=0).clip(1e-9))


def _pull(places: np.ndarray, pairs: sp.csr_matrix) -> np.ndarray:
    ties = pairs.tocoo()
    apart = places[ties.row] - places[ties.col]
    far = np.maximum((apart**2).sum(axis=1), 1e-9)
    strength = -2 * _NEAR * _FALL * far ** (_FALL - 1) / (1 + _NEAR * far**_FALL)
    moved = np.clip(apart * strength[:, None], -_FARTHEST, _FARTHEST) * ties.data[:, None]
    return _summed(ties.row, moved, len(places))


def _push(places: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    size = len(places)
    others = dice.integers(0, size, (_PUSHED_BY, size))
    moved = np.zeros_like(places)
    for other in others:
        apart = places - places[other]
        far = (apart**2).sum(axis=1)
        strength = 2 * _FALL / ((0.001 + far) * (1 + _NEAR * far**_FALL))
        moved += np.clip(apart * strength[:, None], -_FARTHEST, _FARTHEST)
    return moved / _PUSHED_BY


def _summed(rows: np.ndarray, moved: np.ndarray, size: int) -> np.ndarray:
    return np.stack([np.bincount(rows, moved[:, axis], size) for axis in (0, 1)], axis=1)


def _laid(places: np.ndarray) -> np.ndarray:
    """The places turned so that the map is wide rather than high."""
    _, directions = np.linalg.eigh(places.T @ places)
    turned = directions[:, ::-1]
    return np.asarray(places @ (turned * np.sign(turned[np.abs(turned).argmax(axis=0), [0, 1]])))


def _fitted(places: np.ndarray) -> np.ndarray:
    """The places between -1 and 1, the middle one at 0; what lies far out is drawn in, so that it presses nothing."""
    middle = _laid(places - np.median(places, axis=0))
    far = np.abs(middle).max(axis=1, keepdims=True).clip(1e-9)
    reach = max(float(np.quantile(far, 0.95)), 1e-9)
    drawn_in = np.where(far > reach, reach * (1 + np.log(far / reach) / 6), far)
    inside = middle * drawn_in / far
    return np.asarray(inside / max(float(np.abs(inside).max()), 1e-9), np.float32).round(4)
