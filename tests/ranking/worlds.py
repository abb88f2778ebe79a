"""Artifacts told in one line, and the road from them to measures, values and ranks without texts or vectors."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from matchgraph.catalogue.catalogue import Catalogue, catalogue_of
from matchgraph.catalogue.records import Artifact, ArtifactType, Capability, Fact, Link
from matchgraph.graph.graph import link
from matchgraph.graph.neighbours import Neighbours
from matchgraph.graph.walks import walk_over_choices
from matchgraph.ranking.facts import measure_facts
from matchgraph.ranking.joins import measure_joins
from matchgraph.ranking.measures import Measures, Status
from matchgraph.ranking.owners import owners_of
from matchgraph.ranking.rank import Ranking, rank
from matchgraph.ranking.reference import Reference, reference_of
from matchgraph.ranking.values import Values, settled, values_of
from matchgraph.ranking.weights import SIGNALS, Weights
from matchgraph.searches.events import SearchEvent
from matchgraph.searches.projection import co_chosen
from matchgraph.searches.searches import Searches, count
from tests.conftest import TODAY

NO_SEARCH = Searches()
NOBODY = Reference({})


def made(
    artifact_id: str,
    kind: str = "model",
    *,
    maker: str | None = None,
    url: str | None = None,
    license: str | None = None,
    limitations: Sequence[str] = (),
    links: Sequence[tuple[str, str]] = (),
    **facts: object,
) -> Artifact:
    """An artifact with one capability; `facts` are values, or whole facts."""
    return Artifact(
        artifact_id=artifact_id,
        name=artifact_id,
        type=ArtifactType(kind),
        maker=maker,
        url=url,
        license=license,
        facts={key: fact if isinstance(fact, Fact) else Fact(fact) for key, fact in facts.items()},
        links=tuple(Link(*each) for each in links),
        capabilities=(Capability(f"{artifact_id}#it", "it", "does it", limitations=tuple(limitations)),),
    )


def chosen(**times: int) -> Searches:
    """A log in which each of these was chosen that often, each time by another actor for the same query."""
    return count(
        SearchEvent("sort mail", chosen=artifact_id, actor=f"{artifact_id} {turn}")
        for artifact_id, turns in times.items()
        for turn in range(turns)
    )


def alone(catalogue: Catalogue, cover: Mapping[str, float] | None, flocks: Sequence[Sequence[str]]) -> Neighbours:
    """Nobody is like anybody, but for what is said of covers and of who is a near-copy of whom."""
    indices, numbers, flags = np.zeros(0, np.int64), np.zeros(0), np.zeros(0, bool)
    best = np.array([(cover or {}).get(artifact_id, 0.0) for artifact_id in catalogue.ids])
    copies = np.arange(len(catalogue))
    for flock in flocks:
        copies[[catalogue.place[each] for each in flock]] = catalogue.place[flock[0]]
    return Neighbours(indices, indices, *[numbers] * 5, flags, indices, indices, numbers, best, copies)


def measured(
    artifacts: Sequence[Artifact],
    searches: Searches = NO_SEARCH,
    best_cover: Mapping[str, float] | None = None,
    flocks: Sequence[Sequence[str]] = (),
    held: Reference | None = None,
    today=TODAY,
) -> tuple[Catalogue, Measures, Reference]:
    """What is found of those artifacts, and with what it is compared."""
    catalogue = catalogue_of(artifacts)
    near, owners = alone(catalogue, best_cover, flocks), owners_of(catalogue)
    found = measure_facts(catalogue, today)
    central = walk_over_choices(searches.voiced)
    found |= measure_joins(
        catalogue, link(catalogue, near, searches, co_chosen(searches.voiced)), near, owners, searches, central
    )
    return catalogue, found, reference_of(found, [near.copies, *owners.kin()], held)


def valued(artifacts: Sequence[Artifact], **more: object) -> tuple[Catalogue, Values]:
    """What everything is worth."""
    catalogue, found, reference = measured(artifacts, **more)
    return catalogue, values_of(settled(found, reference), catalogue.texts("type"), reference)


def values(artifacts: Sequence[Artifact], name: str, **more: object) -> dict[str, float | None]:
    """What one measure counts, by artifact; None where it is missing, -1 where it does not apply."""
    catalogue, all_values = valued(artifacts, **more)
    column = all_values.names.index(name)
    told = {Status.MISSING: None, Status.NOT_APPLICABLE: -1}
    cells = zip(catalogue.ids, all_values.counted[:, column], all_values.status[:, column], strict=True)
    return {each: told.get(status, round(float(value), 4)) for each, value, status in cells}


def ranked(artifacts: Sequence[Artifact], weights: Weights, searches: Searches = NO_SEARCH, **more: object) -> Ranking:
    """The ranking of those artifacts."""
    catalogue, found, reference = measured(artifacts, searches, **more)
    return rank(catalogue, found, reference, weights, searches.times_matched())


def without(artifact: Artifact, key: str) -> Artifact:
    """The artifact with one fact less."""
    return replace(artifact, facts={other: fact for other, fact in artifact.facts.items() if other != key})


def only(**signals: Mapping[str, float]) -> Weights:
    """Weights of these signals alone, each as heavy as the other, for every type."""
    share = {signal: float(signal in signals) / len(signals) for signal in SIGNALS}
    measures = {signal: {name: float(weight) for name, weight in signals.get(signal, {}).items()} for signal in SIGNALS}
    return Weights(dict.fromkeys(ArtifactType, share), measures)
