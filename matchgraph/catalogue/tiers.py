"""How far a fact is to be believed by who says it: its maker, a registry, or a list of third parties (`tiers.toml`)."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from matchgraph.catalogue.origin import origins
from matchgraph.catalogue.records import Artifact, Fact


def outranks(fact: Fact, of: Artifact, other: Fact, of_other: Artifact) -> bool:
    """Whether the source of one fact is of a better tier than that of another, where both are known."""
    tier, rival = _tier(fact, of), _tier(other, of_other)
    return tier is not None and rival is not None and tier < rival


def tier_of(source: str) -> int | None:
    """The place of a source among the tiers, the best being 0; None where no tier knows it.

    >>> tier_of("GitHub"), tier_of("PyPI"), tier_of("awesome-ponds"), tier_of("a pond")
    (0, 1, 2, None)
    """
    return next((place for place, words in enumerate(_tiers()) if words.search(source)), None)


def _tier(fact: Fact, artifact: Artifact) -> int | None:
    """The tier of who says the fact: of the format of its document, where the artifact tells which that is."""
    said_by = fact.source or artifact.source or ""
    formats = {origin.file: origin.format for origin in origins(artifact)}
    return tier_of(formats.get(said_by, said_by))


@cache
def _tiers() -> tuple[re.Pattern[str], ...]:
    stated = tomllib.loads((files(__package__ or "") / "tiers.toml").read_text(encoding="utf-8"))
    return tuple(re.compile(rf"(?<![\w/.])({'|'.join(words)})(?![\w/.])", re.IGNORECASE) for words in stated.values())
