"""Columns by their distinct texts: a question is put once to each text, not to each row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """A column of texts, or of lists of texts."""

    size: int
    texts: tuple[str | None, ...]  # each once; the last is None, for what is not stated
    codes: np.ndarray  # int: which text, one for each row, or for each text in a row's list
    rows: np.ndarray  # int: the row of each code

    def holding(self, meets: Callable[[str], bool] = bool) -> np.ndarray:
        """Which rows hold a text that meets."""
        meeting = np.array([text is not None and meets(text) for text in self.texts])
        mask = np.zeros(self.size, bool)
        mask[self.rows[meeting[self.codes]]] = True
        return mask


@dataclass(frozen=True, eq=False, slots=True)
class Known:
    """Whether something holds of each artifact, as far as anybody says."""

    met: np.ndarray  # bool, one an artifact
    stated: np.ndarray  # bool: False where nothing says whether it holds

    def at(self, place: int) -> bool | None:
        """Whether it holds of one artifact; None where nothing says so."""
        return bool(self.met[place]) if self.stated[place] else None


def numbers_in(column: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """An Arrow column of numbers, nan where one is not stated."""
    # Arrow combines no chunks at all, and does `to_numpy`, by importing pandas first: a fifth of what a search at the
    # shell takes.
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks else pa.nulls(0, column.type)
    return np.from_dlpack(column.fill_null(np.nan) if column.null_count else column)


def begins_in(column: pa.ChunkedArray) -> np.ndarray:
    """The rows, int64, at which an Arrow column says something else than in the row before: where each run begins."""
    texts = column.combine_chunks()
    changes = numbers_in(pc.indices_nonzero(pc.not_equal(texts[1:], texts[:-1]))).astype(np.int64)
    return np.concatenate([np.zeros(min(len(texts), 1), np.int64), changes + 1])


def rows_at(table: pa.Table, places: Sequence[int]) -> list[dict[str, Any]]:
    """The rows at those places, in their order."""
    return list(table.take(indices_of(np.array(places, np.int64))).to_pylist())


def indices_of(places: np.ndarray) -> pa.Array:
    """Places, int64, as Arrow takes them; by `pa.array`, it would import pandas first."""
    return pa.Array.from_buffers(pa.int64(), len(places), [None, pa.py_buffer(places)])


def column_of(stated: pa.ChunkedArray) -> Column:
    """An Arrow column by its distinct texts."""
    size, rows = len(stated), np.arange(len(stated))
    if pa.types.is_list(stated.type):
        rows, stated = numbers_in(pc.list_parent_indices(stated)), pc.list_flatten(stated)
    coded = stated.combine_chunks().dictionary_encode()
    texts = coded.dictionary.to_pylist()
    codes = numbers_in(coded.indices.fill_null(len(texts)))
    return Column(size, (*texts, None), codes, rows)
