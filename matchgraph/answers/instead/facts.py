"""The facts of an artifact that can be set beside another's: numbers, and which way is better."""

from __future__ import annotations

import re

import numpy as np
import pyarrow.compute as pc

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.records import FactStatus

# What one pays, carries, waits for or gets wrong; but of what is had of something (a vocabulary, a sample, a batch), of
# bandwidth and of memory for what is remembered, more is no worse.
_LESS_IS_BETTER = re.compile(
    r"(^|_)(parameters|params|price|cost|usd|latency|wer|cer|error|perplexity|open_issues|emissions)($|_)"
    r"|^((model|file|download|package|install|disk|weights?|checkpoint|total|binary)_)?size(_(bytes|kb|mb|gb))?$"
    r"|^((download|package|install|disk|model|weights|checkpoint)_)?(bytes|mb|gb)$"
    r"|^((min|minimum|peak|gpu|required|max)_)*(memory|ram|vram)(_(usage|required|footprint|bytes|mb|gb))*$"
    r"|(^|_)ms$"
)


def less_is_better(key: str) -> bool:
    """Whether people want less of a fact rather than more.

    >>> less_is_better("size_bytes"), less_is_better("context_tokens")
    (True, False)
    """
    return bool(_LESS_IS_BETTER.search(key))


def numbers_at(catalogue: Catalogue, place: int) -> dict[str, float]:
    """The observed numbers of one artifact, what costs something first."""
    facts = catalogue.artifact(place).facts.items()
    seen = {key: fact.number for key, fact in facts if fact.status == FactStatus.OBSERVED and fact.number is not None}
    return dict(sorted(seen.items(), key=lambda fact: (not less_is_better(fact[0]), fact[0])))


def numbers_of(catalogue: Catalogue, key: str, places: np.ndarray) -> np.ndarray:
    """The observed number of a fact for some artifacts; nan where there is none."""
    facts = catalogue.facts
    seen = pc.and_(pc.equal(facts["key"], key), pc.equal(facts["status"], FactStatus.OBSERVED))
    rows = facts.filter(pc.and_(seen, pc.is_valid(facts["number"])))
    known = dict(zip(rows["artifact_id"].to_pylist(), rows["number"].to_pylist(), strict=True))
    return np.array([known.get(catalogue.ids[place], np.nan) for place in places])


def shown(number: float) -> str:
    """A number as people read it.

    >>> shown(1.51e8), shown(0.25)
    ('151,000,000', '0.25')
    """
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.4g}"
