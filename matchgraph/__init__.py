"""matchgraph: AI artifacts taken apart into capabilities, joined in a match graph, and compared with reasons.

>>> import matchgraph as mg
>>> # mg.rebuild("data/catalogue", store="store"); graph = mg.open("store"); graph.search("detect toxic comments")
"""

from matchgraph.answers.where import where
from matchgraph.catalogue.from_page import import_page
from matchgraph.catalogue.intake import import_catalogue
from matchgraph.catalogue.manifest import manifest_of
from matchgraph.catalogue.validation import validate_manifest
from matchgraph.engine import MatchGraph
from matchgraph.engine import MatchGraph as open  # noqa: A004, N813 - `mg.open("store")` reads as what it does
from matchgraph.errors import (
    CatalogueError,
    EncoderError,
    MatchGraphError,
    QuestionError,
    SearchLogError,
    SnapshotError,
    UnknownArtifact,
)
from matchgraph.pages import notebook as notebook
from matchgraph.rebuild import RebuildReport, rebuild

__all__ = [
    "CatalogueError",
    "EncoderError",
    "MatchGraph",
    "MatchGraphError",
    "QuestionError",
    "RebuildReport",
    "SearchLogError",
    "SnapshotError",
    "UnknownArtifact",
    "import_catalogue",
    "import_page",
    "manifest_of",
    "open",
    "rebuild",
    "validate_manifest",
    "where",
]
