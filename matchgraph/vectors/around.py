"""The rows around every row: nearly its nearest, found among the cells around its own, for what needs no better."""

from __future__ import annotations

import numpy as np

from matchgraph.vectors.cells import cells_for, cells_of
from matchgraph.vectors.index import best_of

_LOOKED_INTO = 16  # cells, the row's own among them


def around(grid: np.ndarray, most: int) -> np.ndarray:
    """Per grid row, so many rows that are near to it, itself among them; int64, (rows, most).

    All rows of a cell are compared with the same others, which is one product of matrices. A row around which there
    are too few stands in for those that lack.
    """
    cells = cells_of(grid, cells_for(len(grid)), np.random.default_rng(0).permutation(len(grid)))
    found = np.empty((len(grid), most), np.int64)
    for cell, near in enumerate(cells.nearest(cells.centres, min(_LOOKED_INTO, len(cells)))):
        mine, others = cells.inside(cell), np.concatenate([cells.inside(each) for each in near])
        best = best_of(grid[mine], grid[others], most)
        found[mine] = np.where(best < 0, mine[:, None], others[best])
    return found
