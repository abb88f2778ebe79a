"""Walks over the match graph from what is liked: personalised PageRank, the kinds of edges taken together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from weakref import proxy

import numpy as np
import scipy.sparse as sp

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.graph.graph import CHOICE, LIKENESS, VARIANT_OF, Graph

_ON = 0.7  # chance to walk on, against going back to where it began
_STEPS = 12  # what is left to walk after so many is less than a hundredth
_STRONGER = 3  # a likeness edge weighs by this power, so that a walk keeps to the nearest
_CHOSEN, _LINKED = 5.0, 2.0  # likeness whose edge weighs as much as one kind of query that chose both, as a link
_REMEMBERED = 16
_DIGITS = 12


class Walks:
    """Held by the engine: the match graph as steps from artifact to artifact."""

    def __init__(self, catalogue: Catalogue, graph: Graph) -> None:
        size = len(catalogue)
        columns = ["source", "target", "kind", "weight", "queries", "weak"]
        # A weak edge is the best of one that has no other, whatever it is worth: nothing to walk along. And that two
        # have one name says nothing of what they do.
        told = graph.edges.select(columns).to_pylist()
        edges = [edge for edge in told if not edge["weak"] and edge["kind"] != VARIANT_OF]
        left = np.array([catalogue.place[edge["source"]] for edge in edges], np.int64)
        right = np.array([catalogue.place[edge["target"]] for edge in edges], np.int64)
        weights = np.array([_weight(edge["kind"], edge["weight"]) for edge in edges])
        # Asked for several times a question; by a weak reference, so that a snapshot goes when nobody asks it any more.
        self._remembered = lru_cache(_REMEMBERED)(partial(Walks._shares, proxy(self)))
        self.together = _table(size, edges, left, right, CHOICE)
        self.links = _table(size, edges, left, right, None)
        joined = sp.csr_matrix((weights, (left, right)), (size, size))
        joined = (joined + joined.T).tocsr()
        joined.sort_indices()
        self.joined = np.diff(joined.indptr)  # how many each one is joined to
        leaving = np.asarray(joined.sum(axis=1)).ravel()
        self._back = (sp.diags(1 / np.where(leaving > 0, leaving, 1)) @ joined).T.tocsr()

    def shares(self, places: Sequence[int]) -> np.ndarray:
        """How often a walk that begins at these stands on each artifact, float64; it adds up to at most 1."""
        return self._remembered(tuple(places))

    def _shares(self, places: tuple[int, ...]) -> np.ndarray:
        begin = np.zeros(self._back.shape[0])
        if places:
            begin[list(places)] = 1 / len(places)
        found = begin
        for _ in range(_STEPS):
            found = (1 - _ON) * begin + _ON * (self._back @ found)
        found = np.round(found, _DIGITS)
        found.flags.writeable = False
        return found


def _weight(kind: str, weight: float) -> float:
    if kind == LIKENESS:
        return max(weight, 0.0) ** _STRONGER
    return weight * (_CHOSEN if kind == CHOICE else _LINKED) ** _STRONGER


def _table(
    size: int, edges: list[dict[str, object]], left: np.ndarray, right: np.ndarray, kind: str | None
) -> sp.csr_matrix:
    """The edges of one kind both ways: by how many kinds of query, or 1 where a source declares it."""
    wanted = [edge["kind"] == kind if kind else edge["kind"] not in (LIKENESS, CHOICE) for edge in edges]
    at = np.flatnonzero(np.array(wanted, bool))
    values = [float(str(edges[row]["queries"] or 1)) if kind else float(str(edges[row]["weight"])) for row in at]
    table = sp.csr_matrix((values, (left[at], right[at])), (size, size))
    return table.maximum(table.T).tocsr()
