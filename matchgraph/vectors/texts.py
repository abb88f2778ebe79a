"""The texts that stand for an artifact: one for the whole, one a capability, one a job, one a remark."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.columns import numbers_in

_JOINTS = re.compile(r"[-_/.]+")
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, eq=False)
class Texts:
    """Four blocks of texts in one order: capabilities, wholes, jobs, remarks; within each, artifact by artifact.

    A search shows jobs and remarks as they stand here and looks up all else, so the first two blocks are written only
    on demand. Which rows are an artifact's is looked up as well: nothing is made that is as long as there are texts.
    """

    written: Callable[[], list[str]]  # the first two blocks
    jobs: pa.ChunkedArray
    remarks: pa.ChunkedArray
    begins: tuple[np.ndarray, ...]  # of each block: where each artifact's rows begin, and where those of the last end

    def __len__(self) -> int:
        return int(self.begins[-1][-1])

    @cached_property
    def texts(self) -> list[str]:
        """Every text."""
        return [*self.written(), *self.jobs.to_pylist(), *self.remarks.to_pylist()]

    @property
    def capabilities(self) -> int:
        """Rows of the first block, in capability order."""
        return int(self.begins[0][-1])

    @property
    def wholes(self) -> int:
        """Rows of the second block, in artifact order."""
        return len(self.begins[1]) - 1

    @property
    def stated(self) -> int:
        """Rows of the first three blocks: what is said as an ability, a whole or a job."""
        return int(self.begins[2][-1])

    def job(self, row: int) -> str:
        """The job that a row of the third block stands for."""
        return str(self.jobs[row - self.capabilities - self.wholes])

    def remark(self, row: int) -> str:
        """The remark that a row of the fourth block stands for."""
        return str(self.remarks[row - self.stated])

    @cached_property
    def owner(self) -> np.ndarray:
        """The artifact's place for each text, int64."""
        return np.concatenate([np.repeat(np.arange(self.wholes), np.diff(block)) for block in self.begins])

    def owner_of(self, rows: np.ndarray) -> np.ndarray:
        """The artifact's place for some texts, int64."""
        owner = np.zeros(len(rows), np.int64)
        for block in self.begins:
            inside = (rows >= block[0]) & (rows < block[-1])
            owner[inside] = np.searchsorted(block, rows[inside], side="right") - 1
        return owner

    def rows_of(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The text rows of some artifacts, those of each together and in order; and how many each has; int64."""
        firsts = np.stack([block[places] for block in self.begins], axis=1)
        sizes = np.stack([block[places + 1] for block in self.begins], axis=1) - firsts
        spans = sizes.ravel()
        return np.arange(spans.sum()) + np.repeat(firsts.ravel() - np.cumsum(spans) + spans, spans), sizes.sum(axis=1)


def texts_of(catalogue: Catalogue) -> Texts:
    """Every text that the catalogue asks to be embedded."""
    tags = catalogue.artifacts["job"]
    of_each = catalogue.offsets, np.arange(len(catalogue) + 1), _ends(tags), catalogue.remark_offsets
    blocks, first = [], 0
    for offsets in of_each:
        blocks.append(offsets + first)
        first = int(blocks[-1][-1])
    return Texts(lambda: _written(catalogue), pc.list_flatten(tags), catalogue.remarks["text"], tuple(blocks))


def _ends(lists: pa.ChunkedArray) -> np.ndarray:
    """How many texts the lists before each one hold, and how many all of them."""
    ends = np.zeros(len(lists) + 1, np.int64)
    np.cumsum(numbers_in(pc.list_value_length(lists)), out=ends[1:])
    return ends


def _written(catalogue: Catalogue) -> list[str]:
    """One text a capability, then one an artifact."""
    names = catalogue.capabilities["name"].to_pylist()
    descriptions = catalogue.capabilities["description"].to_pylist()
    abilities = [capability_text(*both) for both in zip(names, descriptions, strict=True)]
    columns = [catalogue.texts(column) for column in ("name", "type", "job", "description")]
    return abilities + [whole_text(*parts) for parts in zip(*columns, strict=True)]


def capability_text(name: str, description: str) -> str:
    """The capability as one sentence: its name in front, unless the description opens with it.

    >>> capability_text("read_file", "Return the text of one file.")
    'read file: Return the text of one file.'
    """
    if opens_with(description, name):
        return description
    return f"{_JOINTS.sub(' ', name).strip()}: {description}"


def whole_text(name: str, kind: str, job: list[str], description: str) -> str:
    """The artifact in one text: name in words, kind, jobs, description."""
    parts = (_JOINTS.sub(" ", name).strip(), kind.replace("-", " "), ", ".join(job), description)
    return ". ".join(part.rstrip(".") for part in parts if part)


def opens_with(description: str, name: str) -> bool:
    """Whether a description says the name in its first words already."""
    said, opening = _flat(description), _flat(name)
    after = said[len(opening) : len(opening) + 1]
    # A longer word that begins alike is another word; scripts that write no spaces have no such thing.
    return not opening or (said.startswith(opening) and not (after.isascii() and after.isalnum()))


def _flat(text: str) -> str:
    return _NOT_WORDS.sub(" ", text).strip().lower()
