"""On which shelves what states none most likely stands: on those of what it is closest to.

Only what is near the artifact asked is looked at, its anchors, so that nothing has to be guessed beforehand. Where
fewer than three of them state a shelf nothing is guessed at all. Stated and guessed shelves are rows of length 1, so
that one on which the closest agree is shared by more than one of many.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

_FEWEST = 3
_CLOSEST, _SHARP = 20, 0.3


def likely(
    shelves: sp.csr_matrix,
    place: int,
    places: np.ndarray,
    anchors: np.ndarray,
    known: np.ndarray,
    between: np.ndarray,
) -> np.ndarray:
    """How much of a shelf each of some artifacts likely shares with one; 0 where both state theirs.

    `known` is the closeness of the one with the anchors, `between` that of the others (others, anchors).
    """
    stated = np.diff(shelves.indptr) > 0
    told = np.flatnonzero(stated[anchors])
    found, silent = np.zeros(len(places)), ~stated[places]
    if len(told) < _FEWEST or not (silent.any() or not stated[place]):
        return found
    there = shelves[anchors[told]].T.tocsr()
    if not stated[place]:
        mine = _unit(there @ _shares(known[None, told])[0])
        found = shelves[places] @ mine
    else:
        mine = shelves[place].toarray()[0]
    theirs = _unit((there @ _shares(between[np.ix_(silent, told)]).T).T)
    found[silent] = theirs @ mine
    return np.asarray(found)


def _shares(closeness: np.ndarray) -> np.ndarray:
    """How much the closest of each row count, by row; nothing what is further."""
    order = np.argsort(-closeness, axis=1, kind="stable")[:, :_CLOSEST]
    nearest = np.take_along_axis(closeness, order, axis=1)
    weights = np.zeros_like(closeness)
    np.put_along_axis(weights, order, np.exp((nearest - nearest[:, :1]) / _SHARP), axis=1)
    shares: np.ndarray = weights / weights.sum(axis=1, keepdims=True)
    return shares


def _unit(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9))
