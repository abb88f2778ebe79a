"""matchgraph: AI artifacts taken apart into capabilities, joined in a match graph, and compared with reasons.

>>> import matchgraph as mg
>>> # mg.rebuild("data/catalogue", store="store"); graph = mg.open("store"); graph.search("detect toxic comments")

Each name is imported with its first use, so that importing the package costs next to nothing.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from matchgraph.errors import (
    CatalogueError,
    EncoderError,
    MatchGraphError,
    QuestionError,
    SearchLogError,
    SnapshotError,
    UnknownArtifact,
)

if TYPE_CHECKING:
    from matchgraph.answers.where import where
    from matchgraph.catalogue.decompose.decompose import decompose
    from matchgraph.catalogue.from_page import import_page
    from matchgraph.catalogue.intake import import_catalogue
    from matchgraph.catalogue.manifest import manifest_of
    from matchgraph.catalogue.validation import validate_manifest
    from matchgraph.engine import MatchGraph
    from matchgraph.engine import MatchGraph as open  # noqa: A004, N813 - `mg.open("store")` reads as what it does
    from matchgraph.estimate import Estimate, estimate
    from matchgraph.rebuild import RebuildReport, rebuild

__all__ = [
    "CatalogueError",
    "EncoderError",
    "Estimate",
    "MatchGraph",
    "MatchGraphError",
    "QuestionError",
    "RebuildReport",
    "SearchLogError",
    "SnapshotError",
    "UnknownArtifact",
    "decompose",
    "estimate",
    "import_catalogue",
    "import_page",
    "manifest_of",
    "open",
    "rebuild",
    "validate_manifest",
    "where",
]

_ROOMS = {
    "Estimate": "estimate",
    "MatchGraph": "engine",
    "RebuildReport": "rebuild",
    "decompose": "catalogue.decompose.decompose",
    "estimate": "estimate",
    "import_catalogue": "catalogue.intake",
    "import_page": "catalogue.from_page",
    "manifest_of": "catalogue.manifest",
    "open": "engine",
    "rebuild": "rebuild",
    "validate_manifest": "catalogue.validation",
    "where": "answers.where",
}
_CALLED = {"open": "MatchGraph"}  # there, where it goes by another name


class _Package(ModuleType):
    """This package: `rebuild` stays the function, also once the room of that name is imported."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _ROOMS and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), _CALLED.get(name, name))
    setattr(sys.modules[__name__], name, found)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
