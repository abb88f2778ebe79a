"""Every artifact's place on a plane, so that what is alike lies together: a map to look at, never a measure.

The way is that of UMAP (McInnes, Healy and Melville, 2018): neighbours draw one another near, artifacts drawn by lot
push one another away, with less and less force. It starts from the two widest directions of the texts. Forces are
made of sums, products and quotients alone, so that the same artifacts give the same map on any processor.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse as sp

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.graph.candidates import EVERY_PAIR_UP_TO
from matchgraph.graph.graph import CHOICE, NAMED_RIVAL, VARIANT_OF, Graph
from matchgraph.vectors.around import around
from matchgraph.vectors.grid import centred, to_grid
from matchgraph.vectors.index import Index
from matchgraph.vectors.texts import Texts

_DIRECTIONS = 32  # in which neighbours are looked for: enough for a map, and a tenth of the work
_NEIGHBOURS = 12
_ROUNDS = 200
_PUSHED_BY = 6  # artifacts drawn by lot, for each artifact and round
_FARTHEST = 4.0  # one force moves no further
_AT_ONCE = 8_192  # artifacts


def laid_out(texts: Texts, grid: np.ndarray, tied: np.ndarray) -> np.ndarray:
    """Every artifact's place: `grid` are the rows of all texts, `tied` pairs of artifacts."""
    return plane_of(grid[texts.capabilities : texts.capabilities + texts.wholes], tied)


def tied_in(catalogue: Catalogue, graph: Graph) -> np.ndarray:
    """The pairs that are laid near one another; choices are not, so that a map stays while the catalogue does."""
    return pairs_of(catalogue, graph, CHOICE)[0]


def pairs_of(catalogue: Catalogue, graph: Graph, *leave_out: str) -> tuple[np.ndarray, list[str]]:
    """The pairs of places that edges join, and their kinds; what only names say is never among them."""
    without = pa.array([NAMED_RIVAL, VARIANT_OF, *leave_out])
    edges = graph.edges.filter(pc.invert(pc.is_in(graph.edges["kind"], value_set=without)))
    ends = [pc.index_in(edges[end], catalogue.artifacts["artifact_id"]).to_numpy() for end in ("source", "target")]
    return np.stack(ends, axis=1).astype(np.int64), edges["kind"].to_pylist()


def plane_of(grid: np.ndarray, joined: np.ndarray, seed: int = 0) -> np.ndarray:
    """Float32 (artifacts, 2), from -1 to 1: a place for each grid row; `joined` are pairs of rows, (pairs, 2)."""
    if len(grid) < 3:
        return np.stack([np.linspace(-0.5, 0.5, len(grid)), np.zeros(len(grid))], axis=1).astype(np.float32)
    places, pairs = _begun(grid, joined)
    dice = np.random.default_rng(seed)
    for step in range(_ROUNDS):
        others = dice.integers(0, len(places), (_PUSHED_BY, len(places)))
        places = places + (1 - step / _ROUNDS) * _moved(places, pairs, others)
    return _fitted(places)


def _begun(grid: np.ndarray, joined: np.ndarray) -> tuple[np.ndarray, sp.csr_matrix]:
    """Where every artifact starts, and who draws whom."""
    along = _directions(grid)
    # Rounded, as the last digit of a direction is another on another processor.
    places = np.round(10 * along[:, :2] / np.abs(along[:, :2]).max(axis=0).clip(1e-9), 4)
    return places, _pairs(to_grid(along), joined)


def _directions(grid: np.ndarray) -> np.ndarray:
    """The artifacts along the directions in which their texts differ most, the widest first."""
    rows = centred(grid)
    parts = [rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)]
    together = np.zeros((rows.shape[1], rows.shape[1]))
    for part in parts:
        wide = part.astype(np.float64)
        together += wide.T @ wide  # whole numbers below 2**53: exact in any order
    _, found = np.linalg.eigh(together)
    widest = found[:, : -_DIRECTIONS - 1 : -1]
    front = np.abs(widest).argmax(axis=0)  # a direction has no front of its own
    turned = widest * np.sign(widest[front, np.arange(widest.shape[1])])
    return np.concatenate([part.astype(np.float64) @ turned for part in parts])


