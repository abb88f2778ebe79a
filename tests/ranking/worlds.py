"""Artifacts told in one line, and the road from them to measures and ranks without texts or vectors."""

from collections.abc import Mapping, Sequence

import numpy as np

from matchgraph.catalogue.catalogue import Catalogue, catalogue_of
from matchgraph.catalogue.records import Artifact, ArtifactType, Capability, Fact, Link
from matchgraph.graph.graph import link
from matchgraph.graph.neighbours import Neighbours
from matchgraph.ranking.measures import Measure, measure
from matchgraph.ranking.rank import Ranking, rank
from matchgraph.ranking.weights import SIGNALS, Weights
from matchgraph.searches.searches import Searches
from tests.conftest import TODAY

NO_SEARCH = Searches()


def made(
    artifact_id: str,
    kind: str = "model",
    *,
    maker: str | None = None,
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
        license=license,
        facts={key: fact if isinstance(fact, Fact) else Fact(fact) for key, fact in facts.items()},
        links=tuple(Link(*each) for each in links),
        capabilities=(Capability(f"{artifact_id}#it", "it", "does it", limitations=tuple(limitations)),),
    )


def measured(
    artifacts: Sequence[Artifact],
    searches: Searches = NO_SEARCH,
    best_cover: Mapping[str, float] | None = None,
    today=TODAY,
) -> tuple[Catalogue, dict[str, Measure]]:
    """The measures of those artifacts, joined by nothing but what they declare."""
    catalogue = catalogue_of(artifacts)
    indices, numbers, flags = np.zeros(0, np.int64), np.zeros(0), np.zeros(0, bool)
    cover = np.array([(best_cover or {}).get(artifact_id, 0.0) for artifact_id in catalogue.ids])
    alone = Neighbours(indices, indices, *[numbers] * 5, flags, indices, indices, numbers, cover)
    return catalogue, measure(catalogue, link(catalogue, alone, searches), cover, searches, today)


def values(artifacts: Sequence[Artifact], name: str, **more: object) -> dict[str, float | None]:
    """One measure by artifact; None where it is not known, -1 where it does not apply."""
    catalogue, measures = measured(artifacts, **more)
    one = measures[name]
    told = [round(float(value), 4) if known else None for value, known in zip(one.value, one.known, strict=True)]
    return {a: value if there else -1 for a, value, there in zip(catalogue.ids, told, one.applies, strict=True)}


def ranked(artifacts: Sequence[Artifact], weights: Weights, searches: Searches = NO_SEARCH, **more: object) -> Ranking:
    """The ranking of those artifacts."""
    catalogue, measures = measured(artifacts, searches, **more)
    return rank(catalogue, measures, weights, searches.times_matched())


def only(**signals: Mapping[str, float]) -> Weights:
    """Weights of these signals alone, each as heavy as the other, for every type."""
    share = {signal: float(signal in signals) / len(signals) for signal in SIGNALS}
    measures = {signal: {name: float(weight) for name, weight in signals.get(signal, {}).items()} for signal in SIGNALS}
    return Weights(dict.fromkeys(ArtifactType, share), measures)
