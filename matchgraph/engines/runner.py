"""Work that is shared out: the same piece of work for every block of a stage, here or on other machines.

What the blocks are follows from the data alone, never from how many there are to work on them: so it comes to the same
whoever does them, and in whatever order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, Self, TypeVar

import numpy as np

from matchgraph.catalogue.track import Track

Arrays = Mapping[str, np.ndarray]  # what a block comes to, by name
Block = TypeVar("Block")
Made = TypeVar("Made")
Bounds = tuple[int, int]  # where a block begins and ends


class Shared(Protocol):
    """What every block of a stage reads; elsewhere it is mapped into memory from files, and not copied."""

    def arrays(self) -> dict[str, np.ndarray]:
        """All that it is made of."""
        ...

    @classmethod
    def of_arrays(cls, arrays: Arrays) -> Self:
        """The same again."""
        ...


class Each(Protocol):
    """Does one work for every block of a stage; what they come to is told in the order of the blocks."""

    def __call__(
        self,
        stage: str,
        work: Callable[[Any, Block], Arrays],
        shared: Any,
        blocks: Sequence[Block],
        track: Track = iter,
    ) -> Iterator[Arrays]:
        """`shared` is a `Shared` or None; `work` is a function of a module, with small first arguments if need be."""
        ...


class Runner(Protocol):
    """Where work is done."""

    def run(self, stage: str, work: Callable[[Block], Made], blocks: Sequence[Block]) -> Iterator[Made]:
        """What the work of each block comes to, in their order."""
        ...


def spans(count: int, most: int) -> list[tuple[int, int]]:
    """So many things in order, cut into blocks of at most so many: where each begins and ends.

    >>> spans(5, 2)
    [(0, 2), (2, 4), (4, 5)]
    """
    return [(start, min(start + most, count)) for start in range(0, count, most)]
