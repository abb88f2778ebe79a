"""Who stands behind an artifact, so that nobody vouches for himself and no flock counts as a crowd."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np

from matchgraph.catalogue.catalogue import Catalogue

# Parts of a host that hold everybody's things: what is under them alone has no account.
_SECTIONS = frozenset(["datasets", "models", "spaces", "library", "package", "packages", "project", "projects", "r"])


@dataclass(frozen=True, slots=True)
class Owners:
    """One an artifact, None where nobody says: its maker as stated, and the account that its address is under."""

    makers: list[str | None]
    accounts: list[str | None]

    def names(self, place: int) -> frozenset[str]:
        """Everything that the owner of one artifact is known by; nothing where nobody says."""
        return frozenset(name for name in (self.makers[place], self.accounts[place]) if name)

    def kin(self) -> list[np.ndarray]:
        """Who has an owner in common, by maker and by account: equal numbers in an array each."""
        return [_numbered(self.makers), _numbered(self.accounts)]


def owners_of(catalogue: Catalogue) -> Owners:
    """The owners of all artifacts."""
    makers = [" ".join((maker or "").casefold().split()) or None for maker in catalogue.texts("maker")]
    return Owners(makers, [account_of(url) for url in catalogue.texts("url")])


def account_of(url: str | None) -> str | None:
    """The account that an address is under.

    >>> account_of("https://github.com/Acme/mail-sorter"), account_of("https://hub.example/datasets/acme/letters")
    ('github.com/acme', 'hub.example/acme')
    >>> account_of("https://hub.example/datasets/letters") is None
    True
    """
    try:
        parts = urlsplit(url or "")
    except ValueError:  # an address that is none
        return None
    path = [part for part in parts.path.casefold().split("/") if part]
    if path and path[0] in _SECTIONS:
        path = path[1:] if len(path) > 2 else []
    host = parts.netloc.casefold().removeprefix("www.")
    return f"{host}/{path[0]}" if host and path else None


def crowd(names: Iterable[frozenset[str]]) -> int:
    """How many there are when those that share a name are one.

    >>> crowd([frozenset({"acme", "hub/acme"}), frozenset({"acme labs", "hub/acme"}), frozenset({"beta"})])
    2
    """
    groups: list[frozenset[str]] = []
    for each in sorted(set(names), key=sorted):
        apart = [group for group in groups if not group & each]
        groups = [*apart, each.union(*(group for group in groups if group & each))]
    return len(groups)


def _numbered(names: Sequence[str | None]) -> np.ndarray:
    """Equal numbers for equal names; what has no name stands for itself."""
    told = [name if name is not None else f"\0{place}" for place, name in enumerate(names)]
    return np.unique(told, return_inverse=True)[1] if told else np.zeros(0, np.int64)
