"""Answers as the API's account of itself shows them: values of the same types that are sent."""

from __future__ import annotations

from typing import Any

from matchgraph.answers.best import Alternative, Best, Standing
from matchgraph.answers.recommend import RecommendAnswer, Recommended
from matchgraph.answers.search import Found, SearchAnswer
from matchgraph.answers.similar import Alike, SimilarAnswer
from matchgraph.answers.values import Reason
from matchgraph.catalogue.records import Artifact, ArtifactType, Capability, Fact, Link, LinkKind, Pricing

_QUERY = "detect toxic comments in German"
_WHOLE = "nearness of its description as a whole"
_CAN = "Score toxic comments: Get a probability from 0 to 1 that a comment is toxic"
_FOUND = Found(
    "detoxify",
    "Detoxify Multilingual",
    "fine-tune",
    0.75,
    _CAN,
    (
        Reason("capability", f"can: {_CAN}", 0.375),
        Reason("words", "words in common: toxic, comments, detect", 0.25),
        Reason("whole", _WHOLE, 0.125),
    ),
)
_OTHER = Alternative(
    "perspective-api",
    "Perspective API",
    "api",
    0.625,
    "toxicity detection",
    (Reason("score", "0.125 behind in all", -0.125), Reason("differs", "type api instead of fine-tune")),
)
_INSTEAD = Recommended(
    "siglip",
    "SigLIP Base",
    "model",
    "Google DeepMind",
    2.5,
    ("Retrieve images by text query",),
    ("license Apache-2.0 instead of MIT",),
    ("Train a linear probe",),
    (Reason("lost", "gives up: Train a linear probe"),),
    (Reason("words", "words", 1.5), Reason("cover", "cover", 1.0)),
)
_ALIKE = Alike(
    "siglip",
    "SigLIP Base",
    "model",
    "Google DeepMind",
    2.5,
    0.002,
    0.5,
    (Reason("cover", "shares 3 of its 6 capabilities"),),
)
_STANDING = Standing("https://example.org/detoxify", "Unitary", "Apache-2.0", "free", 55.5, 50.0, 62.0, "medium", 3, ())

EXAMPLES: dict[Any, Any] = {
    SearchAnswer: SearchAnswer((_FOUND,), None, _QUERY, snapshot="v000001"),
    SimilarAnswer: SimilarAnswer((_ALIKE,), None, "clip", snapshot="v000001"),
    RecommendAnswer: RecommendAnswer((_INSTEAD,), None, ("clip",), (), snapshot="v000001"),
    Best: Best(_QUERY, _FOUND, 0.5, _STANDING, (_OTHER,), None, snapshot="v000001"),
    Artifact: Artifact(
        artifact_id="detoxify",
        name="Detoxify Multilingual",
        type=ArtifactType.FINE_TUNE,
        description="Scores comments in seven languages for toxicity and its kinds.",
        job=("toxicity detection",),
        maker="Unitary",
        license="Apache-2.0",
        pricing=Pricing.FREE,
        facts={"languages": Fact(7.0, "2021-10", "its README")},
        links=(Link(LinkKind.REQUIRES, "pytorch"),),
        capabilities=(Capability("detoxify#score-toxic-comments", "Score toxic comments", _CAN),),
    ),
}
