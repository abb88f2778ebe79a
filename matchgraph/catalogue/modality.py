"""What artifacts take in and give out: text, image, audio, ...

Stated of the artifact, or of one of its capabilities, or by a tag of the form "text-to-image".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache

import numpy as np

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.columns import Known


class Side(StrEnum):
    """Which end of an artifact."""

    INPUTS = "inputs"
    OUTPUTS = "outputs"


_OF_CAPABILITY = {Side.INPUTS: "input_types", Side.OUTPUTS: "output_types"}
_KIND = "text|image|audio|speech|video|document|table"
_PIPELINE = re.compile(rf"\b(?P<inputs>{_KIND})(?:-to-|2)(?P<outputs>{_KIND})\b", re.IGNORECASE)


def handles(catalogue: Catalogue, side: Side, wanted: frozenset[str]) -> Known:
    """Which artifacts take, or give, one of the wanted kinds of data, in lower case."""
    return Known(_holding(catalogue, side, lambda kind: kind.casefold() in wanted), _holding(catalogue, side, bool))


def modalities_here(catalogue: Catalogue, side: Side) -> frozenset[str]:
    """The kinds of data that some artifact states to take, or to give."""
    stated = {kind.casefold() for name in (side, _OF_CAPABILITY[side]) for kind in catalogue.column(name).texts if kind}
    return frozenset(stated).union(*(_of_tag(tag, side) for tag in catalogue.column("tags").texts if tag))


def _holding(catalogue: Catalogue, side: Side, meets: Callable[[str], bool]) -> np.ndarray:
    mask = catalogue.column("tags").holding(lambda tag: any(map(meets, _of_tag(tag, side))))
    mask |= catalogue.column(side).holding(meets)
    mask[catalogue.owner[catalogue.column(_OF_CAPABILITY[side]).holding(meets)]] = True
    return mask


@lru_cache(maxsize=16_384)
def _of_tag(tag: str, side: Side) -> frozenset[str]:
    return frozenset(match[side].lower() for match in _PIPELINE.finditer(tag))
