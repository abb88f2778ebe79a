"""The nearest rows to a question: exact now, behind one door for the approximate ones."""

from __future__ import annotations

import faiss
import numpy as np

from matchgraph.vectors.grid import cosines_of

_SPARE = 4  # rows asked for beyond k, to see whether the last has equals
_BY_HAND = 0.05  # share of rows below which looking at just those is cheaper than a masked scan


class Index:
    """An exact inner-product index over grid rows."""

    def __init__(self, grid: np.ndarray) -> None:
        self.faiss = faiss.IndexFlatIP(grid.shape[1])
        self.faiss.add(grid.astype(np.float32))
        # The rows as the index holds them, seen without a copy; alive as long as the index is.
        self.rows = faiss.rev_swig_ptr(self.faiss.get_xb(), grid.size).reshape(grid.shape)

    def nearest(self, queries: np.ndarray, k: int, among: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Per grid row asked for, the cosines (falling) and rows of the k nearest, of `among` (a mask) where given.

        Fewer than k come back only when there are fewer rows; equal cosines come in row order.
        """
        asked = np.atleast_2d(queries).astype(np.float32)
        there = self.faiss.ntotal if among is None else int(among.sum())
        if among is not None and there <= max(k, _BY_HAND * len(among)):
            inside = np.flatnonzero(among)
            scores = np.einsum("qd,rd->qr", asked, self.rows[inside])
            rows = np.broadcast_to(inside, scores.shape)
        else:
            chosen = _only(among) if among is not None else None
            scores, rows = self._search(asked, min(k, there), there, chosen)
        order = np.lexsort((rows, -scores), axis=1)[:, :k]
        return cosines_of(np.take_along_axis(scores, order, axis=1)), np.take_along_axis(rows, order, axis=1)

    def _search(
        self, asked: np.ndarray, k: int, there: int, chosen: faiss.SearchParameters | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """At least the k nearest: more where the last of them has equals, for faiss keeps any of those."""
        depth = min(k + _SPARE, there)
        while True:
            scores, rows = self.faiss.search(asked, depth, params=chosen)
            if depth == there or not (scores[:, -1] == scores[:, k - 1]).any():
                return scores, rows
            depth = min(4 * depth, there)

    def cosines(self, queries: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The cosine of each grid row asked for with each of the rows: float64 (queries, rows)."""
        # Not by a matrix product: its threads and faiss's would wait for one another, longer than one thread works.
        return cosines_of(np.einsum("qd,rd->qr", np.atleast_2d(queries).astype(np.float32), self.rows[rows]))


def _only(among: np.ndarray) -> faiss.SearchParameters:
    """Search parameters that leave out every row not in the mask."""
    bits = np.packbits(among, bitorder="little")
    # faiss's Python layer takes keywords and arrays that its stubs do not know of.
    return faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))  # type: ignore[call-arg, arg-type]
