"""What somebody might do to a catalogue or a search log to lift one artifact, each as a changed copy of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np

from matchgraph.catalogue.records import Artifact, ArtifactType, Capability, Fact, FactStatus, Link, LinkKind
from matchgraph.searches.events import SearchEvent

COUNTERS = ("downloads_month", "downloads", "pulls", "stars")  # what anybody can inflate for little

World = list[Artifact]


def changed(artifacts: World, target: str, **parts: object) -> World:
    """The world with some parts of one artifact otherwise."""
    return [replace(each, **parts) if each.artifact_id == target else each for each in artifacts]


def artifact_of(artifacts: World, target: str) -> Artifact:
    """One artifact of the world."""
    return next(each for each in artifacts if each.artifact_id == target)


def inflated(artifacts: World, target: str, key: str, times: float = 1_000) -> World:
    """One counter of one artifact a thousand times as high; a thousand where there was none."""
    facts = artifact_of(artifacts, target).facts
    was = facts[key].number if key in facts else None
    return changed(artifacts, target, facts=facts | {key: Fact((was or 1.0) * times)})


def cloned(
    artifacts: World, target: str, *, same_maker: bool = False, reworded: bool = False, linked: bool = False
) -> World:
    """Fifteen copies of one artifact, its facts and links with them.

    `reworded`: every second capability of five words and more says one more; `linked`: each says that it is made from
    the model.
    """
    model = artifact_of(artifacts, target)
    clones = []
    for number in range(15):
        clone_id = f"{target}-clone-{number:02}"
        words = ("quickly", "today", "again")[number % 3] if reworded else ""
        clones.append(
            replace(
                model,
                artifact_id=clone_id,
                name=f"{model.name} {number}",
                maker=model.maker if same_maker else f"Somebody {number}",
                url=model.url if same_maker else f"https://github.com/somebody-{number}/copy",
                links=(*model.links, Link(LinkKind.DERIVED_FROM, target)) if linked else model.links,
                capabilities=tuple(
                    _copy(each, clone_id, words * (place % 2)) for place, each in enumerate(model.capabilities)
                ),
                aliases=(),
            )
        )
    return artifacts + clones


def stuffed(artifacts: World, target: str, *, invented: bool) -> World:
    """Ten more capabilities: word for word those of others, or words thrown together."""
    dice = np.random.default_rng(7)
    others = [each for other in artifacts if other.artifact_id != target for each in other.capabilities]
    words = sorted({word for each in others for word in each.description.split()})
    places = dice.choice(len(others), 10, replace=len(others) < 10)
    texts = [" ".join(dice.choice(words, 8)) if invented else others[place].description for place in places.tolist()]
    had = artifact_of(artifacts, target).capabilities
    more = [Capability(f"{target}#more-{n}", " ".join(text.split()[:3]), text) for n, text in enumerate(texts)]
    return changed(artifacts, target, capabilities=(*had, *more))


def followed(
    artifacts: World, target: str, owner: str, kind: str = "package", *, count: int = 1_000, facts: bool = False
) -> World:
    """A thousand artifacts that require the target, all by its own maker, from its own account, or by nobody known."""
    model = artifact_of(artifacts, target)
    account = "/".join((model.url or "https://github.com/somebody/it").split("/")[:4])
    dice = np.random.default_rng(11)
    words = sorted({word for each in artifacts for one in each.capabilities for word in one.description.split()})
    flock = []
    for number in range(count):
        follower = f"follower-{number:04}"
        text = " ".join(dice.choice(words, 8))
        flock.append(
            Artifact(
                artifact_id=follower,
                name=follower,
                type=ArtifactType(kind),
                maker={"maker": model.maker, "account": f"Helper {number}"}.get(owner),
                url=f"{account}/{follower}" if owner == "account" else None,
                facts={"stars": Fact(0), "downloads_month": Fact(0), "dependents": Fact(0)} if facts else {},
                links=(Link(LinkKind.REQUIRES, target),),
                capabilities=(Capability(f"{follower}#it", text[:20], text),),
            )
        )
    return artifacts + flock


def chosen_by_one(target: str, queries: Sequence[str]) -> list[SearchEvent]:
    """A hundred choices of the target by one actor, for those queries in turn."""
    return [SearchEvent(queries[turn % len(queries)], chosen=target, actor="one") for turn in range(100)]


def withdrawn(artifacts: World, among: Collection[str] = ()) -> Iterator[tuple[str, str, World]]:
    """Every artifact (of those) with one thing less that it states: who, what, and the world without it."""
    for each in (one for one in artifacts if not among or one.artifact_id in among):
        for key in each.facts:
            rest = {other: fact for other, fact in each.facts.items() if other != key}
            yield each.artifact_id, key, changed(artifacts, each.artifact_id, facts=rest)
            gone = each.facts | {key: Fact(None, status=FactStatus.MISSING)}
            yield each.artifact_id, f"{key} as missing", changed(artifacts, each.artifact_id, facts=gone)
        if each.license:
            yield each.artifact_id, "license", changed(artifacts, each.artifact_id, license=None)
        if any(one.limitations for one in each.capabilities):
            silent = tuple(replace(one, limitations=()) for one in each.capabilities)
            yield each.artifact_id, "limitations", changed(artifacts, each.artifact_id, capabilities=silent)
        for link in each.links:
            rest = tuple(other for other in each.links if other != link)
            yield each.artifact_id, f"{link.kind} {link.target}", changed(artifacts, each.artifact_id, links=rest)
        if each.links:
            yield each.artifact_id, "all links", changed(artifacts, each.artifact_id, links=())


def _copy(capability: Capability, owner: str, words: str) -> Capability:
    own_id = f"{owner}#{capability.capability_id.split('#')[-1]}"
    light = len(capability.description.split()) >= 5
    said = f"{capability.description} {words}".strip() if light else capability.description
    return replace(capability, capability_id=own_id, description=said)
