"""Answers as the API's account of itself shows them: values of the same types that are sent."""

from __future__ import annotations

from typing import Any

from matchgraph.answers.align import Ability, Alignment, SharedAbility
from matchgraph.answers.best import Alternative, Best, Standing
from matchgraph.answers.chances import Chances, Lead
from matchgraph.answers.compare import Comparison, Side, Verdict
from matchgraph.answers.explain import Edge, Explanation, Heard, Line, Wish
from matchgraph.answers.job_tags import Basis, JobTag
from matchgraph.answers.recommend import RecommendAnswer, Recommended
from matchgraph.answers.relation import Relation
from matchgraph.answers.search import Found, SearchAnswer
from matchgraph.answers.sentences import Sentence
from matchgraph.answers.similar import Alike, SimilarAnswer
from matchgraph.answers.values import Reason
from matchgraph.catalogue.records import Artifact, ArtifactType, Capability, Fact, Link, LinkKind, Pricing
from matchgraph.ranking.weights import SIGNALS

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
_IMAGES = "Embed images and texts in one space"
_LEFT = Side(
    "clip",
    "CLIP",
    "model",
    "OpenAI",
    "MIT",
    "free",
    60.0,
    52.5,
    66.0,
    "medium",
    0.75,
    dict(zip(SIGNALS, (0.75, 0.5, None, 0.5, None), strict=True)),
    dict(zip(SIGNALS, (1.0, 0.5, None, 0.0, None), strict=True)),
    2,
    3,
)
_RIGHT = Side(
    "siglip",
    "SigLIP Base",
    "model",
    "Google DeepMind",
    "Apache-2.0",
    "free",
    58.5,
    50.0,
    65.0,
    "medium",
    0.75,
    dict(zip(SIGNALS, (0.5, 0.75, None, 0.5, None), strict=True)),
    dict(zip(SIGNALS, (1.0, 0.5, None, 0.0, None), strict=True)),
    1,
    0,
)
_COMPARED = Comparison(
    _LEFT,
    _RIGHT,
    Alignment(
        (
            SharedAbility(
                Ability("clip#embed", "Embed images", _IMAGES),
                Ability("siglip#embed", "Embed images and texts", "Compare an image with a text by their vectors"),
                0.875,
                0.0005,
            ),
        ),
        (Ability("clip#probe", "Train a linear probe", "Train a small classifier on image vectors"),),
        (),
        0.5,
        1.0,
    ),
    Chances(0.625, (Lead("adoption", 0.75, 0.5, 0.75, None), Lead("quality", 0.5, 0.75, 0.25, None)), None, None),
    None,
    (),
    Verdict(
        Relation.SUBSTITUTE,
        0.75,
        None,
        1.5,
        (
            Sentence(
                "same job", {"left": "CLIP", "right": "SigLIP Base", "met": 1, "of": 2, "met_back": 1, "of_back": 1}
            ),
            Sentence(
                "too close", {"left": "CLIP", "right": "SigLIP Base", "high": "60.0", "low": "58.5", "chance": "62%"}
            ),
        ),
    ),
    snapshot="v000001",
)
_LINES = (
    Line("adoption", "downloads", 30.0, 40.0, 0.75, "observed", "12,000,000", "its card", "2026-10"),
    Line("quality", "documented", 30.0, 60.0, 0.5, "missing", None, None, None),
)
_EXPLAINED = Explanation(
    "clip",
    "CLIP",
    "model",
    "Puts images and texts into one space, so that either finds the other.",
    60.0,
    52.5,
    66.0,
    "medium",
    0.75,
    1,
    4,
    _LEFT.signals,
    _LINES,
    3,
    2,
    Heard(2.5, 2.0, 12.0, (Wish("find pictures by a description", 0.5, 2),)),
    (
        Edge(
            "likeness",
            "siglip",
            2.5,
            {"likeness": 2.5, "cover": 0.5, "words": 0.125, "chance": 0.002, "from_here": True},
        ),
    ),
    (Ability("clip#embed", "Embed images", _IMAGES),),
    (),
    (JobTag("image-text matching", Basis.STATED),),
    (),
    ("clip-large",),
    snapshot="v000001",
)

EXAMPLES: dict[Any, Any] = {
    Comparison: _COMPARED,
    Explanation: _EXPLAINED,
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
