"""The texts that stand for an artifact: one for the whole, one a capability, one a job, one a remark."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow.compute as pc

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.columns import numbers_in

_JOINTS = re.compile(r"[-_/.]+")
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, eq=False)
class Texts:
    """Four blocks of texts in one order: capabilities, wholes, jobs, remarks; `owner` is the artifact's place.

    A search shows jobs and remarks as they stand here and looks up all else, so the first two blocks are written only
    on demand.
    """

    written: Callable[[], list[str]]  # the first two blocks
    jobs: list[str]
    owner: np.ndarray  # int64, one artifact place a text
    capabilities: int  # rows of the first block, in capability order
    wholes: int  # rows of the second block, in artifact order
    remarks: Sequence[str] = ()

    @cached_property
    def texts(self) -> list[str]:
        """Every text."""
        return [*self.written(), *self.jobs, *self.remarks]

    @property
    def stated(self) -> int:
        """Rows of the first three blocks: what is said as an ability, a whole or a job."""
        return self.capabilities + self.wholes + len(self.jobs)

    def job(self, row: int) -> str:
        """The job that a row of the third block stands for."""
        return self.jobs[row - self.capabilities - self.wholes]

    def remark(self, row: int) -> str:
        """The remark that a row of the fourth block stands for."""
        return self.remarks[row - self.stated]

    @cached_property
    def by_artifact(self) -> tuple[np.ndarray, np.ndarray]:
        """Text rows grouped by artifact, and where each artifact's group starts."""
        starts = np.concatenate([[0], np.cumsum(np.bincount(self.owner, minlength=self.wholes))])
        return np.argsort(self.owner, kind="stable"), starts


def texts_of(catalogue: Catalogue) -> Texts:
    """Every text that the catalogue asks to be embedded."""
    tags = catalogue.artifacts["job"]
    jobs, of_job = pc.list_flatten(tags).to_pylist(), numbers_in(pc.list_parent_indices(tags))
    remarks, capabilities = catalogue.remarks["text"].to_pylist(), int(catalogue.capabilities.num_rows)
    of_each = catalogue.owner, np.arange(len(catalogue)), of_job.astype(np.int64), catalogue.remark_owner
    return Texts(lambda: _written(catalogue), jobs, np.concatenate(of_each), capabilities, len(catalogue), remarks)


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
