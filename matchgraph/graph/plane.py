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
from matchgraph.graph.graph import CHOICE, NAMED_RIVAL, VARIANT_OF, Graph
from matchgraph.vectors.grid import centred, to_grid
from matchgraph.vectors.index import Index
from matchgraph.vectors.texts import Texts

_DIRECTIONS = 32  # in which neighbours are looked for: enough for a map, and a tenth of the work
_NEIGHBOURS = 12
_ROUNDS = 200
_PUSHED_BY = 6  # artifacts drawn by lot, for each artifact and round
_FARTHEST = 4.0  # one force moves no further


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
    along = _directions(grid)
    pairs = _pairs(to_grid(along), joined)
    # Rounded, as the last digit of a direction is another on another processor.
    places = np.round(10 * along[:, :2] / np.abs(along[:, :2]).max(axis=0).clip(1e-9), 4)
    dice = np.random.default_rng(seed)
    for step in range(_ROUNDS):
        force = 1 - step / _ROUNDS
        places = places + force * (_pull(places, pairs) + _push(places, dice))
    return _fitted(places)


def _directions(grid: np.ndarray) -> np.ndarray:
    """The artifacts along the directions in which their texts differ most, the widest first."""
    rows = centred(grid).astype(np.float64)
    _, found = np.linalg.eigh(rows.T @ rows)
    widest = found[:, : -_DIRECTIONS - 1 : -1]
    front = np.abs(widest).argmax(axis=0)  # a direction has no front of its own
    return np.asarray(rows @ (widest * np.sign(widest[front, np.arange(widest.shape[1])])))


def _pairs(near: np.ndarray, joined: np.ndarray) -> sp.csr_matrix:
    """Who draws whom, rows adding up to 1: the nearest by text, and twice as much what the match graph joins."""
    size = len(near)
    found = Index(near).about(near, min(_NEIGHBOURS + 1, size))
    source = np.repeat(np.arange(size), found.shape[1])
    by_text = sp.coo_matrix((np.ones(source.size), (source, found.ravel())), (size, size))
    by_graph = sp.coo_matrix((np.full(len(joined), 2.0), (joined[:, 0], joined[:, 1])), (size, size))
    both = sp.csr_matrix(by_text + by_text.T + by_graph + by_graph.T)
    both.setdiag(0)
    both.eliminate_zeros()
    total = np.asarray(both.sum(axis=1)).ravel()
    return sp.csr_matrix(sp.diags_array(1 / np.maximum(total, 1)) @ both)


def _pull(places: np.ndarray, pairs: sp.csr_matrix) -> np.ndarray:
    source, x, y = np.repeat(np.arange(len(places)), np.diff(pairs.indptr)), *places.T.copy()
    apart = x[source] - x[pairs.indices], y[source] - y[pairs.indices]
    strength = -2 * pairs.data / (1 + apart[0] ** 2 + apart[1] ** 2)
    return np.stack([np.bincount(source, strength * each, len(places)) for each in apart], axis=1)


def _push(places: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    moved = np.zeros_like(places)
    for other in dice.integers(0, len(places), (_PUSHED_BY, len(places))):
        apart = places - places[other]
        far = apart[:, 0] ** 2 + apart[:, 1] ** 2
        strength = 2 / ((0.001 + far) * (1 + far))
        moved += np.clip(apart * strength[:, None], -_FARTHEST, _FARTHEST)
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
