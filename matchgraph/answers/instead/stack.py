"""Whether artifacts go together: what they declare of each other and need, and where licences or hosting clash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matchgraph.answers.values import Reason
from matchgraph.answers.wording import listed
from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.hosting import offline
from matchgraph.catalogue.licenses import LicenseClass, license_class
from matchgraph.catalogue.records import Artifact, LinkKind

_NEEDS = frozenset({LinkKind.REQUIRES, LinkKind.PLUGIN_OF})


def checks(catalogue: Catalogue, places: Sequence[int]) -> tuple[Reason, ...]:
    """What is known of a set's members together; `kind` is declares, needs, license or hosting."""
    members = [catalogue.artifact(place) for place in places]
    return (*_declared(members), *_needed(catalogue, members), *_licensed(members), *_hosted(catalogue, places))


def _declared(members: Sequence[Artifact]) -> Iterator[Reason]:
    names = {each.artifact_id: each.name for each in members}
    found = False
    for each in members:
        for link in each.links:
            if link.target in names and link.target != each.artifact_id:
                found = True
                yield Reason("declares", f"{each.name} {link.kind.replace('_', ' ')} {names[link.target]}, it declares")
    if len(members) > 1 and not found:
        yield Reason("declares", "none of them declares that it works with another: joining them is left to you")


def _needed(catalogue: Catalogue, members: Sequence[Artifact]) -> Iterator[Reason]:
    """What a member declares to need and the set does not have."""
    inside, names = {each.artifact_id for each in members}, catalogue.texts("name")
    for each in members:
        outside = [link.target for link in each.links if link.kind in _NEEDS and link.target not in inside]
        called = (names[catalogue.place[need]] if need in catalogue.place else need for need in outside)
        if outside:
            yield Reason("needs", f"{each.name} also requires {listed(tuple(dict.fromkeys(called)))}, it declares")


def _licensed(members: Sequence[Artifact]) -> Iterator[Reason]:
    classed = {each.name: license_class(each.license) for each in members}
    held = {each.name: each.license for each in members}
    of = {kind: [f"{name} ({held[name]})" for name in classed if classed[name] is kind] for kind in LicenseClass}
    others = len(members) > 1
    if of[LicenseClass.NON_COMMERCIAL]:
        rest = ", and so not the whole either" if others else ""
        text = f"{listed(tuple(of[LicenseClass.NON_COMMERCIAL]))} may not be used commercially{rest}"
        yield Reason("license", text)
    if of[LicenseClass.COPYLEFT] and of[LicenseClass.CLOSED]:
        sides = (listed(tuple(of[kind])) for kind in (LicenseClass.COPYLEFT, LicenseClass.CLOSED))
        yield Reason("license", "{} beside {}: they may not be allowed in one programme".format(*sides))
    silent = tuple(name for name in classed if held[name] is None)
    if silent:
        yield Reason("license", f"the licence of {listed(silent)} is not stated")
    strange = tuple(f"{name} ({held[name]})" for name in classed if held[name] is not None and classed[name] is None)
    if strange:
        yield Reason("license", f"read the terms of {listed(strange)}: they are of no known family")


def _hosted(catalogue: Catalogue, places: Sequence[int]) -> Iterator[Reason]:
    known, names = offline(catalogue), catalogue.texts("name")
    runs = {str(names[place]): known.at(place) for place in places}
    served, held = (tuple(name for name, alone in runs.items() if alone is which) for which in (False, True))
    if served and held:
        yield Reason("hosting", f"{_do(served, 'runs', 'run')} as a service, {listed(held)} can be downloaded and run")


def _do(names: tuple[str, ...], one: str, several: str) -> str:
    return f"{listed(names)} {one if len(names) == 1 else several}"