def _pairs(near: np.ndarray, joined: np.ndarray) -> sp.csr_matrix:
    """Who draws whom, rows adding up to 1: the nearest by text, and twice as much what the match graph joins."""
    size = len(near)
    found = _nearest(near, min(_NEIGHBOURS + 1, size))
    source = np.repeat(np.arange(size), found.shape[1])
    by_text = sp.coo_matrix((np.ones(source.size), (source, found.ravel())), (size, size))
    by_graph = sp.coo_matrix((np.full(len(joined), 2.0), (joined[:, 0], joined[:, 1])), (size, size))
    both = sp.csr_matrix(by_text + by_text.T + by_graph + by_graph.T)
    both.setdiag(0)
    both.eliminate_zeros()
    total = np.asarray(both.sum(axis=1)).ravel()
    return sp.csr_matrix(sp.diags_array(1 / np.maximum(total, 1)) @ both)


def _nearest(near: np.ndarray, most: int) -> np.ndarray:
    """The nearest of each row, or nearly those where there are many."""
    return Index(near).about(near, most) if len(near) <= EVERY_PAIR_UP_TO else around(near, most)


def _moved(places: np.ndarray, pairs: sp.csr_matrix, others: np.ndarray) -> np.ndarray:
    """By what every artifact is moved, some at a time: what is made of those stays in the cache of a processor."""
    moved, x, y = np.empty_like(places), *places.T.copy()
    for start in range(0, len(places), _AT_ONCE):
        some = slice(start, min(start + _AT_ONCE, len(places)))
        moved[some] = (_pull(x, y, pairs, some) + _push(x, y, others, some)).T
    return moved


def _pull(x: np.ndarray, y: np.ndarray, pairs: sp.csr_matrix, some: slice) -> np.ndarray:
    begins = pairs.indptr[some.start : some.stop + 1]
    drawn = slice(begins[0], begins[-1])
    source, target = np.repeat(np.arange(some.start, some.stop), np.diff(begins)), pairs.indices[drawn]
    apart = x[source] - x[target], y[source] - y[target]
    strength = -2 * pairs.data[drawn] / (1 + apart[0] ** 2 + apart[1] ** 2)
    source -= some.start
    return np.stack([np.bincount(source, strength * each, some.stop - some.start) for each in apart])


def _push(x: np.ndarray, y: np.ndarray, others: np.ndarray, some: slice) -> np.ndarray:
    moved = np.zeros((2, some.stop - some.start))
    for other in others[:, some]:
        apart = np.stack([x[some] - x[other], y[some] - y[other]])
        far = apart[0] ** 2 + apart[1] ** 2
        strength = 2 / ((0.001 + far) * (1 + far))
        moved += np.clip(apart * strength, -_FARTHEST, _FARTHEST)
    return moved / _PUSHED_BY


def _laid(places: np.ndarray) -> np.ndarray:
    """The places turned so that the map is wide rather than high."""
    _, directions = np.linalg.eigh(places.T @ places)
    turned = directions[:, ::-1]
    return np.asarray(places @ (turned * np.sign(turned[np.abs(turned).argmax(axis=0), [0, 1]])))


def _fitted(places: np.ndarray) -> np.ndarray:
    """The places between -1 and 1, the middle one at 0; what lies far out is drawn in, so that it presses nothing."""
    middle = _laid(places - np.median(places, axis=0))
    far = np.abs(middle).max(axis=1, keepdims=True).clip(1e-9)
    reach = max(float(np.quantile(far, 0.99)), 1e-9)
    drawn_in = np.where(far > reach, reach * (1 + np.log(far / reach) / 6), far)
    inside = middle * drawn_in / far
    return np.asarray(inside / max(float(np.abs(inside).max()), 1e-9), np.float32).round(4)
