"""What an audit finds, and how a stated number is held against a fact."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matchgraph.answers.stated import Text
from matchgraph.catalogue.quantities import NumericClaim
from matchgraph.catalogue.records import Fact

_FACTS = {
    "parameter": ("parameters",),
    "weight": ("parameters",),
    "language": ("languages", "n_languages"),
    "class": ("classes",),
    "category": ("classes",),
    "tool": ("n_tools",),
    "dimensional": ("embedding_dimensions",),
    "token": ("tokens",),
    "image": ("images",),
    "record": ("rows",),
    "row": ("rows",),
}
_MANY = 1000  # from here on a number is one of size, and a tenth is rounding
_SLACK = 0.1


class FindingKind(StrEnum):
    """What is wrong between two statements, or with one."""

    CONTRADICTION = "contradiction"
    CONFLICT_WITH_FACT = "conflict-with-fact"
    CONFLICT_ACROSS = "conflict-across"
    DUPLICATE_CAPABILITY = "duplicate-capability"
    UNSUPPORTED_SUPERLATIVE = "unsupported-superlative"
    MUTUAL_CLAIM = "mutual-claim"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to doubt, with the words to judge it by; `sentence` says no more than the quotations carry."""

    kind: FindingKind
    artifact_ids: tuple[str, ...]
    capability_ids: tuple[str, ...]
    spans: tuple[str, ...]  # as the texts have them
    sentence: str


def fact_keys(claim: NumericClaim) -> tuple[str, ...]:
    """The facts that count the same thing; of tokens, "a 4K-token window" is another thing than "4K tokens"."""
    return ("context_tokens",) if claim.noun == "token" and claim.joined else _FACTS.get(claim.noun, ())


def bears_out(fact: Fact, claim: NumericClaim) -> bool:
    """Whether the fact lies in what the claim leaves open, rounding included."""
    number = fact.number or 0.0
    slack = _SLACK if number >= _MANY else 0.0
    return claim.low <= number * (1 + slack) and number * (1 - slack) <= claim.high


def ids_of(*texts: Text) -> tuple[str, ...]:
    """The capabilities that tell these texts, each once."""
    return tuple(dict.fromkeys(text.capability_id for text in texts if text.capability_id))


def fact_words(key: str, fact: Fact) -> str:
    """A fact as a clause: its key, its number, where it is from."""
    where = ", ".join(part for part in (fact.source, fact.observed_at) if part)
    number = f"{fact.number:,.6f}".rstrip("0").rstrip(".")
    return f"{key.replace('_', ' ')} is {number}{f' ({where})' if where else ''}"
